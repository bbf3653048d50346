/* SPDX-License-Identifier: MIT */
/*
 * keyboard: what is typed, read through curses: its codes and the terminal's sequences as presses.
 *
 * screen's other half, and beside it the only file that includes curses.h. Shows nothing.
 */
#ifndef BLFTOP_TERM_KEYBOARD_H
#define BLFTOP_TERM_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "term/typed.h"

struct keyboard {
    struct typed typed; /* bytes of a character that is not whole yet */
    int silent_reads;   /* in a row: readable, but nothing came */
    bool is_utf8;
};

/* Gets ready, once curses is up. */
void keyboard_open(struct keyboard *keypad, bool is_utf8);

/* The next press; KEYCODE_NONE if none waits, KEYCODE_LOST if the terminal is gone. Never waits
 * longer than a sequence takes to come in. */
uint32_t keyboard_read(struct keyboard *keypad);

#endif
