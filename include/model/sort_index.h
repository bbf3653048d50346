/* SPDX-License-Identifier: MIT */
/*
 * sort_index: all rows of a roster in the order a viewer asked for, kept from one update to the
 * next.
 *
 * Between two polls few rows change, so only these are taken out, sorted, and put back where they
 * belong; all are sorted when many have changed, or another order or roster is asked for. Comes to
 * what sorting all of them anew would. Filters nothing.
 */
#ifndef BLFTOP_MODEL_SORT_INDEX_H
#define BLFTOP_MODEL_SORT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/roster.h"
#include "model/sort.h"

struct sort_index {
    uint32_t *ids; /* owned; of all rows alive */
    size_t count;
    size_t capacity;
    struct sort_order order;
    const struct roster *roster; /* of the last update; NULL: there was none */
    uint64_t generation;         /* of the roster then */
};

void sort_index_init(struct sort_index *sort_index);
void sort_index_clear(struct sort_index *sort_index);

/* Brings the ranking up to date; true if it may not be what it was. A roster at the same address
 * must be the same one, or a later copy of the same. */
bool sort_index_update(struct sort_index *sort_index, const struct roster *roster,
                       const struct sort_order *order);

#endif
