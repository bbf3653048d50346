/* SPDX-License-Identifier: MIT */
#include "net/walk.h"

#include <assert.h>

#include "uapi/request.h"

const struct walk_reach walk_reach_all = {REQUEST_START_MAX, REQUEST_COUNT_MAX};

/* How many entries to ask for from `start`. The page that would step over the last startIndex ends
 * there, and the one that begins there is the longest there is. */
static long count_from(const struct walk_reach *reach, long start, long page_size)
{
    if (start == reach->start_max)
        return reach->count_max;
    long left = reach->start_max - start;
    return page_size < left ? page_size : left;
}

/* Moves to the page that begins at `next`, if it can be asked for. */
static bool move_to(struct walk *walk, int64_t next)
{
    if (next > walk->reach.start_max) {
        walk->was_cut = walk->total < 0 || next < walk->total;
        return false;
    }
    walk->start = (long)next;
    walk->count = count_from(&walk->reach, walk->start, walk->page_size);
    walk->page++;
    return true;
}

void walk_begin(struct walk *walk, const struct walk_reach *reach, long first, long page_size,
                int64_t total)
{
    assert(first >= 0 && first <= reach->start_max);
    assert(page_size >= 1 && page_size <= reach->count_max);
    *walk = (struct walk){
        .reach = *reach,
        .page_size = page_size,
        .start = first,
        .count = count_from(reach, first, page_size),
        .total = total,
    };
}

/* Is a page as long as was asked for, or as the server makes them? */
static bool is_full(const struct walk *walk, const struct walk_page *page)
{
    int64_t received = (int64_t)page->received;
    return received >= walk->count ||
           (page->items_per_page > 0 && received >= page->items_per_page);
}

/* Does a page show that the server does not hear where a page is to begin? */
static bool is_deaf(struct walk *walk, const struct walk_page *page)
{
    walk->repeats = page->has_new ? 0 : walk->repeats + 1;
    return walk->repeats > WALK_REPEATS_MAX ||
           (walk->repeats > 0 && page->start_index != walk->start);
}

bool walk_on(struct walk *walk, const struct walk_page *page)
{
    int64_t next = walk->start + (int64_t)page->received;
    bool is_known = walk->page > 0 && walk->total >= 0 && page->total >= 0;
    walk->was_moving = walk->was_moving || (is_known && page->total != walk->total);
    walk->total = page->total;
    walk->was_short = !is_full(walk, page);
    if (page->received == 0)
        return false;
    if (is_deaf(walk, page)) {
        walk->was_cut = is_full(walk, page) && walk->start < page->total;
        walk->was_deaf = true;
        return false;
    }
    bool is_page_full =
        (int64_t)page->received >= walk->count || (page->total < 0 && is_full(walk, page));
    return (is_page_full || next < page->total) && move_to(walk, next);
}

bool walk_skip(struct walk *walk, size_t expected, bool has_next)
{
    int64_t next = walk->start + (expected > 0 ? (int64_t)expected : walk->count);
    return (has_next || next < walk->total) && move_to(walk, next);
}
