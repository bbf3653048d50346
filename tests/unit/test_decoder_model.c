/* SPDX-License-Identifier: MIT */
/*
 * The decoder against a second reading of the same bytes: random pages, whole and damaged, are read
 * by the splitter and by jansson as one text, and both have to agree. A page is also split
 * on top of another one, where skipping must change nothing but the work.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/rng.h"
#include "support/corpora.h"
#include "support/reference_parser.h"
#include "uapi/entry.h"
#include "uapi/page_splitter.h"

#define MANY 100000
#define DEPTH 3 /* of what stands in members nobody knows */

/* A number below `bound`. */
static size_t pick(struct rng *rng, size_t bound)
{
    return (size_t)rng_below(rng, bound);
}

/* Appends one of several texts. */
static void put_any(struct buffer *out, struct rng *rng, const char *const *texts, size_t count)
{
    buffer_puts(out, texts[pick(rng, count)]);
}

#define PUT_ANY(out, rng, texts) put_any(out, rng, (texts), sizeof(texts) / sizeof(texts)[0])

/* Appends blanks, mostly none. */
static void put_blanks(struct buffer *out, struct rng *rng)
{
    static const char *const blanks[] = {"", "", "", "", "", " ", "\n", "\r\n\t", "  "};
    PUT_ANY(out, rng, blanks);
}

/* Appends a string of pieces that scanners stumble over. */
static void put_string(struct buffer *out, struct rng *rng)
{
    static const char *const pieces[] = {
        "a",
        "entry",
        "Yealink SIP-T46G 66.86.0.15",
        "\\\"",
        "\\\\",
        "\\/",
        "\\n",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\xC3\xA9",
        "\xE2\x82\xAC",
        "\xF0\x9F\x98\x80",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\x7f",
        "0",
        "},{",
        "\\u0022",
        "\\\\\\\"",
        "e",
    };
    buffer_puts(out, "\"");
    for (size_t count = pick(rng, 5); count > 0; count--)
        PUT_ANY(out, rng, pieces);
    buffer_puts(out, "\"");
}

/* Appends any value. */
static void put_value(struct buffer *out, struct rng *rng, unsigned depth)
{
    static const char *const scalars[] = {"0",
                                          "-1",
                                          "12",
                                          "3.5",
                                          "-0.0",
                                          "1e3",
                                          "1E-400",
                                          "true",
                                          "null",
                                          "false",
                                          "\"\"",
                                          "\"-12\"",
                                          "9223372036854775807"};
    size_t kind = pick(rng, depth > 0 ? 5 : 3);
    if (kind < 2) {
        PUT_ANY(out, rng, scalars);
    } else if (kind == 2) {
        put_string(out, rng);
    } else {
        buffer_puts(out, kind == 3 ? "[" : "{");
        for (size_t i = 0, count = pick(rng, 3); i < count; i++) {
            buffer_puts(out, i > 0 ? "," : "");
            put_blanks(out, rng);
            if (kind == 4)
                buffer_printf(out, "\"k%zu\":", i);
            put_value(out, rng, depth - 1);
            put_blanks(out, rng);
        }
        buffer_puts(out, kind == 3 ? "]" : "}");
    }
}

/* Appends `"name":` with blanks anywhere. */
static void put_name(struct buffer *out, struct rng *rng, const char *name)
{
    put_blanks(out, rng);
    buffer_printf(out, "\"%s\"", name);
    put_blanks(out, rng);
    buffer_puts(out, ":");
    put_blanks(out, rng);
}

