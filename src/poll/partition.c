/* SPDX-License-Identifier: MIT */
#include "poll/partition.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "poll/partition_tree.h"

#define PROOF_PARTS 100 /* of a window: entries that make a totalResults credible */

void partition_init(struct partition *partition, size_t count)
{
    *partition = (struct partition){0};
    for (size_t i = 0; i < count; i++)
        partition_tree_add(partition, PART_LEAF, "", PARTITION_NONE);
}

void partition_init_collection(struct partition *partition, const char *prefix, int64_t window)
{
    *partition =
        (struct partition){.can_split = strlen(prefix) < PARTITION_PREFIX_MAX, .window = window};
    partition_tree_add(partition, PART_LEAF, partition->can_split ? prefix : "", PARTITION_NONE);
}

void partition_clear(struct partition *partition)
{
    free(partition->parts);
    *partition = (struct partition){0};
}

/* Need a part not be asked for unless something is missed? */
static bool is_sleeper(const struct partition_part *part)
{
    return part->parent != PARTITION_NONE && part->total == 0;
}

void partition_begin(struct partition *partition)
{
    assert(partition->under_way == 0);
    partition->was_lapped = false;
    partition->was_counted = false;
    partition->has_failed = false;
    partition->is_exploring = false;
    partition->has_explored = false;
    partition->was_fruitful = false;
    for (size_t id = 0; id < partition->count; id++) {
        struct partition_part *part = &partition->parts[id];
        bool is_asked = part->kind != PART_SPLIT && !is_sleeper(part);
        part->state = is_asked ? PART_WAITS : PART_IDLE;
        part->heard = 0;
        part->received = 0;
    }
}

bool partition_is_split(const struct partition *partition)
{
    return partition->parts[PARTITION_ROOT].kind == PART_SPLIT;
}

bool partition_is_total_probe(const struct partition *partition, size_t part)
{
    return partition->parts[part].kind == PART_SPLIT && !partition->is_exploring;
}

/* How many entries are missed. */
static int64_t lack_of(const struct partition *partition, size_t heard)
{
    int64_t total = partition->parts[PARTITION_ROOT].total;
    return total > (int64_t)heard ? total - (int64_t)heard : 0;
}

/* Wakes what sleeps, and has the whole read as far as can be reached. If that was in vain the last
 * time, what each split part has too: the characters that are not known may come further back. */
static void probe_empty(struct partition *partition)
{
    partition->has_explored = true;
    partition->is_exploring = true;
    partition->was_lapped = true;
    for (size_t id = 0; id < partition->count; id++) {
        struct partition_part *part = &partition->parts[id];
        bool is_asleep = part->kind != PART_SPLIT && part->state == PART_IDLE;
        bool is_seen = part->kind == PART_SPLIT && (id == PARTITION_ROOT || partition->vain > 0);
        if (is_asleep || is_seen)
            part->state = PART_WAITS;
    }
}

/* The first part that waits, or PARTITION_NONE. */
static size_t find_waiting(const struct partition *partition)
{
    for (size_t id = 0; id < partition->count; id++)
        if (partition->parts[id].state == PART_WAITS && partition_tree_has(&partition->parts[id]))
            return id;
    return PARTITION_NONE;
}

/* Is it worth while to look for what is missed? What came after its part was read is there in the
 * next poll, so it is only if something was missed in the poll before too, or if nobody has looked
 * yet. */
static bool is_worth_exploring(const struct partition *partition, size_t heard)
{
    int64_t missing = lack_of(partition, heard);
    bool is_lasting = partition->last_lack > 0 || partition->was_lapped;
    bool is_paused = partition->pause > 0 && missing <= partition->pause_lack;
    return missing > 0 && is_lasting && !is_paused && !partition->has_explored &&
           !partition->has_failed && heard < PARTITION_ENTRIES_MAX;
}

