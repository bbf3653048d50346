/* SPDX-License-Identifier: MIT */
#include "net/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/plan_tree.h"

#define PROOF_PARTS 100 /* of a window: entries that make a totalResults credible */

void plan_init(struct plan *plan, size_t count)
{
    *plan = (struct plan){0};
    for (size_t i = 0; i < count; i++)
        plan_tree_add(plan, PLAN_LEAF, "", PLAN_NONE);
}

void plan_init_collection(struct plan *plan, const char *prefix, int64_t window)
{
    *plan = (struct plan){.can_split = strlen(prefix) < PLAN_PREFIX_MAX, .window = window};
    plan_tree_add(plan, PLAN_LEAF, plan->can_split ? prefix : "", PLAN_NONE);
}

void plan_clear(struct plan *plan)
{
    free(plan->parts);
    *plan = (struct plan){0};
}

/* Need a part not be asked for unless something is missed? */
static bool is_sleeper(const struct plan_part *part)
{
    return part->parent != PLAN_NONE && part->total == 0;
}

void plan_begin(struct plan *plan)
{
    assert(plan->under_way == 0);
    plan->was_lapped = false;
    plan->was_counted = false;
    plan->has_failed = false;
    plan->is_exploring = false;
    plan->has_explored = false;
    plan->was_fruitful = false;
    for (size_t id = 0; id < plan->count; id++) {
        struct plan_part *part = &plan->parts[id];
        bool is_asked = part->kind != PLAN_SPLIT && !is_sleeper(part);
        part->state = is_asked ? PLAN_WAITS : PLAN_SLEEPS;
        part->heard = 0;
        part->received = 0;
    }
}

bool plan_is_split(const struct plan *plan)
{
    return plan->parts[PLAN_ROOT].kind == PLAN_SPLIT;
}

bool plan_is_census(const struct plan *plan, size_t part)
{
    return plan->parts[part].kind == PLAN_SPLIT && !plan->is_exploring;
}

/* How many entries are missed. */
static int64_t lack_of(const struct plan *plan, size_t heard)
{
    int64_t total = plan->parts[PLAN_ROOT].total;
    return total > (int64_t)heard ? total - (int64_t)heard : 0;
}

/* Wakes what sleeps, and has the whole read as far as can be reached. If that was in vain the last
 * time, what each split part has too: the characters that are not known may come further back. */
static void explore(struct plan *plan)
{
    plan->has_explored = true;
    plan->is_exploring = true;
    plan->was_lapped = true;
    for (size_t id = 0; id < plan->count; id++) {
        struct plan_part *part = &plan->parts[id];
        bool is_asleep = part->kind != PLAN_SPLIT && part->state == PLAN_SLEEPS;
        bool is_seen = part->kind == PLAN_SPLIT && (id == PLAN_ROOT || plan->vain > 0);
        if (is_asleep || is_seen)
            part->state = PLAN_WAITS;
    }
}

/* The first part that waits, or PLAN_NONE. */
static size_t find_waiting(const struct plan *plan)
{
    for (size_t id = 0; id < plan->count; id++)
        if (plan->parts[id].state == PLAN_WAITS && plan_tree_has(&plan->parts[id]))
            return id;
    return PLAN_NONE;
}

/* Is it worth while to look for what is missed? What came after its part was read is there in the
 * next poll, so it is only if something was missed in the poll before too, or if nobody has looked
 * yet. */
static bool is_worth_exploring(const struct plan *plan, size_t heard)
{
    int64_t lack = lack_of(plan, heard);
    bool is_lasting = plan->last_lack > 0 || plan->was_lapped;
    bool is_paused = plan->pause > 0 && lack <= plan->pause_lack;
    return lack > 0 && is_lasting && !is_paused && !plan->has_explored && !plan->has_failed &&
           heard < PLAN_ENTRIES_MAX;
}

