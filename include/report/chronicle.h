/* SPDX-License-Identifier: MIT */
/*
 * chronicle: what an operator asks about the morning after (--log FILE), a line an event.
 *
 * Looks at the feeds after every turn and writes what has become different: first answers,
 * failures with their reasons, recoveries with how long it took, stale and fresh again, tokens got
 * and not got, collections that are not whole. Says when and why blftop began and ended. No line
 * holds a secret: feeds have none. Owns its file; NULL is allowed for a chronicle everywhere and
 * means that none is kept.
 */
#ifndef BLFTOP_REPORT_CHRONICLE_H
#define BLFTOP_REPORT_CHRONICLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/feed.h"

struct chronicle;

/* Opens the file and writes that blftop begins. NULL with the reason. `settings` names the file
 * they are from, NULL if there is none. */
struct chronicle *chronicle_open(const char *path, const char *settings, struct moment now,
                                 struct error *error) __attribute__((warn_unused_result));

/* Writes that blftop ends, why, and after how long, and closes the file. */
void chronicle_close(struct chronicle *chronicle, struct moment now, const char *why);

/* Writes what has happened to the feeds since the last call; the same feeds each time, but for
 * chronicle_reload. */
void chronicle_watch(struct chronicle *chronicle, const struct feed *feeds, size_t count,
                     struct moment now);

/* Writes that the settings have been read again, or why they stay as they were (NULL: they do not).
 * Other feeds than before may be looked at then; what one of them that was never polled has
 * inherited is not told again. */
void chronicle_reload(struct chronicle *chronicle, struct moment now, const char *why_not);

/* Opens the file anew, after a rotation. False with the reason: the old one stays in use. */
bool chronicle_reopen(struct chronicle *chronicle, struct moment now, struct error *error);

/* Why lines are being lost: a text like "No space left on device"; NULL while none are. */
const char *chronicle_trouble(const struct chronicle *chronicle);

#endif
