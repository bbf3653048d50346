/* SPDX-License-Identifier: MIT */
#include "draw/frame.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FORMAT_BYTES 1024 /* no line of a screen is longer */

static_assert(sizeof(struct cell) == (1 + TEXT_MARKS_MAX) * sizeof(uint32_t) + 2 * sizeof(uint16_t),
              "bytes that are no member's are not compared");

static const struct cell blank = {.base = ' ', .role = ROLE_TEXT};

void frame_init(struct frame *frame)
{
    *frame = (struct frame){0};
}

void frame_clear(struct frame *frame)
{
    free(frame->cells);
    frame_init(frame);
}

void frame_reset(struct frame *frame, int rows, int cols, bool is_ascii)
{
    rows = rows > 0 ? rows : 1;
    cols = cols > 0 ? cols : 1;
    size_t count = (size_t)rows * (size_t)cols;
    if (rows != frame->rows || cols != frame->cols)
        frame->cells = mem_resize(frame->cells, count, sizeof *frame->cells);
    for (size_t i = 0; i < count; i++)
        frame->cells[i] = blank;
    *frame =
        (struct frame){.cells = frame->cells, .rows = rows, .cols = cols, .is_ascii = is_ascii};
}

/* The cell at a place that is inside. */
static struct cell *cell_at(const struct frame *frame, int row, int col)
{
    return &frame->cells[(size_t)row * (size_t)frame->cols + (size_t)col];
}

/* Is the place inside of the frame? */
static bool is_inside(const struct frame *frame, int row, int col)
{
    return row >= 0 && row < frame->rows && col >= 0 && col < frame->cols;
}

/* A wide character that stands across the left edge of a column becomes blanks: it is to lose one
 * of its halves. */
static void part_halves(struct frame *frame, int row, int col)
{
    if (col <= 0 || col >= frame->cols)
        return;
    struct cell *right = cell_at(frame, row, col);
    if (right->base != 0)
        return;
    right->base = ' ';
    right[-1].base = ' ';
    memset(right[-1].marks, 0, sizeof right[-1].marks);
}

/* Sets one cell. */
static void set_cell(struct frame *frame, int row, int col, struct cell cell)
{
    if (cell.base != 0)
        part_halves(frame, row, col);
    part_halves(frame, row, col + 1);
    *cell_at(frame, row, col) = cell;
}

/* Puts a character of `width` columns; halves that fall outside leave a blank. */
static void put_character(struct frame *frame, int row, int col, int limit, uint32_t base,
                          int width, enum role role)
{
    struct cell cell = {.base = base, .role = (uint16_t)role};
    bool is_whole = col >= 0 && col + width <= limit;
    if (width == 1 && is_whole && is_inside(frame, row, col)) { /* nearly always */
        set_cell(frame, row, col, cell);
        return;
    }
    for (int i = 0; i < width; i++) {
        if (col + i >= limit || !is_inside(frame, row, col + i))
            continue;
        if (!is_whole)
            cell.base = ' ';
        else if (i > 0)
            cell.base = 0;
        set_cell(frame, row, col + i, cell);
    }
}

/* Puts the printable ASCII that a text begins with, from a place that is inside; returns how much
 * that was. Nearly all text is that, and all of it is drawn anew for each frame. */
static int put_plain(struct frame *frame, int row, int col, int limit, enum role role,
                     const char *text)
{
    struct cell *cells = cell_at(frame, row, col);
    int count = 0;
    while (col + count < limit && text_is_ascii(text[count]))
        count++;
    part_halves(frame, row, col);
    part_halves(frame, row, col + count);
    for (int i = 0; i < count; i++)
        cells[i] = (struct cell){.base = (unsigned char)text[i], .role = (uint16_t)role};
    return count;
}

/* Adds a mark to the character that begins at (row, col), if it has room. */
static void put_mark(struct frame *frame, int row, int col, uint32_t mark)
{
    if (!is_inside(frame, row, col))
        return;
    struct cell *cell = cell_at(frame, row, col);
    if (cell->base == 0 || cell->base == ' ')
        return;
    for (int i = 0; i < TEXT_MARKS_MAX; i++) {
        if (cell->marks[i] == 0) {
            cell->marks[i] = mark;
            return;
        }
    }
}

/* Puts a character that is not ASCII on a terminal that knows no other: as wide as it would be. */
static void put_stand_in(struct frame *frame, int row, int col, int limit, int width,
                         enum role role)
{
    for (int i = 0; i < width; i++)
        put_character(frame, row, col + i, limit, '?', 1, role);
}

/* Decodes the next character of safe text; returns its bytes. What is not safe text, whoever let it
 * through, goes no further. */
static size_t take_character(const char *bytes, uint32_t *code_point, int *width)
{
    bool valid;
    size_t taken = text_decode(bytes, TEXT_CHARACTER_MAX, code_point, &valid);
    *width = text_width_of(*code_point);
    if (*width < 0) {
        *code_point = TEXT_REPLACEMENT;
        *width = 1;
    }
    return taken;
}

