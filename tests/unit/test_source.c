/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/schedule.h"
#include "support/source_fixture.h"

/* A rig that is not started yet. */
static int set_up(void **state)
{
    struct source_fixture *rig = calloc(1, sizeof(struct source_fixture));
    source_fixture_init(rig);
    *state = rig;
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
}

/* The row's data is marked as old, or is not. */
static void assert_stale(const struct source_fixture *rig, int number, bool is_stale)
{
    int64_t heard = source_fixture_row(rig, number)->last_seen_ms;
    assert_int_equal(server_status_row_is_stale(&rig->feed, heard, rig->now.ms), is_stale);
}

/* What a test bends the server with: the page that starts at `start` (-1: every request) is
 * answered like this, once for each of `times`. */
struct fault {
    long start;
    int times;
    long status; /* 0: the transfer fails */
    const char *body;
    int64_t retry_after_s;
    const char *redirect;
    bool is_unreached; /* it fails for want of a connection */
};

/* Answers what rig->script, a struct fault, says. */
static bool answer_fault(struct source_fixture *rig, const struct source_fixture_request *asked,
                         struct http_reply *reply)
{
    struct fault *fault = rig->script;
    if (asked->is_token || fault->times <= 0 || (fault->start >= 0 && asked->start != fault->start))
        return false;
    fault->times--;
    reply->retry_after_s = fault->retry_after_s;
    reply->is_unreached = fault->is_unreached;
    if (fault->redirect != NULL)
        strncpy(reply->redirect, fault->redirect, HTTP_REDIRECT_MAX - 1);
    return fault->status == 0 ? source_fixture_break(reply, "connection refused")
                              : source_fixture_reply(reply, fault->status, fault->body);
}

/* Bends the server. */
static void use_fault(struct source_fixture *rig, struct fault *fault)
{
    rig->answer = answer_fault;
    rig->script = fault;
}

static void source__good_polls__keep_the_feed(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 25);
    rig->settings.page_size = 10;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig); /* the one after it has a place on the grid of its own */
    int64_t start = rig->feed.next_poll_ms;
    for (int poll = 0; poll < 10; poll++) {
        source_fixture_poll(rig);
        assert_good(rig, 25);
        assert_int_equal(rig->feed.polls, poll + 2);
        assert_int_equal(rig->feed.failures, 0);
        assert_int_equal(rig->feed.latency_ms, 60);
        assert_true(rig->feed.last_good_ms == rig->now.ms);
        assert_true(rig->feed.last_good_wall == rig->now.wall_ms / 1000);
        assert_true(rig->feed.failing_since_ms == SERVER_STATUS_NEVER);
        assert_true(rig->feed.partial_since_ms == SERVER_STATUS_NEVER);
        assert_false(rig->feed.is_polling);
        assert_true(rig->feed.next_poll_ms == start + (poll + 1) * 5000);
        assert_true(source_deadline(rig->source) == rig->feed.next_poll_ms);
    }
    assert_int_equal(rig->feed.skipped, 0);
}

static void source__while_polling__says_so_and_asks_one_thing(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_start(rig, NULL, 0);
    struct http_request request;
    assert_false(source_next_request(rig->source, rig->now.ms - 1, &request));
    assert_true(source_next_request(rig->source, rig->now.ms, &request));
    assert_true(rig->feed.is_polling);
    assert_ptr_equal(request.owner, rig->source);
    assert_string_equal(request.bearer, "ready");
    assert_true(request.body_max == SOURCE_BODY_MAX);
    assert_false(request.endpoint->allow_http);
    assert_false(source_next_request(rig->source, rig->now.ms + 60000, &request));
    assert_true(source_deadline(rig->source) == INT64_MAX);
    assert_false(source_has_work(rig->source));
    assert_false(source_poll_now(rig->source, rig->now.ms));
}

