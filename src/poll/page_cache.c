/* SPDX-License-Identifier: MIT */
#include "poll/page_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "uapi/entry.h"
#include "uapi/server_error.h"

#define PORTION_BYTES ((size_t)64 << 10) /* split in one go */
#define PORTION_COST 2000                /* applied in one go: 100 entries decoded */
#define COST_DECODED 20                  /* about 3 us (measured: performance, section 1) */
#define COST_CONFIRMED 1

struct kept_page {
    struct page_splitter page; /* empty when its slices must not be relied on */
    uint32_t *ids;             /* by slice: the row that has its content, or ROW_NONE */
    size_t count;              /* entries it had */
    uint64_t poll;             /* that brought it */
};

/* The kept pages of one target. */
struct part_cache {
    struct kept_page *pages;
    size_t count;
};

/* The page kept of a place, or NULL. */
static struct kept_page *kept_at(const struct page_cache *pages, struct page_place place)
{
    const struct part_cache *shelf = &pages->shelves[place.target];
    return place.number < shelf->count ? &shelf->pages[place.number] : NULL;
}

/* To have new memory of the kernel costs nearly as much as a page that changed little (measured: a
 * quarter of a poll of 5,000). */
void page_cache_recycle(struct page_cache *pages, struct buffer *body)
{
    if (pages->spare != NULL && body->capacity > pages->spare->capacity &&
        body->capacity <= PAGE_CACHE_SPARE_MAX)
        buffer_inherit(pages->spare, body);
    buffer_clear(body);
}

/* Drops the bytes of a kept page; how many entries it had is still known. */
static void forget_bytes(struct page_cache *pages, struct kept_page *kept)
{
    pages->kept_bytes -= kept->page.body.capacity;
    page_cache_recycle(pages, &kept->page.body);
    page_splitter_clear(&kept->page);
    free(kept->ids);
    kept->ids = NULL;
}

/* Drops the page being worked on. */
static void drop_page(struct page_cache *pages)
{
    page_cache_recycle(pages, &pages->page.body);
    page_splitter_clear(&pages->page);
    free(pages->ids);
    pages->ids = NULL;
}

void page_cache_init(struct page_cache *pages, struct roster *roster, uint16_t server,
                     size_t targets)
{
    *pages = (struct page_cache){
        .roster = roster, .server = server, .kept_max = PAGE_CACHE_KEPT_MAX, .prefix = ""};
    page_splitter_init(&pages->page);
    page_cache_fit(pages, targets);
}

void page_cache_fit(struct page_cache *pages, size_t targets)
{
    if (targets <= pages->shelf_count)
        return;
    pages->shelves = mem_resize(pages->shelves, targets, sizeof *pages->shelves);
    memset(pages->shelves + pages->shelf_count, 0,
           (targets - pages->shelf_count) * sizeof *pages->shelves);
    pages->shelf_count = targets;
}

void page_cache_clear(struct page_cache *pages)
{
    for (size_t target = 0; target < pages->shelf_count; target++)
        page_cache_cut(pages, (struct page_place){.target = target});
    free(pages->shelves);
    drop_page(pages);
    *pages = (struct page_cache){0};
}

void page_cache_begin_poll(struct page_cache *pages, int64_t started_ms)
{
    pages->poll++;
    pages->started_ms = started_ms;
    pages->has_applied = false;
    pages->tally = (struct entry_counts){0};
}

void page_cache_take(struct page_cache *pages, struct page_place place, struct buffer *body,
                     size_t max_entries)
{
    drop_page(pages);
    pages->place = place;
    pages->cursor = 0;
    pages->is_split = false;
    pages->news = (struct page_result){.total = -1, .items_per_page = -1, .start_index = -1};
    page_splitter_begin(&pages->page, body, max_entries);
}

/* Is a page that could be split an answer, or a failure in a good answer's clothes? */
static bool check_page(const struct page_cache *pages, struct error *error)
{
    const struct page_splitter *page = &pages->page;
    if (page->has_error)
        server_error_explain(error, 200, page->body.data, page->body.length, pages->secret);
    return !page->has_error;
}

