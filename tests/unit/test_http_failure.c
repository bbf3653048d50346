/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/loopback.h"

static void http__no_answer__is_a_timeout__B2(void **state)
{
    struct loopback *fixture = *state;
    struct http_reply first = get(fixture, "/ok"); /* from now on there is a connection */
    buffer_clear(&first.body);
    fixture->endpoint.timeout_ms = 100;
    struct http_reply reply = get(fixture, "/silent");
    assert_int_equal(reply.status, 0);
    assert_false(reply.is_unreached);
    assert_fails(&reply, ERROR_UNREACHABLE, "no answer within ");
}

static void http__stalled_body__is_a_timeout__B3(void **state)
{
    struct loopback *fixture = *state;
    fixture->endpoint.timeout_ms = 100;
    struct http_reply reply = get(fixture, "/stall");
    assert_false(reply.is_unreached);
    assert_fails(&reply, ERROR_UNREACHABLE, "the answer did not come to its end within ");
}

static void http__server_that_does_not_accept__is_a_timeout__B2(void **state)
{
    struct loopback *fixture = *state;
    int port;
    int listener = bind_free(&port);
    assert_int_equal(listen(listener, 0), 0);
    int crowd[4];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (size_t i = 0; i < 4; i++) {
        crowd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(crowd[i], (struct sockaddr *)&address, sizeof address);
    }
    fixture->endpoint.timeout_ms = 100;
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%d/", port);
    http_start(fixture->http, &(struct http_request){.endpoint = &fixture->endpoint,
                                                     .url = fixture->url,
                                                     .body_max = 10});
    struct http_reply reply = await_reply(fixture->http);
    assert_true(reply.is_unreached);
    assert_fails(&reply, ERROR_UNREACHABLE, "no connection within 0.1 s");
    for (size_t i = 0; i < 4; i++)
        close(crowd[i]);
    close(listener);
}

static void http__cut_connections__are_told_apart__B1(void **state)
{
    struct loopback *fixture = *state;
    struct http_reply reply = get(fixture, "/hang-up");
    assert_false(reply.is_unreached);
    assert_fails(&reply, ERROR_UNREACHABLE, "the connection was closed without an answer");
    reply = get(fixture, "/reset-head");
    assert_fails(&reply, ERROR_UNREACHABLE, "the connection was cut (");
    reply = get(fixture, "/cut");
    assert_fails(&reply, ERROR_UNREACHABLE, "the connection was cut in the middle of the answer");
}

static void http__dead_port__is_refused__B1(void **state)
{
    struct loopback *fixture = *state;
    int port;
    int closed = bind_free(&port); /* bound, so that nobody else listens there */
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%d/", port);
    http_start(fixture->http, &(struct http_request){.endpoint = &fixture->endpoint,
                                                     .url = fixture->url,
                                                     .body_max = 10});
    struct http_reply reply = await_reply(fixture->http);
    assert_true(reply.is_unreached);
    assert_fails(&reply, ERROR_UNREACHABLE, "connection refused");
    close(closed);
}

static void http__large_bodies__stop_at_the_cap__B4(void **state)
{
    struct loopback *fixture = *state;
    static const char *const paths[] = {"/large", "/endless", "/gzip"};
    for (size_t i = 0; i < 3; i++) {
        struct http_request request = request_for(fixture, paths[i]);
        request.body_max = 3 << 10;
        http_start(fixture->http, &request);
        struct http_reply reply = await_reply(fixture->http);
        assert_true(reply.body.length <= request.body_max);
        assert_fails(&reply, ERROR_REPLY, "the answer is larger than 3 KiB");
    }
    struct http_request request = request_for(fixture, "/large");
    request.body_max = (size_t)8 << 20;
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_fails(&reply, ERROR_REPLY, "the answer is larger than 8 MiB");
}

static void http__endless_header_line__is_a_failure_like_any_other__B6(void **state)
{
    struct loopback *fixture = *state;
    struct http_reply reply = get(fixture, "/long-line");
    assert_fails(&reply, ERROR_UNREACHABLE, "");
    reply = get(fixture, "/ok");
    assert_int_equal(reply.status, 200);
    buffer_clear(&reply.body);
}

static void http__http_0_9__is_not_taken__B7(void **state)
{
    struct loopback *fixture = *state;
    struct http_reply reply = get(fixture, "/old");
    assert_fails(&reply, ERROR_REPLY, "HTTP/0.9");
}

static void http__http__needs_to_be_allowed(void **state)
{
    struct loopback *fixture = *state;
    fixture->endpoint.allow_http = false;
    struct http_reply reply = get(fixture, "/ok");
    assert_fails(&reply, ERROR_UNREACHABLE, "not a protocol that is allowed");
    struct http_request request = request_for(fixture, "/ok");
    request.url = "file:///etc/hostname";
    fixture->endpoint.allow_http = true;
    http_start(fixture->http, &request);
    reply = await_reply(fixture->http);
    assert_fails(&reply, ERROR_UNREACHABLE, "not a protocol that is allowed");
    int accepted = server_stop(fixture->server);
    fixture->server = NULL;
    assert_int_equal(accepted, 0);
}

