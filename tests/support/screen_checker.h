/* SPDX-License-Identifier: MIT */
/*
 * sight: what must hold of a board's screen, judged by what can be read on it alone.
 *
 * No value older than two intervals is without a mark: the header has a word for it, the lines of
 * sums and every lamp have their signs, the story too; what is fresh is not called old; and the
 * age of the data is told, by a clock that goes. support/invariant holds the same of frames, with
 * the model beside them. A screen half drawn may break all this for a moment: who asks waits.
 */
#ifndef BLFTOP_TESTS_SUPPORT_SCREEN_CHECKER_H
#define BLFTOP_TESTS_SUPPORT_SCREEN_CHECKER_H

#include <stdbool.h>
#include <stdint.h>

#define SCREEN_CHECKER_TEXT_MAX 160

struct screen_checker {
    int rows;
    int cols;
    int64_t interval_ms; /* of the polls; 0: as the header says, if it does */
    int64_t time_s;      /* Unix time, in whose zone the board is; -1: its clock is not judged */
    bool is_ours;        /* what is on the screen is a board's; else it may be another program's */
};

/* Does all of it hold of this text, a line a row? A screen with nothing on it holds. */
bool screen_checker_holds(const struct screen_checker *sight, const char *text,
                          char why[static SCREEN_CHECKER_TEXT_MAX]);

/* The interval that a file of settings asks for, in milliseconds; 0: it names none. */
int64_t screen_checker_read_interval(const char *path);

#endif
