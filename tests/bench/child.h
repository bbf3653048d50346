/* SPDX-License-Identifier: MIT */
/*
 * child: a program on a pseudo-terminal, what it writes and when, and what CPU it takes.
 *
 * Owns the child and the terminal's other end. Of what was written only the last bytes are kept.
 * Times in seconds of the monotonic clock.
 */
#ifndef BLFTOP_TESTS_BENCH_CHILD_H
#define BLFTOP_TESTS_BENCH_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/buffer.h"

#define CHILD_ROWS 40
#define CHILD_COLS 120
#define CHILD_MANY 4 /* that are pumped together */

struct child {
    pid_t pid;
    int master;
    struct buffer tail; /* the end of what it wrote */
    size_t bytes;       /* all that it wrote */
    double started;
    double first_at; /* when its first byte came, and its last one; 0: none has */
    double last_at;
    bool is_closed; /* it has closed the terminal */
};

/* Seconds of a clock that only goes forward. */
double seconds(void);

/* Starts a program (looked for in PATH) on a terminal of 120x40. `variables` is NULL or NAME=VALUE
 * strings that are added to the environment. */
void child_start(struct child *child, const char *const *argv, const char *const *variables);

/* The same for a line of shell. */
void child_start_shell(struct child *child, const char *line);

/* Reads what children write for so long. */
void child_pump(struct child *const *children, size_t count, double span);

/* Reads until the last bytes hold a text; dies if they do not within 30 seconds. */
void child_await(struct child *child, const char *text);

/* Reads until nothing has come for `silence` seconds. */
void child_settle(struct child *child, double silence);

/* Reads what is there now, waiting at most `span` for the first of it. True if anything came. */
bool child_read(struct child *child, double span);

void child_type(struct child *child, const char *keys);

/* Seconds of CPU it has taken so far, all threads; its children are not in it. */
double child_cpu(const struct child *child);

/* Seconds of CPU of its children that it has waited for, in steps of the kernel's clock tick. */
double child_cpu_below(const struct child *child);

/* KiB of memory that are resident. */
double child_resident(const struct child *child);

/* Has openssl make a certificate for 127.0.0.1, in cert.pem and key.pem of a folder. False if it
 * does not. */
bool child_make_certificate(const char *folder);

/* Ends it by a signal (0: it ends by itself) and frees everything; returns the seconds of CPU that
 * it and all its children took. */
double child_end(struct child *child, int signal_number);

#endif
