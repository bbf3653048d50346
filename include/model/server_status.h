/* SPDX-License-Identifier: MIT */
/*
 * server_status: what is known of one watched server: when it was last heard, why not, how long it
 * took.
 *
 * Filled by net/source, shown by board and report. Also the one place that decides what is stale:
 * no value older than two intervals is shown without a mark. Plain data and arithmetic on a
 * given `now` (milliseconds of struct moment).
 */
#ifndef BLFTOP_MODEL_SERVER_STATUS_H
#define BLFTOP_MODEL_SERVER_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define SERVER_STATUS_NEVER INT64_MIN
#define SERVER_STATUS_DROP_POLLS                                                                   \
    3 /* a sudden lack is told for these; rows are shown as gone for two */

struct server_status {
    char *name;             /* from the settings, else the host; safe text; owned */
    char *url;              /* base address; safe text; owned */
    bool is_insecure;       /* TLS is not verified, or http beyond this machine */
    int64_t interval_ms;    /* from poll start to poll start */
    int64_t last_good_ms;   /* end of the last poll that read everything, or SERVER_STATUS_NEVER */
    int64_t last_good_wall; /* the same in Unix seconds */
    int64_t failing_since_ms; /* end of the first failed poll of this row of failures, or
                                 SERVER_STATUS_NEVER */
    int64_t partial_since_ms; /* start of the last poll if it read some pages only, else
                                 SERVER_STATUS_NEVER */
    int64_t next_poll_ms;     /* when it is asked again */
    int64_t latency_ms;       /* how long the last good poll took on the wire */
    uint64_t polls;           /* polls ended */
    uint64_t failures;        /* of them, ended with an error */
    uint64_t skipped;         /* ticks that passed while a poll was still under way */
    uint64_t repaired;        /* entries of the last poll that had damaged text */
    uint64_t rejected;        /* entries of the last poll that could not be read at all */
    int64_t total;            /* totalResults as the server says, -1 if it does not */
    size_t read;              /* entries read by the last good poll */
    size_t was;         /* of a poll shortly before it, if that read over twice as many; else 0 */
    unsigned was_polls; /* good polls for which that is still told */
    bool is_polling;
    bool is_complete;           /* the last poll read everything */
    struct error error;         /* why the last poll failed; not set after a good one */
    uint64_t tokens;            /* that were got so far */
    uint64_t renewal_failures;  /* renewals that failed while the old token still served */
    struct error renewal_error; /* why the last of them did */
};

/* A feed that has heard nothing; both texts are made safe and copied. */
void server_status_init(struct server_status *feed, const char *name, const char *url,
                        int64_t interval_ms);

/* Goes on from what was known of the same server before its settings were read again: when it was
 * heard, what it said and what is wrong, not how often it was asked. */
void server_status_inherit(struct server_status *feed, const struct server_status *before);
void server_status_copy(struct server_status *to, const struct server_status *from);
void server_status_clear(struct server_status *feed);

/* Age in ms of the last whole poll; -1 if there never was one. */
int64_t server_status_age(const struct server_status *feed, int64_t now);

/* Notes how many entries a good poll read, and that they were many more before. */
void server_status_note_read(struct server_status *feed, size_t read);

/* Two intervals without a good poll (or never one, once the first poll has failed). */
bool server_status_is_stale(const struct server_status *feed, int64_t now);

/* When what was heard at `last_seen_ms` becomes stale by time alone. */
int64_t server_status_stale_from(const struct server_status *feed, int64_t last_seen_ms);

/* Must a row last confirmed at `last_seen_ms` be marked old? True after two intervals, or at once
 * when the last poll read some pages and not this row's. */
bool server_status_row_is_stale(const struct server_status *feed, int64_t last_seen_ms,
                                int64_t now);

#endif
