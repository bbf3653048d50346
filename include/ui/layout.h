/* SPDX-License-Identifier: MIT */
/*
 * layout: where things are on a screen of a given size. Pure arithmetic.
 *
 * Shared by board (what is a page, where is the row below) and draw (where does it go), so that
 * both always agree. As the screen shrinks, things leave in this order: detail pane, summary line,
 * status line, words of the totals; below 20 by 5 one calm line is left. While nothing is listed
 * there is no pane; a story that is open stays.
 */
#ifndef BLFTOP_UI_LAYOUT_H
#define BLFTOP_UI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/list_lines.h"

#define LAYOUT_COLS_MIN 20
#define LAYOUT_ROWS_MIN 5
#define LAYOUT_SIDE_COLS_MIN 150 /* from this width on the detail pane stands beside the list */
#define LAYOUT_TEN 10            /* marks stand in groups of so many */

/* How much of an extension a lamp cell shows. */
enum density {
    DENSITY_CARD,   /* glyph, number, name or time in state */
    DENSITY_NUMBER, /* glyph and number */
    DENSITY_MARK,   /* the glyph alone */
    DENSITY_COUNT,
};

enum layout_detail {
    DETAIL_OFF,
    DETAIL_PANE, /* below the list, or beside it on wide screens */
    DETAIL_FULL, /* instead of the list */
};

struct rect {
    int row;
    int col;
    int rows; /* 0: not shown */
    int cols;
};

struct layout_input {
    int rows;
    int cols;
    bool is_lamps;               /* the lamp grid; otherwise the table */
    enum layout_detail detail;   /* as asked for */
    enum density density_choice; /* the viewer's choice of a cell; DENSITY_COUNT: the best one */
    bool is_in_order;            /* sorted by number: a mark's place tells which it is */
    size_t count;                /* rows listed */
    const struct list_lines *groups; /* of them; NULL: there are none */
    int number_cols;                 /* that nearly all numbers fit in, without the common prefix */
    int name_cols; /* columns of the longest name among those listed; 0: no names */
};

struct layout {
    bool is_too_small;
    struct rect header;  /* where, live or not, age */
    struct rect totals;  /* lamps counted */
    struct rect summary; /* view, sort, filter; a rule in its second row on tall screens */
    struct rect body;    /* grid or table; with the table's column titles in its first row */
    struct rect detail;  /* with a rule above it, or a bar at its left, inside */
    struct rect status;  /* place in the list, prompt, notices */
    struct rect footer;  /* keys */
    enum density density;
    int cell_cols;  /* columns of one lamp cell, its gap included */
    int extra_cols; /* of them for name or time, in cards */
    int label_cols; /* before the first cell of a row of marks: the number it begins with, or 0 */
    int per_row;    /* lamps in a row of the grid; 1 in the table */
    int visible; /* list lines the body shows (of per_row extensions, or a head); 0 while it is away
                  */
    bool is_scrolled; /* not all fit: the body's last column is a scroll bar */
};

/* The screen's column at which the cell at a place (0 .. per_row - 1) of a row begins. */
int layout_cell_col(const struct layout *layout, int place);

/* Computes all of it. */
struct layout layout_compute(const struct layout_input *input);

#endif
