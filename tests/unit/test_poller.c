/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>

#include "base/rng.h"
#include "net/poller.h"

#define INTERVAL 5000
#define DRAWS 1000000

/* A poller with a place on the grid, whose poll under way began at `start`. */
static struct poller polling_since(int64_t start)
{
    struct poller poller;
    poller_init(&poller, INTERVAL, start, 0.0);
    poller.is_settled = true;
    poller_start(&poller, start);
    return poller;
}

static void poller__first_poll__is_spread_over_the_interval(void **state)
{
    (void)state;
    struct poller poller;
    poller_init(&poller, INTERVAL, 1000, 0.0);
    assert_int_equal(poller.next_ms, 1000);
    poller_init(&poller, INTERVAL, 1000, 0.5);
    assert_int_equal(poller.next_ms, 3500);
}

static void poller__success__keeps_the_grid_and_counts_skips__G3__G7(void **state)
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
            struct poller poller = polling_since(starts[s]);
            poller_succeed(&poller, starts[s] + rows[i].took, 0.9);
            assert_true(poller.next_ms == starts[s] + rows[i].next);
            assert_int_equal(poller.skipped, rows[i].skipped);
            assert_false(poller.is_polling);
        }
    }
}

static void poller__skips__add_up(void **state)
{
    (void)state;
    struct poller poller = polling_since(0);
    poller_succeed(&poller, 11500, 0.9);
    poller_start(&poller, poller.next_ms);
    poller_succeed(&poller, 15000 + 11500, 0.9);
    assert_int_equal(poller.skipped, 4);
    assert_int_equal(poller.next_ms, 30000);
}

static void poller__backoff__doubles_to_the_cap(void **state)
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
        assert_int_equal(poller_backoff_ms(rows[i].failures, 0.0), 0);
        assert_int_equal(poller_backoff_ms(rows[i].failures, 0.5), rows[i].ceiling / 2);
        int64_t most = poller_backoff_ms(rows[i].failures, nextafter(1.0, 0.0));
        assert_true(most <= rows[i].ceiling && most >= rows[i].ceiling - 1);
    }
}

/* A million draws for each of the first ten failures: none beyond the ceiling, both ends reached,
 * and the mean within 1 % of the theory's, half the ceiling. */
static void poller__backoff__has_the_range_and_the_mean_of_full_jitter__G5(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 7);
    for (unsigned failures = 1; failures <= 10; failures++) {
        int64_t ceiling = failures <= 8 ? (int64_t)1000 << failures : 300000;
        int64_t least = INT64_MAX, most = 0;
        double sum = 0.0;
        for (int i = 0; i < DRAWS; i++) {
            struct poller poller;
            poller_init(&poller, 1000, 0, 0.0);
            poller_start(&poller, 0);
            poller.failures = failures - 1;
            poller_fail(&poller, 0, rng_unit(&rng), -1, POLLER_TROUBLED);
            least = poller.next_ms < least ? poller.next_ms : least;
            most = poller.next_ms > most ? poller.next_ms : most;
            sum += (double)poller.next_ms;
        }
        assert_in_range(least, 0, ceiling / 100);
        assert_in_range(most, ceiling - ceiling / 100, ceiling - 1);
        assert_true(fabs(sum / DRAWS / ((double)ceiling / 2) - 1.0) < 0.01);
    }
}

static void poller__failures__back_off_and_are_forgotten_by_success__G5(void **state)
{
    (void)state;
    struct poller poller = polling_since(0);
    poller_fail(&poller, 100, 0.5, -1, POLLER_TROUBLED);
    assert_int_equal(poller.next_ms, 1100);
    poller_start(&poller, 1100);
    poller_fail(&poller, 1200, 0.5, -1, POLLER_TROUBLED);
    assert_int_equal(poller.next_ms, 3200);
    assert_int_equal(poller.failures, 2);
    poller_start(&poller, 3200);
    poller_succeed(&poller, 3300, 0.5);
    assert_int_equal(poller.failures, 0);
    assert_int_equal(poller.next_ms, 3200 + INTERVAL);
}

/* Boards that poll seldom do not retry much more often than they poll. */
static void poller__base_of_the_backoff__is_two_fifths_of_a_long_interval(void **state)
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
        struct poller poller;
        poller_init(&poller, rows[i].interval, 0, 0.0);
        poller_start(&poller, 0);
        poller.failures = rows[i].failures - 1;
        poller_fail(&poller, 0, nextafter(1.0, 0.0), -1, POLLER_TROUBLED);
        assert_in_range(poller.next_ms, rows[i].ceiling - 1, rows[i].ceiling);
    }
}

/* After a start or an outage the next poll has a place on the grid that chance gives it. */
static void poller__first_success__finds_a_place_on_the_grid_of_its_own(void **state)
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
        struct poller poller = polling_since(0);
        poller.is_settled = false;
        poller_succeed(&poller, rows[i].took, rows[i].chance);
        assert_int_equal(poller.next_ms, rows[i].next);
        poller_start(&poller, 20000);
        poller_succeed(&poller, 20100, rows[i].chance);
        assert_int_equal(poller.next_ms, 25000);
        poller_start(&poller, 25000);
        poller_fail(&poller, 25000, 0.0, -1, POLLER_TROUBLED);
        poller_start(&poller, 26000);
        poller_succeed(&poller, 26000, 0.0);
        assert_int_equal(poller.next_ms, 26000 + INTERVAL / 2);
    }
}

