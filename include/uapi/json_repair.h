/* SPDX-License-Identifier: MIT */
/*
 * json_repair: JSON that jansson refuses for its bytes, made readable.
 *
 * jansson refuses a whole text for one bad byte in one string, and anybody who can register a phone
 * chooses such strings. The repair touches nothing but the damage: invalid UTF-8, raw controls,
 * \u0000, lone surrogate escapes and the backslash of an escape that does not exist become
 * U+FFFD; a number that no int64_t or double holds becomes a string of its own characters, so that
 * its digits are kept and nothing is made up. The structure is never guessed at. For use inside
 * uapi only.
 */
#ifndef BLFTOP_UAPI_JSON_REPAIR_H
#define BLFTOP_UAPI_JSON_REPAIR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Appends a form of the text that jansson can read, if its structure is sound. Repairing what has
 * been repaired changes nothing. */
void json_repair_text(struct buffer *out, const char *json, size_t length);

/* Reads a text strictly (duplicate members refused too), else repaired, the last of duplicate
 * members winning; *was_repaired tells which. NULL, with jansson's reason in *why, if even that
 * fails. */
json_t *json_repair_load(const char *json, size_t length, bool *was_repaired, json_error_t *why);

#endif
