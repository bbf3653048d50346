/* SPDX-License-Identifier: MIT */
#include "model/staleness.h"

bool staleness_is_stale(const struct server_status *feeds, size_t count, const struct row *row,
                        int64_t now)
{
    if (row->server >= count)
        return true;
    const struct server_status *feed = &feeds[row->server];
    if (row->gone_polls > 0)
        return server_status_is_stale(feed, now);
    return server_status_row_is_stale(feed, row->last_seen_ms, now);
}

bool staleness_server_is_stale(const struct server_status *feeds, size_t count,
                               const struct roster *roster, uint16_t server, int64_t now)
{
    int64_t oldest = roster_heard_after(roster, server, INT64_MIN);
    return oldest != LAST_SEEN_NONE &&
           (server >= count || server_status_row_is_stale(&feeds[server], oldest, now));
}

bool staleness_has_stale(const struct server_status *feeds, size_t count,
                         const struct roster *roster, int64_t now)
{
    for (size_t i = 0; i < roster->share_count; i++) {
        if (staleness_server_is_stale(feeds, count, roster, (uint16_t)i, now))
            return true;
    }
    return false;
}

/* Brings a moment forward to `at`, if that is yet to come. */
static void bring_forward(int64_t *next, int64_t at, int64_t now)
{
    if (at > now && at < *next)
        *next = at;
}

int64_t staleness_next_stale(const struct server_status *feeds, size_t count,
                             const struct roster *roster, int64_t now)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        int64_t span = server_status_stale_from(&feeds[i], 0);
        int64_t heard = roster_heard_after(roster, (uint16_t)i, now - span);
        bring_forward(&next, server_status_stale_from(&feeds[i], feeds[i].last_good_ms), now);
        bring_forward(&next, server_status_stale_from(&feeds[i], feeds[i].partial_since_ms), now);
        if (heard != LAST_SEEN_NONE)
            bring_forward(&next, server_status_stale_from(&feeds[i], heard), now);
    }
    return next;
}

/* When the server last said something of a row, be it that it lists it no more. */
static int64_t last_told(const struct server_status *feeds, size_t count, const struct row *row)
{
    bool is_missed = row->gone_polls > 0 && row->server < count;
    int64_t missed = is_missed ? feeds[row->server].last_good_ms : SERVER_STATUS_NEVER;
    return missed > row->last_seen_ms ? missed : row->last_seen_ms;
}

struct staleness_span staleness_in_state(const struct server_status *feeds, size_t count,
                                         const struct row *row, int64_t now)
{
    bool is_gone = row->gone_polls > 0;
    bool is_stale = staleness_is_stale(feeds, count, row, now);
    int64_t until = is_stale ? last_told(feeds, count, row) : now;
    int64_t ms = until - (is_gone ? row->gone_ms : row->since_ms);
    return (struct staleness_span){
        .ms = ms > 0 ? ms : 0,
        .is_exact = (is_gone || row->is_since_exact) && !is_stale,
    };
}
