/* SPDX-License-Identifier: MIT */
/*
 * table: what was measured, a row a comparison, and whether it reached its goal.
 *
 * Owns rows and their figures. Says what came out; never fails a run because of it.
 */
#ifndef BLFTOP_TESTS_BENCH_TABLE_H
#define BLFTOP_TESTS_BENCH_TABLE_H

#include <stdio.h>

#include "bench/figures.h"

enum goal_kind {
    GOAL_RATIO, /* ours by theirs is at most the goal */
    GOAL_OURS,  /* ours alone is */
    GOAL_NONE,  /* told for reference */
};

/* One comparison. All texts are copied. */
struct table_row {
    int number; /* of the goal in the list of goals */
    char *what;
    const char *unit; /* of the figures; a literal */
    enum goal_kind kind;
    double goal;
    double share; /* the quantile that is compared; 0.5: the median */
    struct figures ours;
    struct figures theirs;
    char *theirs_name;
    char *means;   /* a sentence or two */
    char *skipped; /* why it was not measured; NULL: it was */
};

struct table {
    struct table_row *rows;
    size_t count;
};

void table_init(struct table *table);
void table_clear(struct table *table);

/* A new row, medians compared; fill in what is measured. Valid until the next one is added. */
struct table_row *table_add(struct table *table, int number, const char *unit, enum goal_kind kind,
                            double goal);

/* Gives a row its words. `theirs` NULL: there is no other side. */
void table_describe(struct table_row *row, const char *theirs, const char *means,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A row that could not be measured. */
void table_skip(struct table *table, int number, const char *what, const char *why);

/* What is compared with the goal. */
double table_score(struct table_row *row);

/* Prints all rows in the order of their numbers. */
void table_print(struct table *table, FILE *out);

#endif
