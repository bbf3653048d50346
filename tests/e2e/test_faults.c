/* SPDX-License-Identifier: MIT */
/* blftop without a terminal against servers that fail it in every way there is a name for: exit
 * codes, reasons, what is kept and what is never told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/once.h"
#include "support/parallel.h"
#include "support/proxy.h"
#include "support/stub_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MANY 5000
#define LONG_LINE 200000
#define ENDLESS 400000
#define PATIENCE "poll = { timeout = 1.0; };"

/* The program ended by itself with one of the codes for trouble, told it, and wrote no byte that
 * could order a terminal about. */
static void assert_trouble(const struct once *once, int code, const char *words)
{
    once_assert_failure(once, code, words);
    for (size_t i = 0; i < once->err.length; i++) {
        unsigned char byte = (unsigned char)once->err.data[i];
        assert_true(byte == '\n' || (byte >= ' ' && byte != 0x7f));
    }
    assert_null(memmem(once_err(once), once->err.length, "\xC2\x9B", 2));
}

/* Runs blftop --once against raw bytes instead of an answer. */
static void check_bytes(const char *bytes, size_t length, int code, const char *words)
{
    struct once once;
    struct proxy *proxy = proxy_start(0, PROXY_HTTP);
    proxy_set_plan(
        proxy, &(struct proxy_plan){.act = PROXY_ANSWER, .answer = bytes, .answer_length = length});
    once_open(&once);
    once_configure_port(&once, proxy_port(proxy));
    once_run(&once, "--format", "json", NULL);
    assert_trouble(&once, code, words);
    assert_int_equal(json_array_size(once_rows(&once)), 0);
    static const char *const phrases[] = {"pwned", "Whatever", "Elsewhere"};
    for (size_t i = 0; i < COUNT_OF(phrases); i++) { /* a reason phrase is never shown */
        assert_null(strstr(once.out.data, phrases[i]));
        assert_null(strstr(once_err(&once), phrases[i]));
    }
    proxy_stop(proxy);
    once_close(&once);
}

/* Runs blftop --once against the simulator with a fault. */
static void check_fault(const char *fault, int code, const char *words)
{
    struct once once;
    once_open_simulator(&once, (const char *const[]){"--churn", "0", "--fault", fault, NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_READY " }; " PATIENCE,
                   once.simulator.url);
    once_run(&once, "--format", "json", NULL);
    assert_trouble(&once, code, words);
    once_close(&once);
}

static void faults__ended_connections__are_told_for_what_they_are__B1(void **state)
{
    (void)state;
    check_fault("close", 3, "the connection was c");
    check_fault("reset", 3, "the connection was cut");
    check_fault("reset-head", 3, "the connection was cut");
    check_fault("cut-body", 3, "cut in the middle of the answer");
    check_fault("reset-body", 3, "the connection was cut");
}

static void faults__silence_and_slowness__are_given_up_in_time__B2__B3(void **state)
{
    (void)state;
    int64_t before = clock_read().ms;
    check_fault("hang", 3, "no answer within ");
    check_fault("slow", 3, "did not come to its end within ");
    assert_in_range(clock_read().ms - before, 2000, 20000);
}

static void faults__bodies_without_end__are_refused_at_the_limit__B4(void **state)
{
    (void)state;
    check_fault("huge", 5, "larger than 8 MiB");
    check_fault("gzip-bomb", 5, "larger than 8 MiB");
}

/* A beginning, and a line again and again. */
static void check_endless(const char *beginning, const char *line)
{
    struct buffer bytes;
    buffer_init(&bytes, 0);
    buffer_puts(&bytes, beginning);
    while (bytes.length < ENDLESS)
        buffer_puts(&bytes, line);
    check_bytes(bytes.data, bytes.length, 3, "");
    buffer_clear(&bytes);
}

static void faults__heads_without_end__are_the_servers_trouble__B5(void **state)
{
    (void)state;
    check_endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n");
    check_endless("", "HTTP/1.1 100 Continue\r\n\r\n");
}

static void faults__header_line_of_200_kB__is_no_lack_of_memory__B6(void **state)
{
    (void)state;
    struct buffer bytes;
    char *line = mem_new(LONG_LINE + 1, 1);
    memset(line, 'x', LONG_LINE);
    buffer_init(&bytes, 0);
    buffer_printf(&bytes, "HTTP/1.1 200 OK\r\nX-Long: %s\r\n\r\n", line);
    check_bytes(bytes.data, bytes.length, 3, "");
    buffer_clear(&bytes);
    free(line);
}

static void faults__what_is_hardly_http__is_told_in_safe_text__B7(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        int code;
        const char *words;
    } cases[] = {
#define BYTES(text) (text), sizeof(text) - 1
        {BYTES("{\"entry\":[]}"), 5, "not HTTP"},
        {BYTES("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n{\"entry\":[]}"), 5, "not HTTP"},
        {BYTES("HTTP/1.1 999 Whatever\r\n\r\n"), 5, "999"},
        {BYTES("HTTP/1.1 500 \033]0;pwned\007\302\2332J\r\n\r\n"), 3, "(500)"},
        {BYTES("HTTP/1.1 400 Bad\r\n\r\n{\"error\":{\"code\":\"\xC2\x9B"
               "2J\",\"message\":"
               "\"\\u001b[2J\"}}"),
         5, "400"},
#undef BYTES
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_bytes(cases[i].bytes, cases[i].length, cases[i].code, cases[i].words);
}

static void faults__redirects_of_all_kinds__reach_nobody__B8(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "http://127.0.0.1:", "https://127.0.0.1:",       "//127.0.0.1:",
        "http://localhost:", "file:///etc/passwd?port=", "gopher://127.0.0.1:"};
    static const int statuses[] = {301, 302, 303, 307, 308};
    struct stub_server *trap = stub_server_start(NULL);
    for (size_t i = 0; i < COUNT_OF(targets) * COUNT_OF(statuses); i++) {
        char bytes[256];
        int length =
            snprintf(bytes, sizeof bytes, "HTTP/1.1 %d Elsewhere\r\nLocation: %s%d/\r\n\r\n",
                     statuses[i % COUNT_OF(statuses)], targets[i / COUNT_OF(statuses)],
                     stub_server_port(trap));
        check_bytes(bytes, (size_t)length, 5, "redirect: fix url in the settings");
    }
    assert_int_equal(stub_server_stop(trap), 0);
}

