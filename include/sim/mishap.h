/* SPDX-License-Identifier: MIT */
/*
 * mishap: what --fault makes go wrong: the table of faults, and what each does to an answer.
 *
 * Works on replies, after they were written as they should be; how a spoilt answer leaves the
 * socket (enum reply_way) is intake's business. Which answers are hit is drawn from the generator
 * it is given, one number for each fault that was asked for, in the table's order: the same seed
 * and the same requests meet the same faults. Never touches /sim/stats.
 */
#ifndef BLFTOP_SIM_MISHAP_H
#define BLFTOP_SIM_MISHAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/rng.h"
#include "sim/exchange.h"
#include "sim/keyring.h"

#define MISHAPS_MAX 64

/* Which faults were asked for: the chance of each by its row in the table; 0: not at all. */
struct mishaps {
    double chances[MISHAPS_MAX];
};

/* One answer that may be spoilt. All borrowed. */
struct mishap_scene {
    const struct ask *ask;
    struct keyring *keyring;
    bool is_token; /* the token endpoint's; else a page's */
};

/* Takes "NAME" or "NAME:PROBABILITY". */
bool mishaps_take(struct mishaps *mishaps, const char *text, struct error *error)
    __attribute__((warn_unused_result));

/* Has the faults that are drawn happen to a reply. */
void mishaps_befall(const struct mishaps *mishaps, struct rng *rng,
                    const struct mishap_scene *scene, struct reply *reply);

/* The name of a row and its line in --help; NULL past the last. */
const char *mishap_name(size_t row);
const char *mishap_help(size_t row);

#endif
