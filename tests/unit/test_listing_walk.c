/* SPDX-License-Identifier: MIT */
/* A long random walk: a listing that follows a roster from update to update is compared after each
 * with one that has filtered and sorted everything anew. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/listing.h"

#define SERVERS 2
#define NUMBERS 300
#define STEPS 4000

static const struct roster_name names[] = {
    {"*1", "Reception"}, {"*17", "Lab"}, {"*20", "reception 2"}, {"*99", "Hall"}};

static const char *const filters[] = {
    "",
    "*1",
    "phone",
    "agent:PHONE",
    "!phone",
    "phone !agent:3",
    "~e.[13]$",
    "~^.1 !problem",
    "problem",
    "lamp:busy,ringing",
    "reg:expired",
    "name:rec",
    "server:b",
    "for>20s",
    "ext:*2 agent:phone",
    "*1 *2",
    "!*1 name:e",
};

static const char *const orders[] = {
    "severity,extension", "severity,extension", "extension",   "-extension", "name,-severity",
    "-agent,for",         "expires,server",     "-server,for", "-expires",   "registrations,agent",
};

/* The roster, what the server's clock says, and what a viewer asks for. */
struct pager {
    struct rng rng;
    struct roster roster;
    struct server_status feeds[SERVERS];
    int64_t now;
    const char *filter;
    const char *order;
    bool only_problems;
};

/* A number below a bound. */
static size_t below(struct pager *pager, size_t bound)
{
    return (size_t)rng_below(&pager->rng, bound);
}

/* An extension appears, changes or is heard as it was. */
static void apply(struct pager *pager)
{
    size_t count = below(pager, 3);
    struct extension extension = {
        .number = mem_printf("*%zu", below(pager, NUMBERS)),
        .registrations = count > 0 ? mem_new(count, sizeof(struct registration)) : NULL,
        .registration_count = (uint32_t)count,
        .status = (int32_t)below(pager, 4),
        .has_list = true};
    for (size_t i = 0; i < count; i++)
        extension.registrations[i] = (struct registration){
            .agent = below(pager, 4) > 0
                         ? mem_printf("Phone %zu", below(pager, below(pager, 2) == 0 ? 5 : 900))
                         : NULL,
            .state = (int32_t)below(pager, 5) - 2,
            .expires = (int64_t)below(pager, 9)};
    (void)roster_apply(&pager->roster, (uint16_t)below(pager, SERVERS), &extension, false,
                       pager->now);
}

/* Some of the fleet changes, or a poll ends. */
static void live_on(struct pager *pager)
{
    size_t kind = below(pager, 40);
    size_t edits = kind == 0 ? 200 : kind < 10 ? 0 : below(pager, 6);
    pager->now += (int64_t)below(pager, 3000);
    for (size_t i = 0; i < edits; i++)
        apply(pager);
    if (below(pager, 60) == 0)
        roster_end_poll(&pager->roster, (uint16_t)below(pager, SERVERS),
                        pager->now - (int64_t)below(pager, 300000), pager->now);
}

/* The viewer asks for something else now and then. */
static void choose(struct pager *pager)
{
    if (below(pager, 6) == 0)
        pager->filter = filters[below(pager, sizeof filters / sizeof *filters)];
    if (below(pager, 10) == 0)
        pager->order = orders[below(pager, sizeof orders / sizeof *orders)];
    if (below(pager, 20) == 0)
        pager->only_problems = !pager->only_problems;
}

/* What rows are judged against. */
static struct filter_scope scope_of(const struct pager *pager)
{
    return (struct filter_scope){.now = {.ms = pager->now, .wall_ms = 5000},
                                 .feeds = pager->feeds,
                                 .server_status_count = SERVERS};
}

/* The filter that is chosen, compiled. */
static struct filter compile(const struct pager *pager)
{
    struct filter query;
    assert_true(filter_compile(&query, pager->filter, NULL, NULL));
    query.only_problems = pager->only_problems;
    return query;
}

/* Brings a listing up to date with what is asked for. */
static void update(struct pager *pager, struct listing *listing, const struct roster *roster)
{
    struct filter query = compile(pager);
    struct filter_scope scope = scope_of(pager);
    struct sort_order order;
    assert_true(sort_parse(&order, pager->order, NULL));
    listing_update(listing, roster, &query, &order, &scope);
    filter_clear(&query);
}

/* Just the rows that match are listed, each asked by itself. */
static void assert_matches(const struct pager *pager, const struct listing *listing,
                           const struct roster *roster)
{
    struct filter query = compile(pager);
    struct filter_scope scope = scope_of(pager);
    size_t count = 0;
    for (size_t id = 0; id < roster->row_limit; id++)
        count += roster->rows[id].is_used && filter_matches(&query, &roster->rows[id], &scope);
    assert_int_equal(listing->count, count);
    for (size_t i = 0; i < listing->count; i++)
        assert_true(filter_matches(&query, &roster->rows[listing->ids[i]], &scope));
    filter_clear(&query);
}

