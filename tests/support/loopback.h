/* SPDX-License-Identifier: MIT */
/*
 * loopback: small HTTP servers in threads of this process, which answer with scripted bytes.
 *
 * Each listens on a free port of 127.0.0.1 and answers by path: good answers, cut ones, endless
 * ones, and what else a server can do to a client. And what tests of fetch share.
 */
#ifndef BLFTOP_TESTS_SUPPORT_LOOPBACK_H
#define BLFTOP_TESTS_SUPPORT_LOOPBACK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "http/client.h"

#define LOOPBACK_CONNECTIONS 8 /* that one server holds at a time */
#define LOOPBACK_HEARD_MAX 8192

/* A server in a thread, on a port of its own. */
struct server {
    int listener;
    int port;
    int stop[2];
    pthread_t thread;
    int connections[LOOPBACK_CONNECTIONS];
    atomic_int accepted;
    char heard[LOOPBACK_HEARD_MAX]; /* the last request; read it when the reply has come */
    size_t heard_length;
    char redirect[128]; /* answer to /elsewhere */
};

/* What most tests need: a server, a fetch, and an endpoint that allows http. */
struct loopback {
    struct server *server;
    struct http *http;
    struct http_endpoint endpoint;
    char url[256];
};

/* Starts a server. */
struct server *server_start(void);

/* Ends a server; returns how many connections it has seen. */
int server_stop(struct server *server);

/* A loopback socket that is bound to a free port. */
int bind_free(int *port);

/* cmocka's set-up and tear-down for a struct loopback. */
int loopback_set_up(void **state);
int loopback_tear_down(void **state);

/* Milliseconds of a clock that only goes forward. */
int64_t clock_ms(void);

/* Waits for the next reply, ten seconds at most. */
struct http_reply await_reply(struct http *http);

/* A request for a path of the server. */
struct http_request request_for(struct loopback *loopback, const char *path);

/* Asks for a path and waits for what comes. */
struct http_reply get(struct loopback *loopback, const char *path);

/* The reply is a failure of this kind whose text holds `words`; its body is cleared. */
void assert_fails(struct http_reply *reply, enum error_kind kind, const char *words);

#endif
