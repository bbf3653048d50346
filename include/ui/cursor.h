/* SPDX-License-Identifier: MIT */
/*
 * cursor: how the selection moves over what is shown: the grid, the table, the servers, or the text
 * of a story.
 *
 * Changes a board that others own. Which press moves it where is act's to say.
 */
#ifndef BLFTOP_UI_CURSOR_H
#define BLFTOP_UI_CURSOR_H

#include <stddef.h>

#include "ui/board.h"

/* After a movement rows keep their places for a while, and an open story is that of the extension
 * moved to. */
void cursor_settle(struct board *board, struct moment now);

/* Moves the selection by places in the list that is shown. */
void cursor_places(struct board *board, ptrdiff_t places, struct moment now);

/* Moves the selection by lines of the grid. */
void cursor_lines(struct board *board, ptrdiff_t lines, struct moment now);

/* Moves by a share of what is visible, one in `divisor`, the window along with the selection; a
 * story scrolls by a page. `direction` -1: towards the top. */
void cursor_window(struct board *board, int direction, int divisor, struct moment now);

#endif
