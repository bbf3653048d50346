/* SPDX-License-Identifier: MIT */
/*
 * draw: a board as a frame. One file a part; each takes a const board and fills its rectangle.
 *
 * draw_board is the whole screen; the parts are here so that tests can draw them alone. Never
 * changes the board, reads no clock, and puts only safe text.
 */
#ifndef BLFTOP_DRAW_DRAW_H
#define BLFTOP_DRAW_DRAW_H

#include "base/clock.h"
#include "draw/frame.h"
#include "ui/board.h"
#include "ui/layout.h"

/* The whole screen, at the board's size. */
void draw_board(const struct board *board, struct frame *frame, struct moment now);

/* The screen of a first run without settings: what to put where (`path`, any bytes), and --demo.
 * The frame has been reset to the screen's size. */
void draw_welcome(struct frame *frame, const char *path);

/* Parts of draw_board. */
void draw_header(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now);
void draw_sums(const struct board *board, const struct layout *layout, struct frame *frame,
               struct moment now);
void draw_lamps(const struct board *board, const struct layout *layout, struct frame *frame,
                struct moment now);
void draw_table(const struct board *board, const struct layout *layout, struct frame *frame,
                struct moment now);
void draw_servers(const struct board *board, const struct layout *layout, struct frame *frame,
                  struct moment now);
void draw_detail(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now);
void draw_status(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now);
void draw_footer(const struct board *board, const struct layout *layout, struct frame *frame);
void draw_help(const struct board *board, struct frame *frame); /* below the header */

/* The text being typed, in one row. */
void draw_prompt(const struct board *board, const struct rect *place, struct frame *frame);

/* The line above the extensions of a server. */
void draw_group(const struct board *board, uint16_t server, const struct rect *place,
                struct frame *frame, struct moment now);

/* All there is on a screen too small for more: "412: x9 !3 ?2 age 2s". */
void draw_line(const struct board *board, struct frame *frame, struct moment now);

/* In place of rows when none is listed: why. */
void draw_nothing(const struct board *board, const struct layout *layout, struct frame *frame,
                  struct moment now);

/* Lines of the whole help at this width; all but the screen's first and last row show them. */
size_t draw_help_lines(int cols);

/* Lines of the whole detail of the selected extension, and how many of them show at once (0: a
 * pane too small to scroll), for whoever scrolls it by board.detail_top. */
size_t draw_detail_lines(const struct board *board, const struct layout *layout, struct moment now,
                         size_t *visible);

#endif
