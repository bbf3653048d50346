/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/cycle.h"
#include "poll/cycle_end.h"
#include "support/source_fixture.h"

#define NUMBERS 40 /* extensions there can be */

/* A page that fails in the poll under way. */
struct fault {
    long page; /* the how manieth request; -1: none */
    int kind;
};

/* Breaks the page that rig->script, a struct fault, tells. */
static bool answer_fault(struct source_fixture *rig, const struct source_fixture_request *asked,
                         struct http_reply *reply)
{
    const struct fault *fault = rig->script;
    (void)asked;
    if (fault->page + 1 != (long)rig->asked)
        return false;
    switch (fault->kind) {
    case 0:
        return source_fixture_break(reply, "cut");
    case 1:
        return source_fixture_reply(reply, 200, "{\"entry\":[{\"extension\":\"0003*001\"}");
    default:
        return source_fixture_reply(reply, 500, "");
    }
}

/* A number below a bound. */
static size_t below(struct source_fixture *rig, size_t bound)
{
    return (size_t)rng_below(&rig->rng, bound);
}

/* Changes something of what the server has. */
static void mutate(struct source_fixture *rig)
{
    size_t count = rig->entry_count;
    size_t a = count > 0 ? below(rig, count) : 0;
    size_t b = count > 0 ? below(rig, count) : 0;
    switch (count == 0 ? 0 : below(rig, 7)) {
    case 0:
    case 1: /* one more, perhaps of a number that is there already */
        source_fixture_add(rig, (int)below(rig, NUMBERS), (int)below(rig, 4), (int)below(rig, 3));
        break;
    case 2:
    case 3: /* another in the place of one, perhaps the same with another status */
        source_fixture_set(rig, a, (int)below(rig, NUMBERS), (int)below(rig, 4),
                           (int)below(rig, 3));
        break;
    case 4:
        source_fixture_remove(rig, a);
        break;
    case 5: { /* two change places */
        char *entry = rig->entries[a];
        rig->entries[a] = rig->entries[b];
        rig->entries[b] = entry;
        break;
    }
    default:
        source_fixture_add_raw(
            rig, below(rig, 2) == 0
                     ? "{\"status\":1}"
                     : "{\"extension\":\"0003*\xff\",\"status\":2,\"registration\":[]}");
    }
}

/* What a source that has never polled before makes of what the server has now. */
static void poll_afresh(struct source_fixture *fresh, const struct source_fixture *rig)
{
    source_fixture_init(fresh);
    fresh->settings = rig->settings;
    fresh->now = rig->now;
    for (size_t i = 0; i < rig->entry_count; i++)
        source_fixture_add_raw(fresh, rig->entries[i]);
    source_fixture_start(fresh, NULL, 0);
    source_fixture_poll(fresh);
}

/* Both hold the same rows with the same content, and count the same. */
static void assert_same(const struct source_fixture *rig, const struct source_fixture *fresh)
{
    assert_int_equal(rig->roster.count - rig->roster.gone, fresh->roster.count);
    for (uint32_t id = 0; id < fresh->roster.row_limit; id++) {
        const struct row *row = roster_row(&fresh->roster, id);
        uint32_t same = roster_find(&rig->roster, 3, row->extension.number);
        assert_true(same != ROW_NONE);
        const struct row *ours = roster_row(&rig->roster, same);
        assert_int_equal(ours->gone_polls, 0);
        assert_int_equal(ours->lamp, row->lamp);
        assert_true(extension_equals(&ours->extension, &row->extension));
    }
    assert_int_equal(rig->feed.read, fresh->feed.read);
    assert_int_equal(rig->feed.rejected, fresh->feed.rejected);
    assert_int_equal(rig->feed.repaired, fresh->feed.repaired);
    assert_true(rig->feed.total == fresh->feed.total);
}

/* Polls a server that changes and fails at random; after every good poll the rows are those of a
 * source that has decoded everything. */
