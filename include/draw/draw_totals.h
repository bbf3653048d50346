/* SPDX-License-Identifier: MIT */
/*
 * draw_totals: the line that counts lamps by state.
 */
#ifndef BLFTOP_DRAW_DRAW_TOTALS_H
#define BLFTOP_DRAW_DRAW_TOTALS_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

void draw_sums(const struct board *board, const struct layout *layout, struct frame *frame,
               struct moment now);

#endif
