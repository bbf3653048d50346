/* SPDX-License-Identifier: MIT */
/* Row 8: what an extension costs in memory, against the bytes that its entry has on the wire. */
#include "config.h"

#include <malloc.h>

#include "bench/bench.h"
#include "bench/subject.h"
#include "model/listing.h"

#define FIRST 500
#define PAGE_SIZE 1000 /* the default */
#define POLLS 3        /* the first one keeps the pages, the next ones compare with them */

#ifdef HAVE_MALLINFO2
/* Bytes in use, as the allocator counts them: its own headers and rounding too. */
static double used_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return (double)(info.uordblks + info.hblkhd);
}

/* What a watched fleet and its listing take: rows, texts, index, kept pages. */
static double weigh(struct crowd *crowd)
{
    struct subject subject;
    struct listing listing;
    struct filter query = {0};
    struct sort_order order = {.keys = {SORT_SEVERITY, SORT_EXTENSION}, .count = 2};
    double before = used_bytes();
    subject_init(&subject, crowd, PAGE_SIZE);
    for (int i = 0; i < POLLS; i++) {
        crowd_change(crowd, crowd->count / 100);
        (void)subject_poll(&subject);
    }
    struct filter_scope scope = {subject.now, &subject.feed, 1};
    listing_init(&listing);
    listing_update(&listing, &subject.roster, &query, &order, &scope);
    double taken = used_bytes() - before;
    listing_clear(&listing);
    subject_clear(&subject);
    return taken;
}

/* Compares a fleet with a small one; what both have in common is nobody's. */
static void measure(struct bench *bench, size_t count)
{
    struct crowd small, large;
    crowd_init(&small, FIRST, 1);
    crowd_init(&large, count, 1);
    large.is_limited = small.is_limited = true;
    double wire = (double)crowd_bytes(&large) / (double)count;
    double more = weigh(&large) - weigh(&small);
    struct table_row *row = table_add(&bench->table, 8, "B", GOAL_RATIO, 3);
    figures_add(&row->ours, more / (double)(count - FIRST));
    figures_add(&row->theirs, wire);
    table_describe(row, "the bytes of its entry in the answer",
                   "Rows, their texts, the index, the listing, and the bytes kept to compare the "
                   "next poll with, as malloc counts them, between a fleet of 500 and this one. "
                   "Arrays grow by doubling, so that sizes just above a power of two look worst.",
                   "memory of an extension, %zu of them", count);
    crowd_clear(&small);
    crowd_clear(&large);
}

void part_memory(struct bench *bench)
{
    measure(bench, 5000);
    measure(bench, 9500);
}
#else
void part_memory(struct bench *bench)
{
    table_skip(&bench->table, 8, "memory of an extension", "this C library has no mallinfo2");
}
#endif
