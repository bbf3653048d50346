/* SPDX-License-Identifier: MIT */
/*
 * cycle_end: the end of a poll cycle: what it read settles the roster and the server's status.
 */
#ifndef BLFTOP_POLL_CYCLE_END_H
#define BLFTOP_POLL_CYCLE_END_H

#include "poll/cycle.h"

/* The poll is over, whole or not: settles the roster, and writes to the feed what was read or why
 * not. True if it was a good one: all that could be asked for was read. */
bool cycle_end(struct cycle *cycle, struct server_status *feed, struct moment now);

#endif
