/* SPDX-License-Identifier: MIT */
/*
 * figures: measurements of one thing, and what is told of them.
 *
 * Owns the numbers; knows no units and measures nothing. Quantiles lie between the two nearest
 * measurements, as far as they stand apart (R's type 7).
 */
#ifndef BLFTOP_TESTS_BENCH_FIGURES_H
#define BLFTOP_TESTS_BENCH_FIGURES_H

#include <stddef.h>

struct figures {
    double *values; /* owned */
    size_t count;
    size_t capacity;
};

/* No measurements. */
void figures_init(struct figures *figures);
void figures_clear(struct figures *figures);

/* Adds one. */
void figures_add(struct figures *figures, double value);

/* The value that a share (0 to 1) of them does not pass; 0 if there are none. Sorts them. */
double figures_quantile(struct figures *figures, double share);

/* The one in the middle, likewise. */
double figures_median(struct figures *figures);

/* Half of what lies between the quartiles, as a share of the median: what "±" tells. 0 if the
 * median is. */
double figures_spread(struct figures *figures);

/* The medians' ratio. Nothing against nothing is 0, something against nothing is infinite. */
double figures_ratio(struct figures *ours, struct figures *theirs);

#endif
