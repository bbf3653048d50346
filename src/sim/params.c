/* SPDX-License-Identifier: MIT */
#include "sim/params.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The value of a hexadecimal digit, or -1. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Reads a %XX at `text`; false for a wrong one and for %00, which would cut the string. */
static bool read_escape(const char *text, size_t length, char *out)
{
    if (length < 3 || text[0] != '%')
        return false;
    int high = hex_value(text[1]);
    int low = hex_value(text[2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0))
        return false;
    *out = (char)(unsigned char)(high * 16 + low);
    return true;
}

/* A decoded copy that the caller frees. */
static char *decode(const char *text, size_t length, bool plus_is_blank)
{
    char *out = mem_new(length + 1, 1);
    size_t used = 0;
    for (size_t at = 0; at < length; at++, used++) {
        if (read_escape(text + at, length - at, &out[used]))
            at += 2;
        else
            out[used] = plus_is_blank && text[at] == '+' ? ' ' : text[at];
    }
    out[used] = '\0';
    return out;
}

/* Adds the pair in `length` bytes. */
static void add_pair(struct params *params, const char *raw, size_t length)
{
    const char *equals = memchr(raw, '=', length);
    size_t name_length = equals != NULL ? (size_t)(equals - raw) : length;
    size_t value_at = equals != NULL ? name_length + 1 : length;
    params->items = mem_resize(params->items, params->count + 1, sizeof *params->items);
    params->items[params->count++] = (struct param){
        .name = decode(raw, name_length, true),
        .value = decode(raw + value_at, length - value_at, true),
        .raw = raw,
        .raw_length = length,
    };
}

void params_parse(struct params *params, const char *text, size_t length)
{
    *params = (struct params){0};
    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '&', length - at);
        size_t pair = end != NULL ? (size_t)(end - text) - at : length - at;
        if (pair > 0)
            add_pair(params, text + at, pair);
        at += pair + 1;
    }
}

void params_clear(struct params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        free(params->items[i].name);
        free(params->items[i].value);
    }
    free(params->items);
    *params = (struct params){0};
}

const char *params_get(const struct params *params, const char *name)
{
    for (size_t i = params->count; i > 0; i--)
        if (strcmp(params->items[i - 1].name, name) == 0)
            return params->items[i - 1].value;
    return NULL;
}

char *params_decode_path(const char *text, size_t length)
{
    return decode(text, length, false);
}
