/* SPDX-License-Identifier: MIT */
/*
 * draw_status: the status line, the prompt and the footer with its keys.
 */
#ifndef BLFTOP_DRAW_DRAW_STATUS_H
#define BLFTOP_DRAW_DRAW_STATUS_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

/* The text being typed, in one row. */
void draw_prompt(const struct board *board, const struct rect *place, struct frame *frame);

void draw_status(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now);

void draw_footer(const struct board *board, const struct layout *layout, struct frame *frame);

#endif
