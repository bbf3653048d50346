/* SPDX-License-Identifier: MIT */
#include "support/loopback.h"

#include <stdarg.h>

#include <setjmp.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define GZIP_HEAD "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 97\r\n\r\n"

/* What a server does after it has sent its bytes. */
enum after { AFTER_KEEP, AFTER_CLOSE, AFTER_RESET };

/* What is answered to the path of this name. `repeat` sends the last bytes of `head` for ever. */
struct behaviour {
    const char *path;
    const char *head;
    size_t length; /* 0: strlen */
    enum after after;
    size_t repeat;
};

/* 65536 blanks in 97 bytes. */
static const char gzip_answer[] =
    GZIP_HEAD "\037\213\010\000\000\000\000\000\002\003\355\301\201\000\000\000\000\200\040\225"
              "\375\051\027\251\012\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
              "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
              "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
              "\000\000\000\000\000\000\000\000\152\224\031\054\264\000\000\001\000";

static const struct behaviour behaviours[] = {
    {.path = "/ok", .head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
    {.path = "/then-close",
     .head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
     .after = AFTER_CLOSE},
    {.path = "/silent", .head = ""},
    {.path = "/stall", .head = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"},
    {.path = "/hang-up", .head = "", .after = AFTER_CLOSE},
    {.path = "/reset-head", .head = "HTTP/1.1 200 O", .after = AFTER_RESET},
    {.path = "/cut",
     .head = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
     .after = AFTER_CLOSE},
    {.path = "/large", .head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"},
    {.path = "/endless",
     .head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
     .repeat = 10},
    {.path = "/gzip", .head = gzip_answer, .length = sizeof gzip_answer - 1},
    {.path = "/bad-gzip",
     .head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"},
    {.path = "/long-line", .head = "HTTP/1.1 200 OK\r\nX: aaaaaaaaaaaaaaaa", .repeat = 16},
    {.path = "/old", .head = "hello", .after = AFTER_CLOSE},
    {.path = "/empty", .head = "HTTP/1.1 204 No Content\r\n\r\n"},
    {.path = "/denied", .head = "HTTP/1.1 401 \x1b[2J\r\nContent-Length: 2\r\n\r\nno"},
    {.path = "/retry-0", .head = "HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/retry-7", .head = "HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/retry-minus",
     .head = "HTTP/1.1 503 X\r\nRetry-After: -7\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/retry-huge",
     .head = "HTTP/1.1 503 X\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/retry-date",
     .head = "HTTP/1.1 503 X\r\nRetry-After: Fri, 31 Dec 2099 23:59:59 GMT\r\n"
             "Content-Length: 0\r\n\r\n"},
};

/* Sends the bytes of a behaviour; false if the connection is to be closed. */
static bool answer(int connection, const struct behaviour *how)
{
    size_t length = how->length > 0 ? how->length : strlen(how->head);
    bool is_sent = send(connection, how->head, length, MSG_NOSIGNAL) == (ssize_t)length;
    const char *tail = how->head + length - how->repeat;
    char many[4096];
    size_t filled = 0;
    while (how->repeat > 0 && filled + how->repeat <= sizeof many) {
        memcpy(many + filled, tail, how->repeat);
        filled += how->repeat;
    }
    while (is_sent && how->repeat > 0)
        is_sent = send(connection, many, filled, MSG_NOSIGNAL) == (ssize_t)filled;
    if (how->after == AFTER_RESET) {
        struct linger linger = {.l_onoff = 1};
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }

    return is_sent && how->after == AFTER_KEEP;
}

/* Reads a request with its body into `heard`. */
static bool hear(struct server *server, int connection)
{
    server->heard_length = 0;
    for (;;) {
        char *bytes = server->heard;
        size_t room = LOOPBACK_HEARD_MAX - 1 - server->heard_length;
        ssize_t got = recv(connection, bytes + server->heard_length, room, 0);
        if (got <= 0)
            return false;
        server->heard_length += (size_t)got;
        bytes[server->heard_length] = '\0';
        const char *end = strstr(bytes, "\r\n\r\n");
        const char *length = strstr(bytes, "Content-Length: ");
        size_t body = length != NULL ? (size_t)strtoul(length + 16, NULL, 10) : 0;
        if (end != NULL && (size_t)(end + 4 - bytes) + body <= server->heard_length)
            return true;
    }
}

/* Serves one request of a connection; false if the connection is to be closed. */
static bool serve(struct server *server, int connection)
{
    if (!hear(server, connection))
        return false;
    const char *path = strchr(server->heard, ' ');
    size_t length = path != NULL ? strcspn(path + 1, " ?") : 0;
    for (size_t i = 0; path != NULL && i < sizeof behaviours / sizeof *behaviours; i++) {
        if (strlen(behaviours[i].path) == length &&
            memcmp(behaviours[i].path, path + 1, length) == 0)
            return answer(connection, &behaviours[i]);
    }
    return answer(connection, &(struct behaviour){.head = server->redirect});
}

/* Takes a connection in. */
static void take_in(struct server *server)
{
    int connection = accept(server->listener, NULL, NULL);
    for (size_t i = 0; connection >= 0 && i < LOOPBACK_CONNECTIONS; i++) {
        if (server->connections[i] < 0) {
            server->connections[i] = connection;
            server->accepted++;
            return;
        }
    }
    close(connection);
}

/* The server's thread. */
static void *run_server(void *user)
{
    struct server *server = user;
    for (;;) {
        struct pollfd fds[LOOPBACK_CONNECTIONS + 2];
        for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++)
            fds[i] = (struct pollfd){.fd = server->connections[i], .events = POLLIN};
        fds[LOOPBACK_CONNECTIONS] = (struct pollfd){.fd = server->listener, .events = POLLIN};
        fds[LOOPBACK_CONNECTIONS + 1] = (struct pollfd){.fd = server->stop[0], .events = POLLIN};
        poll(fds, LOOPBACK_CONNECTIONS + 2, -1);
        if (fds[LOOPBACK_CONNECTIONS + 1].revents != 0)
            return NULL;
        for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++) {
            if (fds[i].revents != 0 && !serve(server, server->connections[i])) {
                close(server->connections[i]);
                server->connections[i] = -1;
            }
        }
        if (fds[LOOPBACK_CONNECTIONS].revents != 0)
            take_in(server);
    }
}

/* A loopback socket on a free port. */
int bind_free(int *port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return listener;
}

/* Starts a server. */
struct server *server_start(void)
{
    struct server *server = mem_new(1, sizeof *server);
    server->listener = bind_free(&server->port);
    assert_int_equal(listen(server->listener, 16), 0);
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++)
        server->connections[i] = -1;
    assert_int_equal(pipe(server->stop), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
    return server;
}

/* Ends a server; returns how many connections it has seen. */
int server_stop(struct server *server)
{
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->listener);
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++) {
        if (server->connections[i] >= 0)
            close(server->connections[i]);
    }
    int accepted = server->accepted;
    free(server);
    return accepted;
}