static void faults__statuses__are_each_told_in_words_of_their_own__B10(void **state)
{
    (void)state;
    static const int statuses[] = {400, 401, 403, 404, 405, 429, 500, 502, 503, 504};
    char texts[COUNT_OF(statuses)][256];
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        struct once once;
        char bytes[64];
        struct proxy *proxy = proxy_start(0, PROXY_HTTP);
        int length = snprintf(bytes, sizeof bytes, "HTTP/1.1 %d Phrase\r\n\r\n", statuses[i]);
        proxy_set_plan(proxy, &(struct proxy_plan){.act = PROXY_ANSWER,
                                                   .answer = bytes,
                                                   .answer_length = (size_t)length});
        once_open(&once);
        once_configure_port(&once, proxy_port(proxy));
        once_run(&once, "--once", NULL);
        assert_int_not_equal(WEXITSTATUS(once.status), 0);
        snprintf(texts[i], sizeof texts[i], "%s", once_err(&once));
        assert_null(strstr(texts[i], "Phrase")); /* the reason is the server's, not ours */
        *strrchr(texts[i], '(') = '\0';
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
        proxy_stop(proxy);
        once_close(&once);
    }
}

static void faults__oddities_of_type_mark_and_packing__are_read_all_the_same__B18(void **state)
{
    (void)state;
    static const char *const faults[] = {"content-type", "bom"};
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct once once;
        once_open_simulator(&once, (const char *const[]){"--extensions", "40", "--churn", "0",
                                                         "--fault", faults[i], NULL});
        once_run(&once, "--format", "json", NULL);
        once_assert_success(&once);
        assert_int_equal(json_array_size(once_rows(&once)), 40);
        once_close(&once);
    }
}

/* The rows of a fleet that the simulator serves with a fault (NULL: none); the caller drops it. */
static json_t *read_rows(const char *fault, int *exit_code)
{
    struct once once;
    once_open(&once);
    char *fleet = mem_strdup(once_write_fleet(&once, "fleet.json", MANY));
    once_start_simulator(
        &once, fault != NULL ? (const char *const[]){"--fleet", fleet, "--fault", fault, NULL}
                             : (const char *const[]){"--fleet", fleet, NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_READY " };", once.simulator.url);
    once_run(&once, "--format", "json", NULL);
    assert_true(WIFEXITED(once.status));
    *exit_code = WEXITSTATUS(once.status);
    json_t *rows = json_incref(once_rows(&once));
    once_close(&once);
    free(fleet);
    return rows;
}

/* The agent of a row's first phone. */
static const char *agent_of(const json_t *row)
{
    return json_string_value(
        json_object_get(json_array_get(json_object_get(row, "registrations"), 0), "agent"));
}

static void faults__one_poisoned_phone_of_5000__harms_its_own_row_only__A8(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        const char *agent; /* as it has to be shown; NULL: short, and begins as it should */
    } cases[] = {
        {"poison-esc", "Evil \xE2\x90\x9B]0;pwned\xE2\x90\x87\xE2\x90\x9B[2Jphone"},
        {"poison-c1", "Evil \xEF\xBF\xBD"
                      "2J phone"},
        {"poison-bidi", "Evil \xEF\xBF\xBD"
                        "enohp"},
        {"poison-nul", "Evil \xEF\xBF\xBD phone"},
        {"poison-bytes", "Evil \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD phone"},
        {"poison-marks", NULL},
    };
    int code;
    json_t *good = read_rows(NULL, &code);
    assert_int_equal(code, 0);
    assert_int_equal(json_array_size(good), MANY);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        json_t *rows = read_rows(cases[i].fault, &code);
        assert_int_equal(code, 0);
        assert_int_equal(json_array_size(rows), MANY);
        for (size_t row = 1; row < MANY; row++)
            if (!json_equal(json_array_get(rows, row), json_array_get(good, row)))
                fail_msg("%s harmed row %zu", cases[i].fault, row);
        const char *agent = agent_of(json_array_get(rows, 0));
        if (cases[i].agent != NULL)
            assert_string_equal(agent, cases[i].agent);
        else
            assert_in_range(strlen(agent), 1, 1024);
        json_decref(rows);
    }
    json_decref(good);
}

