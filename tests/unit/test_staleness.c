/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/staleness.h"

#define INTERVAL 5000

/* A server that was last read at 10 s. */
static struct server_status make_feed(void)
{
    return (struct server_status){.interval_ms = INTERVAL,
                                  .last_good_ms = 10000,
                                  .failing_since_ms = SERVER_STATUS_NEVER,
                                  .partial_since_ms = SERVER_STATUS_NEVER};
}

/* A row is heard. */
static void hear(struct roster *roster, uint16_t server, const char *number, int64_t now)
{
    struct extension extension = {.number = mem_strdup(number), .status = 1};
    roster_apply(roster, server, &extension, false, now);
}

static void staleness_is_stale__fresh_row__is_not(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct row row = {.last_seen_ms = 10000};
    assert_false(staleness_is_stale(&feed, 1, &row, 20000));
    assert_true(staleness_is_stale(&feed, 1, &row, 20001));
}

static void staleness_is_stale__gone_row__is_as_old_as_its_server(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct row row = {.last_seen_ms = 0, .gone_ms = 10000, .gone_polls = 1};
    assert_false(staleness_is_stale(&feed, 1, &row, 20000));
    assert_true(staleness_is_stale(&feed, 1, &row, 20001));
}

static void staleness_is_stale__row_of_no_server__is(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    assert_true(
        staleness_is_stale(&feed, 1, &(struct row){.last_seen_ms = 10000, .server = 1}, 10000));
}

static void staleness_next_stale__is_when_each_row_and_then_the_server_becomes_old(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct roster roster;
    roster_init(&roster, NULL, 0);
    hear(&roster, 0, "1", 9500);
    assert_int_equal(staleness_next_stale(&feed, 1, &roster, 10000), 19501);
    assert_false(staleness_has_stale(&feed, 1, &roster, 19500));
    assert_true(staleness_has_stale(&feed, 1, &roster, 19501));
    assert_int_equal(staleness_next_stale(&feed, 1, &roster, 19501), 20001);
    assert_true(staleness_next_stale(&feed, 1, &roster, 20001) == INT64_MAX);
    feed.partial_since_ms = 12000;
    hear(&roster, 0, "1", 12100);
    assert_int_equal(staleness_next_stale(&feed, 1, &roster, 20001), 22001);
    assert_int_equal(staleness_next_stale(&feed, 1, &roster, 22001), 22101);
    assert_false(staleness_has_stale(&feed, 1, &roster, 12200));
    hear(&roster, 0, "2", 11900);
    assert_true(staleness_has_stale(&feed, 1, &roster, 12200));
    roster_clear(&roster);
}

static void staleness_has_stale__row_that_is_gone__counts_as_none(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct roster roster;
    roster_init(&roster, NULL, 0);
    hear(&roster, 0, "1", 0);
    assert_true(staleness_has_stale(&feed, 1, &roster, 99999));
    roster_end_poll(&roster, 0, 1, 10000);
    assert_false(staleness_has_stale(&feed, 1, &roster, 99999));
    hear(&roster, 0, "1", 99999);
    assert_false(staleness_has_stale(&feed, 1, &roster, 99999));
    roster_clear(&roster);
}

static void staleness_has_stale__row_of_no_server__is_old(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct roster roster;
    roster_init(&roster, NULL, 0);
    hear(&roster, 1, "1", 10000);
    assert_true(staleness_has_stale(&feed, 1, &roster, 10000));
    roster_clear(&roster);
}

/* The span has this length and exactness. */
static void assert_span(struct staleness_span span, int64_t ms, bool is_exact)
{
    assert_int_equal(span.ms, ms);
    assert_int_equal(span.is_exact, is_exact);
}

static void staleness_in_state__fresh_row__goes_on_until_now(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct row row = {.since_ms = 4000, .last_seen_ms = 10000, .is_since_exact = true};
    assert_span(staleness_in_state(&feed, 1, &row, 12000), 8000, true);
    row.is_since_exact = false;
    assert_span(staleness_in_state(&feed, 1, &row, 12000), 8000, false);
    assert_span(staleness_in_state(&feed, 1, &row, 3000), 0, false);
}

static void staleness_in_state__stale_row__ends_where_it_was_last_heard(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct row row = {.since_ms = 4000, .last_seen_ms = 10000, .is_since_exact = true};
    assert_span(staleness_in_state(&feed, 1, &row, 20000), 16000, true);
    assert_span(staleness_in_state(&feed, 1, &row, 20001), 6000, false);
    assert_span(staleness_in_state(&feed, 1, &row, 9999999), 6000, false);
}

static void staleness_in_state__gone_row__counts_from_its_going(void **state)
{
    (void)state;
    struct server_status feed = make_feed();
    struct row row = {.since_ms = 1000, .last_seen_ms = 5000, .gone_ms = 9000, .gone_polls = 1};
    assert_span(staleness_in_state(&feed, 1, &row, 12000), 3000, true);
    assert_span(staleness_in_state(&feed, 1, &row, 99000), 1000, false);
}

/* A row whose server is not among those known says nothing of when anything becomes old. */
static void staleness_next_stale__row_of_no_server__is_passed_over(void **state)
{
    (void)state;
    struct server_status feeds[] = {make_feed(), make_feed()};
    feeds[1].interval_ms = 1000;
    struct roster roster;
    roster_init(&roster, NULL, 0);
    hear(&roster, 1, "1", 9000);
    hear(&roster, 0, "1", 9500);
    assert_int_equal(staleness_next_stale(feeds, 1, &roster, 10000), 19501);
    roster_clear(&roster);
}

/* Of a server that is not known nobody has said that it lists the row no more. */
static void staleness_in_state__gone_row_of_no_server__ends_where_it_was_last_heard(void **state)
{
    (void)state;
    struct server_status feeds[] = {make_feed(), make_feed()};
    struct row row = {.last_seen_ms = 9500, .gone_ms = 9000, .gone_polls = 1, .server = 1};
    assert_span(staleness_in_state(feeds, 1, &row, 12000), 500, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(staleness_is_stale__fresh_row__is_not),
        cmocka_unit_test(staleness_is_stale__gone_row__is_as_old_as_its_server),
        cmocka_unit_test(staleness_is_stale__row_of_no_server__is),
        cmocka_unit_test(staleness_next_stale__is_when_each_row_and_then_the_server_becomes_old),
        cmocka_unit_test(staleness_has_stale__row_that_is_gone__counts_as_none),
        cmocka_unit_test(staleness_has_stale__row_of_no_server__is_old),
        cmocka_unit_test(staleness_in_state__fresh_row__goes_on_until_now),
        cmocka_unit_test(staleness_in_state__stale_row__ends_where_it_was_last_heard),
        cmocka_unit_test(staleness_in_state__gone_row__counts_from_its_going),
        cmocka_unit_test(staleness_next_stale__row_of_no_server__is_passed_over),
        cmocka_unit_test(staleness_in_state__gone_row_of_no_server__ends_where_it_was_last_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