static void source__reply_to_something_else__is_dropped(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_start(rig, NULL, 0);
    struct http_request request;
    assert_true(source_next_request(rig->source, rig->now.ms, &request));
    struct http_reply reply = {.tag = request.tag + 1, .status = 500};
    buffer_puts(&reply.body, "left over");
    source_take_reply(rig->source, &reply, rig->now);
    assert_int_equal(reply.body.length, 0);
    assert_true(rig->feed.is_polling);
    reply = (struct http_reply){.tag = request.tag, .status = 204, .retry_after_s = -1};
    source_take_reply(rig->source, &reply, rig->now);
    assert_false(rig->feed.is_polling);
    source_take_reply(rig->source, &reply, rig->now);
    assert_int_equal(rig->feed.polls, 1);
}

static void source__http__is_for_loopback_or_where_allowed(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct source_fixture rig;
        source_fixture_init(&rig);
        rig.server.url.is_https = false;
        rig.server.url.is_loopback = (i & 1) != 0;
        rig.server.allow_http = (i & 2) != 0;
        source_fixture_start(&rig, NULL, 0);
        struct http_request request;
        assert_true(source_next_request(rig.source, rig.now.ms, &request));
        assert_int_equal(request.endpoint->allow_http, i != 0);
        source_fixture_clear(&rig);
    }
}

static void source__large_page__is_worked_through_in_portions(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 4000);
    rig->settings.page_size = 4999;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_good(rig, 4000);
    assert_true(rig->works >= 4000 / 100 + 8);
    rig->works = 0;
    source_fixture_poll(rig);
    assert_true(rig->works < 20);
}

static void source__slow_poll__skips_ticks_and_stays_on_the_grid__G3(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    int64_t start = rig->feed.next_poll_ms;
    rig->latency_ms = 11500;
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.skipped, 2);
    assert_true(rig->feed.next_poll_ms == start + 15000);
}

static void source__unreachable_server__backs_off_and_recovers__B1__G5(void **state)
{
    struct source_fixture *rig = *state;
    struct fault fault = {.start = -1, .retry_after_s = -1};
    source_fixture_fill(rig, 3);
    use_fault(rig, &fault);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    int64_t heard = rig->feed.last_good_ms;
    fault.times = 12;
    int64_t failing = 0;
    for (unsigned i = 1; i <= 12; i++) {
        source_fixture_poll(rig);
        failing = i == 1 ? rig->now.ms : failing;
        assert_int_equal(rig->feed.failures, i);
        assert_string_equal(rig->feed.error.text, "connection refused");
        assert_int_equal(rig->feed.error.kind, ERROR_UNREACHABLE);
        assert_true(rig->feed.failing_since_ms == failing);
        assert_true(rig->feed.last_good_ms == heard);
        assert_true(rig->feed.partial_since_ms == SERVER_STATUS_NEVER);
        int64_t wait = source_deadline(rig->source) - rig->now.ms;
        int64_t ceiling = i < 9 ? (int64_t)1000 << i : SCHEDULE_BACKOFF_CAP_MS;
        assert_true(wait >= 1 && wait <= ceiling);
    }
    assert_int_equal(rig->roster.count, 3);
    assert_int_equal(rig->roster.gone, 0);
    int64_t start = source_deadline(rig->source);
    source_fixture_poll(rig);
    assert_good(rig, 3);
    assert_true(rig->feed.failing_since_ms == SERVER_STATUS_NEVER);
    assert_in_range(rig->feed.next_poll_ms - start, 2500, 7500);
    assert_int_equal(rig->feed.failures, 12);
}

static void source__server_that_was_reached_and_failed__is_not_hammered__B11(void **state)
{
    struct source_fixture *rig = *state;
    struct fault fault = {.start = -1, .times = INT_MAX, .retry_after_s = -1}; /* as if by TLS */
    source_fixture_fill(rig, 3);
    use_fault(rig, &fault);
    source_fixture_start(rig, NULL, 0);
    source_fixture_run(rig, rig->now.ms + 3600000);
    assert_in_range(rig->page_requests, 12, 60); /* polls every 5 s would be 720 */
    fault.times = 0;
    source_fixture_poll(rig);
    assert_good(rig, 3);
}

