/* SPDX-License-Identifier: MIT */
/*
 * json_value: single values as the server sends them, which is in more than one form.
 *
 * Every number may come as a JSON number or as a string ("status":0 on one page of the vendor's
 * documentation, "status":"0" on another). jansson's own getters answer 0 or NULL for a wrong type
 * without a word; here a wrong type is "not there". For use inside uapi only.
 */
#ifndef BLFTOP_UAPI_JSON_VALUE_H
#define BLFTOP_UAPI_JSON_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A whole number, or a string that spells one ("-1", not "1x"). What is beyond 64 bits becomes
 * the nearest that is not. False, and *number untouched, for anything else; `value` may be NULL. */
bool json_value_integer(const json_t *value, int64_t *number);

/* The string's bytes, or NULL if `value` is NULL or no string. */
const char *json_value_string(const json_t *value, size_t *length);

#endif
