/* SPDX-License-Identifier: MIT */
/*
 * Collections longer than one query can reach, read whole by prefixes. The window is made small
 * here, so that fleets of every shape can be tried; the arithmetic of the plan is test_plan's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/course.h"
#include "support/source_rig.h"

#define FLEET_MAX 700 /* entries of a random fleet */
#define SERVER 3      /* the rig's */

/* A query reaches 40 entries. */
static const struct walk_reach reach = {.start_max = 20, .count_max = 20};

/* What a random server does while it is asked. */
struct whims {
    int shape;
    size_t shifts; /* in a hundred: the fleet changes before an answer */
    size_t faults; /* in a hundred: an answer is none */
    size_t serial; /* of the next entry */
};

/* A number below a bound. */
static size_t below(struct rig *rig, size_t bound)
{
    return (size_t)rng_below(&rig->rng, bound);
}

/* A number of a fleet of some shape. */
static void draw_number(struct rig *rig, int shape, char number[32])
{
    static const char letters[] = "abcXYZ-._#";
    size_t n = below(rig, 900);
    switch (shape) {
    case 0: /* tenants */
        snprintf(number, 32, "%04zu*%03zu", below(rig, 40), n % 60);
        break;
    case 1: /* short numbers of every length: some are another's beginning */
        snprintf(number, 32, "%zu", n % (below(rig, 3) == 0 ? 9 : 900));
        break;
    case 2: /* one tenant */
        snprintf(number, 32, "0003*%03zu", n);
        break;
    case 3: /* letters in them */
        snprintf(number, 32, "%c%c*%zu", letters[below(rig, sizeof letters - 1)],
                 letters[below(rig, sizeof letters - 1)], n % 40);
        break;
    case 4: /* one long way to the first difference */
        snprintf(number, 32, "00000000000000*%s%zu", below(rig, 9) == 0 ? "x" : "", n);
        break;
    default: /* stars everywhere */
        snprintf(number, 32, "*%zu*%zu%s", n % 7, n % 100, n % 3 == 0 ? "*" : "");
    }
}

/* The index of an entry with this number, or the count of entries. */
static size_t find_entry(const struct rig *rig, const char *number)
{
    char member[64];
    size_t i = 0;
    snprintf(member, sizeof member, "\"%s\"", number);
    while (i < rig->entry_count && strstr(rig->entries[i], member) == NULL)
        i++;
    return i;
}

/* Puts one more extension somewhere in the list. */
static void put_extension(struct rig *rig, const char *number, size_t serial)
{
    char *json = mem_printf("{\"extension\":\"%s\",\"status\":%zu,\"registration\":[{\"agent\":"
                            "\"phone %zu\",\"registration\":1}]}",
                            number, serial % 4, serial);
    rig_add_raw(rig, json);
    free(json);
    size_t place = below(rig, rig->entry_count);
    char *moved = rig->entries[rig->entry_count - 1];
    memmove(&rig->entries[place + 1], &rig->entries[place],
            (rig->entry_count - 1 - place) * sizeof *rig->entries);
    rig->entries[place] = moved;
}

/* Adds up to `count` extensions of the shape. */
static void grow(struct rig *rig, struct whims *whims, size_t count)
{
    char number[32];
    for (size_t i = 0; i < count && rig->entry_count < FLEET_MAX; i++) {
        draw_number(rig, whims->shape, number);
        if (find_entry(rig, number) == rig->entry_count)
            put_extension(rig, number, whims->serial++);
    }
}

/* Takes some out. */
static void shrink(struct rig *rig, size_t count)
{
    for (size_t i = 0; i < count && rig->entry_count > 0; i++)
        rig_remove(rig, below(rig, rig->entry_count));
}

