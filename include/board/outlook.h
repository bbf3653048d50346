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

/* The state of one server. */
enum outlook_kind outlook_of_feed(const struct feed *feed, int64_t now);

/* The state of all of them. */
struct outlook outlook_of(const struct feed *feeds, size_t count, int64_t now);

#endif
