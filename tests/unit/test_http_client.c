/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/loopback.h"

/* How often a text is in another. */
static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void http__good_answer__is_handed_out(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    request.owner = fixture;
    request.tag = UINT64_MAX - 5;
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_false(error_is_set(&reply.error));
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body.length, 5);
    assert_memory_equal(reply.body.data, "hello", 5);
    assert_ptr_equal(reply.owner, fixture);
    assert_true(reply.tag == UINT64_MAX - 5);
    assert_int_equal(reply.connections, 1);
    assert_int_equal(reply.retry_after_s, -1);
    assert_in_range(reply.elapsed_ms, 0, 5000);
    assert_string_equal(reply.redirect, "");
    assert_false(http_next_reply(fixture->http, &reply));
    buffer_clear(&reply.body);
}

static void http__spare_memory__is_what_the_answer_comes_in(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    struct buffer spare;
    buffer_init(&spare, 0);
    buffer_puts(&spare, "the page before");
    const char *memory = spare.data;
    request.spare = &spare;
    http_start(fixture->http, &request);
    assert_null(spare.data);
    struct http_reply reply = await_reply(fixture->http);
    assert_ptr_equal(reply.body.data, memory);
    assert_string_equal(reply.body.data, "hello");
    buffer_clear(&reply.body);
}

static void http__bearer__is_sent_as_it_is_and_only_when_asked(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok?count=1");
    request.bearer = "aZ0|~-._+/==";
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    buffer_clear(&reply.body);
    const char *heard = fixture->server->heard;
    assert_int_equal(strncmp(heard, "GET /ok?count=1 HTTP/1.1\r\n", 26), 0);
    assert_int_equal(count_of(heard, "\r\nAuthorization: Bearer aZ0|~-._+/==\r\n"), 1);
    assert_int_equal(count_of(heard, "Authorization"), 1);
    assert_int_equal(count_of(heard, "\r\nAccept: application/json\r\n"), 1);
    assert_int_equal(count_of(heard, "\r\nUser-Agent: blftop/" PACKAGE_VERSION "\r\n"), 1);
    reply = get(fixture, "/ok");
    buffer_clear(&reply.body);
    assert_null(strstr(heard, "Authorization"));
}

static void http__form__is_posted(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    char form[] = "grant_type=client_credentials&client_id=a%26b";
    request.form = form;
    http_start(fixture->http, &request);
    memset(form, 'x', sizeof form - 1);
    struct http_reply reply = await_reply(fixture->http);
    assert_int_equal(reply.status, 200);
    buffer_clear(&reply.body);
    const char *heard = fixture->server->heard;
    assert_int_equal(strncmp(heard, "POST /ok HTTP/1.1\r\n", 19), 0);
    assert_int_equal(count_of(heard, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"), 1);
    assert_non_null(strstr(heard, "\r\n\r\ngrant_type=client_credentials&client_id=a%26b"));
    reply = get(fixture, "/ok");
    buffer_clear(&reply.body);
    assert_int_equal(strncmp(heard, "GET ", 4), 0);
}

static void http__kept_connection__is_used_again(void **state)
{
    struct loopback *fixture = *state;
    for (int i = 0; i < 20; i++) {
        struct http_reply reply = get(fixture, i % 3 == 2 ? "/empty" : "/ok");
        assert_int_equal(reply.connections, i == 0 ? 1 : 0);
        buffer_clear(&reply.body);
    }
    int accepted = server_stop(fixture->server);
    fixture->server = NULL;
    assert_int_equal(accepted, 1);
}

static void http__many_servers__keep_a_connection_each(void **state)
{
    struct loopback *fixture = *state;
    struct server *servers[12];
    for (size_t i = 0; i < 12; i++)
        servers[i] = server_start();
    struct server *own = fixture->server;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 12; i++) {
            fixture->server = servers[i];
            struct http_reply reply = get(fixture, "/ok");
            buffer_clear(&reply.body);
        }
    }
    fixture->server = own;
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(server_stop(servers[i]), 1);
}

static void http__connection_closed_between_polls__is_no_error__B17(void **state)
{
    struct loopback *fixture = *state;
    for (int i = 0; i < 50; i++) {
        struct http_reply reply = get(fixture, "/then-close");
        assert_false(error_is_set(&reply.error));
        assert_int_equal(reply.status, 200);
        buffer_clear(&reply.body);
    }
}

static void http__statuses__come_back_as_they_are(void **state)
{
    struct loopback *fixture = *state;
    struct http_reply reply = get(fixture, "/empty");
    assert_int_equal(reply.status, 204);
    assert_int_equal(reply.body.length, 0);
    buffer_clear(&reply.body);
    reply = get(fixture, "/denied");
    assert_false(error_is_set(&reply.error));
    assert_int_equal(reply.status, 401);
    assert_int_equal(reply.body.length, 2);
    buffer_clear(&reply.body);
}

static void http__body_of_exactly_the_cap__is_taken(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    request.body_max = 5;
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_false(error_is_set(&reply.error));
    buffer_clear(&reply.body);
    request.body_max = 4;
    http_start(fixture->http, &request);
    reply = await_reply(fixture->http);
    assert_fails(&reply, ERROR_REPLY, "larger");
}

