/* SPDX-License-Identifier: MIT */
/*
 * watch: what is thought of a program on a terminal while a test runs it.
 *
 * Judges each byte that it writes by the terminfo entry of its TERM (oracle) and looks for secrets
 * (canary): in these bytes, in arguments and environments of the program and its children, in a
 * core. Keeps the first thing that was wrong until the test is failed for it. Owns that text and
 * the oracle; reads no terminal and ends no process.
 */
#ifndef BLFTOP_TESTS_WATCH_H
#define BLFTOP_TESTS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "support/canary.h"
#include "support/oracle.h"

struct watch {
    struct oracle *oracle;
    struct canary_stream written;
    bool has_written;
    int64_t inspected_ms;
    char *trouble; /* what was wrong first; NULL: nothing */
};

/* Begins, for a program whose TERM is this. */
void watch_open(struct watch *watch, const char *term);

/* Ends; fails the running cmocka test if something was wrong. */
void watch_close(struct watch *watch);

/* Keeps what is wrong, if it is the first. */
void watch_keep(struct watch *watch, const char *what, const char *where);

/* Judges what has been written. */
void watch_judge(struct watch *watch, const char *bytes, size_t length);

/* Looks at the process from outside; 0: there is none any more. */
void watch_inspect(struct watch *watch, pid_t pid);

/* Is it time to inspect again? */
bool watch_is_due(const struct watch *watch);

/* Judges a wait status: never a core, and where the terminal has taken all, nothing half written by
 * a program that ended by itself. */
void watch_judge_end(struct watch *watch, int status, bool has_all);

#endif