/* One comes, goes, changes, or changes places with another. */
static void shift(struct rig *rig, struct whims *whims)
{
    size_t a = rig->entry_count > 0 ? below(rig, rig->entry_count) : 0;
    size_t b = rig->entry_count > 0 ? below(rig, rig->entry_count) : 0;
    switch (rig->entry_count == 0 ? 0 : below(rig, 4)) {
    case 0:
        grow(rig, whims, 1);
        break;
    case 1:
        shrink(rig, 1);
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
static bool answer_whimsically(struct rig *rig, const struct rig_request *asked,
                               struct fetch_reply *reply)
{
    struct whims *whims = rig->script;
    if (asked->is_token)
        return false;
    if (below(rig, 100) < whims->shifts)
        shift(rig, whims);
    if (below(rig, 100) >= whims->faults)
        return false;
    switch (below(rig, 3)) {
    case 0:
        return rig_break(reply, "cut");
    case 1:
        return rig_reply(reply, 200, "{\"entry\":[{\"extension\":\"0003*001\"}");
    default:
        return rig_reply(reply, 500, "");
    }
}

/* Makes a rig with the small window that asks side by side. */
static void set_up_rig(struct rig *rig, uint64_t seed)
{
    rig_init(rig);
    rng_seed(&rig->rng, seed);
    rig->reach = &reach;
    rig->settings.page_size = 1 + (long)below(rig, 20);
    rig->at_once = 1 + below(rig, RIG_AT_ONCE_MAX);
    rig->page_cap = below(rig, 5) == 0 ? 1 + (long)below(rig, 15) : 0;
}

/* Every row is one of the fleet as it stands, and every one of the fleet has a row. */
static void assert_rows_are_fleet(const struct rig *rig)
{
    assert_int_equal(rig->roster.count - rig->roster.gone, rig->entry_count);
    for (size_t i = 0; i < rig->entry_count; i++) {
        char number[32];
        char status = strstr(rig->entries[i], "\"status\":")[strlen("\"status\":")];
        snprintf(number, sizeof number, "%s", strchr(rig->entries[i], ':') + 2);
        number[strcspn(number, "\"")] = '\0';
        const struct row *row = roster_row(&rig->roster, roster_find(&rig->roster, SERVER, number));
        assert_non_null(row);
        assert_int_equal(row->gone_polls, 0);
        assert_int_equal(row->extension.status, status - '0');
    }
}

/* What holds after any poll: what is shown is whole, or is told not to be. (Of a collection inside
 * the window fewer than totalResults are no failure: the documented example is such. The header
 * tells them.) */
static void assert_told(const struct rig *rig)
{
    const struct feed *feed = &rig->feed;
    if (feed->is_complete) {
        assert_false(error_is_set(&feed->error));
        assert_true((int64_t)feed->read >= feed->total ||
                    feed->total <= reach.start_max + reach.count_max);
    }
    assert_true(rig->most <= COURSE_LANES_MAX);
}

/* The server is quiet: what nobody could foresee is found by exploring, after a pause at the
 * latest. Characters that nobody ever saw may not be found; then that is told. */
static void settle(struct rig *rig, const struct whims *whims)
{
    bool has_letters = whims->shape == 3;
    for (unsigned polls = 0; polls < 3 * PLAN_PAUSE_POLLS; polls++) {
        rig_poll(rig);
        assert_told(rig);
        assert_true(rig->feed.total == (int64_t)rig->entry_count);
        if (rig->feed.is_complete)
            break;
    }
    assert_true(rig->feed.is_complete || has_letters);
    if (rig->feed.is_complete)
        assert_rows_are_fleet(rig);
}

/* A fleet of a shape that grows, shrinks and changes while it is read by a server that fails. When
 * nothing happens any more the rows are the fleet. */
static void live_through(uint64_t seed)
{
    struct rig rig;
    set_up_rig(&rig, seed);
    struct whims whims = {.shape = (int)(seed % 6)};
    rig.answer = answer_whimsically;
    rig.script = &whims;
    grow(&rig, &whims, below(&rig, FLEET_MAX));
    rig_start(&rig, NULL, 0);
    for (int round = 0; round < 8; round++) {
        whims.shifts = below(&rig, 2) * below(&rig, 60);
        whims.faults = below(&rig, 3) == 0 ? below(&rig, 30) : 0;
        for (size_t polls = below(&rig, 4); polls > 0; polls--) {
            rig_poll(&rig);
            assert_told(&rig);
        }
        if (below(&rig, 3) == 0)
            shrink(&rig, below(&rig, rig.entry_count + 1));
        else
            grow(&rig, &whims, below(&rig, 200));
        whims.shifts = 0;
        whims.faults = 0;
        settle(&rig, &whims);
    }
    rig_clear(&rig);
}

static void source__fleets_of_every_shape__are_read_exactly_or_told_not_to_be__A18(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 48; seed++)
        live_through(seed);
}

/* A fleet of `count` extensions of a shape, read once. */
static void begin(struct rig *rig, int shape, size_t count)
{
    struct whims whims = {.shape = shape};
    rig_init(rig);
    rig->reach = &reach;
    rig->settings.page_size = 10;
    rig->at_once = RIG_AT_ONCE_MAX;
    while (rig->entry_count < count)
        grow(rig, &whims, 1);
    rig_start(rig, NULL, 0);
    rig_poll(rig);
}

static void source__collection_beyond_the_window__is_read_whole_at_the_first_poll__A18(void **state)
{
    (void)state;
    static const int shapes[] = {0, 1, 2, 4, 5};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct rig rig;
        begin(&rig, shapes[i], 130);
        assert_true(rig.feed.is_complete);
        assert_int_equal(rig.feed.read, 130);
        assert_int_equal(rig.feed.total, 130);
        assert_rows_are_fleet(&rig);
        rig_clear(&rig);
    }
}

