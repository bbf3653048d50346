/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "model/server_status.h"

#define INTERVAL 5000

/* Starts each test with a feed that has heard nothing. */
static int setup(void **state)
{
    static struct server_status feed;
    server_status_init(&feed, "hq", "https://pbx.example.net", INTERVAL);
    *state = &feed;
    return 0;
}

/* Frees it. */
static int teardown(void **state)
{
    server_status_clear(*state);
    return 0;
}

static void server_status_init__has_heard_nothing(void **state)
{
    const struct server_status *feed = *state;
    assert_string_equal(feed->name, "hq");
    assert_string_equal(feed->url, "https://pbx.example.net");
    assert_int_equal(feed->interval_ms, INTERVAL);
    assert_true(feed->last_good_ms == SERVER_STATUS_NEVER);
    assert_true(feed->failing_since_ms == SERVER_STATUS_NEVER);
    assert_true(feed->partial_since_ms == SERVER_STATUS_NEVER);
    assert_int_equal(feed->total, -1);
    assert_int_equal(feed->polls, 0);
    assert_false(feed->is_complete);
    assert_false(error_is_set(&feed->error));
}

static void server_status_init__makes_texts_safe__D12(void **state)
{
    (void)state;
    struct server_status feed;
    server_status_init(&feed, "h\033q", "https://\x9b/", 1);
    assert_null(strchr(feed.name, '\033'));
    assert_null(strstr(feed.url, "\x9b"));
    server_status_clear(&feed);
    assert_null(feed.name);
}

static void server_status_copy__shares_nothing(void **state)
{
    struct server_status *feed = *state;
    struct server_status copy;
    error_set(&feed->error, ERROR_REPLY, "why");
    feed->polls = 7;
    server_status_copy(&copy, feed);
    feed->name[0] = 'X';
    feed->url[0] = 'X';
    assert_string_equal(copy.name, "hq");
    assert_string_equal(copy.url, "https://pbx.example.net");
    assert_string_equal(copy.error.text, "why");
    assert_int_equal(copy.polls, 7);
    server_status_clear(&copy);
}

static void server_status_age__counts_from_last_good_poll(void **state)
{
    struct server_status *feed = *state;
    assert_int_equal(server_status_age(feed, 1000), -1);
    feed->last_good_ms = 1000;
    assert_int_equal(server_status_age(feed, 1000), 0);
    assert_int_equal(server_status_age(feed, 4000), 3000);
    assert_int_equal(server_status_age(feed, 500), 0);
}

static void server_status_is_stale__never_heard_only_once_it_failed(void **state)
{
    struct server_status *feed = *state;
    assert_false(server_status_is_stale(feed, 0));
    assert_false(server_status_is_stale(feed, 1000 * INTERVAL));
    feed->failing_since_ms = 10;
    assert_true(server_status_is_stale(feed, 10));
}

static void server_status_is_stale__past_two_intervals__G4(void **state)
{
    struct server_status *feed = *state;
    feed->last_good_ms = 1000;
    feed->failing_since_ms = 2000;
    assert_false(server_status_is_stale(feed, 1000));
    assert_false(server_status_is_stale(feed, 1000 + 2 * INTERVAL));
    assert_true(server_status_is_stale(feed, 1000 + 2 * INTERVAL + 1));
}

static void server_status_row_is_stale__past_two_intervals__G4(void **state)
{
    const struct server_status *feed = *state;
    assert_false(server_status_row_is_stale(feed, 1000, 1000 + 2 * INTERVAL));
    assert_true(server_status_row_is_stale(feed, 1000, 1000 + 2 * INTERVAL + 1));
}

static void server_status_row_is_stale__at_once_when_a_partial_poll_left_it_out(void **state)
{
    struct server_status *feed = *state;
    feed->partial_since_ms = 2000;
    assert_true(server_status_row_is_stale(feed, 1999, 2001));
    assert_false(server_status_row_is_stale(feed, 2000, 2001));
    assert_true(server_status_row_is_stale(feed, 2000, 2000 + 2 * INTERVAL + 1));
}

static void
server_status_note_read__collection_that_shrinks__tells_what_it_was_for_three_polls__A19(
    void **state)
{
    struct server_status *feed = *state;
    server_status_note_read(feed, 5000);
    assert_int_equal(feed->was, 0);
    for (int poll = 0; poll < SERVER_STATUS_DROP_POLLS; poll++) {
        server_status_note_read(feed, 0);
        assert_int_equal(feed->read, 0);
        assert_int_equal(feed->was, 5000);
    }
    server_status_note_read(feed, 0);
    assert_int_equal(feed->was, 0);
}

static void
server_status_note_read__half_of_it__is_no_news_and_its_return_ends_the_news__A19(void **state)
{
    struct server_status *feed = *state;
    server_status_note_read(feed, 10);
    server_status_note_read(feed, 5);
    assert_int_equal(feed->was, 0);
    server_status_note_read(feed, 2);
    assert_int_equal(feed->was, 5);
    server_status_note_read(feed, 0);
    assert_int_equal(feed->was, 5);
    server_status_note_read(feed, 9);
    assert_int_equal(feed->was, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(server_status_init__has_heard_nothing, setup, teardown),
        cmocka_unit_test(server_status_init__makes_texts_safe__D12),
        cmocka_unit_test_setup_teardown(server_status_copy__shares_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(server_status_age__counts_from_last_good_poll, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(server_status_is_stale__never_heard_only_once_it_failed,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(server_status_is_stale__past_two_intervals__G4, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(server_status_row_is_stale__past_two_intervals__G4, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            server_status_row_is_stale__at_once_when_a_partial_poll_left_it_out, setup, teardown),
        cmocka_unit_test_setup_teardown(
            server_status_note_read__collection_that_shrinks__tells_what_it_was_for_three_polls__A19,
            setup, teardown),
        cmocka_unit_test_setup_teardown(
            server_status_note_read__half_of_it__is_no_news_and_its_return_ends_the_news__A19,
            setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
