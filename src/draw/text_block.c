/* SPDX-License-Identifier: MIT */
#include "draw/text_block.h"

#include <string.h>

#define WRAP_COLS_MIN 8  /* narrower text is cut, not wrapped */
#define PAIR_COLS_MIN 12 /* a text narrower than this stands below its label */

struct text_block text_block_begin(struct frame *frame, struct rect rect, size_t top)
{
    return (struct text_block){.frame = frame, .rect = rect, .top = top};
}

/* The frame's row of a line, -1 if it is out of sight. */
static int row_of(const struct text_block *text_block, size_t line)
{
    if (text_block->frame == NULL || line < text_block->top ||
        line - text_block->top >= (size_t)text_block->rect.rows)
        return -1;
    return text_block->rect.row + (int)(line - text_block->top);
}

/* The column after the sheet's last. */
static int limit_of(const struct text_block *text_block)
{
    return text_block->rect.col + text_block->rect.cols;
}

void text_block_skip(struct text_block *text_block)
{
    text_block->line++;
}

void text_block_put(struct text_block *text_block, int indent, enum role role, const char *safe)
{
    int row = row_of(text_block, text_block->line++);
    if (row >= 0)
        widget_cut(text_block->frame, row, text_block->rect.col + indent, limit_of(text_block),
                   role, safe);
}

void text_block_segments(struct text_block *text_block, int indent, struct segments *segments)
{
    int row = row_of(text_block, text_block->line++);
    if (row >= 0)
        segments_paint(segments, text_block->frame, row, text_block->rect.col + indent,
                       text_block->rect.cols - indent);
}

/* Bytes of a text that go into one line of `cols` columns: up to a blank, if there is one. */
static size_t break_line(const char *safe, int cols)
{
    int used;
    size_t fits = text_fit(safe, cols, &used);
    if (safe[fits] == '\0' || safe[fits] == ' ')
        return fits;
    for (size_t at = fits; at > 0; at--) {
        if (safe[at - 1] == ' ')
            return at;
    }
    return fits;
}

/* Columns of the first `length` bytes of a text. */
static int columns_of(const char *safe, size_t length)
{
    int cols = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool valid;
        at += text_decode(safe + at, length - at, &code_point, &valid);
        int width = text_width_of(code_point);
        cols += width > 0 ? width : 0;
    }
    return cols;
}

/* Puts the first `length` bytes of a text on the next line. */
static void put_part(struct text_block *text_block, int indent, enum role role, const char *safe,
                     size_t length)
{
    int row = row_of(text_block, text_block->line++);
    int col = text_block->rect.col + indent;
    if (row >= 0)
        frame_put(text_block->frame, row, col, col + columns_of(safe, length), role, safe);
}

void text_block_wrap(struct text_block *text_block, int indent, enum role role, const char *safe)
{
    int cols = text_block->rect.cols - indent;
    if (cols < WRAP_COLS_MIN) {
        text_block_put(text_block, indent, role, safe);
        return;
    }
    do {
        size_t length = break_line(safe, cols);
        put_part(text_block, indent, role, safe, length);
        safe += length;
        safe += strspn(safe, " ");
    } while (*safe != '\0');
}

void text_block_pair(struct text_block *text_block, int indent, int label_cols,
                     enum role label_role, const char *label, enum role role, const char *safe)
{
    int room = text_block->rect.cols - indent - label_cols;
    if (room < PAIR_COLS_MIN || text_columns(label) >= label_cols) {
        text_block_put(text_block, indent, label_role, label);
        text_block_wrap(text_block, room < PAIR_COLS_MIN ? indent + 2 : indent + label_cols, role,
                        safe);
        return;
    }
    size_t line = text_block->line;
    text_block_wrap(text_block, indent + label_cols, role, safe);
    int row = row_of(text_block, line);
    int col = text_block->rect.col + indent;
    if (row >= 0)
        widget_cut(text_block->frame, row, col, col + label_cols - 1, label_role, label);
}
