/* SPDX-License-Identifier: MIT */
/*
 * frame: a grid of character cells with style roles, what every screen is drawn into.
 *
 * Between drawing and the terminal, so that each screen is a string a test compares. Clipping and
 * wide characters are settled here, once: text never leaves the columns it was given, and half a
 * wide character becomes a blank. Knows no colours and no terminal.
 */
#ifndef BLFTOP_DRAW_FRAME_H
#define BLFTOP_DRAW_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "draw/palette.h"

enum style_flag {
    STYLE_SELECTED = 1, /* under the cursor */
    STYLE_STALE = 2,    /* older than it may be without a mark */
};

/* Without padding: rows of cells are compared as bytes. */
struct cell {
    uint32_t base; /* code point; 0: the right half of a wide character */
    uint32_t marks[TEXT_MARKS_MAX];
    uint16_t role;  /* enum role */
    uint16_t flags; /* enum style_flag */
};

struct frame {
    struct cell *cells; /* owned; rows × cols */
    int rows;
    int cols;
    int cursor_row; /* where the terminal's own cursor goes */
    int cursor_col;
    bool is_cursor_shown;
    bool is_ascii; /* text beyond ASCII is put as '?' */
};

void frame_init(struct frame *frame);
void frame_clear(struct frame *frame);

/* Sets the size (at least 1 by 1) and blanks all cells. */
void frame_reset(struct frame *frame, int rows, int cols, bool is_ascii);

/* Puts safe text at (row, col), never at or beyond column `limit`; returns the column after it.
 * Positions outside of the frame are clipped, not an error. Cells that are put lose the flags they
 * had: text first, flags after it. */
int frame_put(struct frame *frame, int row, int col, int limit, enum role role, const char *safe);

/* The same, formatted. Arguments must be safe text. */
int frame_printf(struct frame *frame, int row, int col, int limit, enum role role,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Puts text so that it ends before column `limit`; returns the column it starts at. */
int frame_put_right(struct frame *frame, int row, int col, int limit, enum role role,
                    const char *safe);

/* Fills `cols` cells of a row with one one-column character. */
void frame_fill(struct frame *frame, int row, int col, int cols, enum role role,
                const char *character);

/* Adds flags to `cols` cells of a row and leaves their text alone. */
void frame_flag(struct frame *frame, int row, int col, int cols, unsigned flags);

/* Gives `cols` cells of a row another role and leaves their text alone. */
void frame_paint(struct frame *frame, int row, int col, int cols, enum role role);

/* Are both cells the same? */
bool frame_cell_equals(const struct cell *a, const struct cell *b);

/* Appends the frame as lines of text, blanks at the end of a line cut off. */
void frame_write_text(const struct frame *frame, struct buffer *out);

/* Appends the frame as lines of role letters (palette's table): upper case where selected, and
 * with a line of its own below for rows that hold stale cells ('-' under each). */
void frame_write_roles(const struct frame *frame, struct buffer *out);

#endif
