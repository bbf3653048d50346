/* SPDX-License-Identifier: MIT */
/*
 * typed: characters out of bytes that are typed.
 *
 * A character's bytes may come in pieces over a slow line, and what comes need not be UTF-8 at all;
 * curses swallows both (measured, ncurses 6.4: get_wch drops what is cut). Knows no terminal.
 */
#ifndef BLFTOP_TERM_TYPED_H
#define BLFTOP_TERM_TYPED_H

#include <stddef.h>
#include <stdint.h>

#define TYPED_BYTES_MAX 4

struct typed {
    char bytes[TYPED_BYTES_MAX]; /* of a character that has not come whole yet */
    size_t count;
};

/* Adds a byte beyond ASCII: returns the character that is whole by it, KEYCODE_NONE while it is
 * not, and KEYCODE_OTHER if it cannot become one. */
uint32_t typed_add(struct typed *typed, unsigned char byte);

#endif
