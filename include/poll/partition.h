/* SPDX-License-Identifier: MIT */
/*
 * partition: which parts a collection is read in. Arithmetic on what answers said, nothing else.
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
#ifndef BLFTOP_POLL_PARTITION_H
#define BLFTOP_POLL_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARTITION_NONE SIZE_MAX
#define PARTITION_ROOT 0
#define PARTITION_PREFIX_MAX 31       /* characters */
#define PARTITION_PARTS_MAX 4096      /* parts of a plan */
#define PARTITION_ENTRIES_MAX 1000000 /* extensions of a collection that are read */
#define PARTITION_PAUSE_POLLS 10U     /* without exploring, after it was in vain */
#define PARTITION_PAUSES_MAX 4        /* times that this is doubled */
#define PARTITION_GIVEN_UP_POLLS 100  /* before splitting is tried again where it was in vain */

enum partition_kind {
    PART_UNUSED,
    PART_DROPPED, /* no part any more, but it may still be under way */
    PART_LEAF,    /* what begins with the prefix */
    PART_EXACT,   /* the one number that is the prefix */
    PART_SPLIT,   /* its children are the parts */
};

/* What became of a part in the poll under way, or in the last one. */
enum partition_state {
    PART_IDLE,         /* not asked for: it was empty, or it is split */
    PART_WAITS,        /* to be asked for */
    PART_UNDER_WAY,    /* being read */
    PART_WHOLE,        /* read whole */
    PART_INCONSISTENT, /* read, but it changed meanwhile: some may have been stepped over */
    PART_CUT,          /* read as far as the window goes */
    PART_REFUSED,      /* the server does not take the prefix */
    PART_FAILED,       /* not read, or not all of it */
};

struct partition_part {
    char prefix[PARTITION_PREFIX_MAX + 1];
    uint8_t kind;
    uint8_t state;
    bool is_fresh;     /* split in this poll */
    unsigned given_up; /* polls for which it is not split again */
    int64_t total;     /* totalResults as last said, -1 if never */
    size_t received;   /* entries of it that came in this poll */
    size_t heard;      /* of them, for the first time in this poll */
    size_t parent;     /* these three: PARTITION_NONE for none */
    size_t child;
    size_t sibling;
};

struct partition {
    struct partition_part *parts; /* owned; an index stays a part's for its life */
    size_t count;                 /* indices below this one have been in use */
    int64_t window;               /* entries of a part that can be reached */
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
struct partition_page {
    size_t received; /* entries, whatever became of them */
    size_t heard;    /* of them, for the first time in this poll */
    size_t strays;   /* of those decoded, with numbers that the part should not have */
    int64_t total;   /* totalResults, -1 if missing */
};

/* What is next for a part. */
enum partition_turn {
    PART_GOES_ON, /* its next page, if there is one */
    PART_ENOUGH,  /* no page more; it is finished */
    PART_SPLITS,  /* partition_split is to be called, and no page more */
};

/* The characters that some numbers have at a place. */
struct partition_seen {
    bool is_there[128];
};

/* A plan of `count` parts that are never split, each a collection of its own. */
void partition_init(struct partition *partition, size_t count);

/* A plan of a collection whose numbers all begin with `prefix`, "" for any. */
void partition_init_collection(struct partition *partition, const char *prefix, int64_t window);
void partition_clear(struct partition *partition);

/* A poll begins or ends; no part may be under way. After partition_end parts may have become
 * unused. `heard`: entries that came in the poll, each counted once. */
void partition_begin(struct partition *partition);
void partition_end(struct partition *partition, size_t heard);

/* The next part to read, which is under way from then on; PARTITION_NONE if there is none now. */
size_t partition_next(struct partition *partition, size_t heard);

/* Is the part in parts? */
bool partition_is_split(const struct partition *partition);

/* Is only one entry of this part asked for, for the sake of its totalResults? */
bool partition_is_total_probe(const struct partition *partition, size_t part);

/* A page of a part came. */
enum partition_turn partition_hear(struct partition *partition, size_t id,
                                   const struct partition_page *page);

/* A part was read to its end, or is given up for this poll. */
void partition_finish(struct partition *partition, size_t id, enum partition_state state);

/* A part has nothing at all. */
void partition_finish_empty(struct partition *partition, size_t id);

/* A part could be read up to `reached` entries only. True: partition_split is to be called; else it
 * is finished. */
bool partition_cut(struct partition *partition, size_t id, int64_t reached);

/* Did the poll tell of every part what has become of its rows, as far as that can be told? */
bool partition_is_settled(const struct partition *partition);

/* Did the poll read everything? */
bool partition_is_whole(const struct partition *partition, size_t heard);

/* What is known of the number of entries from `first` on; -1 for nothing. */
int64_t partition_total(const struct partition *partition, int64_t first);

#endif
