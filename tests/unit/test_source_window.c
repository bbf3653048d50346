/* SPDX-License-Identifier: MIT */
/*
 * Collections longer than one query can reach, read whole by prefixes. The window is made small
 * here, so that fleets of every shape can be tried; the arithmetic of the plan is test_plan's, and
 * what becomes of parts that fail or lie is test_source_parts'.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "poll/cycle.h"
#include "support/window_fixture.h"

/* What a random server does while it is asked. */
struct whims {
    struct window_fleet fleet;
    size_t shifts; /* in a hundred: the fleet changes before an answer */
    size_t faults; /* in a hundred: an answer is none */
};

/* One comes, goes, changes, or changes places with another. */
static void shift(struct source_fixture *rig, struct whims *whims)
{
    size_t a = rig->entry_count > 0 ? window_below(rig, rig->entry_count) : 0;
    size_t b = rig->entry_count > 0 ? window_below(rig, rig->entry_count) : 0;
    switch (rig->entry_count == 0 ? 0 : window_below(rig, 4)) {
    case 0:
        window_grow(rig, &whims->fleet, 1);
        break;
    case 1:
        window_shrink(rig, 1);
        break;
    case 2: {
        char *entry = rig->entries[a];
        rig->entries[a] = rig->entries[b];
        rig->entries[b] = entry;
        break;
    }
    default: {
        char *status = strstr(rig->entries[a], "\"status\":") + strlen("\"status\":");
        *status = *status == '3' ? '1' : '3';
    }
    }
}

/* Lets the fleet change, and some answers fail. */
static bool answer_whimsically(struct source_fixture *rig,
                               const struct source_fixture_request *asked, struct http_reply *reply)
{
    struct whims *whims = rig->script;
    if (asked->is_token)
        return false;
    if (window_below(rig, 100) < whims->shifts)
        shift(rig, whims);
    if (window_below(rig, 100) >= whims->faults)
        return false;
    switch (window_below(rig, 3)) {
    case 0:
        return source_fixture_break(reply, "cut");
    case 1:
        return source_fixture_reply(reply, 200, "{\"entry\":[{\"extension\":\"0003*001\"}");
    default:
        return source_fixture_reply(reply, 500, "");
    }
}

/* Makes a rig with the small window that asks side by side. */
static void set_up_rig(struct source_fixture *rig, uint64_t seed)
{
    source_fixture_init(rig);
    rng_seed(&rig->rng, seed);
    rig->reach = &window_reach;
    rig->settings.page_size = 1 + (long)window_below(rig, 20);
    rig->at_once = 1 + window_below(rig, RIG_AT_ONCE_MAX);
    rig->page_cap = window_below(rig, 5) == 0 ? 1 + (long)window_below(rig, 15) : 0;
}

/* The server is quiet: what nobody could foresee is found by exploring, after a pause at the
 * latest. Characters that nobody ever saw may not be found; then that is told. */
static void settle(struct source_fixture *rig, const struct whims *whims)
{
    bool has_letters = whims->fleet.shape == 3;
    for (unsigned polls = 0; polls < 3 * PARTITION_PAUSE_POLLS; polls++) {
        source_fixture_poll(rig);
        window_assert_told(rig);
        assert_true(rig->feed.total == (int64_t)rig->entry_count);
        if (rig->feed.is_complete)
            break;
    }
    assert_true(rig->feed.is_complete || has_letters);
    if (rig->feed.is_complete)
        window_assert_rows(rig);
}

/* A fleet of a shape that grows, shrinks and changes while it is read by a server that fails. When
 * nothing happens any more the rows are the fleet. */
static void live_through(uint64_t seed)
{
    struct source_fixture rig;
    set_up_rig(&rig, seed);
    struct whims whims = {.fleet.shape = (int)(seed % 6)};
    rig.answer = answer_whimsically;
    rig.script = &whims;
    window_grow(&rig, &whims.fleet, window_below(&rig, WINDOW_FLEET_MAX));
    source_fixture_start(&rig, NULL, 0);
    for (int round = 0; round < 8; round++) {
        whims.shifts = window_below(&rig, 2) * window_below(&rig, 60);
        whims.faults = window_below(&rig, 3) == 0 ? window_below(&rig, 30) : 0;
        for (size_t polls = window_below(&rig, 4); polls > 0; polls--) {
            source_fixture_poll(&rig);
            window_assert_told(&rig);
        }
        if (window_below(&rig, 3) == 0)
            window_shrink(&rig, window_below(&rig, rig.entry_count + 1));
        else
            window_grow(&rig, &whims.fleet, window_below(&rig, 200));
        whims.shifts = 0;
        whims.faults = 0;
        settle(&rig, &whims);
    }
    source_fixture_clear(&rig);
}

static void source__fleets_of_every_shape__are_read_exactly_or_told_not_to_be__A18(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 48; seed++)
        live_through(seed);
}

static void source__collection_beyond_the_window__is_read_whole_at_the_first_poll__A18(void **state)
{
    (void)state;
    static const int shapes[] = {0, 1, 2, 4, 5};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct source_fixture rig;
        window_begin(&rig, shapes[i], 130);
        assert_true(rig.feed.is_complete);
        assert_int_equal(rig.feed.read, 130);
        assert_int_equal(rig.feed.total, 130);
        window_assert_rows(&rig);
        source_fixture_clear(&rig);
    }
}

