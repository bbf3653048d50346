/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "poll/schedule.h"
#include "support/source_fixture.h"

/* The seed's own example: totalResults 2, one entry. */
static const char example[] =
    "{\"startIndex\":0,\"totalResults\":2,\"itemsPerPage\":20,\"filtered\":false,\"sorted\":false,"
    "\"entry\":[{\"extension\":\"0003*210\",\"status\":0,\"registration\":[{\"agent\":"
    "\"3CXPhone 5.0.14439.0\",\"registration\":\"-1\",\"expire\":\"2011-02-10T15:10:55Z\"}]}]}";

/* A rig that is not started yet. */
static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct source_fixture));
    source_fixture_init(*state);
    return 0;
}

/* And its end. */
static int tear_down(void **state)
{
    source_fixture_clear(*state);
    free(*state);
    return 0;
}

/* The last poll was good and complete, with so many rows. */
static void assert_good(const struct source_fixture *rig, size_t rows)
{
    if (error_is_set(&rig->feed.error))
        fail_msg("%s", rig->feed.error.text);
    assert_true(rig->feed.is_complete);
    assert_int_equal(rig->feed.read, rows);
    assert_int_equal(rig->roster.count - rig->roster.gone, rows);
}

static void source__one_page__is_one_request(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 5);
    source_fixture_start(rig, NULL, 0);
    assert_int_equal(source_deadline(rig->source), rig->now.ms);
    source_fixture_poll(rig);
    assert_good(rig, 5);
    assert_int_equal(rig->asked, 1);
    assert_string_equal(rig->last_url, "https://pbx.test/uapi/extensions/@me/@self/presence"
                                       "?count=1000&startIndex=0");
    assert_int_equal(rig->feed.total, 5);
    assert_int_equal(source_fixture_row(rig, 2)->lamp, LAMP_ONLINE);
}

static void source__filter_and_fields__are_sent(void **state)
{
    struct source_fixture *rig = *state;
    rig->server.filter = (char *)"0003";
    rig->server.fields = (char *)"extension,status";
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_non_null(strstr(rig->last_url, "filterBy=extension"));
    assert_non_null(strstr(rig->last_url, "filterOp=startsWith"));
    assert_non_null(strstr(rig->last_url, "filterValue=0003"));
    assert_non_null(strstr(rig->last_url, "fields=extension"));
}

static void source__every_page_size__gives_the_same_rows(void **state)
{
    (void)state;
    static const long sizes[] = {1, 2, 3, 7, 19, 59, 60, 61, 119, 120, 121, 1000, 4999};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int cap = 0; cap < 3; cap++) {
            for (int total = 0; total < 3; total++) {
                struct source_fixture rig;
                source_fixture_init(&rig);
                source_fixture_fill(&rig, 120);
                rig.settings.page_size = sizes[i];
                rig.page_cap = cap * 50;
                rig.total = total == 0 ? RIG_TOTAL_TRUE : total == 1 ? 5000 : 3;
                bool is_hinted = rig.page_cap == 0 || total < 2 || sizes[i] <= rig.page_cap;
                source_fixture_start(&rig, NULL, 0);
                source_fixture_poll(&rig);
                assert_good(&rig, is_hinted ? 120 : (size_t)rig.page_cap);
                source_fixture_poll(&rig);
                assert_good(&rig, is_hinted ? 120 : (size_t)rig.page_cap);
                source_fixture_clear(&rig);
            }
        }
    }
}

/* What the server answers behind the example's first page. */
static bool answer_example(struct source_fixture *rig, const struct source_fixture_request *asked,
                           struct http_reply *reply)
{
    const char *then = rig->script;
    if (asked->start == 0 || strcmp(then, "again") == 0)
        return source_fixture_reply(reply, 200, example);
    return strcmp(then, "204") == 0 ? source_fixture_reply(reply, 204, "")
                                    : source_fixture_reply(reply, 200, then);
}