static void source__gone_for_a_minute__is_back_within_an_interval_of_its_return(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct source_fixture rig;
        struct fault fault = {
            .start = -1, .times = INT_MAX, .retry_after_s = -1, .is_unreached = true};
        source_fixture_init(&rig);
        source_fixture_fill(&rig, 3);
        rng_seed(&rig.rng, seed);
        source_fixture_start(&rig, NULL, 0);
        source_fixture_poll(&rig);
        int64_t died = rig.now.ms;
        use_fault(&rig, &fault);
        while (source_deadline(rig.source) < died + 60000)
            source_fixture_poll(&rig);
        fault.times = 0;
        source_fixture_poll(&rig);
        assert_good(&rig, 3);
        assert_in_range(rig.now.ms - died, 60000, 60000 + 5000 + rig.latency_ms);
        source_fixture_clear(&rig);
    }
}

static void source__refusals__are_told_apart_and_timed_by_their_kind__B9__B10(void **state)
{
    (void)state;
    static const struct {
        struct fault fault;
        enum error_kind kind;
        const char *words;
        int64_t least;
        int64_t most;
    } rows[] = {
        {{.status = 400, .body = "{\"error\":{\"code\":\"count_invalid\",\"message\":\"\"}}"},
         ERROR_USAGE,
         "page_size",
         150000,
         300000},
        {{.status = 401, .body = ""}, ERROR_REFUSED, "token", 150000, 300000},
        {{.status = 403, .body = "<html>"}, ERROR_REFUSED, "token", 150000, 300000},
        {{.status = 404, .body = ""}, ERROR_REPLY, "url", 150000, 300000},
        {{.status = 302, .body = "", .redirect = "https://other.test:8443"},
         ERROR_REPLY,
         "https://other.test:8443: redirect",
         150000,
         300000},
        {{.status = 500, .body = ""}, ERROR_UNREACHABLE, "500", 1, 2000},
        {{.status = 503, .body = "", .retry_after_s = 60}, ERROR_UNREACHABLE, "503", 60000, 65000},
        {{.status = 429, .body = "", .retry_after_s = 99999},
         ERROR_UNREACHABLE,
         "429",
         900000,
         905000},
        {{.status = 200, .body = "<html>all is well</html>"}, ERROR_REPLY, "", 1, 2000},
        {{.status = 200, .body = ""}, ERROR_REPLY, "", 1, 2000},
        {{.status = 200, .body = "{\"error\":{\"code\":\"x\",\"message\":\"boom\"}}"},
         ERROR_REPLY,
         "boom",
         1,
         2000},
        {{.status = 999, .body = "\x1b[2J"}, ERROR_REPLY, "999", 1, 2000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct source_fixture rig;
        struct fault fault = rows[i].fault;
        fault.start = -1;
        fault.times = 1;
        source_fixture_init(&rig);
        source_fixture_fill(&rig, 2);
        use_fault(&rig, &fault);
        source_fixture_start(&rig, NULL, 0);
        source_fixture_poll(&rig);
        assert_int_equal(rig.feed.error.kind, rows[i].kind);
        if (strstr(rig.feed.error.text, rows[i].words) == NULL)
            fail_msg("\"%s\" does not hold \"%s\"", rig.feed.error.text, rows[i].words);
        int64_t wait = source_deadline(rig.source) - rig.now.ms;
        assert_in_range(wait, rows[i].least, rows[i].most);
        assert_int_equal(rig.page_requests, 1);
        assert_false(rig.feed.is_complete);
        source_fixture_poll(&rig);
        assert_good(&rig, 2);
        source_fixture_clear(&rig);
    }
}

/* In a refusal, and in an error in a good answer's clothes. */
static void source__echoed_token__is_not_quoted__C9(void **state)
{
    (void)state;
    static const int statuses[] = {200, 400, 403, 500};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct source_fixture rig;
        source_fixture_init(&rig);
        char *body = mem_printf("{\"error\":{\"message\":\"bad Bearer %s\"}}", rig.server.token);
        struct fault fault = {.start = -1, .times = 1, .status = statuses[i], .body = body};
        source_fixture_fill(&rig, 2);
        use_fault(&rig, &fault);
        source_fixture_start(&rig, NULL, 0);
        source_fixture_poll(&rig);
        assert_true(error_is_set(&rig.feed.error));
        assert_null(strstr(rig.feed.error.text, rig.server.token));
        assert_null(strstr(rig.feed.error.text, "Bearer"));
        source_fixture_clear(&rig);
        free(body);
    }
}