/* Splits on for a portion. */
static enum page_state split_on(struct page_cache *pages, struct error *error)
{
    const struct kept_page *kept = kept_at(pages, pages->place);
    const struct page_splitter *before = kept != NULL && kept->ids != NULL ? &kept->page : NULL;
    enum split split = page_splitter_split(&pages->page, before, PORTION_BYTES, error);
    if (split == SPLIT_MORE)
        return PAGE_MORE;
    if (split == SPLIT_BROKEN || !check_page(pages, error)) {
        drop_page(pages);
        return PAGE_BROKEN;
    }
    pages->is_split = true;
    pages->news.received = pages->page.count;
    pages->news.total = pages->page.total_results;
    pages->news.items_per_page = pages->page.items_per_page;
    pages->news.start_index = pages->page.start_index;
    pages->ids = mem_new(pages->page.count + 1, sizeof *pages->ids);
    return PAGE_MORE;
}

/* Has this row had its content from this poll already? */
static bool is_heard(const struct page_cache *pages, uint32_t id)
{
    return pages->roster->rows[id].last_seen_ms >= pages->started_ms;
}

/* The row that a slice became in the last poll, if its bytes are the same and it is still that. */
static uint32_t row_of_same(const struct page_cache *pages, const struct slice *slice)
{
    const struct kept_page *kept = kept_at(pages, pages->place);
    if (slice->same_as == SLICE_NEW || kept == NULL)
        return ROW_NONE;
    uint32_t id = kept->ids[slice->same_as];
    return id != ROW_NONE && !is_heard(pages, id) ? id : ROW_NONE;
}

/* Is an entry that is no new row not simply the one of the page before? A server deaf to startIndex
 * sends the same page again and again. */
static bool is_another(const struct page_cache *pages, size_t index)
{
    struct page_place place = {pages->place.target, pages->place.number - 1};
    const struct kept_page *previous = pages->place.number > 0 ? kept_at(pages, place) : NULL;
    if (previous == NULL || index >= previous->page.count)
        return true;
    size_t length = 0;
    size_t previous_length = 0;
    const char *bytes = page_splitter_entry(&pages->page, index, &length);
    const char *previous_bytes = page_splitter_entry(&previous->page, index, &previous_length);
    return length != previous_length || memcmp(bytes, previous_bytes, length) != 0;
}

/* Notes an entry that cannot be read, or that there is no room for. Returns the row it has: none.
 */
static uint32_t reject_entry(struct page_cache *pages, size_t index)
{
    bool is_new = is_another(pages, index);
    pages->tally.rejected++;
    pages->news.has_new = pages->news.has_new || is_new;
    pages->news.heard += is_new;
    return ROW_NONE;
}

/* Decodes an entry and gives it to the roster. Returns the row that has its content now, which is
 * none if the entry is rejected or its extension has been heard in this poll already. */
static uint32_t decode_entry(struct page_cache *pages, size_t index, int64_t now)
{
    size_t length = 0;
    const char *bytes = page_splitter_entry(&pages->page, index, &length);
    struct extension extension;
    if (!entry_decode(&extension, bytes, length, NULL))
        return reject_entry(pages, index);
    pages->news.strays +=
        strncmp(extension.number, pages->prefix, strlen(pages->prefix)) != 0 ? 1 : 0;
    uint32_t id = roster_find(pages->roster, pages->server, extension.number);
    if (id != ROW_NONE && is_heard(pages, id)) {
        extension_clear(&extension);
        pages->news.has_new =
            pages->news.has_new || (pages->parts_overlap && is_another(pages, index));
        return ROW_NONE;
    }
    if (id == ROW_NONE && pages->newcomers == PAGE_CACHE_NEWCOMERS_MAX) {
        extension_clear(&extension);
        return reject_entry(pages, index);
    }
    pages->newcomers += id == ROW_NONE;
    return roster_apply(pages->roster, pages->server, &extension, pages->after_outage, now);
}

