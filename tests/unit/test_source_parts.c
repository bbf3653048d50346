/* SPDX-License-Identifier: MIT */
/*
 * Parts of a collection longer than one query can reach: those that fail, are refused, or lie.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/cycle.h"
#include "support/window_fixture.h"

/* Answers one of the poll's requests with the failure in rig->script. */
static bool answer_one_failure(struct source_fixture *rig,
                               const struct source_fixture_request *asked, struct http_reply *reply)
{
    const char *prefix = rig->script;
    return strcmp(asked->filter, prefix) == 0 && source_fixture_break(reply, "cut");
}

static void source__part_that_fails__leaves_its_rows_old_and_the_others_fresh__A19(void **state)
{
    (void)state;
    struct source_fixture rig;
    window_begin(&rig, 2, 100);
    assert_true(rig.feed.is_complete);
    rig.answer = answer_one_failure;
    rig.script = (char *)"0003*4";
    for (int poll = 0; poll < 5; poll++) {
        source_fixture_poll(&rig);
        assert_string_equal(rig.feed.error.text, "extensions from 0003*4: cut");
        assert_false(rig.feed.is_complete);
        assert_int_equal(rig.roster.count, 100);
        assert_int_equal(rig.roster.gone, 0);
        for (uint32_t id = 0; id < rig.roster.row_limit; id++) {
            const struct row *row = roster_row(&rig.roster, id);
            bool is_old = strncmp(row->extension.number, "0003*4", 6) == 0;
            assert_int_equal(server_status_row_is_stale(&rig.feed, row->last_seen_ms, rig.now.ms),
                             is_old);
        }
    }
    /* What vanishes from a part that is read is gone, what did from the other is not known. */
    size_t removed = 0;
    for (size_t i = rig.entry_count; i > 0; i--) {
        bool is_of_it = strstr(rig.entries[i - 1], "0003*4") != NULL;
        if (is_of_it || strstr(rig.entries[i - 1], "0003*5") != NULL) {
            removed += !is_of_it;
            source_fixture_remove(&rig, i - 1);
        }
    }
    source_fixture_poll(&rig);
    assert_int_equal(rig.roster.gone, removed);
    source_fixture_clear(&rig);
}

/* Breaks every page of the part in rig->script. */
static bool answer_broken_part(struct source_fixture *rig,
                               const struct source_fixture_request *asked, struct http_reply *reply)
{
    return strcmp(asked->filter, rig->script) == 0 &&
           source_fixture_reply(reply, 200, "{\"entry\":[{");
}

static void source__part_of_which_every_page_is_broken__is_one_lost_part(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 3;
    source_fixture_fill(&rig, 100);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    rig.answer = answer_broken_part;
    rig.script = (char *)"0003*01"; /* ten extensions: four pages */
    source_fixture_poll(&rig);
    assert_non_null(strstr(rig.feed.error.text, "extensions from 0003*01: "));
    for (int number = 0; number < 100; number++) {
        int64_t last_seen_ms = source_fixture_row(&rig, number)->last_seen_ms;
        assert_int_equal(server_status_row_is_stale(&rig.feed, last_seen_ms, rig.now.ms),
                         number / 10 == 1);
    }
    source_fixture_clear(&rig);
}

/* Fails whatever is asked of a part. */
static bool answer_no_part(struct source_fixture *rig, const struct source_fixture_request *asked,
                           struct http_reply *reply)
{
    (void)rig;
    return asked->filter[0] != '\0' && source_fixture_reply(reply, 503, "");
}

static void source__server_that_fails_at_every_part__is_not_asked_for_all_of_them(void **state)
{
    (void)state;
    struct source_fixture rig;
    window_begin(&rig, 2, 300);
    rig.answer = answer_no_part;
    source_fixture_poll(&rig);
    assert_int_equal(rig.feed.failures, 1);
    assert_true(rig.asked <= CYCLE_FAILED_MAX + CYCLE_SLOTS_MAX);
    assert_int_equal(rig.roster.gone, 0);
    rig.answer = NULL;
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    window_assert_rows(&rig);
    source_fixture_clear(&rig);
}

/* Refuses a prefix that is a star. */
static bool answer_no_star(struct source_fixture *rig, const struct source_fixture_request *asked,
                           struct http_reply *reply)
{
    (void)rig;
    return asked->filter[0] == '*' && source_fixture_reply(reply, 400,
                                                           "{\"error\":{\"code\":"
                                                           "\"filtervalue_invalid\"}}");
}

