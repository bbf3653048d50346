/* SPDX-License-Identifier: MIT */
#include "uapi/page_splitter.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "uapi/json_scan.h"
#include "uapi/json_value.h"

_Static_assert(PAGE_SPLITTER_DEPTH_MAX == JSON_SCAN_DEPTH_MAX,
               "ignored members are stepped over by scan");

/* What the scanner stands before. */
enum phase {
    PHASE_START,
    PHASE_FIRST_MEMBER,
    PHASE_MEMBER,
    PHASE_AFTER_MEMBER,
    PHASE_FIRST_ENTRY,
    PHASE_ENTRY,
    PHASE_AFTER_ENTRY,
    PHASE_END,
    PHASE_DONE,
    PHASE_BROKEN,
};

/* One call's view of the work. */
struct splitter {
    struct page_splitter *page;
    const struct page_splitter *before;
    struct json_scan scan;
    struct error *error;
};

void page_splitter_init(struct page_splitter *page)
{
    *page = (struct page_splitter){.total_results = -1, .start_index = -1, .items_per_page = -1};
    buffer_init(&page->body, 0);
}

void page_splitter_clear(struct page_splitter *page)
{
    buffer_clear(&page->body);
    free(page->slices);
    diff_reset(&page->recall);
    page_splitter_init(page);
}

void page_splitter_begin(struct page_splitter *page, struct buffer *body, size_t max_entries)
{
    struct slice *slices = page->slices;
    size_t capacity = page->capacity;
    size_t cap = body->max;

    page->slices = NULL;
    page_splitter_clear(page);
    page->slices = slices;
    page->capacity = capacity;
    page->max_entries = max_entries;
    buffer_swap(&page->body, body);
    body->max = cap;
    assert(page->body.length < UINT32_MAX && max_entries < SLICE_NEW);
}

/* Rejects the page: what stands at the cursor is not what has to be there. */
#define broken(splitter, ...) error_set((splitter)->error, ERROR_REPLY, __VA_ARGS__)

/* What the byte at the cursor begins, in words. */
static const char *found_here(const struct splitter *s)
{
    static const struct {
        const char *first;
        const char *words;
    } kinds[] = {
        {"\"", "a text"},
        {"{", "an object"},
        {"[", "a list"},
        {"<", "an HTML page"},
        {",", "a comma"},
        {"}]", "a closing bracket"},
        {"-0123456789", "a number"},
        {"tfn", "a bare word"},
    };
    char byte = s->scan.json[s->scan.at];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (byte != '\0' && strchr(kinds[i].first, byte) != NULL)
            return kinds[i].words;
    return "something that is not JSON";
}

/* Rejects a page whose end came too early. */
static bool ended(const struct splitter *s)
{
    size_t count = s->page->count;
    switch (s->page->phase) {
    case PHASE_START:
        return broken(s, "an empty body instead of a page");
    case PHASE_FIRST_ENTRY:
    case PHASE_ENTRY:
        return broken(s, "the page ends where entry %zu should be", count + 1);
    case PHASE_AFTER_ENTRY:
        return broken(s, "the page ends after entry %zu, unfinished", count);
    default:
        return broken(s, "the page ends unfinished, at byte %zu", s->scan.end);
    }
}

/* Rejects a page at the cursor, unless the page just ended there. */
static bool wrong_here(const struct splitter *s, const char *expected)
{
    if (s->scan.at >= s->scan.end)
        return ended(s);
    return broken(s, "%s instead of %s at byte %zu of the page", found_here(s), expected,
                  s->scan.at);
}

/* Room for one more slice. */
static void grow(struct page_splitter *page, const struct page_splitter *before)
{
    if (page->count < page->capacity)
        return;
    size_t start = before != NULL && before->count >= 64 ? before->count + 1 : 64;
    page->capacity = page->capacity == 0 ? start : page->capacity * 2;
    page->slices = mem_resize(page->slices, page->capacity, sizeof *page->slices);
}

