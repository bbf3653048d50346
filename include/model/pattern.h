/* SPDX-License-Identifier: MIT */
/*
 * pattern: a regular expression that may be tried on every key press.
 *
 * POSIX extended, case ignored. glibc's regcomp copies what is repeated, so that a pattern of
 * twenty bytes can ask for all memory; repetitions of repetitions beside an anchor take it time
 * that doubles with each ("$(a*)*(b*)*": 12 of them 4 ms, "^a****b****" with 36 stars 1.4 s; glibc
 * 2.36); and back-references make a match exponential. All three are refused before regcomp sees
 * them. Never says where in a text it matched.
 */
#ifndef BLFTOP_MODEL_PATTERN_H
#define BLFTOP_MODEL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define PATTERN_WEIGHT_MAX 4096 /* about twice the characters once repetitions are written out */
#define PATTERN_NESTED_MAX 12   /* repetitions of repetitions, likewise */
#define PATTERN_DEPTH_MAX 32    /* parentheses in parentheses */

struct pattern;

/* Compiles a pattern; NULL with the reason if it is wrong or too heavy. */
struct pattern *pattern_new(const char *text, struct error *error);
void pattern_free(struct pattern *pattern);

/* Does it match somewhere in text? */
bool pattern_matches(const struct pattern *pattern, const char *text);

#endif
