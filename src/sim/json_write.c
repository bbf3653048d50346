/* SPDX-License-Identifier: MIT */
#include "sim/json_write.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* Bytes of JSON and how far they were read. */
struct reader {
    const char *json;
    size_t length;
    size_t at;
};

/* The escape of an ASCII character that may not stand in a string, or NULL. */
static const char *short_escape(uint32_t code_point)
{
    switch (code_point) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* Appends one character of a string. */
static void put_character(struct buffer *out, const char *bytes, size_t length, uint32_t code_point,
                          bool is_valid)
{
    const char *escape = short_escape(code_point);
    if (!is_valid)
        buffer_puts(out, "\xEF\xBF\xBD");
    else if (escape != NULL)
        buffer_puts(out, escape);
    else if (code_point < 0x20)
        buffer_printf(out, "\\u%04x", (unsigned)code_point);
    else
        buffer_append(out, bytes, length);
}

void json_write_put_string(struct buffer *out, const char *text)
{
    size_t length = strlen(text);
    buffer_puts(out, "\"");
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool is_valid;
        size_t taken = text_decode(text + at, length - at, &code_point, &is_valid);
        put_character(out, text + at, taken, code_point, is_valid);
        at += taken;
    }
    buffer_puts(out, "\"");
}

/* Steps over white space. */
static void skip_blanks(struct reader *reader)
{
    while (reader->at < reader->length && strchr(" \t\r\n", reader->json[reader->at]) != NULL &&
           reader->json[reader->at] != '\0')
        reader->at++;
}

/* Steps over white space and then `c`; false if something else is there. */
static bool take(struct reader *reader, char c)
{
    skip_blanks(reader);
    if (reader->at >= reader->length || reader->json[reader->at] != c)
        return false;
    reader->at++;
    return true;
}

/* Steps over a string, whose first quote is next; false if it does not end. */
static bool skip_string(struct reader *reader)
{
    if (!take(reader, '"'))
        return false;
    while (reader->at < reader->length) {
        char c = reader->json[reader->at++];
        if (c == '"')
            return true;
        if (c == '\\')
            reader->at++;
    }
    return false;
}

/* Steps over any value, up to the comma or brace that ends the member. */
static bool skip_value(struct reader *reader)
{
    size_t depth = 0;
    skip_blanks(reader);
    while (reader->at < reader->length) {
        char c = reader->json[reader->at];
        if (depth == 0 && (c == ',' || c == '}'))
            return true;
        if (c == '"') {
            if (!skip_string(reader))
                return false;
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && depth-- == 0)
            return false;
        reader->at++;
    }
    return false;
}

/* Reads one member; its name is returned without quotes. */
static bool take_member(struct reader *reader, const char **name, size_t *name_length)
{
    skip_blanks(reader);
    size_t start = reader->at + 1;
    if (!skip_string(reader))
        return false;
    *name = reader->json + start;
    *name_length = reader->at - 1 - start;
    return take(reader, ':') && skip_value(reader);
}

/* Appends the wanted members with commas between; false if the object is broken. */
static bool copy_members(struct buffer *out, struct reader *reader, json_member_filter wants,
                         const void *context)
{
    const char *separator = "";
    do {
        skip_blanks(reader);
        size_t start = reader->at;
        const char *name;
        size_t name_length;
        if (!take_member(reader, &name, &name_length))
            return false;
        if (!wants(context, name, name_length))
            continue;
        buffer_puts(out, separator);
        buffer_append(out, reader->json + start, reader->at - start);
        separator = ",";
    } while (take(reader, ','));
    return take(reader, '}');
}

bool json_write_put_members(struct buffer *out, const char *json, size_t length,
                            json_member_filter wants, const void *context)
{
    struct reader reader = {.json = json, .length = length};
    size_t mark = out->length;
    buffer_puts(out, "{");
    bool is_object =
        take(&reader, '{') && (take(&reader, '}') || copy_members(out, &reader, wants, context));
    if (!is_object) {
        out->length = mark;
        out->data[mark] = '\0';
        return false;
    }
    return buffer_puts(out, "}");
}
