/* SPDX-License-Identifier: MIT */
#include "net/plan_tree.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define ANY_NUMBER "0123456789*" /* characters that a number may have: NNNN*NNN */
#define CHILDREN_MAX 96          /* printable characters, and the prefix itself */

bool plan_tree_has(const struct plan_part *part)
{
    return part->kind > PLAN_DROPPED;
}

size_t plan_tree_add(struct plan *plan, enum plan_kind kind, const char *prefix, size_t parent)
{
    size_t id = 0;
    while (id < plan->count && plan->parts[id].kind != PLAN_UNUSED)
        id++;
    if (id == plan->count)
        plan->parts = mem_resize(plan->parts, ++plan->count, sizeof *plan->parts);
    struct plan_part *part = &plan->parts[id];
    *part = (struct plan_part){
        .kind = (uint8_t)kind,
        .state = PLAN_WAITS,
        .total = -1,
        .parent = parent,
        .child = PLAN_NONE,
        .sibling = PLAN_NONE,
    };
    assert(strlen(prefix) <= PLAN_PREFIX_MAX);
    memcpy(part->prefix, prefix, strlen(prefix) + 1);
    if (parent != PLAN_NONE) {
        part->sibling = plan->parts[parent].child;
        plan->parts[parent].child = id;
    }
    return id;
}

void plan_tree_cut(struct plan *plan, struct plan_part *part)
{
    for (size_t id = part->child; id != PLAN_NONE; id = plan->parts[id].sibling) {
        plan_tree_cut(plan, &plan->parts[id]);
        plan->parts[id].kind = PLAN_DROPPED;
    }
    part->child = PLAN_NONE;
}

bool plan_tree_may_split(const struct plan *plan, const struct plan_part *part)
{
    size_t used = 0;
    for (size_t id = 0; id < plan->count; id++)
        used += plan->parts[id].kind != PLAN_UNUSED;
    return plan->can_split && part->kind == PLAN_LEAF && part->given_up == 0 &&
           strlen(part->prefix) < PLAN_PREFIX_MAX && used + CHILDREN_MAX <= PLAN_PARTS_MAX;
}

/* Has a split part a child for this character? */
static bool has_child(const struct plan *plan, const struct plan_part *part, char character)
{
    size_t length = strlen(part->prefix);
    for (size_t id = part->child; id != PLAN_NONE; id = plan->parts[id].sibling)
        if (plan->parts[id].kind != PLAN_EXACT && plan->parts[id].prefix[length] == character)
            return true;
    return false;
}

void plan_split(struct plan *plan, size_t id, const struct plan_seen *seen)
{
    char prefix[PLAN_PREFIX_MAX + 1];
    size_t length = strlen(plan->parts[id].prefix);
    memcpy(prefix, plan->parts[id].prefix, length + 1);
    struct plan_part *part = &plan->parts[id];
    bool is_new = part->kind != PLAN_SPLIT;
    if (is_new) {
        assert(part->state == PLAN_UNDER_WAY);
        part->kind = PLAN_SPLIT;
        part->is_fresh = true;
        plan->was_lapped = true;
        part->state = PLAN_SLEEPS;
        plan->under_way--;
    }
    if (is_new && length > 0)
        plan_tree_add(plan, PLAN_EXACT, prefix, id);
    for (int character = ' ' + 1; character <= '~'; character++) {
        bool is_wanted = seen->is_there[character] || strchr(ANY_NUMBER, character) != NULL;
        if (!is_wanted || has_child(plan, &plan->parts[id], (char)character) ||
            plan->count >= PLAN_PARTS_MAX)
            continue;
        prefix[length] = (char)character;
        prefix[length + 1] = '\0';
        plan_tree_add(plan, PLAN_LEAF, prefix, id);
    }
}

size_t plan_holder(const struct plan *plan, const char *number)
{
    size_t id = PLAN_ROOT;
    size_t length = strlen(plan->parts[id].prefix);
    if (strncmp(number, plan->parts[id].prefix, length) != 0)
        return PLAN_NONE;
    while (id != PLAN_NONE && plan->parts[id].kind == PLAN_SPLIT) {
        length = strlen(plan->parts[id].prefix);
        bool is_exact = number[length] == '\0';
        id = plan->parts[id].child;
        while (id != PLAN_NONE && (is_exact ? plan->parts[id].kind != PLAN_EXACT
                                            : plan->parts[id].kind == PLAN_EXACT ||
                                                  plan->parts[id].prefix[length] != number[length]))
            id = plan->parts[id].sibling;
    }
    return id;
}

/* How many entries the parts of a split part have, if it can do with one part: its children are
 * parts that were all read, and have shrunk to well below the window, even with all that is missed,
 * which may be of this part: then it would have to be split again at once. Else -1. */
static int64_t mergeable(const struct plan *plan, size_t id)
{
    const struct plan_part *part = &plan->parts[id];
    int64_t most = plan->window / 5 * 3;
    int64_t sum = 0;
    if (part->kind != PLAN_SPLIT ||
        (part->parent == PLAN_NONE && (!plan->was_counted || part->total > most)))
        return -1;
    for (size_t each = part->child; each != PLAN_NONE; each = plan->parts[each].sibling) {
        const struct plan_part *child = &plan->parts[each];
        bool is_read = child->state != PLAN_WAITS && child->state != PLAN_FAILED;
        if (child->kind == PLAN_SPLIT || !is_read || child->total > most)
            return -1;
        sum += child->total > 0 ? child->total : 0;
    }
    return sum <= most - plan->last_lack ? sum : -1;
}

void plan_tree_merge(struct plan *plan)
{
    bool is_merged = true;
    while (is_merged) {
        is_merged = false;
        for (size_t id = 0; id < plan->count; id++) {
            int64_t sum = mergeable(plan, id);
            if (sum < 0)
                continue;
            struct plan_part *part = &plan->parts[id];
            plan_tree_cut(plan, part);
            part->kind = PLAN_LEAF;
            part->total = part->parent == PLAN_NONE ? part->total : sum;
            part->state = PLAN_WHOLE;
            is_merged = true;
        }
    }
}
