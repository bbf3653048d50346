/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/listing.h"

/* A listing and all it is made from. */
struct bench {
    struct roster roster;
    struct listing listing;
    struct filter_scope scope;
};

/* Applies an extension that says online, with a contact in this state. */
static void apply(struct bench *bench, const char *number, int32_t contact, int64_t now)
{
    struct extension extension = {.number = mem_strdup(number),
                                  .registrations = mem_new(1, sizeof(struct registration)),
                                  .registration_count = 1,
                                  .status = 1,
                                  .has_list = true};
    extension.registrations[0] = (struct registration){NULL, EXPIRES_NONE, contact};
    (void)roster_apply(&bench->roster, 0, &extension, false, now);
}

/* Updates the listing with a filter and sort keys. */
static void update(struct bench *bench, const char *filter, const char *keys)
{
    struct filter query;
    struct sort_order order;
    assert_true(filter_compile(&query, filter, NULL, NULL));
    assert_true(sort_parse(&order, keys, NULL));
    listing_update(&bench->listing, &bench->roster, &query, &order, &bench->scope);
    filter_clear(&query);
}

/* The number in a place of the listing. */
static const char *number_at(const struct bench *bench, size_t index)
{
    assert_true(index < bench->listing.count);
    return roster_row(&bench->roster, bench->listing.ids[index])->extension.number;
}

/* The number that is selected; index and id must agree. */
static const char *selected(const struct bench *bench)
{
    const struct listing *listing = &bench->listing;
    assert_true(listing->selected < listing->count);
    assert_int_equal(listing->ids[listing->selected], listing->selected_id);
    return number_at(bench, listing->selected);
}

/* Forgets every row not applied or confirmed at `now` or later. */
static void forget_older(struct bench *bench, int64_t now)
{
    for (int poll = 0; poll <= ROSTER_GONE_POLLS; poll++)
        roster_end_poll(&bench->roster, 0, now, now);
}

/* Starts each test with five rows: two problems (b, d), in this order by number. */
static int setup(void **state)
{
    struct bench *bench = mem_new(1, sizeof *bench);
    roster_init(&bench->roster, NULL, 0);
    listing_init(&bench->listing);
    apply(bench, "0003*e", 1, 1);
    apply(bench, "0003*d", -2, 1);
    apply(bench, "0003*c", 1, 1);
    apply(bench, "0003*b", -1, 1);
    apply(bench, "0003*a", 1, 1);
    update(bench, "", "extension");
    *state = bench;
    return 0;
}

/* Frees it. */
static int teardown(void **state)
{
    struct bench *bench = *state;
    listing_clear(&bench->listing);
    roster_clear(&bench->roster);
    free(bench);
    return 0;
}

static void listing_init__is_empty(void **state)
{
    (void)state;
    struct listing listing;
    listing_init(&listing);
    assert_int_equal(listing.count, 0);
    assert_int_equal(listing.selected, 0);
    assert_int_equal(listing.selected_id, ROW_NONE);
    listing_move(&listing, 1);
    listing_move(&listing, -1);
    listing_select(&listing, 3);
    assert_int_equal(listing.selected_id, ROW_NONE);
    listing_clear(&listing);
}

static void listing_update__sorts_and_selects_the_first(void **state)
{
    const struct bench *bench = *state;
    assert_int_equal(bench->listing.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(number_at(bench, i)[5], 'a' + (int)i);
    assert_string_equal(selected(bench), "0003*a");
}

static void listing_update__selection_follows_the_extension(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 1);
    assert_string_equal(selected(bench), "0003*b");
    update(bench, "", "-extension");
    assert_string_equal(selected(bench), "0003*b");
    assert_int_equal(bench->listing.selected, 3);
    update(bench, "problem", "severity");
    assert_string_equal(selected(bench), "0003*b");
    assert_int_equal(bench->listing.count, 2);
}

static void listing_update__filtered_away_selects_what_takes_its_place(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 2);
    update(bench, "!*c", "extension");
    assert_string_equal(selected(bench), "0003*d");
    listing_select(&bench->listing, 3);
    assert_string_equal(selected(bench), "0003*e");
    update(bench, "!*e", "extension");
    assert_string_equal(selected(bench), "0003*d");
}

static void listing_update__empty_selects_nothing(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 4);
    update(bench, "nothing", "extension");
    assert_int_equal(bench->listing.count, 0);
    assert_int_equal(bench->listing.selected, 0);
    assert_int_equal(bench->listing.selected_id, ROW_NONE);
    update(bench, "", "extension");
    assert_string_equal(selected(bench), "0003*a");
}

