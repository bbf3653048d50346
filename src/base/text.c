/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

#include "base/mem.h"
#include "base/text_table.h"

#define ELLIPSIS "\xE2\x80\xA6" /* U+2026 */
#define ELLIPSIS_BYTES 3
#define PICTURE_NUL 0x2400u /* U+2400.. are the pictures of U+0000.. */
#define PICTURE_DELETE 0x2421u

/* Bytes of a sequence by its first byte, 0 if none begins with it. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/* The smallest code point that needs so many bytes: what is below is overlong. */
static uint32_t smallest_of(size_t bytes)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    return smallest[bytes];
}

size_t text_decode(const char *bytes, size_t length, uint32_t *code_point, bool *valid)
{
    unsigned char first = (unsigned char)bytes[0];
    size_t needed = sequence_length(first);
    uint32_t value = needed <= 1 ? first : first & (0x7Fu >> needed);

    *code_point = TEXT_REPLACEMENT;
    *valid = false;
    if (needed == 0)
        return 1;
    for (size_t i = 1; i < needed; i++) {
        if (i >= length || ((unsigned char)bytes[i] & 0xC0) != 0x80)
            return i;
        value = value << 6 | ((unsigned char)bytes[i] & 0x3Fu);
    }
    if (value < smallest_of(needed) || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return needed;
    *code_point = value;
    *valid = true;
    return needed;
}

size_t text_mark_length(const char *bytes, size_t length)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t size = sizeof mark - 1;
    return length >= size && memcmp(bytes, mark, size) == 0 ? size : 0;
}

size_t text_encode(char out[static 4], uint32_t code_point)
{
    uint32_t value = code_point;
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        value = TEXT_REPLACEMENT;
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    size_t length = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (value & 0x3F));
        value >>= 6;
    }
    out[0] = (char)((0xF00 >> length & 0xFF) | value);
    return length;
}

int text_width_of(uint32_t code_point)
{
    size_t low = 0;
    size_t high = text_table_size;
    if (code_point >= ' ' && code_point <= '~')
        return 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code_point > text_table[middle].last)
            low = middle + 1;
        else if (code_point < text_table[middle].first)
            high = middle;
        else
            return text_table[middle].width;
    }
    return -1;
}

/* Is it a space other than the plain one (Unicode category Zs)? */
static bool is_other_space(uint32_t code_point)
{
    return code_point == 0xA0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x202F ||
           code_point == 0x205F || code_point == 0x3000;
}

/* What is shown in place of a code point that may not be. */
static uint32_t stand_in(uint32_t code_point)
{
    if (code_point < ' ')
        return PICTURE_NUL + code_point;
    if (code_point == 0x7F)
        return PICTURE_DELETE;
    return is_other_space(code_point) ? ' ' : TEXT_REPLACEMENT;
}

/* Safe text being written. */
struct writer {
    char *out;
    size_t size;
    size_t length;
    size_t cut;      /* where an ellipsis would still fit */
    size_t boundary; /* start of the last whole character */
    int marks;       /* after the last base character; -1: there is no base */
    bool is_damaged;
    bool is_full;
};

/* Writes one code point that may be shown. */
static void put(struct writer *writer, uint32_t code_point, bool is_mark)
{
    char bytes[4];
    size_t length = text_encode(bytes, code_point);
    if (!is_mark) {
        writer->boundary = writer->length;
        if (writer->length + ELLIPSIS_BYTES < writer->size)
            writer->cut = writer->length;
        writer->marks = 0;
    }
    if (writer->length + length >= writer->size) {
        writer->is_full = true;
        return;
    }
    memcpy(writer->out + writer->length, bytes, length);
    writer->length += length;
}

/* Writes the safe form of one code point. */
static void write_safe(struct writer *writer, uint32_t code_point)
{
    int width = text_width_of(code_point);
    if (width == 0 && writer->marks >= 0) {
        if (writer->marks++ < TEXT_MARKS_MAX)
            put(writer, code_point, true);
        else
            writer->is_damaged = true;
        return;
    }
    if (width > 0) {
        put(writer, code_point, false);
        return;
    }
    writer->is_damaged = true;
    put(writer, stand_in(code_point), false);
}

/* Ends a text that did not fit: at a whole character, with an ellipsis where that fits. */
static void cut_off(struct writer *writer)
{
    writer->is_damaged = true;
    if (writer->size <= ELLIPSIS_BYTES) {
        writer->length = writer->boundary;
        return;
    }
    memcpy(writer->out + writer->cut, ELLIPSIS, ELLIPSIS_BYTES);
    writer->length = writer->cut + ELLIPSIS_BYTES;
}

/* Writes the safe form of bytes into a writer. */
static void make_safe(struct writer *writer, const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && !writer->is_full) {
        uint32_t code_point;
        bool valid;
        at += text_decode(bytes + at, length - at, &code_point, &valid);
        writer->is_damaged |= !valid;
        write_safe(writer, code_point);
    }
    if (writer->is_full)
        cut_off(writer);
    writer->out[writer->length] = '\0';
}

/* Is it all printable ASCII? Nearly every text is. */
static bool is_plain(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!text_is_ascii(bytes[i]))
            return false;
    }
    return true;
}

size_t text_make_safe(char *out, size_t size, const char *bytes, size_t length)
{
    if (length > 0 && length < size && is_plain(bytes, length)) {
        memmove(out, bytes, length);
        out[length] = '\0';
        return length;
    }
    struct writer writer = {.out = out, .size = size, .marks = -1};
    if (size == 0)
        return 0;
    make_safe(&writer, bytes, length);
    return writer.length;
}

char *text_safe_copy(const char *bytes, size_t length, size_t max, bool *damaged)
{
    if (length <= max && is_plain(bytes, length)) {
        if (damaged)
            *damaged = false;
        return mem_strndup(bytes, length);
    }
    struct writer writer = {.out = mem_new(max + 1, 1), .size = max + 1, .marks = -1};
    make_safe(&writer, bytes, length);
    if (damaged)
        *damaged = writer.is_damaged;
    return mem_resize(writer.out, writer.length + 1, 1);
}

int text_columns(const char *safe)
{
    int columns;
    text_fit(safe, INT32_MAX, &columns);
    return columns;
}

size_t text_fit(const char *safe, int columns, int *used)
{
    size_t at = 0;
    int column = 0;
    while (safe[at] != '\0') {
        uint32_t code_point;
        bool valid;
        if (text_is_ascii(safe[at]) && column < columns) { /* nearly always */
            column++;
            at++;
            continue;
        }
        size_t bytes = text_decode(safe + at, TEXT_CHARACTER_MAX, &code_point, &valid);
        int width = text_width_of(code_point);
        if (width > columns - column)
            break;
        column += width > 0 ? width : 0;
        at += bytes;
    }
    *used = column;
    return at;
}