static void poller__time_slept_through__is_made_up_for_within_two_seconds__G2(void **state)
{
    (void)state;
    struct poller poller = polling_since(0);
    int64_t woken = (int64_t)8 * 3600 * 1000;
    assert_false(poller_wake(&poller, woken, 0.5)); /* not while a poll is under way */
    poller_succeed(&poller, 100, 0.5);
    assert_false(poller_wake(&poller, INTERVAL, 0.5));
    assert_false(poller_wake(&poller, INTERVAL + POLLER_SLEPT_MS - 1, 0.5));
    assert_int_equal(poller.next_ms, INTERVAL);
    assert_true(poller_wake(&poller, woken, 0.5));
    assert_int_equal(poller.next_ms, woken + 1000);
    assert_false(poller_wake(&poller, woken + 1000, 0.5)); /* once */
    poller_start(&poller, woken + 1000);
    poller_succeed(&poller, woken + 1100, 0.0);
    assert_int_equal(poller.next_ms, woken + 1000 + INTERVAL / 2);
}

static void poller__failure_count__does_not_wrap(void **state)
{
    (void)state;
    struct poller poller = polling_since(0);
    poller.failures = UINT_MAX;
    poller_fail(&poller, 0, 0.5, -1, POLLER_TROUBLED);
    assert_true(poller.failures == UINT_MAX);
    assert_int_equal(poller.next_ms, 150000);
}

static void poller__unreached__is_tried_within_an_interval(void **state)
{
    (void)state;
    static const struct {
        int64_t outage;
        int64_t wait;
    } rows[] = {{0, 2000},      {5000, 5000},    {120000, 5000},    {180000, 5000},
                {192000, 6000}, {720000, 50000}, {3720000, 300000}, {86400000, 300000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct poller poller = polling_since(0);
        if (i > 0) {
            poller_fail(&poller, 0, 0.0, -1, POLLER_UNREACHED);
            poller.failures = 20;
            poller_start(&poller, rows[i].outage);
        }
        poller_fail(&poller, rows[i].outage, nextafter(1.0, 0.0), -1, POLLER_UNREACHED);
        assert_in_range(poller.next_ms - rows[i].outage, rows[i].wait - 1, rows[i].wait);
    }
}

static void poller__success__ends_the_outage(void **state)
{
    (void)state;
    struct poller poller = polling_since(0);
    poller_fail(&poller, 0, 0.0, -1, POLLER_UNREACHED);
    poller_start(&poller, 600000);
    poller_succeed(&poller, 600000, 0.9);
    poller_start(&poller, 605000);
    poller_fail(&poller, 605000, 0.999, -1, POLLER_UNREACHED);
    assert_in_range(poller.next_ms, 605000, 607000);
}

static void poller__lasting_refusal__waits_from_the_cap_at_once(void **state)
{
    (void)state;
    struct poller poller = polling_since(0);
    poller_fail(&poller, 0, 0.0, -1, POLLER_REFUSED);
    assert_int_equal(poller.next_ms, 150000);
    poller = polling_since(0);
    poller_fail(&poller, 0, 0.999, -1, POLLER_REFUSED);
    assert_in_range(poller.next_ms, 299000, 300000);
}

static void poller__retry_after__is_honoured_within_bounds(void **state)
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
        struct poller poller = polling_since(0);
        poller_fail(&poller, 0, 0.0, rows[i].said, POLLER_TROUBLED);
        assert_int_equal(poller.next_ms, rows[i].wait);
        poller = polling_since(0);
        poller_fail(&poller, 0, 0.5, rows[i].said, POLLER_TROUBLED);
        assert_int_equal(poller.next_ms, rows[i].wait + (rows[i].said > 0 ? INTERVAL / 2 : 1000));
    }
    struct poller poller = polling_since(0);
    poller.failures = 20;
    poller_fail(&poller, 0, 0.5, 60, POLLER_TROUBLED);
    assert_int_equal(poller.next_ms, 60000 + 150000);
}

static void poller__ask_now__is_heard_every_two_seconds__G5(void **state)
{
    (void)state;
    struct poller poller;
    poller_init(&poller, 60000, 0, 0.9);
    assert_true(poller_ask_now(&poller, 0));
    assert_int_equal(poller.next_ms, 0);
    assert_false(poller_ask_now(&poller, 1999));
    assert_true(poller_ask_now(&poller, 2000));
    poller_start(&poller, 2000);
    assert_false(poller_ask_now(&poller, 10000));
    poller_fail(&poller, 10000, 0.0, 86400, POLLER_REFUSED);
    assert_true(poller_ask_now(&poller, 10000));
    assert_int_equal(poller.next_ms, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poller__first_poll__is_spread_over_the_interval),
        cmocka_unit_test(poller__success__keeps_the_grid_and_counts_skips__G3__G7),
        cmocka_unit_test(poller__skips__add_up),
        cmocka_unit_test(poller__backoff__doubles_to_the_cap),
        cmocka_unit_test(poller__backoff__has_the_range_and_the_mean_of_full_jitter__G5),
        cmocka_unit_test(poller__failures__back_off_and_are_forgotten_by_success__G5),
        cmocka_unit_test(poller__base_of_the_backoff__is_two_fifths_of_a_long_interval),
        cmocka_unit_test(poller__first_success__finds_a_place_on_the_grid_of_its_own),
        cmocka_unit_test(poller__time_slept_through__is_made_up_for_within_two_seconds__G2),
        cmocka_unit_test(poller__failure_count__does_not_wrap),
        cmocka_unit_test(poller__unreached__is_tried_within_an_interval),
        cmocka_unit_test(poller__success__ends_the_outage),
        cmocka_unit_test(poller__lasting_refusal__waits_from_the_cap_at_once),
        cmocka_unit_test(poller__retry_after__is_honoured_within_bounds),
        cmocka_unit_test(poller__ask_now__is_heard_every_two_seconds__G5),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
