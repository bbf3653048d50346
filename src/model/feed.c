/* SPDX-License-Identifier: MIT */
#include "model/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define FEED_NAME_MAX 128 /* bytes of safe text */
#define FEED_URL_MAX 512

void feed_init(struct feed *feed, const char *name, const char *url, int64_t interval_ms)
{
    *feed = (struct feed){
        .name = text_safe_copy(name, strlen(name), FEED_NAME_MAX, NULL),
        .url = text_safe_copy(url, strlen(url), FEED_URL_MAX, NULL),
        .interval_ms = interval_ms,
        .last_good_ms = FEED_NEVER,
        .failing_since_ms = FEED_NEVER,
        .partial_since_ms = FEED_NEVER,
        .total = -1,
    };
}

void feed_inherit(struct feed *feed, const struct feed *before)
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

void feed_copy(struct feed *to, const struct feed *from)
{
    *to = *from;
    to->name = mem_strdup(from->name);
    to->url = mem_strdup(from->url);
}

void feed_clear(struct feed *feed)
{
    free(feed->name);
    free(feed->url);
    *feed = (struct feed){0};
}

int64_t feed_age(const struct feed *feed, int64_t now)
{
    if (feed->last_good_ms == FEED_NEVER)
        return -1;
    return now > feed->last_good_ms ? now - feed->last_good_ms : 0;
}

/* Is it less than half? */
static bool is_under_half(size_t part, size_t whole)
{
    return part < whole && whole - part > part;
}

void feed_note_read(struct feed *feed, size_t read)
{
    if (feed->was_polls > 0)
        feed->was_polls--;
    if (is_under_half(read, feed->read)) {
        feed->was = feed->was > feed->read ? feed->was : feed->read;
        feed->was_polls = FEED_WAS_POLLS;
    } else if (feed->was_polls == 0 || !is_under_half(read, feed->was)) {
        feed->was = 0;
        feed->was_polls = 0;
    }
    feed->read = read;
}

bool feed_is_stale(const struct feed *feed, int64_t now)
{
    if (feed->last_good_ms == FEED_NEVER)
        return feed->failing_since_ms != FEED_NEVER;
    return now >= feed_stale_from(feed, feed->last_good_ms);
}

int64_t feed_stale_from(const struct feed *feed, int64_t heard_ms)
{
    return heard_ms == FEED_NEVER ? FEED_NEVER : heard_ms + 2 * feed->interval_ms + 1;
}

bool feed_row_is_stale(const struct feed *feed, int64_t heard_ms, int64_t now)
{
    if (feed->partial_since_ms != FEED_NEVER && heard_ms < feed->partial_since_ms)
        return true;
    return now >= feed_stale_from(feed, heard_ms);
}