static void http__compressed_body__is_decoded__B18(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/gzip");
    request.body_max = 65536;
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_false(error_is_set(&reply.error));
    assert_non_null(strstr(fixture->server->heard, "Accept-Encoding: gzip\r\n"));
    assert_int_equal(reply.body.length, 65536);
    assert_int_equal(reply.body.data[65535], ' ');
    buffer_clear(&reply.body);
    reply = get(fixture, "/bad-gzip");
    assert_fails(&reply, ERROR_REPLY, "compression");
}

static void http__redirect__is_told_and_not_followed__B8(void **state)
{
    struct loopback *fixture = *state;
    struct server *other = server_start();
    static const int statuses[] = {301, 302, 303, 307, 308};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        snprintf(fixture->server->redirect, sizeof fixture->server->redirect,
                 "HTTP/1.1 %d X\r\nLocation: http://127.0.0.1:%d/ok?secret\r\n"
                 "Content-Length: 0\r\n\r\n",
                 statuses[i], other->port);
        struct http_request request = request_for(fixture, "/elsewhere");
        request.bearer = "token";
        http_start(fixture->http, &request);
        struct http_reply reply = await_reply(fixture->http);
        assert_int_equal(reply.status, statuses[i]);
        char there[HTTP_REDIRECT_MAX];
        snprintf(there, sizeof there, "http://127.0.0.1:%d", other->port);
        assert_string_equal(reply.redirect, there);
        buffer_clear(&reply.body);
    }
    assert_int_equal(server_stop(other), 0);
}

