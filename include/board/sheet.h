/* SPDX-License-Identifier: MIT */
/*
 * sheet: lines of text in a rectangle that may be scrolled, wrapped to its width.
 *
 * The same calls draw a sheet or only count its lines (frame NULL), so that what scrolls and what
 * draws never disagree. All text must be safe.
 */
#ifndef BLFTOP_BOARD_SHEET_H
#define BLFTOP_BOARD_SHEET_H

#include <stddef.h>

#include "board/frame.h"
#include "board/layout.h"
#include "board/paint.h"

struct sheet {
    struct frame *frame; /* NULL: lines are counted only */
    struct rect rect;
    size_t top;  /* the first line shown */
    size_t line; /* the next line */
};

/* A sheet of nothing yet, its lines from `top` on shown in the rectangle. */
struct sheet sheet_begin(struct frame *frame, struct rect rect, size_t top);

/* An empty line. */
void sheet_skip(struct sheet *sheet);

/* One line, cut where it does not fit. */
void sheet_put(struct sheet *sheet, int indent, enum role role, const char *safe);

/* One line of segments. */
void sheet_segments(struct sheet *sheet, int indent, struct segments *segments);

/* A text of as many lines as it takes, broken at blanks. */
void sheet_wrap(struct sheet *sheet, int indent, enum role role, const char *safe);

/* A label and, beginning `label_cols` further right, a wrapped text; below it where either does
 * not fit. */
void sheet_pair(struct sheet *sheet, int indent, int label_cols, enum role label_role,
                const char *label, enum role role, const char *safe);

#endif
