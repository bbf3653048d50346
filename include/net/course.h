/* SPDX-License-Identifier: MIT */
/*
 * course: the course of one poll through everything a source watches.
 *
 * Reads the parts of its plan, each page by page: extensions that have URLs of their own, or a
 * collection, or, if that is longer than one query can reach, what begins with each of some
 * prefixes. Those are read side by side, each by a lane, so that no more than COURSE_LANES_MAX
 * pages are asked for or waiting at a time; all else is read one page after the other. Knows what
 * came whole: a page that is broken or a part that is refused leaves its rows as they are and the
 * others go on. Rows are called gone only if what would hold them was read whole. Knows nothing of
 * requests, tokens, or when to poll.
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
#include "net/plan.h"
#include "net/walk.h"

#define COURSE_BROKEN_MAX 3 /* pages of a part in one poll; more is a broken server */
#define COURSE_FAILED_MAX 3 /* parts of a split collection in one poll; likewise */
#define COURSE_LANES_MAX 4

enum lane_state {
    LANE_FREE,
    LANE_ASKS,   /* the page that `part` and `walk` tell is to be asked for */
    LANE_AWAITS, /* it has been */
    LANE_HAS,    /* it came */
    LANE_WORKS,  /* it is being worked through; one lane at a time */
};

/* The way through one part. */
struct lane {
    enum lane_state state;
    size_t part;
    struct walk walk;
    unsigned broken;    /* pages of the part in this poll */
    struct buffer body; /* of the page that came */
    bool is_blind;
};

/* What a course is given. */
struct course_setup {
    struct roster *roster; /* borrowed */
    struct buffer *spare;  /* borrowed: memory for the next page; NULL: none */
    uint16_t server;
    size_t listed;      /* extensions that are asked for by number; 0: a collection */
    const char *prefix; /* what all numbers of the collection begin with */
    bool is_plain;      /* it is not split, however long it is */
    long first;         /* startIndex of the first page */
    long page_size;     /* entries */
    struct walk_reach reach;
};

struct course {
    struct pages pages;
    struct plan plan;
    struct lane lanes[COURSE_LANES_MAX];
    struct walk_reach reach;
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

void course_init(struct course *course, const struct course_setup *setup);
void course_clear(struct course *course);

/* A poll begins. */
void course_begin(struct course *course, int64_t now);

/* The lane whose page is to be asked for next, or NULL. */
struct lane *course_asking(struct course *course);

bool course_is_asking(const struct course *course);

/* The lane's page is to be asked for again, unless the poll was broken off. */
void course_ask_again(struct course *course, struct lane *lane);

/* Entries that came in this poll, each counted once. */
size_t course_heard(const struct course *course);

/* Is there nothing more to ask, to await or to work through? */
bool course_is_over(const struct course *course);

/* A transfer took so long, up to now. */
void course_note_wire(struct course *course, int64_t elapsed_ms, int64_t now);

/* The page asked for came (its bytes are taken over), or an answer that there is none. */
void course_take(struct course *course, struct lane *lane, struct buffer *body, bool is_blind);
void course_take_nothing(struct course *course, struct lane *lane);

/* May the page asked for be one that is not there? It was asked for because the page before it was
 * full, and totalResults says that it is not, or that page was a short one, though totalResults
 * says more: the documented example is such. A server that has nothing to say about it, or refuses
 * it, has not failed. */
bool course_may_be_past_end(const struct lane *lane);

/* Is there a page to work through? */
bool course_has_work(const struct course *course);

/* Works on for some hundred microseconds. */
void course_work(struct course *course, size_t max_entries, int64_t now);

/* Is the part of a lane one of several, so that its refusal says nothing of the others? */
bool course_may_skip(const struct course *course, const struct lane *lane);

/* The lane's part is refused, which says nothing of the others. */
void course_skip(struct course *course, struct lane *lane, const struct error *why);

/* The lane's page could not be had. A part of a split collection is lost by that, and after some of
 * them the poll; all else is the whole poll. */
void course_lose(struct course *course, struct lane *lane, const struct error *why);

/* Breaks the poll off. It is over when nothing is awaited any more. */
void course_stop(struct course *course, const struct error *why);

/* The poll is over, whole or not: settles the roster, and writes to the feed what was read or why
 * not. True if it was a good one: all that could be asked for was read. */
bool course_end(struct course *course, struct feed *feed, struct moment now);

#endif
