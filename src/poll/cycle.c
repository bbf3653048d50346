/* SPDX-License-Identifier: MIT */
#include "poll/cycle.h"
#include "poll/partition_tree.h"

#include <assert.h>
#include <string.h>

void cycle_init(struct cycle *cycle, const struct cycle_setup *setup)
{
    *cycle = (struct cycle){
        .reach = setup->reach,
        .first = setup->first,
        .page_size = setup->page_size,
        .is_listed = setup->listed > 0,
    };
    int64_t window = (int64_t)setup->reach.start_max + setup->reach.count_max;
    if (cycle->is_listed || setup->is_plain || setup->first > 0)
        partition_init(&cycle->partition, cycle->is_listed ? setup->listed : 1);
    else
        partition_init_collection(&cycle->partition, setup->prefix, window);
    page_cache_init(&cycle->pages, setup->roster, setup->server, cycle->partition.count);
    cycle->pages.spare = setup->spare;
}

void cycle_clear(struct cycle *cycle)
{
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        buffer_clear(&cycle->slots[i].body);
    page_cache_clear(&cycle->pages);
    partition_clear(&cycle->partition);
    *cycle = (struct cycle){0};
}

size_t cycle_received(const struct cycle *cycle)
{
    return cycle->pages.tally.read + cycle->pages.tally.rejected;
}

/* Goes to the first page of a part. */
static void open_lane(struct cycle *cycle, struct slot *slot, size_t part)
{
    bool is_census = partition_is_total_probe(&cycle->partition, part);
    page_cache_fit(&cycle->pages, cycle->partition.count);
    slot->state = SLOT_ASKS;
    slot->part = part;
    slot->broken = 0;
    pager_begin(&slot->pager, &cycle->reach, cycle->first, is_census ? 1 : cycle->page_size,
                cycle->partition.parts[part].total);
}

/* Gives free lanes the parts that are next. */
static void open_lanes(struct cycle *cycle)
{
    for (size_t i = 0; i < CYCLE_SLOTS_MAX && !cycle->is_stopped; i++) {
        struct slot *slot = &cycle->slots[i];
        bool is_alone = !partition_is_split(&cycle->partition) && cycle->partition.under_way > 0;
        if (slot->state != SLOT_FREE || is_alone)
            continue;
        size_t part = partition_next(&cycle->partition, cycle_received(cycle));
        if (part != PARTITION_NONE)
            open_lane(cycle, slot, part);
    }
    cycle->pages.parts_overlap = partition_is_split(&cycle->partition);
}

void cycle_begin(struct cycle *cycle, int64_t now)
{
    cycle->failed = 0;
    cycle->wire_ms = 0;
    cycle->wire_end_ms = now;
    cycle->has_page = false;
    cycle->is_stopped = false;
    error_clear(&cycle->error);
    page_cache_begin_poll(&cycle->pages, now);
    partition_begin(&cycle->partition);
    open_lanes(cycle);
}

struct slot *cycle_asking(struct cycle *cycle)
{
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        if (cycle->slots[i].state == SLOT_ASKS)
            return &cycle->slots[i];
    return NULL;
}

bool cycle_is_asking(const struct cycle *cycle)
{
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        if (cycle->slots[i].state == SLOT_ASKS)
            return true;
    return false;
}

bool cycle_is_over(const struct cycle *cycle)
{
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        if (cycle->slots[i].state != SLOT_FREE)
            return false;
    return true;
}

void cycle_note_wire(struct cycle *cycle, int64_t elapsed_ms, int64_t now)
{
    int64_t alone_ms = now - cycle->wire_end_ms;
    cycle->wire_ms += elapsed_ms < alone_ms ? elapsed_ms : alone_ms;
    cycle->wire_end_ms = now;
}

/* Where the page is that a lane is at. */
static struct page_place place_of(const struct slot *slot)
{
    return (struct page_place){.target = slot->part, .number = slot->pager.page};
}

/* Notes what kept the poll from being whole; of a part by its name. */
static void note_error(struct cycle *cycle, const struct slot *slot, const struct error *why)
{
    const struct partition_part *part = &cycle->partition.parts[slot->part];
    bool is_of_part = part->parent != PARTITION_NONE;
    error_set(&cycle->error, why->kind, "%s%s%s%s", is_of_part ? "extensions from " : "",
              is_of_part ? part->prefix : "", is_of_part ? ": " : "", why->text);
}