static void live_through(uint64_t seed, int polls)
{
    struct source_fixture rig;
    struct fault fault = {.page = -1};
    source_fixture_init(&rig);
    rng_seed(&rig.rng, seed);
    source_fixture_fill(&rig, (int)below(&rig, NUMBERS));
    rig.settings.page_size = 1 + (long)below(&rig, 12);
    rig.answer = answer_fault;
    rig.script = &fault;
    source_fixture_start(&rig, NULL, 0);
    for (int poll = 0; poll < polls; poll++) {
        for (size_t changes = below(&rig, 6); changes > 0; changes--)
            mutate(&rig);
        fault.page = below(&rig, 3) == 0 ? (long)below(&rig, 5) : -1;
        fault.kind = (int)below(&rig, 3);
        source_fixture_poll(&rig);
        if (rig.feed.is_complete) {
            struct source_fixture fresh;
            poll_afresh(&fresh, &rig);
            assert_same(&rig, &fresh);
            source_fixture_clear(&fresh);
        }
    }
    source_fixture_clear(&rig);
}

static void page_cache__unchanged_entries__come_to_what_decoding_them_would(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++)
        live_through(seed, 30);
}

static void page_cache__unchanged_page__changes_nothing_a_viewer_sees(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    source_fixture_fill(&rig, 30);
    rig.settings.page_size = 7;
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    uint64_t generation = rig.roster.generation;
    for (int poll = 0; poll < 5; poll++) {
        source_fixture_poll(&rig);
        assert_true(rig.roster.generation == generation);
        assert_true(source_fixture_row(&rig, 29)->last_seen_ms == rig.now.ms);
    }
    source_fixture_set(&rig, 12, 12, 2, 0);
    source_fixture_poll(&rig);
    assert_true(rig.roster.generation == generation + 1);
    source_fixture_clear(&rig);
}

static void page_cache__each_page__comes_in_the_memory_of_one_that_was_dropped(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    source_fixture_fill(&rig, 30);
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    assert_null(rig.spare.data);
    source_fixture_poll(&rig);
    const char *first = rig.spare.data;
    assert_non_null(first);
    source_fixture_poll(&rig);
    assert_ptr_not_equal(rig.spare.data, first);
    source_fixture_poll(&rig);
    assert_ptr_equal(rig.spare.data, first);
    source_fixture_clear(&rig);
}

/* Refuses what is beyond the entries there are. */
static bool answer_204(struct source_fixture *rig, const struct source_fixture_request *asked,
                       struct http_reply *reply)
{
    return (size_t)asked->start >= rig->entry_count && source_fixture_reply(reply, 204, "");
}

/* Polls a server whose second page is small, or none: its first one comes in the same memory of two
 * again and again. */
static void assert_memory_stays(struct source_fixture *rig)
{
    const char *seen[6];
    rig->settings.page_size = 40;
    source_fixture_start(rig, NULL, 0);
    for (int poll = 0; poll < 6; poll++) {
        source_fixture_poll(rig);
        seen[poll] = rig->spare.data;
    }
    for (int poll = 3; poll < 6; poll++)
        assert_ptr_equal(seen[poll], seen[poll - 2]);
    assert_ptr_not_equal(seen[4], seen[5]);
    source_fixture_clear(rig);
}

static void page_cache__small_page_after_a_large_one__does_not_use_up_its_memory(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    source_fixture_fill(&rig, 41);
    assert_memory_stays(&rig);
}

static void page_cache__no_page_after_the_last__does_not_use_up_its_memory(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    source_fixture_fill(&rig, 40);
    rig.total = RIG_TOTAL_NONE;
    rig.answer = answer_204;
    assert_memory_stays(&rig);
}

