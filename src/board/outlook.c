/* SPDX-License-Identifier: MIT */
#include "board/outlook.h"

/* Did the last poll read some pages only, and is that less than two intervals ago? */
static bool is_partial(const struct feed *feed, int64_t now)
{
    return feed->partial_since_ms != FEED_NEVER &&
           !feed_row_is_stale(feed, feed->partial_since_ms, now);
}

enum outlook_kind outlook_of_feed(const struct feed *feed, int64_t now)
{
    if (is_partial(feed, now))
        return OUTLOOK_INCOMPLETE;
    if (feed_is_stale(feed, now))
        return feed_age(feed, now) < 0 && feed->partial_since_ms == FEED_NEVER ? OUTLOOK_NO_DATA
                                                                               : OUTLOOK_STALE;
    return feed->last_good_ms == FEED_NEVER ? OUTLOOK_WAITING : OUTLOOK_LIVE;
}

/* Age of a server's data; of one that never answered whole, of what it did answer; else -1. */
static int64_t age_of(const struct feed *feed, int64_t now)
{
    int64_t age = feed_age(feed, now);
    if (age >= 0 || feed->partial_since_ms == FEED_NEVER)
        return age;
    return now > feed->partial_since_ms ? now - feed->partial_since_ms : 0;
}

/* Adds one server to the picture. */
static void add_feed(struct outlook *outlook, const struct feed *feed, int64_t now)
{
    enum outlook_kind kind = outlook_of_feed(feed, now);
    int64_t age = age_of(feed, now);
    size_t total = feed->total > 0 ? (size_t)feed->total : 0;

    bool is_worse = kind > outlook->kind || (kind == outlook->kind && age > outlook->age_ms);
    if (outlook->worst == NULL || is_worse) {
        outlook->worst = feed;
        outlook->kind = kind;
    }
    if (age > outlook->age_ms) {
        outlook->age_ms = age;
        outlook->slow = feed;
    }
    if (age >= 0 && feed->latency_ms > outlook->latency_ms)
        outlook->latency_ms = feed->latency_ms;
    outlook->live += kind == OUTLOOK_LIVE;
    outlook->told += total > feed->read ? total : feed->read;
    outlook->is_short = outlook->is_short || total > feed->read;
    outlook->was += feed->was > 0 ? feed->was : feed->read;
    outlook->has_shrunk = outlook->has_shrunk || feed->was > 0;
    outlook->rejected += feed->rejected;
    if (feed->is_insecure && outlook->insecure == NULL)
        outlook->insecure = feed;
}

struct outlook outlook_of(const struct feed *feeds, size_t count, int64_t now)
{
    struct outlook outlook = {.age_ms = -1};
    for (size_t i = 0; i < count; i++)
        add_feed(&outlook, &feeds[i], now);
    if (outlook.kind == OUTLOOK_NO_DATA && outlook.slow != NULL)
        outlook.kind = OUTLOOK_STALE; /* there is some: a screen that is partly blind */
    return outlook;
}
