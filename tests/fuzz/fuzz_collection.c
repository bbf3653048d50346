/* SPDX-License-Identifier: MIT */
/*
 * A page before and a page, in one input: the byte 0x1E between them (a record separator) parts the
 * two; without one there is no page before. Splitting on top of the other must give what splitting
 * afresh gives, and every slice must be what it claims to be.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "uapi/collection.h"

#define SEPARATOR 0x1E
#define ENTRIES_MAX 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Splits bytes in portions; the page is initialised here. */
static enum split split_bytes(struct collection *page, const struct collection *before,
                              const uint8_t *bytes, size_t length, size_t portion)
{
    struct buffer body;
    struct error error = {0};
    enum split split;
    collection_init(page);
    buffer_init(&body, 0);
    buffer_append(&body, bytes, length);
    collection_begin(page, &body, ENTRIES_MAX);
    do
        split = collection_split(page, before, portion, &error);
    while (split == SPLIT_MORE);
    assert((split == SPLIT_BROKEN) == error_is_set(&error));
    assert(split == SPLIT_DONE || page->count == 0);
    return split;
}

/* Checks that a slice is an object within the body, and the same bytes as what it says. */
static void check_slice(const struct collection *page, size_t index,
                        const struct collection *before)
{
    size_t length, old_length;
    const char *bytes = collection_entry(page, index, &length);
    assert(page->slices[index].offset + length <= page->body.length);
    assert(length >= 2 && bytes[0] == '{' && bytes[length - 1] == '}');
    if (page->slices[index].same_as == SLICE_NEW)
        return;
    const char *old = collection_entry(before, page->slices[index].same_as, &old_length);
    assert(length == old_length && memcmp(bytes, old, length) == 0);
}

/* Splits both ways and compares. */
static void check_page(const uint8_t *bytes, size_t length, const struct collection *before)
{
    struct collection page, fresh;
    enum split split = split_bytes(&page, before, bytes, length, 16);
    enum split fresh_split = split_bytes(&fresh, NULL, bytes, length, SIZE_MAX);
    assert(split == fresh_split && page.count == fresh.count);
    for (size_t i = 0; i < page.count; i++) {
        assert(page.slices[i].offset == fresh.slices[i].offset);
        assert(page.slices[i].length == fresh.slices[i].length);
        check_slice(&page, i, before);
    }
    collection_clear(&page);
    collection_clear(&fresh);
}

/* One input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct collection before;
    const uint8_t *separator = size > 0 ? memchr(data, SEPARATOR, size) : NULL;
    size_t old_size = separator != NULL ? (size_t)(separator - data) : 0;
    enum split split = split_bytes(&before, NULL, data, old_size, SIZE_MAX);
    if (separator != NULL)
        check_page(separator + 1, size - old_size - 1, split == SPLIT_DONE ? &before : NULL);
    else
        check_page(data, size, NULL);
    collection_clear(&before);
    return 0;
}
