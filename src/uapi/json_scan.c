/* SPDX-License-Identifier: MIT */
#include "uapi/json_scan.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define UNICODE_ESCAPE_LENGTH 6 /* \uXXXX */

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Has one of eight bytes the value 0? (The borrow of the subtraction reaches its high bit.) */
static inline uint64_t has_zero(uint64_t bytes)
{
    return (bytes - EVERY_BYTE(1)) & ~bytes & EVERY_BYTE(0x80);
}

/* The bytes of these eight that are a quote or a backslash, up to the first of them for sure. */
static inline uint64_t find_marks(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return has_zero(word ^ EVERY_BYTE('"')) | has_zero(word ^ EVERY_BYTE('\\'));
}

/* The offset of the first quote or backslash from `at` on, or `end`. */
static inline size_t next_in_text(const char *json, size_t at, size_t end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t marks = find_marks(json + at);
        if (marks != 0)
            return at + (size_t)__builtin_ctzll(marks) / 8;
    }
    while (at < end && json[at] != '"' && json[at] != '\\')
        at++;
    return at;
}

/* The offset after the quote that ends a string whose inside starts at `at`, or `end`+1. */
static inline size_t string_end(const char *json, size_t at, size_t end)
{
    for (;;) {
        at = next_in_text(json, at, end);
        if (at >= end)
            return end + 1;
        if (json[at] == '"')
            return at + 1;
        if (end - at < 2)
            return end + 1;
        at += 2;
    }
}

bool json_scan_string(struct json_scan *scan)
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

bool json_scan_object(struct json_scan *scan)
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

/* How many bytes the escape that begins here takes; 0: it is none. Half of a surrogate pair is one,
 * as in RFC 8259's grammar. */
static size_t escape_length(const char *bytes, size_t length)
{
    if (length < 2 || bytes[1] == '\0')
        return 0;
    if (bytes[1] != 'u')
        return strchr("\"\\/bfnrt", bytes[1]) != NULL ? 2 : 0;
    for (size_t i = 2; i < UNICODE_ESCAPE_LENGTH; i++)
        if (i >= length || !isxdigit((unsigned char)bytes[i]))
            return 0;
    return UNICODE_ESCAPE_LENGTH;
}

/* Are these bytes the inside of a string, by RFC 8259's grammar and in UTF-8? */
static bool is_text(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        uint32_t code_point;
        bool is_valid = (unsigned char)bytes[at] >= 0x20;
        size_t taken = 1;
        if (bytes[at] == '\\') {
            taken = escape_length(bytes + at, length - at);
            is_valid = taken > 0;
        } else if ((unsigned char)bytes[at] >= 0x80) {
            taken = text_decode(bytes + at, length - at, &code_point, &is_valid);
        }
        if (!is_valid)
            return false;
        at += taken;
    }
    return true;
}

/* Steps over a string that is one by the grammar. */
static bool take_string(struct json_scan *scan)
{
    size_t start = scan->at;
    if (!json_scan_string(scan))
        return false;
    const char *inside = scan->json + start + 1;
    size_t length = scan->at - start - 2;
    if (is_simple_text(inside, length) || is_text(inside, length))
        return true;
    scan->at = start;
    return false;
}

/* Steps over digits; false if there are none. */
static bool take_digits(struct json_scan *scan)
{
    size_t start = scan->at;
    while (scan->at < scan->end && scan->json[scan->at] >= '0' && scan->json[scan->at] <= '9')
        scan->at++;
    return scan->at > start;
}

/* Steps over one of these bytes, if one is there. */
static bool take_any(struct json_scan *scan, const char *bytes)
{
    char byte = scan->at < scan->end ? scan->json[scan->at] : '\0';
    bool is_there = byte != '\0' && strchr(bytes, byte) != NULL;
    scan->at += is_there;
    return is_there;
}

/* Steps over a number, by the grammar: its size does not matter. One that ends with the text may
 * well go on behind it. */
static bool take_number(struct json_scan *scan)
{
    size_t start = scan->at;
    (void)take_any(scan, "-");
    bool is_number = take_any(scan, "0") || take_digits(scan);
    if (is_number && take_any(scan, "."))
        is_number = take_digits(scan);
    if (is_number && take_any(scan, "eE")) {
        (void)take_any(scan, "+-");
        is_number = take_digits(scan);
    }
    if (scan->at == scan->end)
        return false;
    if (is_number && !take_any(scan, "0123456789+-.eE"))
        return true;
    scan->at = start;
    return false;
}

/* Steps over one of JSON's three words. */
static bool take_word(struct json_scan *scan)
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
static bool take_byte(struct json_scan *scan, char byte)
{
    if (!json_scan_blanks(scan) || scan->json[scan->at] != byte)
        return false;
    scan->at++;
    return true;
}

static bool take_value(struct json_scan *scan, unsigned depth);

/* Steps over `"name": value`, or over `value` where there are no names. */
static bool take_member(struct json_scan *scan, bool is_named, unsigned depth)
{
    if (!json_scan_blanks(scan))
        return false;
    if (is_named) {
        if (scan->json[scan->at] != '"' || !take_string(scan) || !take_byte(scan, ':') ||
            !json_scan_blanks(scan))
            return false;
    }
    return take_value(scan, depth);
}

/* Steps over an object or array whose opening byte is at `at`. */
static bool take_container(struct json_scan *scan, unsigned depth)
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
static bool take_value(struct json_scan *scan, unsigned depth)
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

bool json_scan_value(struct json_scan *scan)
{
    return json_scan_blanks(scan) && take_value(scan, JSON_SCAN_DEPTH_MAX);
}
