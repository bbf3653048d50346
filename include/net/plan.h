/* SPDX-License-Identifier: MIT */
/*
 * plan: which parts a collection is read in. Arithmetic on what answers said, nothing else.
 *
 * One query reaches a window of a collection (walk). A longer collection is split: each part is
 * what begins with a prefix, and a part that outgrows the window is split further, by digits, `*`
 * and whatever other characters its numbers are seen to have. The number that is the prefix itself
 * is a part too. What all parts brought together is held against the collection's own totalResults
 * (the census: one entry of the whole collection, asked for last), so what no part covers is
 * missed. Parts that were empty sleep until something is missed; then they are asked, and as much
 * of what is split as can be reached, to see other characters: that is exploring.
 *
 * The plan is kept from poll to poll. Parts are joined again when they have shrunk well below the
 * window, with all that is missed, so that a collection about as large as the window does not flap.
 * A server that does not understand prefixes is noticed (it answers with other numbers, or with
 * none at all), and then read as far as the window goes. All is bounded, whatever a server says:
 * parts, entries, depth. Until a collection proves longer than the window the plan is one part, and
 * costs nothing.
 */
#ifndef BLFTOP_NET_PLAN_H
#define BLFTOP_NET_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_NONE SIZE_MAX
#define PLAN_ROOT 0
#define PLAN_PREFIX_MAX 31       /* characters */
#define PLAN_PARTS_MAX 4096      /* parts of a plan */
#define PLAN_ENTRIES_MAX 1000000 /* extensions of a collection that are read */
#define PLAN_PAUSE_POLLS 10U     /* without exploring, after it was in vain */
#define PLAN_PAUSES_MAX 4        /* times that this is doubled */
#define PLAN_GIVEN_UP_POLLS 100  /* before splitting is tried again where it was in vain */

enum plan_kind {
    PLAN_UNUSED,
    PLAN_DROPPED, /* no part any more, but it may still be under way */
    PLAN_LEAF,    /* what begins with the prefix */
    PLAN_EXACT,   /* the one number that is the prefix */
    PLAN_SPLIT,   /* its children are the parts */
};

/* What became of a part in the poll under way, or in the last one. */
enum plan_state {
    PLAN_SLEEPS,    /* not asked for: it was empty, or it is split */
    PLAN_WAITS,     /* to be asked for */
    PLAN_UNDER_WAY, /* being read */
    PLAN_WHOLE,     /* read whole */
    PLAN_LOOSE,     /* read, but it changed meanwhile: some may have been stepped over */
    PLAN_CUT,       /* read as far as the window goes */
    PLAN_REFUSED,   /* the server does not take the prefix */
    PLAN_FAILED,    /* not read, or not all of it */
};

struct plan_part {
    char prefix[PLAN_PREFIX_MAX + 1];
    uint8_t kind;
    uint8_t state;
    bool is_fresh;     /* split in this poll */
    unsigned given_up; /* polls for which it is not split again */
    int64_t total;     /* totalResults as last said, -1 if never */
    size_t received;   /* entries of it that came in this poll */
    size_t heard;      /* of them, for the first time in this poll */
    size_t parent;     /* these three: PLAN_NONE for none */
    size_t child;
    size_t sibling;
};

struct plan {
    struct plan_part *parts; /* owned; an index stays a part's for its life */
    size_t count;            /* indices below this one have been in use */
    int64_t window;          /* entries of a part that can be reached */
    bool can_split;
    size_t under_way;
    bool was_lapped;  /* these six: of the poll under way; parts were read that overlap */
    bool was_counted; /* the census was taken */
    bool has_failed;  /* some part has */
    bool has_explored;
    bool is_exploring; /* what is read of a split part is no census */
    bool was_fruitful; /* exploring found a part that has something */
    unsigned vain;     /* times in a row that it did not */
    unsigned pause;    /* polls without exploring, unless more is missed than: */
    int64_t pause_lack;
    int64_t last_lack; /* entries missed by the last poll */
};

/* What a page of a part brought. */
struct plan_page {
    size_t received; /* entries, whatever became of them */
    size_t heard;    /* of them, for the first time in this poll */
    size_t strays;   /* of those decoded, with numbers that the part should not have */
    int64_t total;   /* totalResults, -1 if missing */
};

/* What is next for a part. */
enum plan_turn {
    PLAN_GOES_ON, /* its next page, if there is one */
    PLAN_ENOUGH,  /* no page more; it is finished */
    PLAN_SPLITS,  /* plan_split is to be called, and no page more */
};

/* The characters that some numbers have at a place. */
struct plan_seen {
    bool is_there[128];
};

/* A plan of `count` parts that are never split, each a collection of its own. */
void plan_init(struct plan *plan, size_t count);

/* A plan of a collection whose numbers all begin with `prefix`, "" for any. */
void plan_init_collection(struct plan *plan, const char *prefix, int64_t window);
void plan_clear(struct plan *plan);

/* A poll begins or ends; no part may be under way. After plan_end parts may have become unused.
 * `heard`: entries that came in the poll, each counted once. */
void plan_begin(struct plan *plan);
void plan_end(struct plan *plan, size_t heard);

/* The next part to read, which is under way from then on; PLAN_NONE if there is none now. */
size_t plan_next(struct plan *plan, size_t heard);

/* Is the part in parts? */
bool plan_is_split(const struct plan *plan);

/* Is only one entry of this part asked for, for the sake of its totalResults? */
bool plan_is_census(const struct plan *plan, size_t part);

/* A page of a part came. */
enum plan_turn plan_hear(struct plan *plan, size_t id, const struct plan_page *page);

/* Splits a part by these characters, besides those that any number may have; or, of a part that is
 * split, adds those that it has no part for. */
void plan_split(struct plan *plan, size_t id, const struct plan_seen *seen);

/* A part was read to its end, or is given up for this poll. */
void plan_finish(struct plan *plan, size_t id, enum plan_state state);

/* A part has nothing at all. */
void plan_finish_empty(struct plan *plan, size_t id);

/* A part could be read up to `reached` entries only. True: plan_split is to be called; else it is
 * finished. */
bool plan_cut(struct plan *plan, size_t id, int64_t reached);

/* The part that holds a number, or PLAN_NONE. */
size_t plan_holder(const struct plan *plan, const char *number);

/* Did the poll tell of every part what has become of its rows, as far as that can be told? */
bool plan_is_settled(const struct plan *plan);

/* Did the poll read everything? */
bool plan_is_whole(const struct plan *plan, size_t heard);

/* What is known of the number of entries from `first` on; -1 for nothing. */
int64_t plan_total(const struct plan *plan, int64_t first);

#endif