static void source__broken_page__leaves_its_rows_old_and_the_others_fresh__A9__A10(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"startIndex\":10,\"entry\":[{\"extension\":\"0003*010\",\"sta",
        "<html>",
        "",
        "{\"error\":{\"code\":\"x\",\"message\":\"boom\"}}",
        "{\"error\":{\"message\":\"boom\"},\"entry\":[{\"extension\":\"0003*010\",\"status\":3}]}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct source_fixture rig;
        struct fault fault = {.start = 10, .status = 200, .body = bodies[i]};
        source_fixture_init(&rig);
        source_fixture_fill(&rig, 35);
        rig.settings.page_size = 10;
        use_fault(&rig, &fault);
        source_fixture_start(&rig, NULL, 0);
        source_fixture_poll(&rig);
        fault.times = 3;
        for (size_t at = 0; at < 35; at++)
            source_fixture_set(&rig, at, (int)at, 3, 0);
        int64_t good = rig.feed.last_good_ms;
        for (int poll = 0; poll < 3; poll++) {
            int64_t started = source_deadline(rig.source);
            source_fixture_poll(&rig);
            assert_int_equal(rig.asked, 4);
            assert_true(error_is_set(&rig.feed.error));
            assert_true(rig.feed.partial_since_ms == started);
            assert_true(rig.feed.last_good_ms == good);
            assert_true(source_deadline(rig.source) == started + 5000);
            assert_int_equal(rig.roster.gone, 0);
            for (int number = 0; number < 35; number++) {
                bool is_of_page = number >= 10 && number < 20;
                assert_stale(&rig, number, is_of_page);
                assert_int_equal(source_fixture_row(&rig, number)->lamp,
                                 is_of_page ? LAMP_ONLINE : LAMP_BUSY);
            }
        }
        source_fixture_poll(&rig);
        assert_good(&rig, 35);
        assert_int_equal(source_fixture_row(&rig, 15)->lamp, LAMP_BUSY);
        assert_stale(&rig, 15, false);
        source_fixture_clear(&rig);
    }
}

static void source__broken_page_of_the_first_poll__is_stepped_over_by_totalresults(void **state)
{
    struct source_fixture *rig = *state;
    struct fault fault = {.start = 10, .times = 1, .status = 200, .body = "<html>"};
    source_fixture_fill(rig, 35);
    rig->settings.page_size = 10;
    use_fault(rig, &fault);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 4);
    assert_int_equal(rig->roster.count, 25);
    assert_false(source_fixture_row(rig, 5)->is_since_exact);
    assert_int_equal(rig->feed.total, 35);
    source_fixture_poll(rig);
    assert_good(rig, 35);
    assert_false(source_fixture_row(rig, 15)->is_since_exact);
    source_fixture_add(rig, 99, 1, 0);
    source_fixture_poll(rig);
    assert_false(source_fixture_row(rig, 99)->is_since_exact);
}

static void source__change_in_an_outage__is_not_timed_exactly(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_fill(rig, 3);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    source_fixture_set(rig, 0, 0, 2, 0);
    source_fixture_poll(rig);
    assert_true(source_fixture_row(rig, 0)->is_since_exact);
    rig->feed.last_good_ms -= 3 * rig->feed.interval_ms; /* as if nothing had been heard since */
    source_fixture_set(rig, 0, 0, 3, 0);
    source_fixture_poll(rig);
    assert_false(source_fixture_row(rig, 0)->is_since_exact);
}

