/* SPDX-License-Identifier: MIT */
/*
 * page_splitter: a page of the answer, split into its entries without being parsed.
 *
 * jansson reads a whole page or nothing, so one phone with a bad byte in its User-Agent would
 * blank the wall. This scanner reads the envelope only (strings, braces, brackets, strict about
 * what stands between entries) and hands out each entry as a slice of bytes. An unfinished or
 * malformed page is rejected whole. What is wrong inside an entry is that entry's own affair as
 * long as its quotes and braces pair up; a quote too many or too few turns strings inside out for
 * the rest of the page, and then the page is rejected. Given the page of the poll before, it also
 * tells which entries are byte for byte the same, and finds them without scanning them.
 *
 * The work can be done in portions, so that keys are never kept waiting. Never decodes an entry.
 */
#ifndef BLFTOP_UAPI_PAGE_SPLITTER_H
#define BLFTOP_UAPI_PAGE_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "uapi/page_diff.h"

#define SLICE_NEW UINT32_MAX
#define PAGE_SPLITTER_DEPTH_MAX 64 /* nesting inside an ignored member; an entry's own is entry's  \
                                    */

struct slice {
    uint32_t offset; /* into the page's body */
    uint32_t length;
    uint32_t same_as; /* index in the page before with the same bytes, or SLICE_NEW */
};

enum split {
    SPLIT_MORE,   /* call again */
    SPLIT_DONE,   /* the page is whole */
    SPLIT_BROKEN, /* the page is not understood; nothing of it may be used */
};

struct page_splitter {
    struct buffer body;   /* owned; slices point into it */
    struct slice *slices; /* owned */
    size_t count;
    size_t capacity;
    int64_t total_results; /* a hint; -1 if missing */
    int64_t start_index;   /* -1 if missing */
    int64_t items_per_page;
    bool has_entries; /* an entry member was there (an array, or a single object) */
    bool has_error;   /* an error member was there: a failure in spite of status 200 */

    /* The scanner's own state. */
    size_t cursor;
    size_t max_entries;
    struct page_diff recall; /* of the page before */
    uint8_t phase;
    bool saw_entry_member; /* even one that was null */
};

/* An empty page. */
void page_splitter_init(struct page_splitter *page);

/* Frees body and slices and leaves an empty page. */
void page_splitter_clear(struct page_splitter *page);

/* Starts on a body, whose bytes are taken over: `body` is left empty and keeps its cap. A byte
 * order mark is stepped over. */
void page_splitter_begin(struct page_splitter *page, struct buffer *body, size_t max_entries);

/* Splits on for about `portion` more bytes (whole entries). `before` (NULL: none) is the page of
 * the poll before, finished, and must be the same on every call for one page. */
enum split page_splitter_split(struct page_splitter *page, const struct page_splitter *before,
                               size_t portion, struct error *error);

/* Gives back the memory that a page which is done does not need. */
void page_splitter_trim(struct page_splitter *page);

/* The bytes of an entry; *length gets how many. */
const char *page_splitter_entry(const struct page_splitter *page, size_t index, size_t *length);

#endif
