/* SPDX-License-Identifier: MIT */
/*
 * outlook: what the screen says of all servers together: the worst of them, and the oldest data.
 *
 * A screen that shows several servers is as old as the oldest. Arithmetic on feeds and a given
 * time; draws nothing.
 */
#ifndef BLFTOP_BOARD_OUTLOOK_H
#define BLFTOP_BOARD_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/feed.h"

/* From good to bad. */
enum outlook_kind {
    OUTLOOK_LIVE,
    OUTLOOK_WAITING,    /* for the first answer */
    OUTLOOK_INCOMPLETE, /* the last poll read some of its pages only */
    OUTLOOK_STALE,
    OUTLOOK_NO_DATA, /* never heard, and the first attempt has failed */
};

struct outlook {
    enum outlook_kind kind;      /* of the worst server */
    const struct feed *worst;    /* NULL without servers */
    const struct feed *slow;     /* the one with the oldest data; NULL if there is none at all */
    int64_t age_ms;              /* of that data, -1: none */
    int64_t latency_ms;          /* of the slowest good poll */
    size_t live;                 /* servers that are LIVE */
    size_t told;                 /* entries there are, as the servers say */
    bool is_short;               /* some server says there are more than could be read of it */
    size_t was;                  /* entries there were a few polls ago */
    bool has_shrunk;             /* some server had over twice as many then */
    uint64_t rejected;           /* entries that could not be read */
    const struct feed *insecure; /* the first one that is, or NULL */
};

#define OUTLOOK_TROUBLE_MAX 320 /* bytes of text */

/* The word for a state: "STALE". */
const char *outlook_word(enum outlook_kind kind);

/* The state of one server. */
enum outlook_kind outlook_of_feed(const struct feed *feed, int64_t now);

/* Age of a server's data; of one that never answered whole, of what it did answer; else -1. */
int64_t outlook_age(const struct feed *feed, int64_t now);

/* What there is to tell of one server besides its state, the worst of it: safe text. False, and
 * none, if there is nothing. */
bool outlook_tell(const struct feed *feed, char out[static OUTLOOK_TROUBLE_MAX]);

/* The state of all of them. */
struct outlook outlook_of(const struct feed *feeds, size_t count, int64_t now);

#endif
