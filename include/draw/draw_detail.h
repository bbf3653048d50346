/* SPDX-License-Identifier: MIT */
/*
 * draw_detail: all details of one extension, as a pane or on the whole screen.
 */
#ifndef BLFTOP_DRAW_DRAW_DETAIL_H
#define BLFTOP_DRAW_DRAW_DETAIL_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

/* Lines of the whole detail of the selected extension, and how many of them show at once (0: a
 * pane too small to scroll), for whoever scrolls it by board.detail_top. */
size_t draw_detail_lines(const struct board *board, const struct layout *layout, struct moment now,
                         size_t *visible);

void draw_detail(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now);

#endif
