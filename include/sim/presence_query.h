/* SPDX-License-Identifier: MIT */
/*
 * presence_query: the parameters of List Presence, checked.
 *
 * Stricter than a client should rely on: what the documentation calls invalid is refused with
 * the documented code. Chooses nothing itself.
 */
#ifndef BLFTOP_SIM_PRESENCE_QUERY_H
#define BLFTOP_SIM_PRESENCE_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/fleet.h"
#include "sim/message.h"
#include "sim/params.h"

#define PRESENCE_COUNT_MAX 4999
#define PRESENCE_COUNT_DEFAULT 20
#define PRESENCE_START_MAX 4999

struct presence_query {
    long count;
    long start;
    unsigned fields; /* bits for the members wanted; 0: everything, as it stands */
    enum fleet_match match;
    bool has_filter_by;
    bool has_filter_op;
    const char *filter_value; /* borrowed from the parameters; NULL: not given */
    enum fleet_order order;
};

/* Reads the parameters. False if one is wrong: the reply is the refusal then. */
bool presence_query_read(struct presence_query *view, const struct params *params,
                         struct reply *reply);

/* Is a member with this name among the fields asked for? */
bool presence_query_wants_member(const struct presence_query *view, const char *name,
                                 size_t length);

#endif
