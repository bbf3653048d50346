/* SPDX-License-Identifier: MIT */
/*
 * tally: how much a test program has looked at, its forked children included.
 *
 * Prints one line on standard error when the program ends, so that logs can be summed up. Owns
 * memory that is shared with children; never fails a test.
 */
#ifndef BLFTOP_TESTS_SUPPORT_COUNTERS_H
#define BLFTOP_TESTS_SUPPORT_COUNTERS_H

#include <stddef.h>

enum counter {
    COUNTER_JUDGED,       /* bytes written, by the oracle */
    COUNTER_SEARCHED,     /* bytes written or shown, for secrets */
    COUNTER_ARGUMENTS,    /* processes whose arguments were read */
    COUNTER_ENVIRONMENTS, /* and whose environments were */
    COUNTER_UNREADABLE,   /* environments that the system keeps to itself */
    COUNTER_FILES,        /* files that were read for secrets */
    COUNTER_COUNT
};

/* Adds to a sum. */
void counters_add(enum counter which, size_t more);

#endif