static void source__many_broken_pages__end_the_poll(void **state)
{
    struct source_fixture *rig = *state;
    struct fault fault = {.start = -1, .status = 200, .body = "<html>"};
    source_fixture_fill(rig, 100);
    rig->settings.page_size = 10;
    use_fault(rig, &fault);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    fault.times = 1000;
    source_fixture_poll(rig);
    assert_int_equal(rig->asked, 3);
    assert_true(rig->feed.partial_since_ms == SERVER_STATUS_NEVER);
    assert_int_equal(rig->roster.gone, 0);
}

static void source__failure_in_mid_poll__keeps_what_came(void **state)
{
    struct source_fixture *rig = *state;
    struct fault fault = {.start = 20, .times = 0, .retry_after_s = -1};
    source_fixture_fill(rig, 35);
    rig->settings.page_size = 10;
    use_fault(rig, &fault);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    fault.times = 1;
    for (size_t at = 0; at < 35; at++)
        source_fixture_set(rig, at, (int)at, 3, 0);
    source_fixture_poll(rig);
    int64_t partial = rig->feed.partial_since_ms;
    assert_int_equal(rig->asked, 3);
    assert_true(partial != SERVER_STATUS_NEVER);
    assert_stale(rig, 19, false);
    assert_stale(rig, 20, true);
    assert_int_equal(source_fixture_row(rig, 19)->lamp, LAMP_BUSY);
    assert_int_equal(source_fixture_row(rig, 20)->lamp, LAMP_ONLINE);
    assert_true(source_deadline(rig->source) - rig->now.ms <= 2000);
    /* A poll that reads nothing at all does not make old rows look fresh again. */
    fault = (struct fault){.start = 0, .times = 1, .retry_after_s = -1};
    source_fixture_poll(rig);
    assert_true(rig->feed.partial_since_ms == partial);
    assert_stale(rig, 20, true);
    source_fixture_poll(rig);
    assert_good(rig, 35);
    assert_int_equal(source_fixture_row(rig, 20)->lamp, LAMP_BUSY);
    assert_true(rig->feed.partial_since_ms == SERVER_STATUS_NEVER);
}

/* A row that moves between pages while one of them is broken must end with what is true last: the
 * bytes kept of an older poll may not bring it back. */
static void source__kept_pages_of_an_older_poll__are_not_believed(void **state)
{
    struct source_fixture *rig = *state;
    struct fault fault = {.start = 0, .times = 0, .status = 200, .body = "<html>"};
    source_fixture_fill(rig, 4);
    rig->settings.page_size = 2;
    use_fault(rig, &fault);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    fault.times = 1;
    source_fixture_set(rig, 0, 7, 1, 0);
    source_fixture_set(rig, 3, 0, 3, 0);
    source_fixture_poll(rig);
    assert_int_equal(source_fixture_row(rig, 0)->lamp, LAMP_BUSY);
    source_fixture_set(rig, 0, 0, 1, 0);
    source_fixture_set(rig, 3, 3, 1, 3);
    source_fixture_poll(rig);
    assert_good(rig, 4);
    assert_int_equal(source_fixture_row(rig, 0)->lamp, LAMP_ONLINE);
}

static void source__poll_now__is_heard_within_reason__G5(void **state)
{
    struct source_fixture *rig = *state;
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    assert_true(source_poll_now(rig->source, rig->now.ms));
    assert_true(rig->feed.next_poll_ms <= rig->now.ms + 1);
    source_fixture_poll(rig);
    assert_int_equal(rig->feed.polls, 2);
    assert_false(source_poll_now(rig->source, rig->now.ms));
    rig->now.ms += 2000;
    assert_true(source_poll_now(rig->source, rig->now.ms));
}

/* A poll asked for in the very millisecond in which the last one ended sees what vanished. */
static void source__poll_in_the_same_millisecond__still_knows_what_is_old(void **state)
{
    struct source_fixture *rig = *state;
    rig->latency_ms = 0;
    source_fixture_fill(rig, 2);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    source_fixture_remove(rig, 1);
    assert_true(source_poll_now(rig->source, rig->now.ms));
    source_fixture_poll(rig);
    assert_good(rig, 1);
    assert_int_equal(rig->roster.gone, 1);
}

