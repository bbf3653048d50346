/* SPDX-License-Identifier: MIT */
/*
 * text: the boundary where bytes from outside become text that is safe to show.
 *
 * Phones choose their own User-Agent, so nothing from a server, a settings file or an error
 * message reaches a terminal, a log or a report without passing text_make_safe. It is an
 * allow-list over code points with a table of its own (libc's wcwidth answers by locale, and
 * calls an invisible filler 2 wide; measured). Safe text is valid UTF-8, holds no control, format,
 * surrogate, private-use or unassigned code point, no bidi control, no zero-width character but
 * at most two combining marks after a base character, and every base is 1 or 2 columns wide.
 */
#ifndef BLFTOP_BASE_TEXT_H
#define BLFTOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_REPLACEMENT 0xFFFDu /* stands for what could not be shown */
#define TEXT_MARKS_MAX 2         /* combining marks kept after a base character */
#define TEXT_CHARACTER_MAX 4     /* bytes of a character in UTF-8 */

/* Is it printable ASCII? Nearly every character is. */
static inline bool text_is_ascii(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* Decodes one code point and returns how many bytes it took (at least 1 while length > 0). Never
 * looks beyond a NUL, so TEXT_CHARACTER_MAX will do for the length of a string that goes on.
 * Invalid, overlong, surrogate or cut sequences give TEXT_REPLACEMENT and *valid false. */
size_t text_decode(const char *bytes, size_t length, uint32_t *code_point, bool *valid);

/* Encodes a code point (TEXT_REPLACEMENT for one that cannot be); returns its bytes, 1 to 4. */
size_t text_encode(char out[static 4], uint32_t code_point);

/* Bytes of the byte order mark that a text may begin with (RFC 8259 section 8.1); 0 without one. */
size_t text_mark_length(const char *bytes, size_t length);

/* Columns of a code point: 1, 2, 0 for a combining mark, or -1 if it may not be shown. */
int text_width_of(uint32_t code_point);

/* Writes the safe form of `length` bytes, NUL-terminated, cut at whole characters to fit `size`
 * bytes (an ellipsis marks the cut where it fits). C0 controls and DEL become their visible
 * pictures (U+2400..), all else that is not allowed becomes U+FFFD; nothing is silently dropped
 * but combining marks beyond the second. Returns the bytes written without the NUL.
 * Safe text comes through unchanged. */
size_t text_make_safe(char *out, size_t size, const char *bytes, size_t length);

/* The safe form in memory the caller frees, cut to `max` bytes; *damaged (NULL: not wanted) tells
 * whether anything was replaced or cut. */
char *text_safe_copy(const char *bytes, size_t length, size_t max, bool *damaged);

/* Columns of safe text. */
int text_columns(const char *safe);

/* How many bytes of safe text fit into `columns` columns; *used gets the columns they take. */
size_t text_fit(const char *safe, int columns, int *used);

#endif