/* The lane is done with its part. */
static void close_lane(struct cycle *cycle, struct slot *slot)
{
    slot->state = SLOT_FREE;
    buffer_clear(&slot->body);
    open_lanes(cycle);
}

/* Leaves the part as it is, which is not whole. */
static void abandon(struct cycle *cycle, struct slot *slot)
{
    partition_finish(&cycle->partition, slot->part, PART_FAILED);
    close_lane(cycle, slot);
}

void cycle_ask_again(struct cycle *cycle, struct slot *slot)
{
    if (cycle->is_stopped)
        abandon(cycle, slot);
    else
        slot->state = SLOT_ASKS;
}

/* The characters that the known numbers of a part have behind its prefix. */
static struct partition_seen see_numbers(const struct cycle *cycle, const char *prefix)
{
    struct partition_seen seen = {0};
    const struct roster *roster = cycle->pages.roster;
    size_t length = strlen(prefix);
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        const struct row *row = &roster->rows[id];
        if (!row->is_used || row->server != cycle->pages.server ||
            strncmp(row->extension.number, prefix, length) != 0)
            continue;
        unsigned char next = (unsigned char)row->extension.number[length];
        if (next < sizeof seen.is_there)
            seen.is_there[next] = true;
    }
    return seen;
}

/* Splits a part. */
static void split(struct cycle *cycle, size_t part)
{
    struct partition_seen seen = see_numbers(cycle, cycle->partition.parts[part].prefix);
    partition_split(&cycle->partition, part, &seen);
}

/* A part of which a page was broken, one that was cut, one that changed, or one read whole. */
static void finish_part(struct cycle *cycle, struct slot *slot, int64_t reached)
{
    const struct pager *pager = &slot->pager;
    struct partition *partition = &cycle->partition;
    bool is_explored = partition->parts[slot->part].kind == PART_SPLIT;
    if (slot->broken > 0)
        partition_finish(partition, slot->part, PART_FAILED);
    else if (pager->hit_limit && !pager->ignores_start_index &&
             partition_cut(partition, slot->part, reached))
        split(cycle, slot->part);
    else if (pager->hit_limit && pager->ignores_start_index)
        partition_finish(partition, slot->part, PART_CUT);
    else if (!pager->hit_limit)
        partition_finish(partition, slot->part,
                         pager->total_changed ? PART_INCONSISTENT : PART_WHOLE);
    if (is_explored) /* numbers seen there may be such as no part has */
        split(cycle, slot->part);
}

/* The lane's part has been read; `place` is the first page that it does not have. */
static void end_part(struct cycle *cycle, struct slot *slot, struct page_place place,
                     int64_t reached)
{
    page_cache_cut(&cycle->pages, place);
    finish_part(cycle, slot, reached);
    close_lane(cycle, slot);
}

void cycle_page_received(struct cycle *cycle, struct slot *slot, struct buffer *body,
                         bool after_outage)
{
    (void)cycle;
    buffer_swap(&slot->body, body);
    slot->after_outage = after_outage;
    slot->state = SLOT_HAS;
}

void cycle_page_empty(struct cycle *cycle, struct slot *slot)
{
    cycle->has_page = true;
    if (slot->pager.page > 0) {
        end_part(cycle, slot, place_of(slot), slot->pager.start);
        return;
    }
    page_cache_cut(&cycle->pages, place_of(slot));
    partition_finish_empty(&cycle->partition, slot->part);
    close_lane(cycle, slot);
}

/* The page is in the roster: goes on behind it. */
static void go_on(struct cycle *cycle, struct slot *slot)
{
    struct page_place place = place_of(slot);
    const struct page_result *news = &cycle->pages.news;
    int64_t reached = slot->pager.start + (int64_t)news->received;
    cycle->has_page = true;
    bool has_next = pager_next(&slot->pager, &(struct pager_page){
                                                 .received = news->received,
                                                 .has_new = news->has_new,
                                                 .total = news->total,
                                                 .items_per_page = news->items_per_page,
                                                 .start_index = news->start_index,
                                             });
    enum partition_turn turn = partition_hear(&cycle->partition, slot->part,
                                              &(struct partition_page){
                                                  .received = news->received,
                                                  .heard = news->heard,
                                                  .strays = news->strays,
                                                  .total = news->total,
                                              });
    place.number++;
    if (turn == PART_SPLITS)
        split(cycle, slot->part);
    if (turn != PART_GOES_ON)
        close_lane(cycle, slot);
    else if (has_next)
        cycle_ask_again(cycle, slot);
    else
        end_part(cycle, slot, place, reached);
}

