/* SPDX-License-Identifier: MIT */
/*
 * world: all that the server knows: its fleet, the tokens it gave out, and what it has counted.
 *
 * Touched by one thread only. Time comes in as a parameter.
 */
#ifndef BLFTOP_SIM_WORLD_H
#define BLFTOP_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/rng.h"
#include "sim/album.h"
#include "sim/fleet.h"
#include "sim/keyring.h"
#include "sim/life.h"
#include "sim/options.h"

struct world_stats {
    uint64_t requests;
    uint64_t token_requests;
    uint64_t tokens_issued;
    uint64_t presence_requests;
    uint64_t unauthorized; /* requests answered with 401 */
    uint64_t refused;      /* and with another 4xx */
    uint64_t entries;      /* served on all pages together */
    uint64_t bytes;        /* of bodies */
    uint64_t connections;  /* since the start */
    uint64_t open_connections;
};

struct world {
    const struct sim_options *options; /* borrowed */
    struct fleet fleet;
    struct life life;   /* unused with --fleet */
    struct album album; /* unused without */
    struct keyring keyring;
    struct rng chance; /* which answers --fault hits */
    struct world_stats stats;
};

/* Begins at `now`. False if the fleet's file cannot be used. */
bool world_begin(struct world *world, const struct sim_options *options, struct moment now,
                 struct error *error) __attribute__((warn_unused_result));
void world_clear(struct world *world);

/* Brings the fleet up to `now`. False if its file went bad: the fleet before is served on, and the
 * error is set once. */
bool world_advance(struct world *world, struct moment now, struct error *error);

/* Appends the counters as JSON. */
void world_write_stats(const struct world *world, struct buffer *out);

#endif
