/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "model/roster.h"

static const struct roster_name names[] = {
    {"0003*100", "Reception"}, {"0003*210", "Front desk"}, {"0003*300", "Lab"}};

/* Starts each test with an empty roster that knows three names. */
static int setup(void **state)
{
    static struct roster roster;
    roster_init(&roster, names, sizeof names / sizeof *names);
    *state = &roster;
    return 0;
}

/* Frees it. */
static int teardown(void **state)
{
    roster_clear(*state);
    return 0;
}

/* Applies an extension with one contact. */
static uint32_t apply(struct roster *roster, uint16_t server, const char *number, int32_t status,
                      int32_t contact, bool is_first_poll, int64_t now)
{
    struct extension extension = {.number = mem_strdup(number),
                                  .registrations = mem_new(1, sizeof(struct registration)),
                                  .registration_count = 1,
                                  .status = status,
                                  .has_list = true};
    extension.registrations[0] = (struct registration){mem_strdup("agent"), 5, contact};
    uint32_t id = roster_apply(roster, server, &extension, is_first_poll, now);
    assert_null(extension.number);
    assert_null(extension.registrations);
    assert_int_equal(extension.registration_count, 0);
    return id;
}

static void roster_find__in_empty_roster_finds_nothing(void **state)
{
    const struct roster *roster = *state;
    assert_int_equal(roster_find(roster, 0, "0003*210"), ROW_NONE);
    assert_null(roster_row(roster, 0));
    assert_null(roster_row(roster, ROW_NONE));
}

static void roster_apply__first_poll_does_not_know_since_when(void **state)
{
    struct roster *roster = *state;
    const struct row *row = roster_row(roster, apply(roster, 2, "0003*210", 1, 1, true, 50));
    assert_int_equal(row->server, 2);
    assert_int_equal(row->lamp, LAMP_ONLINE);
    assert_int_equal(row->previous, LAMP_ONLINE);
    assert_int_equal(row->since_ms, 50);
    assert_int_equal(row->last_seen_ms, 50);
    assert_false(row->is_since_exact);
    assert_int_equal(roster->count, 1);
    assert_int_equal(roster->lamps[LAMP_ONLINE], 1);
}

static void roster_apply__row_that_appears_later__may_have_been_so_before(void **state)
{
    struct roster *roster = *state;
    const struct row *row = roster_row(roster, apply(roster, 0, "0003*210", 1, 1, false, 70));
    assert_false(row->is_since_exact);
    assert_int_equal(row->since_ms, 70);
}

static void roster_apply__change_after_a_long_silence__is_not_timed_exactly(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*210", 1, 1, false, 70);
    assert_int_equal(apply(roster, 0, "0003*210", 2, 1, false, 80), id);
    assert_true(roster_row(roster, id)->is_since_exact);
    assert_int_equal(apply(roster, 0, "0003*210", 3, 1, true, 9000), id);
    assert_false(roster_row(roster, id)->is_since_exact);
    assert_int_equal(roster_row(roster, id)->since_ms, 9000);
}

static void roster_apply__lamp_change_is_timed(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*210", 1, 1, true, 50);
    uint64_t before = roster->generation;
    assert_int_equal(apply(roster, 0, "0003*210", 3, 1, false, 90), id);
    const struct row *row = roster_row(roster, id);
    assert_int_equal(row->lamp, LAMP_BUSY);
    assert_int_equal(row->previous, LAMP_ONLINE);
    assert_int_equal(row->since_ms, 90);
    assert_true(row->is_since_exact);
    assert_int_equal(roster->lamps[LAMP_ONLINE], 0);
    assert_int_equal(roster->lamps[LAMP_BUSY], 1);
    assert_true(roster->generation > before);
}

static void roster_apply__other_change_keeps_the_lamps_age(void **state)
{
    struct roster *roster = *state;
    apply(roster, 0, "0003*210", 1, 1, true, 50);
    uint64_t before = roster->generation;
    struct extension extension = {.number = mem_strdup("0003*210"), .status = 1};
    uint32_t id = roster_apply(roster, 0, &extension, false, 90);
    const struct row *row = roster_row(roster, id);
    assert_false(row->extension.has_list);
    assert_int_equal(row->since_ms, 50);
    assert_int_equal(row->last_seen_ms, 90);
    assert_false(row->is_since_exact);
    assert_true(roster->generation > before);
}

static void roster_apply__identical_record_changes_nothing_seen(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*210", 1, 1, true, 50);
    uint64_t before = roster->generation;
    apply(roster, 0, "0003*210", 1, 1, false, 90);
    assert_int_equal(roster->generation, before);
    roster_confirm(roster, id, 95);
    assert_int_equal(roster->generation, before);
    assert_int_equal(roster_row(roster, id)->last_seen_ms, 95);
    assert_int_equal(roster_row(roster, id)->since_ms, 50);
}

