/* SPDX-License-Identifier: MIT */
/*
 * plan_tree: the tree of a plan's parts. For plan alone, which knows what became of them.
 *
 * Adds, splits, joins and finds parts. Their indices stay, and the root is PLAN_ROOT.
 */
#ifndef BLFTOP_NET_PLAN_TREE_H
#define BLFTOP_NET_PLAN_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/plan.h"

/* Is it a part of the plan, whole or split? */
bool plan_tree_has(const struct plan_part *part);

/* Adds a part that waits. Pointers to parts are void after that. */
size_t plan_tree_add(struct plan *plan, enum plan_kind kind, const char *prefix, size_t parent);

/* Drops all below a part. */
void plan_tree_cut(struct plan *plan, struct plan_part *part);

/* Could a part be split, and is there room for what it would become? */
bool plan_tree_may_split(const struct plan *plan, const struct plan_part *part);

/* Joins what can be joined, from the ends of the tree to its root. */
void plan_tree_merge(struct plan *plan);

#endif
