/* SPDX-License-Identifier: MIT */
/*
 * source: one watched server. Asks, decodes, applies to the roster, and keeps its feed.
 *
 * A state machine without sockets or clocks: it says which request it wants next, takes replies,
 * works through pages in portions, and says when it wants to be called again. Of a collection that
 * is read in parts it has up to CYCLE_SLOTS_MAX pages asked for at a time, else one. The loop
 * connects it to fetch; tests connect it to a script. Owns its token, its kept pages and its
 * poller; applies only pages that are whole. One source failing changes nothing for any other.
 */
#ifndef BLFTOP_POLL_SOURCE_H
#define BLFTOP_POLL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "config/settings.h"
#include "http/client.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "poll/pager.h"

#define SOURCE_BODY_MAX ((size_t)8 << 20) /* bytes of one page */
#define SOURCE_TOKEN_BODY_MAX ((size_t)64 << 10)
#define SOURCE_ENTRIES_MAX 10000 /* entries of one page, twice what may be asked for */

/* A machine that has not run for so long yet. Walls that lost their power together start together,
 * and nobody waits for the one at hand: their first poll is spread over an interval. A person who
 * starts the program later gets an answer at once. */
#define SOURCE_BOOT_MS 300000

struct source;

/* What a source is given; all borrowed for its life. */
struct source_setup {
    const struct settings *settings;
    const struct server_settings *server;
    const char *const *extensions; /* ask for these, each by its own URL; none: the setting's */
    size_t extension_count;
    uint16_t index; /* of its feed and of its rows in the roster */
    struct roster *roster;
    struct server_status *feed;      /* already initialised */
    struct rng *rng;                 /* jitter */
    const struct pager_reach *reach; /* of one query; NULL: the protocol's */
    struct buffer *spare;            /* memory for the next page, of all sources; NULL: none */
};

/* The first poll is due at `now`, or, before SOURCE_BOOT_MS, within an interval. Never NULL. */
struct source *source_new(const struct source_setup *setup, int64_t now);
void source_free(struct source *source);

/* Fills in a request to start now. False if there is nothing to ask at this time; call until
 * then. The strings are valid until the source is next called; `owner` is the source. */
bool source_next_request(struct source *source, int64_t now, struct http_request *request);

/* Takes a reply to a request of its; the body is taken over. One that is not awaited is dropped. */
void source_take_reply(struct source *source, struct http_reply *reply, struct moment now);

/* Is there a page to work through? */
bool source_has_work(const struct source *source);

/* Works on for one portion: some hundred microseconds. */
void source_work(struct source *source, struct moment now);

/* When it wants to be asked for a request again (ms; INT64_MAX: not before a reply). */
int64_t source_deadline(const struct source *source);

/* The viewer wants a poll now. False if it came too soon after another. */
bool source_poll_now(struct source *source, int64_t now);

#endif
