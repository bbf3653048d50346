/* SPDX-License-Identifier: MIT */
#include "uapi/json_value.h"

#include <ctype.h>
#include <stdlib.h>

#define INT64_LIMIT 9223372036854775808.0 /* 2^63, the first double beyond int64_t */

/* Reads a real that is whole. */
static bool integer_from_real(double real, int64_t *number)
{
    if (real >= INT64_LIMIT)
        *number = INT64_MAX;
    else if (real < -INT64_LIMIT)
        *number = INT64_MIN;
    else if ((double)(int64_t)real == real)
        *number = (int64_t)real;
    else
        return false;
    return true;
}

/* Reads digits with or without a minus before them. */
static bool integer_from_string(const char *text, size_t length, int64_t *number)
{
    size_t sign = length > 0 && text[0] == '-' ? 1 : 0;
    if (length == sign)
        return false;
    for (size_t i = sign; i < length; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    *number = strtoll(text, NULL, 10); /* saturates */
    return true;
}

bool json_value_integer(const json_t *value, int64_t *number)
{
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_INTEGER:
        *number = json_integer_value(value);
        return true;
    case JSON_REAL:
        return integer_from_real(json_real_value(value), number);
    case JSON_STRING:
        return integer_from_string(json_string_value(value), json_string_length(value), number);
    default:
        return false;
    }
}

const char *json_value_string(const json_t *value, size_t *length)
{
    *length = json_string_length(value);
    return json_string_value(value);
}