/* What is next when no part waits or is under way. */
static size_t find_last(struct plan *plan, size_t heard)
{
    if (!plan_is_split(plan))
        return PLAN_NONE;
    if (!plan->was_counted)
        return PLAN_ROOT;
    if (!is_worth_exploring(plan, heard))
        return PLAN_NONE;
    explore(plan);
    return find_waiting(plan);
}

size_t plan_next(struct plan *plan, size_t heard)
{
    size_t id = find_waiting(plan);
    while (heard >= PLAN_ENTRIES_MAX && id != PLAN_NONE) {
        plan->parts[id].state = PLAN_CUT;
        id = find_waiting(plan);
    }
    if (id == PLAN_NONE && plan->under_way == 0)
        id = find_last(plan, heard);
    if (id == PLAN_NONE)
        return PLAN_NONE;
    plan->parts[id].state = PLAN_UNDER_WAY;
    plan->under_way++;
    return id;
}

/* Splitting a part is in vain: it is read as far as the window goes. */
static void give_up(struct plan *plan, struct plan_part *part)
{
    plan_tree_cut(plan, part);
    part->kind = PLAN_LEAF;
    part->given_up = PLAN_GIVEN_UP_POLLS;
    if (part->state == PLAN_UNDER_WAY) /* exploring: it goes on as it is */
        return;
    part->state = PLAN_WAITS;
    part->heard = 0;
    part->received = 0;
}

/* Has a part just been split in vain? Then none of its children has anything. */
static bool is_futile(const struct plan *plan, const struct plan_part *part)
{
    if (part->kind != PLAN_SPLIT || !part->is_fresh)
        return false;
    for (size_t id = part->child; id != PLAN_NONE; id = plan->parts[id].sibling) {
        const struct plan_part *child = &plan->parts[id];
        bool is_nothing =
            child->state == PLAN_REFUSED || (child->state == PLAN_WHOLE && child->total == 0);
        if (!is_nothing)
            return false;
    }
    return true;
}

void plan_finish(struct plan *plan, size_t id, enum plan_state state)
{
    struct plan_part *part = &plan->parts[id];
    assert(part->state == PLAN_UNDER_WAY);
    plan->under_way--;
    part->state = (uint8_t)state;
    plan->has_failed = plan->has_failed || state == PLAN_FAILED;
    if (state == PLAN_REFUSED)
        part->total = 0;
    if (part->kind == PLAN_SPLIT) {
        plan->was_counted = true;
        part->state = state == PLAN_FAILED ? PLAN_FAILED : PLAN_SLEEPS;
    }
    if (part->parent != PLAN_NONE && plan_tree_has(part) &&
        is_futile(plan, &plan->parts[part->parent]))
        give_up(plan, &plan->parts[part->parent]);
}

void plan_finish_empty(struct plan *plan, size_t id)
{
    plan->parts[id].total = 0;
    plan_finish(plan, id, PLAN_WHOLE);
}

/* Is what a part says of its length to be believed? What the whole says has to be shown to be
 * about right, since being wrong there costs requests. */
static bool is_proven(const struct plan *plan, const struct plan_part *part,
                      const struct plan_page *page)
{
    return part->parent != PLAN_NONE || (int64_t)page->received * PROOF_PARTS >= plan->window;
}

/* Does a page show that the server does not hear the prefix? Then it brings other numbers, and no
 * fewer of them than there are without. */
static bool is_deaf(const struct plan *plan, const struct plan_part *part,
                    const struct plan_page *page)
{
    return part->parent != PLAN_NONE && page->total > plan->window &&
           page->strays * 2 > page->received &&
           page->total / 9 >= plan->parts[PLAN_ROOT].total / 10;
}

