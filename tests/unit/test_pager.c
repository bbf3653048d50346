/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "poll/pager.h"
#include "uapi/request.h"

/* A page of so many entries, new ones, that says a total. */
static struct pager_page page_of(size_t received, int64_t total)
{
    return (struct pager_page){.received = received,
                               .has_new = true,
                               .total = total,
                               .items_per_page = -1,
                               .start_index = -1};
}

/* Walks through a server that has `length` entries and says so; returns the entry behind the last
 * one that came, and how many pages that took. */
static long pager_through(long first, long page_size, long length, size_t *pages)
{
    struct pager pager;
    pager_begin(&pager, &pager_reach_all, first, page_size, -1);
    long next = first;
    *pages = 0;
    bool goes_on = true;
    while (goes_on) {
        assert_int_equal(pager.start, next);
        assert_in_range(pager.start, 0, REQUEST_START_MAX);
        assert_in_range(pager.count, 1, REQUEST_COUNT_MAX);
        long left = length > pager.start ? length - pager.start : 0;
        long received = pager.count < left ? pager.count : left;
        struct pager_page page = page_of((size_t)received, length);
        next = pager.start + received;
        goes_on = pager_next(&pager, &page);
        (*pages)++;
    }
    assert_true(pager.hit_limit == (next < length));
    return next;
}

static void pager__every_page_size__reaches_the_same_entries(void **state)
{
    (void)state;
    static const long lengths[] = {0,    1,    2,    20,   999,  1000, 1001, 4998,
                                   4999, 5000, 5001, 9997, 9998, 9999, 20000};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (long size = 1; size <= REQUEST_COUNT_MAX; size = size < 40 ? size + 1 : size + 619) {
            size_t pages;
            long reached = lengths[i] < 9998 ? lengths[i] : 9998;
            assert_int_equal(pager_through(0, size, lengths[i], &pages), reached);
            assert_true(pages <= (size_t)(lengths[i] / size) + 2);
        }
        size_t pages;
        pager_through(0, REQUEST_COUNT_MAX, lengths[i], &pages);
        assert_true(pages <= 3);
    }
}

static void pager__start__is_where_it_begins(void **state)
{
    (void)state;
    size_t pages;
    assert_int_equal(pager_through(7, 10, 30, &pages), 30);
    assert_int_equal(pager_through(4999, 10, 6000, &pages), 6000);
    assert_int_equal(pager_through(50, 10, 30, &pages), 50);
    assert_int_equal(pages, 1);
}

