/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/plan.h"

#define WINDOW 100
#define MOST_PARTS 4096

/* Numbers of a server, and what has been read of them. */
struct fleet {
    const char *const *numbers; /* NULL-terminated */
    size_t copies;              /* each stands for so many */
    size_t asked;               /* parts in the last poll */
    size_t heard;
};

static const struct plan_seen none;

/* How many numbers a part has. */
static size_t count_part(const struct fleet *fleet, const struct plan_part *part)
{
    size_t count = 0;
    for (size_t i = 0; fleet->numbers[i] != NULL; i++) {
        bool is_exact = part->kind == PLAN_EXACT;
        const char *number = fleet->numbers[i];
        count += is_exact ? strcmp(number, part->prefix) == 0
                          : strncmp(number, part->prefix, strlen(part->prefix)) == 0;
    }
    return count * fleet->copies;
}

/* A poll of a server that does as it is asked, one page a part. */
static void poll_fleet(struct plan *plan, struct fleet *fleet)
{
    size_t part;
    fleet->asked = 0;
    fleet->heard = 0;
    plan_begin(plan);
    while ((part = plan_next(plan, fleet->heard)) != PLAN_NONE) {
        size_t count = count_part(fleet, &plan->parts[part]);
        bool is_census = plan_is_census(plan, part);
        struct plan_page page = {.received = count < WINDOW ? count : WINDOW,
                                 .heard = is_census || count > WINDOW ? 0 : count,
                                 .total = (int64_t)count};
        assert_true(++fleet->asked <= MOST_PARTS);
        if (count == 0) {
            plan_finish_empty(plan, part);
            continue;
        }
        enum plan_turn turn = plan_hear(plan, part, &page);
        fleet->heard += page.heard;
        bool is_cut = turn == PLAN_GOES_ON && count > WINDOW && plan_cut(plan, part, WINDOW);
        if (turn == PLAN_SPLITS || is_cut)
            plan_split(plan, part, &none);
        else if (turn == PLAN_GOES_ON && count <= WINDOW)
            plan_finish(plan, part, PLAN_WHOLE);
    }
}

static void plan__collection_inside_the_window__is_one_part(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0003*210", "0003*211", NULL};
    struct fleet fleet = {numbers, 50, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    for (int poll = 0; poll < 3; poll++) {
        poll_fleet(&plan, &fleet);
        assert_int_equal(fleet.asked, 1);
        assert_false(plan_is_split(&plan));
        assert_true(plan_is_whole(&plan, fleet.heard));
        plan_end(&plan, fleet.heard);
    }
    plan_clear(&plan);
}

static void plan__collection_beyond_it__is_split_until_every_part_fits(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0003*210", "0003*2", "0003*211", "0004*1", "5", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &fleet);
    assert_int_equal(fleet.heard, 300);
    assert_true(plan_is_whole(&plan, fleet.heard));
    assert_int_equal(plan_total(&plan, 0), 300);
    for (size_t i = 0; i < plan.count; i++)
        if (plan.parts[i].kind == PLAN_LEAF || plan.parts[i].kind == PLAN_EXACT)
            assert_true(plan.parts[i].total <= WINDOW);
    /* A number that is the beginning of others is in a part of its own. */
    assert_int_equal(plan.parts[plan_holder(&plan, "0003*2")].kind, PLAN_EXACT);
    assert_string_equal(plan.parts[plan_holder(&plan, "0003*211")].prefix, "0003*211");
    plan_end(&plan, fleet.heard);
    plan_clear(&plan);
}

static void plan__next_polls__ask_what_had_something_and_for_the_census(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", "3", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &fleet);
    plan_end(&plan, fleet.heard);
    poll_fleet(&plan, &fleet);
    assert_int_equal(fleet.asked, 3 + 1);
    assert_true(plan_is_whole(&plan, fleet.heard));
    plan_end(&plan, fleet.heard);
    plan_clear(&plan);
}

static void plan__what_appears_where_nothing_was__is_missed_then_found(void **state)
{
    (void)state;
    static const char *const before[] = {"1", "2", NULL};
    static const char *const after[] = {"1", "2", "7", NULL};
    struct fleet fleet = {before, 60, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &fleet);
    plan_end(&plan, fleet.heard);
    fleet.numbers = after;
    poll_fleet(&plan, &fleet);
    assert_false(plan_is_whole(&plan, fleet.heard));
    assert_int_equal(plan_total(&plan, 0), 180);
    plan_end(&plan, fleet.heard);
    poll_fleet(&plan, &fleet); /* what lasts is looked for */
    assert_true(plan_is_whole(&plan, fleet.heard));
    plan_end(&plan, fleet.heard);
    poll_fleet(&plan, &fleet);
    assert_int_equal(fleet.asked, 4);
    plan_end(&plan, fleet.heard);
    plan_clear(&plan);
}

static void plan__numbers_of_no_part__are_told_and_not_looked_for_at_every_poll(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", "\xc3\xa9", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct plan plan;
    size_t explored = 0;
    plan_init_collection(&plan, "", WINDOW);
    for (int poll = 0; poll < 40; poll++) {
        poll_fleet(&plan, &fleet);
        assert_false(plan_is_whole(&plan, fleet.heard));
        assert_int_equal(plan_total(&plan, 0), 180);
        assert_int_equal(fleet.heard, 120);
        assert_true(plan_holder(&plan, "\xc3\xa9") == PLAN_NONE);
        explored += fleet.asked > 3;
        plan_end(&plan, fleet.heard);
    }
    assert_in_range(explored, 2, 4); /* after 10 polls, after 20 more… */
    plan_clear(&plan);
}

static void plan__numbers_of_no_part__are_looked_for_in_the_poll_that_splits(void **state)
{
    (void)state;
    static const char *const covered[] = {"1", "2", NULL};
    static const char *const numbers[] = {"1", "2", "\xc3\xa9", NULL};
    struct fleet known = {covered, 60, 0, 0};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &known);
    plan_end(&plan, known.heard);
    plan_clear(&plan);
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &fleet);
    assert_int_equal(fleet.asked, known.asked + 1); /* the whole, as far as the window goes */
    plan_end(&plan, fleet.heard);
    plan_clear(&plan);
}