static void roster_apply__last_of_duplicates_wins__A14(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*210", 1, 1, true, 50);
    assert_int_equal(apply(roster, 0, "0003*210", 2, 1, true, 50), id);
    assert_int_equal(roster->count, 1);
    assert_int_equal(roster_row(roster, id)->lamp, LAMP_RINGING);
}

static void roster_apply__gives_names(void **state)
{
    struct roster *roster = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t id = apply(roster, 0, names[i].number, 1, 1, true, 0);
        assert_ptr_equal(roster_row(roster, id)->name, names[i].name);
    }
    assert_null(roster_row(roster, apply(roster, 0, "0003*211", 1, 1, true, 0))->name);
}

static void roster__same_number_on_two_servers_is_two_rows(void **state)
{
    struct roster *roster = *state;
    uint32_t one = apply(roster, 0, "0003*210", 1, 1, true, 0);
    uint32_t other = apply(roster, 1, "0003*210", 3, 1, true, 0);
    assert_int_not_equal(one, other);
    assert_int_equal(roster_find(roster, 0, "0003*210"), one);
    assert_int_equal(roster_find(roster, 1, "0003*210"), other);
    assert_int_equal(roster_find(roster, 2, "0003*210"), ROW_NONE);
    struct counts counts = roster_count_server(roster, 1);
    assert_int_equal(counts.lamps[LAMP_BUSY], 1);
    assert_int_equal(counts.lamps[LAMP_ONLINE], 0);
    counts = roster_count_server(roster, 2);
    assert_int_equal(counts_present(&counts), 0);
}

static void roster_end_poll__shows_gone_for_two_polls_then_forgets__A19(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*210", 0, -1, true, 10);
    apply(roster, 1, "0003*210", 1, 1, true, 10);
    roster_end_poll(roster, 0, 10, 11);
    assert_int_equal(roster_row(roster, id)->gone_polls, 0);
    assert_int_equal(row_severity(roster_row(roster, id)), 7);

    uint64_t before = roster->generation;
    roster_end_poll(roster, 0, 20, 25);
    assert_int_equal(roster_row(roster, id)->gone_polls, 1);
    assert_int_equal(roster_row(roster, id)->gone_ms, 25);
    assert_int_equal(row_severity(roster_row(roster, id)), SEVERITY_GONE);
    assert_true(row_is_problem(roster_row(roster, id)));
    assert_int_equal(roster->gone, 1);
    assert_int_equal(roster->lamps[LAMP_OFFLINE], 0);
    assert_int_equal(roster->count, 2);
    assert_true(roster->generation > before);
    struct counts counts = roster_count_server(roster, 0);
    assert_int_equal(counts.lamps[LAMP_OFFLINE], 0);
    assert_int_equal(counts_present(&counts), 0);
    assert_int_equal(counts_problems(&counts), 1);

    before = roster->generation;
    roster_end_poll(roster, 0, 30, 35);
    assert_int_equal(roster_row(roster, id)->gone_polls, 2);
    assert_int_equal(roster_row(roster, id)->gone_ms, 25);
    assert_int_equal(roster->generation, before);

    roster_end_poll(roster, 0, 40, 45);
    assert_null(roster_row(roster, id));
    assert_int_equal(roster_find(roster, 0, "0003*210"), ROW_NONE);
    assert_int_equal(roster->count, 1);
    assert_int_equal(roster->gone, 0);
    assert_true(roster->generation > before);
}

static void roster__gone_row_returns_with_its_lamps_age(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*210", 1, 1, true, 10);
    roster_end_poll(roster, 0, 20, 25);
    uint64_t before = roster->generation;
    roster_confirm(roster, id, 30);
    assert_true(roster->generation > before);
    assert_int_equal(roster_row(roster, id)->gone_polls, 0);
    assert_int_equal(roster_row(roster, id)->gone_ms, 0);
    assert_int_equal(roster_row(roster, id)->since_ms, 10);
    assert_int_equal(roster->gone, 0);
    assert_int_equal(roster->lamps[LAMP_ONLINE], 1);

    roster_end_poll(roster, 0, 40, 45);
    assert_int_equal(apply(roster, 0, "0003*210", 3, 1, false, 50), id);
    assert_int_equal(roster_row(roster, id)->since_ms, 50);
    assert_int_equal(roster->lamps[LAMP_ONLINE], 0);
    assert_int_equal(roster->lamps[LAMP_BUSY], 1);
    assert_int_equal(roster->gone, 0);
}

static void roster__ids_stay_and_are_used_again_only_after_removal(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "a", 1, 1, true, 0);
    uint64_t serial = roster_row(roster, id)->serial;
    apply(roster, 1, "b", 1, 1, true, 0);
    for (int poll = 1; poll <= 2; poll++) {
        roster_end_poll(roster, 0, poll, poll);
        char number[16];
        snprintf(number, sizeof number, "c%d", poll);
        assert_int_not_equal(apply(roster, 1, number, 1, 1, false, poll), id);
    }
    roster_end_poll(roster, 0, 3, 3);
    assert_int_equal(apply(roster, 1, "d", 1, 1, false, 3), id);
    assert_true(roster_row(roster, id)->serial > serial);
}

