/* SPDX-License-Identifier: MIT */
/*
 * json_write: JSON written by hand, and members of a JSON object quoted as they stand.
 *
 * Both work on bytes: what a file holds is served byte for byte, so nothing here is ever parsed
 * into values and written anew.
 */
#ifndef BLFTOP_SIM_JSON_WRITE_H
#define BLFTOP_SIM_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Appends a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. */
void json_write_put_string(struct buffer *out, const char *text);

/* Is a member wanted? `name` is the raw text between the quotes. */
typedef bool (*json_member_filter)(const void *context, const char *name, size_t length);

/* Appends the object in `json` with only those members that are wanted, their bytes unchanged.
 * False, and nothing appended, if it is not an object. */
bool json_write_put_members(struct buffer *out, const char *json, size_t length,
                            json_member_filter wants, const void *context);

#endif
