/* SPDX-License-Identifier: MIT */
/*
 * trap: a loopback port that counts who comes, and answers everybody with the same bytes.
 *
 * Runs in a thread of the test, one connection after the other: reads a request's head, sends the
 * answer, closes. Understands nothing of what it hears. For servers that misbehave, and for ports
 * that nobody may come to.
 */
#ifndef BLFTOP_TESTS_SUPPORT_STUB_SERVER_H
#define BLFTOP_TESTS_SUPPORT_STUB_SERVER_H

#include <stdbool.h>

struct stub_server;

/* Starts one. `answer` is borrowed; NULL: none is given, the connection is closed. */
struct stub_server *stub_server_start(const char *answer);

/* Starts one that hears requests and never answers; it waits for the other side to give up. */
struct stub_server *stub_server_start_silent(void);

/* Waits until so many requests have been heard, five seconds at most. */
bool stub_server_wait_for(struct stub_server *trap, int requests);

/* Its port. */
int stub_server_port(const struct stub_server *trap);

/* Ends it; returns how many connections it has seen. */
int stub_server_stop(struct stub_server *trap);

/* A loopback socket with a port that refuses connections until it is closed. */
int stub_server_bind_dead(int *port);

/* An HTTP answer with this status line's end ("200 OK") and body; the caller frees. */
char *stub_server_write_answer(const char *status, const char *body);

#endif
