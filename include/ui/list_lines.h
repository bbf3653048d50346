/* SPDX-License-Identifier: MIT */
/*
 * list_lines: which lines a list has when each server's extensions begin a line of their own below
 * the server's name.
 *
 * Arithmetic on where each group begins; what it costs grows with the servers, not with the
 * extensions. Without groups all lines are full ones, and the same questions have answers. Holds
 * places of a listing, no rows; draws nothing.
 */
#ifndef BLFTOP_UI_LIST_LINES_H
#define BLFTOP_UI_LIST_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/roster.h"

struct list_lines {
    size_t *starts; /* owned; places of the listing */
    size_t count;   /* 0: there are no groups */
    size_t total;   /* rows listed */
};

/* One line of the list. */
struct list_line {
    bool is_head; /* the name of the server that the row at `first` belongs to */
    size_t first; /* place of the first row in it, or, of a head, below it */
    size_t count; /* rows in it; 0 in a head */
};

/* No rows. */
void list_lines_init(struct list_lines *groups);
void list_lines_clear(struct list_lines *groups);

/* Follows a list of ids. With `is_grouped` rows of each server must stand together. */
void list_lines_update(struct list_lines *groups, bool is_grouped, const uint32_t *ids,
                       size_t count, const struct roster *roster);

/* How many lines there are with so many rows in a full one. */
size_t list_lines_lines(const struct list_lines *groups, size_t per_row);

/* The line that a place of the listing is in. */
size_t list_lines_line_of(const struct list_lines *groups, size_t per_row, size_t place);

/* What a line holds; of one beyond the last, nothing. */
struct list_line list_lines_line(const struct list_lines *groups, size_t per_row, size_t line);

#endif
