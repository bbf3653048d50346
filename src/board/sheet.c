/* SPDX-License-Identifier: MIT */
#include "board/sheet.h"

#include <string.h>

#define WRAP_COLS_MIN 8  /* narrower text is cut, not wrapped */
#define PAIR_COLS_MIN 12 /* a text narrower than this stands below its label */

struct sheet sheet_begin(struct frame *frame, struct rect rect, size_t top)
{
    return (struct sheet){.frame = frame, .rect = rect, .top = top};
}

/* The frame's row of a line, -1 if it is out of sight. */
static int row_of(const struct sheet *sheet, size_t line)
{
    if (sheet->frame == NULL || line < sheet->top || line - sheet->top >= (size_t)sheet->rect.rows)
        return -1;
    return sheet->rect.row + (int)(line - sheet->top);
}

/* The column after the sheet's last. */
static int limit_of(const struct sheet *sheet)
{
    return sheet->rect.col + sheet->rect.cols;
}

void sheet_skip(struct sheet *sheet)
{
    sheet->line++;
}

void sheet_put(struct sheet *sheet, int indent, enum role role, const char *safe)
{
    int row = row_of(sheet, sheet->line++);
    if (row >= 0)
        paint_cut(sheet->frame, row, sheet->rect.col + indent, limit_of(sheet), role, safe);
}

void sheet_segments(struct sheet *sheet, int indent, struct segments *segments)
{
    int row = row_of(sheet, sheet->line++);
    if (row >= 0)
        segments_paint(segments, sheet->frame, row, sheet->rect.col + indent,
                       sheet->rect.cols - indent);
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
static void put_part(struct sheet *sheet, int indent, enum role role, const char *safe,
                     size_t length)
{
    int row = row_of(sheet, sheet->line++);
    int col = sheet->rect.col + indent;
    if (row >= 0)
        frame_put(sheet->frame, row, col, col + columns_of(safe, length), role, safe);
}

void sheet_wrap(struct sheet *sheet, int indent, enum role role, const char *safe)
{
    int cols = sheet->rect.cols - indent;
    if (cols < WRAP_COLS_MIN) {
        sheet_put(sheet, indent, role, safe);
        return;
    }
    do {
        size_t length = break_line(safe, cols);
        put_part(sheet, indent, role, safe, length);
        safe += length;
        safe += strspn(safe, " ");
    } while (*safe != '\0');
}

void sheet_pair(struct sheet *sheet, int indent, int label_cols, enum role label_role,
                const char *label, enum role role, const char *safe)
{
    int room = sheet->rect.cols - indent - label_cols;
    if (room < PAIR_COLS_MIN || text_columns(label) >= label_cols) {
        sheet_put(sheet, indent, label_role, label);
        sheet_wrap(sheet, room < PAIR_COLS_MIN ? indent + 2 : indent + label_cols, role, safe);
        return;
    }
    size_t line = sheet->line;
    sheet_wrap(sheet, indent + label_cols, role, safe);
    int row = row_of(sheet, line);
    int col = sheet->rect.col + indent;
    if (row >= 0)
        paint_cut(sheet->frame, row, col, col + label_cols - 1, label_role, label);
}
