/* SPDX-License-Identifier: MIT */
/*
 * presence: List Presence, once the caller is known: whom it may see, and the pages.
 *
 * Knows no token and no HTTP library.
 */
#ifndef BLFTOP_SIM_PRESENCE_H
#define BLFTOP_SIM_PRESENCE_H

#include "sim/message.h"
#include "sim/params.h"
#include "sim/state.h"

#define PRESENCE_USER_ID 42 /* the numeric id of the one user there is */

/* Answers GET /uapi/extensions/{user}/{extension}/presence; both are decoded. */
void presence_answer(struct sim_state *world, const struct ask *ask, const char *user,
                     const char *extension, const struct params *params, struct reply *reply);

#endif