/* What is next when no part waits or is under way. */
static size_t find_last(struct partition *partition, size_t heard)
{
    if (!partition_is_split(partition))
        return PARTITION_NONE;
    if (!partition->was_counted)
        return PARTITION_ROOT;
    if (!is_worth_exploring(partition, heard))
        return PARTITION_NONE;
    probe_empty(partition);
    return find_waiting(partition);
}

size_t partition_next(struct partition *partition, size_t heard)
{
    size_t id = find_waiting(partition);
    while (heard >= PARTITION_ENTRIES_MAX && id != PARTITION_NONE) {
        partition->parts[id].state = PART_CUT;
        id = find_waiting(partition);
    }
    if (id == PARTITION_NONE && partition->under_way == 0)
        id = find_last(partition, heard);
    if (id == PARTITION_NONE)
        return PARTITION_NONE;
    partition->parts[id].state = PART_UNDER_WAY;
    partition->under_way++;
    return id;
}

/* Splitting a part is in vain: it is read as far as the window goes. */
static void give_up(struct partition *partition, struct partition_part *part)
{
    partition_tree_cut(partition, part);
    part->kind = PART_LEAF;
    part->given_up = PARTITION_GIVEN_UP_POLLS;
    if (part->state == PART_UNDER_WAY) /* exploring: it goes on as it is */
        return;
    part->state = PART_WAITS;
    part->heard = 0;
    part->received = 0;
}

/* Has a part just been split in vain? Then none of its children has anything. */
static bool is_futile(const struct partition *partition, const struct partition_part *part)
{
    if (part->kind != PART_SPLIT || !part->is_fresh)
        return false;
    for (size_t id = part->child; id != PARTITION_NONE; id = partition->parts[id].sibling) {
        const struct partition_part *child = &partition->parts[id];
        bool is_nothing =
            child->state == PART_REFUSED || (child->state == PART_WHOLE && child->total == 0);
        if (!is_nothing)
            return false;
    }
    return true;
}

void partition_finish(struct partition *partition, size_t id, enum partition_state state)
{
    struct partition_part *part = &partition->parts[id];
    assert(part->state == PART_UNDER_WAY);
    partition->under_way--;
    part->state = (uint8_t)state;
    partition->has_failed = partition->has_failed || state == PART_FAILED;
    if (state == PART_REFUSED)
        part->total = 0;
    if (part->kind == PART_SPLIT) {
        partition->was_counted = true;
        part->state = state == PART_FAILED ? PART_FAILED : PART_IDLE;
    }
    if (part->parent != PARTITION_NONE && partition_tree_has(part) &&
        is_futile(partition, &partition->parts[part->parent]))
        give_up(partition, &partition->parts[part->parent]);
}

void partition_finish_empty(struct partition *partition, size_t id)
{
    partition->parts[id].total = 0;
    partition_finish(partition, id, PART_WHOLE);
}

/* Is what a part says of its length to be believed? What the whole says has to be shown to be
 * about right, since being wrong there costs requests. */
static bool is_proven(const struct partition *partition, const struct partition_part *part,
                      const struct partition_page *page)
{
    return part->parent != PARTITION_NONE ||
           (int64_t)page->received * PROOF_PARTS >= partition->window;
}

/* Does a page show that the server does not hear the prefix? Then it brings other numbers, and no
 * fewer of them than there are without. */
static bool is_deaf(const struct partition *partition, const struct partition_part *part,
                    const struct partition_page *page)
{
    return part->parent != PARTITION_NONE && page->total > partition->window &&
           page->strays * 2 > page->received &&
           page->total / 9 >= partition->parts[PARTITION_ROOT].total / 10;
}

