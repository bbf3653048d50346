/* SPDX-License-Identifier: MIT */
/*
 * staleness: how old a row's data is, and for how long it is known to have been what it is.
 *
 * The one place that brings rows and feeds together: a row whose server has gone silent was so
 * until it was last heard, and nobody knows what it is since. Arithmetic on a given `now`
 * (milliseconds of struct moment).
 */
#ifndef BLFTOP_MODEL_STALENESS_H
#define BLFTOP_MODEL_STALENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/roster.h"
#include "model/server_status.h"

/* Must this row be marked as old? One that is gone has a mark of its own, as long as its server
 * goes on answering. */
bool staleness_is_stale(const struct server_status *feeds, size_t count, const struct row *row,
                        int64_t now);

/* Is there a row of this server that must be marked so? */
bool staleness_server_is_stale(const struct server_status *feeds, size_t count,
                               const struct roster *roster, uint16_t server, int64_t now);

/* Is there one of any server? What is counted is then as old. */
bool staleness_has_stale(const struct server_status *feeds, size_t count,
                         const struct roster *roster, int64_t now);

/* The next moment after `now` at which a row or a server becomes stale by time alone; INT64_MAX:
 * none is in sight. */
int64_t staleness_next_stale(const struct server_status *feeds, size_t count,
                             const struct roster *roster, int64_t now);

/* A span of time; not exact: at least so long. */
struct staleness_span {
    int64_t ms;
    bool is_exact;
};

/* For how long the row is known to have its lamp, or to be gone. */
struct staleness_span staleness_in_state(const struct server_status *feeds, size_t count,
                                         const struct row *row, int64_t now);

#endif
