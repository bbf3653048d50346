/* SPDX-License-Identifier: MIT */
/*
 * soak_screen: a screen's text compared with the model, cell by cell.
 *
 * Understands the table and the lamps as a person would read them: what stands for an extension
 * must be what the model says of it, no extension may stand there that the model does not list, and
 * none may be missing or marked as old. The counts of the second row must be the model's.
 */
#ifndef BLFTOP_TESTS_LONG_SOAK_SCREEN_H
#define BLFTOP_TESTS_LONG_SOAK_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "long/soak_model.h"

#define SOAK_WHY_MAX 256

/* True if all of it is right; adds to `cells` how many were compared. Else `why` says what is
 * not. */
bool soak_screen_check_table(const char *text, const struct soak_model *model, size_t *cells,
                             char why[static SOAK_WHY_MAX]);
bool soak_screen_check_lamps(const char *text, const struct soak_model *model, size_t *cells,
                             char why[static SOAK_WHY_MAX]);

#endif
