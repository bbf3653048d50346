/* SPDX-License-Identifier: MIT */
/*
 * roster: every extension of every server, what its lamp is, since when, and what changed.
 *
 * A row's identity is (server, number); its id stays the same for as long as it lives, whatever
 * is sorted or filtered, and is an index: reading a row costs nothing. A poll is a transaction of
 * pages: entries are applied or confirmed as whole pages arrive, and roster_end_poll settles what
 * was not seen: gone, shown so for two polls, then forgotten. A row's record is packed: one piece
 * of memory, its agents shared with all rows that have the same; it is the roster's to free, and to
 * be read through extension's functions like any other. Knows no JSON, no network, no screen.
 */
#ifndef BLFTOP_MODEL_ROSTER_H
#define BLFTOP_MODEL_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/counts.h"
#include "model/extension.h"
#include "model/last_seen.h"
#include "model/user_agents.h"

#define ROW_NONE UINT32_MAX
#define ROSTER_GONE_POLLS 2        /* polls for which a vanished extension stays on screen */
#define ROSTER_MISSED_POLLS_MAX 10 /* for which one stays that may only have been stepped over */
#define SEVERITY_GONE 8            /* above any lamp's: a row that vanished is looked at first */

struct row {
    struct extension extension; /* packed */
    const char *name;           /* from the settings' names, or NULL; borrowed */
    int64_t since_ms;           /* when the lamp took its present state, as far as we saw */
    int64_t gone_ms;            /* when it was first missed; 0 while it is there */
    uint64_t serial;            /* counts the roster's rows: an id is used again, a birth never */
    int64_t last_seen_ms;       /* when a page last held it; near what changes with it */
    uint32_t next_hash;         /* chain of the index, or of unused ids */
    uint16_t server;            /* index of its feed */
    uint8_t lamp;               /* enum lamp */
    uint8_t previous;           /* the lamp before; same as `lamp` until it first changes */
    uint8_t gone_polls;         /* whole polls that did not hold it; 0: it is there */
    uint8_t missed_polls;       /* loose polls in a row that did not hold it */
    bool is_since_exact;        /* false: it was so before we looked, show "≥" */
    bool is_used;               /* the id is alive */
    uint8_t number_cols;        /* columns of the number, 255 for more */
    uint8_t number_tail;        /* where its last part begins, after the last '*' */
};

/* What is kept of one server. */
struct server_rows {
    struct last_seen heard; /* its rows that are there */
    struct counts counts;
};

struct roster {
    struct row *rows;  /* by id; skip those with !is_used */
    uint32_t *changes; /* by id: the generation of its last change, cut to 32 bits */
    size_t row_limit;  /* ids below this one have been in use */
    size_t row_capacity;
    uint32_t free_row; /* chain of unused ids */
    uint32_t *buckets;
    size_t bucket_count;
    size_t count;                    /* rows alive, gone ones too */
    size_t gone;                     /* rows alive that are gone */
    size_t lamps[LAMP_COUNT];        /* rows by lamp, without those gone */
    uint64_t last_serial;            /* rows that ever appeared */
    uint64_t generation;             /* grows whenever anything a viewer could see changed */
    const struct roster_name *names; /* borrowed, sorted by number */
    size_t name_count;
    struct user_agents agents;
    struct server_rows *shares; /* by server */
    size_t share_count;         /* servers above have no rows, and never had */
};

/* A friendly name for a number, from the settings. */
struct roster_name {
    const char *number;
    const char *name; /* safe text */
};

/* An empty roster. `names` is borrowed for the roster's life, sorted by number (strcmp). */
void roster_init(struct roster *roster, const struct roster_name *names, size_t name_count);
void roster_clear(struct roster *roster);

/* Names from settings that were read again; borrowed as in roster_init. */
void roster_rename(struct roster *roster, const struct roster_name *names, size_t name_count);

/* Forgets every row: other servers are watched from now on. */
void roster_forget(struct roster *roster);

/* A deep copy for a paused screen, ids included. `to` is uninitialised. */
void roster_copy(struct roster *to, const struct roster *from);

/* The row with this identity, or ROW_NONE. */
uint32_t roster_find(const struct roster *roster, uint16_t server, const char *number);

/* The row with this id, or NULL if no row has it (any more). */
const struct row *roster_row(const struct roster *roster, uint32_t id);

/* Has the row with this id changed, appeared or been forgotten since the roster's generation was
 * `generation`? A change that is 2^32 changes old may be taken for a new one. */
static inline bool roster_has_changed(const struct roster *roster, uint32_t id, uint64_t generation)
{
    uint32_t age = (uint32_t)roster->generation - roster->changes[id];
    return age < roster->generation - generation;
}

/* When the row of a server that is there was heard that was heard longest ago, but after `ms`;
 * LAST_SEEN_NONE if there is none. */
int64_t roster_heard_after(const struct roster *roster, uint16_t server, int64_t ms);

/* The lamp's severity, SEVERITY_GONE for a row that is gone. */
int row_severity(const struct row *row);

/* Gone, or SEVERITY_PROBLEM and above. */
bool row_is_problem(const struct row *row);

/* Inserts or updates from a decoded entry, whose memory is taken (the struct is left empty).
 * `after_outage`: the server was not heard for long, so what has changed may have done so long
 * before. Of a row that appears that is so anyway. Returns the row's id. */
uint32_t roster_apply(struct roster *roster, uint16_t server, struct extension *extension,
                      bool after_outage, int64_t now);

/* The page held the row, unchanged byte for byte. */
void roster_confirm(struct roster *roster, uint32_t id, int64_t now);

/* Ends a poll of a server that read everything: rows not heard since `started_ms` are gone, and
 * forgotten after ROSTER_GONE_POLLS more such polls. A row that comes back before keeps its id,
 * and its lamp's age if the lamp is the same. */
void roster_end_poll(struct roster *roster, uint16_t server, int64_t started_ms, int64_t now);

/* Ends a poll that read everything it could, of a collection that it may have read with gaps. No
 * row is called gone for that; what ROSTER_MISSED_POLLS_MAX such polls in a row did not hold is
 * forgotten.
 */
void roster_end_loose_poll(struct roster *roster, uint16_t server, int64_t started_ms);

/* What becomes of a row that a poll has not heard. */
enum roster_verdict {
    ROSTER_STAYS,  /* nothing is known of it */
    ROSTER_LOOSE,  /* it may only have been stepped over, as above */
    ROSTER_MISSED, /* it is gone */
};

/* Judges a number. */
typedef enum roster_verdict roster_judge(const void *context, const char *number);

/* Ends a poll that read some of it whole and some not: each row is judged by itself. */
void roster_end_partial_poll(struct roster *roster, uint16_t server, int64_t started_ms,
                             int64_t now, roster_judge *judge, const void *context);

/* Rows of one server, which are counted as they change: asking takes no look at rows. */
struct counts roster_count_server(const struct roster *roster, uint16_t server);

#endif
