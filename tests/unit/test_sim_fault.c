/* SPDX-License-Identifier: MIT */
/* What uapi-sim --fault makes of answers, without a socket. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/extension.h"
#include "sim/corrupt.h"
#include "sim/router.h"
#include "uapi/entry.h"
#include "uapi/page_splitter.h"

#define SELF "/uapi/extensions/@me/@self/presence"
#define ENTRIES 6

/* A world of six extensions "0003*200"… and the last reply it gave. */
struct fixture {
    struct sim_options options;
    struct sim_state world;
    struct reply reply;
    int64_t now_ms;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    f->options =
        (struct sim_options){.client = "app:pw", .token_life_s = 3600, .token = "ready", .seed = 5};
    f->world.options = &f->options;
    fleet_init(&f->world.fleet);
    issued_tokens_init(&f->world.keyring, f->options.token);
    rng_seed(&f->world.chance, 5);
    for (int i = 0; i < ENTRIES; i++) {
        char *number = mem_printf("0003*20%d", i);
        char *json = mem_printf("{\"extension\":\"%s\",\"status\":1}", number);
        fleet_add(&f->world.fleet, number, json, strlen(json));
    }
    fleet_index(&f->world.fleet);
    reply_init(&f->reply);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    reply_clear(&f->reply);
    sim_state_clear(&f->world);
    free(f);
    return 0;
}

/* Asks for a fault. */
static void play(struct fixture *f, const char *fault)
{
    struct error error = {0};
    assert_true(faults_parse(&f->options.faults, fault, &error));
}

/* Sends a request; the reply's body is returned ("" for none). */
static const char *send_ask(struct fixture *f, struct ask ask)
{
    ask.scheme = "https";
    ask.host = "pbx";
    ask.now.ms = f->now_ms;
    ask.body_length = ask.body != NULL ? strlen(ask.body) : 0;
    reply_clear(&f->reply);
    reply_init(&f->reply);
    router_request(&f->world, &ask, &f->reply);
    return f->reply.body.length > 0 ? f->reply.body.data : "";
}

/* Gets a page with a token. */
static const char *get_with(struct fixture *f, const char *target, const char *authorization)
{
    return send_ask(f, (struct ask){"GET", target, .authorization = authorization});
}

/* Gets all extensions with the ready token. */
static const char *get(struct fixture *f)
{
    return get_with(f, SELF, "Bearer ready");
}

/* Asks for a token. */
static const char *post(struct fixture *f)
{
    return send_ask(
        f, (struct ask){"POST", "/oauth/token.php",
                        .content_type = "application/x-www-form-urlencoded",
                        .body = "grant_type=client_credentials&client_id=app&client_secret=pw"});
}

/* The value of a header of the last reply, or "". */
static const char *header(const struct fixture *f, const char *name)
{
    for (size_t i = 0; i < f->reply.header_count; i++)
        if (strcmp(f->reply.headers[i].name, name) == 0)
            return f->reply.headers[i].value;
    return "";
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s is not in %s", part, text);
}

/* How many entries the last reply holds, by the splitter blftop itself uses; -1: it is rejected. */
static int count_entries(const struct fixture *f, char numbers[static 256])
{
    struct page_splitter page;
    struct buffer body;
    enum split split;
    int count = -1;
    buffer_init(&body, 0);
    buffer_append(&body, f->reply.body.data, f->reply.body.length);
    page_splitter_init(&page);
    page_splitter_begin(&page, &body, 100);
    do
        split = page_splitter_split(&page, NULL, SIZE_MAX, NULL);
    while (split == SPLIT_MORE);
    numbers[0] = '\0';
    for (size_t i = 0; split == SPLIT_DONE && i < page.count; i++) {
        size_t length;
        struct extension extension;
        const char *json = page_splitter_entry(&page, i, &length);
        if (entry_decode(&extension, json, length, NULL)) {
            snprintf(numbers + strlen(numbers), 256 - strlen(numbers), "%s ",
                     extension.number + strlen("0003*"));
            extension_clear(&extension);
        }
    }
    count = split == SPLIT_DONE ? (int)page.count : -1;
    page_splitter_clear(&page);
    buffer_clear(&body);
    return count;
}

/* The fault leaves the answer with these entries. */
static void check_numbers(struct fixture *f, const char *fault, const char *expected)
{
    char numbers[256];
    f->options.faults = (struct faults){0};
    play(f, fault);
    get(f);
    count_entries(f, numbers);
    if (strcmp(numbers, expected) != 0)
        fail_msg("%s: %s", fault, numbers);
}

static void fault__no_fault_asked_for__nothing_happens(void **state)
{
    struct fixture *f = *state;
    char numbers[256];
    get(f);
    assert_int_equal(f->reply.status, 200);
    assert_int_equal(f->reply.way, REPLY_WHOLE);
    assert_int_equal(count_entries(f, numbers), ENTRIES);
    assert_string_equal(numbers, "200 201 202 203 204 205 ");
}

