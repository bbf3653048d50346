/* SPDX-License-Identifier: MIT */
#include "uapi/scan.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_ALWAYS_FIT 18 /* of an int64_t, which jansson keeps integers in */

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Has one of eight bytes the value 0? (The borrow of the subtraction reaches its high bit.) */
static inline uint64_t has_zero(uint64_t bytes)
{
    return (bytes - EVERY_BYTE(1)) & ~bytes & EVERY_BYTE(0x80);
}

/* Is there neither a quote nor a backslash in these eight bytes? */
static inline bool is_plain_text(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (has_zero(word ^ EVERY_BYTE('"')) | has_zero(word ^ EVERY_BYTE('\\'))) == 0;
}

/* The offset after the quote that ends a string whose inside starts at `at`, or `end`+1. */
static inline size_t string_end(const char *json, size_t at, size_t end)
{
    for (;;) {
        while (end - at >= 8 && is_plain_text(json + at))
            at += 8;
        while (at < end && json[at] != '"' && json[at] != '\\')
            at++;
        if (at >= end)
            return end + 1;
        if (json[at] == '"')
            return at + 1;
        if (end - at < 2)
            return end + 1;
        at += 2;
    }
}

bool scan_string(struct scan *scan)
{
    assert(scan->at < scan->end && scan->json[scan->at] == '"');
    size_t after = string_end(scan->json, scan->at + 1, scan->end);
    scan->at = after > scan->end ? scan->end : after;
    return after <= scan->end;
}

/* Steps to the next quote or brace, and over it. 0: there is none. */
static inline char next_mark(const char *json, size_t *at, size_t end)
{
    while (*at < end) {
        char byte = json[(*at)++];
        if (byte == '"' || byte == '{' || byte == '}')
            return byte;
    }
    return '\0';
}

bool scan_object(struct scan *scan)
{
    assert(scan->at < scan->end && scan->json[scan->at] == '{');
    const char *json = scan->json;
    const size_t end = scan->end;
    size_t at = scan->at + 1;
    size_t depth = 1;
    while (depth > 0) {
        char mark = next_mark(json, &at, end);
        if (mark == '"')
            at = string_end(json, at, end);
        else if (mark == '{')
            depth++;
        else
            depth--;
        if (mark == '\0' || at > end) {
            scan->at = end;
            return false;
        }
    }
    scan->at = at;
    return true;
}

/* Does jansson read these bytes as a value? Only asked of strings and numbers, so it is cheap. */
static bool is_accepted(const char *json, size_t length)
{
    json_t *value = json_loadb(json, length, JSON_DECODE_ANY, NULL);
    json_decref(value);
    return value != NULL;
}

/* Is it all printable ASCII without escapes, which any reader accepts? */
static bool is_simple_text(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x20 || byte >= 0x80 || byte == '\\')
            return false;
    }
    return true;
}

/* Steps over a string that jansson would accept. */
static bool take_string(struct scan *scan)
{
    size_t start = scan->at;
    if (!scan_string(scan))
        return false;
    size_t length = scan->at - start;
    if (is_simple_text(scan->json + start, length) || is_accepted(scan->json + start, length))
        return true;
    scan->at = start;
    return false;
}

/* Can this byte be part of a number? */
static bool is_number_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' || byte == '.' ||
           byte == 'e' || byte == 'E';
}

/* Is it a plain integer that is short enough to fit? */
static bool is_simple_number(const char *bytes, size_t length)
{
    if (length > DIGITS_ALWAYS_FIT || (bytes[0] == '0' && length > 1))
        return false;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < '0' || bytes[i] > '9')
            return false;
    return true;
}

/* Steps over a number that jansson would accept. */
static bool take_number(struct scan *scan)
{
    size_t start = scan->at;
    while (scan->at < scan->end && is_number_byte(scan->json[scan->at]))
        scan->at++;
    if (scan->at == scan->end)
        return false;
    size_t length = scan->at - start;
    if (is_simple_number(scan->json + start, length) || is_accepted(scan->json + start, length))
        return true;
    scan->at = start;
    return false;
}

/* Steps over one of JSON's three words. */
static bool take_word(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        size_t left = scan->end - scan->at;
        if (memcmp(scan->json + scan->at, words[i], left < length ? left : length) != 0)
            continue;
        scan->at += left < length ? left : length;
        return left >= length;
    }
    return false;
}

/* Steps over a byte that must come next, blanks before it allowed. */
static bool take_byte(struct scan *scan, char byte)
{
    if (!scan_blanks(scan) || scan->json[scan->at] != byte)
        return false;
    scan->at++;
    return true;
}

static bool take_value(struct scan *scan, unsigned depth);

/* Steps over `"name": value`, or over `value` where there are no names. */
static bool take_member(struct scan *scan, bool is_named, unsigned depth)
{
    if (!scan_blanks(scan))
        return false;
    if (is_named) {
        if (scan->json[scan->at] != '"' || !take_string(scan) || !take_byte(scan, ':') ||
            !scan_blanks(scan))
            return false;
    }
    return take_value(scan, depth);
}

/* Steps over an object or array whose opening byte is at `at`. */
static bool take_container(struct scan *scan, unsigned depth)
{
    if (depth == 0)
        return false;
    bool is_named = scan->json[scan->at] == '{';
    char closing = is_named ? '}' : ']';
    scan->at++;
    if (take_byte(scan, closing))
        return true;
    for (;;) {
        if (!take_member(scan, is_named, depth - 1))
            return false;
        if (take_byte(scan, closing))
            return true;
        if (!take_byte(scan, ','))
            return false;
    }
}

/* Steps over the value that starts at `at`; `depth` levels of nesting are left. */
static bool take_value(struct scan *scan, unsigned depth)
{
    char first = scan->json[scan->at];
    if (first == '"')
        return take_string(scan);
    if (first == '{' || first == '[')
        return take_container(scan, depth);
    if (first == '-' || (first >= '0' && first <= '9'))
        return take_number(scan);
    return take_word(scan);
}

bool scan_value(struct scan *scan)
{
    return scan_blanks(scan) && take_value(scan, SCAN_DEPTH_MAX);
}