static void source__documented_example__ends_with_one_row(void **state)
{
    (void)state;
    static const char *const thens[] = {
        "204",
        "again",
        "{\"startIndex\":1,\"totalResults\":2,\"itemsPerPage\":20,\"entry\":[]}",
    };
    for (size_t i = 0; i < 3; i++) {
        for (long size = 1; size < 30; size += 19) {
            struct source_fixture rig;
            source_fixture_init(&rig);
            rig.answer = answer_example;
            rig.script = (void *)(uintptr_t)thens[i];
            rig.settings.page_size = size;
            source_fixture_start(&rig, NULL, 0);
            for (int poll = 0; poll < 3; poll++) {
                source_fixture_poll(&rig);
                assert_int_equal(rig.asked, 2);
                assert_int_equal(rig.feed.total, 2);
                /* Full pages of one that says two, and the same again: that is half of them. */
                if (size == 1 && strcmp(thens[i], "again") == 0)
                    assert_false(rig.feed.is_complete);
                else
                    assert_good(&rig, 1);
            }
            assert_non_null(source_fixture_row(&rig, 210));
            source_fixture_clear(&rig);
        }
    }
}

static void source__deaf_server__is_not_asked_for_ever(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 30);
    rig->is_deaf = true;
    rig->settings.page_size = 10;
    rig->total = 100000;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 2);
    assert_false(error_is_set(&rig->feed.error));
    assert_int_equal(rig->feed.read, 10);
    assert_false(rig->feed.is_complete); /* it says itself that there are more */
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 2);
}

/* What the server has changes between one page and the next. */
struct shift {
    int before_page; /* this one: counted over all polls */
    int removes;     /* this entry; -1: one is put in at the head */
    int pages;
};

/* Changes the list, then lets the server answer. */
static bool answer_shifted(struct source_fixture *rig, const struct source_fixture_request *asked,
                           struct http_reply *reply)
{
    struct shift *shift = rig->script;
    (void)asked;
    (void)reply;
    if (shift->pages++ != shift->before_page)
        return false;
    if (shift->removes >= 0) {
        source_fixture_remove(rig, (size_t)shift->removes);
        return false;
    }
    source_fixture_add(rig, 999, 1, 0);
    char *added = rig->entries[rig->entry_count - 1];
    memmove(rig->entries + 1, rig->entries, (rig->entry_count - 1) * sizeof *rig->entries);
    rig->entries[0] = added;
    return false;
}

static void source__insert_while_it_is_read__loses_no_row(void **state)
{
    struct source_fixture *rig = *state;
    struct shift shift = {.before_page = 3, .removes = -1};
    source_fixture_fill(rig, 10);
    rig->settings.page_size = 1;
    rig->answer = answer_shifted;
    rig->script = &shift;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.read, 10);
    assert_false(rig->feed.is_complete);
    source_fixture_poll(rig);
    assert_good(rig, 11);
    assert_int_equal(rig->roster.gone, 0);
}

static void source__delete_while_it_is_read__calls_no_living_row_gone(void **state)
{
    struct source_fixture *rig = *state;
    struct shift shift = {.before_page = 5, .removes = 0};
    source_fixture_fill(rig, 9);
    rig->settings.page_size = 3;
    rig->answer = answer_shifted;
    rig->script = &shift;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_good(rig, 9);
    source_fixture_poll(rig);
    assert_false(rig->feed.is_complete);
    assert_int_equal(rig->roster.gone, 0);
    source_fixture_poll(rig);
    assert_good(rig, 8);
    assert_int_equal(rig->roster.gone, 1);
    assert_int_equal(source_fixture_row(rig, 0)->gone_polls, 1);
}

static void source__deaf_server_with_rubbish__is_not_asked_for_ever(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_add_raw(rig, "{\"status\":1}");
    rig->is_deaf = true;
    rig->settings.page_size = 1;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 2);
    assert_int_equal(rig->feed.read, 0);
}

