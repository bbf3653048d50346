/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "poll/schedule.h"
#include "support/program.h"
#include "support/source_fixture.h"

/* How the server's token endpoint and its doors behave. */
struct doors {
    int refuse_pages;  /* so many requests for pages are answered 401 */
    int break_tokens;  /* so many requests for a token fail */
    long token_status; /* with this status; 0: the transfer fails */
    const char *token_body;
    int64_t retry_after_s;
    char last_bearer[16];
    unsigned longest_row; /* requests for a token in a row, without a page between */
    unsigned row;
};

/* Answers what rig->script, a struct doors, says. */
static bool answer_doors(struct source_fixture *rig, const struct source_fixture_request *asked,
                         struct http_reply *reply)
{
    struct doors *doors = rig->script;
    reply->retry_after_s = -1;
    if (!asked->is_token)
        snprintf(doors->last_bearer, sizeof doors->last_bearer, "%s", asked->request->bearer);
    doors->row = asked->is_token ? doors->row + 1 : 0;
    doors->longest_row = doors->row > doors->longest_row ? doors->row : doors->longest_row;
    if (!asked->is_token && doors->refuse_pages > 0) {
        doors->refuse_pages--;
        return source_fixture_reply(reply, 401, "");
    }
    if (asked->is_token && doors->break_tokens > 0) {
        doors->break_tokens--;
        reply->retry_after_s = doors->retry_after_s;
        return doors->token_status == 0
                   ? source_fixture_break(reply, "connection refused")
                   : source_fixture_reply(reply, doors->token_status, doors->token_body);
    }
    return false;
}

/* A rig with 25 entries in pages of 10, credentials, and doors. */
struct gate {
    struct source_fixture rig;
    struct doors doors;
};

/* A gate whose rig is not started yet. */
static int set_up(void **state)
{
    struct gate *gate = calloc(1, sizeof(struct gate));
    source_fixture_init(&gate->rig);
    source_fixture_fill(&gate->rig, 25);
    gate->rig.settings.page_size = 10;
    source_fixture_use_credentials(&gate->rig, 3600);
    gate->rig.answer = answer_doors;
    gate->rig.script = &gate->doors;
    gate->doors.retry_after_s = -1;
    *state = gate;
    return 0;
}

/* And its end. */
static int tear_down(void **state)
{
    struct gate *gate = *state;
    source_fixture_clear(&gate->rig);
    free(gate);
    return 0;
}

/* The last poll was good. */
static void assert_good(const struct source_fixture *rig)
{
    if (error_is_set(&rig->feed.error))
        fail_msg("%s", rig->feed.error.text);
    assert_int_equal(rig->feed.read, 25);
}

/* The machine sleeps until a time, and goes on to the poll that makes up for it. */
static void sleep_until(struct source_fixture *rig, int64_t until)
{
    struct http_request none;
    rig->now.ms = until;
    assert_false(source_next_request(rig->source, rig->now.ms, &none));
    rig->now.ms = source_deadline(rig->source);
}

static void source__credentials__get_a_token_before_the_first_page(void **state)
{
    struct source_fixture *rig = &((struct gate *)*state)->rig;
    source_fixture_start(rig, NULL, 0);
    struct http_request request;
    assert_true(source_next_request(rig->source, rig->now.ms, &request));
    assert_string_equal(request.url, "https://pbx.test/oauth/token.php");
    assert_null(request.bearer);
    assert_non_null(strstr(request.form, "client_secret=S3CR3T-CANARY"));
    assert_true(request.body_max == SOURCE_TOKEN_BODY_MAX);
    struct http_reply reply = {.tag = request.tag, .status = 200, .retry_after_s = -1};
    buffer_puts(&reply.body, "{\"access_token\":\"abc\",\"expires_in\":3600}");
    source_take_reply(rig->source, &reply, rig->now);
    assert_true(source_next_request(rig->source, rig->now.ms, &request));
    assert_string_equal(request.bearer, "abc");
    assert_null(request.form);
}

static void source__token_of_an_hour__lives_seven_days_of_polls__C1(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    rig->settings.interval_ms = 60000;
    rig->settings.page_size = 1000;
    source_fixture_start(rig, NULL, 0);
    source_fixture_run(rig, rig->now.ms + (int64_t)7 * 86400 * 1000);
    assert_int_equal(rig->feed.failures, 0);
    assert_in_range(rig->feed.polls, 7 * 24 * 60 - 1, 7 * 24 * 60 + 1);
    assert_in_range(rig->token_requests, 168, 168 * 10 / 8 + 1);
    assert_int_equal(gate->doors.longest_row, 1);
}

