/* SPDX-License-Identifier: MIT */
#include "model/age.h"

bool age_is_stale(const struct feed *feeds, size_t count, const struct row *row, int64_t now)
{
    if (row->server >= count)
        return true;
    const struct feed *feed = &feeds[row->server];
    if (row->gone_polls > 0)
        return feed_is_stale(feed, now);
    return feed_row_is_stale(feed, row->heard_ms, now);
}

bool age_server_is_stale(const struct feed *feeds, size_t count, const struct roster *roster,
                         uint16_t server, int64_t now)
{
    int64_t oldest = roster_heard_after(roster, server, INT64_MIN);
    return oldest != HEARING_NONE &&
           (server >= count || feed_row_is_stale(&feeds[server], oldest, now));
}

bool age_has_stale(const struct feed *feeds, size_t count, const struct roster *roster, int64_t now)
{
    for (size_t i = 0; i < roster->share_count; i++) {
        if (age_server_is_stale(feeds, count, roster, (uint16_t)i, now))
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

int64_t age_next_stale(const struct feed *feeds, size_t count, const struct roster *roster,
                       int64_t now)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        int64_t span = feed_stale_from(&feeds[i], 0);
        int64_t heard = roster_heard_after(roster, (uint16_t)i, now - span);
        bring_forward(&next, feed_stale_from(&feeds[i], feeds[i].last_good_ms), now);
        bring_forward(&next, feed_stale_from(&feeds[i], feeds[i].partial_since_ms), now);
        if (heard != HEARING_NONE)
            bring_forward(&next, feed_stale_from(&feeds[i], heard), now);
    }
    return next;
}

/* When the server last said something of a row, be it that it lists it no more. */
static int64_t last_told(const struct feed *feeds, size_t count, const struct row *row)
{
    bool is_missed = row->gone_polls > 0 && row->server < count;
    int64_t missed = is_missed ? feeds[row->server].last_good_ms : FEED_NEVER;
    return missed > row->heard_ms ? missed : row->heard_ms;
}

struct age_span age_in_state(const struct feed *feeds, size_t count, const struct row *row,
                             int64_t now)
{
    bool is_gone = row->gone_polls > 0;
    bool is_stale = age_is_stale(feeds, count, row, now);
    int64_t until = is_stale ? last_told(feeds, count, row) : now;
    int64_t ms = until - (is_gone ? row->gone_ms : row->since_ms);
    return (struct age_span){
        .ms = ms > 0 ? ms : 0,
        .is_exact = (is_gone || row->is_since_exact) && !is_stale,
    };
}