static void source__entry_that_cannot_be_read__costs_no_other_row__A8__A9(void **state)
{
    (void)state;
    for (long size = 1; size < 5; size++) {
        struct source_fixture rig;
        source_fixture_init(&rig);
        source_fixture_add(&rig, 1, 1, 0);
        source_fixture_add_raw(&rig, "{\"status\":1}");
        source_fixture_add_raw(&rig, "{\"extension\":{},\"status\":2}");
        source_fixture_add(&rig, 2, 1, 0);
        source_fixture_add_raw(
            &rig, "{\"extension\":\"0003*003\",\"status\":1,\"registration\":[{\"agent\":"
                  "\"bad \xff byte\",\"registration\":1}]}");
        rig.settings.page_size = size;
        source_fixture_start(&rig, NULL, 0);
        for (int poll = 0; poll < 3; poll++) {
            source_fixture_poll(&rig);
            assert_good(&rig, 3);
            assert_int_equal(rig.feed.rejected, 2);
            assert_int_equal(rig.feed.repaired, 1);
            assert_int_equal(rig.feed.total, 5);
        }
        source_fixture_clear(&rig);
    }
}

static void source__collection_beyond_the_window__is_said_to_be_cut__A18(void **state)
{
    struct source_fixture *rig = *state;
    rig->server.filter = (char *)"3*"; /* which no prefixes could split */
    rig->server.filter_op = (char *)"contains";
    source_fixture_fill(rig, 10050);
    rig->settings.page_size = 4999;
    source_fixture_start(rig, NULL, 0);
    for (int poll = 0; poll < 4; poll++) {
        source_fixture_poll(rig);
        assert_false(error_is_set(&rig->feed.error));
        assert_false(rig->feed.is_complete);
        assert_int_equal(rig->feed.total, 10050);
        assert_int_equal(rig->feed.read, 9998);
        assert_int_equal(rig->asked, 2);
        assert_int_equal(rig->starts[1], 4999);
        assert_true(rig->feed.partial_since_ms == SERVER_STATUS_NEVER);
        assert_true(rig->feed.last_good_ms == rig->now.ms);
    }
    /* One more at the head pushes one out of the window: it is not gone. */
    source_fixture_add(rig, 20000, 1, 0);
    char *last = rig->entries[rig->entry_count - 1];
    memmove(rig->entries + 1, rig->entries, (rig->entry_count - 1) * sizeof(char *));
    rig->entries[0] = last;
    source_fixture_poll(rig);
    assert_int_equal(rig->roster.gone, 0);
    assert_int_equal(rig->roster.count, 9999);
    source_fixture_poll(rig);
    source_fixture_poll(rig);
    assert_true(server_status_row_is_stale(&rig->feed, source_fixture_row(rig, 9997)->last_seen_ms,
                                           rig->now.ms));
    assert_false(server_status_row_is_stale(&rig->feed, source_fixture_row(rig, 9996)->last_seen_ms,
                                            rig->now.ms));
    /* It is not counted for ever either. */
    for (int poll = 3; poll < ROSTER_MISSED_POLLS_MAX; poll++)
        source_fixture_poll(rig);
    assert_null(source_fixture_row(rig, 9997));
    assert_int_equal(rig->roster.count, 9998);
    assert_int_equal(rig->roster.lamps[LAMP_ONLINE], 9998);
}

static void source__start_index__leaves_out_the_head(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 25);
    rig->server.start_index = 7;
    rig->settings.page_size = 10;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_good(rig, 18);
    assert_int_equal(rig->feed.total, 18);
    assert_int_equal(rig->starts[0], 7);
    assert_null(source_fixture_row(rig, 6));
    assert_non_null(source_fixture_row(rig, 7));
}

static void source__empty_server__is_a_good_poll(void **state)
{
    (void)state;
    for (int is_204 = 0; is_204 < 2; is_204++) {
        struct source_fixture rig;
        source_fixture_init(&rig);
        rig.is_empty_204 = is_204 == 1;
        source_fixture_start(&rig, NULL, 0);
        source_fixture_poll(&rig);
        assert_good(&rig, 0);
        assert_int_equal(rig.feed.total, 0);
        assert_int_equal(rig.asked, 1);
        source_fixture_clear(&rig);
    }
}

