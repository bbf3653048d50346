/* SPDX-License-Identifier: MIT */
/*
 * did_you_mean: the word that was probably meant.
 */
#ifndef BLFTOP_BASE_DID_YOU_MEAN_H
#define BLFTOP_BASE_DID_YOU_MEAN_H

#include <stddef.h>

/* Of `count` (at least one) known words the one with the fewest edits to `word`. */
const char *did_you_mean(const char *word, const char *const *known, size_t count);

#endif
