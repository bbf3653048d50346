/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "poll/partition.h"
#include "poll/partition_tree.h"

#define WINDOW 100
#define MOST_PARTS 4096

/* Numbers of a server, and what has been read of them. */
struct fleet {
    const char *const *numbers; /* NULL-terminated */
    size_t copies;              /* each stands for so many */
    size_t asked;               /* parts in the last poll */
    size_t heard;
};

static const struct partition_seen none;

/* How many numbers a part has. */
static size_t count_part(const struct fleet *fleet, const struct partition_part *part)
{
    size_t count = 0;
    for (size_t i = 0; fleet->numbers[i] != NULL; i++) {
        bool is_exact = part->kind == PART_EXACT;
        const char *number = fleet->numbers[i];
        count += is_exact ? strcmp(number, part->prefix) == 0
                          : strncmp(number, part->prefix, strlen(part->prefix)) == 0;
    }
    return count * fleet->copies;
}

/* A poll of a server that does as it is asked, one page a part. */
static void poll_fleet(struct partition *partition, struct fleet *fleet)
{
    size_t part;
    fleet->asked = 0;
    fleet->heard = 0;
    partition_begin(partition);
    while ((part = partition_next(partition, fleet->heard)) != PARTITION_NONE) {
        size_t count = count_part(fleet, &partition->parts[part]);
        bool is_census = partition_is_total_probe(partition, part);
        struct partition_page page = {.received = count < WINDOW ? count : WINDOW,
                                      .heard = is_census || count > WINDOW ? 0 : count,
                                      .total = (int64_t)count};
        assert_true(++fleet->asked <= MOST_PARTS);
        if (count == 0) {
            partition_finish_empty(partition, part);
            continue;
        }
        enum partition_turn turn = partition_hear(partition, part, &page);
        fleet->heard += page.heard;
        bool is_cut =
            turn == PART_GOES_ON && count > WINDOW && partition_cut(partition, part, WINDOW);
        if (turn == PART_SPLITS || is_cut)
            partition_split(partition, part, &none);
        else if (turn == PART_GOES_ON && count <= WINDOW)
            partition_finish(partition, part, PART_WHOLE);
    }
}

static void partition__collection_inside_the_window__is_one_part(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0003*210", "0003*211", NULL};
    struct fleet fleet = {numbers, 50, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    for (int poll = 0; poll < 3; poll++) {
        poll_fleet(&partition, &fleet);
        assert_int_equal(fleet.asked, 1);
        assert_false(partition_is_split(&partition));
        assert_true(partition_is_whole(&partition, fleet.heard));
        partition_end(&partition, fleet.heard);
    }
    partition_clear(&partition);
}

static void partition__collection_beyond_it__is_split_until_every_part_fits(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0003*210", "0003*2", "0003*211", "0004*1", "5", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &fleet);
    assert_int_equal(fleet.heard, 300);
    assert_true(partition_is_whole(&partition, fleet.heard));
    assert_int_equal(partition_total(&partition, 0), 300);
    for (size_t i = 0; i < partition.count; i++)
        if (partition.parts[i].kind == PART_LEAF || partition.parts[i].kind == PART_EXACT)
            assert_true(partition.parts[i].total <= WINDOW);
    /* A number that is the beginning of others is in a part of its own. */
    assert_int_equal(partition.parts[partition_holder(&partition, "0003*2")].kind, PART_EXACT);
    assert_string_equal(partition.parts[partition_holder(&partition, "0003*211")].prefix,
                        "0003*211");
    partition_end(&partition, fleet.heard);
    partition_clear(&partition);
}

static void partition__next_polls__ask_what_had_something_and_for_the_census(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", "3", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &fleet);
    partition_end(&partition, fleet.heard);
    poll_fleet(&partition, &fleet);
    assert_int_equal(fleet.asked, 3 + 1);
    assert_true(partition_is_whole(&partition, fleet.heard));
    partition_end(&partition, fleet.heard);
    partition_clear(&partition);
}

static void partition__what_appears_where_nothing_was__is_missed_then_found(void **state)
{
    (void)state;
    static const char *const before[] = {"1", "2", NULL};
    static const char *const after[] = {"1", "2", "7", NULL};
    struct fleet fleet = {before, 60, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &fleet);
    partition_end(&partition, fleet.heard);
    fleet.numbers = after;
    poll_fleet(&partition, &fleet);
    assert_false(partition_is_whole(&partition, fleet.heard));
    assert_int_equal(partition_total(&partition, 0), 180);
    partition_end(&partition, fleet.heard);
    poll_fleet(&partition, &fleet); /* what lasts is looked for */
    assert_true(partition_is_whole(&partition, fleet.heard));
    partition_end(&partition, fleet.heard);
    poll_fleet(&partition, &fleet);
    assert_int_equal(fleet.asked, 4);
    partition_end(&partition, fleet.heard);
    partition_clear(&partition);
}

static void partition__numbers_of_no_part__are_told_and_not_looked_for_at_every_poll(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", "\xc3\xa9", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct partition partition;
    size_t explored = 0;
    partition_init_collection(&partition, "", WINDOW);
    for (int poll = 0; poll < 40; poll++) {
        poll_fleet(&partition, &fleet);
        assert_false(partition_is_whole(&partition, fleet.heard));
        assert_int_equal(partition_total(&partition, 0), 180);
        assert_int_equal(fleet.heard, 120);
        assert_true(partition_holder(&partition, "\xc3\xa9") == PARTITION_NONE);
        explored += fleet.asked > 3;
        partition_end(&partition, fleet.heard);
    }
    assert_in_range(explored, 2, 4); /* after 10 polls, after 20 more… */
    partition_clear(&partition);
}

static void partition__numbers_of_no_part__are_looked_for_in_the_poll_that_splits(void **state)
{
    (void)state;
    static const char *const covered[] = {"1", "2", NULL};
    static const char *const numbers[] = {"1", "2", "\xc3\xa9", NULL};
    struct fleet known = {covered, 60, 0, 0};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &known);
    partition_end(&partition, known.heard);
    partition_clear(&partition);
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &fleet);
    assert_int_equal(fleet.asked, known.asked + 1); /* the whole, as far as the window goes */
    partition_end(&partition, fleet.heard);
    partition_clear(&partition);
}

