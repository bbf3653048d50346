/* SPDX-License-Identifier: MIT */
/*
 * signals: signals as bytes in a pipe that the loop waits on, and the last act of a crash.
 *
 * A handler only writes the signal's number, so none is lost between a check and a wait. Fatal
 * signals restore the terminal through a hook (base knows nothing of terminals) and are raised
 * again. A handler has no other place for its pipe than a static one: the exception to "no
 * globals", here and nowhere else in base.
 */
#ifndef BLFTOP_BASE_SIGNALS_H
#define BLFTOP_BASE_SIGNALS_H

#include <stdbool.h>

/* Ignores PIPE, USR1, USR2 and XFSZ (a file that may not grow is an error of that write): for the
 * whole life of the program. */
void signals_ignore(void);

/* Catches what ends a program unless told otherwise (HUP, INT, TERM, QUIT, ALRM, XCPU, VTALRM,
 * PROF, IO, PWR, STKFLT, real-time ones), USR1, USR2, and with `is_stoppable` TSTP and WINCH. */
void signals_open(bool is_stoppable);

/* Back to the defaults; USR1 and USR2 are ignored again. */
void signals_close(void);

/* The descriptor to wait on. */
int signals_fd(void);

/* The next signal that has come, 0 if there is none. */
int signals_take(void);

/* Calls `restore` (async-signal-safe) when the program crashes, then lets it crash. */
void signals_on_crash(void (*restore)(void));

#endif
