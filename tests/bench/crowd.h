/* SPDX-License-Identifier: MIT */
/*
 * crowd: a made-up fleet of any size whose pages can be written fast, and which changes as a
 * measurement needs it.
 *
 * Entries are kept as bytes of the answer (List Presence, about 131 bytes each, one in ten with an
 * empty list of registrations), in the order of their numbers unless shuffled. Real pages hold the
 * same members in the same order; nothing else of a VoipNow server is in here. Sends nothing.
 */
#ifndef BLFTOP_TESTS_BENCH_CROWD_H
#define BLFTOP_TESTS_BENCH_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/rng.h"

#define CROWD_TEXT_MAX 176

/* One extension. */
struct member {
    char text[CROWD_TEXT_MAX]; /* its entry */
    uint16_t length;
    uint16_t status_at; /* where its status digit stands */
    uint16_t expire_at; /* where the minutes of its registration's end stand; 0: it has none */
    char number[10];    /* "0003*210" */
};

struct crowd {
    struct member *members; /* owned; by number */
    uint32_t *order;        /* owned; in which the server lists them */
    size_t count;
    struct rng rng;
    unsigned renewals;
    bool is_limited; /* startIndex and count have the real server's limits */
};

/* A fleet; the same seed gives the same. */
void crowd_init(struct crowd *crowd, size_t count, uint64_t seed);
void crowd_clear(struct crowd *crowd);

/* Gives so many extensions, drawn by lot, another status. */
void crowd_change(struct crowd *crowd, size_t count);

/* Gives each of them another end of its registration. */
void crowd_renew(struct crowd *crowd);

/* Lists them in another order, drawn by lot. */
void crowd_shuffle(struct crowd *crowd);

/* Bytes of all entries. */
size_t crowd_bytes(const struct crowd *crowd);

/* Writes the page that a target (a URL, or its path and query) asks for. False if the server
 * would refuse it. */
bool crowd_answer(const struct crowd *crowd, const char *target, struct buffer *out);

/* Is it the first page of a poll, as far as a server can tell? */
bool crowd_is_first(const char *target);

#endif
