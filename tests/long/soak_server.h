/* SPDX-License-Identifier: MIT */
/*
 * soak_server: a VoipNow server in a thread of the test, honest or at fault by chance.
 *
 * Answers on a free port of 127.0.0.1 from a soak_model that changes between polls. Given a chance,
 * it plays a fault in that part of the polls; every fault is counted. Held still, it is honest and
 * its model does not change, so that a screen can be compared with it.
 */
#ifndef BLFTOP_TESTS_LONG_SOAK_SERVER_H
#define BLFTOP_TESTS_LONG_SOAK_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "long/soak_model.h"

enum soak_fault {
    SOAK_GOOD,
    SOAK_CUT,         /* fewer bytes than Content-Length says */
    SOAK_RESET,       /* the connection is reset */
    SOAK_TRUNCATED,   /* a whole answer whose JSON ends early */
    SOAK_500,         /* with HTML */
    SOAK_503,         /* with Retry-After */
    SOAK_401,         /* all tokens are forgotten */
    SOAK_HANG,        /* no answer, until the other side gives up */
    SOAK_RUBBISH,     /* bytes that are no HTTP */
    SOAK_WRONG_TYPES, /* members of all the wrong types */
    SOAK_POISON,      /* an agent that orders the terminal about */
    SOAK_EMPTY,       /* a collection of nothing, or a 204 */
    SOAK_TWICE,       /* every entry twice, with something else the second time */
    SOAK_FAULTS,
};

struct soak_counts {
    uint64_t polls;  /* first pages that were asked for, not counting again after a 401 */
    uint64_t honest; /* whole polls answered while held still */
    uint64_t requests;
    uint64_t tokens;
    uint64_t token_failures;
    uint64_t connections;
    uint64_t faults[SOAK_FAULTS];
};

struct soak_server;

/* Starts one; `fault_percent` of the polls go wrong. */
struct soak_server *soak_server_start(uint64_t seed, unsigned fault_percent);
void soak_server_stop(struct soak_server *server);

int soak_server_port(const struct soak_server *server);

/* What it has done so far. */
struct soak_counts soak_server_counts(struct soak_server *server);

/* Honest and unchanging, or not; a copy of the model as it is from then on. */
void soak_server_hold(struct soak_server *server, struct soak_model *model);
void soak_server_release(struct soak_server *server);

/* What a fault is called. */
const char *soak_fault_name(enum soak_fault fault);

#endif