enum partition_turn partition_hear(struct partition *partition, size_t id,
                                   const struct partition_page *page)
{
    struct partition_part *part = &partition->parts[id];
    part->received += page->received;
    part->heard += page->heard;
    /* A total of nothing is none where something came: such a part would not be asked again. */
    part->total = page->total != 0 ? page->total : (int64_t)part->received;
    partition->was_fruitful =
        partition->was_fruitful ||
        (partition->has_explored && page->heard > 0 && part->kind != PART_SPLIT);
    if (!partition_tree_has(part) || partition_is_total_probe(partition, id)) {
        partition_finish(partition, id, PART_WHOLE);
        return PART_ENOUGH;
    }
    if (is_deaf(partition, part, page)) {
        partition_finish(partition, id, PART_INCONSISTENT);
        give_up(partition, &partition->parts[PARTITION_ROOT]);
        return PART_ENOUGH;
    }
    bool is_long = page->total > partition->window && page->received > 0;
    return is_long && is_proven(partition, part, page) && partition_tree_may_split(partition, part)
               ? PART_SPLITS
               : PART_GOES_ON;
}

bool partition_cut(struct partition *partition, size_t id, int64_t reached)
{
    struct partition_part *part = &partition->parts[id];
    if (part->total > reached && partition_tree_has(part) &&
        partition_tree_may_split(partition, part)) {
        /* A server that makes its pages short does not let the whole window be reached. */
        partition->window = reached < partition->window ? reached : partition->window;
        return true;
    }
    partition_finish(partition, id, PART_CUT);
    return false;
}

/* After exploring in vain the next time is put off, further each time that something is missed. */
static void note_exploring(struct partition *partition, size_t heard)
{
    int64_t missing = lack_of(partition, heard);
    bool was_in_vain = partition->has_explored && !partition->was_fruitful;
    if (missing == 0 || partition->was_fruitful)
        partition->vain = 0;
    if (missing == 0 || partition->has_explored)
        partition->pause = 0;
    else if (partition->pause > 0)
        partition->pause--;
    if (missing > 0 && was_in_vain) {
        partition->vain += partition->vain < PARTITION_PAUSES_MAX ? 1 : 0;
        partition->pause = PARTITION_PAUSE_POLLS << (partition->vain - 1);
        partition->pause_lack = missing;
    }
    partition->last_lack = missing;
}

void partition_end(struct partition *partition, size_t heard)
{
    assert(partition->under_way == 0);
    note_exploring(partition, heard);
    partition_tree_merge(partition);
    for (size_t id = 0; id < partition->count; id++) {
        struct partition_part *part = &partition->parts[id];
        bool is_unknown = part->state == PART_WAITS || part->state == PART_FAILED;
        part->is_fresh = false;
        if (is_unknown && part->total == 0)
            part->total = -1; /* it was woken in vain: it is asked for the next time */
        if (part->kind == PART_DROPPED)
            part->kind = PART_UNUSED;
        if (part->given_up > 0)
            part->given_up--;
    }
}

bool partition_is_settled(const struct partition *partition)
{
    for (size_t id = 0; id < partition->count; id++) {
        const struct partition_part *part = &partition->parts[id];
        bool is_open =
            part->state == PART_WAITS || part->state == PART_REFUSED || part->state == PART_FAILED;
        if (partition_tree_has(part) && is_open)
            return false;
    }
    return true;
}

bool partition_is_whole(const struct partition *partition, size_t heard)
{
    bool is_split = partition_is_split(partition);
    for (size_t id = 0; id < partition->count; id++) {
        const struct partition_part *part = &partition->parts[id];
        bool is_settled = part->state == PART_WHOLE || part->state == PART_IDLE ||
                          (is_split && part->state == PART_REFUSED);
        if (partition_tree_has(part) && !is_settled)
            return false;
    }
    bool is_counted = partition->was_counted && partition->parts[PARTITION_ROOT].total >= 0;
    return !is_split || (is_counted && lack_of(partition, heard) == 0);
}

int64_t partition_total(const struct partition *partition, int64_t first)
{
    int64_t sum = 0;
    for (size_t id = 0; id < partition->count; id++) {
        const struct partition_part *part = &partition->parts[id];
        if (part->parent != PARTITION_NONE || !partition_tree_has(part))
            continue;
        if (part->total < 0)
            return -1;
        if (part->total > INT64_MAX - sum)
            return INT64_MAX;
        sum += part->total > first ? part->total - first : 0;
    }
    return sum;
}
