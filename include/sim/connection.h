/* SPDX-License-Identifier: MIT */
/*
 * connection: requests on their way through libmicrohttpd, from their first line to the answer.
 *
 * Gathers bodies, holds answers back for --delay without holding up others, lets answers that
 * --fault has spoilt leave in their own way (trickle), logs. What is answered is answer's business.
 */
#ifndef BLFTOP_SIM_CONNECTION_H
#define BLFTOP_SIM_CONNECTION_H

#include <stdint.h>
#include <sys/socket.h>

#include "sim/options.h"
#include "sim/state.h"

struct MHD_Daemon;
struct request;

struct connection {
    const struct sim_options *options; /* borrowed */
    struct sim_state *world;           /* borrowed */
    struct request *held;              /* suspended; first the one that is due first */
    char *host;                        /* "127.0.0.1:8080", for requests that name no host; owned */
};

/* An intake with nothing in it. It must stay where it is. */
void connection_init(struct connection *intake, const struct sim_options *options,
                     struct sim_state *world);
void connection_clear(struct connection *intake);

/* Lets the answers go that were due by `now_ms`. */
void connection_release(struct connection *intake, int64_t now_ms);

/* When the next held answer is due; INT64_MAX: none is held. */
int64_t connection_next_due(const struct connection *intake);

/* Has libmicrohttpd listen at an address and bring its requests here; https with a certificate and
 * its key (PEM; NULL: none), which must outlive it. NULL, perhaps with errno, if it will not. */
struct MHD_Daemon *connection_listen(struct connection *intake,
                                     const struct sockaddr_storage *address, char *cert, char *key);

#endif
