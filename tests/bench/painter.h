/* SPDX-License-Identifier: MIT */
/*
 * painter: frames shown on a terminal in one of three ways, and how many bytes each took.
 *
 * The program's own screen; a curses program that touches only the cells which changed, as if it
 * had always known which; and one that clears and repaints. Each is a process of its own on a
 * terminal of 120x40, xterm-256color, in C.UTF-8.
 */
#ifndef BLFTOP_TESTS_BENCH_PAINTER_H
#define BLFTOP_TESTS_BENCH_PAINTER_H

#include <stddef.h>

#include "draw/frame.h"

enum painter_kind {
    PAINTER_SCREEN,
    PAINTER_TOUCH,
    PAINTER_CLEAR,
};

/* Shows all frames, one after the other; bytes[i] gets what frame i took. */
void painter_show(enum painter_kind kind, const struct frame *frames, size_t count, size_t *bytes);

#endif