/* A mark of which rows are listed, whatever their order: a sum over what identifies them. */
static uint64_t sum_members(const struct listing *listing, const struct roster *roster)
{
    uint64_t sum = listing->count;
    for (size_t i = 0; i < listing->count; i++) {
        uint64_t serial = roster->rows[listing->ids[i]].serial;
        sum += (serial + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ serial << 40;
    }
    return sum;
}

/* The listing is what one made anew is. */
static void assert_as_anew(struct pager *pager, const struct listing *listing,
                           const struct roster *roster)
{
    struct listing fresh;
    listing_init(&fresh);
    update(pager, &fresh, roster);
    if (listing->count != fresh.count)
        fail_msg("%zu rows, not %zu: %s", listing->count, fresh.count, pager->filter);
    for (size_t i = 0; i < fresh.count; i++) {
        if (listing->ids[i] != fresh.ids[i])
            fail_msg("another row in place %zu: %s by %s", i, pager->filter, pager->order);
    }
    assert_matches(pager, listing, roster);
    assert_true(listing->count == 0 || listing->ids[listing->selected] == listing->selected_id);
    listing_clear(&fresh);
}

/* Starts a walk over an empty roster. */
static void begin(struct pager *pager, uint64_t seed)
{
    *pager = (struct pager){.now = 1000000, .filter = "", .order = orders[0]};
    rng_seed(&pager->rng, seed);
    roster_init(&pager->roster, names, sizeof names / sizeof *names);
    server_status_init(&pager->feeds[0], "alpha", "https://a", 5000);
    server_status_init(&pager->feeds[1], "beta", "https://b", 5000);
}

/* Ends it. */
static void end(struct pager *pager)
{
    roster_clear(&pager->roster);
    server_status_clear(&pager->feeds[0]);
    server_status_clear(&pager->feeds[1]);
}

static void listing_update__followed_for_long__is_what_a_fresh_one_is(void **state)
{
    (void)state;
    struct pager pager;
    struct listing listing;
    uint64_t sum = 0, members = 0;
    begin(&pager, 21);
    listing_init(&listing);
    for (int step = 0; step < STEPS; step++) {
        live_on(&pager);
        choose(&pager);
        if (below(&pager, 3) == 0)
            listing_prune(&listing, &pager.roster);
        update(&pager, &listing, &pager.roster);
        assert_as_anew(&pager, &listing, &pager.roster);
        uint64_t now_sum = sum_members(&listing, &pager.roster);
        if (now_sum != sum)
            assert_true(listing.members > members);
        sum = now_sum;
        members = listing.members;
        if (below(&pager, 10) == 0 && listing.count > 0)
            listing_select(&listing, below(&pager, listing.count));
    }
    listing_clear(&listing);
    end(&pager);
}

/* A paused screen looks at a copy, then at what the roster has become meanwhile. */
static void listing_update__copy_and_back__is_what_a_fresh_one_is(void **state)
{
    (void)state;
    struct pager pager;
    struct listing listing;
    begin(&pager, 22);
    listing_init(&listing);
    for (int pause = 0; pause < 100; pause++) {
        struct roster frozen;
        live_on(&pager);
        roster_copy(&frozen, &pager.roster);
        for (int step = 0; step < 5; step++) {
            live_on(&pager);
            choose(&pager);
            update(&pager, &listing, &frozen);
            assert_as_anew(&pager, &listing, &frozen);
        }
        roster_clear(&frozen);
        update(&pager, &listing, &pager.roster);
        assert_as_anew(&pager, &listing, &pager.roster);
    }
    listing_clear(&listing);
    end(&pager);
}

/* Of a row that has not changed nothing is asked: one that was changed behind the roster's back
 * stays out of the list until the roster tells of it, or another question is asked. */
static void listing_update__unchanged_row__is_not_asked_again(void **state)
{
    (void)state;
    struct pager pager;
    struct listing listing;
    begin(&pager, 23);
    listing_init(&listing);
    for (int i = 0; i < 200; i++)
        apply(&pager);
    pager.filter = "lamp:busy";
    update(&pager, &listing, &pager.roster);
    size_t before = listing.count;
    uint32_t id = 0;
    while (pager.roster.rows[id].lamp == LAMP_BUSY)
        id++;
    pager.roster.rows[id].lamp = LAMP_BUSY;
    update(&pager, &listing, &pager.roster);
    assert_int_equal(listing.count, before);
    pager.filter = "lamp:bsy";
    update(&pager, &listing, &pager.roster);
    assert_int_equal(listing.count, before + 1);
    listing_clear(&listing);
    end(&pager);
}

/* A row that is forgotten and another one that takes its id: that is another member. */
static void listing_update__id_used_again__is_another_member(void **state)
{
    (void)state;
    struct pager pager;
    struct listing listing;
    begin(&pager, 24);
    listing_init(&listing);
    struct extension extension = {.number = mem_strdup("*1"), .status = 1};
    uint32_t id = roster_apply(&pager.roster, 0, &extension, false, 5);
    update(&pager, &listing, &pager.roster);
    uint64_t members = listing.members;
    update(&pager, &listing, &pager.roster);
    assert_int_equal(listing.members, members);
    for (int poll = 0; poll <= ROSTER_GONE_POLLS; poll++)
        roster_end_poll(&pager.roster, 0, 6, 7);
    extension = (struct extension){.number = mem_strdup("*22"), .status = 1};
    assert_int_equal(roster_apply(&pager.roster, 0, &extension, false, 8), id);
    update(&pager, &listing, &pager.roster);
    assert_true(listing.members > members);
    listing_clear(&listing);
    end(&pager);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listing_update__followed_for_long__is_what_a_fresh_one_is),
        cmocka_unit_test(listing_update__copy_and_back__is_what_a_fresh_one_is),
        cmocka_unit_test(listing_update__unchanged_row__is_not_asked_again),
        cmocka_unit_test(listing_update__id_used_again__is_another_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
