/* SPDX-License-Identifier: MIT */
#include "model/server_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define SERVER_STATUS_NAME_MAX 128 /* bytes of safe text */
#define SERVER_STATUS_URL_MAX 512

void server_status_init(struct server_status *feed, const char *name, const char *url,
                        int64_t interval_ms)
{
    *feed = (struct server_status){
        .name = text_safe_copy(name, strlen(name), SERVER_STATUS_NAME_MAX, NULL),
        .url = text_safe_copy(url, strlen(url), SERVER_STATUS_URL_MAX, NULL),
        .interval_ms = interval_ms,
        .last_good_ms = SERVER_STATUS_NEVER,
        .failing_since_ms = SERVER_STATUS_NEVER,
        .partial_since_ms = SERVER_STATUS_NEVER,
        .total = -1,
    };
}

void server_status_inherit(struct server_status *feed, const struct server_status *before)
{
    feed->last_good_ms = before->last_good_ms;
    feed->last_good_wall = before->last_good_wall;
    feed->failing_since_ms = before->failing_since_ms;
    feed->partial_since_ms = before->partial_since_ms;
    feed->latency_ms = before->latency_ms;
    feed->repaired = before->repaired;
    feed->rejected = before->rejected;
    feed->total = before->total;
    feed->read = before->read;
    feed->was = before->was;
    feed->was_polls = before->was_polls;
    feed->is_complete = before->is_complete;
    feed->error = before->error;
}

void server_status_copy(struct server_status *to, const struct server_status *from)
{
    *to = *from;
    to->name = mem_strdup(from->name);
    to->url = mem_strdup(from->url);
}

void server_status_clear(struct server_status *feed)
{
    free(feed->name);
    free(feed->url);
    *feed = (struct server_status){0};
}

int64_t server_status_age(const struct server_status *feed, int64_t now)
{
    if (feed->last_good_ms == SERVER_STATUS_NEVER)
        return -1;
    return now > feed->last_good_ms ? now - feed->last_good_ms : 0;
}

/* Is it less than half? */
static bool is_under_half(size_t part, size_t whole)
{
    return part < whole && whole - part > part;
}

void server_status_note_read(struct server_status *feed, size_t read)
{
    if (feed->was_polls > 0)
        feed->was_polls--;
    if (is_under_half(read, feed->read)) {
        feed->was = feed->was > feed->read ? feed->was : feed->read;
        feed->was_polls = SERVER_STATUS_DROP_POLLS;
    } else if (feed->was_polls == 0 || !is_under_half(read, feed->was)) {
        feed->was = 0;
        feed->was_polls = 0;
    }
    feed->read = read;
}

bool server_status_is_stale(const struct server_status *feed, int64_t now)
{
    if (feed->last_good_ms == SERVER_STATUS_NEVER)
        return feed->failing_since_ms != SERVER_STATUS_NEVER;
    return now >= server_status_stale_from(feed, feed->last_good_ms);
}

int64_t server_status_stale_from(const struct server_status *feed, int64_t last_seen_ms)
{
    return last_seen_ms == SERVER_STATUS_NEVER ? SERVER_STATUS_NEVER
                                               : last_seen_ms + 2 * feed->interval_ms + 1;
}

bool server_status_row_is_stale(const struct server_status *feed, int64_t last_seen_ms, int64_t now)
{
    if (feed->partial_since_ms != SERVER_STATUS_NEVER && last_seen_ms < feed->partial_since_ms)
        return true;
    return now >= server_status_stale_from(feed, last_seen_ms);
}
