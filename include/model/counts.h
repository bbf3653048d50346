/* SPDX-License-Identifier: MIT */
/*
 * counts: how many rows there are of each lamp, of one server or of all.
 *
 * Plain numbers that the roster keeps while rows change, so that asking looks at no row.
 */
#ifndef BLFTOP_MODEL_COUNTS_H
#define BLFTOP_MODEL_COUNTS_H

#include <stddef.h>

#include "model/extension.h"

struct counts {
    size_t lamps[LAMP_COUNT]; /* rows that are there */
    size_t gone;              /* rows that are gone, whatever their lamp was */
};

/* Rows that are there. */
size_t counts_present(const struct counts *counts);

/* Rows that are a problem (row_is_problem), those gone with them. */
size_t counts_problems(const struct counts *counts);

#endif