/* Appends an entry that looks like a phone's, mostly. */
static void put_entry(struct buffer *out, struct rng *rng)
{
    static const char *const states[] = {"1", "\"1\"", "\"-1\"", "-2", "2", "0", "7"};
    buffer_puts(out, "{");
    put_name(out, rng, "extension");
    buffer_printf(out, "\"%04zu*%03zu\",", pick(rng, 50), pick(rng, 1000));
    put_name(out, rng, "status");
    PUT_ANY(out, rng, states);
    if (pick(rng, 4) == 0) {
        buffer_puts(out, ",");
        put_name(out, rng, "extra");
        put_value(out, rng, DEPTH);
    }
    if (pick(rng, 8) != 0) {
        buffer_puts(out, ",");
        put_name(out, rng, "registration");
        buffer_puts(out, "[{");
        put_name(out, rng, "registration");
        PUT_ANY(out, rng, states);
        buffer_puts(out, ",");
        put_name(out, rng, "agent");
        put_string(out, rng);
        buffer_puts(out, "}]");
    }
    put_blanks(out, rng);
    buffer_puts(out, "}");
}

/* Appends the entry member of a page. */
static void put_entries(struct buffer *out, struct rng *rng)
{
    static const char *const names[] = {"entry", "entry", "entry", "entry", "\\u0065ntry"};
    static const char *const others[] = {"null", "7", "[7]", "[{},null]", "\"\""};
    put_name(out, rng, names[pick(rng, 5)]);
    if (pick(rng, 12) == 0) {
        PUT_ANY(out, rng, others);
        return;
    }
    bool is_list = pick(rng, 12) != 0;
    size_t count = is_list ? pick(rng, 6) : 1;
    buffer_puts(out, is_list ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        buffer_puts(out, i > 0 ? "," : "");
        put_blanks(out, rng);
        put_entry(out, rng);
        put_blanks(out, rng);
    }
    buffer_puts(out, is_list ? "]" : "");
}

/* Appends one member that is not the entries. */
static void put_other_member(struct buffer *out, struct rng *rng)
{
    static const char *const names[] = {
        "totalResults", "startIndex", "itemsPerPage", "filtered",          "next", "error", "x", "",
        "entr",         "entryy",     "\\n\\\"",      "\\u0074otalResults"};
    static const char *const totals[] = {"0", "\"0\"", "5", "null", "0.0"};
    size_t name = pick(rng, sizeof names / sizeof names[0]);
    put_name(out, rng, names[name]);
    if (name == 0)
        PUT_ANY(out, rng, totals);
    else
        put_value(out, rng, DEPTH);
}

/* Makes a page, members in any order. */
static void make_page(struct buffer *out, struct rng *rng)
{
    buffer_reset(out);
    size_t count = pick(rng, 5);
    size_t entries_at = pick(rng, 6);
    buffer_puts(out, pick(rng, 10) == 0 ? "\xEF\xBB\xBF" : "");
    put_blanks(out, rng);
    buffer_puts(out, "{");
    for (size_t i = 0; i < count; i++) {
        buffer_puts(out, i > 0 ? "," : "");
        if (i == entries_at)
            put_entries(out, rng);
        else
            put_other_member(out, rng);
        put_blanks(out, rng);
    }
    buffer_puts(out, "}");
    put_blanks(out, rng);
}

/* Damages a page in one to three places. */
static void damage(struct buffer *page, struct rng *rng)
{
    static const char likely[] = "\"\\{}[],:0-1.eEtfnu \n\t\x01\x7f\xC3\xFF\x80";
    for (size_t count = 1 + pick(rng, 3); count > 0 && page->length > 0; count--) {
        size_t at = pick(rng, page->length);
        switch (pick(rng, 4)) {
        case 0:
            page->data[at] = likely[pick(rng, sizeof likely)];
            break;
        case 1:
            memmove(page->data + at, page->data + at + 1, page->length - at - 1);
            page->length--;
            break;
        case 2:
            buffer_append(page, "", 1);
            memmove(page->data + at + 1, page->data + at, page->length - 1 - at);
            page->data[at] = likely[pick(rng, sizeof likely)];
            break;
        default:
            page->length = at;
            break;
        }
    }
}

