/* SPDX-License-Identifier: MIT */
/*
 * text_table: which code points may be shown, and how many columns each takes.
 *
 * From the Unicode Character Database, version 14.0.0: general category and East Asian Width.
 * Listed are assigned characters that are visible: marks (Mn, Me) with width 0, East Asian Wide and
 * Fullwidth with 2, all others with 1. Left out, so not allowed: controls, formats, surrogates,
 * private use, unassigned (C*), separators but U+0020 (Z*), and what is visible in name only:
 * U+00AD, U+034F, U+115F-11FF (Hangul fillers, vowels and finals), U+17B4-17B5, U+180B-180F,
 * U+3164, U+D7B0-D7FF, U+FE00-FE0F and U+E0100-E01EF (variation selectors), U+FFA0.
 */
#ifndef BLFTOP_BASE_TEXT_TABLE_H
#define BLFTOP_BASE_TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct text_range {
    uint32_t first;
    uint32_t last; /* the last one in it */
    int32_t width; /* columns: 0 (a mark), 1 or 2 */
};

/* Sorted, without overlap. */
extern const struct text_range text_table[];
extern const size_t text_table_size;

#endif
