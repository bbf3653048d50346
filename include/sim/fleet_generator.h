/* SPDX-License-Identifier: MIT */
/*
 * fleet_generator: a made-up fleet of several tenants that goes about its day.
 *
 * Fills a fleet with numbers, and brings it up to a given time: whatever is due is looked up anew
 * (phone_at), nothing is lived through. The same seed gives the same fleet at the same simulated
 * time, however often it was asked in between.
 */
#ifndef BLFTOP_SIM_FLEET_GENERATOR_H
#define BLFTOP_SIM_FLEET_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "sim/fleet.h"
#include "sim/phone.h"

struct fleet_generator {
    struct phone_rules rules;
    struct phone_dating dating;
    int64_t origin_ms; /* simulated time 0 in milliseconds of struct moment */
    int64_t *due_ms;   /* simulated time of each record's next change; owned */
};

/* Fills an empty fleet with `count` extensions as they are at simulated time 0, which is `now`. */
void fleet_generator_begin(struct fleet_generator *life, struct fleet *fleet, size_t count,
                           struct phone_rules rules, double speed, struct moment now);

/* Frees what life owns; the fleet is the caller's. */
void fleet_generator_clear(struct fleet_generator *life);

/* Brings the fleet up to `now`. */
void fleet_generator_advance(struct fleet_generator *life, struct fleet *fleet, struct moment now);

#endif
