/* SPDX-License-Identifier: MIT */
/*
 * fault: what --fault makes go wrong: the table of faults, and what each does to an answer.
 *
 * Works on replies, after they were written as they should be; how a spoilt answer leaves the
 * socket (enum reply_way) is intake's business. Which answers are hit is drawn from the generator
 * it is given, one number for each fault that was asked for, in the table's order: the same seed
 * and the same requests meet the same faults. Never touches /sim/stats.
 */
#ifndef BLFTOP_SIM_FAULT_H
#define BLFTOP_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/rng.h"
#include "sim/issued_tokens.h"
#include "sim/message.h"

#define FAULTS_MAX 64

/* Which faults were asked for: the chance of each by its row in the table; 0: not at all. */
struct faults {
    double chances[FAULTS_MAX];
};

/* One answer that may be spoilt. All borrowed. */
struct fault_scene {
    const struct ask *ask;
    struct issued_tokens *keyring;
    bool is_token; /* the token endpoint's; else a page's */
};

/* Takes "NAME" or "NAME:PROBABILITY". */
bool faults_parse(struct faults *faults, const char *text, struct error *error)
    __attribute__((warn_unused_result));

/* Has the faults that are drawn happen to a reply. */
void faults_apply(const struct faults *faults, struct rng *rng, const struct fault_scene *scene,
                  struct reply *reply);

/* The name of a row and its line in --help; NULL past the last. */
const char *fault_name(size_t row);
const char *fault_help(size_t row);

#endif
