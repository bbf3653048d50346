/* SPDX-License-Identifier: MIT */
/*
 * What takes libcurl tens of seconds, by a clock that runs fast: this program stands in for libc's
 * clocks, and for its resolver, so that no name is ever looked up on a network.
 */
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
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/loopback.h"

#define WAIT_ROUNDS 20000

static atomic_int speed = 1;    /* of the clocks */
static atomic_llong ahead_s;    /* how far they are ahead of the true ones */
static struct timespec started; /* of CLOCK_MONOTONIC, when they began to run fast */

/* What libc's clock says. */
static int read_true_clock(clockid_t clock, struct timespec *now)
{
    typedef int reader(clockid_t, struct timespec *);
    union {
        void *symbol;
        reader *function;
    } libc = {.symbol = dlsym(RTLD_NEXT, "clock_gettime")};
    return libc.function(clock, now);
}

/* Stands in for libc's: `speed` times as fast since `started`, and ahead. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = read_true_clock(clock, now);
    if (speed > 1 && clock == CLOCK_MONOTONIC) {
        int64_t ns =
            (now->tv_sec - started.tv_sec) * INT64_C(1000000000) + now->tv_nsec - started.tv_nsec;
        ns = ns * speed + started.tv_nsec;
        now->tv_sec = started.tv_sec + (time_t)(ns / 1000000000);
        now->tv_nsec = (long)(ns % 1000000000);
    }
    now->tv_sec += (time_t)ahead_s;
    return result;
}

/* Likewise. */
time_t time(time_t *out)
{
    struct timespec now = {0};
    (void)read_true_clock(CLOCK_REALTIME, &now);
    time_t seconds = now.tv_sec + (time_t)ahead_s;
    if (out != NULL)
        *out = seconds;
    return seconds;
}

static const char *const *addresses; /* of every name under .invalid; NULL ends them */
static atomic_int lookups;

/* Puts an address before those found. */
static void put_address(struct addrinfo **found, const char *text, int port)
{
    struct in6_addr address;
    bool is_v6 = inet_pton(AF_INET6, text, &address) == 1;
    size_t length = is_v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    /* One piece of memory, which freeaddrinfo below knows. */
    struct addrinfo *info = mem_new(1, sizeof *info + sizeof(struct sockaddr_in6));
    *info = (struct addrinfo){.ai_family = is_v6 ? AF_INET6 : AF_INET,
                              .ai_socktype = SOCK_STREAM,
                              .ai_protocol = IPPROTO_TCP,
                              .ai_addrlen = (socklen_t)length,
                              .ai_addr = (struct sockaddr *)(void *)(info + 1),
                              .ai_next = *found};
    if (is_v6)
        memcpy(info + 1,
               &(struct sockaddr_in6){.sin6_family = AF_INET6,
                                      .sin6_port = htons((uint16_t)port),
                                      .sin6_addr = address},
               length);
    else
        memcpy(info + 1,
               &(struct sockaddr_in){.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)port),
                                     .sin_addr.s_addr = inet_addr(text)},
               length);
    *found = info;
}

/* Stands in for libc's: `addresses` for every name. */
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    int port = service != NULL ? atoi(service) : 0;
    size_t count = 0;
    (void)name;
    (void)hints;
    lookups++;
    *result = NULL;
    while (addresses[count] != NULL)
        count++;
    while (count > 0)
        put_address(result, addresses[--count], port);
    return *result != NULL ? 0 : EAI_NONAME;
}

/* Stands in for libc's. */
void freeaddrinfo(struct addrinfo *info)
{
    while (info != NULL) {
        struct addrinfo *next = info->ai_next;
        free(info);
        info = next;
    }
}

/* Waits for the next reply, by rounds and not by the clock. */
static struct http_reply await(struct http *http)
{
    struct http_reply reply;
    int rounds = 0;
    while (!http_next_reply(http, &reply)) {
        assert_true(rounds++ < WAIT_ROUNDS);
        http_wait(http, NULL, 0, 100);
        http_perform(http);
    }
    return reply;
}

/* Asks a name, which is resolved above, on a port. */
static struct http_reply get_named(struct loopback *fixture, int port)
{
    snprintf(fixture->url, sizeof fixture->url, "http://pbx.invalid:%d/ok", port);
    http_start(fixture->http, &(struct http_request){.endpoint = &fixture->endpoint,
                                                     .url = fixture->url,
                                                     .body_max = 1000});
    return await(fixture->http);
}

static void http__silent_server__has_the_whole_of_a_long_time_out__B3(void **state)
{
    struct loopback *fixture = *state;
    static const int64_t timeouts[] = {2000, 30000, 300000};
    for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
        fixture->endpoint.timeout_ms = timeouts[i];
        struct http_request request = request_for(fixture, "/silent");
        (void)read_true_clock(CLOCK_MONOTONIC, &started);
        speed = timeouts[i] < 10000 ? 1 : 200;
        http_start(fixture->http, &request);
        struct http_reply reply = await(fixture->http);
        speed = 1;
        assert_true(reply.elapsed_ms >= timeouts[i] - 20);
        assert_fails(&reply, ERROR_UNREACHABLE, "no answer within ");
    }
}

static void http__name_with_a_dead_first_address__is_reached_by_the_other__B15(void **state)
{
    struct loopback *fixture = *state;
    /* No port of ::1 is open at the number of one of 127.0.0.1's that was free. */
    addresses = (const char *const[]){"::1", "127.0.0.1", NULL};
    struct http_reply reply = get_named(fixture, fixture->server->port);
    assert_false(error_is_set(&reply.error));
    assert_int_equal(reply.status, 200);
    buffer_clear(&reply.body);
}

static void http__name_that_moves__is_found_within_a_minute__B15(void **state)
{
    struct loopback *fixture = *state;
    int port = fixture->server->port;
    lookups = 0;
    addresses = (const char *const[]){"127.0.0.2", NULL};
    struct http_reply reply = get_named(fixture, port);
    assert_true(reply.is_unreached);
    assert_fails(&reply, ERROR_UNREACHABLE, "connection refused");
    addresses = (const char *const[]){"127.0.0.1", NULL};
    ahead_s += 61;
    reply = get_named(fixture, port);
    assert_false(error_is_set(&reply.error));
    assert_int_equal(reply.status, 200);
    buffer_clear(&reply.body);
    assert_true(lookups >= 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loopback_set_up, loopback_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(http__silent_server__has_the_whole_of_a_long_time_out__B3),
        TEST(http__name_with_a_dead_first_address__is_reached_by_the_other__B15),
        TEST(http__name_that_moves__is_found_within_a_minute__B15),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
