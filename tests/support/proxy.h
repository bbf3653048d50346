/* SPDX-License-Identifier: MIT */
/*
 * proxy: a relay between a client and a loopback server that harms answers by a plan.
 *
 * Runs in threads of the test. Passes everything on until it is given a plan; a plan says what is
 * done (cut, reset, stall…), to which answers, and at which byte. It can be exchanged at any time.
 * As PROXY_HTTP it takes requests and answers apart, so that a plan can be about one of them; as
 * PROXY_OPAQUE it relays bytes it does not understand, as TLS needs it, and a plan is about the
 * server's bytes of a whole connection. Never changes a request. Offsets and counts are bytes,
 * times milliseconds. What does not work in here ends the test program with a message.
 */
#ifndef BLFTOP_TESTS_SUPPORT_PROXY_H
#define BLFTOP_TESTS_SUPPORT_PROXY_H

#include <stddef.h>

enum proxy_kind {
    PROXY_HTTP,
    PROXY_OPAQUE,
};

enum proxy_act {
    PROXY_PASS,
    PROXY_REFUSE,      /* nobody listens, and open connections are closed */
    PROXY_CUT,         /* FIN */
    PROXY_RESET,       /* RST */
    PROXY_DELAY,       /* the rest comes `ms` later */
    PROXY_STALL,       /* the rest never comes; the client has to give up */
    PROXY_DRIBBLE,     /* the rest comes in portions of `count` bytes (0: 1), `ms` apart */
    PROXY_DUPLICATE,   /* the next `count` bytes come twice */
    PROXY_CORRUPT,     /* the next byte has the bits of `flip` turned over */
    PROXY_ANSWER,      /* `answer` comes instead, and the server is not asked; then FIN */
    PROXY_ANSWER_KEEP, /* likewise, and the connection stays open */
};

/* Where `offset` counts from. */
enum proxy_origin {
    PROXY_HEAD,   /* the start of the answer */
    PROXY_BODY,   /* the first byte after its head; past its end: its end */
    PROXY_STREAM, /* the first byte the server sends on the connection; always so if opaque */
};

struct proxy_plan {
    enum proxy_act act;
    enum proxy_origin origin;
    size_t offset;
    size_t count;
    int ms;
    unsigned char flip;
    const char *answer; /* copied */
    size_t answer_length;
    const char *only; /* answers to requests whose head holds this; NULL: all; copied */
    unsigned skip;    /* so many of those go unharmed first */
    unsigned times;   /* and then so many are harmed; 0: all */
};

struct proxy_counts {
    unsigned connections; /* accepted, since the start */
    unsigned requests;    /* heard, likewise; 0 if opaque */
    unsigned harmed;      /* answers (opaque: connections) since the plan was given */
    size_t bytes;         /* sent to clients, since the start */
};

struct proxy;

/* Starts one on a free port of 127.0.0.1. `server_port` 0: there is no server, plans answer. */
struct proxy *proxy_start(int server_port, enum proxy_kind kind);

/* Ends all connections and frees. */
void proxy_stop(struct proxy *proxy);

int proxy_port(const struct proxy *proxy);

/* From the next answer on it does this; NULL: it harms none. */
void proxy_set_plan(struct proxy *proxy, const struct proxy_plan *partition);

struct proxy_counts proxy_counts(struct proxy *proxy);

#endif
