/* SPDX-License-Identifier: MIT */
/*
 * listing: the rows a viewer sees, filtered and sorted, and which of them is selected.
 *
 * The selection follows the extension, not the place: after any update the same extension is
 * selected, or, if the filter has dropped it, the one that took its place. Rows that have not
 * changed are neither sorted nor asked about anew, as long as the filter is the same. Holds ids of
 * a roster, no rows; knows no screen. One listing is for one roster, or later copies of the same.
 */
#ifndef BLFTOP_MODEL_LISTING_H
#define BLFTOP_MODEL_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/filter.h"
#include "model/roster.h"
#include "model/sort.h"
#include "model/sort_index.h"

struct listing {
    uint32_t *ids; /* owned; visible rows in order */
    size_t count;
    size_t capacity;
    size_t selected;      /* index; 0 when empty */
    uint32_t selected_id; /* ROW_NONE when empty */
    uint64_t last_serial; /* of the roster at the last update: a younger row is another one */
    uint64_t members;     /* grows whenever other rows than before are listed, in whatever order */

    /* What the next update starts from. */
    struct sort_index sort_index;
    uint64_t *matches; /* owned; by id, a bit: the filter lets the row through */
    size_t match_words;
    char *filter; /* owned; as query.text */
    bool only_problems;
    bool only_server;
    uint16_t server;
    const struct roster *roster; /* NULL: there was no update */
    uint64_t generation;         /* of the roster */
};

void listing_init(struct listing *listing);
void listing_clear(struct listing *listing);

/* Comes to what filtering and sorting anew comes to. */
void listing_update(struct listing *listing, const struct roster *roster,
                    const struct filter *query, const struct sort_order *order,
                    const struct filter_scope *scope);

/* Drops the rows that have been forgotten since the last update and leaves the others where they
 * are: for a screen whose rows keep their places. */
void listing_prune(struct listing *listing, const struct roster *roster);

/* Moves the selection by `delta` places and stops at either end. */
void listing_move(struct listing *listing, ptrdiff_t delta);

/* Selects a place (beyond the end: the last). */
void listing_select(struct listing *listing, size_t index);

/* What a jump has found: how many rows match, and which of them is selected now (from 1). */
struct jump {
    size_t count; /* 0: none, and nothing moved */
    size_t place;
};

/* Selects a row whose number's last part (after the last '*') is `digits`, else starts with it,
 * else whose whole number does. `step` 0: the first of them; 1 or -1: the next or the previous one
 * from where the selection is, around the end. */
struct jump listing_jump(struct listing *listing, const struct roster *roster, const char *digits,
                         int step);

/* Selects the next (or previous) problem (row_is_problem), around the end. False if there is no
 * other. */
bool listing_next_problem(struct listing *listing, const struct roster *roster, bool backwards);

#endif
