/* SPDX-License-Identifier: MIT */
/*
 * palette: style roles and what each looks like.
 *
 * One table: role, letter for tests, and its look in each palette. Looks use the terminal's own
 * foreground and background and the 16 ANSI colours, so they hold on dark and light terminals; a
 * lamp is never told by colour alone, so the mono palette loses nothing. Knows no curses.
 */
#ifndef BLFTOP_DRAW_PALETTE_H
#define BLFTOP_DRAW_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/extension.h"

enum role {
    ROLE_TEXT,
    ROLE_DIM,     /* secondary text, lines */
    ROLE_STRONG,  /* what is read first */
    ROLE_TITLE,   /* the header's program name */
    ROLE_LIVE,    /* "LIVE" */
    ROLE_STALE,   /* "STALE", reasons */
    ROLE_PAUSED,  /* "PAUSED" */
    ROLE_MISTAKE, /* a wrong filter */
    ROLE_KEY,     /* a key in footer and help */
    ROLE_PROMPT,  /* the line being typed */
    ROLE_GONE,    /* a vanished extension */
    ROLE_LAMP,    /* + enum lamp */
    ROLE_COUNT = ROLE_LAMP + LAMP_COUNT,
};

#define LOOK_DEFAULT (-1) /* the terminal's own colour */

struct look {
    int8_t foreground; /* 0..15 or LOOK_DEFAULT */
    int8_t background;
    bool bold;
    bool dim;
    bool reverse;
    bool underline;
};

struct palette;

/* The palette of a name ("default", "noc", "cb", "mono"); NULL with the list of names. */
const struct palette *palette_find(const char *name, struct error *error);

/* The palette after this one, around the end; and its name. */
const struct palette *palette_next(const struct palette *palette);
const char *palette_name(const struct palette *palette);

/* What a role looks like with flags (enum style_flag) on a terminal of `colors` colours
 * (0 to 7: mono look; 8: bright colours become bold; 16 and more: as in the table). */
struct look palette_look(const struct palette *palette, enum role role, unsigned flags, int colors);

/* The letter of a role in frame_write_roles. */
char palette_letter(enum role role);

#endif