enum plan_turn plan_hear(struct plan *plan, size_t id, const struct plan_page *page)
{
    struct plan_part *part = &plan->parts[id];
    part->received += page->received;
    part->heard += page->heard;
    /* A total of nothing is none where something came: such a part would not be asked again. */
    part->total = page->total != 0 ? page->total : (int64_t)part->received;
    plan->was_fruitful =
        plan->was_fruitful || (plan->has_explored && page->heard > 0 && part->kind != PLAN_SPLIT);
    if (!plan_tree_has(part) || plan_is_census(plan, id)) {
        plan_finish(plan, id, PLAN_WHOLE);
        return PLAN_ENOUGH;
    }
    if (is_deaf(plan, part, page)) {
        plan_finish(plan, id, PLAN_LOOSE);
        give_up(plan, &plan->parts[PLAN_ROOT]);
        return PLAN_ENOUGH;
    }
    bool is_long = page->total > plan->window && page->received > 0;
    return is_long && is_proven(plan, part, page) && plan_tree_may_split(plan, part) ? PLAN_SPLITS
                                                                                     : PLAN_GOES_ON;
}

bool plan_cut(struct plan *plan, size_t id, int64_t reached)
{
    struct plan_part *part = &plan->parts[id];
    if (part->total > reached && plan_tree_has(part) && plan_tree_may_split(plan, part)) {
        /* A server that makes its pages short does not let the whole window be reached. */
        plan->window = reached < plan->window ? reached : plan->window;
        return true;
    }
    plan_finish(plan, id, PLAN_CUT);
    return false;
}

/* After exploring in vain the next time is put off, further each time that something is missed. */
static void note_exploring(struct plan *plan, size_t heard)
{
    int64_t lack = lack_of(plan, heard);
    bool was_in_vain = plan->has_explored && !plan->was_fruitful;
    if (lack == 0 || plan->was_fruitful)
        plan->vain = 0;
    if (lack == 0 || plan->has_explored)
        plan->pause = 0;
    else if (plan->pause > 0)
        plan->pause--;
    if (lack > 0 && was_in_vain) {
        plan->vain += plan->vain < PLAN_PAUSES_MAX ? 1 : 0;
        plan->pause = PLAN_PAUSE_POLLS << (plan->vain - 1);
        plan->pause_lack = lack;
    }
    plan->last_lack = lack;
}

void plan_end(struct plan *plan, size_t heard)
{
    assert(plan->under_way == 0);
    note_exploring(plan, heard);
    plan_tree_merge(plan);
    for (size_t id = 0; id < plan->count; id++) {
        struct plan_part *part = &plan->parts[id];
        bool is_unknown = part->state == PLAN_WAITS || part->state == PLAN_FAILED;
        part->is_fresh = false;
        if (is_unknown && part->total == 0)
            part->total = -1; /* it was woken in vain: it is asked for the next time */
        if (part->kind == PLAN_DROPPED)
            part->kind = PLAN_UNUSED;
        if (part->given_up > 0)
            part->given_up--;
    }
}

bool plan_is_settled(const struct plan *plan)
{
    for (size_t id = 0; id < plan->count; id++) {
        const struct plan_part *part = &plan->parts[id];
        bool is_open =
            part->state == PLAN_WAITS || part->state == PLAN_REFUSED || part->state == PLAN_FAILED;
        if (plan_tree_has(part) && is_open)
            return false;
    }
    return true;
}

bool plan_is_whole(const struct plan *plan, size_t heard)
{
    bool is_split = plan_is_split(plan);
    for (size_t id = 0; id < plan->count; id++) {
        const struct plan_part *part = &plan->parts[id];
        bool is_settled = part->state == PLAN_WHOLE || part->state == PLAN_SLEEPS ||
                          (is_split && part->state == PLAN_REFUSED);
        if (plan_tree_has(part) && !is_settled)
            return false;
    }
    bool is_counted = plan->was_counted && plan->parts[PLAN_ROOT].total >= 0;
    return !is_split || (is_counted && lack_of(plan, heard) == 0);
}

int64_t plan_total(const struct plan *plan, int64_t first)
{
    int64_t sum = 0;
    for (size_t id = 0; id < plan->count; id++) {
        const struct plan_part *part = &plan->parts[id];
        if (part->parent != PLAN_NONE || !plan_tree_has(part))
            continue;
        if (part->total < 0)
            return -1;
        if (part->total > INT64_MAX - sum)
            return INT64_MAX;
        sum += part->total > first ? part->total - first : 0;
    }
    return sum;
}
