/* SPDX-License-Identifier: MIT */
/*
 * draw: a board as a frame. Each draw_* module takes a const board and fills its rectangle.
 *
 * Never
 * changes the board, reads no clock, and puts only safe text.
 */
#ifndef BLFTOP_DRAW_DRAW_H
#define BLFTOP_DRAW_DRAW_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

/* The whole screen, at the board's size. */
void draw_board(const struct board *board, struct frame *frame, struct moment now);

/* All there is on a screen too small for more: "412: x9 !3 ?2 age 2s". */
void draw_line(const struct board *board, struct frame *frame, struct moment now);

/* In place of rows when none is listed: why. */
void draw_nothing(const struct board *board, const struct layout *layout, struct frame *frame,
                  struct moment now);

#endif