static void http__odd_redirects__are_told_safely__A20__B8(void **state)
{
    struct loopback *fixture = *state;
    static const struct {
        const char *location;
        const char *told;
    } rows[] = {
        {"https://user:pass@pbx.example.net:8443/a?b", "https://pbx.example.net:8443"},
        {"file:///etc/passwd", "file://"},
        {"http://\x1b[2J/", ""},
        {"http://[", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(fixture->server->redirect, sizeof fixture->server->redirect,
                 "HTTP/1.1 302 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", rows[i].location);
        struct http_reply reply = get(fixture, "/elsewhere");
        assert_int_equal(reply.status, 302);
        assert_string_equal(reply.redirect, rows[i].told);
        buffer_clear(&reply.body);
    }
}

static void http__retry_after__is_read_and_clamped__B9(void **state)
{
    struct loopback *fixture = *state;
    static const struct {
        const char *path;
        int64_t seconds;
    } rows[] = {
        {"/ok", -1},         {"/retry-0", 0},        {"/retry-7", 7},
        {"/retry-minus", 0}, {"/retry-huge", 21600}, {"/retry-date", 21600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_reply reply = get(fixture, rows[i].path);
        assert_false(error_is_set(&reply.error));
        assert_int_equal(reply.retry_after_s, rows[i].seconds);
        buffer_clear(&reply.body);
    }
}

/* Values that a header can have, over a socket: what is no number of seconds and no date to come
 * asks for nothing, and nothing asks for more than six hours. */
static void http__retry_after__any_value_is_within_bounds__B9(void **state)
{
    struct loopback *fixture = *state;
    static const struct {
        const char *value;
        int64_t seconds;
    } rows[] = {
        {"", 0},
        {"0", 0},
        {"1", 1},
        {"007", 7},
        {" \t 120 ", 120},
        {"900", 900},
        {"21600", 21600},
        {"21601", 21600},
        {"4294967296", 21600},
        {"99999999999", 21600},
        {"9223372036854775807", 21600},
        {"-1", 0},
        {"-99999999999999999999", 0},
        {"soon", 0},
        {"\x1b[2J", 0},
        {"\xC2\x9B", 0},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 0},
        {"Sun Nov  6 08:49:37 1994", 0},
        {"Fri, 31 Dec 2099 23:59:59 GMT", 21600},
        {"Thursday, 31-Dec-2099 23:59:59 GMT", 21600},
        {"Fri, 32 Dec 2099 23:59:59 GMT", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(fixture->server->redirect, sizeof fixture->server->redirect,
                 "HTTP/1.1 %s\r\nRetry-After:%s\r\nContent-Length: 0\r\n\r\n",
                 i % 2 == 0 ? "503 X" : "429 X", rows[i].value);
        struct http_reply reply = get(fixture, "/any");
        assert_false(error_is_set(&reply.error));
        if (reply.retry_after_s != rows[i].seconds)
            fail_msg("\"%s\" is %jd s", rows[i].value, (intmax_t)reply.retry_after_s);
        buffer_clear(&reply.body);
    }
}

static void http__proxies_of_the_environment__are_not_used__B12(void **state)
{
    struct loopback *fixture = *state;
    struct server *trap = server_start();
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",   "HTTP_PROXY"};
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", trap->port);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        setenv(names[i], proxy, 1);
    struct http_reply reply = get(fixture, "/ok");
    assert_int_equal(reply.status, 200);
    buffer_clear(&reply.body);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    assert_int_equal(server_stop(trap), 0);
}

static void http__proxy_of_the_endpoint__is_used_whatever_no_proxy_says(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "");
    char proxy[256];
    snprintf(proxy, sizeof proxy, "%s", request.url);
    setenv("no_proxy", "*", 1);
    fixture->endpoint.proxy = proxy;
    fixture->endpoint.timeout_ms = 100;
    request.url = "http://pbx.invalid/ok";
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    unsetenv("no_proxy");
    buffer_clear(&reply.body);
    assert_int_equal(strncmp(fixture->server->heard, "GET http://pbx.invalid/ok ", 26), 0);
}

static void http__cancel__ends_the_transfers_of_one_owner(void **state)
{
    struct loopback *fixture = *state;
    char owners[2];
    struct http_request request = request_for(fixture, "/ok");
    for (uint64_t i = 0; i < 6; i++) {
        request.owner = &owners[i % 2];
        request.tag = i;
        http_start(fixture->http, &request);
    }
    http_cancel(fixture->http, &owners[0]);
    for (int i = 0; i < 3; i++) {
        struct http_reply reply = await_reply(fixture->http);
        assert_ptr_equal(reply.owner, &owners[1]);
        assert_int_equal(reply.tag % 2, 1);
        buffer_clear(&reply.body);
    }
    http_wait(fixture->http, NULL, 0, 0);
    http_perform(fixture->http);
    struct http_reply reply;
    assert_false(http_next_reply(fixture->http, &reply));
}

static void http__cancel__drops_replies_that_wait(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    request.owner = fixture;
    request.url = "nonsense://";
    http_start(fixture->http, &request);
    http_perform(fixture->http);
    http_cancel(fixture->http, fixture);
    struct http_reply reply;
    assert_false(http_next_reply(fixture->http, &reply));
}

static void http__free__ends_what_is_running(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/silent");
    request.bearer = "token";
    request.form = "a=b";
    for (int i = 0; i < 3; i++) {
        http_start(fixture->http, &request);
        http_perform(fixture->http);
    }
    http_free(fixture->http);
    http_free(NULL);
    fixture->http = http_new(NULL);
    assert_non_null(fixture->http);
}

/* Waits for two descriptors; returns whether one of them ended it, before the time was over. */
static bool is_woken(struct http *http, int first, int second, int timeout_ms)
{
    const struct pollfd fds[2] = {{.fd = first, .events = POLLIN},
                                  {.fd = second, .events = POLLIN}};
    int64_t start = clock_ms();
    http_wait(http, fds, 2, timeout_ms);
    return clock_ms() - start < timeout_ms - 1;
}

static void http__wait__ends_for_bytes_hang_ups_and_closed_descriptors(void **state)
{
    struct loopback *fixture = *state;
    int quiet[2], pair[2];
    char byte;
    assert_int_equal(pipe(quiet), 0);
    assert_int_equal(pipe(pair), 0);
    assert_false(is_woken(fixture->http, quiet[0], pair[0], 50));
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_true(is_woken(fixture->http, quiet[0], pair[0], 5000));
    assert_int_equal(read(pair[0], &byte, 1), 1);
    assert_false(is_woken(fixture->http, quiet[0], pair[0], 50));
    close(pair[1]);
    assert_true(is_woken(fixture->http, quiet[0], pair[0], 5000));
    close(pair[0]);
    assert_true(is_woken(fixture->http, quiet[0], pair[0], 5000));
    close(quiet[0]);
    close(quiet[1]);
}

static void http__key_log__is_taken_out_of_the_environment__B13(void **state)
{
    (void)state;
    setenv("SSLKEYLOGFILE", "/nonexistent/keys", 1);
    struct http *http = http_new(NULL);
    assert_null(getenv("SSLKEYLOGFILE"));
    http_free(http);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loopback_set_up, loopback_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(http__good_answer__is_handed_out),
        TEST(http__spare_memory__is_what_the_answer_comes_in),
        TEST(http__bearer__is_sent_as_it_is_and_only_when_asked),
        TEST(http__form__is_posted),
        TEST(http__kept_connection__is_used_again),
        TEST(http__many_servers__keep_a_connection_each),
        TEST(http__connection_closed_between_polls__is_no_error__B17),
        TEST(http__statuses__come_back_as_they_are),
        TEST(http__body_of_exactly_the_cap__is_taken),
        TEST(http__compressed_body__is_decoded__B18),
        TEST(http__redirect__is_told_and_not_followed__B8),
        TEST(http__odd_redirects__are_told_safely__A20__B8),
        TEST(http__retry_after__is_read_and_clamped__B9),
        TEST(http__retry_after__any_value_is_within_bounds__B9),
        TEST(http__proxies_of_the_environment__are_not_used__B12),
        TEST(http__proxy_of_the_endpoint__is_used_whatever_no_proxy_says),
        TEST(http__cancel__ends_the_transfers_of_one_owner),
        TEST(http__cancel__drops_replies_that_wait),
        TEST(http__free__ends_what_is_running),
        TEST(http__wait__ends_for_bytes_hang_ups_and_closed_descriptors),
        cmocka_unit_test(http__key_log__is_taken_out_of_the_environment__B13),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
