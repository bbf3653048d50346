/* SPDX-License-Identifier: MIT */
/*
 * event_log: what an operator asks about the morning after (--log FILE), a line an event.
 *
 * Looks at the feeds after every turn and writes what has become different: first answers,
 * failures with their reasons, recoveries with how long it took, stale and fresh again, tokens got
 * and not got, collections that are not whole. Says when and why blftop began and ended. No line
 * holds a secret: feeds have none. Owns its file; NULL is allowed for a chronicle everywhere and
 * means that none is kept.
 */
#ifndef BLFTOP_LOG_EVENT_LOG_H
#define BLFTOP_LOG_EVENT_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/server_status.h"

struct event_log;

/* Opens the file and writes that blftop begins. NULL with the reason. `settings` names the file
 * they are from, NULL if there is none. */
struct event_log *event_log_open(const char *path, const char *settings, struct moment now,
                                 struct error *error) __attribute__((warn_unused_result));

/* Writes that blftop ends, why, and after how long, and closes the file. */
void event_log_close(struct event_log *event_log, struct moment now, const char *why);

/* Writes what has happened to the feeds since the last call; the same feeds each time, but for
 * event_log_reload. */
void event_log_watch(struct event_log *event_log, const struct server_status *feeds, size_t count,
                     struct moment now);

/* Writes that the settings have been read again, or why they stay as they were (NULL: they do not).
 * Other feeds than before may be looked at then; what one of them that was never polled has
 * inherited is not told again. */
void event_log_reload(struct event_log *event_log, struct moment now, const char *why_not);

/* Opens the file anew, after a rotation. False with the reason: the old one stays in use. */
bool event_log_reopen(struct event_log *event_log, struct moment now, struct error *error);

/* Why lines are being lost: a text like "No space left on device"; NULL while none are. */
const char *event_log_trouble(const struct event_log *event_log);

#endif
