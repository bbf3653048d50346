/* SPDX-License-Identifier: MIT */
/*
 * pager: the way through a collection, page by page. Arithmetic alone.
 *
 * Goes on by the number of entries received, while a page was full or fewer have come than
 * totalResults says. Both are hints (the documented example says 2 and carries 1), so a page that
 * is empty ends the walk whatever they say, and so does one that brings nothing new, unless it says
 * itself that it is the one asked for: entries move to the next page while others appear before
 * them, but not for ever. startIndex and count have limits: the last page that can be asked for is
 * made as long as may be, so that every page size reaches the same entries.
 */
#ifndef BLFTOP_POLL_PAGER_H
#define BLFTOP_POLL_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a walk can go. */
struct pager_reach {
    long start_max;
    long count_max;
};

/* As far as the protocol lets it: REQUEST_START_MAX and REQUEST_COUNT_MAX. */
extern const struct pager_reach pager_reach_all;

struct pager {
    struct pager_reach reach;
    long page_size;
    long start;       /* startIndex of the page to ask for */
    long count;       /* its count */
    size_t page;      /* its number in this walk */
    int64_t total;    /* totalResults as last said, -1 if it was not */
    unsigned repeats; /* pages in a row that brought nothing new */
    bool hit_limit;   /* the collection goes on where startIndex does not reach, or is not heard */
    bool ignores_start_index; /* of these, the latter */
    bool was_short;           /* the last page was shorter than the server makes them */
    bool total_changed; /* it changed its length on the way: entries may have been stepped over */
};

#define PAGER_REPEATS_MAX 8

/* What a page brought. */
struct pager_page {
    size_t received;        /* entries, whatever became of them */
    bool has_new;           /* some of them had not come before in this walk */
    int64_t total;          /* totalResults, -1 if missing */
    int64_t items_per_page; /* -1 if missing */
    int64_t start_index;    /* -1 if missing */
};

/* At the first page. `total` is what is known from an earlier walk, -1 for nothing. */
void pager_begin(struct pager *pager, const struct pager_reach *reach, long first, long page_size,
                 int64_t total);

/* A page came. True: there is another to ask for. */
bool pager_next(struct pager *pager, const struct pager_page *page);

/* A page was broken, which had `expected` entries the last time (0: not known); `has_next`: there
 * was another page after it then. True: the next one can be asked for in spite of it. */
bool pager_skip(struct pager *pager, size_t expected, bool has_next);

#endif
