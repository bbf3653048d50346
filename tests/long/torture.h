/* SPDX-License-Identifier: MIT */
/*
 * torture: the real program, with one of its calls failing, and what must hold then.
 *
 * A point is one call of one kind in one phase of a scenario, and how it fails. A run plays the
 * scenario from its start to its end with that one point failing, and is judged:
 *   right      what it shows or prints is what an untroubled run shows, and it ends with 0;
 *   clean      it ends with a documented code and says why, or shows the trouble until told to end;
 *   library    libconfig or ncurses, which do not check what malloc gives them, ended the program
 *              while it read the settings or was about to open the screen: a known limit, which
 *              leaves the terminal as it was;
 *   bad        all else: a signal, a hang, a wrong figure, silence, a terminal not given back, a
 *              child or a descriptor left, a secret in what was written.
 */
#ifndef BLFTOP_TESTS_LONG_TORTURE_H
#define BLFTOP_TESTS_LONG_TORTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "support/program.h"
#include "support/shim.h"

#define TORTURE_PHASES_MAX 7
#define TORTURE_ARGS_MAX 20
#define TORTURE_REASON_MAX 400

enum torture_scenario { SCENARIO_ONCE, SCENARIO_DEMO, SCENARIO_BOARD, SCENARIO_COUNT };
enum torture_kind { KIND_MALLOC, KIND_CALLS, KIND_COUNT };
enum torture_outcome { OUTCOME_RIGHT, OUTCOME_CLEAN, OUTCOME_LIBRARY, OUTCOME_BAD, OUTCOME_COUNT };

struct torture_point {
    enum torture_scenario scenario;
    enum torture_kind kind;
    int phase;
    long number; /* of the call in its phase, from 1; 0: none fails */
    int variant; /* which of a call's errors */
    bool for_good;
};

struct torture_result {
    enum torture_outcome outcome;
    bool was_fired;            /* else the run did not come to that call */
    enum shim_library library; /* whose limit it is */
    char name[SHIM_NAME_MAX];
    char reason[TORTURE_REASON_MAX]; /* what is bad */
};

/* What the runs of one worker share: its own server, folder, page. */
struct torture_bench {
    struct simulator simulator;
    char *folder;
    char *config;
    char *page_path;
    struct shim_page *page;
    const char *shims[KIND_COUNT]; /* paths of the libraries */
    bool is_under_valgrind; /* a wrong access or a lost block ends a run with CODE_VALGRIND */

    /* Of untroubled runs. */
    struct buffer once;                      /* printed */
    struct buffer board[TORTURE_PHASES_MAX]; /* lamps on the screen after each phase */
    long counts[SCENARIO_COUNT][KIND_COUNT][TORTURE_PHASES_MAX]; /* calls in each phase */
    int descriptors;                                             /* open in a board at rest */
};

/* Starts the server and writes settings; false, with the reason printed, if that does not work. */
bool torture_open(struct torture_bench *bench);

/* Plays every scenario untroubled. False, with the reason printed, if even that is not right. */
bool torture_learn(struct torture_bench *bench);

void torture_close(struct torture_bench *bench);

/* The names a point is told with, and how many phases a scenario has. */
const char *torture_scenario_name(enum torture_scenario scenario);
const char *torture_kind_name(enum torture_kind kind);
const char *torture_phase_name(enum torture_scenario scenario, int phase);
int torture_phase_count(enum torture_scenario scenario);

/* Plays one point. */
void torture_run(struct torture_bench *bench, const struct torture_point *point,
                 struct torture_result *result);

/* The scenarios' own parts. */
void torture_play_once(struct torture_bench *bench, const struct torture_point *point,
                       struct torture_result *result);
void torture_play_board(struct torture_bench *bench, const struct torture_point *point,
                        struct torture_result *result);

/* Makes the page ready for a point, armed at once or later, and lists what the program needs in
 * its environment. */
void torture_set_page(struct torture_bench *bench, const struct torture_point *point,
                      bool is_armed);
void torture_make_environment(const struct torture_bench *bench, enum torture_kind kind,
                              char *texts[2], const char *environment[3]);

/* Calls `play` in a process of its own, whose folders and processes go with it even if SIGINT,
 * SIGTERM or SIGHUP ends us. Returns its exit code. */
int torture_apart(int (*play)(const void *, const char *), const void *argument,
                  const char *program);

/* The whole command line: blftop, perhaps under valgrind, with these arguments up to NULL. */
void torture_make_command(const struct torture_bench *bench, const char *argv[TORTURE_ARGS_MAX],
                          const char *const *arguments);

/* Sets the outcome to bad, if it is not yet. Always false. */
bool torture_fail(struct torture_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Is there a message in what was said, ours or curses' own "Out of memory"? */
bool torture_is_told(const char *said);

/* Judges how a program ended. False if that settles the outcome; else it ended with *code. */
bool torture_judge_status(const struct torture_bench *bench, int status, const char *said,
                          struct torture_result *result, int *code);

#endif