/* Does totalResults say that the page asked for is not there? */
static bool is_past_end(const struct pager *pager)
{
    return pager->page > 0 && pager->total >= 0 && pager->start >= pager->total;
}

bool cycle_may_be_past_end(const struct slot *slot)
{
    return is_past_end(&slot->pager) || (slot->pager.page > 0 && slot->pager.was_short);
}

/* Breaks off what has lost too many parts. */
static void note_lost_part(struct cycle *cycle, const struct error *why)
{
    if (partition_is_split(&cycle->partition) && ++cycle->failed >= CYCLE_FAILED_MAX)
        cycle_stop(cycle, why);
}

/* The page is broken: goes on behind it, where that can be guessed. */
static void skip_page(struct cycle *cycle, struct slot *slot, const struct error *why)
{
    struct page_place place = place_of(slot);
    if (is_past_end(&slot->pager)) {
        end_part(cycle, slot, place, slot->pager.start);
        return;
    }
    note_error(cycle, slot, why);
    size_t expected = page_cache_expected(&cycle->pages, place);
    place.number++;
    bool has_next = expected > 0 && page_cache_expected(&cycle->pages, place) > 0;
    if (slot->broken == 0)
        note_lost_part(cycle, why);
    if (++slot->broken < CYCLE_BROKEN_MAX && pager_skip(&slot->pager, expected, has_next))
        cycle_ask_again(cycle, slot);
    else
        abandon(cycle, slot);
}

/* Which lane's page is worked on, or is next; CYCLE_SLOTS_MAX if none has one. */
static size_t find_work(const struct cycle *cycle)
{
    size_t found = CYCLE_SLOTS_MAX;
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++) {
        if (cycle->slots[i].state == SLOT_WORKS)
            return i;
        if (cycle->slots[i].state == SLOT_HAS && found == CYCLE_SLOTS_MAX)
            found = i;
    }
    return found;
}

bool cycle_has_work(const struct cycle *cycle)
{
    return find_work(cycle) < CYCLE_SLOTS_MAX;
}

void cycle_work(struct cycle *cycle, size_t max_entries, int64_t now)
{
    size_t working = find_work(cycle);
    struct error error = {0};
    assert(working < CYCLE_SLOTS_MAX);
    struct slot *slot = &cycle->slots[working];
    if (slot->state == SLOT_HAS) {
        cycle->pages.after_outage = slot->after_outage;
        page_cache_take(&cycle->pages, place_of(slot), &slot->body, max_entries);
        slot->state = SLOT_WORKS;
    }
    /* Each time: since the last one another lane may have split a part, which moves them all. */
    cycle->pages.prefix = cycle->partition.parts[slot->part].prefix;
    enum page_state state = page_cache_work(&cycle->pages, now, &error);
    if (state == PAGE_DONE)
        go_on(cycle, slot);
    else if (state == PAGE_BROKEN)
        skip_page(cycle, slot, &error);
}

bool cycle_may_skip(const struct cycle *cycle, const struct slot *slot)
{
    return cycle->is_listed || cycle->partition.parts[slot->part].parent != PARTITION_NONE;
}

void cycle_part_refused(struct cycle *cycle, struct slot *slot, const struct error *why)
{
    if (cycle->is_listed)
        note_error(cycle, slot, why);
    partition_finish(&cycle->partition, slot->part, cycle->is_listed ? PART_FAILED : PART_REFUSED);
    close_lane(cycle, slot);
}

void cycle_page_failed(struct cycle *cycle, struct slot *slot, const struct error *why)
{
    note_error(cycle, slot, why);
    if (partition_is_split(&cycle->partition))
        note_lost_part(cycle, why);
    else
        cycle_stop(cycle, why);
    abandon(cycle, slot);
}

void cycle_stop(struct cycle *cycle, const struct error *why)
{
    error_set(&cycle->error, why->kind, "%s", why->text);
    cycle->is_stopped = true;
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        if (cycle->slots[i].state == SLOT_ASKS)
            abandon(cycle, &cycle->slots[i]);
}
