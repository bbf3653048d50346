/* SPDX-License-Identifier: MIT */
/*
 * page_cache: the pages of one server, on their way into the roster.
 *
 * A page that came is split, judged, and applied entry by entry, in portions. The pages of the last
 * poll are kept, each slice with the row it became: a slice with the same bytes only confirms that
 * row. That holds because a row takes its content from one slice a poll (the first that names it),
 * and because pages that a poll did not renew are never compared again once it has applied
 * others. Of very many bytes of kept bodies the last are dropped. Knows nothing of requests, of
 * time passing, or of what a broken page means for the poll.
 */
#ifndef BLFTOP_POLL_PAGE_CACHE_H
#define BLFTOP_POLL_PAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "model/roster.h"
#include "uapi/page_splitter.h"

#define PAGE_CACHE_KEPT_MAX ((size_t)256 << 20) /* bytes */
#define PAGE_CACHE_SPARE_MAX ((size_t)1 << 20)  /* bytes */
#define PAGE_CACHE_NEWCOMERS_MAX 1000000        /* rows that appear before some poll settles all */

enum page_state {
    PAGE_MORE,   /* call again */
    PAGE_DONE,   /* the page is in the roster */
    PAGE_BROKEN, /* nothing of it was used */
};

/* Which page: of which of the source's targets, and its number there. */
struct page_place {
    size_t target;
    size_t number;
};

/* What the entries of a poll came to. */
struct entry_counts {
    size_t read;     /* rows heard */
    size_t repaired; /* of them, with damaged text */
    size_t rejected; /* entries that could not be read at all, or had no room */
};

/* What a page that is done brought. */
struct page_result {
    size_t received;        /* entries, whatever became of them */
    size_t heard;           /* of them, for the first time in this poll */
    size_t strays;          /* of those decoded, with numbers that do not begin as they should */
    bool has_new;           /* the page is not one that came before */
    int64_t total;          /* as the page says, -1 if it does not */
    int64_t items_per_page; /* likewise */
    int64_t start_index;    /* likewise */
};

struct part_cache;

struct page_cache {
    struct roster *roster; /* borrowed */
    struct buffer *spare;  /* borrowed: gets the memory of a page that is dropped; NULL: nobody */
    uint16_t server;
    struct part_cache *shelves; /* owned, one a target */
    size_t shelf_count;
    size_t kept_bytes; /* of kept bodies */
    size_t kept_max;   /* PAGE_CACHE_KEPT_MAX; less in tests */
    size_t newcomers;  /* rows that appeared since a poll settled all: for pages' user to reset */

    /* The page being worked on. */
    struct page_place place;
    struct page_splitter page;
    uint32_t *ids;
    size_t cursor;
    bool is_split;
    struct page_result news;
    const char *secret; /* the token, which no error quotes; borrowed likewise; NULL: none */
    const char *prefix; /* what its numbers should begin with; borrowed for each page_cache_work */

    /* The poll under way. */
    uint64_t poll;
    int64_t started_ms;
    bool after_outage;  /* the server was not heard for long before it (roster_apply) */
    bool parts_overlap; /* targets have entries in common, so one may be heard before its page */
    bool has_applied;
    struct entry_counts tally;
};

void page_cache_init(struct page_cache *pages, struct roster *roster, uint16_t server,
                     size_t targets);
void page_cache_clear(struct page_cache *pages);

/* A poll begins, later than any row was heard in the poll before. */
void page_cache_begin_poll(struct page_cache *pages, int64_t started_ms);

/* Makes room for so many targets; never for fewer than there are. */
void page_cache_fit(struct page_cache *pages, size_t targets);

/* A page came; its bytes are taken over. */
void page_cache_take(struct page_cache *pages, struct page_place place, struct buffer *body,
                     size_t max_entries);

/* A body is not needed any more: the next page may have its memory. */
void page_cache_recycle(struct page_cache *pages, struct buffer *body);

/* Works on for some hundred microseconds. */
enum page_state page_cache_work(struct page_cache *pages, int64_t now, struct error *error);

/* Entries that the page at a place had the last time; 0 if there was none or it is not known. */
size_t page_cache_expected(const struct page_cache *pages, struct page_place place);

/* The target ended before this place: what is kept from there on is dropped. */
void page_cache_cut(struct page_cache *pages, struct page_place place);

/* The poll is over, whole or not. */
void page_cache_end_poll(struct page_cache *pages);

#endif
