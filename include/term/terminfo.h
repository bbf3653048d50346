/* SPDX-License-Identifier: MIT */
/*
 * terminfo: what kind of terminal this is, asked of the terminfo database before and beside curses.
 *
 * The one file that includes term.h. Keeps nothing.
 */
#ifndef BLFTOP_TERM_TERMINFO_H
#define BLFTOP_TERM_TERMINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The kind of terminal to tell curses: TERM, or what will do for it where TERM is too new for this
 * machine's database. NULL with the reason when the terminal is unknown or cannot place its
 * cursor. The result is valid as long as the environment is. */
const char *terminfo_choose(struct error *error);

/* Writes the bytes that undo what curses sends to a terminal of this kind (colours, cursor, keypad,
 * alternate screen); returns how many. Before curses is up: it would lose the terminal it uses. */
size_t terminfo_write_undo(const char *kind, char *out, size_t size);

/* Shows the cursor of curses' terminal, by writing to `output`. To be called once curses has left:
 * it shows the cursor before it leaves the alternate screen, and with that terminals take back a
 * cursor that they have kept hidden (libvterm 0.1.4 keeps that with ESC 7, which curses sends
 * around a scrolling region; measured). False if it was not written whole. */
bool terminfo_show_cursor(int output);

#endif