static void source__pages_of_a_split_collection__are_asked_side_by_side_within_a_bound(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, 0, 200);
    assert_int_equal(rig.most, COURSE_LANES_MAX);
    rig_clear(&rig);
    begin(&rig, 0, 40); /* one that is not split is read as ever */
    assert_int_equal(rig.most, 1);
    assert_int_equal(rig.asked, 3);
    rig_clear(&rig);
    static const char *const listed[] = {"0003*000", "0003*001", "0003*002"};
    rig_init(&rig); /* and so are extensions asked for by number */
    rig.at_once = RIG_AT_ONCE_MAX;
    rig_fill(&rig, 3);
    rig_start(&rig, listed, 3);
    rig_poll(&rig);
    assert_int_equal(rig.most, 1);
    assert_int_equal(rig.feed.read, 3);
    rig_clear(&rig);
}

static void source__split_collection__costs_one_request_more_than_its_pages(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, 2, 100); /* 0003*NNN: ten parts of about ten */
    rig_poll(&rig);
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
    rig_clear(&rig);
}

/* Answers one of the poll's requests with the failure in rig->script. */
static bool answer_one_failure(struct rig *rig, const struct rig_request *asked,
                               struct fetch_reply *reply)
{
    const char *prefix = rig->script;
    return strcmp(asked->filter, prefix) == 0 && rig_break(reply, "cut");
}

static void source__part_that_fails__leaves_its_rows_old_and_the_others_fresh__A19(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, 2, 100);
    assert_true(rig.feed.is_complete);
    rig.answer = answer_one_failure;
    rig.script = (char *)"0003*4";
    for (int poll = 0; poll < 5; poll++) {
        rig_poll(&rig);
        assert_string_equal(rig.feed.error.text, "extensions from 0003*4: cut");
        assert_false(rig.feed.is_complete);
        assert_int_equal(rig.roster.count, 100);
        assert_int_equal(rig.roster.gone, 0);
        for (uint32_t id = 0; id < rig.roster.row_limit; id++) {
            const struct row *row = roster_row(&rig.roster, id);
            bool is_old = strncmp(row->extension.number, "0003*4", 6) == 0;
            assert_int_equal(feed_row_is_stale(&rig.feed, row->heard_ms, rig.now.ms), is_old);
        }
    }
    /* What vanishes from a part that is read is gone, what did from the other is not known. */
    size_t removed = 0;
    for (size_t i = rig.entry_count; i > 0; i--) {
        bool is_of_it = strstr(rig.entries[i - 1], "0003*4") != NULL;
        if (is_of_it || strstr(rig.entries[i - 1], "0003*5") != NULL) {
            removed += !is_of_it;
            rig_remove(&rig, i - 1);
        }
    }
    rig_poll(&rig);
    assert_int_equal(rig.roster.gone, removed);
    rig_clear(&rig);
}