/* Splits bytes in random portions; the page is begun anew. */
static enum split split_bytes(struct page_splitter *page, const struct page_splitter *before,
                              const struct buffer *bytes, struct rng *rng, struct error *error)
{
    struct buffer body;
    buffer_init(&body, 0);
    buffer_append(&body, bytes->data, bytes->length);
    page_splitter_begin(page, &body, MANY);
    enum split split;
    do
        split = page_splitter_split(page, before, rng != NULL ? pick(rng, 200) : SIZE_MAX, error);
    while (split == SPLIT_MORE);
    return split;
}

/* Asserts that every slice is jansson's entry of the same place, and the hints are the same. */
static void assert_same_reading(const struct page_splitter *page, const json_t *root)
{
    const json_t *entry = json_object_get(root, "entry");
    const json_t *error = json_object_get(root, "error");
    size_t count = json_is_array(entry) ? json_array_size(entry) : json_is_object(entry);
    assert_int_equal(page->count, count);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *bytes = page_splitter_entry(page, i, &length);
        json_t *slice = json_loadb(bytes, length, JSON_DECODE_ANY, NULL);
        assert_non_null(slice);
        assert_true(json_equal(slice, json_is_array(entry) ? json_array_get(entry, i) : entry));
        json_decref(slice);
    }
    assert_true(page->total_results == reference_parser_hint(root, "totalResults"));
    assert_true(page->start_index == reference_parser_hint(root, "startIndex"));
    assert_true(page->items_per_page == reference_parser_hint(root, "itemsPerPage"));
    assert_int_equal(page->has_entries, json_is_array(entry) || json_is_object(entry));
    assert_int_equal(page->has_error, reference_parser_is_failure(error));
}

/* Asserts both directions for one text; *done counts the pages met. A NUL is no JSON, but jansson
 * 2.14 reads over one that follows a number: such texts need not be taken. */
static void assert_agreement(const struct buffer *bytes, struct rng *rng, size_t *done)
{
    struct page_splitter page;
    struct error error = {0};
    page_splitter_init(&page);
    bool is_done = split_bytes(&page, NULL, bytes, rng, &error) == SPLIT_DONE;
    json_t *strict = reference_parser_read(bytes->data, bytes->length, JSON_REJECT_DUPLICATES);
    json_t *loose = reference_parser_read_repaired(bytes->data, bytes->length);
    bool has_nul = bytes->length > 0 && memchr(bytes->data, '\0', bytes->length) != NULL;
    if (strict != NULL && reference_parser_is_page(strict) && !is_done && !has_nul)
        fail_msg("refused (%s): %.*s", error.text, (int)bytes->length, bytes->data);
    if (is_done && reference_parser_are_entries_strict(&page) &&
        (loose == NULL || !reference_parser_is_page(loose)))
        fail_msg("taken: %.*s", (int)bytes->length, bytes->data);
    if (is_done && strict != NULL)
        assert_same_reading(&page, strict);
    assert_int_equal(is_done, !error_is_set(&error));
    *done += is_done;
    json_decref(strict);
    json_decref(loose);
    page_splitter_clear(&page);
}

/* Whole pages: nearly all that jansson takes are pages, and the two readings agree. */
static void split__random_pages__agree_with_the_second_reading(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer page;
    size_t done = 0;
    rng_seed(&rng, 1);
    buffer_init(&page, 0);
    for (int round = 0; round < 4000; round++) {
        make_page(&page, &rng);
        assert_agreement(&page, &rng, &done);
    }
    assert_in_range(done, 1000, 3999);
    buffer_clear(&page);
}

/* Damaged pages: both refuse, or the damage is inside an entry. */
static void split__damaged_pages__agree_with_the_second_reading(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer page;
    size_t done = 0;
    rng_seed(&rng, 2);
    buffer_init(&page, 0);
    for (int round = 0; round < 8000; round++) {
        make_page(&page, &rng);
        damage(&page, &rng);
        assert_agreement(&page, &rng, &done);
    }
    assert_in_range(done, 500, 7000);
    buffer_clear(&page);
}

