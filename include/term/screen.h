/* SPDX-License-Identifier: MIT */
/*
 * screen: the terminal, through curses. It and its other half, keypad, include curses.h.
 *
 * Opens and restores the terminal, shows frames, reads presses. Decides nothing. A terminal that
 * has gone away is told by KEYCODE_LOST; whatever happens to the program (signals, die, a crash),
 * the terminal is as it was.
 */
#ifndef BLFTOP_TERM_SCREEN_H
#define BLFTOP_TERM_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "draw/frame.h"
#include "draw/palette.h"

struct screen;

struct screen_options {
    const struct palette *palette;
    bool is_ascii; /* asked for; the screen also falls back by itself (screen_is_ascii) */
    bool no_color; /* asked for (--color never, NO_COLOR) */
};

/* Takes the terminal over (standard input and output must both be it). NULL with the reason. The
 * locale has been set by the caller. */
struct screen *screen_open(const struct screen_options *options, struct error *error);

/* Restores the terminal. NULL is allowed. */
void screen_close(struct screen *screen);

/* Restores the terminal by whatever is still known of it; for die() and fatal signals: only
 * async-signal-safe calls. Nothing if no screen is open. */
void screen_restore(void);

/* The size now. */
void screen_size(struct screen *screen, int *rows, int *cols);

/* No UTF-8 in this locale, or asked for. */
bool screen_is_ascii(const struct screen *screen);

/* Colours in use; 0 for none. */
int screen_colors(const struct screen *screen);

void screen_set_palette(struct screen *screen, const struct palette *palette);

/* Sends what still waits of the last frame. False if the terminal takes nothing now. */
bool screen_send(struct screen *screen);

/* Does something of the last frame wait, until standard output is writable? */
bool screen_is_sending(const struct screen *screen);

/* Has the last frame left, and does the terminal take bytes now? One that was stopped (Ctrl-S), or
 * has a slow line, does not. */
bool screen_is_ready(struct screen *screen);

/* Shows a frame; only what differs from the last one is sent, as far as the terminal takes it at
 * once. Never blocks. */
void screen_show(struct screen *screen, const struct frame *frame);

/* Forgets what the terminal shows: the next frame is sent whole. */
void screen_forget(struct screen *screen);

/* One press that is waiting, KEYCODE_NONE if there is none, KEYCODE_LOST if the terminal is gone.
 * Never blocks. Read until KEYCODE_NONE: curses holds bytes that poll(2) no longer sees. */
uint32_t screen_read(struct screen *screen);

/* Hands the terminal to the shell and stops the process as the terminal's Ctrl-Z would; returns
 * when it is continued, with the terminal taken over again. */
void screen_suspend(struct screen *screen);

#endif