static void plan__characters_that_were_seen__are_parts(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_seen seen = {0};
    seen.is_there['x'] = true;
    seen.is_there['\n'] = true;
    plan_init_collection(&plan, "", WINDOW);
    plan_begin(&plan);
    size_t part = plan_next(&plan, 0);
    assert_int_equal(plan_hear(&plan, part, &(struct plan_page){.received = 100, .total = 200}),
                     PLAN_SPLITS);
    plan_split(&plan, part, &seen);
    assert_true(plan_holder(&plan, "x1") != PLAN_NONE);
    assert_true(plan_holder(&plan, "*1") != PLAN_NONE);
    assert_true(plan_holder(&plan, "y1") == PLAN_NONE);
    assert_true(plan_holder(&plan, "\n") == PLAN_NONE);
    plan_clear(&plan);
}

static void plan__shrunk_collection__is_joined_well_below_the_window_only(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", "3", NULL};
    struct fleet fleet = {numbers, 40, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &fleet);
    plan_end(&plan, fleet.heard);
    fleet.copies = 30; /* 90: inside the window, but not for sure the next time */
    poll_fleet(&plan, &fleet);
    plan_end(&plan, fleet.heard);
    assert_true(plan_is_split(&plan));
    fleet.copies = 20; /* 60 */
    poll_fleet(&plan, &fleet);
    assert_true(plan_is_whole(&plan, fleet.heard));
    plan_end(&plan, fleet.heard);
    assert_false(plan_is_split(&plan));
    poll_fleet(&plan, &fleet);
    assert_int_equal(fleet.asked, 1);
    plan_end(&plan, fleet.heard);
    plan_clear(&plan);
}

static void plan__part_that_lacks_numbers_of_no_part__is_not_joined_and_split_in_turn(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1\xc3\xa8", "1\xc3\xa9", "12", "3", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct plan plan;
    plan_init_collection(&plan, "", WINDOW);
    for (unsigned poll = 0; poll < PLAN_PAUSE_POLLS; poll++) {
        poll_fleet(&plan, &fleet);
        plan_end(&plan, fleet.heard);
        assert_string_equal(plan.parts[plan_holder(&plan, "12")].prefix, "12");
        assert_int_equal(fleet.heard, 120);
        assert_true(poll == 0 || fleet.asked == 2 + 1);
    }
    fleet.numbers += 2; /* they go: what is left of the part is well below the window */
    fleet.copies = 40;
    poll_fleet(&plan, &fleet);
    plan_end(&plan, fleet.heard);
    assert_string_equal(plan.parts[plan_holder(&plan, "12")].prefix, "1");
    plan_clear(&plan);
}

static void plan__total_without_entries_to_prove_it__splits_nothing(void **state)
{
    (void)state;
    struct plan plan;
    plan_init_collection(&plan, "", 9998);
    plan_begin(&plan);
    size_t part = plan_next(&plan, 0);
    struct plan_page page = {.received = 24, .heard = 24, .total = 1000000};
    assert_int_equal(plan_hear(&plan, part, &page), PLAN_GOES_ON);
    page.received = page.heard = 100;
    assert_int_equal(plan_hear(&plan, part, &page), PLAN_SPLITS);
    plan_clear(&plan);
}

