/* SPDX-License-Identifier: MIT */
/*
 * intake: requests on their way through libmicrohttpd, from their first line to the answer.
 *
 * Gathers bodies, holds answers back for --delay without holding up others, lets answers that
 * --fault has spoilt leave in their own way (trickle), logs. What is answered is answer's business.
 */
#ifndef BLFTOP_SIM_INTAKE_H
#define BLFTOP_SIM_INTAKE_H

#include <stdint.h>
#include <sys/socket.h>

#include "sim/options.h"
#include "sim/world.h"

struct MHD_Daemon;
struct request;

struct intake {
    const struct sim_options *options; /* borrowed */
    struct world *world;               /* borrowed */
    struct request *held;              /* suspended; first the one that is due first */
    char *host;                        /* "127.0.0.1:8080", for requests that name no host; owned */
};

/* An intake with nothing in it. It must stay where it is. */
void intake_init(struct intake *intake, const struct sim_options *options, struct world *world);
void intake_clear(struct intake *intake);

/* Lets the answers go that were due by `now_ms`. */
void intake_release(struct intake *intake, int64_t now_ms);

/* When the next held answer is due; INT64_MAX: none is held. */
int64_t intake_next_due(const struct intake *intake);

/* Has libmicrohttpd listen at an address and bring its requests here; https with a certificate and
 * its key (PEM; NULL: none), which must outlive it. NULL, perhaps with errno, if it will not. */
struct MHD_Daemon *intake_listen(struct intake *intake, const struct sockaddr_storage *address,
                                 char *cert, char *key);

#endif
