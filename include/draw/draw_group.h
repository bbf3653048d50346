/* SPDX-License-Identifier: MIT */
/*
 * draw_group: the line above the extensions of a server.
 */
#ifndef BLFTOP_DRAW_DRAW_GROUP_H
#define BLFTOP_DRAW_DRAW_GROUP_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

/* The line above the extensions of a server. */
void draw_group(const struct board *board, uint16_t server, const struct rect *place,
                struct frame *frame, struct moment now);

#endif
