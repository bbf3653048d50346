/* SPDX-License-Identifier: MIT */
/*
 * pages: the pages of one server, on their way into the roster.
 *
 * A page that came is split, judged, and applied entry by entry, in portions. The pages of the last
 * poll are kept, each slice with the row it became: a slice with the same bytes only confirms that
 * row. That holds because a row takes its content from one slice a poll (the first that names it),
 * and because pages that a poll did not renew are never compared again once it has applied
 * others. Of very many bytes of kept bodies the last are dropped. Knows nothing of requests, of
 * time passing, or of what a broken page means for the poll.
 */
#ifndef BLFTOP_NET_PAGES_H
#define BLFTOP_NET_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "model/roster.h"
#include "uapi/collection.h"

#define PAGES_KEPT_MAX ((size_t)256 << 20) /* bytes */
#define PAGES_SPARE_MAX ((size_t)1 << 20)  /* bytes */
#define PAGES_NEWCOMERS_MAX 1000000        /* rows that appear before some poll settles all */

enum pages_state {
    PAGES_MORE,   /* call again */
    PAGES_DONE,   /* the page is in the roster */
    PAGES_BROKEN, /* nothing of it was used */
};

/* Which page: of which of the source's targets, and its number there. */
struct page_place {
    size_t target;
    size_t number;
};

/* What the entries of a poll came to. */
struct pages_tally {
    size_t read;     /* rows heard */
    size_t repaired; /* of them, with damaged text */
    size_t rejected; /* entries that could not be read at all, or had no room */
};

/* What a page that is done brought. */
struct pages_news {
    size_t received;        /* entries, whatever became of them */
    size_t heard;           /* of them, for the first time in this poll */
    size_t strays;          /* of those decoded, with numbers that do not begin as they should */
    bool has_new;           /* the page is not one that came before */
    int64_t total;          /* as the page says, -1 if it does not */
    int64_t items_per_page; /* likewise */
    int64_t start_index;    /* likewise */
};

struct page_shelf;

struct pages {
    struct roster *roster; /* borrowed */
    struct buffer *spare;  /* borrowed: gets the memory of a page that is dropped; NULL: nobody */
    uint16_t server;
    struct page_shelf *shelves; /* owned, one a target */
    size_t shelf_count;
    size_t kept_bytes; /* of kept bodies */
    size_t kept_max;   /* PAGES_KEPT_MAX; less in tests */
    size_t newcomers;  /* rows that appeared since a poll settled all: for pages' user to reset */

    /* The page being worked on. */
    struct page_place place;
    struct collection page;
    uint32_t *ids;
    size_t cursor;
    bool is_split;
    struct pages_news news;
    const char *secret; /* the token, which no error quotes; borrowed likewise; NULL: none */
    const char *prefix; /* what its numbers should begin with; borrowed for each pages_work */

    /* The poll under way. */
    uint64_t poll;
    int64_t started_ms;
    bool is_blind;  /* the server was not heard for long before it (roster_apply) */
    bool is_lapped; /* targets have entries in common, so one may be heard before its page */
    bool has_applied;
    struct pages_tally tally;
};

void pages_init(struct pages *pages, struct roster *roster, uint16_t server, size_t targets);
void pages_clear(struct pages *pages);

/* A poll begins, later than any row was heard in the poll before. */
void pages_begin_poll(struct pages *pages, int64_t started_ms);

/* Makes room for so many targets; never for fewer than there are. */
void pages_fit(struct pages *pages, size_t targets);

/* A page came; its bytes are taken over. */
void pages_take(struct pages *pages, struct page_place place, struct buffer *body,
                size_t max_entries);

/* A body is not needed any more: the next page may have its memory. */
void pages_recycle(struct pages *pages, struct buffer *body);

/* Works on for some hundred microseconds. */
enum pages_state pages_work(struct pages *pages, int64_t now, struct error *error);

/* Entries that the page at a place had the last time; 0 if there was none or it is not known. */
size_t pages_expected(const struct pages *pages, struct page_place place);

/* The target ended before this place: what is kept from there on is dropped. */
void pages_cut(struct pages *pages, struct page_place place);

/* The poll is over, whole or not. */
void pages_end_poll(struct pages *pages);

#endif
