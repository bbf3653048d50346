/* SPDX-License-Identifier: MIT */
/*
 * draw_lamps: the extensions as a grid of lamps.
 */
#ifndef BLFTOP_DRAW_DRAW_LAMPS_H
#define BLFTOP_DRAW_DRAW_LAMPS_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

void draw_lamps(const struct board *board, const struct layout *layout, struct frame *frame,
                struct moment now);

#endif
