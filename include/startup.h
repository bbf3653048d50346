/* SPDX-License-Identifier: MIT */
/*
 * startup: settings from a file, options that stand in for some of them, and all of it checked.
 *
 * Knows what config does not: the server's words and the board's. Reads settings again for a board
 * that runs, so that nothing in the file can hurt it. Owns nothing.
 */
#ifndef BLFTOP_STARTUP_H
#define BLFTOP_STARTUP_H

#include "base/error.h"
#include "config/options.h"
#include "config/settings.h"
#include "demo.h"
#include "draw/palette.h"
#include "model/filter.h"
#include "model/sort.h"

/* All that a run of the program needs. */
struct app {
    struct options options;
    struct settings settings;
    struct demo demo;
    struct sort_order sort;
    struct filter query; /* --filter */
    const struct palette *palette;
};

/* Lets options stand in for the settings, and checks what both say; fills in what follows from
 * them: sort, query, palette. */
bool startup_validate(struct app *run, struct error *error) __attribute__((warn_unused_result));

/* Reads a file into the run's settings, which are initialised, and does the same. */
bool startup_load(struct app *run, const char *path, struct error *error)
    __attribute__((warn_unused_result));

/* Reads the file of the run's settings again. Those before go to `before`, for the caller to clear
 * when nothing borrows from them any more. What the viewer has chosen meanwhile (sort, filter,
 * palette) stays. False with the reason: the settings are as they were. Takes a second at most. */
bool startup_reload(struct app *run, struct settings *before, struct error *error)
    __attribute__((warn_unused_result));

#endif
