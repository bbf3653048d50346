/* SPDX-License-Identifier: MIT */
/*
 * message: a request as answer sees it, and the reply that is being written to it.
 *
 * Plain data without any HTTP library, so that every answer can be tried without a socket.
 */
#ifndef BLFTOP_SIM_MESSAGE_H
#define BLFTOP_SIM_MESSAGE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/clock.h"

#define REPLY_HEADERS_MAX 8

enum reply_status {
    REPLY_OK = 200,
    REPLY_NO_CONTENT = 204,
    REPLY_FOUND = 302,
    REPLY_BAD_REQUEST = 400,
    REPLY_UNAUTHORIZED = 401,
    REPLY_FORBIDDEN = 403,
    REPLY_NOT_FOUND = 404,
    REPLY_NOT_ALLOWED = 405,
    REPLY_TOO_LARGE = 413,
    REPLY_TOO_MANY = 429,
    REPLY_BROKEN = 500,
    REPLY_BAD_GATEWAY = 502,
    REPLY_UNAVAILABLE = 503,
};

/* How a reply leaves the socket. */
enum reply_way {
    REPLY_WHOLE,
    REPLY_NEVER,      /* the request is never answered */
    REPLY_CLOSE,      /* the connection ends instead */
    REPLY_RESET,      /* likewise, with RST */
    REPLY_CUT_HEAD,   /* it ends in the middle of the head */
    REPLY_RESET_HEAD, /* likewise, with RST */
    REPLY_CUT_BODY,   /* it ends in the middle of the body */
    REPLY_RESET_BODY, /* likewise, with RST */
    REPLY_SLOW,       /* the body comes byte by byte */
};

/* All strings borrowed; a header that was not sent is NULL. */
struct ask {
    const char *method;
    const char *target; /* path and query as they were sent */
    const char *scheme; /* "http" or "https" */
    const char *host;
    const char *authorization;
    const char *content_type;
    const char *body; /* NULL: none */
    size_t body_length;
    struct moment now;
};

struct reply_header {
    const char *name; /* borrowed: literals */
    const char *value;
};

struct reply {
    enum reply_status status;
    enum reply_way way;
    const char *content_type; /* of a body; borrowed */
    struct buffer body;       /* JSON; owned */
    struct reply_header headers[REPLY_HEADERS_MAX];
    size_t header_count;
};

/* An empty 200. */
void reply_init(struct reply *reply);
void reply_clear(struct reply *reply);

/* Adds a header; both strings are borrowed for the reply's life. */
void reply_add_header(struct reply *reply, const char *name, const char *value);

/* Makes it VoipNow's error: {"error":{"code":"…","message":"…"}}. */
void reply_fail(struct reply *reply, enum reply_status status, const char *code,
                const char *message);

/* Makes it OAuth's error (RFC 6749, 5.2): {"error":"…","error_description":"…"}. */
void reply_fail_oauth(struct reply *reply, enum reply_status status, const char *code,
                      const char *description);

#endif
