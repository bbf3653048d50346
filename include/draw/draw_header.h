/* SPDX-License-Identifier: MIT */
/*
 * draw_header: the first line: which server, live or not, how old the data is.
 */
#ifndef BLFTOP_DRAW_DRAW_HEADER_H
#define BLFTOP_DRAW_DRAW_HEADER_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

/* Parts of draw_board. */
void draw_header(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now);

#endif
