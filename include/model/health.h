/* SPDX-License-Identifier: MIT */
/*
 * health: what the screen says of all servers together: the worst of them, and the oldest data.
 *
 * A screen that shows several servers is as old as the oldest. Arithmetic on feeds and a given
 * time; draws nothing.
 */
#ifndef BLFTOP_MODEL_HEALTH_H
#define BLFTOP_MODEL_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/server_status.h"

/* From good to bad. */
enum health_kind {
    HEALTH_LIVE,
    HEALTH_WAITING,    /* for the first answer */
    HEALTH_INCOMPLETE, /* the last poll read some of its pages only */
    HEALTH_STALE,
    HEALTH_NO_DATA, /* never heard, and the first attempt has failed */
};

struct health {
    enum health_kind kind;             /* of the worst server */
    const struct server_status *worst; /* NULL without servers */
    const struct server_status
        *slow;            /* the one with the oldest data; NULL if there is none at all */
    int64_t staleness_ms; /* of that data, -1: none */
    int64_t latency_ms;   /* of the slowest good poll */
    size_t live;          /* servers that are LIVE */
    size_t told;          /* entries there are, as the servers say */
    bool is_short;        /* some server says there are more than could be read of it */
    size_t was;           /* entries there were a few polls ago */
    bool has_shrunk;      /* some server had over twice as many then */
    uint64_t rejected;    /* entries that could not be read */
    const struct server_status *insecure; /* the first one that is, or NULL */
};

#define HEALTH_TROUBLE_MAX 320 /* bytes of text */

/* The word for a state: "STALE". */
const char *health_word(enum health_kind kind);

/* The state of one server. */
enum health_kind health_of_feed(const struct server_status *feed, int64_t now);

/* Age of a server's data; of one that never answered whole, of what it did answer; else -1. */
int64_t health_age(const struct server_status *feed, int64_t now);

/* What there is to tell of one server besides its state, the worst of it: safe text. False, and
 * none, if there is nothing. */
bool health_tell(const struct server_status *feed, char out[static HEALTH_TROUBLE_MAX]);

/* The state of all of them. */
struct health health_of(const struct server_status *feeds, size_t count, int64_t now);

#endif