static void source__token_of_a_minute__is_renewed_in_time__C4(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_use_credentials(rig, 60);
    source_fixture_start(rig, NULL, 0);
    source_fixture_run(rig, rig->now.ms + 600000);
    assert_int_equal(rig->feed.failures, 0);
    assert_int_equal(rig->feed.polls, 120);
    assert_in_range(rig->token_requests, 10, 13);
    assert_int_equal(gate->doors.longest_row, 1);
}

static void source__token_that_ends_during_a_poll__is_renewed_between_pages(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_use_credentials(rig, 60);
    rig->latency_ms = 9000;
    rig->settings.page_size = 5;
    source_fixture_start(rig, NULL, 0);
    for (int poll = 0; poll < 20; poll++) {
        source_fixture_poll(rig);
        assert_good(rig);
    }
    assert_int_equal(rig->feed.failures, 0);
}

static void source__401__gets_one_token_and_tries_the_page_again__C2(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    gate->doors.refuse_pages = 1;
    source_fixture_poll(rig);
    assert_good(rig);
    assert_int_equal(rig->token_requests, 2);
    assert_int_equal(rig->asked, 4);
    assert_int_equal(rig->starts[0], 0);
    assert_int_equal(rig->starts[1], 0);
}

static void source__401_in_mid_poll__tries_that_page_again(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    struct http_request request;
    rig->now.ms = source_deadline(rig->source);
    assert_true(source_next_request(rig->source, rig->now.ms, &request));
    struct http_reply reply = {.tag = request.tag, .status = 200, .retry_after_s = -1};
    buffer_puts(&reply.body, "{\"totalResults\":3,\"entry\":[{\"extension\":\"0003*001\"}]}");
    source_take_reply(rig->source, &reply, rig->now);
    while (source_has_work(rig->source))
        source_work(rig->source, rig->now);
    gate->doors.refuse_pages = 1;
    source_fixture_poll(rig);
    assert_int_equal(rig->starts[0], 1);
    assert_int_equal(rig->starts[1], 1);
    assert_false(error_is_set(&rig->feed.error));
}

static void source__burst_of_401__costs_one_token_a_poll__C2__C3(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_good(rig);
    for (unsigned poll = 1; poll <= 10; poll++) {
        gate->doors.refuse_pages = 100;
        unsigned tokens = rig->token_requests;
        source_fixture_poll(rig);
        assert_int_equal(rig->token_requests, tokens + 1);
        assert_int_equal(rig->feed.error.kind, ERROR_REFUSED);
        assert_int_equal(rig->asked, poll == 1 ? 2 : 1);
        assert_true(source_deadline(rig->source) > rig->now.ms);
    }
    gate->doors.refuse_pages = 0;
    source_fixture_poll(rig);
    assert_good(rig);
    assert_int_equal(gate->doors.longest_row, 1);
}

static void source__401_for_a_ready_token__is_lasting__C2(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    rig->server.token = (char *)"ready";
    gate->doors.refuse_pages = 1;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.error.kind, ERROR_REFUSED);
    assert_int_equal(rig->token_requests, 0);
    assert_int_equal(rig->asked, 1);
    assert_true(source_deadline(rig->source) - rig->now.ms >= SCHEDULE_BACKOFF_CAP_MS / 2);
    source_fixture_poll(rig);
    assert_good(rig);
}

static void source__401_for_a_token_from_a_file__reads_the_file_again(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    char *folder = folder_new();
    rig->server.client_id = NULL;
    rig->server.token = (char *)"old";
    rig->server.token_file = (char *)folder_write(folder, "token", "old\n");
    gate->doors.refuse_pages = 2;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.error.kind, ERROR_REFUSED);
    assert_int_equal(rig->asked, 1);
    assert_string_equal(gate->doors.last_bearer, "old");
    assert_true(source_deadline(rig->source) - rig->now.ms <= SCHEDULE_BACKOFF_BASE_MS);
    folder_write(folder, "token", "new\n");
    rig->server.token = (char *)"new"; /* what the server takes now */
    source_fixture_poll(rig);
    assert_good(rig);
    assert_int_equal(rig->starts[0], 0);
    assert_int_equal(rig->starts[1], 0);
    assert_string_equal(gate->doors.last_bearer, "new");
    assert_int_equal(rig->token_requests, 0);
    folder_free(folder);
}

