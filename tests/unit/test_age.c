/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/age.h"

#define INTERVAL 5000

/* A server that was last read at 10 s. */
static struct feed make_feed(void)
{
    return (struct feed){.interval_ms = INTERVAL,
                         .last_good_ms = 10000,
                         .failing_since_ms = FEED_NEVER,
                         .partial_since_ms = FEED_NEVER};
}

static void age_is_stale__fresh_row__is_not(void **state)
{
    (void)state;
    struct feed feed = make_feed();
    struct row row = {.heard_ms = 10000};
    assert_false(age_is_stale(&feed, 1, &row, 20000));
    assert_true(age_is_stale(&feed, 1, &row, 20001));
}

static void age_is_stale__gone_row__is_as_old_as_its_server(void **state)
{
    (void)state;
    struct feed feed = make_feed();
    struct row row = {.heard_ms = 0, .gone_ms = 10000, .gone_polls = 1};
    assert_false(age_is_stale(&feed, 1, &row, 20000));
    assert_true(age_is_stale(&feed, 1, &row, 20001));
}

static void age_is_stale__row_of_no_server__is(void **state)
{
    (void)state;
    struct feed feed = make_feed();
    assert_true(age_is_stale(&feed, 1, &(struct row){.heard_ms = 10000, .server = 1}, 10000));
}

/* The span has this length and exactness. */
static void assert_span(struct age_span span, int64_t ms, bool is_exact)
{
    assert_int_equal(span.ms, ms);
    assert_int_equal(span.is_exact, is_exact);
}

static void age_in_state__fresh_row__goes_on_until_now(void **state)
{
    (void)state;
    struct feed feed = make_feed();
    struct row row = {.since_ms = 4000, .heard_ms = 10000, .is_since_exact = true};
    assert_span(age_in_state(&feed, 1, &row, 12000), 8000, true);
    row.is_since_exact = false;
    assert_span(age_in_state(&feed, 1, &row, 12000), 8000, false);
    assert_span(age_in_state(&feed, 1, &row, 3000), 0, false);
}

static void age_in_state__stale_row__ends_where_it_was_last_heard(void **state)
{
    (void)state;
    struct feed feed = make_feed();
    struct row row = {.since_ms = 4000, .heard_ms = 10000, .is_since_exact = true};
    assert_span(age_in_state(&feed, 1, &row, 20000), 16000, true);
    assert_span(age_in_state(&feed, 1, &row, 20001), 6000, false);
    assert_span(age_in_state(&feed, 1, &row, 9999999), 6000, false);
}

static void age_in_state__gone_row__counts_from_its_going(void **state)
{
    (void)state;
    struct feed feed = make_feed();
    struct row row = {.since_ms = 1000, .heard_ms = 5000, .gone_ms = 9000, .gone_polls = 1};
    assert_span(age_in_state(&feed, 1, &row, 12000), 3000, true);
    assert_span(age_in_state(&feed, 1, &row, 99000), 1000, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(age_is_stale__fresh_row__is_not),
        cmocka_unit_test(age_is_stale__gone_row__is_as_old_as_its_server),
        cmocka_unit_test(age_is_stale__row_of_no_server__is),
        cmocka_unit_test(age_in_state__fresh_row__goes_on_until_now),
        cmocka_unit_test(age_in_state__stale_row__ends_where_it_was_last_heard),
        cmocka_unit_test(age_in_state__gone_row__counts_from_its_going),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
