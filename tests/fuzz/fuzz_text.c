/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the boundary where bytes from outside become text: what comes out may be shown, fits, is
 * its own safe form, and is as wide as its characters are.
 *
 * The first byte of the input says how much room there is; the rest is the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Holds what is promised of safe text; returns its columns. */
static int check_safe(const char *text, size_t length)
{
    int columns = 0;
    int marks = TEXT_MARKS_MAX; /* none may stand at the start */
    require(strlen(text) == length);
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool valid;
        char again[4];
        size_t bytes = text_decode(text + at, length - at, &code_point, &valid);
        require(valid && code_point >= ' ' && !(code_point >= 0x7F && code_point < 0xA0));
        require(text_encode(again, code_point) == bytes && memcmp(again, text + at, bytes) == 0);
        int width = text_width_of(code_point);
        require(width > 0 ? width <= 2 : width == 0 && marks < TEXT_MARKS_MAX);
        marks = width > 0 ? 0 : marks + 1;
        columns += width;
        at += bytes;
    }
    require(text_columns(text) == columns);
    return columns;
}

/* Cut to any number of columns, it is no wider, and whole where it fits. */
static void check_fit(const char *text, size_t length, int columns, int room)
{
    int used;
    size_t bytes = text_fit(text, room, &used);
    char *cut = mem_strndup(text, bytes);
    require(bytes <= length && used <= room && check_safe(cut, bytes) == used);
    require(bytes == length || columns > room);
    free(cut);
}

/* A copy is cut only at its cap, and is damaged exactly if it is not what it was made from. */
static void check_copy(const char *bytes, size_t length, size_t max)
{
    bool is_damaged;
    char *copy = text_safe_copy(bytes, length, max, &is_damaged);
    size_t copied = strlen(copy);
    check_safe(copy, copied);
    require(copied <= max);
    require(is_damaged == (copied != length || memcmp(copy, bytes, length) != 0));
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t room = 1 + data[0];
    const char *bytes = (const char *)data + 1;
    size_t length = size - 1;
    char *safe = mem_new(room, 1);
    char *again = mem_new(room, 1);
    size_t written = text_make_safe(safe, room, bytes, length);
    int columns = check_safe(safe, written);
    require(written < room);
    require(text_make_safe(again, room, safe, written) == written);
    require(memcmp(again, safe, written) == 0);
    check_fit(safe, written, columns, data[0] % 7);
    check_fit(safe, written, columns, columns);
    check_copy(bytes, length, room);
    check_copy(bytes, length, 3 * length + 1);
    free(safe);
    free(again);
    return 0;
}
