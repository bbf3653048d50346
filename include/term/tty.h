/* SPDX-License-Identifier: MIT */
/*
 * tty: the terminal's descriptors below curses: what they were like before, and the way back.
 *
 * Owns what is needed to restore the terminal when curses cannot be asked any more (a crash, die):
 * the settings before, and the bytes that undo what curses has sent. A signal handler has no other
 * place to find them than a static one: the exception to "no globals", here and nowhere else in
 * board. Standard input and output, and a copy of the latter, are the only descriptors it touches.
 */
#ifndef BLFTOP_TERM_TTY_H
#define BLFTOP_TERM_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum tty_state {
    TTY_QUIET,
    TTY_READABLE,
    TTY_GONE,
};

/* Are standard input and output a terminal? Remembers their settings. False with the reason. */
bool tty_open(struct error *error);
void tty_close(void);

/* A copy of standard output, to reach the terminal by while curses writes elsewhere. */
int tty_output(void);

/* The size it says it has. False if it says none. */
bool tty_size(int *rows, int *cols);

/* Does it hand over each key at once and without an echo, and leave line feeds as they are? */
bool tty_is_raw(void);

/* Clears O_NONBLOCK if it was inherited: it also holds for writing, and curses then spins as long
 * as the terminal takes nothing. tty_give puts it back, and the settings: curses cannot if it has
 * not been able to read them. */
void tty_take(void);
void tty_give(void);

/* From now on tty_restore writes these bytes (cut to what fits). Until tty_disarm. */
void tty_arm(const char *bytes, size_t length);
void tty_disarm(void);
void tty_rearm(void);

/* These bytes are to go before them; cut to what fits. */
void tty_set_rest(const char *bytes, size_t length);

/* Restores the terminal if it is armed, once. Only async-signal-safe calls; does not wait long for
 * a terminal that takes nothing. */
void tty_restore(void);

/* Is there something to read, or nobody any more? */
enum tty_state tty_poll(void);

#endif
