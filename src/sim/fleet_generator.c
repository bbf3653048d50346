/* SPDX-License-Identifier: MIT */
#include "sim/fleet_generator.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"

#define FIRST_TENANT 3      /* "0003", as in the documentation's example */
#define LAST_TENANT 9999    /* four digits */
#define FIRST_EXTENSION 200 /* so that 0003*210 exists, as in the example */
#define LAST_EXTENSION 999  /* three digits */
#define PLAIN_RUN 20        /* a tenant's first numbers follow each other without a gap */

/* How many extensions a tenant has: mostly few, now and then many, never the whole fleet. */
static size_t draw_tenant_size(struct rng *rng, size_t fleet_size)
{
    size_t size = 12 + rng_below(rng, 90 + fleet_size / 250);
    if (rng_below(rng, 8) == 0)
        size += rng_below(rng, 400);
    size_t most = fleet_size / 3 + 11;
    return size < most ? size : most;
}

/* Adds one tenant's extensions until the fleet holds `count`. */
static void add_tenant(struct fleet *fleet, unsigned tenant, size_t count, struct rng *rng)
{
    size_t size = draw_tenant_size(rng, count);
    uint64_t extension = FIRST_EXTENSION;
    for (size_t i = 0; i < size && fleet->count < count && extension <= LAST_EXTENSION; i++) {
        fleet_add(fleet, mem_printf("%04u*%03u", tenant, (unsigned)extension), NULL, 0);
        bool leaves_gap = i >= PLAIN_RUN && rng_below(rng, 12) == 0;
        extension += leaves_gap ? 1 + rng_below(rng, 9) : 1;
    }
}

/* Lets one record in eight trade places: a server lists by age, not by number. */
static void shuffle_some(struct fleet *fleet, struct rng *rng)
{
    for (size_t i = 0; i < fleet->count / 16; i++) {
        size_t a = rng_below(rng, fleet->count);
        size_t b = rng_below(rng, fleet->count);
        struct record moved = fleet->records[a];
        fleet->records[a] = fleet->records[b];
        fleet->records[b] = moved;
    }
}

/* Numbers `count` extensions. */
static void number_fleet(struct fleet *fleet, size_t count, uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, seed);
    uint64_t tenant = FIRST_TENANT;
    while (fleet->count < count && tenant <= LAST_TENANT) {
        add_tenant(fleet, (unsigned)tenant, count, &rng);
        tenant += 1 + rng_below(&rng, 6);
    }
    shuffle_some(fleet, &rng);
    fleet_index(fleet);
}

/* Looks up one record at simulated time `t`. */
static void refresh_record(struct fleet_generator *life, struct fleet *fleet, size_t index,
                           int64_t t, struct buffer *scratch)
{
    const char *number = fleet->records[index].number;
    uint32_t tenant = (uint32_t)strtoul(number, NULL, 10);
    struct phone phone;
    phone_at(&phone, &life->rules, (uint32_t)index, tenant, t);
    buffer_reset(scratch);
    phone_write(scratch, &phone, number, &life->dating);
    fleet_update(fleet, index, phone.exists ? scratch : NULL);
    life->due_ms[index] = phone.until_ms;
}

/* Looks up all that is due at simulated time `t`. */
static void refresh_due(struct fleet_generator *life, struct fleet *fleet, int64_t t)
{
    struct buffer scratch;
    buffer_init(&scratch, 0);
    for (size_t i = 0; i < fleet->count; i++)
        if (life->due_ms[i] <= t)
            refresh_record(life, fleet, i, t, &scratch);
    buffer_clear(&scratch);
}

void fleet_generator_begin(struct fleet_generator *life, struct fleet *fleet, size_t count,
                           struct phone_rules rules, double speed, struct moment now)
{
    *life = (struct fleet_generator){
        .rules = rules,
        .dating = {.origin_s = now.wall_ms / 1000, .speed = speed},
        .origin_ms = now.ms,
    };
    number_fleet(fleet, count, rules.seed);
    life->due_ms = mem_new(fleet->count + 1, sizeof *life->due_ms);
    refresh_due(life, fleet, 0);
    fleet->changes = 0;
}

void fleet_generator_clear(struct fleet_generator *life)
{
    free(life->due_ms);
    *life = (struct fleet_generator){0};
}

void fleet_generator_advance(struct fleet_generator *life, struct fleet *fleet, struct moment now)
{
    double elapsed = (double)(now.ms - life->origin_ms);
    refresh_due(life, fleet, (int64_t)(elapsed * life->dating.speed));
}