static void partition__characters_that_were_seen__are_parts(void **state)
{
    (void)state;
    struct partition partition;
    struct partition_seen seen = {0};
    seen.is_there['x'] = true;
    seen.is_there['\n'] = true;
    partition_init_collection(&partition, "", WINDOW);
    partition_begin(&partition);
    size_t part = partition_next(&partition, 0);
    assert_int_equal(
        partition_hear(&partition, part, &(struct partition_page){.received = 100, .total = 200}),
        PART_SPLITS);
    partition_split(&partition, part, &seen);
    assert_true(partition_holder(&partition, "x1") != PARTITION_NONE);
    assert_true(partition_holder(&partition, "*1") != PARTITION_NONE);
    assert_true(partition_holder(&partition, "y1") == PARTITION_NONE);
    assert_true(partition_holder(&partition, "\n") == PARTITION_NONE);
    partition_clear(&partition);
}

static void partition__shrunk_collection__is_joined_well_below_the_window_only(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", "3", NULL};
    struct fleet fleet = {numbers, 40, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &fleet);
    partition_end(&partition, fleet.heard);
    fleet.copies = 30; /* 90: inside the window, but not for sure the next time */
    poll_fleet(&partition, &fleet);
    partition_end(&partition, fleet.heard);
    assert_true(partition_is_split(&partition));
    fleet.copies = 20; /* 60 */
    poll_fleet(&partition, &fleet);
    assert_true(partition_is_whole(&partition, fleet.heard));
    partition_end(&partition, fleet.heard);
    assert_false(partition_is_split(&partition));
    poll_fleet(&partition, &fleet);
    assert_int_equal(fleet.asked, 1);
    partition_end(&partition, fleet.heard);
    partition_clear(&partition);
}

static void
partition__part_that_lacks_numbers_of_no_part__is_not_joined_and_split_in_turn(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1\xc3\xa8", "1\xc3\xa9", "12", "3", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct partition partition;
    partition_init_collection(&partition, "", WINDOW);
    for (unsigned poll = 0; poll < PARTITION_PAUSE_POLLS; poll++) {
        poll_fleet(&partition, &fleet);
        partition_end(&partition, fleet.heard);
        assert_string_equal(partition.parts[partition_holder(&partition, "12")].prefix, "12");
        assert_int_equal(fleet.heard, 120);
        assert_true(poll == 0 || fleet.asked == 2 + 1);
    }
    fleet.numbers += 2; /* they go: what is left of the part is well below the window */
    fleet.copies = 40;
    poll_fleet(&partition, &fleet);
    partition_end(&partition, fleet.heard);
    assert_string_equal(partition.parts[partition_holder(&partition, "12")].prefix, "1");
    partition_clear(&partition);
}

static void partition__total_without_entries_to_prove_it__splits_nothing(void **state)
{
    (void)state;
    struct partition partition;
    partition_init_collection(&partition, "", 9998);
    partition_begin(&partition);
    size_t part = partition_next(&partition, 0);
    struct partition_page page = {.received = 24, .heard = 24, .total = 1000000};
    assert_int_equal(partition_hear(&partition, part, &page), PART_GOES_ON);
    page.received = page.heard = 100;
    assert_int_equal(partition_hear(&partition, part, &page), PART_SPLITS);
    partition_clear(&partition);
}

