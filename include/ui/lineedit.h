/* SPDX-License-Identifier: MIT */
/*
 * lineedit: a one-line editor: the text being typed and the cursor in it.
 *
 * Every printable key types; editing is readline's set (^A ^E ^B ^F ^D ^H ^U ^W ^K, arrows, Home,
 * End, Delete). Does not know what the text is for.
 */
#ifndef BLFTOP_UI_LINEEDIT_H
#define BLFTOP_UI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEEDIT_BYTES_MAX 512

struct lineedit {
    char text[LINEEDIT_BYTES_MAX]; /* safe text, NUL-terminated */
    size_t length;                 /* bytes */
    size_t cursor;                 /* byte offset, always at a character's start */
    bool is_whole_marked;          /* what is typed next takes the place of all of it */
};

/* Starts with a text (cut to what fits), the cursor at its end. */
void lineedit_set(struct lineedit *edit, const char *text);

/* Marks the whole text: a character takes its place, a deletion takes it away, and any other press
 * ends the mark. */
void lineedit_mark_whole(struct lineedit *edit);

/* Takes a press; true if the text has changed. Presses that mean nothing here are ignored. */
bool lineedit_press(struct lineedit *edit, uint32_t press);

/* Columns before the cursor. */
int lineedit_cursor_column(const struct lineedit *edit);

#endif
