/* SPDX-License-Identifier: MIT */
#include "model/health.h"

#include <stdio.h>
#include <string.h>

const char *health_word(enum health_kind kind)
{
    static const char *const words[] = {
        [HEALTH_LIVE] = "LIVE",   [HEALTH_WAITING] = "WAITING", [HEALTH_INCOMPLETE] = "INCOMPLETE",
        [HEALTH_STALE] = "STALE", [HEALTH_NO_DATA] = "NO DATA",
    };
    return words[kind];
}

/* Did the last poll read some pages only, and is that less than two intervals ago? */
static bool is_partial(const struct server_status *feed, int64_t now)
{
    return feed->partial_since_ms != SERVER_STATUS_NEVER &&
           !server_status_row_is_stale(feed, feed->partial_since_ms, now);
}

enum health_kind health_of_feed(const struct server_status *feed, int64_t now)
{
    if (is_partial(feed, now))
        return HEALTH_INCOMPLETE;
    if (server_status_is_stale(feed, now))
        return server_status_age(feed, now) < 0 && feed->partial_since_ms == SERVER_STATUS_NEVER
                   ? HEALTH_NO_DATA
                   : HEALTH_STALE;
    return feed->last_good_ms == SERVER_STATUS_NEVER ? HEALTH_WAITING : HEALTH_LIVE;
}

int64_t health_age(const struct server_status *feed, int64_t now)
{
    int64_t age = server_status_age(feed, now);
    if (age >= 0 || feed->partial_since_ms == SERVER_STATUS_NEVER)
        return age;
    return now > feed->partial_since_ms ? now - feed->partial_since_ms : 0;
}

bool health_tell(const struct server_status *feed, char out[static HEALTH_TROUBLE_MAX])
{
    size_t size = HEALTH_TROUBLE_MAX;
    size_t total = feed->total > 0 ? (size_t)feed->total : 0;
    bool is_heard =
        feed->last_good_ms != SERVER_STATUS_NEVER || feed->partial_since_ms != SERVER_STATUS_NEVER;

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
static void add_feed(struct health *health, const struct server_status *feed, int64_t now)
{
    enum health_kind kind = health_of_feed(feed, now);
    int64_t age = health_age(feed, now);
    size_t total = feed->total > 0 ? (size_t)feed->total : 0;

    bool is_worse = kind > health->kind || (kind == health->kind && age > health->staleness_ms);
    if (health->worst == NULL || is_worse) {
        health->worst = feed;
        health->kind = kind;
    }
    if (age > health->staleness_ms) {
        health->staleness_ms = age;
        health->slow = feed;
    }
    if (age >= 0 && feed->latency_ms > health->latency_ms)
        health->latency_ms = feed->latency_ms;
    health->live += kind == HEALTH_LIVE;
    health->told += total > feed->read ? total : feed->read;
    health->is_short = health->is_short || total > feed->read;
    health->was += feed->was > 0 ? feed->was : feed->read;
    health->has_shrunk = health->has_shrunk || feed->was > 0;
    health->rejected += feed->rejected;
    if (feed->is_insecure && health->insecure == NULL)
        health->insecure = feed;
}

struct health health_of(const struct server_status *feeds, size_t count, int64_t now)
{
    struct health health = {.staleness_ms = -1};
    for (size_t i = 0; i < count; i++)
        add_feed(&health, &feeds[i], now);
    if (health.kind == HEALTH_NO_DATA && health.slow != NULL)
        health.kind = HEALTH_STALE; /* there is some: a screen that is partly blind */
    return health;
}
