/* SPDX-License-Identifier: MIT */
/*
 * source_rig: a source driven by a made-up server, under a made-up clock. No sockets, no waiting.
 *
 * The server holds a list of entries, pages it as VoipNow does, gives tokens and counts what it is
 * asked. A test bends it with the fields of struct rig, or answers itself through `answer`.
 */
#ifndef BLFTOP_TESTS_SOURCE_RIG_H
#define BLFTOP_TESTS_SOURCE_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/rng.h"
#include "config/settings.h"
#include "model/feed.h"
#include "model/roster.h"
#include "net/source.h"

#define RIG_TOTAL_TRUE (-1) /* totalResults is how many entries there are */
#define RIG_TOTAL_NONE (-2) /* there is no totalResults */
#define RIG_REQUESTS_MAX 64 /* of the last poll that are remembered */
#define RIG_AT_ONCE_MAX 16

struct rig;

/* What a request asks for. */
struct rig_request {
    bool is_token;
    char extension[64];
    char filter[64];    /* filterValue, not escaped any more; "" for none */
    char filter_op[16]; /* filterOp */
    long start;
    long count;
    const struct fetch_request *request;
};

/* Answers in the server's place: fills in the reply and returns true, or leaves it to the server.
 */
typedef bool rig_answer(struct rig *rig, const struct rig_request *asked,
                        struct fetch_reply *reply);

struct rig {
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
    rig_answer *answer;
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
    struct feed feed;
    struct rng rng;
    struct buffer spare; /* memory of the page before */
    struct source *source;
    const struct walk_reach *reach; /* NULL: the protocol's */
    struct moment now;
    size_t works;    /* calls of source_work */
    int64_t idle_ms; /* how long it waited before the last poll */
};

/* A server without entries and a source with a ready token, interval 5 s, pages of 1000, at one
 * o'clock somewhen. Change settings, then rig_start. */
void rig_init(struct rig *rig);
void rig_clear(struct rig *rig);

/* Makes the source; `extensions` as in struct source_setup. */
void rig_start(struct rig *rig, const char *const *extensions, size_t count);

/* The source gets tokens with client credentials. */
void rig_use_credentials(struct rig *rig, int64_t life_s);

/* Puts an entry at the end of the list, or in the place of another: an extension "0003*N" with a
 * status and one phone, `expire` seconds into some minute. */
void rig_add(struct rig *rig, int number, int status, int expire);
void rig_set(struct rig *rig, size_t index, int number, int status, int expire);

/* Likewise with bytes of one's own. */
void rig_add_raw(struct rig *rig, const char *json);

/* Takes an entry out, or puts the numbers 0 to `count` in. */
void rig_remove(struct rig *rig, size_t index);
void rig_fill(struct rig *rig, int count);

/* Waits for the next poll and sees it through. */
void rig_poll(struct rig *rig);

/* Polls until a time. */
void rig_run(struct rig *rig, int64_t until_ms);

/* What a request asks for. */
struct rig_request rig_read_request(const struct fetch_request *request);

/* Is an entry one of those asked for? */
bool rig_is_asked_for(const struct rig *rig, const char *entry, const struct rig_request *asked);

/* The row of "0003*N", or NULL. */
const struct row *rig_row(const struct rig *rig, int number);

/* Makes a reply of a status and a body. Always true, for `return rig_reply(…)`. */
bool rig_reply(struct fetch_reply *reply, long status, const char *body);

/* Makes a reply of a transfer that failed. Always true. */
bool rig_break(struct fetch_reply *reply, const char *why);

#endif
