/* SPDX-License-Identifier: MIT */
/*
 * refusal: what an answer that is neither a page nor a 204 is about. Pure.
 */
#ifndef BLFTOP_POLL_REFUSAL_H
#define BLFTOP_POLL_REFUSAL_H

#include <stdbool.h>

#include "base/error.h"
#include "http/client.h"

/* Is it a refusal of what was asked, which asking again soon will not change? */
bool refusal_is_lasting(long status);

/* Is it a refusal that may be about one extension, or one part of them, alone? */
bool refusal_is_of_target(long status);

/* Says in words what a refusal means, and what it is about: an extension (NULL: none), and a server
 * that was pointed to. The token that was sent is not quoted. */
void refusal_explain(const struct http_reply *reply, const char *extension, const char *token,
                     struct error *error);

#endif
