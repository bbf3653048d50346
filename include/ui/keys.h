/* SPDX-License-Identifier: MIT */
/*
 * keys: which press does what, and how help and footer call it. One table for all three.
 *
 * Letters first, F-keys only as aliases (terminals take F1, F10, F11). Ctrl-Z, Ctrl-S, Ctrl-Q and
 * Alt are never bound, the first because the terminal means it. Knows no curses and does nothing
 * itself.
 */
#ifndef BLFTOP_UI_KEYS_H
#define BLFTOP_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A press: a Unicode code point (controls included: Ctrl-B is 2), or one of these. */
enum key {
    KEYCODE_NONE = 0x110000, /* nothing to read */
    KEYCODE_LOST,            /* the terminal is gone */
    KEYCODE_RESIZE,
    KEYCODE_UP,
    KEYCODE_DOWN,
    KEYCODE_LEFT,
    KEYCODE_RIGHT,
    KEYCODE_PAGE_UP,
    KEYCODE_PAGE_DOWN,
    KEYCODE_HOME,
    KEYCODE_END,
    KEYCODE_ENTER,
    KEYCODE_ESCAPE,
    KEYCODE_BACKSPACE,
    KEYCODE_DELETE,
    KEYCODE_F1, /* F1..F10 follow each other */
    KEYCODE_F10 = KEYCODE_F1 + 9,
    KEYCODE_OTHER, /* a key nobody here knows */
};

#define KEYCODE_CTRL(letter) ((uint32_t)(letter)&0x1Fu)

enum action {
    ACTION_NONE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HALF_UP,
    ACTION_HALF_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_NEXT, /* number like the one that was typed, else problem */
    ACTION_PREVIOUS,
    ACTION_JUMP, /* a digit */
    ACTION_FILTER,
    ACTION_PROBLEMS,
    ACTION_SORT_BACK,
    ACTION_SORT_ON,
    ACTION_SORT_REVERSE,
    ACTION_VIEW,
    ACTION_SERVERS, /* all servers, and back */
    ACTION_DENSITY, /* larger or smaller lamps */
    ACTION_OPEN,    /* Enter: the whole story of the extension */
    ACTION_DETAIL,  /* the pane on or off */
    ACTION_POLL,
    ACTION_PAUSE,
    ACTION_PALETTE,
    ACTION_HELP,
    ACTION_BACK,
    ACTION_REDRAW,
    ACTION_QUIT,
    ACTION_COUNT,
};

struct key_row {
    enum action action;
    const char *keys;  /* as help shows them: "PgDn Space ^F" */
    const char *help;  /* one line */
    const char *group; /* "Moving", "Finding", "Looking", "blftop" */

    /* Short labels for the footer, the key first: "/ filter"; NULL: not there. */
    const char *footer;
    const char *footer_open; /* while a story is open */
};

#define KEYS_RESUME "p resume" /* in the place of ACTION_PAUSE's label while paused */

/* The action of a press outside of a prompt; ACTION_NONE for an unknown one. */
enum action keys_action(uint32_t press);

/* The rows of help and footer, in their order. */
const struct key_row *keys_rows(size_t *count);

#endif
