/* SPDX-License-Identifier: MIT */
/*
 * output: what curses writes, kept until the terminal takes it, so that no write ever waits.
 *
 * A line that stalls, or a Ctrl-S in the middle of a frame, would hold curses in write(2), and with
 * it polls, keys and SIGTERM: curses tries again whatever the write says (measured, ncurses 6.4).
 * So standard output is a file in memory while curses draws; its bytes then go to the terminal, as
 * many as it takes. The terminal is written through a description of our own: O_NONBLOCK on the
 * one that we were given would hold for standard input and for other programs too. Where there can
 * be none, pieces go out that poll(2) has room for. Owns its descriptors and bytes; one at a time.
 */
#ifndef BLFTOP_TERM_OUTPUT_H
#define BLFTOP_TERM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

struct output {
    int given;    /* standard output as it was; borrowed */
    int terminal; /* the same terminal, O_NONBLOCK; -1: could not be opened */
    int file;     /* in memory; -1: none to be had, curses writes directly */
    struct buffer bytes;
    size_t sent; /* of them */
    bool is_catching;
};

/* Opens what can be opened; `given` is a copy of standard output. */
void output_open(struct output *output, int given);
void output_close(struct output *output);

/* What is written to standard output between the two is kept, behind what waits already. */
void output_begin_capture(struct output *output);
void output_end_capture(struct output *output);

/* Sends what waits, as far as the terminal takes it. False if it took nothing. */
bool output_send(struct output *output);

/* Is there something that waits? */
bool output_is_waiting(const struct output *output);

/* What waits of a character or an escape sequence that was begun: it must be finished before
 * anything else is written. Returns its length; *rest is valid until the next call. */
size_t output_rest(const struct output *output, const char **rest);

/* Forgets what waits. */
void output_drop(struct output *output);

#endif
