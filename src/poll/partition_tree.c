/* SPDX-License-Identifier: MIT */
#include "poll/partition_tree.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define ANY_NUMBER "0123456789*" /* characters that a number may have: NNNN*NNN */
#define CHILDREN_MAX 96          /* printable characters, and the prefix itself */

bool partition_tree_has(const struct partition_part *part)
{
    return part->kind > PART_DROPPED;
}

size_t partition_tree_add(struct partition *partition, enum partition_kind kind, const char *prefix,
                          size_t parent)
{
    size_t id = 0;
    while (id < partition->count && partition->parts[id].kind != PART_UNUSED)
        id++;
    if (id == partition->count)
        partition->parts =
            mem_resize(partition->parts, ++partition->count, sizeof *partition->parts);
    struct partition_part *part = &partition->parts[id];
    *part = (struct partition_part){
        .kind = (uint8_t)kind,
        .state = PART_WAITS,
        .total = -1,
        .parent = parent,
        .child = PARTITION_NONE,
        .sibling = PARTITION_NONE,
    };
    assert(strlen(prefix) <= PARTITION_PREFIX_MAX);
    memcpy(part->prefix, prefix, strlen(prefix) + 1);
    if (parent != PARTITION_NONE) {
        part->sibling = partition->parts[parent].child;
        partition->parts[parent].child = id;
    }
    return id;
}

void partition_tree_cut(struct partition *partition, struct partition_part *part)
{
    for (size_t id = part->child; id != PARTITION_NONE; id = partition->parts[id].sibling) {
        partition_tree_cut(partition, &partition->parts[id]);
        partition->parts[id].kind = PART_DROPPED;
    }
    part->child = PARTITION_NONE;
}

bool partition_tree_may_split(const struct partition *partition, const struct partition_part *part)
{
    size_t used = 0;
    for (size_t id = 0; id < partition->count; id++)
        used += partition->parts[id].kind != PART_UNUSED;
    return partition->can_split && part->kind == PART_LEAF && part->given_up == 0 &&
           strlen(part->prefix) < PARTITION_PREFIX_MAX &&
           used + CHILDREN_MAX <= PARTITION_PARTS_MAX;
}

/* Has a split part a child for this character? */
static bool has_child(const struct partition *partition, const struct partition_part *part,
                      char character)
{
    size_t length = strlen(part->prefix);
    for (size_t id = part->child; id != PARTITION_NONE; id = partition->parts[id].sibling)
        if (partition->parts[id].kind != PART_EXACT &&
            partition->parts[id].prefix[length] == character)
            return true;
    return false;
}

void partition_split(struct partition *partition, size_t id, const struct partition_seen *seen)
{
    char prefix[PARTITION_PREFIX_MAX + 1];
    size_t length = strlen(partition->parts[id].prefix);
    memcpy(prefix, partition->parts[id].prefix, length + 1);
    struct partition_part *part = &partition->parts[id];
    bool is_new = part->kind != PART_SPLIT;
    if (is_new) {
        assert(part->state == PART_UNDER_WAY);
        part->kind = PART_SPLIT;
        part->is_fresh = true;
        partition->was_lapped = true;
        part->state = PART_IDLE;
        partition->under_way--;
    }
    if (is_new && length > 0)
        partition_tree_add(partition, PART_EXACT, prefix, id);
    for (int character = ' ' + 1; character <= '~'; character++) {
        bool is_wanted = seen->is_there[character] || strchr(ANY_NUMBER, character) != NULL;
        if (!is_wanted || has_child(partition, &partition->parts[id], (char)character) ||
            partition->count >= PARTITION_PARTS_MAX)
            continue;
        prefix[length] = (char)character;
        prefix[length + 1] = '\0';
        partition_tree_add(partition, PART_LEAF, prefix, id);
    }
}

size_t partition_holder(const struct partition *partition, const char *number)
{
    size_t id = PARTITION_ROOT;
    size_t length = strlen(partition->parts[id].prefix);
    if (strncmp(number, partition->parts[id].prefix, length) != 0)
        return PARTITION_NONE;
    while (id != PARTITION_NONE && partition->parts[id].kind == PART_SPLIT) {
        length = strlen(partition->parts[id].prefix);
        bool is_exact = number[length] == '\0';
        id = partition->parts[id].child;
        while (id != PARTITION_NONE &&
               (is_exact ? partition->parts[id].kind != PART_EXACT
                         : partition->parts[id].kind == PART_EXACT ||
                               partition->parts[id].prefix[length] != number[length]))
            id = partition->parts[id].sibling;
    }
    return id;
}

/* How many entries the parts of a split part have, if it can do with one part: its children are
 * parts that were all read, and have shrunk to well below the window, even with all that is missed,
 * which may be of this part: then it would have to be split again at once. Else -1. */
static int64_t mergeable(const struct partition *partition, size_t id)
{
    const struct partition_part *part = &partition->parts[id];
    int64_t most = partition->window / 5 * 3;
    int64_t sum = 0;
    if (part->kind != PART_SPLIT ||
        (part->parent == PARTITION_NONE && (!partition->was_counted || part->total > most)))
        return -1;
    for (size_t each = part->child; each != PARTITION_NONE; each = partition->parts[each].sibling) {
        const struct partition_part *child = &partition->parts[each];
        bool is_read = child->state != PART_WAITS && child->state != PART_FAILED;
        if (child->kind == PART_SPLIT || !is_read || child->total > most)
            return -1;
        sum += child->total > 0 ? child->total : 0;
    }
    return sum <= most - partition->last_lack ? sum : -1;
}

void partition_tree_merge(struct partition *partition)
{
    bool is_merged = true;
    while (is_merged) {
        is_merged = false;
        for (size_t id = 0; id < partition->count; id++) {
            int64_t sum = mergeable(partition, id);
            if (sum < 0)
                continue;
            struct partition_part *part = &partition->parts[id];
            partition_tree_cut(partition, part);
            part->kind = PART_LEAF;
            part->total = part->parent == PARTITION_NONE ? part->total : sum;
            part->state = PART_WHOLE;
            is_merged = true;
        }
    }
}