int loopback_set_up(void **state)
{
    struct loopback *loopback = mem_new(1, sizeof *loopback);
    loopback->server = server_start();
    loopback->http = http_new(NULL);
    loopback->endpoint = (struct http_endpoint){.allow_http = true, .timeout_ms = 5000};
    *state = loopback;
    return loopback->http != NULL ? 0 : -1;
}

int loopback_tear_down(void **state)
{
    struct loopback *loopback = *state;
    http_free(loopback->http);
    if (loopback->server != NULL)
        server_stop(loopback->server);
    free(loopback);
    return 0;
}

/* Milliseconds of a clock that only goes forward. */
int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for the next reply, ten seconds at most. */
struct http_reply await_reply(struct http *http)
{
    struct http_reply reply;
    int64_t until = clock_ms() + 10000;
    while (!http_next_reply(http, &reply)) {
        assert_true(clock_ms() < until);
        http_wait(http, NULL, 0, 100);
        http_perform(http);
    }
    return reply;
}

/* A request for a path of the loopback's server. */
struct http_request request_for(struct loopback *loopback, const char *path)
{
    snprintf(loopback->url, sizeof loopback->url, "http://127.0.0.1:%d%s", loopback->server->port,
             path);
    return (struct http_request){
        .endpoint = &loopback->endpoint, .url = loopback->url, .body_max = 1000};
}

/* Asks for a path and waits for what comes. */
struct http_reply get(struct loopback *loopback, const char *path)
{
    struct http_request request = request_for(loopback, path);
    http_start(loopback->http, &request);
    return await_reply(loopback->http);
}

/* The reply is a failure whose text holds `words`. */
void assert_fails(struct http_reply *reply, enum error_kind kind, const char *words)
{
    assert_int_equal(reply->error.kind, kind);
    if (strstr(reply->error.text, words) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", reply->error.text, words);
    buffer_clear(&reply->body);
}
