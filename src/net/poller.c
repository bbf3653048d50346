/* SPDX-License-Identifier: MIT */
#include "net/poller.h"

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

void poller_init(struct poller *poller, int64_t interval_ms, int64_t now, double spread)
{
    assert(interval_ms > 0);
    *poller = (struct poller){
        .interval_ms = interval_ms,
        .next_ms = now + part_of(interval_ms, spread),
        .started_ms = now,
        .asked_now_ms = now - POLLER_ASK_NOW_MIN_MS,
        .is_settled = spread > 0.0,
    };
}

void poller_start(struct poller *poller, int64_t now)
{
    assert(!poller->is_polling);
    poller->started_ms = now;
    poller->is_polling = true;
}

bool poller_wake(struct poller *poller, int64_t now, double chance)
{
    if (poller->is_polling || now - poller->next_ms < POLLER_SLEPT_MS)
        return false;
    poller->next_ms = now + part_of(min_of(poller->interval_ms, POLLER_WAKE_MS), chance);
    poller->is_settled = false;
    return true;
}

/* When the next poll is due in a place on the grid of its own: half an interval to one and a half
 * after the start of the last. */
static int64_t settle(const struct poller *poller, int64_t now, double chance)
{
    int64_t half = poller->interval_ms / 2;
    return max_of(now, poller->next_ms - half + part_of(poller->interval_ms, chance));
}

void poller_succeed(struct poller *poller, int64_t now, double chance)
{
    assert(poller->is_polling);
    int64_t elapsed = now > poller->started_ms ? now - poller->started_ms : 0;
    int64_t intervals = elapsed / poller->interval_ms;
    if (elapsed % poller->interval_ms != 0 || intervals == 0)
        intervals++;
    poller->skipped += (uint64_t)(intervals - 1);
    poller->next_ms = poller->started_ms + intervals * poller->interval_ms;
    if (!poller->is_settled)
        poller->next_ms = settle(poller, now, chance);
    poller->is_settled = true;
    poller->failures = 0;
    poller->is_polling = false;
}

/* The longest wait for a server that cannot be connected to. */
static int64_t longest_unreached(const struct poller *poller, int64_t now)
{
    int64_t part = (now - poller->failed_ms - POLLER_OUTAGE_BRIEF_MS) / POLLER_OUTAGE_PARTS;
    return max_of(part, poller->interval_ms);
}

/* The longest wait after the first failure. */
static int64_t base_of(const struct poller *poller)
{
    int64_t part = poller->interval_ms / 5 * 2;
    return max_of(POLLER_BACKOFF_BASE_MS, part);
}

/* The longest wait after so many failures in a row, which after the first one is `base`. */
static int64_t backoff_ceiling(unsigned failures, int64_t base)
{
    int64_t ceiling = failures > 0 ? base : 0;
    for (unsigned n = 1; n < failures && ceiling < POLLER_BACKOFF_CAP_MS; n++)
        ceiling *= 2;
    return min_of(ceiling, POLLER_BACKOFF_CAP_MS);
}

void poller_fail(struct poller *poller, int64_t now, double chance, int64_t retry_after_s,
                 enum poller_trouble trouble)
{
    assert(poller->is_polling);
    if (poller->failures == 0)
        poller->failed_ms = now;
    if (poller->failures < UINT_MAX)
        poller->failures++;
    poller->is_settled = false;
    int64_t least = 0;
    int64_t most = backoff_ceiling(poller->failures, base_of(poller));
    if (retry_after_s > 0)
        most = max_of(most, poller->interval_ms);
    if (trouble == POLLER_UNREACHED) {
        most = min_of(most, longest_unreached(poller, now));
        least = poller->failures > 1 ? most / 2 : 0;
    }
    if (trouble == POLLER_REFUSED) {
        most = POLLER_BACKOFF_CAP_MS;
        least = most / 2;
    }
    int64_t wait = least + part_of(most - least, chance);
    /* On top of it, or walls that were told the same second would return in it. */
    poller->next_ms = now + poller_retry_after_ms(retry_after_s) + wait;
    poller->is_polling = false;
}

bool poller_ask_now(struct poller *poller, int64_t now)
{
    if (poller->is_polling || now - poller->asked_now_ms < POLLER_ASK_NOW_MIN_MS)
        return false;
    poller->asked_now_ms = now;
    poller->next_ms = now;
    return true;
}

int64_t poller_backoff_ms(unsigned failures, double chance)
{
    return part_of(backoff_ceiling(failures, POLLER_BACKOFF_BASE_MS), chance);
}

int64_t poller_retry_after_ms(int64_t retry_after_s)
{
    if (retry_after_s <= 0)
        return 0;
    return min_of(retry_after_s, POLLER_RETRY_AFTER_MAX_MS / 1000) * 1000;
}