/* A server that fails for a page behind the end in some way. */
static bool answer_past_end(struct source_fixture *rig, const struct source_fixture_request *asked,
                            struct http_reply *reply)
{
    if (asked->start < 20)
        return false;
    return rig->script == NULL
               ? source_fixture_reply(reply, 200, "{\"startIndex\":20,\"totalResults\":20}")
               : source_fixture_reply(reply, 400, "{\"error\":{\"code\":\"startindex_invalid\"}}");
}

static void source__no_sense_behind_the_end__is_no_failure(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 20);
    rig->settings.page_size = 10;
    rig->answer = answer_past_end;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_good(rig, 20);
    assert_int_equal(rig->asked, 3);
    rig->script = rig;
    source_fixture_poll(rig);
    assert_good(rig, 20);
}

static void source__shrinking_collection__is_gone_for_two_polls__A19(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 25);
    rig->settings.page_size = 10;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    while (rig->entry_count > 5)
        source_fixture_remove(rig, rig->entry_count - 1);
    for (int poll = 0; poll < 2; poll++) {
        source_fixture_poll(rig);
        assert_int_equal(rig->roster.gone, 20);
        assert_int_equal(rig->roster.count, 25);
        assert_int_equal(rig->feed.was, 25);
    }
    source_fixture_poll(rig);
    assert_good(rig, 5);
    assert_int_equal(rig->roster.count, 5);
    source_fixture_fill(rig, 25);
    source_fixture_poll(rig);
    assert_int_equal(rig->roster.count - rig->roster.gone, 25);
}

/* A server whose second page is broken. */
static bool answer_broken(struct source_fixture *rig, const struct source_fixture_request *asked,
                          struct http_reply *reply)
{
    (void)rig;
    return asked->start == 10 && source_fixture_reply(reply, 200, "<html>");
}

static void source__pages_that_are_no_more__are_forgotten(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 35);
    rig->settings.page_size = 10;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 4);
    while (rig->entry_count > 15)
        source_fixture_remove(rig, rig->entry_count - 1);
    source_fixture_poll(rig);
    rig->answer = answer_broken;
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 2);
}

static void source__same_number_twice__is_one_row__A14(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_add(rig, 1, 1, 0);
    source_fixture_add(rig, 1, 3, 0);
    source_fixture_add(rig, 2, 1, 0);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    uint64_t generation = rig->roster.generation;
    for (int poll = 0; poll < 3; poll++) {
        source_fixture_poll(rig);
        assert_good(rig, 2);
        assert_int_equal(source_fixture_row(rig, 1)->lamp, LAMP_ONLINE);
    }
    assert_true(rig->roster.generation == generation);
    source_fixture_remove(rig, 0);
    source_fixture_poll(rig);
    assert_int_equal(source_fixture_row(rig, 1)->lamp, LAMP_BUSY);
}

static void source__listed_extensions__have_their_own_urls(void **state)
{
    struct source_fixture *rig = *state;
    static const char *const extensions[] = {"0003*002", "0003*004", "0003*009"};
    source_fixture_fill(rig, 6);
    rig->server.filter = (char *)"9999";
    rig->server.start_index = 3;
    source_fixture_start(rig, extensions, 3);
    source_fixture_poll(rig);
    assert_good(rig, 2);
    assert_int_equal(rig->asked, 3);
    assert_int_equal(rig->feed.total, 2);
    assert_string_equal(rig->last_url, "https://pbx.test/uapi/extensions/@me/0003*009/presence"
                                       "?count=1000&startIndex=0");
    assert_non_null(source_fixture_row(rig, 2));
    assert_non_null(source_fixture_row(rig, 4));
}

/* A server that knows 0003*004 not; with a script, none. */
static bool answer_unknown(struct source_fixture *rig, const struct source_fixture_request *asked,
                           struct http_reply *reply)
{
    if (rig->script == NULL && strcmp(asked->extension, "0003*004") != 0)
        return false;
    return source_fixture_reply(reply, 400,
                                "{\"error\":{\"code\":\"extension_invalid\",\"message\":\"\"}}");
}

