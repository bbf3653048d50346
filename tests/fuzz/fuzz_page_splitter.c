/* SPDX-License-Identifier: MIT */
/*
 * A page before and a page, in one input: the byte 0x1E between them (a record separator) parts the
 * two; without one there is no page before. Splitting on top of the other must give what splitting
 * afresh gives, and every slice must be what it claims to be. What jansson takes as one text and is
 * a page by the rules is taken here, and the other way round, but for what is said at check_second.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "support/reference_parser.h"
#include "uapi/page_splitter.h"

#define SEPARATOR 0x1E
#define ENTRIES_MAX 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Splits bytes in portions; the page is initialised here. */
static enum split split_bytes(struct page_splitter *page, const struct page_splitter *before,
                              const uint8_t *bytes, size_t length, size_t portion)
{
    struct buffer body;
    struct error error = {0};
    enum split split;
    page_splitter_init(page);
    buffer_init(&body, 0);
    buffer_append(&body, bytes, length);
    page_splitter_begin(page, &body, ENTRIES_MAX);
    do
        split = page_splitter_split(page, before, portion, &error);
    while (split == SPLIT_MORE);
    assert((split == SPLIT_BROKEN) == error_is_set(&error));
    assert(split == SPLIT_DONE || page->count == 0);
    return split;
}

/* Is it the whole of some value that is no object? Such an entry is one row's loss. */
static bool is_stray(const char *bytes, size_t length)
{
    return length > 0 && bytes[0] != '{' && strchr("\"[tfn-0123456789", bytes[0]) != NULL &&
           strchr(" \t\r\n,", bytes[length - 1]) == NULL;
}

/* Checks that a slice is an object within the body, or else a stray value, and the same bytes as
 * what it says. */
static void check_slice(const struct page_splitter *page, size_t index,
                        const struct page_splitter *before)
{
    size_t length, old_length;
    const char *bytes = page_splitter_entry(page, index, &length);
    assert(page->slices[index].offset + length <= page->body.length);
    bool is_object = length >= 2 && bytes[0] == '{' && bytes[length - 1] == '}';
    assert(is_object || is_stray(bytes, length));
    if (page->slices[index].same_as == SLICE_NEW)
        return;
    assert(is_object);
    const char *old = page_splitter_entry(before, page->slices[index].same_as, &old_length);
    assert(length == old_length && memcmp(bytes, old, length) == 0);
}

/* How deep brackets nest, at most; those within strings count too, which only makes it more. */
static size_t depth_of(const uint8_t *bytes, size_t length)
{
    size_t depth = 0;
    for (size_t i = 0; i < length; i++)
        depth += bytes[i] == '[' || bytes[i] == '{';
    return depth;
}

/* Compares with jansson's reading. Three kinds of text are left out: entries whose own bytes are
 * damaged, which cost a row and not the page; deep nesting, where jansson goes further; and a NUL,
 * which jansson 2.14 reads over behind a number. */
static void check_second(const struct page_splitter *page, enum split split, const uint8_t *bytes,
                         size_t length)
{
    if (depth_of(bytes, length) > PAGE_SPLITTER_DEPTH_MAX ||
        (length > 0 && memchr(bytes, 0, length)))
        return;
    json_t *strict = reference_parser_read((const char *)bytes, length, JSON_REJECT_DUPLICATES);
    json_t *loose = reference_parser_read_repaired((const char *)bytes, length);
    if (strict != NULL && reference_parser_is_page(strict))
        assert(split == SPLIT_DONE);
    if (split == SPLIT_DONE && reference_parser_are_entries_strict(page))
        assert(loose != NULL && reference_parser_is_page(loose));
    if (split == SPLIT_DONE && strict != NULL) {
        const json_t *entry = json_object_get(strict, "entry");
        assert(page->count == (json_is_array(entry) ? json_array_size(entry) : page->count));
        assert(page->total_results == reference_parser_hint(strict, "totalResults"));
        assert(page->has_error == reference_parser_is_failure(json_object_get(strict, "error")));
    }
    json_decref(strict);
    json_decref(loose);
}

/* Splits both ways and compares. */
static void check_page(const uint8_t *bytes, size_t length, const struct page_splitter *before)
{
    struct page_splitter page, fresh;
    enum split split = split_bytes(&page, before, bytes, length, 16);
    enum split fresh_split = split_bytes(&fresh, NULL, bytes, length, SIZE_MAX);
    assert(split == fresh_split && page.count == fresh.count);
    check_second(&page, split, bytes, length);
    for (size_t i = 0; i < page.count; i++) {
        assert(page.slices[i].offset == fresh.slices[i].offset);
        assert(page.slices[i].length == fresh.slices[i].length);
        check_slice(&page, i, before);
    }
    page_splitter_clear(&page);
    page_splitter_clear(&fresh);
}

/* One input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct page_splitter before;
    const uint8_t *separator = size > 0 ? memchr(data, SEPARATOR, size) : NULL;
    size_t old_size = separator != NULL ? (size_t)(separator - data) : 0;
    enum split split = split_bytes(&before, NULL, data, old_size, SIZE_MAX);
    if (separator != NULL)
        check_page(separator + 1, size - old_size - 1, split == SPLIT_DONE ? &before : NULL);
    else
        check_page(data, size, NULL);
    page_splitter_clear(&before);
    return 0;
}