/* A number by the rules of a record. */
static int32_t number_of(const json_t *value)
{
    if (json_is_integer(value))
        return (int32_t)json_integer_value(value);
    return json_is_string(value) ? (int32_t)atoi(json_string_value(value)) : NUMBER_NONE;
}

/* Records say what a plain look at jansson's tree says. */
static void decode__random_entries__agree_with_the_second_reading(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer text;
    rng_seed(&rng, 3);
    buffer_init(&text, 0);
    for (int round = 0; round < 3000; round++) {
        buffer_reset(&text);
        put_entry(&text, &rng);
        json_t *entry = json_loadb(text.data, text.length, 0, NULL);
        struct extension record;
        assert_non_null(entry);
        assert_true(entry_decode(&record, text.data, text.length, NULL));
        json_t *list = json_object_get(entry, "registration");
        json_t *contact = json_array_get(list, 0);
        assert_string_equal(record.number, json_string_value(json_object_get(entry, "extension")));
        assert_int_equal(record.status, number_of(json_object_get(entry, "status")));
        assert_int_equal(record.has_list, list != NULL);
        assert_int_equal(record.registration_count, json_array_size(list));
        if (contact != NULL)
            assert_int_equal(record.registrations[0].state,
                             number_of(json_object_get(contact, "registration")));
        extension_clear(&record);
        json_decref(entry);
    }
    buffer_clear(&text);
}

#define POOL 60

/* A page as the list of its entries, so that it can be edited. */
struct draft {
    char *entries[POOL];
    size_t count;
};

/* A new random entry, which the caller frees. */
static char *new_entry(struct rng *rng)
{
    struct buffer text;
    buffer_init(&text, 0);
    put_entry(&text, rng);
    return buffer_take(&text);
}

/* Puts an entry into a place; the last one falls out of a full draft. */
static void draft_insert(struct draft *draft, size_t at, char *entry)
{
    if (draft->count == POOL)
        free(draft->entries[--draft->count]);
    if (at > draft->count)
        at = draft->count;
    memmove(&draft->entries[at + 1], &draft->entries[at],
            (draft->count - at) * sizeof draft->entries[0]);
    draft->entries[at] = entry;
    draft->count++;
}

/* Takes an entry out of a place. */
static char *draft_remove(struct draft *draft, size_t at)
{
    char *entry = draft->entries[at];
    draft->count--;
    memmove(&draft->entries[at], &draft->entries[at + 1],
            (draft->count - at) * sizeof draft->entries[0]);
    return entry;
}

/* One random edit: insert, delete, change, move, double, or turn all around. */
static void draft_edit(struct draft *draft, struct rng *rng)
{
    size_t at = pick(rng, draft->count + 1);
    size_t kind = pick(rng, 6);
    if (kind == 0 || draft->count == 0 || at == draft->count) {
        draft_insert(draft, at, new_entry(rng));
    } else if (kind == 1) {
        free(draft_remove(draft, at));
    } else if (kind == 2) {
        free(draft->entries[at]);
        draft->entries[at] = new_entry(rng);
    } else if (kind == 3) {
        draft_insert(draft, pick(rng, draft->count), draft_remove(draft, at));
    } else if (kind == 4) {
        draft_insert(draft, pick(rng, draft->count), strdup(draft->entries[at]));
    } else {
        for (size_t a = 0, b = draft->count; a + 1 < b; a++) {
            char *entry = draft->entries[a];
            draft->entries[a] = draft->entries[--b];
            draft->entries[b] = entry;
        }
    }
}