static void source__one_unknown_extension__does_not_hide_the_others(void **state)
{
    struct source_fixture *rig = *state;
    static const char *const extensions[] = {"0003*004", "0003*002", "0003*003"};
    source_fixture_fill(rig, 6);
    source_fixture_start(rig, extensions, 3);
    source_fixture_poll(rig);
    assert_good(rig, 3);
    rig->answer = answer_unknown;
    for (int poll = 0; poll < 4; poll++) {
        int64_t started = source_deadline(rig->source);
        source_fixture_poll(rig);
        assert_int_equal(rig->feed.error.kind, ERROR_USAGE);
        assert_non_null(strstr(rig->feed.error.text, "0003*004"));
        assert_false(rig->feed.is_complete);
        assert_true(rig->feed.partial_since_ms == started);
        assert_int_equal(rig->roster.gone, 0);
        assert_true(source_deadline(rig->source) - started == 5000);
        assert_true(server_status_row_is_stale(&rig->feed, source_fixture_row(rig, 4)->last_seen_ms,
                                               rig->now.ms));
        assert_false(server_status_row_is_stale(
            &rig->feed, source_fixture_row(rig, 2)->last_seen_ms, rig->now.ms));
        assert_false(server_status_row_is_stale(
            &rig->feed, source_fixture_row(rig, 3)->last_seen_ms, rig->now.ms));
    }
    rig->script = rig;
    source_fixture_poll(rig);
    assert_true(source_deadline(rig->source) - rig->now.ms >= SCHEDULE_BACKOFF_CAP_MS / 2);
    assert_true(server_status_row_is_stale(&rig->feed, source_fixture_row(rig, 4)->last_seen_ms,
                                           rig->now.ms));
}

/* Rubbish for every extension but 0003*002. */
static bool answer_rubbish(struct source_fixture *rig, const struct source_fixture_request *asked,
                           struct http_reply *reply)
{
    (void)rig;
    if (strcmp(asked->extension, "0003*002") == 0)
        return false;
    return source_fixture_reply(reply, 200, "rubbish");
}

static void source__many_broken_extensions__do_not_hide_the_one_behind_them(void **state)
{
    struct source_fixture *rig = *state;
    static const char *const extensions[] = {"0003*005", "0003*004", "0003*003", "0003*001",
                                             "0003*002"};
    source_fixture_fill(rig, 6);
    rig->answer = answer_rubbish;
    source_fixture_start(rig, extensions, 5);
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.error.kind, ERROR_REPLY);
    assert_false(rig->feed.is_complete);
    assert_non_null(source_fixture_row(rig, 2));
    assert_int_equal(rig->roster.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(source__one_page__is_one_request),
        TEST(source__filter_and_fields__are_sent),
        cmocka_unit_test(source__every_page_size__gives_the_same_rows),
        cmocka_unit_test(source__documented_example__ends_with_one_row),
        TEST(source__deaf_server__is_not_asked_for_ever),
        TEST(source__insert_while_it_is_read__loses_no_row),
        TEST(source__delete_while_it_is_read__calls_no_living_row_gone),
        TEST(source__deaf_server_with_rubbish__is_not_asked_for_ever),
        cmocka_unit_test(source__entry_that_cannot_be_read__costs_no_other_row__A8__A9),
        TEST(source__collection_beyond_the_window__is_said_to_be_cut__A18),
        TEST(source__start_index__leaves_out_the_head),
        cmocka_unit_test(source__empty_server__is_a_good_poll),
        TEST(source__no_sense_behind_the_end__is_no_failure),
        TEST(source__shrinking_collection__is_gone_for_two_polls__A19),
        TEST(source__pages_that_are_no_more__are_forgotten),
        TEST(source__same_number_twice__is_one_row__A14),
        TEST(source__listed_extensions__have_their_own_urls),
        TEST(source__one_unknown_extension__does_not_hide_the_others),
        TEST(source__many_broken_extensions__do_not_hide_the_one_behind_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
