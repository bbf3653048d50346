/* SPDX-License-Identifier: MIT */
#include "model/hearings.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/rng.h"

#define ROWS 200
#define UNHEARD INT64_MIN

static void hearings_after__tells_the_oldest_that_is_left(void **state)
{
    (void)state;
    struct hearings heard;
    hearings_init(&heard);
    assert_true(hearings_after(&heard, INT64_MIN) == HEARING_NONE);
    hearings_add(&heard, 100);
    hearings_add(&heard, 100);
    hearings_add(&heard, 300);
    hearings_add(&heard, 200); /* the clock of a test may go back */
    assert_int_equal(hearings_after(&heard, INT64_MIN), 100);
    assert_int_equal(hearings_after(&heard, 99), 100);
    assert_int_equal(hearings_after(&heard, 100), 200);
    hearings_remove(&heard, 100);
    assert_int_equal(hearings_after(&heard, INT64_MIN), 100);
    hearings_remove(&heard, 100);
    hearings_remove(&heard, 200);
    assert_int_equal(hearings_after(&heard, INT64_MIN), 300);
    assert_true(hearings_after(&heard, 300) == HEARING_NONE);
    assert_true(hearings_after(&heard, INT64_MAX) == HEARING_NONE);
    hearings_clear(&heard);
}

/* A row that is never heard again, a page that fails for months: what is kept is bounded by the
 * rows, not by the polls. */
static void hearings_add__old_row_that_stays__does_not_make_it_grow(void **state)
{
    (void)state;
    struct hearings heard;
    hearings_init(&heard);
    hearings_add(&heard, 0);
    hearings_add(&heard, 1);
    for (int64_t now = 2; now < 100000; now++) {
        hearings_add(&heard, now);
        hearings_remove(&heard, now - 1);
    }
    assert_int_equal(hearings_after(&heard, INT64_MIN), 0);
    assert_in_range(heard.capacity, 3, 64);
    hearings_clear(&heard);
}

/* The smallest above `ms` of all rows' moments, by looking at each. */
static int64_t look_at_all(const int64_t moments[static ROWS], int64_t ms)
{
    int64_t next = HEARING_NONE;
    for (size_t i = 0; i < ROWS; i++) {
        if (moments[i] != UNHEARD && moments[i] > ms && moments[i] < next)
            next = moments[i];
    }
    return next;
}

static void hearings__random_rows__tell_what_a_look_at_each_row_tells(void **state)
{
    (void)state;
    struct hearings heard, copy;
    struct rng rng;
    int64_t moments[ROWS];
    rng_seed(&rng, 8);
    hearings_init(&heard);
    for (size_t i = 0; i < ROWS; i++)
        moments[i] = UNHEARD;
    for (int64_t round = 0; round < 20000; round++) {
        size_t row = (size_t)rng_below(&rng, ROWS);
        if (moments[row] != UNHEARD)
            hearings_remove(&heard, moments[row]);
        moments[row] = UNHEARD;
        if (rng_below(&rng, 8) > 0) {
            moments[row] = round / 7 - (int64_t)(rng_below(&rng, 50) == 0 ? 30 : 0);
            hearings_add(&heard, moments[row]);
        }
        int64_t after = round / 7 - (int64_t)rng_below(&rng, 500);
        assert_int_equal(hearings_after(&heard, after), look_at_all(moments, after));
        assert_int_equal(hearings_after(&heard, INT64_MIN), look_at_all(moments, INT64_MIN));
    }
    hearings_copy(&copy, &heard);
    hearings_clear(&heard);
    assert_int_equal(hearings_after(&copy, INT64_MIN), look_at_all(moments, INT64_MIN));
    hearings_clear(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hearings_after__tells_the_oldest_that_is_left),
        cmocka_unit_test(hearings_add__old_row_that_stays__does_not_make_it_grow),
        cmocka_unit_test(hearings__random_rows__tell_what_a_look_at_each_row_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