/* Writes the draft as a page. */
static void draft_write(const struct draft *draft, struct buffer *out, struct rng *rng)
{
    buffer_reset(out);
    buffer_printf(out, "{\"totalResults\":%zu,\"entry\":[", draft->count);
    for (size_t i = 0; i < draft->count; i++) {
        buffer_puts(out, i > 0 ? "," : "");
        put_blanks(out, rng);
        buffer_puts(out, draft->entries[i]);
    }
    buffer_puts(out, "]}");
}

/* Frees the entries of a draft. */
static void draft_clear(struct draft *draft)
{
    while (draft->count > 0)
        free(draft->entries[--draft->count]);
}

/* Asserts that splitting on top of `before` gives what splitting afresh gives. */
static void assert_incremental(struct page_splitter *page, const struct page_splitter *before,
                               const struct buffer *text, struct rng *rng)
{
    struct page_splitter fresh;
    struct error error = {0}, fresh_error = {0};
    page_splitter_init(&fresh);
    enum split split = split_bytes(page, before, text, rng, &error);
    assert_int_equal(split, split_bytes(&fresh, NULL, text, NULL, &fresh_error));
    assert_string_equal(error.text, fresh_error.text);
    assert_int_equal(page->count, fresh.count);
    assert_true(page->total_results == fresh.total_results);
    for (size_t i = 0; i < page->count; i++) {
        const struct slice *slice = &page->slices[i];
        assert_int_equal(slice->offset, fresh.slices[i].offset);
        assert_int_equal(slice->length, fresh.slices[i].length);
        assert_int_equal(fresh.slices[i].same_as, SLICE_NEW);
        if (slice->same_as == SLICE_NEW)
            continue;
        size_t length;
        assert_true(slice->same_as < before->count);
        const char *old = page_splitter_entry(before, slice->same_as, &length);
        assert_int_equal(slice->length, length);
        assert_memory_equal(page->body.data + slice->offset, old, length);
    }
    page_splitter_clear(&fresh);
}

/* Pages one after another, edited and now and then damaged: incremental is the same as fresh. */
static void split__edited_pages__incremental_is_fresh(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer text;
    struct draft draft = {.count = 0};
    struct page_splitter pages[2];
    rng_seed(&rng, 4);
    buffer_init(&text, 0);
    page_splitter_init(&pages[0]);
    page_splitter_init(&pages[1]);
    int current = 0;
    for (int round = 0; round < 3000; round++) {
        for (size_t edits = pick(&rng, 8); edits > 0; edits--)
            draft_edit(&draft, &rng);
        draft_write(&draft, &text, &rng);
        if (pick(&rng, 4) == 0)
            damage(&text, &rng);
        assert_incremental(&pages[!current], &pages[current], &text, &rng);
        if (pages[!current].count > 0)
            current = !current;
    }
    draft_clear(&draft);
    page_splitter_clear(&pages[0]);
    page_splitter_clear(&pages[1]);
    buffer_clear(&text);
}

/* Makes a page of `count` entries. */
static void make_long_page(struct buffer *text, struct rng *rng, size_t count)
{
    struct draft draft = {.count = 0};
    while (draft.count < count)
        draft_insert(&draft, draft.count, new_entry(rng));
    draft_write(&draft, text, rng);
    draft_clear(&draft);
}

/* Cut anywhere, a page is broken, with and without a page before, and gives up its entries. */
static void split__cut_at_every_byte__is_never_half_used(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer text;
    struct page_splitter whole, page;
    rng_seed(&rng, 5);
    buffer_init(&text, 0);
    page_splitter_init(&whole);
    page_splitter_init(&page);
    make_long_page(&text, &rng, 40);
    assert_int_equal(split_bytes(&whole, NULL, &text, NULL, NULL), SPLIT_DONE);
    assert_int_equal(whole.count, 40);
    for (size_t length = text.length; length-- > 0;) {
        struct buffer cut = text;
        struct error error = {0}, again = {0};
        cut.length = length;
        assert_int_equal(split_bytes(&page, NULL, &cut, NULL, &error), SPLIT_BROKEN);
        assert_int_equal(page.count, 0);
        assert_int_equal(error.kind, ERROR_REPLY);
        assert_int_equal(split_bytes(&page, &whole, &cut, NULL, &again), SPLIT_BROKEN);
        assert_string_equal(again.text, error.text);
    }
    page_splitter_clear(&whole);
    page_splitter_clear(&page);
    buffer_clear(&text);
}