static void source__prefix_that_is_refused__fails_nothing_unless_something_is_missed(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    rig.answer = answer_no_star;
    source_fixture_fill(&rig, 90);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    assert_false(error_is_set(&rig.feed.error));
    source_fixture_add_raw(&rig, "{\"extension\":\"*7\",\"status\":1}");
    source_fixture_poll(&rig);
    source_fixture_poll(&rig);
    assert_false(rig.feed.is_complete);
    assert_int_equal(rig.feed.total, 91);
    assert_false(error_is_set(&rig.feed.error));
    source_fixture_clear(&rig);
}

static void source__row_of_a_prefix_that_is_refused_later__is_not_called_gone(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    source_fixture_fill(&rig, 90);
    source_fixture_add_raw(&rig, "{\"extension\":\"*7\",\"status\":1}");
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    rig.answer = answer_no_star;
    for (int poll = 0; poll < 5; poll++) {
        source_fixture_poll(&rig);
        assert_false(rig.feed.is_complete);
        assert_int_equal(rig.roster.gone, 0);
        assert_int_equal(rig.roster.count, 91);
    }
    source_fixture_clear(&rig);
}

/* The token ends before the first of the pages that are asked for with it. */
static bool answer_new_token(struct source_fixture *rig, const struct source_fixture_request *asked,
                             struct http_reply *reply)
{
    if (!asked->is_token && rig->asked == 1 && rig->token_ends_ms > rig->now.ms)
        rig->token_ends_ms = rig->now.ms;
    (void)reply;
    return false;
}

static void source__token_that_ends_between_parts__costs_no_part__C3(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    rig.at_once = RIG_AT_ONCE_MAX;
    source_fixture_use_credentials(&rig, 3600);
    source_fixture_fill(&rig, 200);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    rig.answer = answer_new_token;
    source_fixture_poll(&rig);
    assert_true(rig.refused > 1);
    assert_int_equal(rig.tokens_given, 2);
    assert_true(rig.feed.is_complete);
    window_assert_rows(&rig);
    source_fixture_clear(&rig);
}

/* Says of each part that is within the window that nothing is in it. */
static bool answer_nothing_in_it(struct source_fixture *rig,
                                 const struct source_fixture_request *asked,
                                 struct http_reply *reply)
{
    (void)reply;
    size_t has = 0;
    for (size_t i = 0; i < rig->entry_count; i++)
        has += source_fixture_is_asked_for(rig, rig->entries[i], asked);
    rig->total = asked->filter[0] != '\0' && has <= 40 ? 0 : RIG_TOTAL_TRUE;
    return false;
}

static void source__part_that_has_more_than_its_total__is_read_at_each_poll(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    rig.answer = answer_nothing_in_it;
    source_fixture_fill(&rig, 100);
    source_fixture_start(&rig, NULL, 0);
    for (int poll = 0; poll < 4; poll++) {
        source_fixture_poll(&rig);
        assert_int_equal(rig.feed.read, 100);
        assert_true(rig.feed.is_complete);
    }
    source_fixture_clear(&rig);
}

/* Says of what the extension in rig->script was in that it still has it. */
static bool answer_one_short(struct source_fixture *rig, const struct source_fixture_request *asked,
                             struct http_reply *reply)
{
    (void)reply;
    int64_t has = strncmp(rig->script, asked->filter, strlen(asked->filter)) == 0;
    for (size_t i = 0; i < rig->entry_count; i++)
        has += source_fixture_is_asked_for(rig, rig->entries[i], asked);
    rig->total = has;
    return false;
}

static void source__part_that_brings_less_than_its_total__has_nothing_gone(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    source_fixture_fill(&rig, 100);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    rig.script = (char *)"0003*042";
    rig.answer = answer_one_short;
    source_fixture_remove(&rig, 42);
    source_fixture_poll(&rig);
    assert_int_equal(rig.feed.read, 99);
    assert_false(rig.feed.is_complete);
    assert_int_equal(rig.roster.gone, 0);
    assert_int_equal(rig.roster.count, 100);
    source_fixture_clear(&rig);
}

