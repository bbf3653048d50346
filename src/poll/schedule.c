/* SPDX-License-Identifier: MIT */
#include "poll/schedule.h"

#include <assert.h>
#include <limits.h>

/* The smaller one. */
static int64_t min_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The larger one. */
static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A random part of a span; `chance` in [0, 1). */
static int64_t part_of(int64_t span, double chance)
{
    assert(chance >= 0.0 && chance < 1.0);
    return (int64_t)((double)span * chance);
}

void schedule_init(struct schedule *schedule, int64_t interval_ms, int64_t now, double spread)
{
    assert(interval_ms > 0);
    *schedule = (struct schedule){
        .interval_ms = interval_ms,
        .next_ms = now + part_of(interval_ms, spread),
        .started_ms = now,
        .asked_now_ms = now - SCHEDULE_ASK_NOW_MIN_MS,
        .is_settled = spread > 0.0,
    };
}

void schedule_start(struct schedule *schedule, int64_t now)
{
    assert(!schedule->is_polling);
    schedule->started_ms = now;
    schedule->is_polling = true;
}

bool schedule_wake(struct schedule *schedule, int64_t now, double chance)
{
    if (schedule->is_polling || now - schedule->next_ms < SCHEDULE_SLEPT_MS)
        return false;
    schedule->next_ms = now + part_of(min_of(schedule->interval_ms, SCHEDULE_WAKE_MS), chance);
    schedule->is_settled = false;
    return true;
}

/* When the next poll is due in a place on the grid of its own: half an interval to one and a half
 * after the start of the last. */
static int64_t settle(const struct schedule *schedule, int64_t now, double chance)
{
    int64_t half = schedule->interval_ms / 2;
    return max_of(now, schedule->next_ms - half + part_of(schedule->interval_ms, chance));
}

void schedule_succeed(struct schedule *schedule, int64_t now, double chance)
{
    assert(schedule->is_polling);
    int64_t elapsed = now > schedule->started_ms ? now - schedule->started_ms : 0;
    int64_t intervals = elapsed / schedule->interval_ms;
    if (elapsed % schedule->interval_ms != 0 || intervals == 0)
        intervals++;
    schedule->skipped += (uint64_t)(intervals - 1);
    schedule->next_ms = schedule->started_ms + intervals * schedule->interval_ms;
    if (!schedule->is_settled)
        schedule->next_ms = settle(schedule, now, chance);
    schedule->is_settled = true;
    schedule->failures = 0;
    schedule->is_polling = false;
}

/* The longest wait for a server that cannot be connected to. */
static int64_t longest_unreached(const struct schedule *schedule, int64_t now)
{
    int64_t part = (now - schedule->failed_ms - SCHEDULE_OUTAGE_BRIEF_MS) / SCHEDULE_OUTAGE_PARTS;
    return max_of(part, schedule->interval_ms);
}

/* The longest wait after the first failure. */
static int64_t base_of(const struct schedule *schedule)
{
    int64_t part = schedule->interval_ms / 5 * 2;
    return max_of(SCHEDULE_BACKOFF_BASE_MS, part);
}

/* The longest wait after so many failures in a row, which after the first one is `base`. */
static int64_t backoff_ceiling(unsigned failures, int64_t base)
{
    int64_t ceiling = failures > 0 ? base : 0;
    for (unsigned n = 1; n < failures && ceiling < SCHEDULE_BACKOFF_CAP_MS; n++)
        ceiling *= 2;
    return min_of(ceiling, SCHEDULE_BACKOFF_CAP_MS);
}

void schedule_fail(struct schedule *schedule, int64_t now, double chance, int64_t retry_after_s,
                   enum schedule_trouble trouble)
{
    assert(schedule->is_polling);
    if (schedule->failures == 0)
        schedule->failed_ms = now;
    if (schedule->failures < UINT_MAX)
        schedule->failures++;
    schedule->is_settled = false;
    int64_t least = 0;
    int64_t most = backoff_ceiling(schedule->failures, base_of(schedule));
    if (retry_after_s > 0)
        most = max_of(most, schedule->interval_ms);
    if (trouble == SCHEDULE_UNREACHED) {
        most = min_of(most, longest_unreached(schedule, now));
        least = schedule->failures > 1 ? most / 2 : 0;
    }
    if (trouble == SCHEDULE_REFUSED) {
        most = SCHEDULE_BACKOFF_CAP_MS;
        least = most / 2;
    }
    int64_t wait = least + part_of(most - least, chance);
    /* On top of it, or walls that were told the same second would return in it. */
    schedule->next_ms = now + schedule_retry_after_ms(retry_after_s) + wait;
    schedule->is_polling = false;
}

bool schedule_ask_now(struct schedule *schedule, int64_t now)
{
    if (schedule->is_polling || now - schedule->asked_now_ms < SCHEDULE_ASK_NOW_MIN_MS)
        return false;
    schedule->asked_now_ms = now;
    schedule->next_ms = now;
    return true;
}

int64_t schedule_backoff_ms(unsigned failures, double chance)
{
    return part_of(backoff_ceiling(failures, SCHEDULE_BACKOFF_BASE_MS), chance);
}

int64_t schedule_retry_after_ms(int64_t retry_after_s)
{
    if (retry_after_s <= 0)
        return 0;
    return min_of(retry_after_s, SCHEDULE_RETRY_AFTER_MAX_MS / 1000) * 1000;
}
