/* SPDX-License-Identifier: MIT */
/*
 * page_diff: entries of the page before, found again by their bytes.
 *
 * Most entries of a poll stand where they stood, so runs of them are compared at once, their
 * commas and all. Where a run breaks, the old entry that is due is compared first, then the next
 * few (for what was changed or deleted). Only after several misses in a row, as on
 * a page in another order, is the page before indexed by a hash: of each entry's first bytes if
 * these tell entries apart, so that one that is known need not even be scanned for its end, else of
 * all its bytes. A match is always a match of all bytes; a missed one costs a decode and nothing
 * else.
 */
#ifndef BLFTOP_UAPI_PAGE_DIFF_H
#define BLFTOP_UAPI_PAGE_DIFF_H

#include <stddef.h>
#include <stdint.h>

struct page_splitter;

struct page_diff {
    uint32_t due;     /* the old entry that is expected next */
    uint32_t misses;  /* entries in a row that were not found */
    uint32_t *index;  /* owned; hash buckets, then a chain link for each old entry; or NULL */
    uint32_t buckets; /* of the index, a power of two */
    uint32_t head;    /* how many first bytes are hashed; 0: all of an entry */
};

/* Nothing found, nothing expected; frees the index. */
void diff_reset(struct page_diff *recall);

/* How many old entries from the one due on (recall->due, which is moved on) stand at the beginning
 * of `bytes`, each with all that was between it and the next; `most` at most. */
size_t diff_run(struct page_diff *recall, const struct page_splitter *before, const char *bytes,
                size_t left, size_t most);

/* The old entry with which `bytes` begins, near the one due or by its first bytes, or SLICE_NEW.
 * Nothing is known yet of the new entry's length: an entry ends where its braces do, so equal bytes
 * end alike. */
uint32_t diff_next(struct page_diff *recall, const struct page_splitter *before, const char *bytes,
                   size_t left);

/* The old entry that has exactly these bytes, after diff_next knew none; or SLICE_NEW. */
uint32_t diff_lookup(struct page_diff *recall, const struct page_splitter *before,
                     const char *bytes, size_t length);

#endif
