/* SPDX-License-Identifier: MIT */
/*
 * course: the course of one poll through everything a source watches.
 *
 * Goes from target to target (a target is what has a URL of its own: one extension, or all of a
 * user's) and from page to page, and knows what of it came whole. A page that is broken or an
 * extension that is refused leaves its rows as they are and the others go on. Rows are called gone
 * only by a course that read everything. Knows nothing of requests, tokens, or when to poll.
 */
#ifndef BLFTOP_NET_COURSE_H
#define BLFTOP_NET_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "model/feed.h"
#include "model/roster.h"
#include "net/pages.h"
#include "net/walk.h"

#define COURSE_BROKEN_MAX 3 /* pages of a target in one poll; more is a broken server */

enum course_next {
    COURSE_ASKS,  /* the page that `target` and `walk` tell is to be asked for */
    COURSE_WORKS, /* there is a page to work through */
    COURSE_ENDS,  /* there is nothing more to ask for */
};

struct course {
    struct pages pages;
    struct walk walk; /* through the present target */
    size_t target;    /* which one that is */
    size_t target_count;
    int64_t *totals; /* by target, totalResults as it was last said, -1 if never; owned */
    long first;      /* startIndex of each target's first page */
    long page_size;
    unsigned broken;    /* pages of this target in this poll */
    int64_t wire_ms;    /* spent on this poll's transfers */
    bool has_page;      /* some page of this poll came whole, were it an empty one */
    bool was_cut;       /* some collection is longer than can be asked for */
    bool was_moving;    /* some collection changed its length while it was read */
    struct error error; /* the first thing that kept this poll from being whole */
};

void course_init(struct course *course, struct roster *roster, uint16_t server, size_t targets);
void course_clear(struct course *course);

/* A poll begins, at the first page of the first target. */
void course_begin(struct course *course, int64_t now);

/* The page asked for came (its bytes are taken over), or an answer that there is none. */
enum course_next course_take(struct course *course, struct buffer *body, size_t max_entries,
                             bool is_blind);
enum course_next course_take_nothing(struct course *course);

/* Is the page asked for one that totalResults says is not there? It was asked for because the page
 * before it was full; a server that has nothing to say about it has not failed. */
bool course_is_past_end(const struct course *course);

/* May it be? So it is too if the page before it was a short one, though totalResults says more: the
 * documented example is such. For answers that refuse, not for pages that are broken. */
bool course_may_be_past_end(const struct course *course);

/* Works on for some hundred microseconds. */
enum course_next course_work(struct course *course, int64_t now);

/* The present target is refused, which says nothing of the others. */
enum course_next course_skip_target(struct course *course, const struct error *why);

/* The poll is over, whole or not: settles the roster, and writes to the feed what was read or why
 * not. True if it was a good one: all that could be asked for was read. */
bool course_end(struct course *course, struct feed *feed, struct moment now);

#endif