static void source__pages_of_a_split_collection__are_asked_side_by_side_within_a_bound(void **state)
{
    (void)state;
    struct source_fixture rig;
    window_begin(&rig, 0, 200);
    assert_int_equal(rig.most, CYCLE_SLOTS_MAX);
    source_fixture_clear(&rig);
    window_begin(&rig, 0, 40); /* one that is not split is read as ever */
    assert_int_equal(rig.most, 1);
    assert_int_equal(rig.asked, 3);
    source_fixture_clear(&rig);
    static const char *const listed[] = {"0003*000", "0003*001", "0003*002"};
    source_fixture_init(&rig); /* and so are extensions asked for by number */
    rig.at_once = RIG_AT_ONCE_MAX;
    source_fixture_fill(&rig, 3);
    source_fixture_start(&rig, listed, 3);
    source_fixture_poll(&rig);
    assert_int_equal(rig.most, 1);
    assert_int_equal(rig.feed.read, 3);
    source_fixture_clear(&rig);
}

static void source__split_collection__costs_one_request_more_than_its_pages(void **state)
{
    (void)state;
    struct source_fixture rig;
    window_begin(&rig, 2, 100); /* 0003*NNN: ten parts of about ten */
    source_fixture_poll(&rig);
    size_t pages = 0;
    for (int digit = '0'; digit <= '9'; digit++) {
        char begins[32];
        long has = 0;
        snprintf(begins, sizeof begins, "\"extension\":\"0003*%c", digit);
        for (size_t i = 0; i < rig.entry_count; i++)
            has += strstr(rig.entries[i], begins) != NULL;
        pages += (size_t)has / 10 + 1; /* a full page is looked behind */
        pages -= has == 0;
    }
    assert_true(rig.feed.is_complete);
    assert_true(rig.asked <= pages + 1);
    source_fixture_clear(&rig);
}

static void source__filter_that_is_not_heard__is_told_as_a_part_of_the_whole(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    rig.is_unfiltered = true;
    source_fixture_fill(&rig, 300);
    source_fixture_add_raw(&rig, "{\"extension\":\"7\",\"status\":1}");
    source_fixture_start(&rig, NULL, 0);
    for (int poll = 0; poll < 3; poll++) {
        source_fixture_poll(&rig);
        assert_false(rig.feed.is_complete);
        assert_false(error_is_set(&rig.feed.error));
        assert_int_equal(rig.feed.read, 40);
        assert_int_equal(rig.feed.total, 301);
        assert_true(rig.asked <= 40);
    }
    assert_int_equal(rig.asked, 3);
    source_fixture_clear(&rig);
}

static void source__filter_that_is_a_prefix__is_split_further(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    rig.server.filter = (char *)"0003*1";
    source_fixture_fill(&rig, 300);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_true(rig.feed.is_complete);
    assert_int_equal(rig.feed.read, 100);
    assert_int_equal(rig.feed.total, 100);
    assert_null(source_fixture_row(&rig, 200));
    assert_non_null(source_fixture_row(&rig, 199));
    source_fixture_clear(&rig);
}

static void source__filter_that_is_no_prefix__is_told_as_a_part_of_the_whole__A18(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    rig.reach = &window_reach;
    rig.settings.page_size = 10;
    rig.server.filter = (char *)"1";
    rig.server.filter_op = (char *)"contains";
    source_fixture_fill(&rig, 300);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_false(rig.feed.is_complete);
    assert_int_equal(rig.feed.read, 40);
    assert_int_equal(rig.feed.total, 138);
    source_fixture_clear(&rig);
}

/* Was the whole collection counted in the last poll? */
static bool is_counted(const struct source_fixture *rig)
{
    for (size_t i = 0; i < rig->asked; i++)
        if (rig->counts[i] == 1)
            return true;
    return false;
}

static void source__collection_around_the_window__does_not_flap(void **state)
{
    (void)state;
    struct source_fixture rig;
    window_begin(&rig, 2, 41);
    for (int poll = 0; poll < 20; poll++) {
        source_fixture_remove(&rig, 0);
        if (poll % 2 == 0) {
            struct window_fleet fleet = {.shape = 2};
            window_grow(&rig, &fleet, 2);
        }
        source_fixture_poll(&rig);
        window_assert_told(&rig);
        assert_int_equal(rig.feed.total, rig.entry_count);
        assert_true(is_counted(&rig)); /* still in parts */
    }
    while (rig.entry_count > 20)
        source_fixture_remove(&rig, 0);
    source_fixture_poll(&rig);
    source_fixture_poll(&rig);
    assert_int_equal(rig.asked, 3); /* well below: one part, full pages of 10 looked behind */
    assert_true(rig.feed.is_complete);
    source_fixture_clear(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source__fleets_of_every_shape__are_read_exactly_or_told_not_to_be__A18),
        cmocka_unit_test(
            source__collection_beyond_the_window__is_read_whole_at_the_first_poll__A18),
        cmocka_unit_test(
            source__pages_of_a_split_collection__are_asked_side_by_side_within_a_bound),
        cmocka_unit_test(source__split_collection__costs_one_request_more_than_its_pages),
        cmocka_unit_test(source__filter_that_is_not_heard__is_told_as_a_part_of_the_whole),
        cmocka_unit_test(source__filter_that_is_a_prefix__is_split_further),
        cmocka_unit_test(source__filter_that_is_no_prefix__is_told_as_a_part_of_the_whole__A18),
        cmocka_unit_test(source__collection_around_the_window__does_not_flap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