/* Fails whatever is asked of a part. */
static bool answer_no_part(struct rig *rig, const struct rig_request *asked,
                           struct fetch_reply *reply)
{
    (void)rig;
    return asked->filter[0] != '\0' && rig_reply(reply, 503, "");
}

static void source__server_that_fails_at_every_part__is_not_asked_for_all_of_them(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, 2, 300);
    rig.answer = answer_no_part;
    rig_poll(&rig);
    assert_int_equal(rig.feed.failures, 1);
    assert_true(rig.asked <= COURSE_FAILED_MAX + COURSE_LANES_MAX);
    assert_int_equal(rig.roster.gone, 0);
    rig.answer = NULL;
    rig_poll(&rig);
    assert_true(rig.feed.is_complete);
    assert_rows_are_fleet(&rig);
    rig_clear(&rig);
}

/* Refuses a prefix that is a star. */
static bool answer_no_star(struct rig *rig, const struct rig_request *asked,
                           struct fetch_reply *reply)
{
    (void)rig;
    return asked->filter[0] == '*' && rig_reply(reply, 400,
                                                "{\"error\":{\"code\":"
                                                "\"filtervalue_invalid\"}}");
}

static void source__prefix_that_is_refused__fails_nothing_unless_something_is_missed(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig.answer = answer_no_star;
    rig_fill(&rig, 90);
    rig_start(&rig, NULL, 0);
    rig_poll(&rig);
    assert_true(rig.feed.is_complete);
    assert_false(error_is_set(&rig.feed.error));
    rig_add_raw(&rig, "{\"extension\":\"*7\",\"status\":1}");
    rig_poll(&rig);
    rig_poll(&rig);
    assert_false(rig.feed.is_complete);
    assert_int_equal(rig.feed.total, 91);
    assert_false(error_is_set(&rig.feed.error));
    rig_clear(&rig);
}

static void source__row_of_a_prefix_that_is_refused_later__is_not_called_gone(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig_fill(&rig, 90);
    rig_add_raw(&rig, "{\"extension\":\"*7\",\"status\":1}");
    rig_start(&rig, NULL, 0);
    rig_poll(&rig);
    assert_true(rig.feed.is_complete);
    rig.answer = answer_no_star;
    for (int poll = 0; poll < 5; poll++) {
        rig_poll(&rig);
        assert_false(rig.feed.is_complete);
        assert_int_equal(rig.roster.gone, 0);
        assert_int_equal(rig.roster.count, 91);
    }
    rig_clear(&rig);
}

static void source__filter_that_is_not_heard__is_told_as_a_part_of_the_whole(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig.is_unfiltered = true;
    rig_fill(&rig, 300);
    rig_add_raw(&rig, "{\"extension\":\"7\",\"status\":1}");
    rig_start(&rig, NULL, 0);
    for (int poll = 0; poll < 3; poll++) {
        rig_poll(&rig);
        assert_false(rig.feed.is_complete);
        assert_false(error_is_set(&rig.feed.error));
        assert_int_equal(rig.feed.read, 40);
        assert_int_equal(rig.feed.total, 301);
        assert_true(rig.asked <= 40);
    }
    assert_int_equal(rig.asked, 3);
    rig_clear(&rig);
}

static void source__filter_that_is_a_prefix__is_split_further(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig.server.filter = (char *)"0003*1";
    rig_fill(&rig, 300);
    rig_start(&rig, NULL, 0);
    rig_poll(&rig);
    assert_true(rig.feed.is_complete);
    assert_int_equal(rig.feed.read, 100);
    assert_int_equal(rig.feed.total, 100);
    assert_null(rig_row(&rig, 200));
    assert_non_null(rig_row(&rig, 199));
    rig_clear(&rig);
}

