/* SPDX-License-Identifier: MIT */
/*
 * app: what the program does once it knows what it is to do: watch, print once, welcome.
 *
 * Puts settings, loop and screen together and takes them apart again; each mode returns the exit
 * code. Reads neither options nor settings.
 */
#ifndef BLFTOP_APP_H
#define BLFTOP_APP_H

#include "base/error.h"
#include "startup.h"

/* Tells the error on standard error and returns the exit code that goes with it. */
int app_fail(const struct error *error);

/* Sees to it that what was printed has left; returns the exit code. A reader that is gone early is
 * no error of ours. */
int app_finish_output(void);

/* A first run: there are no settings yet. */
int app_run_first(const struct app *run);

/* The board, or one report, and the log of it. */
int app_run_watch(struct app *run);

#endif
