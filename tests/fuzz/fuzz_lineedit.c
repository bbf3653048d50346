/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the line editor: whatever is pressed, its text stays safe text that fits, its cursor stays
 * at a character's start, and it tells exactly when the text has changed.
 *
 * The input is what is typed, as UTF-8; a byte from 0x80 to 0xBF where a character should begin is
 * one of the keys that are no characters.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/keys.h"
#include "ui/lineedit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Holds what is promised of an editor at any time. */
static void check(const struct lineedit *edit)
{
    char safe[LINEEDIT_BYTES_MAX + 8];
    uint32_t code_point = 'a';
    bool valid = true;
    require(edit->length < LINEEDIT_BYTES_MAX && strlen(edit->text) == edit->length);
    require(text_make_safe(safe, sizeof safe, edit->text, edit->length) == edit->length);
    require(memcmp(safe, edit->text, edit->length) == 0);
    require(edit->cursor <= edit->length);
    if (edit->cursor < edit->length)
        text_decode(edit->text + edit->cursor, edit->length - edit->cursor, &code_point, &valid);
    require(valid && text_width_of(code_point) > 0);
    require(lineedit_cursor_column(edit) <= text_columns(edit->text));
}

/* The press that begins at a byte; *at moves behind it. */
static uint32_t next_press(const uint8_t *data, size_t size, size_t *at)
{
    uint32_t press;
    bool valid;
    uint8_t first = data[*at];
    *at += text_decode((const char *)data + *at, size - *at, &press, &valid);
    return !valid && first < 0xC0 ? (uint32_t)KEYCODE_NONE + (first & 0x3Fu) : press;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lineedit edit;
    char *text = mem_strndup((const char *)data, size);
    lineedit_set(&edit, text);
    check(&edit);
    if (size > 0) {
        struct lineedit marked = edit;
        lineedit_mark_whole(&marked);
        lineedit_press(&marked, data[size - 1]);
        check(&marked);
        require(!marked.is_whole_marked);
    }
    free(text);
    lineedit_set(&edit, "");
    for (size_t at = 0; at < size;) {
        struct lineedit before = edit;
        bool is_changed = lineedit_press(&edit, next_press(data, size, &at));
        require(is_changed == (strcmp(before.text, edit.text) != 0));
        check(&edit);
    }
    return 0;
}