static void source__filter_that_is_no_prefix__is_told_as_a_part_of_the_whole__A18(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig.server.filter = (char *)"1";
    rig.server.filter_op = (char *)"contains";
    rig_fill(&rig, 300);
    rig_start(&rig, NULL, 0);
    rig_poll(&rig);
    assert_false(rig.feed.is_complete);
    assert_int_equal(rig.feed.read, 40);
    assert_int_equal(rig.feed.total, 138);
    rig_clear(&rig);
}

/* Was the whole collection counted in the last poll? */
static bool is_counted(const struct rig *rig)
{
    for (size_t i = 0; i < rig->asked; i++)
        if (rig->counts[i] == 1)
            return true;
    return false;
}

static void source__collection_around_the_window__does_not_flap(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, 2, 41);
    for (int poll = 0; poll < 20; poll++) {
        rig_remove(&rig, 0);
        if (poll % 2 == 0) {
            struct whims whims = {.shape = 2};
            grow(&rig, &whims, 2);
        }
        rig_poll(&rig);
        assert_told(&rig);
        assert_int_equal(rig.feed.total, rig.entry_count);
        assert_true(is_counted(&rig)); /* still in parts */
    }
    while (rig.entry_count > 20)
        rig_remove(&rig, 0);
    rig_poll(&rig);
    rig_poll(&rig);
    assert_int_equal(rig.asked, 3); /* well below: one part, full pages of 10 looked behind */
    assert_true(rig.feed.is_complete);
    rig_clear(&rig);
}

/* The token ends before the first of the pages that are asked for with it. */
static bool answer_new_token(struct rig *rig, const struct rig_request *asked,
                             struct fetch_reply *reply)
{
    if (!asked->is_token && rig->asked == 1 && rig->token_ends_ms > rig->now.ms)
        rig->token_ends_ms = rig->now.ms;
    (void)reply;
    return false;
}

static void source__token_that_ends_between_parts__costs_no_part(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig.at_once = RIG_AT_ONCE_MAX;
    rig_use_credentials(&rig, 3600);
    rig_fill(&rig, 200);
    rig_start(&rig, NULL, 0);
    rig_poll(&rig);
    rig.answer = answer_new_token;
    rig_poll(&rig);
    assert_true(rig.refused > 1);
    assert_int_equal(rig.tokens_given, 2);
    assert_true(rig.feed.is_complete);
    assert_rows_are_fleet(&rig);
    rig_clear(&rig);
}

/* Says of each part that is within the window that nothing is in it. */
static bool answer_nothing_in_it(struct rig *rig, const struct rig_request *asked,
                                 struct fetch_reply *reply)
{
    (void)reply;
    size_t has = 0;
    for (size_t i = 0; i < rig->entry_count; i++)
        has += rig_is_asked_for(rig, rig->entries[i], asked);
    rig->total = asked->filter[0] != '\0' && has <= 40 ? 0 : RIG_TOTAL_TRUE;
    return false;
}

static void source__part_that_has_more_than_its_total__is_read_at_each_poll(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig.answer = answer_nothing_in_it;
    rig_fill(&rig, 100);
    rig_start(&rig, NULL, 0);
    for (int poll = 0; poll < 4; poll++) {
        rig_poll(&rig);
        assert_int_equal(rig.feed.read, 100);
        assert_true(rig.feed.is_complete);
    }
    rig_clear(&rig);
}

/* Says of what the extension in rig->script was in that it still has it. */
static bool answer_one_short(struct rig *rig, const struct rig_request *asked,
                             struct fetch_reply *reply)
{
    (void)reply;
    int64_t has = strncmp(rig->script, asked->filter, strlen(asked->filter)) == 0;
    for (size_t i = 0; i < rig->entry_count; i++)
        has += rig_is_asked_for(rig, rig->entries[i], asked);
    rig->total = has;
    return false;
}

