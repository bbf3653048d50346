/* SPDX-License-Identifier: MIT */
/*
 * router: from a request to its reply: which resource, which method, who may.
 *
 * A table of resources; the rest is theirs. Writes no socket and no log.
 */
#ifndef BLFTOP_SIM_ROUTER_H
#define BLFTOP_SIM_ROUTER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "sim/message.h"
#include "sim/state.h"

/* Answers one request into an initialised reply and counts it. The fleet is taken as it is:
 * sim_state_advance comes first. */
void router_request(struct sim_state *world, const struct ask *ask, struct reply *reply);

/* Is the answer to this target held back by --delay? The counters are not. */
bool router_is_delayed(const char *target);

/* Appends a target as it may be logged: safe text, without what only a secret's owner may read. */
void router_write_target(struct buffer *out, const char *target);

#endif