/* Finds the end of the entry at the cursor, by the page before or by its braces. */
static bool measure_entry(struct splitter *s, struct slice *slice)
{
    struct json_scan *scan = &s->scan;
    const char *bytes = scan->json + scan->at;
    *slice = (struct slice){.offset = (uint32_t)scan->at, .same_as = SLICE_NEW};
    if (s->before != NULL)
        slice->same_as = diff_next(&s->page->recall, s->before, bytes, scan->end - scan->at);
    if (slice->same_as != SLICE_NEW) {
        slice->length = s->before->slices[slice->same_as].length;
        scan->at += slice->length;
        return true;
    }
    if (!json_scan_object(scan))
        return broken(s, "the page ends in the middle of entry %zu", s->page->count + 1);
    slice->length = (uint32_t)(scan->at - slice->offset);
    if (s->before != NULL)
        slice->same_as = diff_lookup(&s->page->recall, s->before, bytes, slice->length);
    return true;
}

/* Takes any other value at the cursor as an entry that will not be readable: it is one row's loss.
 */
static bool measure_stray(struct splitter *s, struct slice *slice)
{
    *slice = (struct slice){.offset = (uint32_t)s->scan.at, .same_as = SLICE_NEW};
    if (!json_scan_value(&s->scan))
        return broken(s, "entry %zu is %s, not an object", s->page->count + 1, found_here(s));
    slice->length = (uint32_t)(s->scan.at - slice->offset);
    return true;
}

/* Takes the value at the cursor as the next entry. */
static bool take_value_as_entry(struct splitter *s, enum phase next)
{
    struct page_splitter *page = s->page;
    struct slice slice;
    if (page->count == page->max_entries)
        return broken(s, "the page has more than %zu entries", page->max_entries);
    bool is_object = s->scan.json[s->scan.at] == '{';
    if (!(is_object ? measure_entry : measure_stray)(s, &slice))
        return false;
    grow(page, s->before);
    page->slices[page->count++] = slice;
    page->phase = (uint8_t)next;
    return true;
}

/* Takes the entries from here to `stop` that stand as they stood, each up to where the next one
 * begins. What the same bytes are need not be found out again. */
static void take_run(struct splitter *s, size_t stop)
{
    struct page_splitter *page = s->page;
    const struct page_splitter *before = s->before;
    if (before == NULL || !json_scan_blanks(&s->scan) || s->scan.at >= stop)
        return;
    size_t at = s->scan.at;
    uint32_t first = page->recall.due;
    size_t run = diff_run(&page->recall, before, s->scan.json + at, stop - at,
                          page->max_entries - page->count);
    for (size_t i = 0; i < run; i++) {
        const struct slice *old = &before->slices[first + i];
        grow(page, before);
        page->slices[page->count++] =
            (struct slice){(uint32_t)s->scan.at, old->length, first + (uint32_t)i};
        s->scan.at += old[1].offset - old->offset;
    }
}

/* An entry of the list, or the end of a list that has none. */
static bool take_entry(struct splitter *s)
{
    size_t count = s->page->count;
    if (!json_scan_blanks(&s->scan))
        return ended(s);
    char byte = s->scan.json[s->scan.at];
    if (byte == ']' && s->page->phase == PHASE_FIRST_ENTRY) {
        s->scan.at++;
        s->page->phase = PHASE_AFTER_MEMBER;
        return true;
    }
    if (byte == ']')
        return broken(s, "a comma stands after the last entry (%zu)", count);
    if (byte == ',')
        return broken(s, "a comma too many before entry %zu", count + 1);
    return take_value_as_entry(s, PHASE_AFTER_ENTRY);
}

/* The comma before the next entry, or the end of the list. */
static bool take_entry_end(struct splitter *s)
{
    if (!json_scan_blanks(&s->scan))
        return ended(s);
    char byte = s->scan.json[s->scan.at];
    if (byte != ',' && byte != ']')
        return broken(s, "%s instead of a comma after entry %zu", found_here(s), s->page->count);
    s->scan.at++;
    s->page->phase = byte == ',' ? PHASE_ENTRY : PHASE_AFTER_MEMBER;
    return true;
}

