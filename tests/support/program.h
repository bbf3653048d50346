/* SPDX-License-Identifier: MIT */
/*
 * program: the real programs run by tests: uapi-sim in the background, blftop to its end; and
 * a folder of a test's own that leaves nothing behind.
 *
 * Without being asked, what blftop and uapi-sim write is judged byte by byte (oracle), and secrets
 * are looked for (canary): in these bytes, in arguments and environments while they run, in cores,
 * and in each file of a folder that was not written with folder_write. What is wrong fails the
 * running cmocka test when the program has been waited for, or the folder removed.
 *
 * The programs are found through BLFTOP and UAPI_SIM in the environment, else in the folder the
 * tests are run from.
 */
#ifndef BLFTOP_TESTS_SUPPORT_PROGRAM_H
#define BLFTOP_TESTS_SUPPORT_PROGRAM_H

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
    int port;   /* 0: none, as in one that was never started, all zeros */
    int keeper; /* a socket that holds the port while nobody listens there */
};

/* Starts uapi-sim on a free port with these options (NULL-terminated) and waits until it listens.
 * The port stays this simulator's until simulator_stop. */
void simulator_start(struct simulator *simulator, const char *const *options);

/* Ends it, by SIGTERM, as an outage: its clients are refused until simulator_return. */
void simulator_fall(struct simulator *simulator);

/* Starts one that has fallen again, on its port, with these options. */
void simulator_return(struct simulator *simulator, const char *const *options);

/* Ends it for good, by SIGTERM, fallen or not, and gives the port back. */
void simulator_stop(struct simulator *simulator);

/* A number of its /sim/stats, -1 if it has none of that name. */
long simulator_stat(const struct simulator *simulator, const char *name);

#define PROGRAM_SECONDS_MAX 30 /* a program that runs longer is ended, by SIGALRM */

/* A program under way whose output nobody has read yet. */
struct program {
    pid_t pid;
    int out; /* the read ends of its pipes */
    int err;
    bool is_ours;    /* blftop or uapi-sim: to be judged */
    bool has_colors; /* it was asked for colours */
};

/* Starts a program with standard input from /dev/null and no terminal. `environment` as in
 * terminal_start. */
void program_start(struct program *program, const char *const *argv,
                   const char *const *environment);

/* Reads what it writes to its end, appended to `out` and `err` (NULL: dropped). Returns its wait
 * status. */
int program_finish(struct program *program, struct buffer *out, struct buffer *err);

/* Starts a program and finishes it. */
int program_run(const char *const *argv, const char *const *environment, struct buffer *out,
                struct buffer *err);

/* A new folder below TMPDIR; the caller frees with folder_free, which removes it and all in it.
 * Where a failed test does not come to that, it is removed at the program's end. */
char *folder_new(void);
void folder_free(char *folder);

/* Writes a file (mode 0600) into the folder; the path is valid until the next call. */
const char *folder_write(const char *folder, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
