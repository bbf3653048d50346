/* SPDX-License-Identifier: MIT */
/*
 * walk: the way through a collection, page by page. Arithmetic alone.
 *
 * Goes on by the number of entries received, while a page was full or fewer have come than
 * totalResults says. Both are hints (the documented example says 2 and carries 1), so a page that
 * is empty ends the walk whatever they say, and so does one that brings nothing new, unless it says
 * itself that it is the one asked for: entries move to the next page while others appear before
 * them, but not for ever. startIndex and count have limits: the last page that can be asked for is
 * made as long as may be, so that every page size reaches the same entries.
 */
#ifndef BLFTOP_NET_WALK_H
#define BLFTOP_NET_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a walk can go. */
struct walk_reach {
    long start_max;
    long count_max;
};

/* As far as the protocol lets it: REQUEST_START_MAX and REQUEST_COUNT_MAX. */
extern const struct walk_reach walk_reach_all;

struct walk {
    struct walk_reach reach;
    long page_size;
    long start;       /* startIndex of the page to ask for */
    long count;       /* its count */
    size_t page;      /* its number in this walk */
    int64_t total;    /* totalResults as last said, -1 if it was not */
    unsigned repeats; /* pages in a row that brought nothing new */
    bool was_cut;     /* the collection goes on where startIndex does not reach, or is not heard */
    bool was_deaf;    /* of these, the latter */
    bool was_short;   /* the last page was shorter than the server makes them */
    bool was_moving;  /* it changed its length on the way: entries may have been stepped over */
};

#define WALK_REPEATS_MAX 8

/* What a page brought. */
struct walk_page {
    size_t received;        /* entries, whatever became of them */
    bool has_new;           /* some of them had not come before in this walk */
    int64_t total;          /* totalResults, -1 if missing */
    int64_t items_per_page; /* -1 if missing */
    int64_t start_index;    /* -1 if missing */
};

/* At the first page. `total` is what is known from an earlier walk, -1 for nothing. */
void walk_begin(struct walk *walk, const struct walk_reach *reach, long first, long page_size,
                int64_t total);

/* A page came. True: there is another to ask for. */
bool walk_on(struct walk *walk, const struct walk_page *page);

/* A page was broken, which had `expected` entries the last time (0: not known); `has_next`: there
 * was another page after it then. True: the next one can be asked for in spite of it. */
bool walk_skip(struct walk *walk, size_t expected, bool has_next);

#endif
