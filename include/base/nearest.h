/* SPDX-License-Identifier: MIT */
/*
 * nearest: the word that was probably meant.
 */
#ifndef BLFTOP_BASE_NEAREST_H
#define BLFTOP_BASE_NEAREST_H

#include <stddef.h>

/* Of `count` (at least one) known words the one with the fewest edits to `word`. */
const char *nearest_word(const char *word, const char *const *known, size_t count);

#endif
