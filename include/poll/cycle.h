/* SPDX-License-Identifier: MIT */
/*
 * cycle: the course of one poll through everything a source watches.
 *
 * Reads the parts of its plan, each page by page: extensions that have URLs of their own, or a
 * collection, or, if that is longer than one query can reach, what begins with each of some
 * prefixes. Those are read side by side, each by a lane, so that no more than CYCLE_SLOTS_MAX
 * pages are asked for or waiting at a time; all else is read one page after the other. Knows what
 * came whole: a page that is broken or a part that is refused leaves its rows as they are and the
 * others go on. Rows are called gone only if what would hold them was read whole. Knows nothing of
 * requests, tokens, or when to poll.
 */
#ifndef BLFTOP_POLL_CYCLE_H
#define BLFTOP_POLL_CYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "poll/page_cache.h"
#include "poll/pager.h"
#include "poll/partition.h"

#define CYCLE_BROKEN_MAX 3 /* pages of a part in one poll; more is a broken server */
#define CYCLE_FAILED_MAX 3 /* parts of a split collection in one poll; likewise */
#define CYCLE_SLOTS_MAX 4

enum slot_state {
    SLOT_FREE,
    SLOT_ASKS,   /* the page that `part` and `walk` tell is to be asked for */
    SLOT_AWAITS, /* it has been */
    SLOT_HAS,    /* it came */
    SLOT_WORKS,  /* it is being worked through; one lane at a time */
};

/* The way through one part. */
struct slot {
    enum slot_state state;
    size_t part;
    struct pager pager;
    unsigned broken;    /* pages of the part in this poll */
    struct buffer body; /* of the page that came */
    bool after_outage;
};

/* What a course is given. */
struct cycle_setup {
    struct roster *roster; /* borrowed */
    struct buffer *spare;  /* borrowed: memory for the next page; NULL: none */
    uint16_t server;
    size_t listed;      /* extensions that are asked for by number; 0: a collection */
    const char *prefix; /* what all numbers of the collection begin with */
    bool is_plain;      /* it is not split, however long it is */
    long first;         /* startIndex of the first page */
    long page_size;     /* entries */
    struct pager_reach reach;
};

struct cycle {
    struct page_cache pages;
    struct partition partition;
    struct slot slots[CYCLE_SLOTS_MAX];
    struct pager_reach reach;
    long first;
    long page_size;
    bool is_listed; /* parts are extensions asked for by number, in their order */

    /* The poll under way. */
    unsigned failed;     /* parts */
    int64_t wire_ms;     /* for which some transfer of this poll ran */
    int64_t wire_end_ms; /* when the last of them ended */
    bool has_page;       /* some page of this poll came whole, were it an empty one */
    bool is_stopped;     /* it asks for nothing more: it was broken off */
    struct error error;  /* the first thing that kept this poll from being whole */
};

void cycle_init(struct cycle *cycle, const struct cycle_setup *setup);
void cycle_clear(struct cycle *cycle);

/* A poll begins. */
void cycle_begin(struct cycle *cycle, int64_t now);

/* The lane whose page is to be asked for next, or NULL. */
struct slot *cycle_asking(struct cycle *cycle);

bool cycle_is_asking(const struct cycle *cycle);

/* The lane's page is to be asked for again, unless the poll was broken off. */
void cycle_ask_again(struct cycle *cycle, struct slot *slot);

/* Entries that came in this poll, each counted once. */
size_t cycle_received(const struct cycle *cycle);

/* Is there nothing more to ask, to await or to work through? */
bool cycle_is_over(const struct cycle *cycle);

/* A transfer took so long, up to now. */
void cycle_note_wire(struct cycle *cycle, int64_t elapsed_ms, int64_t now);

/* The page asked for came (its bytes are taken over), or an answer that there is none. */
void cycle_page_received(struct cycle *cycle, struct slot *slot, struct buffer *body,
                         bool after_outage);
void cycle_page_empty(struct cycle *cycle, struct slot *slot);

/* May the page asked for be one that is not there? It was asked for because the page before it was
 * full, and totalResults says that it is not, or that page was a short one, though totalResults
 * says more: the documented example is such. A server that has nothing to say about it, or refuses
 * it, has not failed. */
bool cycle_may_be_past_end(const struct slot *slot);

/* Is there a page to work through? */
bool cycle_has_work(const struct cycle *cycle);

/* Works on for some hundred microseconds. */
void cycle_work(struct cycle *cycle, size_t max_entries, int64_t now);

/* Is the part of a lane one of several, so that its refusal says nothing of the others? */
bool cycle_may_skip(const struct cycle *cycle, const struct slot *slot);

/* The lane's part is refused, which says nothing of the others. */
void cycle_part_refused(struct cycle *cycle, struct slot *slot, const struct error *why);

/* The lane's page could not be had. A part of a split collection is lost by that, and after some of
 * them the poll; all else is the whole poll. */
void cycle_page_failed(struct cycle *cycle, struct slot *slot, const struct error *why);

/* Breaks the poll off. It is over when nothing is awaited any more. */
void cycle_stop(struct cycle *cycle, const struct error *why);

#endif
