/* SPDX-License-Identifier: MIT */
/*
 * draw_servers: the watched servers as a table.
 */
#ifndef BLFTOP_DRAW_DRAW_SERVERS_H
#define BLFTOP_DRAW_DRAW_SERVERS_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

void draw_servers(const struct board *board, const struct layout *layout, struct frame *frame,
                  struct moment now);

#endif
