/* SPDX-License-Identifier: MIT */
#include "model/last_seen.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/rng.h"

#define ROWS 200
#define UNHEARD INT64_MIN

static void last_seen_after__tells_the_oldest_that_is_left(void **state)
{
    (void)state;
    struct last_seen heard;
    last_seen_init(&heard);
    assert_true(last_seen_after(&heard, INT64_MIN) == LAST_SEEN_NONE);
    last_seen_add(&heard, 100);
    last_seen_add(&heard, 100);
    last_seen_add(&heard, 300);
    last_seen_add(&heard, 200); /* the clock of a test may go back */
    assert_int_equal(last_seen_after(&heard, INT64_MIN), 100);
    assert_int_equal(last_seen_after(&heard, 99), 100);
    assert_int_equal(last_seen_after(&heard, 100), 200);
    last_seen_remove(&heard, 100);
    assert_int_equal(last_seen_after(&heard, INT64_MIN), 100);
    last_seen_remove(&heard, 100);
    last_seen_remove(&heard, 200);
    assert_int_equal(last_seen_after(&heard, INT64_MIN), 300);
    assert_true(last_seen_after(&heard, 300) == LAST_SEEN_NONE);
    assert_true(last_seen_after(&heard, INT64_MAX) == LAST_SEEN_NONE);
    last_seen_clear(&heard);
}

/* A row that is never heard again, a page that fails for months: what is kept is bounded by the
 * rows, not by the polls. */
static void last_seen_add__old_row_that_stays__does_not_make_it_grow(void **state)
{
    (void)state;
    struct last_seen heard;
    last_seen_init(&heard);
    last_seen_add(&heard, 0);
    last_seen_add(&heard, 1);
    for (int64_t now = 2; now < 100000; now++) {
        last_seen_add(&heard, now);
        last_seen_remove(&heard, now - 1);
    }
    assert_int_equal(last_seen_after(&heard, INT64_MIN), 0);
    assert_in_range(heard.capacity, 3, 64);
    last_seen_clear(&heard);
}

/* The smallest above `ms` of all rows' moments, by looking at each. */
static int64_t look_at_all(const int64_t moments[static ROWS], int64_t ms)
{
    int64_t next = LAST_SEEN_NONE;
    for (size_t i = 0; i < ROWS; i++) {
        if (moments[i] != UNHEARD && moments[i] > ms && moments[i] < next)
            next = moments[i];
    }
    return next;
}

static void last_seen__random_rows__tell_what_a_look_at_each_row_tells(void **state)
{
    (void)state;
    struct last_seen heard, copy;
    struct rng rng;
    int64_t moments[ROWS];
    rng_seed(&rng, 8);
    last_seen_init(&heard);
    for (size_t i = 0; i < ROWS; i++)
        moments[i] = UNHEARD;
    for (int64_t round = 0; round < 20000; round++) {
        size_t row = (size_t)rng_below(&rng, ROWS);
        if (moments[row] != UNHEARD)
            last_seen_remove(&heard, moments[row]);
        moments[row] = UNHEARD;
        if (rng_below(&rng, 8) > 0) {
            moments[row] = round / 7 - (int64_t)(rng_below(&rng, 50) == 0 ? 30 : 0);
            last_seen_add(&heard, moments[row]);
        }
        int64_t after = round / 7 - (int64_t)rng_below(&rng, 500);
        assert_int_equal(last_seen_after(&heard, after), look_at_all(moments, after));
        assert_int_equal(last_seen_after(&heard, INT64_MIN), look_at_all(moments, INT64_MIN));
    }
    last_seen_copy(&copy, &heard);
    last_seen_clear(&heard);
    assert_int_equal(last_seen_after(&copy, INT64_MIN), look_at_all(moments, INT64_MIN));
    last_seen_clear(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_seen_after__tells_the_oldest_that_is_left),
        cmocka_unit_test(last_seen_add__old_row_that_stays__does_not_make_it_grow),
        cmocka_unit_test(last_seen__random_rows__tell_what_a_look_at_each_row_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
