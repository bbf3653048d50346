/* SPDX-License-Identifier: MIT */
#include "poll/pager.h"

#include <assert.h>

#include "uapi/request.h"

const struct pager_reach pager_reach_all = {REQUEST_START_MAX, REQUEST_COUNT_MAX};

/* How many entries to ask for from `start`. The page that would step over the last startIndex ends
 * there, and the one that begins there is the longest there is. */
static long count_from(const struct pager_reach *reach, long start, long page_size)
{
    if (start == reach->start_max)
        return reach->count_max;
    long left = reach->start_max - start;
    return page_size < left ? page_size : left;
}

/* Moves to the page that begins at `next`, if it can be asked for. */
static bool move_to(struct pager *pager, int64_t next)
{
    if (next > pager->reach.start_max) {
        pager->hit_limit = pager->total < 0 || next < pager->total;
        return false;
    }
    pager->start = (long)next;
    pager->count = count_from(&pager->reach, pager->start, pager->page_size);
    pager->page++;
    return true;
}

void pager_begin(struct pager *pager, const struct pager_reach *reach, long first, long page_size,
                 int64_t total)
{
    assert(first >= 0 && first <= reach->start_max);
    assert(page_size >= 1 && page_size <= reach->count_max);
    *pager = (struct pager){
        .reach = *reach,
        .page_size = page_size,
        .start = first,
        .count = count_from(reach, first, page_size),
        .total = total,
    };
}

/* Is a page as long as was asked for, or as the server makes them? */
static bool is_full(const struct pager *pager, const struct pager_page *page)
{
    int64_t received = (int64_t)page->received;
    return received >= pager->count ||
           (page->items_per_page > 0 && received >= page->items_per_page);
}

/* Does a page show that the server does not hear where a page is to begin? */
static bool is_deaf(struct pager *pager, const struct pager_page *page)
{
    pager->repeats = page->has_new ? 0 : pager->repeats + 1;
    return pager->repeats > PAGER_REPEATS_MAX ||
           (pager->repeats > 0 && page->start_index != pager->start);
}

bool pager_next(struct pager *pager, const struct pager_page *page)
{
    int64_t next = pager->start + (int64_t)page->received;
    bool is_known = pager->page > 0 && pager->total >= 0 && page->total >= 0;
    pager->total_changed = pager->total_changed || (is_known && page->total != pager->total);
    pager->total = page->total;
    pager->was_short = !is_full(pager, page);
    if (page->received == 0)
        return false;
    if (is_deaf(pager, page)) {
        pager->hit_limit = is_full(pager, page) && pager->start < page->total;
        pager->ignores_start_index = true;
        return false;
    }
    bool is_page_full =
        (int64_t)page->received >= pager->count || (page->total < 0 && is_full(pager, page));
    return (is_page_full || next < page->total) && move_to(pager, next);
}

bool pager_skip(struct pager *pager, size_t expected, bool has_next)
{
    int64_t next = pager->start + (expected > 0 ? (int64_t)expected : pager->count);
    return (has_next || next < pager->total) && move_to(pager, next);
}