static void source__401_whatever_the_file_holds__is_tried_once_a_poll(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    char *folder = folder_new();
    rig->server.client_id = NULL;
    rig->server.token = (char *)"old";
    rig->server.token_file = (char *)folder_write(folder, "token", "new\n");
    gate->doors.refuse_pages = 1000;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 2);
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 1);
    assert_int_equal(rig->feed.error.kind, ERROR_REFUSED);
    folder_free(folder);
}

static void source__renewal_that_fails__goes_on_with_the_old_token__C7(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    int64_t end = rig->token_ends_ms;
    rig->latency_ms = 0;
    gate->doors.break_tokens = 1000000;
    source_fixture_run(rig, end - 20000);
    assert_int_equal(rig->feed.failures, 0);
    assert_in_range(rig->token_requests, 3, 40);
    assert_int_equal(gate->doors.longest_row, 1);
    while (rig->feed.failures == 0)
        source_fixture_poll(rig);
    assert_true(rig->now.ms >= end);
    assert_int_equal(rig->refused, 1); /* the old token was tried to its very end */
    assert_int_equal(rig->feed.error.kind, ERROR_UNREACHABLE);
    assert_non_null(strstr(rig->feed.error.text, "token"));
    gate->doors.break_tokens = 0;
    source_fixture_poll(rig);
    assert_good(rig);
}

static void source__token_past_its_end__serves_as_long_as_it_is_let_in(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    int64_t end = rig->token_ends_ms;
    rig->token_ends_ms = INT64_MAX; /* the server says one thing and does another */
    gate->doors.break_tokens = 1000000;
    source_fixture_run(rig, end + 600000);
    assert_int_equal(rig->feed.failures, 0);
    assert_int_equal(rig->refused, 0);
}

static void source__renewal__keeps_no_page_waiting(void **state)
{
    struct source_fixture *rig = &((struct gate *)*state)->rig;
    struct http_request token, page, none;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    sleep_until(rig, rig->token_ends_ms - 100000); /* renewal is long due */
    assert_true(source_next_request(rig->source, rig->now.ms, &token));
    assert_non_null(token.form);
    uint64_t token_tag = token.tag;
    assert_true(source_next_request(rig->source, rig->now.ms, &page));
    assert_null(page.form);
    assert_string_equal(page.bearer, "t1");
    assert_false(source_next_request(rig->source, rig->now.ms, &none));
    struct http_reply reply = {.tag = page.tag, .status = 204, .retry_after_s = -1};
    source_take_reply(rig->source, &reply, rig->now);
    assert_int_equal(rig->feed.polls, 2);
    assert_false(error_is_set(&rig->feed.error));
    reply = (struct http_reply){.tag = token_tag, .status = 200, .retry_after_s = -1};
    buffer_puts(&reply.body, "{\"access_token\":\"fresh\",\"expires_in\":3600}");
    source_take_reply(rig->source, &reply, rig->now);
    rig->now.ms = source_deadline(rig->source);
    assert_true(source_next_request(rig->source, rig->now.ms, &page));
    assert_string_equal(page.bearer, "fresh");
}

static void
source__page_refused_for_the_token_before__is_asked_again_with_the_new_one__C3(void **state)
{
    struct source_fixture *rig = &((struct gate *)*state)->rig;
    struct http_request token, page;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    sleep_until(rig, rig->token_ends_ms - 100000); /* renewal is long due */
    assert_true(source_next_request(rig->source, rig->now.ms, &token));
    uint64_t token_tag = token.tag;
    assert_true(source_next_request(rig->source, rig->now.ms, &page));
    uint64_t page_tag = page.tag;
    struct http_reply reply = {.tag = token_tag, .status = 200, .retry_after_s = -1};
    buffer_puts(&reply.body, "{\"access_token\":\"fresh\",\"expires_in\":3600}");
    source_take_reply(rig->source, &reply, rig->now);
    reply = (struct http_reply){.tag = page_tag, .status = 401, .retry_after_s = -1};
    source_take_reply(rig->source, &reply, rig->now);
    assert_true(source_next_request(rig->source, rig->now.ms, &page));
    assert_null(page.form);
    assert_string_equal(page.bearer, "fresh");
    assert_int_equal(rig->feed.failures, 0);
    /* Refused with that too, it is the token that is wrong, once. */
    reply = (struct http_reply){.tag = page.tag, .status = 401, .retry_after_s = -1};
    source_take_reply(rig->source, &reply, rig->now);
    assert_int_equal(rig->feed.failures, 1);
}

