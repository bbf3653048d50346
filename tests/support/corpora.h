/* SPDX-License-Identifier: MIT */
/*
 * corpora: test data that others wrote and that is not part of the project.
 *
 * Looked for below $BLFTOP_CORPORA, else below ../shared/data beside the top source folder. Where
 * it is not, the reason is printed, for the test to skip.
 */
#ifndef BLFTOP_TESTS_SUPPORT_CORPORA_H
#define BLFTOP_TESTS_SUPPORT_CORPORA_H

#include "base/buffer.h"

/* The path of a file or folder of the data; the caller frees. NULL, with the reason printed, where
 * it is not. */
char *corpora_find(const char *name);

/* Appends a whole file of a folder (NULL: `name` is its path); ends the program if it cannot. */
void corpora_read(struct buffer *out, const char *folder, const char *name);

#endif
