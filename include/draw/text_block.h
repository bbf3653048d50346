/* SPDX-License-Identifier: MIT */
/*
 * text_block: lines of text in a rectangle that may be scrolled, wrapped to its width.
 *
 * The same calls draw a sheet or only count its lines (frame NULL), so that what scrolls and what
 * draws never disagree. All text must be safe.
 */
#ifndef BLFTOP_DRAW_TEXT_BLOCK_H
#define BLFTOP_DRAW_TEXT_BLOCK_H

#include <stddef.h>

#include "draw/frame.h"
#include "draw/widgets.h"
#include "ui/layout.h"

struct text_block {
    struct frame *frame; /* NULL: lines are counted only */
    struct rect rect;
    size_t top;  /* the first line shown */
    size_t line; /* the next line */
};

/* A sheet of nothing yet, its lines from `top` on shown in the rectangle. */
struct text_block text_block_begin(struct frame *frame, struct rect rect, size_t top);

/* An empty line. */
void text_block_skip(struct text_block *text_block);

/* One line, cut where it does not fit. */
void text_block_put(struct text_block *text_block, int indent, enum role role, const char *safe);

/* One line of segments. */
void text_block_segments(struct text_block *text_block, int indent, struct segments *segments);

/* A text of as many lines as it takes, broken at blanks. */
void text_block_wrap(struct text_block *text_block, int indent, enum role role, const char *safe);

/* A label and, beginning `label_cols` further right, a wrapped text; below it where either does
 * not fit. */
void text_block_pair(struct text_block *text_block, int indent, int label_cols,
                     enum role label_role, const char *label, enum role role, const char *safe);

#endif
