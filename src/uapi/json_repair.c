/* SPDX-License-Identifier: MIT */
#include "uapi/json_repair.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define REPLACEMENT_BYTES "\xEF\xBF\xBD"
#define REPLACEMENT_ESCAPE "\\uFFFD"
#define ESCAPE_LENGTH 6 /* \uXXXX */
#define HEX_NONE UINT32_MAX

/* The text under repair and how far it has come. */
struct repair {
    struct buffer *out;
    const char *json;
    size_t at;
    size_t end;
};

/* Passes the next bytes on as they are. */
static void keep(struct repair *p, size_t length)
{
    buffer_append(p->out, p->json + p->at, length);
    p->at += length;
}

/* Puts something else in the place of the next bytes. */
static void replace(struct repair *p, size_t length, const char *by)
{
    buffer_puts(p->out, by);
    p->at += length;
}

/* The value of a hexadecimal digit, or HEX_NONE. */
static uint32_t hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (uint32_t)(digit - '0');
    char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? (uint32_t)(lower - 'a' + 10) : HEX_NONE;
}

/* The value of a \uXXXX at an offset, or HEX_NONE. */
static uint32_t escape_value(const struct repair *p, size_t at)
{
    uint32_t value = 0;
    if (at + ESCAPE_LENGTH > p->end || p->json[at] != '\\' || p->json[at + 1] != 'u')
        return HEX_NONE;
    for (size_t i = at + 2; i < at + ESCAPE_LENGTH; i++) {
        uint32_t digit = hex_digit(p->json[i]);
        if (digit == HEX_NONE)
            return HEX_NONE;
        value = value * 16 + digit;
    }
    return value;
}

/* Is it the first, or the second, half of a surrogate pair? */
static bool is_surrogate(uint32_t value, uint32_t half)
{
    return (value & 0xFFFFFC00u) == half;
}

/* A \uXXXX, or what only begins like one. */
static void mend_unicode_escape(struct repair *p)
{
    uint32_t value = escape_value(p, p->at);
    if (value == HEX_NONE) {
        replace(p, 1, REPLACEMENT_BYTES);
    } else if (is_surrogate(value, 0xD800)) {
        if (is_surrogate(escape_value(p, p->at + ESCAPE_LENGTH), 0xDC00))
            keep(p, (size_t)2 * ESCAPE_LENGTH);
        else
            replace(p, ESCAPE_LENGTH, REPLACEMENT_ESCAPE);
    } else if (value == 0 || is_surrogate(value, 0xDC00)) {
        replace(p, ESCAPE_LENGTH, REPLACEMENT_ESCAPE);
    } else {
        keep(p, ESCAPE_LENGTH);
    }
}

/* A backslash and what it escapes. */
static void mend_escape(struct repair *p)
{
    char escaped = p->at + 1 < p->end ? p->json[p->at + 1] : '\0';
    if (escaped == 'u')
        mend_unicode_escape(p);
    else if (escaped != '\0' && strchr("\"\\/bfnrt", escaped) != NULL)
        keep(p, 2);
    else
        replace(p, 1, REPLACEMENT_BYTES);
}

/* One character of a string that is not ASCII. */
static void mend_character(struct repair *p)
{
    uint32_t code_point;
    bool is_valid;
    size_t length = text_decode(p->json + p->at, p->end - p->at, &code_point, &is_valid);
    if (is_valid)
        keep(p, length);
    else
        replace(p, length, REPLACEMENT_BYTES);
}

/* How many bytes from here on are ASCII that means itself. */
static size_t plain_run(const struct repair *p)
{
    size_t at = p->at;
    while (at < p->end && (unsigned char)p->json[at] >= 0x20 && (unsigned char)p->json[at] < 0x80 &&
           p->json[at] != '"' && p->json[at] != '\\')
        at++;
    return at - p->at;
}

/* A string, from its opening quote to its end or the text's. */
static void mend_string(struct repair *p)
{
    keep(p, 1);
    while (p->at < p->end) {
        keep(p, plain_run(p));
        if (p->at == p->end)
            return;
        unsigned char byte = (unsigned char)p->json[p->at];
        if (byte == '"') {
            keep(p, 1);
            return;
        }
        if (byte == '\\')
            mend_escape(p);
        else if (byte < 0x20)
            replace(p, 1, REPLACEMENT_BYTES);
        else
            mend_character(p);
    }
}

/* Does a colon follow, so that what ends at an offset stands where a member's name should? */
static bool is_name(const struct repair *p, size_t at)
{
    while (at < p->end && strchr(" \n\r\t", p->json[at]) != NULL && p->json[at] != '\0')
        at++;
    return at < p->end && p->json[at] == ':';
}

/* A number: one that jansson calls too big becomes a string, but never a member's name. */
static void mend_number(struct repair *p)
{
    json_error_t why;
    size_t length = 0;
    while (p->at + length < p->end && strchr("0123456789+-.eE", p->json[p->at + length]) != NULL &&
           p->json[p->at + length] != '\0')
        length++;
    json_t *value = json_loadb(p->json + p->at, length, JSON_DECODE_ANY, &why);
    bool is_too_big = value == NULL && json_error_code(&why) == json_error_numeric_overflow &&
                      !is_name(p, p->at + length);
    json_decref(value);
    if (is_too_big)
        buffer_puts(p->out, "\"");
    keep(p, length);
    if (is_too_big)
        buffer_puts(p->out, "\"");
}

void json_repair_text(struct buffer *out, const char *json, size_t length)
{
    struct repair p = {.out = out, .json = json, .end = length};
    while (p.at < p.end) {
        char byte = json[p.at];
        if (byte == '"')
            mend_string(&p);
        else if (byte == '-' || (byte >= '0' && byte <= '9'))
            mend_number(&p);
        else
            keep(&p, 1);
    }
}

json_t *json_repair_load(const char *json, size_t length, bool *was_repaired, json_error_t *why)
{
    json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, why);
    *was_repaired = root == NULL;
    if (root != NULL)
        return root;
    struct buffer repaired;
    buffer_init_secret(&repaired, 0); /* it may be a token answer */
    json_repair_text(&repaired, json, length);
    root = json_loadb(repaired.data, repaired.length, 0, why);
    buffer_clear(&repaired);
    return root;
}
