/* SPDX-License-Identifier: MIT */
#include "sim/world.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/buffer.h"

/* The counters by the names they have in /sim/stats. */
static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    {"requests", offsetof(struct world_stats, requests)},
    {"token_requests", offsetof(struct world_stats, token_requests)},
    {"tokens_issued", offsetof(struct world_stats, tokens_issued)},
    {"presence_requests", offsetof(struct world_stats, presence_requests)},
    {"unauthorized", offsetof(struct world_stats, unauthorized)},
    {"refused", offsetof(struct world_stats, refused)},
    {"entries", offsetof(struct world_stats, entries)},
    {"bytes", offsetof(struct world_stats, bytes)},
    {"connections", offsetof(struct world_stats, connections)},
    {"open_connections", offsetof(struct world_stats, open_connections)},
};

bool world_begin(struct world *world, const struct sim_options *options, struct moment now,
                 struct error *error)
{
    *world = (struct world){.options = options};
    fleet_init(&world->fleet);
    keyring_init(&world->keyring, options->token);
    rng_seed(&world->chance, (uint64_t)options->seed);
    if (options->fleet != NULL) {
        album_init(&world->album, options->fleet);
        return album_refresh(&world->album, &world->fleet, error);
    }
    struct phone_rules rules = {.seed = (uint64_t)options->seed, .churn = options->churn};
    life_begin(&world->life, &world->fleet, (size_t)options->extensions, rules, options->speed,
               now);
    return true;
}

void world_clear(struct world *world)
{
    life_clear(&world->life);
    fleet_clear(&world->fleet);
}

bool world_advance(struct world *world, struct moment now, struct error *error)
{
    if (world->options->fleet != NULL)
        return album_refresh(&world->album, &world->fleet, error);
    life_advance(&world->life, &world->fleet, now);
    return true;
}

void world_write_stats(const struct world *world, struct buffer *out)
{
    buffer_puts(out, "{");
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        const char *counter = (const char *)&world->stats + counters[i].offset;
        buffer_printf(out, "\"%s\":%" PRIu64 ",", counters[i].name,
                      *(const uint64_t *)(const void *)counter);
    }
    buffer_printf(out, "\"extensions\":%zu,\"changes\":%" PRIu64 "}", fleet_present(&world->fleet),
                  world->fleet.changes);
}
