/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

/* Spreads a seed over the state (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", 2014). */
static uint64_t splitmix(uint64_t *seed)
{
    uint64_t mixed = (*seed += 0x9E3779B97F4A7C15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

void rng_seed(struct rng *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        rng->state[i] = splitmix(&seed);
}

void rng_seed_system(struct rng *rng)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        die("cannot get random bytes: %s", strerror(errno));
    rng_seed(rng, seed);
}

/* Rotates to the left; 0 < by < 64. */
static uint64_t rotate(uint64_t bits, int by)
{
    return (bits << by) | (bits >> (64 - by));
}

/* xoshiro256** (Blackman, Vigna: "Scrambled linear pseudorandom number generators", 2018). */
uint64_t rng_next(struct rng *rng)
{
    uint64_t *state = rng->state;
    uint64_t result = rotate(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 45);
    return result;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    if (bound == 0)
        return 0;
    uint64_t biased = (UINT64_MAX - bound + 1) % bound;
    uint64_t number;
    do {
        number = rng_next(rng);
    } while (number < biased);
    return number % bound;
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}