static void source__slow_renewal_before_a_poll__is_no_slow_answer(void **state)
{
    struct source_fixture *rig = &((struct gate *)*state)->rig;
    struct http_request token, page;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    sleep_until(rig, rig->token_ends_ms - 3000); /* renewal is long due */
    assert_true(source_next_request(rig->source, rig->now.ms, &token));
    uint64_t token_tag = token.tag;
    assert_true(source_next_request(rig->source, rig->now.ms, &page));
    struct http_reply reply = {.tag = page.tag, .status = 204, .retry_after_s = -1};
    source_take_reply(rig->source, &reply, rig->now);
    rig->now.ms = source_deadline(rig->source);
    assert_false(source_next_request(rig->source, rig->now.ms, &page)); /* the token has ended */
    rig->now.ms += 20;
    reply = (struct http_reply){
        .tag = token_tag, .status = 200, .retry_after_s = -1, .elapsed_ms = 8000};
    buffer_puts(&reply.body, "{\"access_token\":\"fresh\",\"expires_in\":3600}");
    assert_true(source_deadline(rig->source) == INT64_MAX); /* only a reply helps */
    source_take_reply(rig->source, &reply, rig->now);
    assert_true(source_deadline(rig->source) <= rig->now.ms);
    assert_true(source_next_request(rig->source, rig->now.ms, &page));
    rig->now.ms += 5;
    reply =
        (struct http_reply){.tag = page.tag, .status = 204, .retry_after_s = -1, .elapsed_ms = 5};
    source_take_reply(rig->source, &reply, rig->now);
    assert_int_equal(rig->feed.latency_ms, 25);
}

static void
source__token_endpoint_that_hangs__is_waited_for_only_without_a_fresh_token__C7(void **state)
{
    struct source_fixture *rig = &((struct gate *)*state)->rig;
    struct http_request request;
    source_fixture_start(rig, NULL, 0);
    assert_true(source_next_request(rig->source, rig->now.ms, &request));
    assert_non_null(request.form);
    assert_false(source_next_request(rig->source, rig->now.ms, &request));
    assert_true(source_deadline(rig->source) == INT64_MAX);
    struct http_reply reply = {.tag = request.tag, .retry_after_s = -1};
    error_set(&reply.error, ERROR_UNREACHABLE, "no answer within 10 s");
    source_take_reply(rig->source, &reply, rig->now);
    assert_int_equal(rig->feed.failures, 1);
    assert_true(source_deadline(rig->source) < INT64_MAX);
}

static void source__renewal_that_is_refused__is_not_hammered__C6(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    gate->doors.break_tokens = 1000000;
    gate->doors.token_status = 400;
    gate->doors.token_body = "{\"error\":\"invalid_client\"}";
    source_fixture_run(rig, rig->token_ends_ms - 1000);
    assert_int_equal(rig->feed.failures, 0);
    assert_in_range(rig->token_requests, 2, 7);
}

static void source__wrong_secret__is_told_without_it_and_not_hammered__C6__C9(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    gate->doors.break_tokens = 1000000;
    gate->doors.token_status = 401;
    gate->doors.token_body =
        "{\"error\":\"invalid_client\",\"error_description\":\"S3CR3T-CANARY\"}";
    source_fixture_start(rig, NULL, 0);
    int64_t start = rig->now.ms;
    source_fixture_run(rig, start + 3600000);
    assert_int_equal(rig->feed.error.kind, ERROR_REFUSED);
    assert_non_null(strstr(rig->feed.error.text, "client_id"));
    assert_null(strstr(rig->feed.error.text, "CANARY"));
    assert_in_range(rig->token_requests, 12, 25);
    assert_int_equal(rig->page_requests, 0);
}