/* Applies one entry; returns what that cost. */
static int apply_entry(struct page_cache *pages, size_t index, int64_t now)
{
    uint32_t id = row_of_same(pages, &pages->page.slices[index]);
    int cost = COST_CONFIRMED;
    if (id != ROW_NONE) {
        roster_confirm(pages->roster, id, now);
    } else {
        id = decode_entry(pages, index, now);
        cost = COST_DECODED;
    }
    pages->ids[index] = id;
    if (id != ROW_NONE) {
        pages->news.has_new = true;
        pages->news.heard++;
        pages->tally.read++;
        pages->tally.repaired += pages->roster->rows[id].extension.was_repaired ? 1 : 0;
    }
    return cost;
}

/* Makes room for a page at a place, with empty ones for any that were skipped before it. */
static struct kept_page *room_for(struct page_cache *pages, struct page_place place)
{
    struct part_cache *shelf = &pages->shelves[place.target];
    if (place.number >= shelf->count) {
        size_t count = place.number + 1;
        shelf->pages = mem_resize(shelf->pages, count, sizeof *shelf->pages);
        for (size_t i = shelf->count; i < count; i++) {
            shelf->pages[i] = (struct kept_page){0};
            page_splitter_init(&shelf->pages[i].page);
        }
        shelf->count = count;
    }
    return &shelf->pages[place.number];
}

/* Gives back what the page does not need. A small one moves out of memory that a large one needs.
 */
static void fit_page(struct page_cache *pages)
{
    struct buffer *body = &pages->page.body;
    if (pages->spare != NULL && body->length < body->capacity / 2) {
        struct buffer large = *body;
        buffer_init(body, large.max);
        buffer_append(body, large.data, large.length);
        page_cache_recycle(pages, &large);
    }
    page_splitter_trim(&pages->page);
}

/* The page is in the roster: it takes the place of the one before. */
static void keep_page(struct page_cache *pages)
{
    struct kept_page *kept = room_for(pages, pages->place);
    fit_page(pages);
    forget_bytes(pages, kept);
    *kept = (struct kept_page){
        .page = pages->page,
        .ids = pages->ids,
        .count = pages->page.count,
        .poll = pages->poll,
    };
    page_splitter_init(&pages->page);
    pages->ids = NULL;
    pages->has_applied = true;
    pages->kept_bytes += kept->page.body.capacity;
    if (pages->kept_bytes > pages->kept_max)
        forget_bytes(pages, kept);
}

enum page_state page_cache_work(struct page_cache *pages, int64_t now, struct error *error)
{
    if (!pages->is_split)
        return split_on(pages, error);
    int cost = 0;
    while (pages->cursor < pages->page.count && cost < PORTION_COST) {
        cost += apply_entry(pages, pages->cursor, now);
        pages->cursor++;
    }
    if (pages->cursor < pages->page.count)
        return PAGE_MORE;
    keep_page(pages);
    return PAGE_DONE;
}

size_t page_cache_expected(const struct page_cache *pages, struct page_place place)
{
    const struct kept_page *kept = kept_at(pages, place);
    return kept != NULL ? kept->count : 0;
}

void page_cache_cut(struct page_cache *pages, struct page_place place)
{
    struct part_cache *shelf = &pages->shelves[place.target];
    while (shelf->count > place.number) {
        shelf->count--;
        forget_bytes(pages, &shelf->pages[shelf->count]);
    }
    if (shelf->count == 0) {
        free(shelf->pages);
        shelf->pages = NULL;
    }
}

void page_cache_end_poll(struct page_cache *pages)
{
    drop_page(pages);
    for (size_t target = 0; pages->has_applied && target < pages->shelf_count; target++) {
        const struct part_cache *shelf = &pages->shelves[target];
        for (size_t i = 0; i < shelf->count; i++) {
            if (shelf->pages[i].poll != pages->poll)
                forget_bytes(pages, &shelf->pages[i]);
        }
    }
}
