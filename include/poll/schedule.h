/* SPDX-License-Identifier: MIT */
/*
 * schedule: when to ask again. Arithmetic on a `now` it is given, nothing else.
 *
 * Polls start on a grid of intervals (start to start), never overlap, and a tick that passes while
 * one is under way is skipped and counted. After failures: exponential back-off with full jitter
 * (random(0, min(cap, base × 2^n)), Brooker, "Exponential backoff and jitter", AWS Architecture
 * Blog, 2015); a Retry-After is honoured within bounds, and the back-off comes on top of it. A
 * server that cannot even be connected to pays nothing for being tried, so the board is back soon
 * after it is: the wait is half an interval to an interval, or, in a long outage, up to a twelfth
 * of what it is longer than SCHEDULE_OUTAGE_BRIEF_MS.
 *
 * Many boards must not come down on a server as one when it returns, nor ever after (simulated with
 * 200 of them in tests/unit/test_herd.c). Four things see to it:
 * - The base of the back-off is two fifths of the interval if that is longer than
 *   SCHEDULE_BACKOFF_BASE_MS. Boards that poll once in two minutes would else retry sixty times as
 *   often as they poll.
 * - After a Retry-After the back-off is at least an interval wide: one with a date tells all boards
 *   the same moment.
 * - The poll after the first good one, after an outage or a start, is due half an interval to one
 *   and a half after it: whatever herd came is then spread evenly over the grid, and stays so.
 * - A board whose time to poll passed long ago (the machine slept) waits up to SCHEDULE_WAKE_MS.
 */
#ifndef BLFTOP_POLL_SCHEDULE_H
#define BLFTOP_POLL_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_BACKOFF_BASE_MS 2000
#define SCHEDULE_BACKOFF_CAP_MS 300000
#define SCHEDULE_RETRY_AFTER_MAX_MS 900000
#define SCHEDULE_ASK_NOW_MIN_MS 2000 /* a viewer's "poll now" is heard this often */
#define SCHEDULE_SLEPT_MS 30000      /* a poll that is so late was slept through */
#define SCHEDULE_WAKE_MS 2000        /* it is made up for within this time, or an interval */
#define SCHEDULE_OUTAGE_BRIEF_MS 120000
#define SCHEDULE_OUTAGE_PARTS 12

/* What a failure means for the wait after it. */
enum schedule_trouble {
    SCHEDULE_TROUBLED,  /* the server was reached, and something went wrong */
    SCHEDULE_UNREACHED, /* there was no connection */
    SCHEDULE_REFUSED,   /* asking again soon will not change that (4xx) */
};

struct schedule {
    int64_t interval_ms;
    int64_t next_ms;      /* when the next poll is due */
    int64_t started_ms;   /* start of the poll under way, or of the last one */
    int64_t asked_now_ms; /* last "poll now" that was heard */
    int64_t failed_ms;    /* end of the first failed poll of this row of failures */
    uint64_t skipped;     /* ticks that passed during a poll */
    unsigned failures;    /* in a row */
    bool is_settled;      /* it has a place on the grid of its own */
    bool is_polling;
};

/* First poll at `now` plus `spread` × interval; `spread` in [0, 1), 0 for at once. */
void schedule_init(struct schedule *schedule, int64_t interval_ms, int64_t now, double spread);

/* A poll starts. */
void schedule_start(struct schedule *schedule, int64_t now);

/* Was the time to poll slept through? Then it is put off a little; `chance` in [0, 1). */
bool schedule_wake(struct schedule *schedule, int64_t now, double chance);

/* The poll ended well: the next is due on the grid of its start, or, after the first such poll
 * since a failure, in a place on the grid that `chance` in [0, 1) gives it. */
void schedule_succeed(struct schedule *schedule, int64_t now, double chance);

/* The poll failed. `chance` in [0, 1); `retry_after_s` -1 if the server said none. After a
 * SCHEDULE_REFUSED the wait is from the cap's region at once. */
void schedule_fail(struct schedule *schedule, int64_t now, double chance, int64_t retry_after_s,
                   enum schedule_trouble trouble);

/* The viewer wants a poll now. False if one is under way or was asked for too recently. */
bool schedule_ask_now(struct schedule *schedule, int64_t now);

/* The wait after `failures` failures in a row of what has no interval, for a `chance` in [0, 1). */
int64_t schedule_backoff_ms(unsigned failures, double chance);

/* The wait that a Retry-After asks for, within bounds; 0 for -1. */
int64_t schedule_retry_after_ms(int64_t retry_after_s);

#endif
