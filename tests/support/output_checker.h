/* SPDX-License-Identifier: MIT */
/*
 * watch: what is thought of a program on a terminal while a test runs it.
 *
 * Judges each byte that it writes by the terminfo entry of its TERM (oracle) and looks for secrets
 * (canary): in these bytes, in arguments and environments of the program and its children, in a
 * core. Keeps the first thing that was wrong until the test is failed for it. Owns that text and
 * the oracle; reads no terminal and ends no process.
 */
#ifndef BLFTOP_TESTS_SUPPORT_OUTPUT_CHECKER_H
#define BLFTOP_TESTS_SUPPORT_OUTPUT_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "support/escape_checker.h"
#include "support/secret_scanner.h"

struct output_checker {
    struct escape_checker *oracle;
    struct secret_scanner_stream written;
    bool has_written;
    int64_t inspected_ms;
    char *trouble; /* what was wrong first; NULL: nothing */
};

/* Begins, for a program whose TERM is this. */
void output_checker_open(struct output_checker *watch, const char *term);

/* Ends; fails the running cmocka test if something was wrong. */
void output_checker_close(struct output_checker *watch);

/* Keeps what is wrong, if it is the first. */
void output_checker_keep(struct output_checker *watch, const char *what, const char *where);

/* Judges what has been written. */
void output_checker_judge(struct output_checker *watch, const char *bytes, size_t length);

/* Looks at the process from outside; 0: there is none any more. */
void output_checker_inspect(struct output_checker *watch, pid_t pid);

/* Is it time to inspect again? */
bool output_checker_is_due(const struct output_checker *watch);

/* Judges a wait status: never a core, and where the terminal has taken all, nothing half written by
 * a program that ended by itself. */
void output_checker_judge_end(struct output_checker *watch, int status, bool has_all);

#endif