static void plan__server_that_finds_no_prefix__is_read_as_far_as_the_window_goes(void **state)
{
    (void)state;
    struct plan plan;
    size_t part;
    plan_init_collection(&plan, "", WINDOW);
    plan_begin(&plan);
    part = plan_next(&plan, 0);
    assert_int_equal(plan_hear(&plan, part, &(struct plan_page){.received = 100, .total = 200}),
                     PLAN_SPLITS);
    plan_split(&plan, part, &none);
    for (size_t asked = 0; (part = plan_next(&plan, 0)) != PLAN_ROOT; asked++) {
        assert_true(asked < 12);
        plan_finish(&plan, part, asked % 2 == 0 ? PLAN_REFUSED : PLAN_WHOLE);
        plan.parts[part].total = 0;
    }
    assert_false(plan_is_split(&plan));
    struct plan_page page = {.received = 100, .heard = 100, .total = 200};
    assert_int_equal(plan_hear(&plan, part, &page), PLAN_GOES_ON);
    assert_false(plan_cut(&plan, part, WINDOW));
    assert_true(plan_next(&plan, 100) == PLAN_NONE);
    assert_false(plan_is_whole(&plan, 100));
    plan_end(&plan, 100);
    plan_clear(&plan);
}

static void plan__census_without_a_total__proves_nothing(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct plan plan;
    size_t part;
    plan_init_collection(&plan, "", WINDOW);
    poll_fleet(&plan, &fleet);
    plan_end(&plan, fleet.heard);
    plan_begin(&plan);
    while ((part = plan_next(&plan, 120)) != PLAN_NONE) {
        struct plan_page page = {.received = 1, .heard = 60, .total = -1};
        if (plan_hear(&plan, part, &page) == PLAN_GOES_ON)
            plan_finish(&plan, part, PLAN_WHOLE);
    }
    assert_false(plan_is_whole(&plan, 120));
    plan_end(&plan, 120);
    plan_clear(&plan);
}

/* A server that says of everything that it is endless. */
static void plan__server_without_end__is_asked_for_so_many_parts_and_entries(void **state)
{
    (void)state;
    struct plan plan;
    size_t part;
    size_t heard = 0;
    size_t asked = 0;
    plan_init_collection(&plan, "", WINDOW);
    plan_begin(&plan);
    while ((part = plan_next(&plan, heard)) != PLAN_NONE) {
        struct plan_page page = {.received = 100, .heard = 100, .total = INT64_MAX};
        enum plan_turn turn = plan_hear(&plan, part, &page);
        heard += 100;
        if (turn == PLAN_SPLITS || (turn == PLAN_GOES_ON && plan_cut(&plan, part, WINDOW)))
            plan_split(&plan, part, &none);
        asked++;
    }
    assert_true(plan.count <= PLAN_PARTS_MAX);
    assert_true(asked <= 2 * PLAN_PARTS_MAX);
    assert_true(heard <= PLAN_ENTRIES_MAX + 100);
    assert_false(plan_is_whole(&plan, heard));
    assert_true(plan_total(&plan, 0) == INT64_MAX);
    plan_end(&plan, heard);
    plan_clear(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan__collection_inside_the_window__is_one_part),
        cmocka_unit_test(plan__collection_beyond_it__is_split_until_every_part_fits),
        cmocka_unit_test(plan__next_polls__ask_what_had_something_and_for_the_census),
        cmocka_unit_test(plan__what_appears_where_nothing_was__is_missed_then_found),
        cmocka_unit_test(plan__numbers_of_no_part__are_told_and_not_looked_for_at_every_poll),
        cmocka_unit_test(plan__numbers_of_no_part__are_looked_for_in_the_poll_that_splits),
        cmocka_unit_test(plan__characters_that_were_seen__are_parts),
        cmocka_unit_test(plan__shrunk_collection__is_joined_well_below_the_window_only),
        cmocka_unit_test(plan__part_that_lacks_numbers_of_no_part__is_not_joined_and_split_in_turn),
        cmocka_unit_test(plan__total_without_entries_to_prove_it__splits_nothing),
        cmocka_unit_test(plan__server_that_finds_no_prefix__is_read_as_far_as_the_window_goes),
        cmocka_unit_test(plan__census_without_a_total__proves_nothing),
        cmocka_unit_test(plan__server_without_end__is_asked_for_so_many_parts_and_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
