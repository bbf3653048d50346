/* SPDX-License-Identifier: MIT */
/*
 * shim_clock: a clock that runs faster, put before a program with LD_PRELOAD.
 *
 * The test owns a file that holds a struct shim_clock and names it in SHIM_CLOCK; the program's
 * shim maps it and tells all its clocks from it (clock_gettime, gettimeofday, time), and divides
 * the time-outs of poll, select and the sleeps by its rate. The rate may change at any time: no
 * clock jumps for it. Times in nanoseconds.
 */
#ifndef BLFTOP_TESTS_SUPPORT_SHIM_CLOCK_H
#define BLFTOP_TESTS_SUPPORT_SHIM_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

#define SHIM_CLOCK_VARIABLE "SHIM_CLOCK"

/* Since the monotonic clock showed `base_raw_ns`, when `base_fake_ns` of made-up time had passed,
 * time passes `rate` times as fast. The numbers belong together while `turn` is even and has not
 * changed. */
struct shim_clock {
    _Atomic uint64_t turn;
    _Atomic int64_t base_raw_ns;
    _Atomic int64_t base_fake_ns;
    _Atomic int64_t rate;
};

/* Made-up time that has passed when the monotonic clock shows `raw_ns`. */
static inline int64_t shim_clock_elapsed(const struct shim_clock *clock, int64_t raw_ns)
{
    for (;;) {
        uint64_t turn = atomic_load(&clock->turn);
        int64_t since = raw_ns - atomic_load(&clock->base_raw_ns);
        int64_t elapsed = atomic_load(&clock->base_fake_ns) + since * atomic_load(&clock->rate);
        if (turn % 2 == 0 && turn == atomic_load(&clock->turn))
            return elapsed;
    }
}

/* From now on, by the monotonic clock, time passes `rate` times as fast. */
static inline void shim_clock_set_rate(struct shim_clock *clock, int64_t raw_ns, int64_t rate)
{
    int64_t elapsed = shim_clock_elapsed(clock, raw_ns);
    atomic_fetch_add(&clock->turn, 1);
    atomic_store(&clock->base_raw_ns, raw_ns);
    atomic_store(&clock->base_fake_ns, elapsed);
    atomic_store(&clock->rate, rate);
    atomic_fetch_add(&clock->turn, 1);
}

#endif
