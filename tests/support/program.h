/* SPDX-License-Identifier: MIT */
/*
 * program: the real programs run by tests: uapi-sim in the background, blftop to its end; and
 * a folder of a test's own that leaves nothing behind.
 *
 * The programs are found through BLFTOP and UAPI_SIM in the environment, else in the folder the
 * tests are run from.
 */
#ifndef BLFTOP_TESTS_PROGRAM_H
#define BLFTOP_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"

/* The path of blftop, of uapi-sim. */
const char *program_blftop(void);
const char *program_simulator(void);

struct simulator {
    pid_t pid; /* 0: not running */
    char url[64];
    int port;
};

/* Starts uapi-sim with these options (NULL-terminated) and waits until it listens. `port` 0: any.
 */
void simulator_start(struct simulator *simulator, int port, const char *const *options);

/* Ends it, by SIGTERM. */
void simulator_stop(struct simulator *simulator);

/* A number of its /sim/stats, -1 if it has none of that name. */
long simulator_stat(const struct simulator *simulator, const char *name);

/* Runs a program to its end with standard input from /dev/null and no terminal. Returns its wait
 * status; what it wrote is appended to `out` and `err`. `environment` as in terminal_start. */
int program_run(const char *const *argv, const char *const *environment, struct buffer *out,
                struct buffer *err);

/* A new folder below TMPDIR; the caller frees with folder_free, which removes it and all in it. */
char *folder_new(void);
void folder_free(char *folder);

/* Writes a file (mode 0600) into the folder; the path is valid until the next call. */
const char *folder_write(const char *folder, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
