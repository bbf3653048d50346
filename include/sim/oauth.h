/* SPDX-License-Identifier: MIT */
/*
 * oauth: the token endpoint, as far as client_credentials goes (RFC 6749, 4.4 and 5).
 *
 * Never repeats a secret. Fields it does not know (type, redirect_uri) are ignored.
 */
#ifndef BLFTOP_SIM_OAUTH_H
#define BLFTOP_SIM_OAUTH_H

#include "sim/message.h"
#include "sim/state.h"

/* Answers POST /oauth/token.php. */
void oauth_answer(struct sim_state *world, const struct ask *ask, struct reply *reply);

#endif
