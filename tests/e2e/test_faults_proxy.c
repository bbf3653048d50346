/* SPDX-License-Identifier: MIT */
/* The harming proxy itself: what a client gets of each plan, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/proxy.h"

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
#define BODY "0123456789"
#define ANSWER HEAD BODY
#define HEAD_LENGTH (sizeof HEAD - 1)
#define PATIENCE_S 10

/* A server that always says ANSWER (a proxy that answers itself), and a proxy before it. */
struct pair {
    struct proxy *server;
    struct proxy *proxy;
    int client;
    char got[1024]; /* by the last read */
    size_t length;
};

/* Starts both. */
static void open_pair(struct pair *pair, enum proxy_kind kind)
{
    *pair = (struct pair){.server = proxy_start(0, PROXY_HTTP), .client = -1};
    proxy_set_plan(pair->server, &(struct proxy_plan){.act = PROXY_ANSWER_KEEP,
                                                      .answer = ANSWER,
                                                      .answer_length = sizeof ANSWER - 1});
    pair->proxy = proxy_start(proxy_port(pair->server), kind);
}

/* Ends both. */
static void close_pair(struct pair *pair)
{
    if (pair->client >= 0)
        close(pair->client);
    proxy_stop(pair->proxy);
    proxy_stop(pair->server);
}

