/* SPDX-License-Identifier: MIT */
/* What a fleet takes of memory, counted in bytes that the program holds: rows, the pages that are
 * kept, and what a viewer's list of them takes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <malloc.h>

#include "model/listing.h"
#include "poll/page_cache.h"

#define PAGE 1000
#define FLEET 20000
#define POLLS 3

#if defined __SANITIZE_ADDRESS__
#define COUNTS_BYTES false
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define COUNTS_BYTES false
#endif
#endif
#if !defined COUNTS_BYTES && defined __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 33)
#define COUNTS_BYTES true
#endif
#endif
#ifndef COUNTS_BYTES
#define COUNTS_BYTES false
#endif

/* Bytes that are allocated. */
static size_t held_bytes(void)
{
#if COUNTS_BYTES
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

/* One extension as a server sends it; one in a hundred changes from poll to poll, one in ten has no
 * phone. */
static void put_entry(struct buffer *out, size_t index, size_t poll)
{
    static const char *const agents[] = {"Yealink SIP-T46S 66.85.0.5", "snomD785/10.1.54.13",
                                         "Grandstream GXP2170 1.0.11.35", "3CXPhone 5.0.14439.0"};
    buffer_printf(out, "%s{\"extension\":\"%04zu*%03zu\",\"status\":%zu,\"registration\":[",
                  index % PAGE > 0 ? "," : "", index / 500 + 3, index % 500 + 100,
                  index % 100 == 0 ? 1 + poll % 3 : 1);
    if (index % 10 != 7)
        buffer_printf(out,
                      "{\"agent\":\"%s\",\"registration\":\"1\",\"expire\":\"2026-11-%02zuT%02zu:"
                      "08:55Z\"}",
                      agents[index % 7 % 4], index % 28 + 1, index % 24);
    buffer_puts(out, "]}");
}

/* Reads a fleet for some polls. Returns the bytes of the last one. */
static size_t read_fleet(struct page_cache *pages, size_t fleet)
{
    size_t wire = 0;
    for (size_t poll = 0; poll < POLLS; poll++) {
        int64_t now = 1000 + 5000 * (int64_t)poll;
        wire = 0;
        page_cache_begin_poll(pages, now);
        for (size_t from = 0; from < fleet; from += PAGE) {
            struct buffer body;
            struct error error = {0};
            enum page_state state;
            buffer_init(&body, 0);
            buffer_puts(&body, "{\"entry\":[");
            for (size_t i = from; i < fleet && i < from + PAGE; i++)
                put_entry(&body, i, poll);
            buffer_puts(&body, "]}");
            wire += body.length;
            page_cache_take(pages, (struct page_place){0, from / PAGE}, &body, PAGE);
            while ((state = page_cache_work(pages, now, &error)) == PAGE_MORE)
                ;
            assert_int_equal(state, PAGE_DONE);
            buffer_clear(&body);
        }
        page_cache_end_poll(pages);
        roster_end_poll(pages->roster, 0, now, now);
    }
    return wire;
}

/* Bytes held for a fleet that is read and listed; *wire gets those it has in a poll. */
static size_t measure_fleet(size_t fleet, size_t *wire)
{
    size_t before = held_bytes();
    struct roster roster;
    struct page_cache pages;
    struct listing listing;
    struct sort_order order = {.keys = {SORT_SEVERITY, SORT_EXTENSION}, .count = 2};
    const struct filter everything = {.terms = NULL};
    const struct filter_scope scope = {.feeds = NULL};
    roster_init(&roster, NULL, 0);
    listing_init(&listing);
    page_cache_init(&pages, &roster, 0, 1);
    *wire = read_fleet(&pages, fleet);
    listing_update(&listing, &roster, &everything, &order, &scope);
    assert_int_equal(listing.count, fleet);
    size_t held = held_bytes() - before;
    listing_clear(&listing);
    page_cache_clear(&pages);
    roster_clear(&roster);
    return held;
}

/* Beyond the first, an extension takes at most three times what it takes on the wire; and what
 * --help says of it is so. */
static void fleet__an_extension__takes_less_than_three_times_its_entry(void **state)
{
    (void)state;
    size_t wire, one_wire;
    if (!COUNTS_BYTES)
        skip();
    size_t one = measure_fleet(1, &one_wire);
    size_t each = (measure_fleet(FLEET, &wire) - one) / (FLEET - 1);
    assert_in_range(each, 200, 3 * wire / FLEET);
    assert_in_range(each, 250, 350);
}

/* Nothing is left of a fleet that is gone, and the next one takes what it took, but for how the
 * allocator rounds. */
static void fleet__read_again__takes_no_more(void **state)
{
    (void)state;
    size_t wire;
    if (!COUNTS_BYTES)
        skip();
    size_t first = measure_fleet(2 * PAGE, &wire);
    size_t before = held_bytes();
    assert_in_range(measure_fleet(2 * PAGE, &wire), first / 2, first + first / 20);
    assert_in_range(held_bytes(), 0, before + first / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fleet__an_extension__takes_less_than_three_times_its_entry),
        cmocka_unit_test(fleet__read_again__takes_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