int frame_put(struct frame *frame, int row, int col, int limit, enum role role, const char *safe)
{
    int last = col; /* where the character before began */
    bool has_base = false;

    if (limit > frame->cols)
        limit = frame->cols;
    for (size_t at = 0; safe[at] != '\0' && col < limit;) {
        uint32_t code_point;
        int width;
        if (text_is_ascii(safe[at]) && is_inside(frame, row, col)) {
            int count = put_plain(frame, row, col, limit, role, safe + at);
            at += (size_t)count;
            col += count;
            last = col - 1;
            has_base = true;
            continue;
        }
        at += take_character(safe + at, &code_point, &width);
        if (width == 0) {
            if (has_base && !frame->is_ascii)
                put_mark(frame, row, last, code_point);
            continue;
        }
        if (frame->is_ascii && code_point > 0x7E)
            put_stand_in(frame, row, col, limit, width, role);
        else
            put_character(frame, row, col, limit, code_point, width, role);
        last = col;
        has_base = true;
        col += width;
    }
    return col > limit && has_base ? limit : col;
}

int frame_printf(struct frame *frame, int row, int col, int limit, enum role role,
                 const char *format, ...)
{
    char text[FORMAT_BYTES];
    char safe[FORMAT_BYTES];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0)
        return col;
    if ((size_t)length < sizeof text)
        return frame_put(frame, row, col, limit, role, text);
    text_make_safe(safe, sizeof safe, text, sizeof text - 1); /* it was cut within a character */
    return frame_put(frame, row, col, limit, role, safe);
}

int frame_put_right(struct frame *frame, int row, int col, int limit, enum role role,
                    const char *safe)
{
    if (limit > frame->cols)
        limit = frame->cols;
    int start = limit - text_columns(safe);
    if (start < col)
        start = col;
    frame_put(frame, row, start, limit, role, safe);
    return start;
}

void frame_fill(struct frame *frame, int row, int col, int cols, enum role role,
                const char *character)
{
    uint32_t code_point;
    int width;
    int limit = col + cols < frame->cols ? col + cols : frame->cols;
    take_character(character, &code_point, &width);
    if (frame->is_ascii && code_point > 0x7E)
        code_point = '?';
    for (; col < limit; col++)
        put_character(frame, row, col, limit, code_point, 1, role);
}

void frame_flag(struct frame *frame, int row, int col, int cols, unsigned flags)
{
    for (int i = col; i < col + cols; i++) {
        if (is_inside(frame, row, i))
            cell_at(frame, row, i)->flags |= (uint16_t)flags;
    }
}

void frame_paint(struct frame *frame, int row, int col, int cols, enum role role)
{
    for (int i = col; i < col + cols; i++) {
        if (is_inside(frame, row, i))
            cell_at(frame, row, i)->role = (uint16_t)role;
    }
}

bool frame_cell_equals(const struct cell *a, const struct cell *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Appends one code point. */
static void append_code_point(struct buffer *out, uint32_t code_point)
{
    char bytes[4];
    buffer_append(out, bytes, text_encode(bytes, code_point));
}

/* Cuts the blanks off the line that begins at `from`, and ends it. */
static void end_line(struct buffer *out, size_t from)
{
    while (out->length > from && out->data[out->length - 1] == ' ')
        out->length--;
    buffer_puts(out, "\n");
}

void frame_write_text(const struct frame *frame, struct buffer *out)
{
    for (int row = 0; row < frame->rows; row++) {
        size_t from = out->length;
        for (int col = 0; col < frame->cols; col++) {
            const struct cell *cell = cell_at(frame, row, col);
            if (cell->base == 0)
                continue;
            append_code_point(out, cell->base);
            for (int i = 0; i < TEXT_MARKS_MAX && cell->marks[i] != 0; i++)
                append_code_point(out, cell->marks[i]);
        }
        end_line(out, from);
    }
}

/* The letter a cell is told by; plain blanks stay blank. */
static char cell_letter(const struct cell *cell)
{
    char letter = palette_letter((enum role)cell->role);
    if (cell->flags & STYLE_SELECTED)
        return (char)toupper((unsigned char)letter);
    return cell->base == ' ' && cell->role == ROLE_TEXT ? ' ' : letter;
}

/* Appends the line that marks a row's stale cells. */
static void write_stale(const struct frame *frame, int row, struct buffer *out)
{
    size_t from = out->length;
    for (int col = 0; col < frame->cols; col++)
        buffer_puts(out, cell_at(frame, row, col)->flags & STYLE_STALE ? "-" : " ");
    end_line(out, from);
}

void frame_write_roles(const struct frame *frame, struct buffer *out)
{
    for (int row = 0; row < frame->rows; row++) {
        size_t from = out->length;
        bool has_stale = false;
        for (int col = 0; col < frame->cols; col++) {
            const struct cell *cell = cell_at(frame, row, col);
            char letter = cell_letter(cell);
            buffer_append(out, &letter, 1);
            has_stale = has_stale || (cell->flags & STYLE_STALE);
        }
        end_line(out, from);
        if (has_stale)
            write_stale(frame, row, out);
    }
}
