/* SPDX-License-Identifier: MIT */
#include "model/ranking.h"

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

void ranking_init(struct ranking *ranking)
{
    *ranking = (struct ranking){.roster = NULL};
}

void ranking_clear(struct ranking *ranking)
{
    free(ranking->ids);
    ranking_init(ranking);
}

/* Makes room for so many rows, and some that will come. */
static void reserve(struct ranking *ranking, size_t count)
{
    if (count <= ranking->capacity)
        return;
    ranking->capacity = count + count / 16;
    ranking->ids = mem_resize(ranking->ids, ranking->capacity, sizeof *ranking->ids);
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
static void rank_all(struct ranking *ranking, const struct roster *roster)
{
    reserve(ranking, roster->count);
    ranking->count = 0;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        if (roster->rows[id].is_used)
            ranking->ids[ranking->count++] = id;
    }
    sort_rows(ranking->ids, ranking->count, roster, &ranking->order);
}

/* Gathers what has changed, up to `most` rows. */
static void gather_news(struct news *news, const struct ranking *ranking,
                        const struct roster *roster, size_t most)
{
    for (uint32_t id = 0; id < roster->row_limit && news->all <= most; id++) {
        if (!roster_has_changed(roster, id, ranking->generation))
            continue;
        news->all++;
        if (roster->rows[id].is_used)
            news->ids[news->count++] = id;
    }
}

/* Takes out all that has changed: those that are left are in order. */
static void drop_changed(struct ranking *ranking, const struct roster *roster)
{
    size_t kept = 0;
    for (size_t i = 0; i < ranking->count; i++) {
        ranking->ids[kept] = ranking->ids[i];
        kept += !roster_has_changed(roster, ranking->ids[i], ranking->generation);
    }
    ranking->count = kept;
}

/* How many of the first `count` ranked rows stand before a row. Looks nearest to their end first,
 * in steps that double: rows are sorted in from the last on. */
static size_t find_place(const struct ranking *ranking, const struct roster *roster, size_t count,
                         uint32_t id)
{
    const struct row *row = &roster->rows[id];
    size_t low = 0;
    size_t high = count;
    for (size_t step = 1; step <= count; step *= 2) {
        const struct row *other = &roster->rows[ranking->ids[count - step]];
        if (sort_compare(other, row, &ranking->order) < 0) {
            low = count - step + 1;
            break;
        }
        high = count - step;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct row *other = &roster->rows[ranking->ids[middle]];
        if (sort_compare(other, row, &ranking->order) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Sorts the changed rows in, the last one first, so that each ranked row is moved once. */
static void sort_in(struct ranking *ranking, const struct roster *roster, const struct news *news)
{
    reserve(ranking, ranking->count + news->count);
    size_t left = ranking->count;
    ranking->count += news->count;
    for (size_t i = news->count; i-- > 0;) {
        size_t place = find_place(ranking, roster, left, news->ids[i]);
        memmove(&ranking->ids[place + i + 1], &ranking->ids[place],
                (left - place) * sizeof *ranking->ids);
        ranking->ids[place + i] = news->ids[i];
        left = place;
    }
}

/* Follows the changes since the last update. False if there are too many of them. */
static bool follow(struct ranking *ranking, const struct roster *roster)
{
    size_t most = ranking->count / FEW;
    struct news news = {.ids = mem_new(most + 1, sizeof *news.ids)};
    gather_news(&news, ranking, roster, most);
    bool is_few = news.all <= most;
    if (is_few) {
        drop_changed(ranking, roster);
        sort_rows(news.ids, news.count, roster, &ranking->order);
        sort_in(ranking, roster, &news);
    }
    free(news.ids);
    return is_few;
}

bool ranking_update(struct ranking *ranking, const struct roster *roster,
                    const struct sort_order *order)
{
    bool is_known = ranking->roster == roster && roster->generation >= ranking->generation &&
                    is_same_order(&ranking->order, order);
    if (is_known && roster->generation == ranking->generation)
        return false;
    ranking->order = *order;
    is_known = is_known && roster->generation - ranking->generation <= UINT32_MAX;
    if (!is_known || !follow(ranking, roster))
        rank_all(ranking, roster);
    ranking->roster = roster;
    ranking->generation = roster->generation;
    return true;
}