/* Connects anew; 0 or errno. */
static int dial(struct pair *pair)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)proxy_port(pair->proxy))};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    if (pair->client >= 0)
        close(pair->client);
    pair->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(pair->client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return connect(pair->client, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

/* Sends a request for a path. */
static void ask(struct pair *pair, const char *path)
{
    char request[128];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    assert_int_equal(send(pair->client, request, (size_t)length, MSG_NOSIGNAL), length);
}

/* Reads `most` bytes, fewer at the end of the connection; returns 0, or errno if it was no FIN. */
static int read_up_to(struct pair *pair, size_t most)
{
    pair->length = 0;
    while (pair->length < most) {
        ssize_t got = recv(pair->client, pair->got + pair->length, most - pair->length, 0);
        if (got <= 0)
            return got == 0 ? 0 : errno;
        pair->length += (size_t)got;
    }
    return 0;
}

/* Exactly this was read. */
static void assert_got(const struct pair *pair, const char *expected, size_t length)
{
    assert_int_equal(pair->length, length);
    assert_memory_equal(pair->got, expected, length);
}

/* A whole answer comes on the connection there is. */
static void assert_whole(struct pair *pair, const char *path)
{
    ask(pair, path);
    assert_int_equal(read_up_to(pair, sizeof ANSWER - 1), 0);
    assert_got(pair, ANSWER, sizeof ANSWER - 1);
}

static void proxy__without_a_plan__passes_everything_on_and_counts(void **state)
{
    (void)state;
    static const enum proxy_kind kinds[] = {PROXY_HTTP, PROXY_OPAQUE};
    for (size_t i = 0; i < 2; i++) {
        struct pair pair;
        open_pair(&pair, kinds[i]);
        assert_int_equal(dial(&pair), 0);
        assert_whole(&pair, "/");
        assert_whole(&pair, "/");
        struct proxy_counts counts = proxy_counts(pair.proxy);
        assert_int_equal(counts.connections, 1);
        assert_int_equal(counts.requests, kinds[i] == PROXY_HTTP ? 2 : 0);
        assert_int_equal(counts.harmed, 0);
        assert_int_equal(counts.bytes, 2 * (sizeof ANSWER - 1));
        close_pair(&pair);
    }
}

/* Ends a connection at every byte of the answer. */
static void end_everywhere(enum proxy_kind kind, enum proxy_act act, int end)
{
    struct pair pair;
    open_pair(&pair, kind);
    for (size_t at = 0; at < sizeof ANSWER - 1; at++) {
        proxy_set_plan(pair.proxy, &(struct proxy_plan){.act = act, .offset = at});
        assert_int_equal(dial(&pair), 0);
        ask(&pair, "/");
        assert_int_equal(read_up_to(&pair, sizeof pair.got), end);
        assert_got(&pair, ANSWER, at);
        assert_int_equal(proxy_counts(pair.proxy).harmed, 1);
    }
    close_pair(&pair);
}

static void proxy__cut_and_reset__end_at_exactly_the_byte(void **state)
{
    (void)state;
    end_everywhere(PROXY_HTTP, PROXY_CUT, 0);
    end_everywhere(PROXY_HTTP, PROXY_RESET, ECONNRESET);
    end_everywhere(PROXY_OPAQUE, PROXY_CUT, 0);
    end_everywhere(PROXY_OPAQUE, PROXY_RESET, ECONNRESET);
}

static void proxy__offsets__count_from_head_body_and_stream(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    proxy_set_plan(pair.proxy, &(struct proxy_plan){PROXY_CUT, PROXY_BODY, .offset = 3});
    assert_int_equal(dial(&pair), 0);
    ask(&pair, "/");
    assert_int_equal(read_up_to(&pair, sizeof pair.got), 0);
    assert_got(&pair, HEAD "012", HEAD_LENGTH + 3);
    proxy_set_plan(pair.proxy,
                   &(struct proxy_plan){PROXY_CUT, PROXY_STREAM, .offset = sizeof ANSWER - 1 + 4});
    assert_int_equal(dial(&pair), 0);
    assert_whole(&pair, "/");
    ask(&pair, "/");
    assert_int_equal(read_up_to(&pair, sizeof pair.got), 0);
    assert_got(&pair, ANSWER, 4);
    close_pair(&pair);
}

static void proxy__plan__is_about_the_answers_it_names(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    proxy_set_plan(pair.proxy, &(struct proxy_plan){PROXY_CORRUPT, PROXY_BODY, .flip = 1,
                                                    .only = "/this", .skip = 1, .times = 1});
    assert_int_equal(dial(&pair), 0);
    assert_whole(&pair, "/other");
    assert_whole(&pair, "/this");
    assert_whole(&pair, "/other");
    ask(&pair, "/this");
    assert_int_equal(read_up_to(&pair, sizeof ANSWER - 1), 0);
    assert_got(&pair, HEAD "1123456789", sizeof ANSWER - 1);
    assert_whole(&pair, "/this");
    assert_int_equal(proxy_counts(pair.proxy).harmed, 1);
    close_pair(&pair);
}

static void proxy__duplicate__sends_the_range_twice(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    proxy_set_plan(pair.proxy,
                   &(struct proxy_plan){PROXY_DUPLICATE, PROXY_BODY, .offset = 2, .count = 3});
    assert_int_equal(dial(&pair), 0);
    ask(&pair, "/");
    assert_int_equal(read_up_to(&pair, sizeof ANSWER - 1 + 3), 0);
    assert_got(&pair, HEAD "0123423456789", sizeof ANSWER - 1 + 3);
    close_pair(&pair);
}

static void proxy__delay_and_dribble__bring_everything_late(void **state)
{
    (void)state;
    static const struct proxy_plan plans[] = {
        {PROXY_DELAY, PROXY_BODY, .offset = 5, .ms = 150},
        {PROXY_DRIBBLE, PROXY_BODY, .offset = 5, .ms = 30, .count = 1},
    };
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    assert_int_equal(dial(&pair), 0);
    for (size_t i = 0; i < 2; i++) {
        int64_t before = clock_read().ms;
        proxy_set_plan(pair.proxy, &plans[i]);
        assert_whole(&pair, "/");
        assert_in_range(clock_read().ms - before, 149, PATIENCE_S * 1000);
    }
    close_pair(&pair);
}

static void proxy__stall__ends_only_when_the_client_gives_up(void **state)
{
    (void)state;
    struct pair pair;
    char byte;
    open_pair(&pair, PROXY_HTTP);
    proxy_set_plan(pair.proxy, &(struct proxy_plan){.act = PROXY_STALL, .offset = 4});
    assert_int_equal(dial(&pair), 0);
    ask(&pair, "/");
    assert_int_equal(read_up_to(&pair, 4), 0);
    assert_got(&pair, ANSWER, 4);
    usleep(50000);
    assert_int_equal(recv(pair.client, &byte, 1, MSG_DONTWAIT), -1);
    assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
    proxy_set_plan(pair.proxy, NULL);
    assert_int_equal(dial(&pair), 0);
    assert_whole(&pair, "/");
    close_pair(&pair);
}

static void proxy__refuse__closes_the_port_and_opens_the_same_again(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(dial(&pair), 0);
        assert_whole(&pair, "/");
        proxy_set_plan(pair.proxy, &(struct proxy_plan){.act = PROXY_REFUSE});
        assert_int_equal(read_up_to(&pair, 1), 0);
        assert_int_equal(pair.length, 0);
        assert_int_equal(dial(&pair), ECONNREFUSED);
        proxy_set_plan(pair.proxy, NULL);
    }
    close_pair(&pair);
}

static void proxy__answer__takes_the_servers_place_nul_bytes_too(void **state)
{
    (void)state;
    static const char bytes[] = "a\0b";
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    unsigned before = proxy_counts(pair.server).requests;
    proxy_set_plan(pair.proxy,
                   &(struct proxy_plan){.act = PROXY_ANSWER, .answer = bytes, .answer_length = 3});
    assert_int_equal(dial(&pair), 0);
    ask(&pair, "/");
    assert_int_equal(read_up_to(&pair, sizeof pair.got), 0);
    assert_got(&pair, bytes, 3);
    assert_int_equal(proxy_counts(pair.server).requests, before);
    close_pair(&pair);
}

static void proxy__stopped_in_the_middle__lets_go_of_everybody(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, PROXY_HTTP);
    proxy_set_plan(pair.proxy, &(struct proxy_plan){.act = PROXY_STALL});
    assert_int_equal(dial(&pair), 0);
    ask(&pair, "/");
    int64_t before = clock_read().ms;
    close_pair(&pair);
    assert_true(clock_read().ms - before < PATIENCE_S * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proxy__without_a_plan__passes_everything_on_and_counts),
        cmocka_unit_test(proxy__cut_and_reset__end_at_exactly_the_byte),
        cmocka_unit_test(proxy__offsets__count_from_head_body_and_stream),
        cmocka_unit_test(proxy__plan__is_about_the_answers_it_names),
        cmocka_unit_test(proxy__duplicate__sends_the_range_twice),
        cmocka_unit_test(proxy__delay_and_dribble__bring_everything_late),
        cmocka_unit_test(proxy__stall__ends_only_when_the_client_gives_up),
        cmocka_unit_test(proxy__refuse__closes_the_port_and_opens_the_same_again),
        cmocka_unit_test(proxy__answer__takes_the_servers_place_nul_bytes_too),
        cmocka_unit_test(proxy__stopped_in_the_middle__lets_go_of_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
