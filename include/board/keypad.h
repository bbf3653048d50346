/* SPDX-License-Identifier: MIT */
/*
 * keypad: what is typed, read through curses: its codes and the terminal's sequences as presses.
 *
 * screen's other half, and beside it the only file that includes curses.h. Shows nothing.
 */
#ifndef BLFTOP_BOARD_KEYPAD_H
#define BLFTOP_BOARD_KEYPAD_H

#include <stdbool.h>
#include <stdint.h>

#include "board/typed.h"

struct keypad {
    struct typed typed; /* bytes of a character that is not whole yet */
    int silent_reads;   /* in a row: readable, but nothing came */
    bool is_utf8;
};

/* Gets ready, once curses is up. */
void keypad_open(struct keypad *keypad, bool is_utf8);

/* The next press; PRESS_NONE if none waits, PRESS_LOST if the terminal is gone. Never waits longer
 * than a sequence takes to come in. */
uint32_t keypad_read(struct keypad *keypad);

#endif