static void listing_update__never_takes_a_new_row_for_the_old(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 0);
    uint32_t id = bench->listing.selected_id;
    for (uint32_t other = 0; other < 5; other++) {
        if (other != id)
            roster_confirm(&bench->roster, other, 9);
    }
    forget_older(bench, 9);
    apply(bench, "0003*x", 1, 9);
    assert_int_equal(roster_find(&bench->roster, 0, "0003*x"), id);
    update(bench, "", "extension");
    assert_string_equal(selected(bench), "0003*b");
}

static void listing_update__more_than_2_32_births__selection_still_follows(void **state)
{
    struct bench *bench = *state;
    bench->roster.last_serial = UINT32_MAX - 1;
    listing_select(&bench->listing, 1);
    for (const char *born = "xyz"; *born != '\0'; born++) {
        char number[] = {'0', '0', '0', '3', '*', *born, '\0'};
        apply(bench, number, 1, 9);
        update(bench, "", *born == 'y' ? "-extension" : "extension");
        assert_string_equal(selected(bench), "0003*b");
        listing_prune(&bench->listing, &bench->roster);
        assert_string_equal(selected(bench), "0003*b");
    }
    assert_int_equal(bench->listing.count, 8);
}

static void listing_prune__drops_forgotten_rows_and_keeps_places(void **state)
{
    struct bench *bench = *state;
    update(bench, "", "severity");
    assert_string_equal(number_at(bench, 0), "0003*d");
    listing_select(&bench->listing, 3);
    assert_string_equal(selected(bench), "0003*c");
    apply(bench, "0003*c", 1, 9);
    apply(bench, "0003*e", -1, 9);
    apply(bench, "0003*b", 1, 9);
    forget_older(bench, 9);
    apply(bench, "0003*x", 1, 9);
    listing_prune(&bench->listing, &bench->roster);
    assert_int_equal(bench->listing.count, 3);
    assert_string_equal(number_at(bench, 0), "0003*b");
    assert_string_equal(number_at(bench, 1), "0003*c");
    assert_string_equal(number_at(bench, 2), "0003*e");
    assert_string_equal(selected(bench), "0003*c");
}

static void listing_prune__selected_row_forgotten_selects_its_place(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 4);
    apply(bench, "0003*b", 1, 9);
    forget_older(bench, 9);
    listing_prune(&bench->listing, &bench->roster);
    assert_string_equal(selected(bench), "0003*b");
    forget_older(bench, 10);
    listing_prune(&bench->listing, &bench->roster);
    assert_int_equal(bench->listing.selected_id, ROW_NONE);
}

static void listing_prune__selected_row_forgotten_selects_the_next(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 2);
    for (const char *kept = "abde"; *kept != '\0'; kept++) {
        char number[] = {'0', '0', '0', '3', '*', *kept, '\0'};
        apply(bench, number, 1, 9);
    }
    forget_older(bench, 9);
    listing_prune(&bench->listing, &bench->roster);
    assert_string_equal(selected(bench), "0003*d");
}

static void listing_move__stops_at_either_end(void **state)
{
    struct bench *bench = *state;
    listing_move(&bench->listing, 2);
    assert_string_equal(selected(bench), "0003*c");
    listing_move(&bench->listing, -1);
    assert_string_equal(selected(bench), "0003*b");
    listing_move(&bench->listing, -5);
    assert_string_equal(selected(bench), "0003*a");
    listing_move(&bench->listing, PTRDIFF_MAX);
    assert_string_equal(selected(bench), "0003*e");
    listing_move(&bench->listing, 1);
    assert_string_equal(selected(bench), "0003*e");
    listing_move(&bench->listing, PTRDIFF_MIN);
    assert_string_equal(selected(bench), "0003*a");
}

static void listing_select__beyond_the_end_is_the_last(void **state)
{
    struct bench *bench = *state;
    listing_select(&bench->listing, 5);
    assert_string_equal(selected(bench), "0003*e");
    listing_select(&bench->listing, SIZE_MAX);
    assert_string_equal(selected(bench), "0003*e");
}