/* An "entry" member: a list, one object alone, or null for none. */
static bool take_entry_member(struct splitter *s, int64_t *hint)
{
    (void)hint;
    if (s->page->saw_entry_member)
        return broken(s, "the page has a second \"entry\" member");
    s->page->saw_entry_member = true;
    char first = s->scan.json[s->scan.at];
    s->page->has_entries = first == '[' || first == '{';
    if (first == '{')
        return take_value_as_entry(s, PHASE_AFTER_MEMBER);
    if (first == '[') {
        s->scan.at++;
        s->page->phase = PHASE_FIRST_ENTRY;
        return true;
    }
    if (first != 'n')
        return broken(s, "\"entry\" is %s, not a list of objects", found_here(s));
    return json_scan_value(&s->scan) || wrong_here(s, "null");
}

/* A member that is a number, or a text that spells one; anything else is as good as missing. */
static bool take_hint(struct splitter *s, int64_t *hint)
{
    size_t start = s->scan.at;
    if (!json_scan_value(&s->scan))
        return wrong_here(s, "a value");
    *hint = -1;
    const char *json = s->scan.json + start;
    if (*json == '{' || *json == '[')
        return true;
    json_t *value = json_loadb(json, s->scan.at - start, JSON_DECODE_ANY, NULL);
    if (!json_value_integer(value, hint) || *hint < 0)
        *hint = -1;
    json_decref(value);
    return true;
}

/* An "error" member: a failure, unless it is null, false, 0 or empty. */
static bool take_error_member(struct splitter *s, int64_t *hint)
{
    size_t start = s->scan.at;
    (void)hint;
    if (!json_scan_value(&s->scan))
        return wrong_here(s, "a value");
    char first = s->scan.json[start];
    struct json_scan inside = {s->scan.json, start + 1, s->scan.at};
    bool is_bracketed = first == '{' || first == '[';
    size_t length = s->scan.at - start;
    bool is_zero = (first == '0' && length == 1) ||
                   (first == '-' && length == 2 && s->scan.json[start + 1] == '0');
    bool is_empty = (is_bracketed && json_scan_blanks(&inside) && inside.at + 1 == inside.end) ||
                    (first == '"' && length == 2) || is_zero;
    s->page->has_error = first != 'n' && first != 'f' && !is_empty;
    return true;
}

/* The name of a member, escapes resolved, compared. `name` points at its opening quote. */
static bool is_named(const char *name, size_t length, const char *wanted)
{
    if (memchr(name, '\\', length) == NULL)
        return length - 2 == strlen(wanted) && memcmp(name + 1, wanted, length - 2) == 0;
    json_t *value = json_loadb(name, length, JSON_DECODE_ANY, NULL);
    bool is_same = value != NULL && json_string_length(value) == strlen(wanted) &&
                   memcmp(json_string_value(value), wanted, strlen(wanted)) == 0;
    json_decref(value);
    return is_same;
}

/* Takes the value of the member whose name was just read; unknown members are stepped over. */
static bool take_value(struct splitter *s, const char *name, size_t length)
{
    struct page_splitter *page = s->page;
    const struct {
        const char *name;
        bool (*take)(struct splitter *, int64_t *);
        int64_t *hint;
    } members[] = {
        {"entry", take_entry_member, NULL},
        {"error", take_error_member, NULL},
        {"totalResults", take_hint, &page->total_results},
        {"startIndex", take_hint, &page->start_index},
        {"itemsPerPage", take_hint, &page->items_per_page},
    };
    page->phase = PHASE_AFTER_MEMBER;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (is_named(name, length, members[i].name))
            return members[i].take(s, members[i].hint);
    return json_scan_value(&s->scan) || wrong_here(s, "a value");
}

/* A member of the page, or the end of a page that has none. */
static bool take_member(struct splitter *s)
{
    struct json_scan *scan = &s->scan;
    if (!json_scan_blanks(scan))
        return ended(s);
    if (scan->json[scan->at] == '}' && s->page->phase == PHASE_FIRST_MEMBER) {
        scan->at++;
        s->page->phase = PHASE_END;
        return true;
    }
    size_t start = scan->at;
    if (scan->json[start] != '"' || !json_scan_value(scan))
        return wrong_here(s, "a member's name");
    size_t length = scan->at - start;
    if (!json_scan_blanks(scan) || scan->json[scan->at] != ':')
        return wrong_here(s, "a colon");
    scan->at++;
    if (!json_scan_blanks(scan))
        return ended(s);
    return take_value(s, scan->json + start, length);
}

