/* SPDX-License-Identifier: MIT */
#include "ui/lineedit.h"

#include <string.h>

#include "base/text.h"
#include "ui/keys.h"

#define DELETE_CHARACTER 0x7Fu /* what most terminals send for Backspace */

/* Does something to the text or the cursor; true if the text has changed. */
typedef bool (*edit_fn)(struct lineedit *edit);

/* The code point at a byte offset inside of the text. */
static uint32_t code_point_at(const struct lineedit *edit, size_t at)
{
    uint32_t code_point;
    bool valid;
    text_decode(edit->text + at, edit->length - at, &code_point, &valid);
    return code_point;
}

/* Is there a combining mark at a byte offset? */
static bool is_mark_at(const struct lineedit *edit, size_t at)
{
    return at < edit->length && text_width_of(code_point_at(edit, at)) == 0;
}

/* The start of the code point before an offset that is not 0. */
static size_t step_back(const struct lineedit *edit, size_t at)
{
    do {
        at--;
    } while (at > 0 && ((unsigned char)edit->text[at] & 0xC0u) == 0x80u);
    return at;
}

/* The start of the character, its marks included, before an offset. */
static size_t previous(const struct lineedit *edit, size_t at)
{
    if (at > 0)
        at = step_back(edit, at);
    while (at > 0 && is_mark_at(edit, at))
        at = step_back(edit, at);
    return at;
}

/* The end of the character, its marks included, at an offset. */
static size_t next(const struct lineedit *edit, size_t at)
{
    uint32_t code_point;
    bool valid;
    if (at < edit->length)
        at += text_decode(edit->text + at, edit->length - at, &code_point, &valid);
    while (is_mark_at(edit, at))
        at += text_decode(edit->text + at, edit->length - at, &code_point, &valid);
    return at;
}

/* How many marks stand right before the cursor. */
static int marks_before_cursor(const struct lineedit *edit)
{
    int count = 0;
    for (size_t at = edit->cursor; at > 0; count++) {
        at = step_back(edit, at);
        if (!is_mark_at(edit, at))
            break;
    }
    return count;
}

/* Removes the bytes between two offsets; the cursor is at the first then. */
static bool cut(struct lineedit *edit, size_t from, size_t to)
{
    memmove(edit->text + from, edit->text + to, edit->length - to + 1);
    edit->length -= to - from;
    edit->cursor = from;
    return to > from;
}

/* May the code point be typed at the cursor? */
static bool is_typable(const struct lineedit *edit, uint32_t code_point)
{
    int width = text_width_of(code_point);
    if (width == 0)
        return edit->cursor > 0 && marks_before_cursor(edit) < TEXT_MARKS_MAX;
    return width > 0;
}

/* Types a code point at the cursor. */
static bool insert(struct lineedit *edit, uint32_t code_point)
{
    char bytes[4];
    if (code_point >= KEYCODE_NONE || !is_typable(edit, code_point))
        return false;
    size_t count = text_encode(bytes, code_point);
    if (edit->length + count >= LINEEDIT_BYTES_MAX)
        return false;
    char *at = edit->text + edit->cursor;
    memmove(at + count, at, edit->length - edit->cursor + 1);
    memcpy(at, bytes, count);
    edit->length += count;
    edit->cursor += count;
    return true;
}

/* Left */
static bool edit_left(struct lineedit *edit)
{
    edit->cursor = previous(edit, edit->cursor);
    return false;
}

/* Right */
static bool edit_right(struct lineedit *edit)
{
    edit->cursor = next(edit, edit->cursor);
    return false;
}

/* To the start */
static bool edit_home(struct lineedit *edit)
{
    edit->cursor = 0;
    return false;
}

/* To the end */
static bool edit_end(struct lineedit *edit)
{
    edit->cursor = edit->length;
    return false;
}

/* Deletes the character before the cursor. */
static bool edit_backspace(struct lineedit *edit)
{
    return cut(edit, previous(edit, edit->cursor), edit->cursor);
}

/* Deletes the character at the cursor. */
static bool edit_delete(struct lineedit *edit)
{
    return cut(edit, edit->cursor, next(edit, edit->cursor));
}

/* Deletes all before the cursor. */
static bool edit_cut_before(struct lineedit *edit)
{
    return cut(edit, 0, edit->cursor);
}

/* Deletes all from the cursor on. */
static bool edit_cut_after(struct lineedit *edit)
{
    return cut(edit, edit->cursor, edit->length);
}

/* Deletes the word before the cursor and the blanks after it. */
static bool edit_cut_word(struct lineedit *edit)
{
    size_t end = edit->cursor;
    size_t from = end;
    while (from > 0 && edit->text[from - 1] == ' ')
        from--;
    while (from > 0 && edit->text[from - 1] != ' ')
        from--;
    return cut(edit, from, end);
}

/* What presses other than characters do. */
static const struct edit {
    uint32_t press;
    edit_fn act;
    bool deletes;
} edits[] = {
    {KEYCODE_LEFT, edit_left, false},
    {KEYCODE_CTRL('B'), edit_left, false},
    {KEYCODE_RIGHT, edit_right, false},
    {KEYCODE_CTRL('F'), edit_right, false},
    {KEYCODE_HOME, edit_home, false},
    {KEYCODE_CTRL('A'), edit_home, false},
    {KEYCODE_END, edit_end, false},
    {KEYCODE_CTRL('E'), edit_end, false},
    {KEYCODE_BACKSPACE, edit_backspace, true},
    {KEYCODE_CTRL('H'), edit_backspace, true},
    {DELETE_CHARACTER, edit_backspace, true},
    {KEYCODE_DELETE, edit_delete, true},
    {KEYCODE_CTRL('D'), edit_delete, true},
    {KEYCODE_CTRL('U'), edit_cut_before, true},
    {KEYCODE_CTRL('K'), edit_cut_after, true},
    {KEYCODE_CTRL('W'), edit_cut_word, true},
};

void lineedit_set(struct lineedit *edit, const char *text)
{
    size_t length = strlen(text);
    *edit = (struct lineedit){0};
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool valid;
        size_t count = text_decode(text + at, length - at, &code_point, &valid);
        if (edit->length + count >= LINEEDIT_BYTES_MAX)
            break;
        insert(edit, code_point);
        at += count;
    }
}

void lineedit_mark_whole(struct lineedit *edit)
{
    edit->is_whole_marked = edit->length > 0;
}

/* The edit that a press stands for, or NULL. */
static const struct edit *find_edit(uint32_t press)
{
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        if (edits[i].press == press)
            return &edits[i];
    }
    return NULL;
}

/* Types a code point in the place of all there is. */
static bool replace(struct lineedit *edit, uint32_t code_point)
{
    struct lineedit before = *edit;
    cut(edit, 0, edit->length);
    if (insert(edit, code_point))
        return strcmp(edit->text, before.text) != 0;
    *edit = before;
    return false;
}

bool lineedit_press(struct lineedit *edit, uint32_t press)
{
    const struct edit *found = find_edit(press);
    bool is_marked = edit->is_whole_marked;
    edit->is_whole_marked = false;
    if (found == NULL)
        return is_marked ? replace(edit, press) : insert(edit, press);
    return is_marked && found->deletes ? cut(edit, 0, edit->length) : found->act(edit);
}

int lineedit_cursor_column(const struct lineedit *edit)
{
    char before[LINEEDIT_BYTES_MAX];
    memcpy(before, edit->text, edit->cursor);
    before[edit->cursor] = '\0';
    return text_columns(before);
}
