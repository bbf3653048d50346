/* SPDX-License-Identifier: MIT */
/*
 * soak_report: what came of a soak, judged and printed.
 */
#ifndef BLFTOP_TESTS_LONG_SOAK_REPORT_H
#define BLFTOP_TESTS_LONG_SOAK_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "long/soak_server.h"
#include "long/soak_watch.h"

#define SOAK_SLOPE_POLLS_MIN 100000 /* in fewer a page of memory is too much of a slope */

struct soak_report {
    uint64_t seed;
    struct soak_counts counts;
    double seconds;     /* of real time */
    double cpu_seconds; /* of the board */
    double board_hours; /* of made-up time */
    size_t keys;
    size_t resizes;
    size_t cells;                      /* compared */
    size_t late;                       /* comparisons that were right only the second time */
    const struct soak_sample *samples; /* borrowed */
    size_t sample_count;
    bool is_sanitized;
};

/* What does not hold of memory, descriptors and threads; NULL if all does. */
const char *soak_report_judge(const struct soak_report *report);

/* Prints all of it. */
void soak_report_print(const struct soak_report *report);

#endif