static void page_cache__broken_page__does_not_use_up_its_memory(void **state)
{
    (void)state;
    struct source_fixture rig;
    struct fault fault = {.page = -1, .kind = 1};
    source_fixture_init(&rig);
    source_fixture_fill(&rig, 40);
    rig.answer = answer_fault;
    rig.script = &fault;
    source_fixture_start(&rig, NULL, 0);
    source_fixture_poll(&rig);
    source_fixture_poll(&rig);
    const char *memory = rig.spare.data;
    assert_non_null(memory);
    fault.page = 0;
    source_fixture_poll(&rig);
    assert_true(error_is_set(&rig.feed.error));
    assert_ptr_equal(rig.spare.data, memory);
    source_fixture_clear(&rig);
}

static void page_cache__very_large_page__leaves_no_memory_behind(void **state)
{
    (void)state;
    struct source_fixture rig;
    source_fixture_init(&rig);
    char *entry = mem_printf("{\"extension\":\"1\",\"x\":\"%*s\"}", 1 << 20, "");
    source_fixture_add_raw(&rig, entry);
    free(entry);
    source_fixture_start(&rig, NULL, 0);
    for (int poll = 0; poll < 3; poll++)
        source_fixture_poll(&rig);
    assert_int_equal(rig.feed.read, 1);
    assert_null(rig.spare.data);
    source_fixture_clear(&rig);
}

/* One poll of a course of two pages: three extensions from `number` on, then the second page, empty
 * or failed. */
static void run_course(struct cycle *cycle, struct server_status *feed, int number, bool is_failed)
{
    static int64_t now = 1000;
    struct error why = {0};
    struct buffer body;
    now += 1000;
    error_set(&why, ERROR_REPLY, "cut");
    cycle_begin(cycle, now);
    struct slot *slot = cycle_asking(cycle);
    buffer_init(&body, 0);
    buffer_printf(&body,
                  "{\"totalResults\":4,\"entry\":[{\"extension\":\"%d\"},{\"extension\":\"%d\"},"
                  "{\"extension\":\"%d\"}]}",
                  number, number + 1, number + 2);
    slot->state = SLOT_AWAITS;
    cycle_page_received(cycle, slot, &body, false);
    while (cycle_has_work(cycle))
        cycle_work(cycle, 10, now);
    slot->state = SLOT_AWAITS;
    if (is_failed)
        cycle_page_failed(cycle, slot, &why);
    else
        cycle_page_empty(cycle, slot);
    (void)cycle_end(cycle, feed, (struct moment){.ms = now});
    buffer_clear(&body);
}

static void page_cache__new_rows_at_each_poll_that_fails__are_not_taken_without_end(void **state)
{
    (void)state;
    struct roster roster;
    struct server_status feed;
    struct cycle cycle;
    roster_init(&roster, NULL, 0);
    server_status_init(&feed, "pbx", "https://pbx.test", 5000);
    cycle_init(&cycle,
               &(struct cycle_setup){
                   .roster = &roster, .prefix = "", .page_size = 3, .reach = pager_reach_all});
    cycle.pages.newcomers = PAGE_CACHE_NEWCOMERS_MAX - 5;
    run_course(&cycle, &feed, 100, true);
    assert_int_equal(roster.count, 3);
    run_course(&cycle, &feed, 200, true);
    assert_int_equal(roster.count, 5);
    assert_int_equal(feed.rejected, 1);
    run_course(&cycle, &feed, 100, true); /* those that are there are heard */
    assert_int_equal(feed.read, 0);
    assert_int_equal(feed.rejected, 0);
    run_course(&cycle, &feed, 300, false); /* there is room when a poll has settled all */
    assert_int_equal(roster.count, 5);
    assert_int_equal(feed.rejected, 3);
    run_course(&cycle, &feed, 300, false);
    assert_true(roster_find(&roster, 0, "302") != ROW_NONE);
    assert_int_equal(feed.rejected, 0);
    cycle_clear(&cycle);
    server_status_clear(&feed);
    roster_clear(&roster);
}

