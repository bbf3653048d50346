/* SPDX-License-Identifier: MIT */
/*
 * rng: a small seeded random generator (xoshiro256**), for jitter and for the simulator.
 *
 * Walls that boot together must not act together, so the program seeds from the system; tests
 * and the simulator seed with a number and get the same run each time. Not for keys or tokens.
 */
#ifndef BLFTOP_BASE_RNG_H
#define BLFTOP_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state[4];
};

/* The same seed gives the same numbers (spread by splitmix64). */
void rng_seed(struct rng *rng, uint64_t seed);

/* Seeds from getrandom(2). */
void rng_seed_system(struct rng *rng);

/* 64 random bits. */
uint64_t rng_next(struct rng *rng);

/* A number in [0, bound), without modulo bias; 0 for bound 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/* A number in [0, 1). */
double rng_unit(struct rng *rng);

#endif