/* One bad byte in one entry's string costs that entry's text and nothing of the others. */
static void decode__one_bad_byte__harms_one_row(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer text;
    struct page_splitter page;
    rng_seed(&rng, 6);
    buffer_init(&text, 0);
    page_splitter_init(&page);
    for (int round = 0; round < 200; round++) {
        make_long_page(&text, &rng, 40);
        text.length -= strlen("]}");
        buffer_puts(&text,
                    ",{\"extension\":\"9\",\"registration\":[{\"agent\":\"bad ? byte\"}]}]}");
        *strchr(strstr(text.data, "bad ?"), '?') = (char)(0x80 + pick(&rng, 128));
        assert_int_equal(split_bytes(&page, NULL, &text, &rng, NULL), SPLIT_DONE);
        assert_int_equal(page.count, 41);
        for (size_t i = 0; i < page.count; i++) {
            size_t length;
            const char *bytes = page_splitter_entry(&page, i, &length);
            struct extension record;
            assert_true(entry_decode(&record, bytes, length, NULL));
            if (i == 40) {
                assert_string_equal(record.registrations[0].agent, "bad \xEF\xBF\xBD byte");
                assert_true(record.was_repaired);
            }
            extension_clear(&record);
        }
    }
    page_splitter_clear(&page);
    buffer_clear(&text);
}

/* Asserts that one outside file, as a page and as a member nobody knows, is read as jansson does.
 */
static void assert_outside_file(const char *folder, const char *name)
{
    struct buffer file, page;
    size_t done = 0;
    buffer_init(&file, 0);
    buffer_init(&page, 0);
    corpora_read(&file, folder, name);
    bool is_deep = strcmp(name, "i_structure_500_nested_arrays.json") == 0;
    assert_agreement(&file, NULL, &done);
    buffer_puts(&page, "{\"totalResults\":0,\"x\":");
    buffer_append(&page, file.data, file.length);
    buffer_puts(&page, "}");
    if (!is_deep)
        assert_agreement(&page, NULL, &done);
    buffer_reset(&page);
    buffer_puts(&page, "{\"entry\":[{\"extension\":\"1\",\"x\":");
    buffer_append(&page, file.data, file.length);
    buffer_puts(&page, "},{}]}");
    assert_agreement(&page, NULL, &done);
    buffer_clear(&file);
    buffer_clear(&page);
}

/* JSONTestSuite (nst/JSONTestSuite), where it is at hand: 318 files nobody here wrote. */
static void split__jsontestsuite__agrees_with_the_second_reading(void **state)
{
    (void)state;
    char *folder = corpora_find("jsontestsuite/test_parsing");
    if (folder == NULL)
        skip();
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    size_t count = 0;
    for (const struct dirent *file; (file = readdir(dir)) != NULL;) {
        if (file->d_name[0] == '.')
            continue;
        assert_outside_file(folder, file->d_name);
        count++;
    }
    closedir(dir);
    free(folder);
    assert_in_range(count, 300, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split__random_pages__agree_with_the_second_reading),
        cmocka_unit_test(split__damaged_pages__agree_with_the_second_reading),
        cmocka_unit_test(decode__random_entries__agree_with_the_second_reading),
        cmocka_unit_test(split__edited_pages__incremental_is_fresh),
        cmocka_unit_test(split__cut_at_every_byte__is_never_half_used),
        cmocka_unit_test(decode__one_bad_byte__harms_one_row),
        cmocka_unit_test(split__jsontestsuite__agrees_with_the_second_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