static void pager__hints__are_not_believed(void **state)
{
    (void)state;
    static const struct {
        struct pager_page page;
        bool goes_on;
    } rows[] = {
        {{.received = 10, .has_new = true, .total = -1, .items_per_page = -1, .start_index = -1},
         true},
        {{.received = 10, .has_new = true, .total = 10, .items_per_page = -1, .start_index = -1},
         true},
        {{.received = 10, .has_new = false, .total = 99, .items_per_page = -1, .start_index = -1},
         false},
        {{.received = 0, .has_new = false, .total = 99, .items_per_page = -1, .start_index = -1},
         false},
        {{.received = 9, .has_new = true, .total = -1, .items_per_page = -1, .start_index = -1},
         false},
        {{.received = 9, .has_new = true, .total = -1, .items_per_page = 9, .start_index = -1},
         true},
        {{.received = 9, .has_new = true, .total = 9, .items_per_page = 9, .start_index = -1},
         false},
        {{.received = 9, .has_new = true, .total = 10, .items_per_page = 20, .start_index = -1},
         true},
        {{.received = 5000,
          .has_new = true,
          .total = INT64_MAX,
          .items_per_page = 0,
          .start_index = -1},
         false},
        {{.received = 4999,
          .has_new = true,
          .total = INT64_MAX,
          .items_per_page = 0,
          .start_index = -1},
         true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pager pager;
        pager_begin(&pager, &pager_reach_all, 0, 10, -1);
        assert_int_equal(pager_next(&pager, &rows[i].page), rows[i].goes_on);
        assert_int_equal(pager.page, rows[i].goes_on ? 1 : 0);
    }
}

static void pager__page_of_what_came_before__is_walked_over_if_it_is_the_one_asked_for(void **state)
{
    (void)state;
    struct pager pager;
    struct pager_page page = {.received = 10, .total = 1000, .items_per_page = 10};
    pager_begin(&pager, &pager_reach_all, 0, 10, -1);
    for (unsigned i = 0; i < PAGER_REPEATS_MAX; i++) {
        page.start_index = pager.start;
        assert_true(pager_next(&pager, &page));
    }
    page.start_index = pager.start;
    page.has_new = true;
    assert_true(pager_next(&pager, &page));
    page.has_new = false;
    for (unsigned i = 0; i < PAGER_REPEATS_MAX; i++) {
        page.start_index = pager.start;
        assert_true(pager_next(&pager, &page));
    }
    page.start_index = pager.start;
    assert_false(pager_next(&pager, &page));
    assert_true(pager.hit_limit);
}

static void pager__deaf_server__is_cut_only_if_there_should_be_more(void **state)
{
    (void)state;
    struct pager pager;
    struct pager_page page = {
        .received = 20, .has_new = true, .total = 5000, .items_per_page = 20, .start_index = 0};
    pager_begin(&pager, &pager_reach_all, 0, 1000, -1);
    assert_true(pager_next(&pager, &page));
    page.has_new = false;
    assert_false(pager_next(&pager, &page));
    assert_true(pager.hit_limit);
    page = (struct pager_page){
        .received = 1, .has_new = true, .total = 2, .items_per_page = 20, .start_index = 0};
    pager_begin(&pager, &pager_reach_all, 0, 1000, -1);
    assert_true(pager_next(&pager, &page));
    page.has_new = false;
    assert_false(pager_next(&pager, &page));
    assert_false(pager.hit_limit); /* the documented example, whatever is asked */
}

/* What brought nothing new is not counted as if it had: what is known ends where it was asked for.
 */
static void pager__first_page_again_as_the_last__is_cut(void **state)
{
    (void)state;
    struct pager pager;
    struct pager_page page = page_of(10, 30);
    page.start_index = 0;
    pager_begin(&pager, &pager_reach_all, 0, 10, -1);
    assert_true(pager_next(&pager, &page));
    page.start_index = 10;
    assert_true(pager_next(&pager, &page));
    page.start_index = 0;
    page.has_new = false;
    assert_false(pager_next(&pager, &page));
    assert_true(pager.ignores_start_index);
    assert_true(pager.hit_limit);
}

static void pager__changing_length__is_noted(void **state)
{
    (void)state;
    struct pager pager;
    struct pager_page page = page_of(10, 30);
    pager_begin(&pager, &pager_reach_all, 0, 10, 99); /* what was known before is no change */
    assert_true(pager_next(&pager, &page));
    assert_false(pager.total_changed);
    page.total = 29;
    assert_true(pager_next(&pager, &page));
    assert_true(pager.total_changed);
}

static void pager__broken_page__is_stepped_over_where_its_length_is_known(void **state)
{
    (void)state;
    struct pager pager;
    pager_begin(&pager, &pager_reach_all, 0, 10, -1);
    assert_false(pager_skip(&pager, 0, false));
    pager_begin(&pager, &pager_reach_all, 0, 10, 10);
    assert_false(pager_skip(&pager, 0, false));
    pager_begin(&pager, &pager_reach_all, 0, 10, 11);
    assert_true(pager_skip(&pager, 0, false));
    assert_int_equal(pager.start, 10);
    assert_int_equal(pager.page, 1);
    pager_begin(&pager, &pager_reach_all, 0, 10, -1);
    assert_true(pager_skip(&pager, 4, true));
    assert_int_equal(pager.start, 4);
    pager_begin(&pager, &pager_reach_all, 4999, 10, 20000);
    assert_false(pager_skip(&pager, 0, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pager__every_page_size__reaches_the_same_entries),
        cmocka_unit_test(pager__start__is_where_it_begins),
        cmocka_unit_test(pager__hints__are_not_believed),
        cmocka_unit_test(
            pager__page_of_what_came_before__is_walked_over_if_it_is_the_one_asked_for),
        cmocka_unit_test(pager__deaf_server__is_cut_only_if_there_should_be_more),
        cmocka_unit_test(pager__first_page_again_as_the_last__is_cut),
        cmocka_unit_test(pager__changing_length__is_noted),
        cmocka_unit_test(pager__broken_page__is_stepped_over_where_its_length_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
