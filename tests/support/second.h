/* SPDX-License-Identifier: MIT */
/*
 * second: a second reading of a page, by jansson and as one text, for the splitter to agree with.
 *
 * Says by the rules what a page is, and knows nothing of slices.
 */
#ifndef BLFTOP_TESTS_SECOND_H
#define BLFTOP_TESTS_SECOND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uapi/collection.h"

/* jansson's reading of the whole page; the byte order mark is not its affair. NULL: refused. */
json_t *second_read(const char *bytes, size_t length, size_t flags);

/* The same once the text is repaired: jansson has limits that RFC 8259's grammar has not (sizes of
 * numbers, NUL and half pairs as escapes). */
json_t *second_read_repaired(const char *bytes, size_t length);

/* What a hint is by the rules: a whole number that is not negative, or a string of one; else -1. */
int64_t second_hint(const json_t *root, const char *name);

/* Does an error member tell of a failure? */
bool second_is_failure(const json_t *error);

/* Is a whole text a page, by the rules? */
bool second_is_page(const json_t *root);

/* Can every entry be decoded without repair? */
bool second_are_entries_strict(const struct collection *page);

#endif