static void fault__every_name__is_taken_and_has_one_line_of_help(void **state)
{
    (void)state;
    size_t count = 0;
    for (; fault_name(count) != NULL; count++) {
        struct faults faults = {0};
        struct error error = {0};
        assert_true(faults_parse(&faults, fault_name(count), &error));
        assert_true(faults.chances[count] == 1.0);
        assert_true(strlen(fault_name(count)) <= 16);
        assert_true(strlen(fault_help(count)) > 0 && strlen(fault_help(count)) < 60);
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(fault_name(i), fault_name(count));
    }
    assert_in_range(count, 25, FAULTS_MAX);
    assert_null(fault_help(count));
}

static void fault__mistakes__are_told_with_what_would_be_right(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"poisn-esc", "nearest is poison-esc"},
        {"", "no such fault"},
        {"hang:", "from 0 to 1"},
        {"hang:1.5", "from 0 to 1"},
        {"hang:-1", "from 0 to 1"},
        {"hang:nan", "from 0 to 1"},
        {"hang:0.5x", "from 0 to 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct faults faults = {0};
        struct error error = {0};
        assert_false(faults_parse(&faults, cases[i][0], &error));
        assert_holds(error.text, cases[i][1]);
        assert_int_equal(error.kind, ERROR_USAGE);
    }
}

static void fault__ways_out_of_the_socket__are_marked_on_both_endpoints(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *fault;
        enum reply_way way;
    } cases[] = {
        {"close", REPLY_CLOSE},       {"reset", REPLY_RESET},
        {"cut-head", REPLY_CUT_HEAD}, {"reset-head", REPLY_RESET_HEAD},
        {"cut-body", REPLY_CUT_BODY}, {"reset-body", REPLY_RESET_BODY},
        {"hang", REPLY_NEVER},        {"slow", REPLY_SLOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->options.faults = (struct faults){0};
        play(f, cases[i].fault);
        get(f);
        assert_int_equal(f->reply.way, cases[i].way);
        post(f);
        assert_int_equal(f->reply.way, cases[i].way);
    }
}

static void fault__statuses__come_with_what_belongs_to_them(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *fault;
        int status;
        const char *header;
        const char *value;
    } cases[] = {
        {"500", 500, "Retry-After", ""},
        {"502", 502, "Retry-After", ""},
        {"503", 503, "Retry-After", "5"},
        {"429", 429, "Retry-After", "5"},
        {"403", 403, "Retry-After", ""},
        {"redirect", 302, "Location", "https://elsewhere.example/uapi/"},
        {"html", 200, "Location", ""},
        {"gzip-bomb", 200, "Content-Encoding", "gzip"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->options.faults = (struct faults){0};
        play(f, cases[i].fault);
        get(f);
        assert_int_equal(f->reply.status, cases[i].status);
        assert_string_equal(header(f, cases[i].header), cases[i].value);
        post(f);
        assert_int_equal(f->reply.status, 200);
    }
}

/* The token in the last reply as an Authorization header; the caller frees. */
static char *take_authorization(const struct fixture *f)
{
    const char *value = strstr(f->reply.body.data, "\"access_token\":\"");
    assert_non_null(value);
    value += strlen("\"access_token\":\"");
    return mem_printf("Bearer %.*s", (int)strcspn(value, "\""), value);
}

static void fault__revoked__forgets_tokens_and_keeps_the_ready_one(void **state)
{
    struct fixture *f = *state;
    post(f);
    char *authorization = take_authorization(f);
    get_with(f, SELF, authorization);
    assert_int_equal(f->reply.status, 200);
    play(f, "revoked");
    get_with(f, SELF, authorization);
    assert_int_equal(f->reply.status, 401);
    f->options.faults = (struct faults){0};
    get_with(f, SELF, authorization);
    assert_int_equal(f->reply.status, 401);
    get(f);
    assert_int_equal(f->reply.status, 200);
    free(authorization);
}

static void fault__token_faults__leave_pages_alone(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"token-down", "service_unavailable"},
        {"token-refused", "invalid_client"},
        {"token-html", "<html>"},
        {"token-short", "\"expires_in\":2}"},
        {"token-life", "\"expires_in\":"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->options.faults = (struct faults){0};
        play(f, cases[i][0]);
        assert_holds(post(f), cases[i][1]);
        get(f);
        assert_int_equal(f->reply.status, 200);
    }
}

static void fault__short_token__really_ends_after_two_seconds(void **state)
{
    struct fixture *f = *state;
    play(f, "token-short");
    post(f);
    char *authorization = take_authorization(f);
    f->now_ms = 1999;
    get_with(f, SELF, authorization);
    assert_int_equal(f->reply.status, 200);
    f->now_ms = 2001;
    get_with(f, SELF, authorization);
    assert_int_equal(f->reply.status, 401);
    free(authorization);
}