static void listing_jump__prefers_exact_then_last_part_then_whole(void **state)
{
    struct bench *bench = *state;
    static const char *const numbers[] = {"0001*2100", "0002*210", "0002*2101", "0210*9", "21"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        apply(bench, numbers[i], 1, 1);
    update(bench, "", "extension");
    static const struct {
        const char *digits;
        const char *number;
    } cases[] = {
        {"210", "0002*210"}, {"2101", "0002*2101"}, {"21", "21"},        {"02", "0210*9"},
        {"2", "0001*2100"},  {"0003*b", "0003*b"},  {"0003*", "0003*a"}, {"0002*210", "0002*210"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(listing_jump(&bench->listing, &bench->roster, cases[i].digits, 0).count > 0);
        assert_string_equal(selected(bench), cases[i].number);
    }
    assert_int_equal(listing_jump(&bench->listing, &bench->roster, "777", 0).count, 0);
    assert_int_equal(listing_jump(&bench->listing, &bench->roster, "", 0).count, 0);
    assert_string_equal(selected(bench), "0002*210");
}

static void listing_jump__on_from_beside_the_matches_goes_to_the_nearest(void **state)
{
    struct bench *bench = *state;
    static const char *const numbers[] = {"0003*50", "0003*61", "0003*62", "0003*63", "0003*70"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        apply(bench, numbers[i], 1, 1);
    update(bench, "", "extension");
    static const struct {
        const char *from;
        int step;
        const char *to;
        size_t place;
    } rows[] = {
        {"0003*50", 1, "0003*61", 1}, {"0003*50", -1, "0003*63", 3}, {"0003*61", 1, "0003*62", 2},
        {"0003*63", 1, "0003*61", 1}, {"0003*61", -1, "0003*63", 3}, {"0003*63", -1, "0003*62", 2},
        {"0003*70", 1, "0003*61", 1}, {"0003*70", -1, "0003*63", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(listing_jump(&bench->listing, &bench->roster, rows[i].from, 0).count, 1);
        struct jump jump = listing_jump(&bench->listing, &bench->roster, "6", rows[i].step);
        assert_string_equal(selected(bench), rows[i].to);
        assert_int_equal(jump.count, 3);
        assert_int_equal(jump.place, rows[i].place);
    }
}

static void listing_next_problem__goes_around_the_end(void **state)
{
    struct bench *bench = *state;
    assert_true(listing_next_problem(&bench->listing, &bench->roster, false));
    assert_string_equal(selected(bench), "0003*b");
    assert_true(listing_next_problem(&bench->listing, &bench->roster, false));
    assert_string_equal(selected(bench), "0003*d");
    assert_true(listing_next_problem(&bench->listing, &bench->roster, false));
    assert_string_equal(selected(bench), "0003*b");
    assert_true(listing_next_problem(&bench->listing, &bench->roster, true));
    assert_string_equal(selected(bench), "0003*d");
    listing_select(&bench->listing, 2);
    assert_true(listing_next_problem(&bench->listing, &bench->roster, true));
    assert_string_equal(selected(bench), "0003*b");
}

static void listing_next_problem__without_another_stays(void **state)
{
    struct bench *bench = *state;
    update(bench, "!*d", "extension");
    listing_select(&bench->listing, 1);
    assert_false(listing_next_problem(&bench->listing, &bench->roster, false));
    assert_false(listing_next_problem(&bench->listing, &bench->roster, true));
    assert_string_equal(selected(bench), "0003*b");
    update(bench, "nothing", "extension");
    assert_false(listing_next_problem(&bench->listing, &bench->roster, false));
}

static void listing_next_problem__finds_rows_that_are_gone(void **state)
{
    struct bench *bench = *state;
    update(bench, "!*b !*d", "extension");
    assert_false(listing_next_problem(&bench->listing, &bench->roster, false));
    apply(bench, "0003*a", 1, 9);
    apply(bench, "0003*c", 1, 9);
    roster_end_poll(&bench->roster, 0, 9, 9);
    assert_true(listing_next_problem(&bench->listing, &bench->roster, false));
    assert_string_equal(selected(bench), "0003*e");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listing_init__is_empty),
        TEST(listing_update__sorts_and_selects_the_first),
        TEST(listing_update__selection_follows_the_extension),
        TEST(listing_update__filtered_away_selects_what_takes_its_place),
        TEST(listing_update__empty_selects_nothing),
        TEST(listing_update__never_takes_a_new_row_for_the_old),
        TEST(listing_update__more_than_2_32_births__selection_still_follows),
        TEST(listing_prune__drops_forgotten_rows_and_keeps_places),
        TEST(listing_prune__selected_row_forgotten_selects_its_place),
        TEST(listing_prune__selected_row_forgotten_selects_the_next),
        TEST(listing_move__stops_at_either_end),
        TEST(listing_select__beyond_the_end_is_the_last),
        TEST(listing_jump__prefers_exact_then_last_part_then_whole),
        TEST(listing_jump__on_from_beside_the_matches_goes_to_the_nearest),
        TEST(listing_next_problem__goes_around_the_end),
        TEST(listing_next_problem__without_another_stays),
        TEST(listing_next_problem__finds_rows_that_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
