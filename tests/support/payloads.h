/* SPDX-License-Identifier: MIT */
/*
 * payloads: what a phone would send to order a terminal about, turn text round or hide it.
 *
 * Escape and control sequences, whole, unfinished and nested, all C0 and C1 controls, the latter
 * as UTF-8 and as single bytes, bidirectional, zero-width and private characters; each alone twice,
 * and at the start, in the middle and at the end of a text. Always the same ones; no NUL is among
 * them, since most fields end there.
 */
#ifndef BLFTOP_TESTS_SUPPORT_PAYLOADS_H
#define BLFTOP_TESTS_SUPPORT_PAYLOADS_H

#include <stddef.h>

#include "base/buffer.h"

#define PAYLOADS_LEAST 500 /* there are more */
#define PAYLOAD_BYTES_MAX 96

/* How many there are. */
size_t payloads_count(void);

/* Writes one of them, NUL-terminated; returns `out`. */
const char *payloads_write(size_t index, char out[static PAYLOAD_BYTES_MAX]);

/* Appends one as a string of JSON, its controls escaped, all else byte for byte. */
void payloads_append_json(struct buffer *out, const char *payload);

#endif