/* The part in rig->script changes its length from one page to the next, at each poll. */
static bool answer_moving_part(struct source_fixture *rig,
                               const struct source_fixture_request *asked, struct http_reply *reply)
{
    (void)reply;
    bool is_of_it = strcmp(asked->filter, rig->script) == 0;
    rig->total = is_of_it ? 9 + (asked->start > 0) : RIG_TOTAL_TRUE;
    return false;
}

static void source__row_of_a_part_that_changes_while_it_is_read__goes_in_the_end(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 5;
    source_fixture_fill(&rig, 100);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    rig.answer = answer_moving_part;
    rig.script = (char *)"0003*04";
    source_fixture_remove(&rig, 42); /* it may only have been stepped over */
    for (int poll = 1; poll < ROSTER_MISSED_POLLS_MAX; poll++) {
        source_fixture_poll(&rig);
        assert_false(error_is_set(&rig.feed.error));
        assert_int_equal(source_fixture_row(&rig, 42)->gone_polls, 0);
    }
    source_fixture_poll(&rig);
    assert_null(source_fixture_row(&rig, 42));
    assert_int_equal(rig.roster.count, 99);
    source_fixture_clear(&rig);
}

/* One part's answer asks for a minute's rest. */
static bool answer_one_rest(struct source_fixture *rig, const struct source_fixture_request *asked,
                            struct http_reply *reply)
{
    (void)rig;
    if (strcmp(asked->filter, "0003*4") != 0)
        return false;
    reply->retry_after_s = 60;
    return source_fixture_reply(reply, 503, "");
}

static void source__part_whose_answer_asks_for_rest__ends_the_poll_and_gets_it(void **state)
{
    (void)state;
    struct source_fixture rig;
    window_begin(&rig, 2, 100);
    rig.answer = answer_one_rest;
    source_fixture_poll(&rig);
    assert_int_equal(rig.feed.failures, 1);
    assert_true(source_deadline(rig.source) - rig.now.ms >= 60000);
    source_fixture_clear(&rig);
}

/* Says that the whole ends with its first page. */
static bool answer_short_whole(struct source_fixture *rig,
                               const struct source_fixture_request *asked, struct http_reply *reply)
{
    (void)rig;
    return asked->filter[0] == '\0' && asked->start > 0 && source_fixture_reply(reply, 204, "");
}

/* For a build with AddressSanitizer: the plan's memory moves while another part's page is worked
 * through. */
static void source__parts_found_while_a_page_is_worked_through__leave_it_its_prefix(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 32; seed++) {
        struct source_fixture rig;
        window_begin(&rig, 2, 100);
        rng_seed(&rig.rng, seed);
        rig.answer = answer_short_whole;
        for (size_t i = 0; i < 50; i++) { /* new characters stand in front, where they are seen */
            char *json = mem_printf("{\"extension\":\"%c*%zu\",\"status\":1}",
                                    i < 5 ? (int)('a' + i) : "*12"[i % 3], i);
            source_fixture_add_raw(&rig, json);
            free(json);
            char *newest = rig.entries[rig.entry_count - 1];
            rig.entries[rig.entry_count - 1] = rig.entries[i];
            rig.entries[i] = newest;
        }
        for (int poll = 0; poll < 4; poll++)
            source_fixture_poll(&rig);
        window_assert_rows(&rig);
        source_fixture_clear(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source__part_that_fails__leaves_its_rows_old_and_the_others_fresh__A19),
        cmocka_unit_test(source__part_of_which_every_page_is_broken__is_one_lost_part),
        cmocka_unit_test(source__server_that_fails_at_every_part__is_not_asked_for_all_of_them),
        cmocka_unit_test(source__prefix_that_is_refused__fails_nothing_unless_something_is_missed),
        cmocka_unit_test(source__row_of_a_prefix_that_is_refused_later__is_not_called_gone),
        cmocka_unit_test(source__token_that_ends_between_parts__costs_no_part__C3),
        cmocka_unit_test(source__part_that_has_more_than_its_total__is_read_at_each_poll),
        cmocka_unit_test(source__part_that_brings_less_than_its_total__has_nothing_gone),
        cmocka_unit_test(source__row_of_a_part_that_changes_while_it_is_read__goes_in_the_end),
        cmocka_unit_test(source__part_whose_answer_asks_for_rest__ends_the_poll_and_gets_it),
        cmocka_unit_test(source__parts_found_while_a_page_is_worked_through__leave_it_its_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
