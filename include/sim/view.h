/* SPDX-License-Identifier: MIT */
/*
 * view: the parameters of List Presence, checked.
 *
 * Stricter than a client should rely on: what the documentation calls invalid is refused with
 * the documented code. Chooses nothing itself.
 */
#ifndef BLFTOP_SIM_VIEW_H
#define BLFTOP_SIM_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/exchange.h"
#include "sim/fleet.h"
#include "sim/params.h"

#define VIEW_COUNT_MAX 4999
#define VIEW_COUNT_DEFAULT 20
#define VIEW_START_MAX 4999

struct view {
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
bool view_read(struct view *view, const struct params *params, struct reply *reply);

/* Is a member with this name among the fields asked for? */
bool view_wants_member(const struct view *view, const char *name, size_t length);

#endif