/* Works a page of three extensions from `number` on into the roster. */
static const struct page_result *bring_page(struct page_cache *pages, size_t target, size_t page,
                                            int number)
{
    struct buffer body;
    struct error error = {0};
    buffer_init(&body, 0);
    buffer_printf(&body,
                  "{\"entry\":[{\"extension\":\"%d\"},{\"extension\":\"%d\"},"
                  "{\"extension\":\"%d\"}]}",
                  number, number + 1, number + 2);
    page_cache_take(pages, (struct page_place){target, page}, &body, 10);
    enum page_state done = PAGE_MORE;
    while (done == PAGE_MORE)
        done = page_cache_work(pages, pages->started_ms, &error);
    assert_int_equal(done, PAGE_DONE);
    buffer_clear(&body);
    return &pages->news;
}

static void
page_cache__entries_heard_with_another_target__are_new_unless_the_page_repeats(void **state)
{
    (void)state;
    struct roster roster;
    struct page_cache pages;
    roster_init(&roster, NULL, 0);
    page_cache_init(&pages, &roster, 0, 2);
    page_cache_begin_poll(&pages, 1000);
    assert_true(bring_page(&pages, 0, 0, 100)->has_new);
    assert_true(bring_page(&pages, 0, 1, 200)->has_new);
    pages.parts_overlap = true;
    assert_true(bring_page(&pages, 1, 0, 100)->has_new);
    assert_true(bring_page(&pages, 1, 1, 200)->has_new);
    assert_int_equal(pages.news.heard, 0);
    assert_false(bring_page(&pages, 1, 2, 200)->has_new); /* deaf to startIndex */
    pages.parts_overlap = false;                          /* one target has nothing twice */
    assert_false(bring_page(&pages, 0, 2, 100)->has_new);
    page_cache_clear(&pages);
    roster_clear(&roster);
}

static void
page_cache__more_bytes_than_may_be_kept__are_dropped_and_decoded_the_next_time(void **state)
{
    (void)state;
    struct roster roster;
    struct page_cache pages;
    roster_init(&roster, NULL, 0);
    page_cache_init(&pages, &roster, 0, 1);
    page_cache_begin_poll(&pages, 1000);
    (void)bring_page(&pages, 0, 0, 100);
    pages.kept_max = pages.kept_bytes;
    assert_true(pages.kept_max > 0);
    for (int poll = 2; poll < 5; poll++) {
        page_cache_begin_poll(&pages, poll * 1000);
        (void)bring_page(&pages, 0, 0, 100);
        (void)bring_page(&pages, 0, 1, 200);
        assert_true(pages.kept_bytes <= pages.kept_max);
        assert_int_equal(page_cache_expected(&pages, (struct page_place){0, 1}), 3);
        page_cache_end_poll(&pages);
        assert_int_equal(pages.tally.read, 6);
        assert_true(roster.generation == 6); /* nothing changed */
    }
    page_cache_clear(&pages);
    roster_clear(&roster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_cache__unchanged_entries__come_to_what_decoding_them_would),
        cmocka_unit_test(page_cache__unchanged_page__changes_nothing_a_viewer_sees),
        cmocka_unit_test(page_cache__each_page__comes_in_the_memory_of_one_that_was_dropped),
        cmocka_unit_test(page_cache__small_page_after_a_large_one__does_not_use_up_its_memory),
        cmocka_unit_test(page_cache__no_page_after_the_last__does_not_use_up_its_memory),
        cmocka_unit_test(page_cache__broken_page__does_not_use_up_its_memory),
        cmocka_unit_test(page_cache__very_large_page__leaves_no_memory_behind),
        cmocka_unit_test(page_cache__new_rows_at_each_poll_that_fails__are_not_taken_without_end),
        cmocka_unit_test(
            page_cache__entries_heard_with_another_target__are_new_unless_the_page_repeats),
        cmocka_unit_test(
            page_cache__more_bytes_than_may_be_kept__are_dropped_and_decoded_the_next_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