static void source__odd_token_answers__are_failures__C8(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "", "<html>", "{}", "[]", "{\"access_token\":\"a\\r\\nX: y\"}", "{\"access_token\":17}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        void *each = NULL;
        set_up(&each);
        struct gate *gate = each;
        gate->doors.break_tokens = 1;
        gate->doors.token_status = 200;
        gate->doors.token_body = bodies[i];
        source_fixture_start(&gate->rig, NULL, 0);
        source_fixture_poll(&gate->rig);
        assert_true(error_is_set(&gate->rig.feed.error));
        assert_int_equal(gate->rig.page_requests, 0);
        source_fixture_poll(&gate->rig);
        assert_good(&gate->rig);
        tear_down(&each);
    }
}

static void source__wall_clock_that_jumps__changes_no_renewal_and_no_age__C5(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    static const int64_t years[] = {0, 10, -10, 200, -50};
    rig->settings.interval_ms = 60000;
    source_fixture_start(rig, NULL, 0);
    int64_t wall_ms = rig->now.wall_ms;
    for (int poll = 0; poll < 24 * 60; poll++) {
        rig->now.wall_ms = wall_ms + years[poll % 5] * INT64_C(31556952000) + (int64_t)poll * 60000;
        source_fixture_poll(rig);
        assert_good(rig);
        assert_true(rig->feed.last_good_ms == rig->now.ms);
        assert_false(server_status_is_stale(&rig->feed, rig->now.ms + rig->settings.interval_ms));
    }
    assert_int_equal(rig->feed.failures, 0);
    assert_in_range(rig->token_requests, 24, 31);
    assert_int_equal(rig->refused, 0);
}

static void source__every_new_token_refused__costs_few_tokens_an_hour__C2(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    gate->doors.refuse_pages = INT_MAX;
    source_fixture_start(rig, NULL, 0);
    source_fixture_run(rig, rig->now.ms + 3600000);
    assert_int_equal(rig->feed.error.kind, ERROR_REFUSED);
    assert_int_equal(gate->doors.longest_row, 1);
    /* The back-off has reached its cap of 300 s, half of it on the average, in the first minutes.
     */
    assert_in_range(rig->token_requests, 12, 60);
    assert_in_range(rig->page_requests, rig->token_requests, rig->token_requests + 1);
}

static void source__retry_after_of_the_token_endpoint__is_kept__B9(void **state)
{
    struct gate *gate = *state;
    struct source_fixture *rig = &gate->rig;
    gate->doors = (struct doors){
        .break_tokens = 1, .token_status = 503, .token_body = "", .retry_after_s = 120};
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.error.kind, ERROR_UNREACHABLE);
    assert_in_range(source_deadline(rig->source) - rig->now.ms, 120000, 125000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(source__credentials__get_a_token_before_the_first_page),
        TEST(source__token_of_an_hour__lives_seven_days_of_polls__C1),
        TEST(source__token_of_a_minute__is_renewed_in_time__C4),
        TEST(source__token_that_ends_during_a_poll__is_renewed_between_pages),
        TEST(source__401__gets_one_token_and_tries_the_page_again__C2),
        TEST(source__401_in_mid_poll__tries_that_page_again),
        TEST(source__burst_of_401__costs_one_token_a_poll__C2__C3),
        TEST(source__401_for_a_ready_token__is_lasting__C2),
        TEST(source__401_for_a_token_from_a_file__reads_the_file_again),
        TEST(source__401_whatever_the_file_holds__is_tried_once_a_poll),
        TEST(source__renewal_that_fails__goes_on_with_the_old_token__C7),
        TEST(source__token_past_its_end__serves_as_long_as_it_is_let_in),
        TEST(source__renewal__keeps_no_page_waiting),
        TEST(source__page_refused_for_the_token_before__is_asked_again_with_the_new_one__C3),
        TEST(source__slow_renewal_before_a_poll__is_no_slow_answer),
        TEST(source__token_endpoint_that_hangs__is_waited_for_only_without_a_fresh_token__C7),
        TEST(source__renewal_that_is_refused__is_not_hammered__C6),
        TEST(source__wrong_secret__is_told_without_it_and_not_hammered__C6__C9),
        cmocka_unit_test(source__odd_token_answers__are_failures__C8),
        TEST(source__wall_clock_that_jumps__changes_no_renewal_and_no_age__C5),
        TEST(source__every_new_token_refused__costs_few_tokens_an_hour__C2),
        TEST(source__retry_after_of_the_token_endpoint__is_kept__B9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
