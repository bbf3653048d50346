/* SPDX-License-Identifier: MIT */
/*
 * state: all that the server knows: its fleet, the tokens it gave out, and what it has counted.
 *
 * Touched by one thread only. Time comes in as a parameter.
 */
#ifndef BLFTOP_SIM_STATE_H
#define BLFTOP_SIM_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/rng.h"
#include "sim/fleet.h"
#include "sim/fleet_file.h"
#include "sim/fleet_generator.h"
#include "sim/issued_tokens.h"
#include "sim/options.h"

struct sim_state_stats {
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

struct sim_state {
    const struct sim_options *options; /* borrowed */
    struct fleet fleet;
    struct fleet_generator life; /* unused with --fleet */
    struct fleet_file album;     /* unused without */
    struct issued_tokens keyring;
    struct rng chance; /* which answers --fault hits */
    struct sim_state_stats stats;
};

/* Begins at `now`. False if the fleet's file cannot be used. */
bool sim_state_begin(struct sim_state *world, const struct sim_options *options, struct moment now,
                     struct error *error) __attribute__((warn_unused_result));
void sim_state_clear(struct sim_state *world);

/* Brings the fleet up to `now`. False if its file went bad: the fleet before is served on, and the
 * error is set once. */
bool sim_state_advance(struct sim_state *world, struct moment now, struct error *error);

/* Appends the counters as JSON. */
void sim_state_write_stats(const struct sim_state *world, struct buffer *out);

#endif
