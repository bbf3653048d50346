/* SPDX-License-Identifier: MIT */
/*
 * filter_regex: a regular expression that may be tried on every key press.
 *
 * POSIX extended, case ignored. glibc's regcomp (2.36) copies what is repeated, so that a pattern
 * of twenty bytes can ask for all memory. Its time doubles with each repetition of a repetition
 * beside an anchor ("^(a*)*(b*)*": 12 of them 9 ms, "^a****b****" with 36 stars 1.4 s) and with
 * each anchor before those ("(\b|)" eight times and 12 of them 23 s), triples with each anchor that
 * is repeated ("(^|$)*"), and 100 of "(\b|)" alone take it 6 s. A back-reference makes the match
 * exponential. All that is refused before regcomp sees it; of 14,500 random ones that pass, the
 * slowest took it 0.13 s.
 *
 * Never says where in a text it matched.
 */
#ifndef BLFTOP_MODEL_FILTER_REGEX_H
#define BLFTOP_MODEL_FILTER_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define FILTER_REGEX_WEIGHT_MAX                                                                    \
    4096 /* about twice the characters once repetitions are written out */
#define FILTER_REGEX_DOUBLINGS_MAX 12 /* repetitions of repetitions; anchors beside any */
#define FILTER_REGEX_ANCHORS_MAX 24   /* where nothing is repeated */
#define FILTER_REGEX_DEPTH_MAX 32     /* parentheses in parentheses */

struct pattern;

/* Compiles a pattern; NULL with the reason if it is wrong or too heavy. */
struct pattern *filter_regex_new(const char *text, struct error *error);
void filter_regex_free(struct pattern *pattern);

/* Does it match somewhere in text? */
bool filter_regex_matches(const struct pattern *pattern, const char *text);

#endif
