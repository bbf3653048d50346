/* SPDX-License-Identifier: MIT */
/*
 * draw_table: the extensions as a table, a row each.
 */
#ifndef BLFTOP_DRAW_DRAW_TABLE_H
#define BLFTOP_DRAW_DRAW_TABLE_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

void draw_table(const struct board *board, const struct layout *layout, struct frame *frame,
                struct moment now);

#endif
