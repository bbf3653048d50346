/* SPDX-License-Identifier: MIT */
#include "base/did_you_mean.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 64

/* Edits that turn one word into another (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX];
    size_t columns = strlen(b);
    if (columns >= sizeof row / sizeof *row)
        return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= columns; j++) {
            size_t substituted = diagonal + (a[i] != b[j - 1]);
            diagonal = row[j];
            size_t edited = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = edited < substituted ? edited : substituted;
        }
    }
    return row[columns];
}

const char *did_you_mean(const char *word, const char *const *known, size_t count)
{
    const char *nearest = known[0];
    for (size_t i = 1; i < count; i++) {
        if (distance(word, known[i]) < distance(word, nearest))
            nearest = known[i];
    }
    return nearest;
}
