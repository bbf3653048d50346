/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "net/walk.h"
#include "uapi/request.h"

/* A page of so many entries, new ones, that says a total. */
static struct walk_page page_of(size_t received, int64_t total)
{
    return (struct walk_page){.received = received,
                              .has_new = true,
                              .total = total,
                              .items_per_page = -1,
                              .start_index = -1};
}

/* Walks through a server that has `length` entries and says so; returns the entry behind the last
 * one that came, and how many pages that took. */
static long walk_through(long first, long page_size, long length, size_t *pages)
{
    struct walk walk;
    walk_begin(&walk, &walk_reach_all, first, page_size, -1);
    long next = first;
    *pages = 0;
    bool goes_on = true;
    while (goes_on) {
        assert_int_equal(walk.start, next);
        assert_in_range(walk.start, 0, REQUEST_START_MAX);
        assert_in_range(walk.count, 1, REQUEST_COUNT_MAX);
        long left = length > walk.start ? length - walk.start : 0;
        long received = walk.count < left ? walk.count : left;
        struct walk_page page = page_of((size_t)received, length);
        next = walk.start + received;
        goes_on = walk_on(&walk, &page);
        (*pages)++;
    }
    assert_true(walk.was_cut == (next < length));
    return next;
}

static void walk__every_page_size__reaches_the_same_entries(void **state)
{
    (void)state;
    static const long lengths[] = {0,    1,    2,    20,   999,  1000, 1001, 4998,
                                   4999, 5000, 5001, 9997, 9998, 9999, 20000};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (long size = 1; size <= REQUEST_COUNT_MAX; size = size < 40 ? size + 1 : size + 619) {
            size_t pages;
            long reached = lengths[i] < 9998 ? lengths[i] : 9998;
            assert_int_equal(walk_through(0, size, lengths[i], &pages), reached);
            assert_true(pages <= (size_t)(lengths[i] / size) + 2);
        }
        size_t pages;
        walk_through(0, REQUEST_COUNT_MAX, lengths[i], &pages);
        assert_true(pages <= 3);
    }
}

static void walk__start__is_where_it_begins(void **state)
{
    (void)state;
    size_t pages;
    assert_int_equal(walk_through(7, 10, 30, &pages), 30);
    assert_int_equal(walk_through(4999, 10, 6000, &pages), 6000);
    assert_int_equal(walk_through(50, 10, 30, &pages), 50);
    assert_int_equal(pages, 1);
}

static void walk__hints__are_not_believed(void **state)
{
    (void)state;
    static const struct {
        struct walk_page page;
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
        struct walk walk;
        walk_begin(&walk, &walk_reach_all, 0, 10, -1);
        assert_int_equal(walk_on(&walk, &rows[i].page), rows[i].goes_on);
        assert_int_equal(walk.page, rows[i].goes_on ? 1 : 0);
    }
}

static void walk__page_of_what_came_before__is_walked_over_if_it_is_the_one_asked_for(void **state)
{
    (void)state;
    struct walk walk;
    struct walk_page page = {.received = 10, .total = 1000, .items_per_page = 10};
    walk_begin(&walk, &walk_reach_all, 0, 10, -1);
    for (unsigned i = 0; i < WALK_REPEATS_MAX; i++) {
        page.start_index = walk.start;
        assert_true(walk_on(&walk, &page));
    }
    page.start_index = walk.start;
    page.has_new = true;
    assert_true(walk_on(&walk, &page));
    page.has_new = false;
    for (unsigned i = 0; i < WALK_REPEATS_MAX; i++) {
        page.start_index = walk.start;
        assert_true(walk_on(&walk, &page));
    }
    page.start_index = walk.start;
    assert_false(walk_on(&walk, &page));
    assert_true(walk.was_cut);
}

static void walk__deaf_server__is_cut_only_if_there_should_be_more(void **state)
{
    (void)state;
    struct walk walk;
    struct walk_page page = {
        .received = 20, .has_new = true, .total = 5000, .items_per_page = 20, .start_index = 0};
    walk_begin(&walk, &walk_reach_all, 0, 1000, -1);
    assert_true(walk_on(&walk, &page));
    page.has_new = false;
    assert_false(walk_on(&walk, &page));
    assert_true(walk.was_cut);
    page = (struct walk_page){
        .received = 1, .has_new = true, .total = 2, .items_per_page = 20, .start_index = 0};
    walk_begin(&walk, &walk_reach_all, 0, 1000, -1);
    assert_true(walk_on(&walk, &page));
    page.has_new = false;
    assert_false(walk_on(&walk, &page));
    assert_false(walk.was_cut); /* the documented example, whatever is asked */
}

/* What brought nothing new is not counted as if it had: what is known ends where it was asked for.
 */
static void walk__first_page_again_as_the_last__is_cut(void **state)
{
    (void)state;
    struct walk walk;
    struct walk_page page = page_of(10, 30);
    page.start_index = 0;
    walk_begin(&walk, &walk_reach_all, 0, 10, -1);
    assert_true(walk_on(&walk, &page));
    page.start_index = 10;
    assert_true(walk_on(&walk, &page));
    page.start_index = 0;
    page.has_new = false;
    assert_false(walk_on(&walk, &page));
    assert_true(walk.was_deaf);
    assert_true(walk.was_cut);
}

static void walk__changing_length__is_noted(void **state)
{
    (void)state;
    struct walk walk;
    struct walk_page page = page_of(10, 30);
    walk_begin(&walk, &walk_reach_all, 0, 10, 99); /* what was known before is no change */
    assert_true(walk_on(&walk, &page));
    assert_false(walk.was_moving);
    page.total = 29;
    assert_true(walk_on(&walk, &page));
    assert_true(walk.was_moving);
}

static void walk__broken_page__is_stepped_over_where_its_length_is_known(void **state)
{
    (void)state;
    struct walk walk;
    walk_begin(&walk, &walk_reach_all, 0, 10, -1);
    assert_false(walk_skip(&walk, 0, false));
    walk_begin(&walk, &walk_reach_all, 0, 10, 10);
    assert_false(walk_skip(&walk, 0, false));
    walk_begin(&walk, &walk_reach_all, 0, 10, 11);
    assert_true(walk_skip(&walk, 0, false));
    assert_int_equal(walk.start, 10);
    assert_int_equal(walk.page, 1);
    walk_begin(&walk, &walk_reach_all, 0, 10, -1);
    assert_true(walk_skip(&walk, 4, true));
    assert_int_equal(walk.start, 4);
    walk_begin(&walk, &walk_reach_all, 4999, 10, 20000);
    assert_false(walk_skip(&walk, 0, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk__every_page_size__reaches_the_same_entries),
        cmocka_unit_test(walk__start__is_where_it_begins),
        cmocka_unit_test(walk__hints__are_not_believed),
        cmocka_unit_test(walk__page_of_what_came_before__is_walked_over_if_it_is_the_one_asked_for),
        cmocka_unit_test(walk__deaf_server__is_cut_only_if_there_should_be_more),
        cmocka_unit_test(walk__first_page_again_as_the_last__is_cut),
        cmocka_unit_test(walk__changing_length__is_noted),
        cmocka_unit_test(walk__broken_page__is_stepped_over_where_its_length_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
