/* SPDX-License-Identifier: MIT */
#include "model/sort_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FEW 16 /* one row of so many has changed, or fewer: they are sorted in */

/* The rows that have changed since the last update. */
struct news {
    uint32_t *ids; /* of those alive, in order of id */
    size_t count;
    size_t all; /* those forgotten too */
};

void sort_index_init(struct sort_index *sort_index)
{
    *sort_index = (struct sort_index){.roster = NULL};
}

void sort_index_clear(struct sort_index *sort_index)
{
    free(sort_index->ids);
    sort_index_init(sort_index);
}

/* Makes room for so many rows, and some that will come. */
static void reserve(struct sort_index *sort_index, size_t count)
{
    if (count <= sort_index->capacity)
        return;
    sort_index->capacity = count + count / 16;
    sort_index->ids = mem_resize(sort_index->ids, sort_index->capacity, sizeof *sort_index->ids);
}

/* Are both the same order? */
static bool is_same_order(const struct sort_order *a, const struct sort_order *b)
{
    bool is_same = a->count == b->count;
    for (size_t i = 0; i < a->count && is_same; i++)
        is_same = a->keys[i] == b->keys[i] && a->reversed[i] == b->reversed[i];
    return is_same;
}

/* Sorts all rows. */
static void rank_all(struct sort_index *sort_index, const struct roster *roster)
{
    reserve(sort_index, roster->count);
    sort_index->count = 0;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        if (roster->rows[id].is_used)
            sort_index->ids[sort_index->count++] = id;
    }
    sort_rows(sort_index->ids, sort_index->count, roster, &sort_index->order);
}

/* Gathers what has changed, up to `most` rows. */
static void gather_news(struct news *news, const struct sort_index *sort_index,
                        const struct roster *roster, size_t most)
{
    for (uint32_t id = 0; id < roster->row_limit && news->all <= most; id++) {
        if (!roster_has_changed(roster, id, sort_index->generation))
            continue;
        news->all++;
        if (roster->rows[id].is_used)
            news->ids[news->count++] = id;
    }
}

/* Takes out all that has changed: those that are left are in order. */
static void drop_changed(struct sort_index *sort_index, const struct roster *roster)
{
    size_t kept = 0;
    for (size_t i = 0; i < sort_index->count; i++) {
        sort_index->ids[kept] = sort_index->ids[i];
        kept += !roster_has_changed(roster, sort_index->ids[i], sort_index->generation);
    }
    sort_index->count = kept;
}

/* How many of the first `count` ranked rows stand before a row. Looks nearest to their end first,
 * in steps that double: rows are sorted in from the last on. */
static size_t find_place(const struct sort_index *sort_index, const struct roster *roster,
                         size_t count, uint32_t id)
{
    const struct row *row = &roster->rows[id];
    size_t low = 0;
    size_t high = count;
    for (size_t step = 1; step <= count; step *= 2) {
        const struct row *other = &roster->rows[sort_index->ids[count - step]];
        if (sort_compare(other, row, &sort_index->order) < 0) {
            low = count - step + 1;
            break;
        }
        high = count - step;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row *other = &roster->rows[sort_index->ids[middle]];
        if (sort_compare(other, row, &sort_index->order) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Sorts the changed rows in, the last one first, so that each ranked row is moved once. */
static void sort_in(struct sort_index *sort_index, const struct roster *roster,
                    const struct news *news)
{
    reserve(sort_index, sort_index->count + news->count);
    size_t left = sort_index->count;
    sort_index->count += news->count;
    for (size_t i = news->count; i-- > 0;) {
        size_t place = find_place(sort_index, roster, left, news->ids[i]);
        memmove(&sort_index->ids[place + i + 1], &sort_index->ids[place],
                (left - place) * sizeof *sort_index->ids);
        sort_index->ids[place + i] = news->ids[i];
        left = place;
    }
}

/* Follows the changes since the last update. False if there are too many of them. */
static bool follow(struct sort_index *sort_index, const struct roster *roster)
{
    size_t most = sort_index->count / FEW;
    struct news news = {.ids = mem_new(most + 1, sizeof *news.ids)};
    gather_news(&news, sort_index, roster, most);
    bool is_few = news.all <= most;
    if (is_few) {
        drop_changed(sort_index, roster);
        sort_rows(news.ids, news.count, roster, &sort_index->order);
        sort_in(sort_index, roster, &news);
    }
    free(news.ids);
    return is_few;
}

bool sort_index_update(struct sort_index *sort_index, const struct roster *roster,
                       const struct sort_order *order)
{
    bool is_known = sort_index->roster == roster && roster->generation >= sort_index->generation &&
                    is_same_order(&sort_index->order, order);
    if (is_known && roster->generation == sort_index->generation)
        return false;
    sort_index->order = *order;
    is_known = is_known && roster->generation - sort_index->generation <= UINT32_MAX;
    if (!is_known || !follow(sort_index, roster))
        rank_all(sort_index, roster);
    sort_index->roster = roster;
    sort_index->generation = roster->generation;
    return true;
}
