/* SPDX-License-Identifier: MIT */
/*
 * server: the socket side: libmicrohttpd driven by one loop in one thread.
 *
 * Owns the listening socket, the certificate and the waiting. Requests are intake's business, and
 * what is answered is answer's.
 */
#ifndef BLFTOP_SIM_SERVER_H
#define BLFTOP_SIM_SERVER_H

#include <stdbool.h>

#include "base/error.h"
#include "sim/options.h"
#include "sim/state.h"

struct sim_server;

/* Starts listening. NULL if that cannot be. Options and world are borrowed. */
struct sim_server *sim_server_start(const struct sim_options *options, struct sim_state *world,
                                    struct error *error) __attribute__((warn_unused_result));

/* "http://127.0.0.1:8080"; the server's. */
const char *sim_server_url(const struct sim_server *server);

/* Answers until a signal has come (base/signals) or `leash` (-1: none) has closed. */
void sim_server_run(struct sim_server *server, int leash);

/* Stops listening and frees. */
void sim_server_stop(struct sim_server *server);

#endif
