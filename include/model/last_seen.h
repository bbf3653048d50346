/* SPDX-License-Identifier: MIT */
/*
 * last_seen: at which moments how many of a server's rows were last heard.
 *
 * Tells at once how old the oldest row is, which would else take a look at every row for every
 * frame. Rows of one portion of a page share a moment, so there are few; those that no row has any
 * more are forgotten as others come. Knows no rows.
 */
#ifndef BLFTOP_MODEL_LAST_SEEN_H
#define BLFTOP_MODEL_LAST_SEEN_H

#include <stddef.h>
#include <stdint.h>

#define LAST_SEEN_NONE INT64_MAX

struct last_seen_moment {
    int64_t ms;
    size_t count; /* rows last heard then */
};

struct last_seen {
    struct last_seen_moment *moments; /* owned; oldest first */
    size_t first;                     /* those before are forgotten */
    size_t end;
    size_t capacity;
    size_t recent; /* where a row was last taken from: the next one often stands there too */
};

void last_seen_init(struct last_seen *last_seen);
void last_seen_clear(struct last_seen *last_seen);

/* A row was heard. Fast when no later moment has been told of. */
void last_seen_add(struct last_seen *last_seen, int64_t ms);

/* A row that was heard then has been heard again, or is not to be counted any more. */
void last_seen_remove(struct last_seen *last_seen, int64_t ms);

/* A row that was heard at `from` has been heard at `to`. Here because every row of every poll comes
 * this way: mostly both moments are those of the row before it. */
static inline void last_seen_move(struct last_seen *last_seen, int64_t from, int64_t to)
{
    struct last_seen_moment *old = &last_seen->moments[last_seen->recent];
    struct last_seen_moment *new = &last_seen->moments[last_seen->end - 1];
    if (last_seen->recent >= last_seen->first && old->ms == from && old->count > 1 &&
        new->ms == to) {
        old->count--;
        new->count++;
        return;
    }
    last_seen_remove(last_seen, from);
    last_seen_add(last_seen, to);
}

/* The oldest moment after `ms` that some row has; LAST_SEEN_NONE if there is none. */
int64_t last_seen_after(const struct last_seen *last_seen, int64_t ms);

/* A copy into an uninitialised struct. */
void last_seen_copy(struct last_seen *to, const struct last_seen *from);

#endif
