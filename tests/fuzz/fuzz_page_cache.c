/* SPDX-License-Identifier: MIT */
/*
 * Polls one after another, in one input: the byte 0x1E between their pages (a record separator).
 * What is kept of the page before saves work and changes nothing: after each poll the roster is
 * what one is that reads every page as if it were the first.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "poll/page_cache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEPARATOR 0x1E
#define ENTRIES_MAX 1000
#define POLLS_MAX 8

/* One way of reading. */
struct reading {
    struct roster roster;
    struct page_cache pages;
};

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Reads the page of one poll. True if it was whole. */
static bool read_page(struct reading *reading, const uint8_t *bytes, size_t length, int64_t now)
{
    struct page_cache *pages = &reading->pages;
    struct buffer body;
    struct error error = {0};
    enum page_state state;
    buffer_init(&body, 0);
    buffer_append(&body, bytes, length);
    page_cache_begin_poll(pages, now);
    pages->after_outage = now == 1;
    page_cache_take(pages, (struct page_place){0}, &body, ENTRIES_MAX);
    do
        state = page_cache_work(pages, now, &error);
    while (state == PAGE_MORE);
    require((state == PAGE_BROKEN) == error_is_set(&error));
    if (state == PAGE_DONE)
        roster_end_poll(&reading->roster, 0, now, now);
    page_cache_end_poll(pages);
    return state == PAGE_DONE;
}

/* Are two texts the same, or both none? */
static bool is_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Are two records the same? */
static void check_record(const struct extension *a, const struct extension *b)
{
    require(a->status == b->status && a->has_list == b->has_list);
    require(a->was_repaired == b->was_repaired);
    require(a->registration_count == b->registration_count);
    for (uint32_t i = 0; i < a->registration_count; i++) {
        const struct registration *left = &a->registrations[i];
        const struct registration *right = &b->registrations[i];
        require(left->state == right->state && left->expires == right->expires);
        require(is_same_text(left->agent, right->agent));
    }
}

/* Do both readings hold the same rows, in the same state? */
static void check_same(const struct roster *kept, const struct roster *fresh)
{
    require(kept->count == fresh->count && kept->gone == fresh->gone);
    require(memcmp(kept->lamps, fresh->lamps, sizeof kept->lamps) == 0);
    for (uint32_t id = 0; id < fresh->row_limit; id++) {
        const struct row *row = roster_row(fresh, id);
        if (row == NULL)
            continue;
        const struct row *twin = roster_row(kept, roster_find(kept, 0, row->extension.number));
        require(twin != NULL && twin->lamp == row->lamp && twin->since_ms == row->since_ms);
        require(twin->last_seen_ms == row->last_seen_ms && twin->gone_polls == row->gone_polls);
        check_record(&twin->extension, &row->extension);
    }
}

/* Begins a reading. */
static void open_reading(struct reading *reading)
{
    roster_init(&reading->roster, NULL, 0);
    page_cache_init(&reading->pages, &reading->roster, 0, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading kept, fresh;
    open_reading(&kept);
    open_reading(&fresh);
    for (int64_t now = 1; now <= POLLS_MAX; now++) {
        const uint8_t *separator = size > 0 ? memchr(data, SEPARATOR, size) : NULL;
        size_t length = separator != NULL ? (size_t)(separator - data) : size;
        bool is_kept = read_page(&kept, data, length, now);
        page_cache_cut(&fresh.pages, (struct page_place){0});
        require(is_kept == read_page(&fresh, data, length, now));
        require(memcmp(&kept.pages.tally, &fresh.pages.tally, sizeof kept.pages.tally) == 0);
        check_same(&kept.roster, &fresh.roster);
        if (separator == NULL)
            break;
        data = separator + 1;
        size -= length + 1;
    }
    page_cache_clear(&kept.pages);
    page_cache_clear(&fresh.pages);
    roster_clear(&kept.roster);
    roster_clear(&fresh.roster);
    return 0;
}
