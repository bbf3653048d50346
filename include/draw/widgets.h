/* SPDX-License-Identifier: MIT */
/*
 * widgets: the small strokes all screens are drawn with: symbols, text cut with an ellipsis, rules,
 * and lines of segments that leave one by one as room gets scarce.
 *
 * Every symbol has an ASCII form, chosen by the frame. Knows frames and rows, no board.
 */
#ifndef BLFTOP_DRAW_WIDGETS_H
#define BLFTOP_DRAW_WIDGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/frame.h"
#include "model/roster.h"
#include "model/sort.h"
#include "ui/layout.h"

enum symbol {
    SYMBOL_RULE,
    SYMBOL_BAR,
    SYMBOL_THUMB,
    SYMBOL_TRACK,
    SYMBOL_RUNNING,
    SYMBOL_CURSOR,
    SYMBOL_UP,
    SYMBOL_DOWN,
    SYMBOL_CUT,
    SYMBOL_AT_LEAST,
    SYMBOL_GONE,
    SYMBOL_COUNT,
};

/* The symbol: one column (SYMBOL_CUT too). */
const char *widget_symbol(enum symbol symbol, bool is_ascii);

/* A row's glyph and the role it has: its lamp's, or those of a row that is gone. */
const char *widget_glyph(const struct row *row, bool is_ascii);
enum role widget_role(const struct row *row);

/* The arrow of the first sort key: severity and time in state fall by themselves, others rise. */
enum symbol widget_direction(const struct sort_order *sort);

/* Puts safe text up to column `limit`; if it does not fit, SYMBOL_CUT ends it. Returns the column
 * after it. */
int widget_cut(struct frame *frame, int row, int col, int limit, enum role role, const char *safe);

/* The same with its end kept and its start cut: of a number the end tells more. */
int widget_cut_start(struct frame *frame, int row, int col, int limit, enum role role,
                     const char *safe);

/* A rule across a row with a title in it (NULL: none). Returns the column after the title. */
int widget_rule(struct frame *frame, int row, int col, int cols, const char *title);

/* Marks a whole row as older than it may be: by shape ('-' in its first column), and by style
 * unless it belongs to a picture that the viewer has stopped. */
void widget_old_line(struct frame *frame, int row, int cols, bool is_styled);

/* A scroll bar in one column: `shown` of `all` lines from line `top` on. */
void widget_scroll_bar(struct frame *frame, struct rect bar, size_t top, size_t shown, size_t all);

#define SEGMENTS_MAX 24
#define SEGMENT_BYTES 640
#define SEGMENTS_BYTES 4096 /* of all pieces; those beyond are cut */
#define SEGMENT_COLS_LOW 8  /* what may be cut leaves rather than get shorter than this */

/* One piece of a line. Pieces that may be cut are; then all pieces of the highest rank leave
 * together, and so on; rank 0 stays. */
struct segment {
    char *text; /* safe; brings the blanks around it along; in the line's own texts */
    enum role role;
    int rank;
    int cols;
    int cols_min; /* may be cut to so many before others leave; 0: never cut */
};

/* Not to be copied: its pieces point into it. */
struct segments {
    char texts[SEGMENTS_BYTES];
    size_t used; /* bytes of them */
    struct segment items[SEGMENTS_MAX];
    int count;
    int spring; /* free room goes before the item with this index */
};

void segments_init(struct segments *segments);

/* Appends a piece. Arguments must be safe text. Returns it, for cols_min. */
struct segment *segments_add(struct segments *segments, enum role role, int rank,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What is appended from here on stands at the right. */
void segments_spring(struct segments *segments);

/* Columns of all of them. */
int segments_cols(const struct segments *segments);

/* Lets pieces leave, or be cut, until the rest fits into `cols` columns. */
void segments_fit(struct segments *segments, int cols);

/* Fits them into `cols` columns and puts them. Returns the column after the last. */
int segments_paint(struct segments *segments, struct frame *frame, int row, int col, int cols);

#endif
