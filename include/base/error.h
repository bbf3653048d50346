/* SPDX-License-Identifier: MIT */
/*
 * error: what went wrong outside of the program, filled in for the caller.
 *
 * The caller owns the struct; NULL is allowed everywhere and means "not interested". The first
 * error wins: setting one that is already set changes nothing. Texts hold no secrets and are made
 * safe for a terminal here, whatever bytes they quote. Never exits, never prints.
 */
#ifndef BLFTOP_BASE_ERROR_H
#define BLFTOP_BASE_ERROR_H

#include <stdbool.h>

#define ERROR_TEXT_MAX 320 /* bytes, with the final NUL */

/* The kinds are blftop's exit codes. */
enum error_kind {
    ERROR_NONE = 0,
    ERROR_USAGE = 2,       /* options, settings, or an argument the server calls wrong */
    ERROR_UNREACHABLE = 3, /* no connection, no answer in time, TLS refused, 5xx */
    ERROR_REFUSED = 4,     /* 401, 403, no token to be had */
    ERROR_REPLY = 5,       /* an answer that is not understood */
};

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_MAX];
};

/* Sets kind and text unless one is set already. Always returns false, for `return error_set(…)`. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "PREFIX: " before the text of an error that is set. */
void error_prefix(struct error *error, const char *prefix);

/* Forgets the error. */
void error_clear(struct error *error);

/* Is there an error? False for NULL. */
bool error_is_set(const struct error *error);

#endif
