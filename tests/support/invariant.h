/* SPDX-License-Identifier: MIT */
/*
 * invariant: what must hold of every frame of a board, whatever it shows.
 *
 * No cell shows a value older than two intervals without a mark, the age of the data is on screen,
 * and what is fresh is not marked. Judges by the feeds' own times, not by what drawing made of
 * them.
 */
#ifndef BLFTOP_TESTS_SUPPORT_INVARIANT_H
#define BLFTOP_TESTS_SUPPORT_INVARIANT_H

#include "draw/frame.h"
#include "ui/board.h"

#define INVARIANT_TEXT_MAX 256

/* True if all of it holds of what draw_board drew at `now`; else `why` says what does not. */
bool invariant_holds(const struct frame *frame, const struct board *board, struct moment now,
                     char why[static INVARIANT_TEXT_MAX]);

#endif
