/* SPDX-License-Identifier: MIT */
/*
 * keys: how long a key waits until the first byte of its frame is on the terminal.
 *
 * The keys are j and k in turn, which move the selection by one: each changes what is shown. Before
 * each one the terminal is read empty.
 */
#ifndef BLFTOP_TESTS_BENCH_KEYS_H
#define BLFTOP_TESTS_BENCH_KEYS_H

#include "base/rng.h"
#include "bench/child.h"
#include "bench/figures.h"
#include "bench/host.h"

struct keys {
    struct child *board; /* borrowed */
    struct rng rng;
    unsigned count;
};

void keys_init(struct keys *keys, struct child *board, uint64_t seed);

/* Presses a key after a time between `least` and `most` seconds and adds its milliseconds. */
void keys_press(struct keys *keys, double least, double most, struct figures *figures);

/* The same after the next page of a server has begun to be sent. */
void keys_press_in_page(struct keys *keys, struct host *host, double most, struct figures *figures);

#endif
