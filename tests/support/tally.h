/* SPDX-License-Identifier: MIT */
/*
 * tally: how much a test program has looked at, its forked children included.
 *
 * Prints one line on standard error when the program ends, so that logs can be summed up. Owns
 * memory that is shared with children; never fails a test.
 */
#ifndef BLFTOP_TESTS_TALLY_H
#define BLFTOP_TESTS_TALLY_H

#include <stddef.h>

enum tally {
    TALLY_JUDGED,       /* bytes written, by the oracle */
    TALLY_SEARCHED,     /* bytes written or shown, for secrets */
    TALLY_ARGUMENTS,    /* processes whose arguments were read */
    TALLY_ENVIRONMENTS, /* and whose environments were */
    TALLY_UNREADABLE,   /* environments that the system keeps to itself */
    TALLY_FILES,        /* files that were read for secrets */
    TALLY_COUNT
};

/* Adds to a sum. */
void tally_add(enum tally which, size_t more);

#endif
