/* SPDX-License-Identifier: MIT */
/*
 * params: the name=value pairs of a query or of a form body, percent-decoded.
 *
 * Owns its decoded copies; remembers where each pair stood in the text it was read from, which is
 * borrowed. Never judges a value.
 */
#ifndef BLFTOP_SIM_PARAMS_H
#define BLFTOP_SIM_PARAMS_H

#include <stddef.h>

struct param {
    char *name;      /* decoded; owned */
    char *value;     /* decoded, "" without a '='; owned */
    const char *raw; /* the pair as it was sent; borrowed */
    size_t raw_length;
};

struct params {
    struct param *items; /* owned */
    size_t count;
};

/* Reads `length` bytes of application/x-www-form-urlencoded text. */
void params_parse(struct params *params, const char *text, size_t length);

/* Frees the pairs. */
void params_clear(struct params *params);

/* The value of a name, of the last pair if there are several (as PHP does); NULL if there is none.
 */
const char *params_get(const struct params *params, const char *name);

/* A percent-decoded copy that the caller frees. A wrong escape and %00 stay as they are. A plus
 * sign stays one: that it means a blank is the forms' business. */
char *params_decode_path(const char *text, size_t length);

#endif
