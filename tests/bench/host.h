/* SPDX-License-Identifier: MIT */
/*
 * host: a server for a crowd, in a process of its own, that costs the measured sides nothing.
 *
 * Answers every GET with a page of the crowd, keeps connections, and lets the crowd change whenever
 * a poll begins. Counts what it is asked in memory that both processes share. Checks no token.
 */
#ifndef BLFTOP_TESTS_BENCH_HOST_H
#define BLFTOP_TESTS_BENCH_HOST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct host_options {
    size_t extensions;
    size_t changing;  /* how many take another status between two polls */
    bool is_renewing; /* all of them register anew */
    bool is_limited;  /* the real server's limits hold */
    bool is_whole;    /* everything on one page, whatever was asked for */
};

#define HOST_BEGUN_MAX 1024

struct host_counts {
    _Atomic unsigned long polls; /* requests for a first page */
    _Atomic unsigned long requests;
    _Atomic unsigned long connections;
    double begun[HOST_BEGUN_MAX]; /* when the last polls began, seconds of the monotonic clock; poll
                                     n, counted from 0, in place n % HOST_BEGUN_MAX */
};

struct host {
    pid_t pid;
    int port;
    int bell; /* a byte comes out of it whenever a page begins to be sent */
    struct host_counts *counts;
};

void host_start(struct host *host, const struct host_options *options);
void host_stop(struct host *host);

#endif
