/* SPDX-License-Identifier: MIT */
/*
 * broken_response: answers that leave the socket as they should not: cut, reset, byte by byte.
 *
 * Knows libmicrohttpd's connections and no request; which answer leaves how is mishap's business.
 */
#ifndef BLFTOP_SIM_BROKEN_RESPONSE_H
#define BLFTOP_SIM_BROKEN_RESPONSE_H

#include <stdbool.h>

#include "sim/message.h"

struct MHD_Connection;
struct MHD_Response;

/* Suspends the request of `context` for `ms`. */
typedef void broken_response_wait(void *context, int ms);

/* Has a connection end without a whole head: its caller returns MHD_NO then. `is_plain`: not TLS,
 * where there is no half a head. */
void broken_response_break_off(struct MHD_Connection *connection, enum reply_way way,
                               bool is_plain);

/* The response of a reply whose body ends in its middle or comes byte by byte; the body is taken
 * over. `wait` is called with `context` from within the library. */
struct MHD_Response *broken_response_respond(struct MHD_Connection *connection, struct reply *reply,
                                             broken_response_wait *wait, void *context);

#endif