static void faults__fresh_token_that_is_refused__is_not_asked_for_again__C2(void **state)
{
    (void)state;
    struct once once;
    once_open_simulator(&once, (const char *const[]){"--fault", "revoked", NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_CREDENTIALS " };", once.simulator.url);
    once_run(&once, "--once", NULL);
    assert_trouble(&once, 4, "refuses the token");
    assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 1);
    assert_int_equal(simulator_stat(&once.simulator, "token_requests"), 1);
    once_close(&once);
}

static void faults__refused_credentials__are_tried_once_and_not_told__C6(void **state)
{
    (void)state;
    struct once once;
    once_open_simulator(&once, (const char *const[]){"--fault", "token-refused", NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_CREDENTIALS " };", once.simulator.url);
    once_run(&once, "--once", NULL);
    assert_trouble(&once, 4, "no token: ");
    assert_int_equal(simulator_stat(&once.simulator, "token_requests"), 1);
    assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 0);
    once_close(&once);
}

static void faults__token_endpoint_down__is_told_as_that__C7(void **state)
{
    (void)state;
    struct once once;
    once_open_simulator(&once, (const char *const[]){"--fault", "token-down", NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_CREDENTIALS " };", once.simulator.url);
    once_run(&once, "--once", NULL);
    assert_trouble(&once, 3, "no token");
    once_configure(&once, "server = { url = \"%s\"; " ONCE_READY " };", once.simulator.url);
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    once_close(&once);
}

static void faults__bodies_that_are_no_page__give_no_rows__A9(void **state)
{
    (void)state;
    static const char *const bodies[] = {"",
                                         "{}",
                                         "[]",
                                         "null",
                                         "17",
                                         "\"x\"",
                                         "<html>",
                                         "{\"entry\":7}",
                                         "{\"en",
                                         "nonsense",
                                         "{\"entry\":[]}}",
                                         "\xFF\xFE{"};
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        char *bytes = mem_printf("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                                 strlen(bodies[i]), bodies[i]);
        check_bytes(bytes, strlen(bytes), 5, "");
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults__ended_connections__are_told_for_what_they_are__B1),
        cmocka_unit_test(faults__silence_and_slowness__are_given_up_in_time__B2__B3),
        cmocka_unit_test(faults__bodies_without_end__are_refused_at_the_limit__B4),
        cmocka_unit_test(faults__heads_without_end__are_the_servers_trouble__B5),
        cmocka_unit_test(faults__header_line_of_200_kB__is_no_lack_of_memory__B6),
        cmocka_unit_test(faults__what_is_hardly_http__is_told_in_safe_text__B7),
        cmocka_unit_test(faults__redirects_of_all_kinds__reach_nobody__B8),
        cmocka_unit_test(faults__statuses__are_each_told_in_words_of_their_own__B10),
        cmocka_unit_test(faults__oddities_of_type_mark_and_packing__are_read_all_the_same__B18),
        cmocka_unit_test(faults__one_poisoned_phone_of_5000__harms_its_own_row_only__A8),
        cmocka_unit_test(faults__fresh_token_that_is_refused__is_not_asked_for_again__C2),
        cmocka_unit_test(faults__refused_credentials__are_tried_once_and_not_told__C6),
        cmocka_unit_test(faults__token_endpoint_down__is_told_as_that__C7),
        cmocka_unit_test(faults__bodies_that_are_no_page__give_no_rows__A9),
    };
    return parallel_run(tests, COUNT_OF(tests));
}
