/* SPDX-License-Identifier: MIT */
/*
 * pty: a program on a pseudo-terminal, and every byte it writes there.
 *
 * For tests about the bytes themselves, or about an environment that is not the usual one; for what
 * a screen shows there is support/terminal. Owns the child and both ends; nothing is judged here.
 * What does not work in here ends the test program with a message.
 */
#ifndef BLFTOP_TESTS_PTY_H
#define BLFTOP_TESTS_PTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "base/buffer.h"

struct pty {
    pid_t child; /* 0: has been waited for */
    int master;
    int slave;
    struct termios before;
    struct buffer out; /* all that was written so far */
};

/* Starts a program. `environment` is all of it. `flags` are set on the terminal's open file before
 * (O_NONBLOCK), for the program to inherit. */
void pty_start(struct pty *pty, int rows, int cols, const char *const *argv,
               const char *const *environment, int flags);

/* Ends the program if it still runs, and frees everything. */
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