static void http__tls_to_a_plain_server__is_refused(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    memcpy(fixture->url, "https:", 6);
    snprintf(fixture->url, sizeof fixture->url, "https://127.0.0.1:%d/ok", fixture->server->port);
    snprintf(fixture->server->redirect, sizeof fixture->server->redirect, "\r\n\r\n");
    fixture->endpoint.timeout_ms = 200;
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_fails(&reply, ERROR_UNREACHABLE, "");
    assert_int_equal(reply.status, 0);
    fixture->endpoint.ca_file = "/nonexistent/ca.pem";
    http_start(fixture->http, &request);
    reply = await_reply(fixture->http);
    assert_fails(&reply, ERROR_UNREACHABLE, "the file of CA certificates cannot be used");
}

static void http__option_that_is_refused__is_a_reply(void **state)
{
    struct loopback *fixture = *state;
    size_t length = (size_t)9000000; /* libcurl takes strings of up to 8000000 bytes */
    char *url = mem_new(length + 1, 1);
    memset(url, 'a', length);
    memcpy(url, "http://127.0.0.1/", 17);
    http_start(fixture->http,
               &(struct http_request){
                   .endpoint = &fixture->endpoint, .url = url, .body_max = 10, .tag = 7});
    free(url);
    int64_t start = clock_ms();
    http_wait(fixture->http, NULL, 0, 5000);
    assert_true(clock_ms() - start < 2000);
    struct http_reply reply;
    assert_true(http_next_reply(fixture->http, &reply));
    assert_int_equal(reply.tag, 7);
    assert_fails(&reply, ERROR_UNREACHABLE, "libcurl refuses URL");
    reply = get(fixture, "/ok");
    assert_int_equal(reply.status, 200);
    buffer_clear(&reply.body);
}

static void http__no_descriptor_left__says_so__F9(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(STDIN_FILENO); /* the lowest there is */
    assert_true(next >= 0);
    close(next);
    struct rlimit none = {.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_fails(&reply, ERROR_UNREACHABLE, "too many open files");
    assert_true(reply.is_unreached);
}

static atomic_bool is_resolving;

/* Stands in for libc's: names are never looked up on a network here. "hung.invalid" takes its
 * time, every other name under .invalid is not found at once. */
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (name != NULL && strstr(name, ".invalid") != NULL) {
        if (strcmp(name, "hung.invalid") == 0) {
            is_resolving = true;
            nanosleep(&(struct timespec){.tv_nsec = 700000000}, NULL);
            is_resolving = false;
        }
        return EAI_NONAME;
    }
    union {
        void *symbol;
        resolver *function;
    } libc = {.symbol = dlsym(RTLD_NEXT, "getaddrinfo")};
    return libc.function(name, service, hints, result);
}

static void http__unknown_name__is_told(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    request.url = "http://nosuch.invalid/";
    http_start(fixture->http, &request);
    struct http_reply reply = await_reply(fixture->http);
    assert_fails(&reply, ERROR_UNREACHABLE, "the server's name was not found");
}

static void http__hung_resolver__never_blocks__B14(void **state)
{
    struct loopback *fixture = *state;
    struct http_request request = request_for(fixture, "/ok");
    request.url = "http://hung.invalid/";
    fixture->endpoint.timeout_ms = 100;
    http_start(fixture->http, &request);
    struct http_reply reply;
    int64_t longest = 0;
    do {
        http_wait(fixture->http, NULL, 0, 10);
        int64_t start = clock_ms();
        http_perform(fixture->http);
        int64_t took = clock_ms() - start;
        longest = took > longest ? took : longest;
    } while (!http_next_reply(fixture->http, &reply));
    assert_true(is_resolving);
    assert_true(longest < 500); /* the resolver hangs longer */
    assert_fails(&reply, ERROR_UNREACHABLE, "the server's name was not found within 0.1 s");
    while (is_resolving)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); /* libcurl's thread ends */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loopback_set_up, loopback_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(http__no_answer__is_a_timeout__B2),
        TEST(http__stalled_body__is_a_timeout__B3),
        TEST(http__server_that_does_not_accept__is_a_timeout__B2),
        TEST(http__cut_connections__are_told_apart__B1),
        TEST(http__dead_port__is_refused__B1),
        TEST(http__no_descriptor_left__says_so__F9),
        TEST(http__large_bodies__stop_at_the_cap__B4),
        TEST(http__endless_header_line__is_a_failure_like_any_other__B6),
        TEST(http__http_0_9__is_not_taken__B7),
        TEST(http__http__needs_to_be_allowed),
        TEST(http__tls_to_a_plain_server__is_refused),
        TEST(http__option_that_is_refused__is_a_reply),
        TEST(http__unknown_name__is_told),
        TEST(http__hung_resolver__never_blocks__B14),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
