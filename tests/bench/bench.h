/* SPDX-License-Identifier: MIT */
/*
 * bench: measures blftop and what people use instead in one run, one beside the other.
 *
 * Each part measures some rows of the list of goals and adds them to the table. Both sides of a row
 * take turns, so that whatever else the machine does is the same for both. A part that lacks
 * something skips its row with the reason; what breaks ends the run by die().
 */
#ifndef BLFTOP_TESTS_BENCH_BENCH_H
#define BLFTOP_TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/table.h"

struct bench {
    struct table table;
    size_t runs;        /* turns of rows that take seconds each; others take more */
    const char *blftop; /* paths of the programs */
    const char *variant;
    const char *simulator;
    const char *folder; /* for files of a part's own; removed at the end */
};

/* Tells on standard error what is measured now. */
void bench_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Is there such a program in PATH? */
bool bench_has(const char *program);

/* Are all these (separated by blanks) there? Else the row is skipped, with what is missing. */
bool bench_needs(struct bench *bench, int number, const char *what, const char *programs);

/* Writes a file into the folder; the caller frees its path. */
char *bench_write(const struct bench *bench, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void part_refresh(struct bench *bench);
void part_decode(struct bench *bench);
void part_keys(struct bench *bench);
void part_paint(struct bench *bench);
void part_idle(struct bench *bench);
void part_start(struct bench *bench);
void part_link(struct bench *bench);
void part_memory(struct bench *bench);
void part_filter(struct bench *bench);
void part_window(struct bench *bench);
void part_servers(struct bench *bench);

#endif
