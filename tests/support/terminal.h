/* SPDX-License-Identifier: MIT */
/*
 * terminal: a program on a pty, and a model of the terminal's screen (libvterm) beside it.
 *
 * What the program writes goes into the model; tests read the model's cells and type as a person
 * would. Waits have deadlines and are never for a fixed time. Owns the child it starts.
 *
 * Without being asked it judges each byte that is written and looks for secrets (support/watch),
 * also on the screen; and each screen that a test waits for, and what is there when it has waited,
 * has to be a right one (support/sight), if it is a board's. The first that is wrong ends the child
 * and fails the running cmocka test, at the latest in terminal_free.
 */
#ifndef BLFTOP_TESTS_SUPPORT_TERMINAL_H
#define BLFTOP_TESTS_SUPPORT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TERMINAL_WAIT_MS                                                                           \
    10000 /* how long a test waits before it fails; the sanitizers are slow                        \
           */

struct terminal;

/* Starts a program (argv[0] is its path) on a terminal of this size and kind. `environment` is
 * NULL or NAME=VALUE strings that are added to a small fixed set (C.UTF-8, TERM). */
struct terminal *terminal_start(int rows, int cols, const char *term, const char *const *argv,
                                const char *const *environment);

/* Ends the child if it still runs, and frees everything. Fails the test if something was wrong. */
void terminal_free(struct terminal *terminal);

/* What is wrong fails no test from now on, but is told here: for campaigns that judge by
 * themselves. The text is valid until terminal_free; NULL: nothing is wrong. */
void terminal_only_tell(struct terminal *terminal);
const char *terminal_trouble(const struct terminal *terminal);

/* The program may take the terminal for one of this kind, too. */
void terminal_allow(struct terminal *terminal, const char *term);

pid_t terminal_pid(const struct terminal *terminal);

/* Looks for secrets in what the child is seen by from outside, as each wait does. */
void terminal_inspect(struct terminal *terminal);

/* The program will have to drop what the terminal does not take: one sequence may be cut. */
void terminal_expect_cut(struct terminal *terminal);

/* Feeds the model for `ms`, or until nothing can come any more. */
void terminal_run(struct terminal *terminal, int ms);

/* Feeds the model until the screen shows the text; false if it does not within the deadline. */
bool terminal_wait_for(struct terminal *terminal, const char *text);

/* The same until the screen shows the text no more. */
bool terminal_wait_without(struct terminal *terminal, const char *text);

/* Types bytes. */
void terminal_type(struct terminal *terminal, const char *bytes);

/* Changes the size, as a window manager would. */
void terminal_resize(struct terminal *terminal, int rows, int cols);

/* The screen's text, a line a row, blanks at the ends cut off; valid until the next call. */
const char *terminal_text(struct terminal *terminal);

/* Where the terminal's cursor is, and what stands in the cells of its row from there on. */
void terminal_cursor(struct terminal *terminal, int *row, int *col);

/* Is the terminal in the state it was in before the program: settings, alternate screen left,
 * cursor shown? */
bool terminal_is_restored(const struct terminal *terminal);

/* Closes the terminal under the program, as a window that is shut. */
void terminal_hang_up(struct terminal *terminal);

/* Quits the board with q. The test fails unless that ends with 0, the terminal as it was before. */
void terminal_quit(struct terminal *terminal);

/* Waits until the child has ended; its wait status, or -1 if it still runs after `ms`. */
int terminal_wait_end(struct terminal *terminal, int ms);

#endif
