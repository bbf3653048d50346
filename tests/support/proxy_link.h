/* SPDX-License-Identifier: MIT */
/*
 * proxy_link: one connection through a proxy: its messages, and what a plan does to them.
 *
 * Part of proxy, for nobody else: proxy.c accepts, takes plans and counts; this serves one client
 * until its connection is over. Whoever starts a link's thread ends the link.
 */
#ifndef BLFTOP_TESTS_SUPPORT_PROXY_LINK_H
#define BLFTOP_TESTS_SUPPORT_PROXY_LINK_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "support/proxy.h"

#define NO_PEER (-1)

/* One client's connection and the one to the server that belongs to it. */
struct link {
    struct proxy *proxy;
    int client;
    int server;  /* NO_PEER: not connected yet */
    size_t sent; /* of the server's bytes that are behind us */
    struct buffer request;
    struct buffer answer;
    struct link *next;
};

struct proxy {
    enum proxy_kind kind;
    int server_port;
    int listener;
    int port;
    int stop[2];
    int wake[2];
    pthread_t thread;

    /* The lock guards what follows. */
    pthread_mutex_t lock;
    pthread_cond_t left; /* a link has ended */
    struct link *links;
    struct proxy_plan partition; /* its strings are owned */
    unsigned matched;            /* answers the plan is about, so far */
    struct proxy_counts counts;
    bool is_refusing;
};

/* Serves the client until the connection is over. */
void proxy_link_serve(struct link *link);

/* A TCP socket. */
int proxy_new_socket(void);

/* An address of this machine. */
struct sockaddr_in proxy_address(int port);

/* A copy of bytes, which may hold NULs, for the caller to free; NULL of NULL. */
char *proxy_copy_bytes(const char *bytes, size_t length);

#endif
