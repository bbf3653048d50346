/* SPDX-License-Identifier: MIT */
/*
 * client: HTTP transfers, all of them in one libcurl multi handle.
 *
 * Hides libcurl. Starts transfers, waits for them together with the program's own descriptors,
 * and hands finished ones back. One kept connection per server; https only unless the endpoint
 * allows http; no redirects, no proxy and no netrc from the environment; bodies are capped while
 * they arrive. Any transfer error, libcurl's "out of memory" too (a long header line causes it), is
 * an error of that transfer. Knows nothing of JSON, tokens' meaning, or when to ask. SIGPIPE is for
 * main to ignore.
 */
#ifndef BLFTOP_HTTP_CLIENT_H
#define BLFTOP_HTTP_CLIENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define HTTP_FDS_MAX 8        /* descriptors of the program that http_wait takes along */
#define HTTP_REDIRECT_MAX 128 /* bytes, with the final NUL */

struct http; /* the multi handle and its transfers */

/* How a server is reached; strings borrowed for as long as transfers to it run. */
struct http_endpoint {
    const char *ca_file; /* NULL: the system's */
    const char *proxy;   /* NULL: none, whatever the environment says */
    bool allow_http;     /* otherwise https only */
    bool is_insecure;    /* TLS is not verified */
    int64_t timeout_ms;  /* the whole transfer */
};

struct http_request {
    const struct http_endpoint *endpoint;
    const char *url;      /* copied */
    const char *bearer;   /* copied and wiped after use; NULL: no Authorization header */
    const char *form;     /* copied and wiped after use; not NULL: POST it as a form */
    size_t body_max;      /* bytes of decoded body */
    struct buffer *spare; /* its memory is taken for the body; NULL: none */
    void *owner;          /* handed back with the reply */
    uint64_t tag;         /* likewise */
};

struct http_reply {
    void *owner;
    uint64_t tag;
    long status;           /* HTTP status; 0 if there was no answer */
    struct buffer body;    /* what came of it; taken by whoever takes the reply */
    int64_t elapsed_ms;    /* from start to end */
    int64_t retry_after_s; /* as the server says, clamped to [0, 21600]; -1: not said */
    bool is_unreached;     /* it failed because no connection came about */
    uint64_t connections;  /* connections opened for this transfer: 0 when a kept one was used */
    struct error error;    /* set: the transfer failed, and why; ERROR_UNREACHABLE or _REPLY */
    char redirect[HTTP_REDIRECT_MAX]; /* "https://host:port" it points to, safe text; or "" */
};

/* Checks the library (version, https, asynchronous resolver) and makes the handle. NULL with the
 * reason if it cannot be used. Removes SSLKEYLOGFILE from the environment first. */
struct http *http_new(struct error *error);

/* Ends all transfers, closes all connections. NULL is allowed. */
void http_free(struct http *http);

/* Makes the body that a request's answer is gathered in, in its spare memory if it has some. */
void http_init_body(struct buffer *body, const struct http_request *request);

/* Starts a transfer. A failure to start is reported as a reply like any other. */
void http_start(struct http *http, const struct http_request *request);

/* Ends the transfers of an owner; no reply comes for them. */
void http_cancel(struct http *http, const void *owner);

/* Waits until a transfer or one of `fds` (at most HTTP_FDS_MAX) has something to do, or
 * `timeout_ms` (not negative) has passed, or a signal came, or libcurl's own timers ran out: coming
 * back is no proof that time has passed. A hang-up and a closed descriptor end it too (measured on
 * 7.88); which it was is not told. */
void http_wait(struct http *http, const struct pollfd *fds, size_t count, int timeout_ms);

/* Moves the transfers on. Never blocks. */
void http_perform(struct http *http);

/* Hands out one finished transfer; the caller clears reply->body. False if there is none. */
bool http_next_reply(struct http *http, struct http_reply *reply);

#endif
