/* SPDX-License-Identifier: MIT */
/*
 * second: a second reading of a page, by jansson and as one text, for the splitter to agree with.
 *
 * Says by the rules what a page is, and knows nothing of slices.
 */
#ifndef BLFTOP_TESTS_SUPPORT_REFERENCE_PARSER_H
#define BLFTOP_TESTS_SUPPORT_REFERENCE_PARSER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uapi/page_splitter.h"

/* jansson's reading of the whole page; the byte order mark is not its affair. NULL: refused. */
json_t *reference_parser_read(const char *bytes, size_t length, size_t flags);

/* The same once the text is repaired: jansson has limits that RFC 8259's grammar has not (sizes of
 * numbers, NUL and half pairs as escapes). */
json_t *reference_parser_read_repaired(const char *bytes, size_t length);

/* What a hint is by the rules: a whole number that is not negative, or a string of one; else -1. */
int64_t reference_parser_hint(const json_t *root, const char *name);

/* Does an error member tell of a failure? */
bool reference_parser_is_failure(const json_t *error);

/* Is a whole text a page, by the rules? */
bool reference_parser_is_page(const json_t *root);

/* Can every entry be decoded without repair? */
bool reference_parser_are_entries_strict(const struct page_splitter *page);

#endif
