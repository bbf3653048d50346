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
    sort_index_init(&listing->sort_index);
}

void listing_clear(struct listing *listing)
{
    sort_index_clear(&listing->sort_index);
    free(listing->ids);
    free(listing->matches);
    free(listing->filter);
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
    return row != NULL && row->serial <= listing->last_serial;
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
    listing->last_serial = roster->last_serial;
}

/* Are both filters missing, or the same? */
static bool is_same_filter(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

/* Must every row be asked anew, whether it has changed or not? */
static bool is_new_question(const struct listing *listing, const struct roster *roster,
                            const struct filter *query)
{
    return listing->roster != roster || query->depends_on_time ||
           roster->generation < listing->generation ||
           roster->generation - listing->generation > UINT32_MAX ||
           listing->only_problems != query->only_problems ||
           listing->only_server != query->only_server || listing->server != query->server ||
           !is_same_filter(listing->filter, query->text);
}

/* Remembers what rows are asked. */
static void note_question(struct listing *listing, const struct filter *query)
{
    listing->only_problems = query->only_problems;
    listing->only_server = query->only_server;
    listing->server = query->server;
    if (is_same_filter(listing->filter, query->text))
        return;
    free(listing->filter);
    listing->filter = query->text != NULL ? mem_strdup(query->text) : NULL;
}

/* Room for a bit for every id. */
static void reserve_matches(struct listing *listing, size_t ids)
{
    size_t words = (ids + 63) / 64;
    if (words <= listing->match_words)
        return;
    words += words / 16;
    listing->matches = mem_resize(listing->matches, words, sizeof *listing->matches);
    memset(listing->matches + listing->match_words, 0,
           (words - listing->match_words) * sizeof *listing->matches);
    listing->match_words = words;
}

/* Asks the rows of which it is not known yet whether they match. True if others do than before. */
static bool ask_rows(struct listing *listing, const struct roster *roster,
                     const struct filter *query, const struct filter_scope *scope)
{
    struct filter_memo memo = {.slots = {{.agent = NULL}}};
    bool is_new = is_new_question(listing, roster, query);
    bool has_others = listing->roster != roster;
    reserve_matches(listing, roster->row_limit);
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        if (!is_new && !roster_has_changed(roster, id, listing->generation))
            continue;
        const struct row *row = &roster->rows[id];
        uint64_t *word = &listing->matches[id / 64];
        uint64_t matches = row->is_used && filter_matches_with(query, row, scope, &memo);
        bool is_other = (*word >> id % 64 & 1) != matches;
        has_others |= is_other || (matches != 0 && row->serial > listing->last_serial);
        *word ^= (uint64_t)is_other << id % 64;
    }
    return has_others;
}

/* Lists the rows that match, in their order. */
static void pick_rows(struct listing *listing)
{
    const struct sort_index *sort_index = &listing->sort_index;
    if (listing->capacity < sort_index->count) {
        listing->capacity = sort_index->count + sort_index->count / 16;
        listing->ids = mem_resize(listing->ids, listing->capacity, sizeof *listing->ids);
    }
    listing->count = 0;
    for (size_t i = 0; i < sort_index->count; i++) {
        uint32_t id = sort_index->ids[i];
        listing->ids[listing->count] = id;
        listing->count += listing->matches[id / 64] >> id % 64 & 1;
    }
}

void listing_update(struct listing *listing, const struct roster *roster,
                    const struct filter *query, const struct sort_order *order,
                    const struct filter_scope *scope)
{
    bool is_reordered = sort_index_update(&listing->sort_index, roster, order);
    bool has_others = ask_rows(listing, roster, query, scope);
    if (is_reordered || has_others)
        pick_rows(listing);
    note_question(listing, query);
    listing->members += has_others;
    listing->roster = roster;
    listing->generation = roster->generation;
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

/* How well a number, whose last part is this, fits what was typed. */
static enum jump_rank rank_jump(const char *number, const char *part, const char *digits,
                                size_t length)
{
    if (part[0] != digits[0] && number[0] != digits[0])
        return JUMP_NONE;
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
    if (row == NULL)
        return JUMP_NONE;
    const char *number = row->extension.number;
    return rank_jump(number, number + row->number_tail, digits, strlen(digits));
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
