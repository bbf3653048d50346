/* SPDX-License-Identifier: MIT */
/*
 * soak_model: the fleet that the soak's server tells of, and what a board must make of it.
 *
 * Says by rules of its own, not by the program's, which lamp an extension has. Every change gives
 * an extension an agent that no other version of it had, so that an old value is never taken for a
 * new one. Plain data; who shares it between threads locks it.
 */
#ifndef BLFTOP_TESTS_LONG_SOAK_MODEL_H
#define BLFTOP_TESTS_LONG_SOAK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/rng.h"

#define SOAK_PHONES 36
#define SOAK_FIRST 200    /* the first one is 0003*200 */
#define SOAK_AGENT_MAX 32 /* bytes; made of visible ASCII */

enum soak_lamp {
    SOAK_OFFLINE,
    SOAK_EXPIRED,
    SOAK_MISMATCH,
    SOAK_UNKNOWN,
    SOAK_RINGING,
    SOAK_BUSY,
    SOAK_ONLINE,
    SOAK_STATIC,
    SOAK_LAMPS,
};

struct soak_phone {
    bool is_listed;
    int status;       /* 0 to 3 */
    bool has_contact; /* else the list of registrations is empty */
    int state;        /* of its one registration: 1, 2, 0, -1, -2 */
    uint64_t version;
    char agent[SOAK_AGENT_MAX];
};

struct soak_model {
    struct soak_phone phones[SOAK_PHONES];
    uint64_t version;
};

/* A fleet at random. */
void soak_model_init(struct soak_model *model, struct rng *rng);

/* A few of them change; now and then one leaves or comes. */
void soak_model_change(struct soak_model *model, struct rng *rng);

/* What the board must show for an extension that is listed, and for each lamp: its glyph and its
 * word in the table. */
enum soak_lamp soak_phone_lamp(const struct soak_phone *phone);
const char *soak_lamp_glyph(enum soak_lamp lamp);
const char *soak_lamp_word(enum soak_lamp lamp);

/* The lamp with this glyph at the beginning of a text; SOAK_LAMPS if it is none. */
enum soak_lamp soak_lamp_of_glyph(const char *text, size_t *length);

/* How many are listed. */
size_t soak_model_count(const struct soak_model *model);

/* The page from entry `start` on, at most `count` of them, as a JSON object. */
void soak_model_write(const struct soak_model *model, long start, long count, struct buffer *out);

/* One entry of it. */
void soak_phone_write(const struct soak_model *model, size_t index, struct buffer *out);

#endif
