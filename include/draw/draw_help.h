/* SPDX-License-Identifier: MIT */
/*
 * draw_help: the help screen.
 */
#ifndef BLFTOP_DRAW_DRAW_HELP_H
#define BLFTOP_DRAW_DRAW_HELP_H

#include "draw/frame.h"
#include "ui/board.h"

/* Lines of the whole help at this width; all but the screen's first and last row show them. */
size_t draw_help_lines(int cols);

/* The help, below the header. */
void draw_help(const struct board *board, struct frame *frame);

#endif