/* The comma before the next member, or the page's closing brace. */
static bool take_member_end(struct splitter *s)
{
    if (!json_scan_blanks(&s->scan))
        return ended(s);
    char byte = s->scan.json[s->scan.at];
    if (byte != ',' && byte != '}')
        return wrong_here(s, "a comma or the page's end");
    s->scan.at++;
    s->page->phase = byte == ',' ? PHASE_MEMBER : PHASE_END;
    return true;
}

/* The page's opening brace. */
static bool take_start(struct splitter *s)
{
    struct json_scan *scan = &s->scan;
    scan->at = text_mark_length(scan->json, scan->end);
    if (!json_scan_blanks(scan))
        return ended(s);
    if (scan->json[scan->at] != '{')
        return broken(s, "%s instead of a JSON page", found_here(s));
    scan->at++;
    s->page->phase = PHASE_FIRST_MEMBER;
    return true;
}

/* Nothing more may come, and the page must have told something. */
static bool take_end(struct splitter *s)
{
    const struct page_splitter *page = s->page;
    if (json_scan_blanks(&s->scan))
        return broken(s, "%s follows the end of the page", found_here(s));
    if (!page->has_entries && !page->has_error && page->total_results != 0)
        return broken(s, "the answer has no list of extensions (no \"entry\" member)");
    s->page->phase = PHASE_DONE;
    return true;
}

/* What a call's work came to; a broken page gives up what it had. */
static enum split settle(const struct splitter *s)
{
    struct page_splitter *page = s->page;
    if (page->phase < PHASE_DONE)
        return SPLIT_MORE;
    diff_reset(&page->recall);
    if (page->phase == PHASE_DONE)
        return SPLIT_DONE;
    page->count = 0;
    broken(s, "the page is not understood");
    return SPLIT_BROKEN;
}

enum split page_splitter_split(struct page_splitter *page, const struct page_splitter *before,
                               size_t portion, struct error *error)
{
    static bool (*const steps[])(struct splitter *) = {
        [PHASE_START] = take_start,           [PHASE_FIRST_MEMBER] = take_member,
        [PHASE_MEMBER] = take_member,         [PHASE_AFTER_MEMBER] = take_member_end,
        [PHASE_FIRST_ENTRY] = take_entry,     [PHASE_ENTRY] = take_entry,
        [PHASE_AFTER_ENTRY] = take_entry_end, [PHASE_END] = take_end,
    };
    assert(before == NULL || before->count == 0 || before->phase == PHASE_DONE);
    size_t left = page->body.length - page->cursor;
    size_t stop = page->cursor + (portion < left ? portion : left);
    struct splitter s = {
        .page = page,
        .before = before,
        .scan = {page->body.data, page->cursor, page->body.length},
        .error = error,
    };
    do {
        if (page->phase == PHASE_ENTRY)
            take_run(&s, stop);
        if (page->phase < PHASE_DONE && !steps[page->phase](&s))
            page->phase = PHASE_BROKEN;
    } while (page->phase < PHASE_DONE && (s.scan.at < stop || stop == s.scan.end));
    page->cursor = s.scan.at;
    return settle(&s);
}

void page_splitter_trim(struct page_splitter *page)
{
    assert(page->phase == PHASE_DONE);
    buffer_trim(&page->body);
    if (page->capacity <= page->count || page->count == 0)
        return;
    page->slices = mem_resize(page->slices, page->count, sizeof *page->slices);
    page->capacity = page->count;
}

const char *page_splitter_entry(const struct page_splitter *page, size_t index, size_t *length)
{
    assert(index < page->count);
    *length = page->slices[index].length;
    return page->body.data + page->slices[index].offset;
}
