/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>

#include "base/rng.h"
#include "poll/schedule.h"

#define INTERVAL 5000
#define DRAWS 1000000

/* A poller with a place on the grid, whose poll under way began at `start`. */
static struct schedule polling_since(int64_t start)
{
    struct schedule schedule;
    schedule_init(&schedule, INTERVAL, start, 0.0);
    schedule.is_settled = true;
    schedule_start(&schedule, start);
    return schedule;
}

static void schedule__first_poll__is_spread_over_the_interval(void **state)
{
    (void)state;
    struct schedule schedule;
    schedule_init(&schedule, INTERVAL, 1000, 0.0);
    assert_int_equal(schedule.next_ms, 1000);
    schedule_init(&schedule, INTERVAL, 1000, 0.5);
    assert_int_equal(schedule.next_ms, 3500);
}

static void schedule__success__keeps_the_grid_and_counts_skips__G3__G7(void **state)
{
    (void)state;
    static const struct {
        int64_t took;
        int64_t next;
        uint64_t skipped;
    } rows[] = {
        {-100, 5000, 0},
        {0, 5000, 0},
        {1, 5000, 0},
        {4999, 5000, 0},
        {5000, 5000, 0},
        {5001, 10000, 1},
        {9999, 10000, 1},
        {10000, 10000, 1},
        {11500, 15000, 2},
        {15000, 15000, 2},
        {28800000, 28800000, 5759},
    };
    static const int64_t starts[] = {0, 1000, ((int64_t)1 << 32) - 10000,
                                     INT64_MAX - (int64_t)1000000000};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct schedule schedule = polling_since(starts[s]);
            schedule_succeed(&schedule, starts[s] + rows[i].took, 0.9);
            assert_true(schedule.next_ms == starts[s] + rows[i].next);
            assert_int_equal(schedule.skipped, rows[i].skipped);
            assert_false(schedule.is_polling);
        }
    }
}

static void schedule__skips__add_up(void **state)
{
    (void)state;
    struct schedule schedule = polling_since(0);
    schedule_succeed(&schedule, 11500, 0.9);
    schedule_start(&schedule, schedule.next_ms);
    schedule_succeed(&schedule, 15000 + 11500, 0.9);
    assert_int_equal(schedule.skipped, 4);
    assert_int_equal(schedule.next_ms, 30000);
}

static void schedule__backoff__doubles_to_the_cap(void **state)
{
    (void)state;
    static const struct {
        unsigned failures;
        int64_t ceiling;
    } rows[] = {
        {0, 0},      {1, 2000},    {2, 4000},    {3, 8000},      {7, 128000},        {8, 256000},
        {9, 300000}, {10, 300000}, {64, 300000}, {1000, 300000}, {UINT_MAX, 300000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(schedule_backoff_ms(rows[i].failures, 0.0), 0);
        assert_int_equal(schedule_backoff_ms(rows[i].failures, 0.5), rows[i].ceiling / 2);
        int64_t most = schedule_backoff_ms(rows[i].failures, nextafter(1.0, 0.0));
        assert_true(most <= rows[i].ceiling && most >= rows[i].ceiling - 1);
    }
}

/* A million draws for each of the first ten failures: none beyond the ceiling, both ends reached,
 * and the mean within 1 % of the theory's, half the ceiling. */
static void schedule__backoff__has_the_range_and_the_mean_of_full_jitter__G5(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 7);
    for (unsigned failures = 1; failures <= 10; failures++) {
        int64_t ceiling = failures <= 8 ? (int64_t)1000 << failures : 300000;
        int64_t least = INT64_MAX, most = 0;
        double sum = 0.0;
        for (int i = 0; i < DRAWS; i++) {
            struct schedule schedule;
            schedule_init(&schedule, 1000, 0, 0.0);
            schedule_start(&schedule, 0);
            schedule.failures = failures - 1;
            schedule_fail(&schedule, 0, rng_unit(&rng), -1, SCHEDULE_TROUBLED);
            least = schedule.next_ms < least ? schedule.next_ms : least;
            most = schedule.next_ms > most ? schedule.next_ms : most;
            sum += (double)schedule.next_ms;
        }
        assert_in_range(least, 0, ceiling / 100);
        assert_in_range(most, ceiling - ceiling / 100, ceiling - 1);
        assert_true(fabs(sum / DRAWS / ((double)ceiling / 2) - 1.0) < 0.01);
    }
}

