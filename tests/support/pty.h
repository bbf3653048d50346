/* SPDX-License-Identifier: MIT */
/*
 * pty: a program on a pseudo-terminal, and every byte it writes there.
 *
 * For tests about the bytes themselves, or about an environment that is not the usual one; for what
 * a screen shows there is support/terminal. Owns the child and both ends. What does not work in
 * here ends the test program with a message.
 *
 * Without being asked it judges each byte by the terminfo entry of TERM in the environment, and
 * looks for secrets (support/watch). The first that is wrong ends the child and fails the running
 * cmocka test, at the latest in pty_close.
 */
#ifndef BLFTOP_TESTS_SUPPORT_PTY_H
#define BLFTOP_TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "base/buffer.h"
#include "support/output_checker.h"

struct pty {
    pid_t child; /* 0: has been waited for */
    int master;
    int slave;
    struct termios before;
    struct buffer out; /* all that was written so far */
    bool is_known;     /* terminfo has an entry of its TERM */
    struct output_checker watch;
};

/* Starts a program. `environment` is all of it. `flags` are set on the terminal's open file before
 * (O_NONBLOCK), for the program to inherit. */
void pty_start(struct pty *pty, int rows, int cols, const char *const *argv,
               const char *const *environment, int flags);

/* Judges by the entry of this kind where terminfo does not know the one in the environment, which
 * the program is to take for this one. Before anything is read. */
void pty_allow_stand_in(struct pty *pty, const char *term);

/* Ends the program if it still runs, and frees everything. Fails the test if something was wrong.
 */
void pty_close(struct pty *pty);

/* Reads for so long. */
void pty_run(struct pty *pty, int ms);

/* Reads until the bytes hold the text from `from` on; false if they do not within ten seconds. */
bool pty_wait_for(struct pty *pty, size_t from, const char *text);

void pty_type(struct pty *pty, const char *bytes);

/* Reads until the program has ended; its wait status, or -1 if it runs on for ten seconds. */
int pty_wait_end(struct pty *pty);

/* Are all the terminal's settings as they were before the program? */
bool pty_is_as_before(const struct pty *pty);

#endif