static void roster__finds_every_row_while_it_grows(void **state)
{
    struct roster *roster = *state;
    char number[16];
    for (uint32_t i = 0; i < 5000; i++) {
        snprintf(number, sizeof number, "%04u*%u", i % 50, i / 50);
        assert_int_equal(apply(roster, (uint16_t)(i % 3), number, 1, 1, true, 0), i);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        snprintf(number, sizeof number, "%04u*%u", i % 50, i / 50);
        assert_int_equal(roster_find(roster, (uint16_t)(i % 3), number), i);
        assert_int_equal(roster_find(roster, (uint16_t)(i % 3 + 3), number), ROW_NONE);
    }
    assert_int_equal(roster->count, 5000);
}

static void roster_copy__shares_only_names(void **state)
{
    struct roster *roster = *state;
    struct roster copy;
    roster_copy(&copy, roster);
    assert_int_equal(roster_find(&copy, 0, "0003*210"), ROW_NONE);
    roster_clear(&copy);

    uint32_t id = apply(roster, 0, "0003*210", 1, 1, true, 5);
    apply(roster, 1, "x", 1, 1, true, 5);
    roster_end_poll(roster, 1, 6, 6);
    roster_end_poll(roster, 1, 7, 7);
    roster_end_poll(roster, 1, 8, 8);
    roster_copy(&copy, roster);
    apply(roster, 0, "0003*210", 3, 1, false, 9);
    apply(roster, 0, "0003*300", 3, 1, false, 9);
    assert_int_equal(roster_find(&copy, 0, "0003*210"), id);
    assert_int_equal(roster_row(&copy, id)->lamp, LAMP_ONLINE);
    assert_ptr_equal(roster_row(&copy, id)->name, names[1].name);
    assert_ptr_not_equal(roster_row(&copy, id)->extension.number,
                         roster_row(roster, id)->extension.number);
    assert_int_equal(copy.count, 1);
    assert_int_equal(roster_find(&copy, 0, "0003*300"), ROW_NONE);
    assert_int_not_equal(apply(&copy, 0, "0003*100", 1, 1, false, 9), id);
    roster_clear(&copy);
    assert_int_equal(roster_row(roster, id)->lamp, LAMP_BUSY);
}

static void roster_rename__gives_and_takes_names_of_rows_that_stay(void **state)
{
    static const struct roster_name others[] = {{"0003*100", "Night desk"}};
    struct roster *roster = *state;
    uint32_t first = apply(roster, 0, "0003*100", 1, 1, true, 5);
    uint32_t second = apply(roster, 0, "0003*210", 1, 1, true, 5);
    uint64_t generation = roster->generation;
    roster_rename(roster, others, 1);
    assert_string_equal(roster_row(roster, first)->name, "Night desk");
    assert_null(roster_row(roster, second)->name);
    assert_true(roster->generation > generation);
    roster_rename(roster, NULL, 0);
    assert_null(roster_row(roster, first)->name);
}

static void roster_forget__leaves_no_row_and_no_id_that_passes_for_one_of_before(void **state)
{
    struct roster *roster = *state;
    uint32_t id = apply(roster, 0, "0003*100", 1, 1, true, 5);
    uint64_t serial = roster_row(roster, id)->serial;
    apply(roster, 1, "0003*210", 3, 1, true, 5);
    roster_end_poll(roster, 1, 6, 7); /* one of them is gone */
    roster_forget(roster);
    assert_int_equal(roster->count, 0);
    assert_int_equal(roster->gone, 0);
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++)
        assert_int_equal(roster->lamps[lamp], 0);
    assert_int_equal(roster_find(roster, 0, "0003*100"), ROW_NONE);
    id = apply(roster, 0, "0003*100", 1, 1, true, 9);
    assert_true(roster_row(roster, id)->serial != serial);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(roster_find__in_empty_roster_finds_nothing),
        TEST(roster_apply__first_poll_does_not_know_since_when),
        TEST(roster_apply__row_that_appears_later__may_have_been_so_before),
        TEST(roster_apply__change_after_a_long_silence__is_not_timed_exactly),
        TEST(roster_apply__lamp_change_is_timed),
        TEST(roster_apply__other_change_keeps_the_lamps_age),
        TEST(roster_apply__identical_record_changes_nothing_seen),
        TEST(roster_apply__last_of_duplicates_wins__A14),
        TEST(roster_apply__gives_names),
        TEST(roster__same_number_on_two_servers_is_two_rows),
        TEST(roster_end_poll__shows_gone_for_two_polls_then_forgets__A19),
        TEST(roster__gone_row_returns_with_its_lamps_age),
        TEST(roster__ids_stay_and_are_used_again_only_after_removal),
        TEST(roster__finds_every_row_while_it_grows),
        TEST(roster_copy__shares_only_names),
        TEST(roster_rename__gives_and_takes_names_of_rows_that_stay),
        TEST(roster_forget__leaves_no_row_and_no_id_that_passes_for_one_of_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
