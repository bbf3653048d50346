/* SPDX-License-Identifier: MIT */
/*
 * age: how old a row's data is, and for how long it is known to have been what it is.
 *
 * The one place that brings rows and feeds together: a row whose server has gone silent was so
 * until it was last heard, and nobody knows what it is since. Arithmetic on a given `now`
 * (milliseconds of struct moment).
 */
#ifndef BLFTOP_MODEL_AGE_H
#define BLFTOP_MODEL_AGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/feed.h"
#include "model/roster.h"

/* Must this row be marked as old? One that is gone has a mark of its own, as long as its server
 * goes on answering. */
bool age_is_stale(const struct feed *feeds, size_t count, const struct row *row, int64_t now);

/* Is there a row of this server that must be marked so? */
bool age_server_is_stale(const struct feed *feeds, size_t count, const struct roster *roster,
                         uint16_t server, int64_t now);

/* Is there one of any server? What is counted is then as old. */
bool age_has_stale(const struct feed *feeds, size_t count, const struct roster *roster,
                   int64_t now);

/* The next moment after `now` at which a row or a server becomes stale by time alone; INT64_MAX:
 * none is in sight. */
int64_t age_next_stale(const struct feed *feeds, size_t count, const struct roster *roster,
                       int64_t now);

/* A span of time; not exact: at least so long. */
struct age_span {
    int64_t ms;
    bool is_exact;
};

/* For how long the row is known to have its lamp, or to be gone. */
struct age_span age_in_state(const struct feed *feeds, size_t count, const struct row *row,
                             int64_t now);

#endif
