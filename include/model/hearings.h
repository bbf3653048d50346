/* SPDX-License-Identifier: MIT */
/*
 * hearings: at which moments how many of a server's rows were last heard.
 *
 * Tells at once how old the oldest row is, which would else take a look at every row for every
 * frame. Rows of one portion of a page share a moment, so there are few; those that no row has any
 * more are forgotten as others come. Knows no rows.
 */
#ifndef BLFTOP_MODEL_HEARINGS_H
#define BLFTOP_MODEL_HEARINGS_H

#include <stddef.h>
#include <stdint.h>

#define HEARING_NONE INT64_MAX

struct hearing {
    int64_t ms;
    size_t count; /* rows last heard then */
};

struct hearings {
    struct hearing *moments; /* owned; oldest first */
    size_t first;            /* those before are forgotten */
    size_t end;
    size_t capacity;
    size_t recent; /* where a row was last taken from: the next one often stands there too */
};

void hearings_init(struct hearings *hearings);
void hearings_clear(struct hearings *hearings);

/* A row was heard. Fast when no later moment has been told of. */
void hearings_add(struct hearings *hearings, int64_t ms);

/* A row that was heard then has been heard again, or is not to be counted any more. */
void hearings_remove(struct hearings *hearings, int64_t ms);

/* A row that was heard at `from` has been heard at `to`. Here because every row of every poll comes
 * this way: mostly both moments are those of the row before it. */
static inline void hearings_move(struct hearings *hearings, int64_t from, int64_t to)
{
    struct hearing *old = &hearings->moments[hearings->recent];
    struct hearing *new = &hearings->moments[hearings->end - 1];
    if (hearings->recent >= hearings->first && old->ms == from && old->count > 1 && new->ms == to) {
        old->count--;
        new->count++;
        return;
    }
    hearings_remove(hearings, from);
    hearings_add(hearings, to);
}

/* The oldest moment after `ms` that some row has; HEARING_NONE if there is none. */
int64_t hearings_after(const struct hearings *hearings, int64_t ms);

/* A copy into an uninitialised struct. */
void hearings_copy(struct hearings *to, const struct hearings *from);

#endif
