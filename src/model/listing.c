/* SPDX-License-Identifier: MIT */
#include "model/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum jump_rank {
    JUMP_NONE,
    JUMP_WHOLE, /* the whole number starts so */
    JUMP_LAST,  /* its last part does */
    JUMP_EXACT, /* its last part, or all of it, is this */
};

void listing_init(struct listing *listing)
{
    *listing = (struct listing){.selected_id = ROW_NONE};
}

void listing_clear(struct listing *listing)
{
    free(listing->ids);
    listing_init(listing);
}

void listing_select(struct listing *listing, size_t index)
{
    if (listing->count == 0) {
        listing->selected = 0;
        listing->selected_id = ROW_NONE;
        return;
    }
    listing->selected = index < listing->count ? index : listing->count - 1;
    listing->selected_id = listing->ids[listing->selected];
}

/* Does the id still stand for the row it stood for at the last update? */
static bool is_same_row(const struct listing *listing, const struct roster *roster, uint32_t id)
{
    const struct row *row = roster_row(roster, id);
    return row != NULL && row->birth <= listing->births;
}

/* Selects the row that was selected, or what stands in its place now. */
static void reselect(struct listing *listing, const struct roster *roster)
{
    size_t index = listing->selected;
    if (is_same_row(listing, roster, listing->selected_id)) {
        for (size_t i = 0; i < listing->count; i++) {
            if (listing->ids[i] == listing->selected_id) {
                index = i;
                break;
            }
        }
    }
    listing_select(listing, index);
    listing->births = roster->births;
}

/* Makes room for every row of the roster. */
static void reserve_ids(struct listing *listing, size_t count)
{
    if (count <= listing->capacity)
        return;
    listing->ids = mem_resize(listing->ids, count, sizeof *listing->ids);
    listing->capacity = count;
}

void listing_update(struct listing *listing, const struct roster *roster, const struct query *query,
                    const struct sort_order *order, const struct query_scope *scope)
{
    reserve_ids(listing, roster->row_limit);
    listing->count = 0;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        const struct row *row = &roster->rows[id];
        if (row->is_used && query_matches(query, row, scope))
            listing->ids[listing->count++] = id;
    }
    sort_rows(listing->ids, listing->count, roster, order);
    reselect(listing, roster);
}

void listing_prune(struct listing *listing, const struct roster *roster)
{
    size_t kept = 0;
    size_t selected = listing->selected;
    for (size_t i = 0; i < listing->count; i++) {
        if (is_same_row(listing, roster, listing->ids[i]))
            listing->ids[kept++] = listing->ids[i];
        else if (i < listing->selected)
            selected--;
    }
    listing->count = kept;
    listing_select(listing, selected);
}

void listing_move(struct listing *listing, ptrdiff_t delta)
{
    size_t last = listing->count == 0 ? 0 : listing->count - 1;
    size_t from = listing->selected;
    if (delta < 0) {
        size_t back = (size_t)0 - (size_t)delta;
        listing_select(listing, back < from ? from - back : 0);
    } else {
        listing_select(listing, (size_t)delta < last - from ? from + (size_t)delta : last);
    }
}

/* How well a number fits what was typed. */
static enum jump_rank rank_jump(const char *number, const char *digits, size_t length)
{
    const char *star = strrchr(number, '*');
    const char *part = star == NULL ? number : star + 1;
    if (strcmp(part, digits) == 0 || strcmp(number, digits) == 0)
        return JUMP_EXACT;
    if (strncmp(part, digits, length) == 0)
        return JUMP_LAST;
    return strncmp(number, digits, length) == 0 ? JUMP_WHOLE : JUMP_NONE;
}

/* How well the listed row at a place fits what was typed. */
static enum jump_rank rank_at(const struct listing *listing, const struct roster *roster,
                              size_t index, const char *digits)
{
    const struct row *row = roster_row(roster, listing->ids[index]);
    return row == NULL ? JUMP_NONE : rank_jump(row->extension.number, digits, strlen(digits));
}

/* Which of the matches is the one asked for, counted from 0: `before` of them stand before the
 * selection, which is one of them or not. */
static size_t choose_match(size_t count, size_t before, bool is_match, int step)
{
    if (step == 0)
        return 0;
    if (step > 0)
        return (before + is_match) % count;
    return (before + count - 1) % count;
}

struct jump listing_jump(struct listing *listing, const struct roster *roster, const char *digits,
                         int step)
{
    enum jump_rank best = JUMP_NONE;
    size_t count = 0, before = 0;
    for (size_t i = 0; i < listing->count && digits[0] != '\0'; i++) {
        enum jump_rank rank = rank_at(listing, roster, i, digits);
        if (rank > best) {
            best = rank;
            count = before = 0;
        }
        count += rank == best;
        before += rank == best && i < listing->selected;
    }
    if (best == JUMP_NONE)
        return (struct jump){0, 0};
    bool is_match = rank_at(listing, roster, listing->selected, digits) == best;
    size_t wanted = choose_match(count, before, is_match, step);
    size_t seen = 0, index = 0;
    while (rank_at(listing, roster, index, digits) != best || seen++ < wanted)
        index++;
    listing_select(listing, index);
    return (struct jump){count, wanted + 1};
}

bool listing_next_problem(struct listing *listing, const struct roster *roster, bool backwards)
{
    for (size_t step = 1; step < listing->count; step++) {
        size_t ahead = backwards ? listing->count - step : step;
        size_t index = (listing->selected + ahead) % listing->count;
        const struct row *row = roster_row(roster, listing->ids[index]);
        if (row != NULL && row_is_problem(row)) {
            listing_select(listing, index);
            return true;
        }
    }
    return false;
}
