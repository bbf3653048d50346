/* SPDX-License-Identifier: MIT */
#include "uapi/page_diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "uapi/page_splitter.h"

#define REACH 3       /* old entries tried beyond the one due */
#define MISSES_FEW 3  /* in a row, before an index is worth its cost */
#define BLOCK 512     /* bytes compared at once while all are the same */
#define HEAD_BYTES 48 /* the extension's number mostly stands in so many */
#define CHAIN_MAX 32  /* a server may choose bytes that collide: then it pays with decoding */
#define LINK_END 0    /* links are old indices plus one */

/* 2^64 divided by the golden ratio, odd: Fibonacci hashing (Knuth, TAOCP 6.4). */
#define MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

void diff_reset(struct page_diff *recall)
{
    free(recall->index);
    *recall = (struct page_diff){0};
}

/* Notes that an old entry was found. */
static uint32_t found(struct page_diff *recall, uint32_t old)
{
    recall->due = old + 1;
    recall->misses = 0;
    return old;
}

/* Do `left` bytes begin with the old entry's? */
static inline bool begins_with(const struct page_splitter *before, uint32_t old, const char *bytes,
                               size_t left)
{
    const struct slice *slice = &before->slices[old];
    return slice->length > 0 && slice->length <= left &&
           memcmp(before->body.data + slice->offset, bytes, slice->length) == 0;
}

/* How many bytes of both are the same, `most` at most. */
static size_t common_length(const char *a, const char *b, size_t most)
{
    size_t at = 0;
    while (most - at >= BLOCK && memcmp(a + at, b + at, BLOCK) == 0)
        at += BLOCK;
    for (uint64_t x, y; most - at >= sizeof x; at += sizeof x) {
        memcpy(&x, a + at, sizeof x);
        memcpy(&y, b + at, sizeof y);
        if (x != y)
            break;
    }
    while (at < most && a[at] == b[at])
        at++;
    return at;
}

size_t diff_run(struct page_diff *recall, const struct page_splitter *before, const char *bytes,
                size_t left, size_t most)
{
    if (recall->misses > 0 || recall->due >= before->count)
        return 0;
    const struct slice *slices = before->slices + recall->due;
    size_t last = before->count - 1 - recall->due; /* it has none after it */
    size_t base = slices->offset;
    size_t old_left = before->body.length - base;
    size_t same = common_length(bytes, before->body.data + base, left < old_left ? left : old_left);
    size_t run = 0;
    most = most < last ? most : last;
    while (run < most && slices[run + 1].offset - base <= same &&
           bytes[slices[run].offset - base] == '{')
        run++;
    recall->due += (uint32_t)run;
    return run;
}

/* Mixes eight bytes into a hash. */
static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * MULTIPLIER;
    return hash ^ (hash >> 29);
}

/* A hash of all the bytes, eight at a time. */
static uint32_t hash_bytes(const char *bytes, size_t length)
{
    uint64_t hash = length * MULTIPLIER;
    uint64_t word;
    for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, bytes, length);
    return (uint32_t)(mix(hash, word) >> 32);
}

/* How many first bytes of an old entry are hashed. */
static size_t hashed_length(const struct page_diff *recall, const struct slice *slice)
{
    return recall->head > 0 ? recall->head : slice->length;
}

/* Puts each old entry into its bucket, the first of equals in front. Returns how many came to a
 * bucket that had one already. */
static uint32_t fill_index(struct page_diff *recall, const struct page_splitter *before)
{
    uint32_t crowded = 0;
    for (uint32_t old = (uint32_t)before->count; old-- > 0;) {
        const struct slice *slice = &before->slices[old];
        uint32_t hash = hash_bytes(before->body.data + slice->offset, hashed_length(recall, slice));
        uint32_t *bucket = &recall->index[hash & (recall->buckets - 1)];
        crowded += *bucket != LINK_END;
        recall->index[recall->buckets + old] = *bucket;
        *bucket = old + 1;
    }
    return crowded;
}

/* Indexes the page before: buckets first, then a link for each entry. About a third of entries
 * share a bucket when their first bytes tell them apart; of those that do not, nearly all. */
static void build_index(struct page_diff *recall, const struct page_splitter *before)
{
    recall->buckets = 16;
    while (recall->buckets < before->count)
        recall->buckets *= 2;
    recall->index = mem_new(recall->buckets + before->count, sizeof *recall->index);
    recall->head = HEAD_BYTES;
    for (size_t old = 0; old < before->count; old++) {
        if (before->slices[old].length < recall->head)
            recall->head = before->slices[old].length;
    }
    if (fill_index(recall, before) <= before->count / 2)
        return;
    recall->head = 0;
    memset(recall->index, 0, recall->buckets * sizeof *recall->index);
    (void)fill_index(recall, before);
}

/* Looks for the old entry with which `bytes` begins, of which `length` are hashed. */
static uint32_t look_up(const struct page_diff *recall, const struct page_splitter *before,
                        const char *bytes, size_t left, size_t length)
{
    uint32_t hash = hash_bytes(bytes, length);
    uint32_t link = recall->index[hash & (recall->buckets - 1)];
    for (int steps = 0; link != LINK_END && steps < CHAIN_MAX; steps++) {
        uint32_t old = link - 1;
        if (begins_with(before, old, bytes, left))
            return old;
        link = recall->index[recall->buckets + old];
    }
    return SLICE_NEW;
}

uint32_t diff_next(struct page_diff *recall, const struct page_splitter *before, const char *bytes,
                   size_t left)
{
    /* After inserts the one due is still to come, after changes and deletes one further on. Once
     * there is an index it knows all the others. */
    uint32_t reach = recall->index == NULL ? REACH : recall->misses > 0;
    for (uint32_t old = recall->due; old <= recall->due + reach && old < before->count; old++)
        if (begins_with(before, old, bytes, left))
            return found(recall, old);
    if (recall->index == NULL || recall->head == 0 || left < recall->head)
        return SLICE_NEW;
    uint32_t old = look_up(recall, before, bytes, left, recall->head);
    return old == SLICE_NEW ? SLICE_NEW : found(recall, old);
}

uint32_t diff_lookup(struct page_diff *recall, const struct page_splitter *before,
                     const char *bytes, size_t length)
{
    recall->misses++;
    bool is_indexed = recall->index != NULL;
    if (recall->misses > MISSES_FEW && !is_indexed && before->count > 0)
        build_index(recall, before);
    if (recall->index == NULL || (is_indexed && recall->head > 0) || length < recall->head)
        return SLICE_NEW;
    size_t hashed = recall->head > 0 ? recall->head : length;
    uint32_t old = look_up(recall, before, bytes, length, hashed);
    return old == SLICE_NEW ? SLICE_NEW : found(recall, old);
}
