/* SPDX-License-Identifier: MIT */
/*
 * source_rig: a source driven by a made-up server, under a made-up clock. No sockets, no waiting.
 *
 * The server holds a list of entries, pages it as VoipNow does, gives tokens and counts what it is
 * asked. A test bends it with the fields of struct source_fixture, or answers itself through
 * `answer`.
 */
#ifndef BLFTOP_TESTS_SUPPORT_SOURCE_FIXTURE_H
#define BLFTOP_TESTS_SUPPORT_SOURCE_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/rng.h"
#include "config/settings.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "poll/source.h"

#define RIG_TOTAL_TRUE (-1) /* totalResults is how many entries there are */
#define RIG_TOTAL_NONE (-2) /* there is no totalResults */
#define RIG_REQUESTS_MAX 64 /* of the last poll that are remembered */
#define RIG_AT_ONCE_MAX 16

struct source_fixture;

/* What a request asks for. */
struct source_fixture_request {
    bool is_token;
    char extension[64];
    char filter[64];    /* filterValue, not escaped any more; "" for none */
    char filter_op[16]; /* filterOp */
    long start;
    long count;
    const struct http_request *request;
};

/* Answers in the server's place: fills in the reply and returns true, or leaves it to the server.
 */
typedef bool source_fixture_answer(struct source_fixture *rig,
                                   const struct source_fixture_request *asked,
                                   struct http_reply *reply);

struct source_fixture {
    /* The server. */
    char **entries; /* JSON objects */
    size_t entry_count;
    int64_t total;      /* RIG_TOTAL_…, or what it says */
    long page_cap;      /* entries it gives at most; 0: no limit */
    bool is_deaf;       /* startIndex is not heard */
    bool is_unfiltered; /* no filter is heard */
    size_t at_once;     /* pages that it has asked for before it answers any, in any order; 0: 1 */
    bool is_empty_204;  /* a page of nothing is a 204 */
    int64_t token_life_s;
    int64_t token_ends_ms; /* of the token it knows; 0: it knows none */
    int64_t latency_ms;    /* a transfer takes so long */
    source_fixture_answer *answer;
    void *script; /* the test's own */

    /* What it was asked. */
    unsigned token_requests;
    unsigned tokens_given;
    unsigned page_requests;
    unsigned refused;              /* of them, for want of a token it knows */
    long starts[RIG_REQUESTS_MAX]; /* of the pages of the last poll */
    long counts[RIG_REQUESTS_MAX];
    size_t asked; /* how many of them */
    size_t most;  /* pages that were asked for at a time, ever */
    char last_url[512];

    /* Our side. */
    struct settings settings;
    struct server_settings server;
    struct roster roster;
    struct server_status feed;
    struct rng rng;
    struct buffer spare; /* memory of the page before */
    struct source *source;
    const struct pager_reach *reach; /* NULL: the protocol's */
    struct moment now;
    size_t works;    /* calls of source_work */
    int64_t idle_ms; /* how long it waited before the last poll */
};

/* A server without entries and a source with a ready token, interval 5 s, pages of 1000, at one
 * o'clock somewhen. Change settings, then source_fixture_start. */
void source_fixture_init(struct source_fixture *rig);
void source_fixture_clear(struct source_fixture *rig);

/* Makes the source; `extensions` as in struct source_setup. */
void source_fixture_start(struct source_fixture *rig, const char *const *extensions, size_t count);

/* The source gets tokens with client credentials. */
void source_fixture_use_credentials(struct source_fixture *rig, int64_t fleet_generator_s);

/* Puts an entry at the end of the list, or in the place of another: an extension "0003*N" with a
 * status and one phone, `expire` seconds into some minute. */
void source_fixture_add(struct source_fixture *rig, int number, int status, int expire);
void source_fixture_set(struct source_fixture *rig, size_t index, int number, int status,
                        int expire);

/* Likewise with bytes of one's own. */
void source_fixture_add_raw(struct source_fixture *rig, const char *json);

/* Takes an entry out, or puts the numbers 0 to `count` in. */
void source_fixture_remove(struct source_fixture *rig, size_t index);
void source_fixture_fill(struct source_fixture *rig, int count);

/* Waits for the next poll and sees it through. */
void source_fixture_poll(struct source_fixture *rig);

/* Polls until a time. */
void source_fixture_run(struct source_fixture *rig, int64_t until_ms);

/* What a request asks for. */
struct source_fixture_request source_fixture_read_request(const struct http_request *request);

/* Is an entry one of those asked for? */
bool source_fixture_is_asked_for(const struct source_fixture *rig, const char *entry,
                                 const struct source_fixture_request *asked);

/* The row of "0003*N", or NULL. */
const struct row *source_fixture_row(const struct source_fixture *rig, int number);

/* Makes a reply of a status and a body. Always true, for `return source_fixture_reply(…)`. */
bool source_fixture_reply(struct http_reply *reply, long status, const char *body);

/* Makes a reply of a transfer that failed. Always true. */
bool source_fixture_break(struct http_reply *reply, const char *why);

#endif