static void source__rest_of_the_machine__sees_one_bad_server_only__G8(void **state)
{
    (void)state;
    struct source_fixture rigs[32];
    for (int i = 0; i < 32; i++) {
        struct source_fixture *rig = &rigs[i];
        source_fixture_init(rig);
        rng_seed(&rig->rng, (uint64_t)i);
        source_fixture_fill(rig, i + 1);
        source_fixture_start(rig, NULL, 0);
    }
    struct fault fault = {.start = -1, .times = 1000000, .retry_after_s = -1};
    use_fault(&rigs[13], &fault);
    for (int i = 0; i < 32; i++) {
        int64_t start = rigs[i].now.ms;
        source_fixture_run(&rigs[i], start + 60000);
        if (i == 13) {
            assert_int_equal(rigs[i].feed.polls, rigs[i].feed.failures);
            assert_true(rigs[i].feed.polls < 30);
        } else {
            assert_in_range(rigs[i].feed.polls, 12, 13);
            assert_good(&rigs[i], (size_t)i + 1);
        }
    }
    for (int i = 0; i < 32; i++)
        source_fixture_clear(&rigs[i]);
}

static void source__sources_of_one_roster__do_not_touch_each_other__G8(void **state)
{
    struct source_fixture *rig = *state;
    struct source_fixture other;
    source_fixture_init(&other);
    source_fixture_fill(rig, 3);
    source_fixture_fill(&other, 3);
    source_fixture_start(rig, NULL, 0);
    other.source = source_new(&(struct source_setup){.settings = &other.settings,
                                                     .server = &other.server,
                                                     .index = 4,
                                                     .roster = &rig->roster,
                                                     .feed = &other.feed,
                                                     .rng = &other.rng},
                              other.now.ms);
    source_fixture_poll(rig);
    source_fixture_poll(&other);
    assert_int_equal(rig->roster.count, 6);
    source_fixture_remove(rig, 0);
    source_fixture_poll(rig);
    source_fixture_poll(&other);
    assert_int_equal(rig->roster.gone, 1);
    assert_int_equal(source_fixture_row(rig, 0)->gone_polls, 1);
    source_fixture_clear(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(source__good_polls__keep_the_feed),
        TEST(source__while_polling__says_so_and_asks_one_thing),
        TEST(source__reply_to_something_else__is_dropped),
        cmocka_unit_test(source__http__is_for_loopback_or_where_allowed),
        TEST(source__large_page__is_worked_through_in_portions),
        TEST(source__slow_poll__skips_ticks_and_stays_on_the_grid__G3),
        TEST(source__unreachable_server__backs_off_and_recovers__B1__G5),
        TEST(source__server_that_was_reached_and_failed__is_not_hammered__B11),
        cmocka_unit_test(source__gone_for_a_minute__is_back_within_an_interval_of_its_return),
        cmocka_unit_test(source__refusals__are_told_apart_and_timed_by_their_kind__B9__B10),
        cmocka_unit_test(source__echoed_token__is_not_quoted__C9),
        cmocka_unit_test(source__broken_page__leaves_its_rows_old_and_the_others_fresh__A9__A10),
        TEST(source__broken_page_of_the_first_poll__is_stepped_over_by_totalresults),
        TEST(source__change_in_an_outage__is_not_timed_exactly),
        TEST(source__many_broken_pages__end_the_poll),
        TEST(source__failure_in_mid_poll__keeps_what_came),
        TEST(source__kept_pages_of_an_older_poll__are_not_believed),
        TEST(source__poll_now__is_heard_within_reason__G5),
        TEST(source__poll_in_the_same_millisecond__still_knows_what_is_old),
        cmocka_unit_test(source__rest_of_the_machine__sees_one_bad_server_only__G8),
        TEST(source__sources_of_one_roster__do_not_touch_each_other__G8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