static void schedule__failures__back_off_and_are_forgotten_by_success__G5(void **state)
{
    (void)state;
    struct schedule schedule = polling_since(0);
    schedule_fail(&schedule, 100, 0.5, -1, SCHEDULE_TROUBLED);
    assert_int_equal(schedule.next_ms, 1100);
    schedule_start(&schedule, 1100);
    schedule_fail(&schedule, 1200, 0.5, -1, SCHEDULE_TROUBLED);
    assert_int_equal(schedule.next_ms, 3200);
    assert_int_equal(schedule.failures, 2);
    schedule_start(&schedule, 3200);
    schedule_succeed(&schedule, 3300, 0.5);
    assert_int_equal(schedule.failures, 0);
    assert_int_equal(schedule.next_ms, 3200 + INTERVAL);
}

/* Boards that poll seldom do not retry much more often than they poll. */
static void schedule__base_of_the_backoff__is_two_fifths_of_a_long_interval(void **state)
{
    (void)state;
    static const struct {
        int64_t interval;
        unsigned failures;
        int64_t ceiling;
    } rows[] = {
        {1000, 1, 2000},     {1000, 2, 4000},       {5000, 1, 2000},       {5000, 3, 8000},
        {60000, 1, 24000},   {60000, 3, 96000},     {60000, 5, 300000},    {300000, 1, 120000},
        {300000, 2, 240000}, {86400000, 1, 300000}, {86400000, 9, 300000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule schedule;
        schedule_init(&schedule, rows[i].interval, 0, 0.0);
        schedule_start(&schedule, 0);
        schedule.failures = rows[i].failures - 1;
        schedule_fail(&schedule, 0, nextafter(1.0, 0.0), -1, SCHEDULE_TROUBLED);
        assert_in_range(schedule.next_ms, rows[i].ceiling - 1, rows[i].ceiling);
    }
}

/* After a start or an outage the next poll has a place on the grid that chance gives it. */
static void schedule__first_success__finds_a_place_on_the_grid_of_its_own(void **state)
{
    (void)state;
    static const struct {
        double chance;
        int64_t took;
        int64_t next;
    } rows[] = {{0.0, 100, 2500},
                {0.5, 100, 5000},
                {0.999, 100, 7495},
                {0.0, 4000, 4000},
                {0.0, 12000, 12500}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule schedule = polling_since(0);
        schedule.is_settled = false;
        schedule_succeed(&schedule, rows[i].took, rows[i].chance);
        assert_int_equal(schedule.next_ms, rows[i].next);
        schedule_start(&schedule, 20000);
        schedule_succeed(&schedule, 20100, rows[i].chance);
        assert_int_equal(schedule.next_ms, 25000);
        schedule_start(&schedule, 25000);
        schedule_fail(&schedule, 25000, 0.0, -1, SCHEDULE_TROUBLED);
        schedule_start(&schedule, 26000);
        schedule_succeed(&schedule, 26000, 0.0);
        assert_int_equal(schedule.next_ms, 26000 + INTERVAL / 2);
    }
}

static void schedule__time_slept_through__is_made_up_for_within_two_seconds__G2(void **state)
{
    (void)state;
    struct schedule schedule = polling_since(0);
    int64_t woken = (int64_t)8 * 3600 * 1000;
    assert_false(schedule_wake(&schedule, woken, 0.5)); /* not while a poll is under way */
    schedule_succeed(&schedule, 100, 0.5);
    assert_false(schedule_wake(&schedule, INTERVAL, 0.5));
    assert_false(schedule_wake(&schedule, INTERVAL + SCHEDULE_SLEPT_MS - 1, 0.5));
    assert_int_equal(schedule.next_ms, INTERVAL);
    assert_true(schedule_wake(&schedule, woken, 0.5));
    assert_int_equal(schedule.next_ms, woken + 1000);
    assert_false(schedule_wake(&schedule, woken + 1000, 0.5)); /* once */
    schedule_start(&schedule, woken + 1000);
    schedule_succeed(&schedule, woken + 1100, 0.0);
    assert_int_equal(schedule.next_ms, woken + 1000 + INTERVAL / 2);
}

static void schedule__failure_count__does_not_wrap(void **state)
{
    (void)state;
    struct schedule schedule = polling_since(0);
    schedule.failures = UINT_MAX;
    schedule_fail(&schedule, 0, 0.5, -1, SCHEDULE_TROUBLED);
    assert_true(schedule.failures == UINT_MAX);
    assert_int_equal(schedule.next_ms, 150000);
}

static void schedule__unreached__is_tried_within_an_interval(void **state)
{
    (void)state;
    static const struct {
        int64_t outage;
        int64_t wait;
    } rows[] = {{0, 2000},      {5000, 5000},    {120000, 5000},    {180000, 5000},
                {192000, 6000}, {720000, 50000}, {3720000, 300000}, {86400000, 300000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule schedule = polling_since(0);
        if (i > 0) {
            schedule_fail(&schedule, 0, 0.0, -1, SCHEDULE_UNREACHED);
            schedule.failures = 20;
            schedule_start(&schedule, rows[i].outage);
        }
        schedule_fail(&schedule, rows[i].outage, nextafter(1.0, 0.0), -1, SCHEDULE_UNREACHED);
        assert_in_range(schedule.next_ms - rows[i].outage, rows[i].wait - 1, rows[i].wait);
    }
}

static void schedule__success__ends_the_outage(void **state)
{
    (void)state;
    struct schedule schedule = polling_since(0);
    schedule_fail(&schedule, 0, 0.0, -1, SCHEDULE_UNREACHED);
    schedule_start(&schedule, 600000);
    schedule_succeed(&schedule, 600000, 0.9);
    schedule_start(&schedule, 605000);
    schedule_fail(&schedule, 605000, 0.999, -1, SCHEDULE_UNREACHED);
    assert_in_range(schedule.next_ms, 605000, 607000);
}

static void schedule__lasting_refusal__waits_from_the_cap_at_once(void **state)
{
    (void)state;
    struct schedule schedule = polling_since(0);
    schedule_fail(&schedule, 0, 0.0, -1, SCHEDULE_REFUSED);
    assert_int_equal(schedule.next_ms, 150000);
    schedule = polling_since(0);
    schedule_fail(&schedule, 0, 0.999, -1, SCHEDULE_REFUSED);
    assert_in_range(schedule.next_ms, 299000, 300000);
}

static void schedule__retry_after__is_honoured_within_bounds(void **state)
{
    (void)state;
    static const struct {
        int64_t said;
        int64_t wait;
    } rows[] = {
        {-1, 0},       {0, 0},          {1, 1000},           {60, 60000},    {900, 900000},
        {901, 900000}, {86400, 900000}, {INT64_MAX, 900000}, {INT64_MIN, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule schedule = polling_since(0);
        schedule_fail(&schedule, 0, 0.0, rows[i].said, SCHEDULE_TROUBLED);
        assert_int_equal(schedule.next_ms, rows[i].wait);
        schedule = polling_since(0);
        schedule_fail(&schedule, 0, 0.5, rows[i].said, SCHEDULE_TROUBLED);
        assert_int_equal(schedule.next_ms, rows[i].wait + (rows[i].said > 0 ? INTERVAL / 2 : 1000));
    }
    struct schedule schedule = polling_since(0);
    schedule.failures = 20;
    schedule_fail(&schedule, 0, 0.5, 60, SCHEDULE_TROUBLED);
    assert_int_equal(schedule.next_ms, 60000 + 150000);
}

static void schedule__ask_now__is_heard_every_two_seconds__G5(void **state)
{
    (void)state;
    struct schedule schedule;
    schedule_init(&schedule, 60000, 0, 0.9);
    assert_true(schedule_ask_now(&schedule, 0));
    assert_int_equal(schedule.next_ms, 0);
    assert_false(schedule_ask_now(&schedule, 1999));
    assert_true(schedule_ask_now(&schedule, 2000));
    schedule_start(&schedule, 2000);
    assert_false(schedule_ask_now(&schedule, 10000));
    schedule_fail(&schedule, 10000, 0.0, 86400, SCHEDULE_REFUSED);
    assert_true(schedule_ask_now(&schedule, 10000));
    assert_int_equal(schedule.next_ms, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedule__first_poll__is_spread_over_the_interval),
        cmocka_unit_test(schedule__success__keeps_the_grid_and_counts_skips__G3__G7),
        cmocka_unit_test(schedule__skips__add_up),
        cmocka_unit_test(schedule__backoff__doubles_to_the_cap),
        cmocka_unit_test(schedule__backoff__has_the_range_and_the_mean_of_full_jitter__G5),
        cmocka_unit_test(schedule__failures__back_off_and_are_forgotten_by_success__G5),
        cmocka_unit_test(schedule__base_of_the_backoff__is_two_fifths_of_a_long_interval),
        cmocka_unit_test(schedule__first_success__finds_a_place_on_the_grid_of_its_own),
        cmocka_unit_test(schedule__time_slept_through__is_made_up_for_within_two_seconds__G2),
        cmocka_unit_test(schedule__failure_count__does_not_wrap),
        cmocka_unit_test(schedule__unreached__is_tried_within_an_interval),
        cmocka_unit_test(schedule__success__ends_the_outage),
        cmocka_unit_test(schedule__lasting_refusal__waits_from_the_cap_at_once),
        cmocka_unit_test(schedule__retry_after__is_honoured_within_bounds),
        cmocka_unit_test(schedule__ask_now__is_heard_every_two_seconds__G5),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
