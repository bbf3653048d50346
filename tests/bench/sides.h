/* SPDX-License-Identifier: MIT */
/*
 * sides: the two sides that are compared as whole programs, blftop and the pipeline that people
 * write, each asking a server of its own.
 */
#ifndef BLFTOP_TESTS_BENCH_SIDES_H
#define BLFTOP_TESTS_BENCH_SIDES_H

#include "bench/bench.h"
#include "bench/child.h"

#define PIPELINE_NEEDS "curl jq column head"

/* A board on a server. */
struct board_options {
    const char *program;
    int port;
    double interval;              /* seconds between polls, 1 at least */
    int page_size;                /* 0: the default */
    const char *const *variables; /* as in child_start */
};

/* Starts a board that lists by number, so that a change of lamp moves nothing. */
void sides_start_board(const struct bench *bench, struct child *board,
                       const struct board_options *options);

/* A line of shell that prints what one screen of a table holds; the caller frees. `entries` is how
 * many it asks for. */
char *sides_pipeline(int port, size_t entries);

/* Starts watch(1) on that line, once a second. */
void sides_start_watch(struct child *watch, int port, size_t entries);

#endif