static void source__part_that_brings_less_than_its_total__has_nothing_gone(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.reach = &reach;
    rig.settings.page_size = 10;
    rig_fill(&rig, 100);
    rig_start(&rig, NULL, 0);
    rig_poll(&rig);
    assert_true(rig.feed.is_complete);
    rig.script = (char *)"0003*042";
    rig.answer = answer_one_short;
    rig_remove(&rig, 42);
    rig_poll(&rig);
    assert_int_equal(rig.feed.read, 99);
    assert_false(rig.feed.is_complete);
    assert_int_equal(rig.roster.gone, 0);
    assert_int_equal(rig.roster.count, 100);
    rig_clear(&rig);
}

/* One part's answer asks for a minute's rest. */
static bool answer_one_rest(struct rig *rig, const struct rig_request *asked,
                            struct fetch_reply *reply)
{
    (void)rig;
    if (strcmp(asked->filter, "0003*4") != 0)
        return false;
    reply->retry_after_s = 60;
    return rig_reply(reply, 503, "");
}

static void source__part_whose_answer_asks_for_rest__ends_the_poll_and_gets_it(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig, 2, 100);
    rig.answer = answer_one_rest;
    rig_poll(&rig);
    assert_int_equal(rig.feed.failures, 1);
    assert_true(source_deadline(rig.source) - rig.now.ms >= 60000);
    rig_clear(&rig);
}

/* Says that the whole ends with its first page. */
static bool answer_short_whole(struct rig *rig, const struct rig_request *asked,
                               struct fetch_reply *reply)
{
    (void)rig;
    return asked->filter[0] == '\0' && asked->start > 0 && rig_reply(reply, 204, "");
}

/* For a build with AddressSanitizer: the plan's memory moves while another part's page is worked
 * through. */
static void source__parts_found_while_a_page_is_worked_through__leave_it_its_prefix(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 32; seed++) {
        struct rig rig;
        begin(&rig, 2, 100);
        rng_seed(&rig.rng, seed);
        rig.answer = answer_short_whole;
        for (size_t i = 0; i < 50; i++) { /* new characters stand in front, where they are seen */
            char *json = mem_printf("{\"extension\":\"%c*%zu\",\"status\":1}",
                                    i < 5 ? (int)('a' + i) : "*12"[i % 3], i);
            rig_add_raw(&rig, json);
            free(json);
            char *newest = rig.entries[rig.entry_count - 1];
            rig.entries[rig.entry_count - 1] = rig.entries[i];
            rig.entries[i] = newest;
        }
        for (int poll = 0; poll < 4; poll++)
            rig_poll(&rig);
        assert_rows_are_fleet(&rig);
        rig_clear(&rig);
    }
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
        cmocka_unit_test(source__part_that_fails__leaves_its_rows_old_and_the_others_fresh__A19),
        cmocka_unit_test(source__server_that_fails_at_every_part__is_not_asked_for_all_of_them),
        cmocka_unit_test(source__prefix_that_is_refused__fails_nothing_unless_something_is_missed),
        cmocka_unit_test(source__row_of_a_prefix_that_is_refused_later__is_not_called_gone),
        cmocka_unit_test(source__filter_that_is_not_heard__is_told_as_a_part_of_the_whole),
        cmocka_unit_test(source__filter_that_is_a_prefix__is_split_further),
        cmocka_unit_test(source__filter_that_is_no_prefix__is_told_as_a_part_of_the_whole__A18),
        cmocka_unit_test(source__collection_around_the_window__does_not_flap),
        cmocka_unit_test(source__token_that_ends_between_parts__costs_no_part),
        cmocka_unit_test(source__part_that_has_more_than_its_total__is_read_at_each_poll),
        cmocka_unit_test(source__part_that_brings_less_than_its_total__has_nothing_gone),
        cmocka_unit_test(source__part_whose_answer_asks_for_rest__ends_the_poll_and_gets_it),
        cmocka_unit_test(source__parts_found_while_a_page_is_worked_through__leave_it_its_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
