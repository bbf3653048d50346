/* SPDX-License-Identifier: MIT */
#include "board/outlook.h"

#include <stdio.h>
#include <string.h>

const char *outlook_word(enum outlook_kind kind)
{
    static const char *const words[] = {
        [OUTLOOK_LIVE] = "LIVE",
        [OUTLOOK_WAITING] = "WAITING",
        [OUTLOOK_INCOMPLETE] = "INCOMPLETE",
        [OUTLOOK_STALE] = "STALE",
        [OUTLOOK_NO_DATA] = "NO DATA",
    };
    return words[kind];
}

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

int64_t outlook_age(const struct feed *feed, int64_t now)
{
    int64_t age = feed_age(feed, now);
    if (age >= 0 || feed->partial_since_ms == FEED_NEVER)
        return age;
    return now > feed->partial_since_ms ? now - feed->partial_since_ms : 0;
}

bool outlook_tell(const struct feed *feed, char out[static OUTLOOK_TROUBLE_MAX])
{
    size_t size = OUTLOOK_TROUBLE_MAX;
    size_t total = feed->total > 0 ? (size_t)feed->total : 0;
    bool is_heard = feed->last_good_ms != FEED_NEVER || feed->partial_since_ms != FEED_NEVER;

    out[0] = '\0';
    if (error_is_set(&feed->error))
        snprintf(out, size, "%s", feed->error.text);
    else if (feed->latency_ms > feed->interval_ms)
        snprintf(out, size, "answers take %.1f s, longer than the interval",
                 (double)feed->latency_ms / 1000);
    else if (feed->was > 0)
        snprintf(out, size, "%zu extensions, but %zu shortly before", feed->read, feed->was);
    else if (is_heard && total > feed->read)
        snprintf(out, size, "%zu of %zu extensions could be read", feed->read, total);
    else if (feed->rejected > 0)
        snprintf(out, size, "%llu entries could not be read", (unsigned long long)feed->rejected);
    else if (feed->is_insecure)
        snprintf(out, size, "%s",
                 strncmp(feed->url, "https:", 6) == 0 ? "TLS not verified" : "no TLS");
    return out[0] != '\0';
}

/* Adds one server to the picture. */
static void add_feed(struct outlook *outlook, const struct feed *feed, int64_t now)
{
    enum outlook_kind kind = outlook_of_feed(feed, now);
    int64_t age = outlook_age(feed, now);
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
