/* SPDX-License-Identifier: MIT */
/* The arithmetic of make bench, which is believed without being asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/figures.h"
#include "bench/table.h"

#define NEAR 1e-12

/* Makes figures of numbers. */
static struct figures figures_of(const double *values, size_t count)
{
    struct figures figures;
    figures_init(&figures);
    for (size_t i = 0; i < count; i++)
        figures_add(&figures, values[i]);
    return figures;
}

/* Is the number this one, but for rounding? */
static void assert_near(double number, double wanted)
{
    assert_true(fabs(number - wanted) <= NEAR * fmax(1, fabs(wanted)));
}

static void figures_median__of_odd_and_even_counts__is_the_middle_or_between(void **state)
{
    (void)state;
    const double values[] = {9, 1, 5, 3};
    struct figures odd = figures_of(values, 3), even = figures_of(values, 4);
    assert_near(figures_median(&odd), 5);
    assert_near(figures_median(&even), 4);
    figures_clear(&odd);
    figures_clear(&even);
}

static void figures_quantile__known_numbers__is_what_R_says(void **state)
{
    (void)state;
    /* quantile(1:10 * 10, c(0, .25, .75, .99, 1)) in R: 10, 32.5, 77.5, 99.1, 100. */
    struct figures figures;
    figures_init(&figures);
    for (int i = 10; i > 0; i--)
        figures_add(&figures, i * 10);
    assert_near(figures_quantile(&figures, 0), 10);
    assert_near(figures_quantile(&figures, 0.25), 32.5);
    assert_near(figures_quantile(&figures, 0.75), 77.5);
    assert_near(figures_quantile(&figures, 0.99), 99.1);
    assert_near(figures_quantile(&figures, 1), 100);
    assert_near(figures_spread(&figures), 22.5 / 55);
    figures_clear(&figures);
}

static void figures_add__many__keeps_them_all(void **state)
{
    (void)state;
    struct figures figures;
    figures_init(&figures);
    for (int i = 0; i < 1001; i++)
        figures_add(&figures, i * 8 % 1001);
    assert_int_equal(figures.count, 1001);
    assert_near(figures_median(&figures), 500);
    figures_clear(&figures);
}

static void figures__none_or_zero__divide_by_nothing(void **state)
{
    (void)state;
    const double zero = 0, two = 2, four = 4;
    struct figures none = figures_of(&zero, 0), nil = figures_of(&zero, 1);
    struct figures small = figures_of(&two, 1), large = figures_of(&four, 1);
    assert_near(figures_median(&none), 0);
    assert_near(figures_spread(&nil), 0);
    assert_near(figures_ratio(&nil, &nil), 0);
    assert_true(isinf(figures_ratio(&small, &nil)));
    assert_near(figures_ratio(&small, &large), 0.5);
    figures_clear(&none);
    figures_clear(&nil);
    figures_clear(&small);
    figures_clear(&large);
}

/* Adds a row of one figure a side. */
static struct table_row *add_row(struct table *table, int number, enum goal_kind kind, double goal,
                                 double ours, double theirs)
{
    struct table_row *row = table_add(table, number, "ms", kind, goal);
    figures_add(&row->ours, ours);
    figures_add(&row->theirs, theirs);
    table_describe(row, "them", "Why.", "row %d", number);
    return row;
}

static void table_score__each_kind_of_goal__compares_what_it_says(void **state)
{
    (void)state;
    struct table table;
    table_init(&table);
    assert_near(table_score(add_row(&table, 1, GOAL_RATIO, 0.5, 1, 4)), 0.25);
    assert_near(table_score(add_row(&table, 1, GOAL_OURS, 0.5, 3, 4)), 3);
    struct table_row *tail = table_add(&table, 1, "ms", GOAL_RATIO, 1);
    for (int i = 0; i <= 100; i++) {
        figures_add(&tail->ours, i);
        figures_add(&tail->theirs, i * i);
    }
    tail->share = 0.99;
    table_describe(tail, NULL, "", "tail");
    assert_near(table_score(tail), 99.0 / 9801.0);
    table_clear(&table);
}

static void table_print__rows_of_all_sorts__says_reached_missed_and_skipped(void **state)
{
    (void)state;
    struct table table;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    table_init(&table);
    add_row(&table, 2, GOAL_RATIO, 0.5, 2, 4);
    add_row(&table, 1, GOAL_RATIO, 0.5, 2.01, 4);
    table_skip(&table, 3, "third", "not installed: this");
    table_print(&table, out);
    fclose(out);
    const char *missed = strstr(text, "MISSED");
    const char *reached = strstr(text, "reached");
    const char *skipped = strstr(text, "skipped: not installed: this");
    assert_true(missed != NULL && reached != NULL && skipped != NULL);
    assert_true(missed < reached && reached < skipped);
    free(text);
    table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_median__of_odd_and_even_counts__is_the_middle_or_between),
        cmocka_unit_test(figures_quantile__known_numbers__is_what_R_says),
        cmocka_unit_test(figures_add__many__keeps_them_all),
        cmocka_unit_test(figures__none_or_zero__divide_by_nothing),
        cmocka_unit_test(table_score__each_kind_of_goal__compares_what_it_says),
        cmocka_unit_test(table_print__rows_of_all_sorts__says_reached_missed_and_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