static void partition__server_that_finds_no_prefix__is_read_as_far_as_the_window_goes(void **state)
{
    (void)state;
    struct partition partition;
    size_t part;
    partition_init_collection(&partition, "", WINDOW);
    partition_begin(&partition);
    part = partition_next(&partition, 0);
    assert_int_equal(
        partition_hear(&partition, part, &(struct partition_page){.received = 100, .total = 200}),
        PART_SPLITS);
    partition_split(&partition, part, &none);
    for (size_t asked = 0; (part = partition_next(&partition, 0)) != PARTITION_ROOT; asked++) {
        assert_true(asked < 12);
        partition_finish(&partition, part, asked % 2 == 0 ? PART_REFUSED : PART_WHOLE);
        partition.parts[part].total = 0;
    }
    assert_false(partition_is_split(&partition));
    struct partition_page page = {.received = 100, .heard = 100, .total = 200};
    assert_int_equal(partition_hear(&partition, part, &page), PART_GOES_ON);
    assert_false(partition_cut(&partition, part, WINDOW));
    assert_true(partition_next(&partition, 100) == PARTITION_NONE);
    assert_false(partition_is_whole(&partition, 100));
    partition_end(&partition, 100);
    partition_clear(&partition);
}

static void partition__census_without_a_total__proves_nothing(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1", "2", NULL};
    struct fleet fleet = {numbers, 60, 0, 0};
    struct partition partition;
    size_t part;
    partition_init_collection(&partition, "", WINDOW);
    poll_fleet(&partition, &fleet);
    partition_end(&partition, fleet.heard);
    partition_begin(&partition);
    while ((part = partition_next(&partition, 120)) != PARTITION_NONE) {
        struct partition_page page = {.received = 1, .heard = 60, .total = -1};
        if (partition_hear(&partition, part, &page) == PART_GOES_ON)
            partition_finish(&partition, part, PART_WHOLE);
    }
    assert_false(partition_is_whole(&partition, 120));
    partition_end(&partition, 120);
    partition_clear(&partition);
}

/* A server that says of everything that it is endless. */
static void partition__server_without_end__is_asked_for_so_many_parts_and_entries(void **state)
{
    (void)state;
    struct partition partition;
    size_t part;
    size_t heard = 0;
    size_t asked = 0;
    partition_init_collection(&partition, "", WINDOW);
    partition_begin(&partition);
    while ((part = partition_next(&partition, heard)) != PARTITION_NONE) {
        struct partition_page page = {.received = 100, .heard = 100, .total = INT64_MAX};
        enum partition_turn turn = partition_hear(&partition, part, &page);
        heard += 100;
        if (turn == PART_SPLITS ||
            (turn == PART_GOES_ON && partition_cut(&partition, part, WINDOW)))
            partition_split(&partition, part, &none);
        asked++;
    }
    assert_true(partition.count <= PARTITION_PARTS_MAX);
    assert_true(asked <= 2 * PARTITION_PARTS_MAX);
    assert_true(heard <= PARTITION_ENTRIES_MAX + 100);
    assert_false(partition_is_whole(&partition, heard));
    assert_true(partition_total(&partition, 0) == INT64_MAX);
    partition_end(&partition, heard);
    partition_clear(&partition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partition__collection_inside_the_window__is_one_part),
        cmocka_unit_test(partition__collection_beyond_it__is_split_until_every_part_fits),
        cmocka_unit_test(partition__next_polls__ask_what_had_something_and_for_the_census),
        cmocka_unit_test(partition__what_appears_where_nothing_was__is_missed_then_found),
        cmocka_unit_test(partition__numbers_of_no_part__are_told_and_not_looked_for_at_every_poll),
        cmocka_unit_test(partition__numbers_of_no_part__are_looked_for_in_the_poll_that_splits),
        cmocka_unit_test(partition__characters_that_were_seen__are_parts),
        cmocka_unit_test(partition__shrunk_collection__is_joined_well_below_the_window_only),
        cmocka_unit_test(
            partition__part_that_lacks_numbers_of_no_part__is_not_joined_and_split_in_turn),
        cmocka_unit_test(partition__total_without_entries_to_prove_it__splits_nothing),
        cmocka_unit_test(partition__server_that_finds_no_prefix__is_read_as_far_as_the_window_goes),
        cmocka_unit_test(partition__census_without_a_total__proves_nothing),
        cmocka_unit_test(partition__server_without_end__is_asked_for_so_many_parts_and_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
