/* SPDX-License-Identifier: MIT */
/*
 * partition_tree: the tree of a plan's parts. For plan alone, which knows what became of them.
 *
 * Adds, splits, joins and finds parts. Their indices stay, and the root is PARTITION_ROOT.
 */
#ifndef BLFTOP_POLL_PARTITION_TREE_H
#define BLFTOP_POLL_PARTITION_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "poll/partition.h"

/* Is it a part of the plan, whole or split? */
bool partition_tree_has(const struct partition_part *part);

/* Adds a part that waits. Pointers to parts are void after that. */
size_t partition_tree_add(struct partition *partition, enum partition_kind kind, const char *prefix,
                          size_t parent);

/* Drops all below a part. */
void partition_tree_cut(struct partition *partition, struct partition_part *part);

/* Could a part be split, and is there room for what it would become? */
bool partition_tree_may_split(const struct partition *partition, const struct partition_part *part);

/* Joins what can be joined, from the ends of the tree to its root. */
void partition_tree_merge(struct partition *partition);

/* Splits a part by these characters, besides those that any number may have; or, of a part that is
 * split, adds those that it has no part for. */
void partition_split(struct partition *partition, size_t id, const struct partition_seen *seen);

/* The part that holds a number, or PARTITION_NONE. */
size_t partition_holder(const struct partition *partition, const char *number);

#endif