static void fault__poison__hits_one_extension_of_the_first_page_only(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"poison-esc", "\\u001b["},      {"poison-c1", "\xC2\x9B"},
        {"poison-bidi", "\xE2\x80\xAE"}, {"poison-nul", "\\u0000"},
        {"poison-bytes", "\xFF\xC0"},    {"poison-marks", "e\xCC\x81\xCC\x81"},
        {"types", "\"status\":{"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->options.faults = (struct faults){0};
        play(f, cases[i][0]);
        assert_holds(get(f), cases[i][1]);
        assert_holds(f->reply.body.data, "\"entry\":[{\"extension\":\"0003*200\",");
        for (int other = 1; other < ENTRIES; other++) {
            char untouched[64];
            snprintf(untouched, sizeof untouched, "{\"extension\":\"0003*20%d\",\"status\":1}",
                     other);
            assert_holds(f->reply.body.data, untouched);
        }
        get_with(f, SELF "?startIndex=3&count=3", "Bearer ready");
        assert_null(strstr(f->reply.body.data, cases[i][1]));
        check_numbers(f, cases[i][0], "200 201 202 203 204 205 ");
    }
    play(f, "poison-marks");
    get(f);
    assert_true(f->reply.body.length > CORRUPT_MARKS_BYTES);
}

static void fault__collection_faults__change_which_entries_come(void **state)
{
    struct fixture *f = *state;
    char numbers[256];
    check_numbers(f, "empty", "");
    assert_int_equal(count_entries(f, numbers), 0);
    check_numbers(f, "shrinking", "200 201 202 ");
    assert_holds(f->reply.body.data, "\"totalResults\":6");
    check_numbers(f, "duplicate", "200 200 201 202 203 204 205 ");
    f->options.faults = (struct faults){0};
    play(f, "moving");
    bool has_moved = false;
    for (int i = 0; i < 20; i++) {
        get(f);
        assert_int_equal(count_entries(f, numbers), ENTRIES);
        has_moved = has_moved || strncmp(numbers, "200", 3) != 0;
    }
    assert_true(has_moved);
}

static void fault__broken_bodies__are_rejected_by_the_splitter(void **state)
{
    struct fixture *f = *state;
    char numbers[256];
    static const char *const faults[] = {"truncated", "invalid-json", "html"};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        f->options.faults = (struct faults){0};
        play(f, faults[i]);
        get(f);
        assert_int_equal(f->reply.status, 200);
        assert_int_equal(count_entries(f, numbers), -1);
    }
}

static void fault__harmless_oddities__keep_all_entries(void **state)
{
    struct fixture *f = *state;
    check_numbers(f, "bom", "200 201 202 203 204 205 ");
    assert_memory_equal(f->reply.body.data, "\xEF\xBB\xBF{", 4);
    check_numbers(f, "content-type", "200 201 202 203 204 205 ");
    assert_string_equal(f->reply.content_type, "text/plain; charset=iso-8859-1");
    check_numbers(f, "huge", "200 201 202 203 204 205 ");
    assert_true(f->reply.body.length > (size_t)16 << 20);
}

/* Which of 400 answers a chance of a quarter hits, as a string of 0 and 1. */
static void draw(struct fixture *f, uint64_t seed, char hits[static 401])
{
    rng_seed(&f->world.chance, seed);
    for (int i = 0; i < 400; i++) {
        get(f);
        hits[i] = f->reply.status == 500 ? '1' : '0';
    }
    hits[400] = '\0';
}

static void fault__probability__is_kept_and_the_seed_reproduces_it(void **state)
{
    struct fixture *f = *state;
    char first[401], again[401], other[401];
    int count = 0;
    play(f, "500:0.25");
    draw(f, 9, first);
    draw(f, 9, again);
    draw(f, 10, other);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    for (int i = 0; i < 400; i++)
        count += first[i] == '1';
    assert_in_range(count, 60, 140);
    play(f, "500:0");
    draw(f, 9, other);
    assert_null(strchr(other, '1'));
}

static void fault__counters__are_never_harmed(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; fault_name(i) != NULL; i++) {
        f->options.faults = (struct faults){0};
        play(f, fault_name(i));
        assert_holds(send_ask(f, (struct ask){.method = "GET", .target = "/sim/stats"}),
                     "{\"requests\":");
        assert_int_equal(f->reply.status, 200);
        assert_int_equal(f->reply.way, REPLY_WHOLE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fault__no_fault_asked_for__nothing_happens, set_up,
                                        tear_down),
        cmocka_unit_test(fault__every_name__is_taken_and_has_one_line_of_help),
        cmocka_unit_test(fault__mistakes__are_told_with_what_would_be_right),
        cmocka_unit_test_setup_teardown(fault__ways_out_of_the_socket__are_marked_on_both_endpoints,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(fault__statuses__come_with_what_belongs_to_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fault__revoked__forgets_tokens_and_keeps_the_ready_one,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(fault__token_faults__leave_pages_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fault__short_token__really_ends_after_two_seconds, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fault__poison__hits_one_extension_of_the_first_page_only,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(fault__collection_faults__change_which_entries_come, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fault__broken_bodies__are_rejected_by_the_splitter, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fault__harmless_oddities__keep_all_entries, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fault__probability__is_kept_and_the_seed_reproduces_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(fault__counters__are_never_harmed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
