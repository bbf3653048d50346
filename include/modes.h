/* SPDX-License-Identifier: MIT */
/*
 * modes: what the program does once it knows what it is to do: watch, print once, welcome.
 *
 * Puts settings, loop and screen together and takes them apart again; each mode returns the exit
 * code. Reads neither options nor settings.
 */
#ifndef BLFTOP_MODES_H
#define BLFTOP_MODES_H

#include "base/error.h"
#include "load.h"

/* Tells the error on standard error and returns the exit code that goes with it. */
int modes_fail(const struct error *error);

/* Sees to it that what was printed has left; returns the exit code. A reader that is gone early is
 * no error of ours. */
int modes_finish_output(void);

/* A first run: there are no settings yet. */
int modes_run_first(const struct run *run);

/* The board, or one report, and the log of it. */
int modes_run_watch(struct run *run);

#endif
