/* SPDX-License-Identifier: MIT */
#include "sim/state.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/buffer.h"

/* The counters by the names they have in /sim/stats. */
static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    {"requests", offsetof(struct sim_state_stats, requests)},
    {"token_requests", offsetof(struct sim_state_stats, token_requests)},
    {"tokens_issued", offsetof(struct sim_state_stats, tokens_issued)},
    {"presence_requests", offsetof(struct sim_state_stats, presence_requests)},
    {"unauthorized", offsetof(struct sim_state_stats, unauthorized)},
    {"refused", offsetof(struct sim_state_stats, refused)},
    {"entries", offsetof(struct sim_state_stats, entries)},
    {"bytes", offsetof(struct sim_state_stats, bytes)},
    {"connections", offsetof(struct sim_state_stats, connections)},
    {"open_connections", offsetof(struct sim_state_stats, open_connections)},
};

bool sim_state_begin(struct sim_state *world, const struct sim_options *options, struct moment now,
                     struct error *error)
{
    *world = (struct sim_state){.options = options};
    fleet_init(&world->fleet);
    issued_tokens_init(&world->keyring, options->token);
    rng_seed(&world->chance, (uint64_t)options->seed);
    if (options->fleet != NULL) {
        fleet_file_init(&world->album, options->fleet);
        return fleet_file_refresh(&world->album, &world->fleet, error);
    }
    struct phone_rules rules = {.seed = (uint64_t)options->seed, .churn = options->churn};
    fleet_generator_begin(&world->life, &world->fleet, (size_t)options->extensions, rules,
                          options->speed, now);
    return true;
}

void sim_state_clear(struct sim_state *world)
{
    fleet_generator_clear(&world->life);
    fleet_clear(&world->fleet);
}

bool sim_state_advance(struct sim_state *world, struct moment now, struct error *error)
{
    if (world->options->fleet != NULL)
        return fleet_file_refresh(&world->album, &world->fleet, error);
    fleet_generator_advance(&world->life, &world->fleet, now);
    return true;
}

void sim_state_write_stats(const struct sim_state *world, struct buffer *out)
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
