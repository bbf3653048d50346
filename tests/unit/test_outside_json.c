/* SPDX-License-Identifier: MIT */
/*
 * JSON that nobody here wrote: the 318 files of JSONTestSuite (github.com/nst/JSONTestSuite), each
 * as a page, inside an entry as the value of a member nobody knows, and as a phone's agent where
 * it is a string. tests/data/jsontestsuite.tsv says what becomes of each and why that is right.
 *
 * The files are not part of the project: BLFTOP_CORPORA names the folder that holds jsontestsuite/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "support/corpora.h"
#include "uapi/entry.h"
#include "uapi/page_splitter.h"

#define TABLE TESTS_DIR "/data/jsontestsuite.tsv"
#define FILES 318

/* The words of the table. */
#define ACCEPTED "accepted"
#define REPAIRED "repaired"
#define ROW_REFUSED "row-refused"   /* this row alone; the next one is there */
#define PAGE_REFUSED "page-refused" /* all of it: the last good data stay */
#define NO_STRING "-"

/* A line of the table. */
struct expected {
    char file[128];
    char page[16];
    char member[16];
    char agent[16];
    char why[32];
};

/* Why an outcome is right, and which outcomes may have that reason. */
static const struct {
    const char *why;
    const char *member;
    const char *starts; /* which files may have it: letters their names begin with */
} reasons[] = {
    {"valid", ACCEPTED, "yi"},            /* RFC 8259 allows it, and jansson reads it */
    {"text-mended", REPAIRED, "yin"},     /* only strings are damaged: U+FFFD stands there */
    {"number-too-large", REPAIRED, "yi"}, /* no int64_t and no double holds it: its digits stay */
    {"last-one-wins", REPAIRED, "y"},     /* a member twice, which RFC 8259 allows */
    {"nul-overlooked", ACCEPTED, "n"},    /* jansson 2.14 reads over a NUL behind a number */
    {"not-json", ROW_REFUSED, "in"},      /* its braces match, so that the next entry is found */
    {"too-deep", ROW_REFUSED, "in"},      /* nested deeper than PAGE_SPLITTER_DEPTH_MAX */
    {"never-ends", PAGE_REFUSED, "in"},   /* a brace or quote is not closed: no end of the entry */
    {"ends-early", PAGE_REFUSED, "n"},    /* a brace or quote too many: it is no longer inside */
};

/* Splits a page to its end. */
static enum split split_page(struct page_splitter *page, const char *bytes, size_t length)
{
    struct buffer body;
    enum split split;
    buffer_init(&body, 0);
    buffer_append(&body, bytes, length);
    page_splitter_init(page);
    page_splitter_begin(page, &body, 10);
    do
        split = page_splitter_split(page, NULL, SIZE_MAX, NULL);
    while (split == SPLIT_MORE);
    return split;
}

/* What becomes of an entry's bytes. */
static const char *decode(const struct page_splitter *page, size_t index)
{
    struct extension extension;
    size_t length;
    const char *bytes = page_splitter_entry(page, index, &length);
    bool is_decoded = entry_decode(&extension, bytes, length, NULL);
    const char *word = extension.was_repaired ? REPAIRED : ACCEPTED;
    extension_clear(&extension);
    return is_decoded ? word : ROW_REFUSED;
}

/* What becomes of the file as a page of its own. */
static const char *try_page(const struct buffer *file)
{
    struct page_splitter page;
    bool is_whole = split_page(&page, file->data, file->length) == SPLIT_DONE;
    page_splitter_clear(&page);
    return is_whole ? ACCEPTED : PAGE_REFUSED;
}

/* What becomes of an entry that holds the bytes, and of the good one after it. */
static const char *try_inside(const char *before, const char *bytes, size_t length,
                              const char *after)
{
    struct page_splitter page;
    struct buffer text;
    const char *word = PAGE_REFUSED;
    buffer_init(&text, 0);
    buffer_printf(&text, "{\"entry\":[{\"extension\":\"1\",%s", before);
    buffer_append(&text, bytes, length);
    buffer_printf(&text, "%s},{\"extension\":\"2\"}]}", after);
    if (split_page(&page, text.data, text.length) == SPLIT_DONE) {
        assert_int_equal(page.count, 2);
        assert_string_equal(decode(&page, 1), ACCEPTED);
        word = decode(&page, 0);
    }
    page_splitter_clear(&page);
    buffer_clear(&text);
    return word;
}

/* What becomes of an agent, if the file is a string, or a list that begins with one. */
static const char *try_agent(const struct buffer *file)
{
    const char *bytes = file->data;
    size_t length = file->length;
    while (length > 0 && strchr(" \n\r\t", bytes[length - 1]) != NULL)
        length--;
    if (length > 1 && bytes[0] == '[' && bytes[length - 1] == ']') {
        bytes++;
        length -= 2;
    }
    if (length == 0 || bytes[0] != '"')
        return NO_STRING;
    return try_inside("\"registration\":[{\"agent\":", bytes, length, "}]");
}

/* The outcome has its reason, and the reason is one for that outcome and that kind of file. */
static void assert_reason(const struct expected *expected)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].why, expected->why) != 0)
            continue;
        assert_string_equal(expected->member, reasons[i].member);
        assert_non_null(strchr(reasons[i].starts, expected->file[0]));
        return;
    }
    fail_msg("%s: \"%s\" is no reason", expected->file, expected->why);
}

/* One file does what its line says. */
static bool check_file(const char *folder, const struct expected *expected)
{
    struct buffer file;
    buffer_init(&file, 0);
    corpora_read(&file, folder, expected->file);
    const char *page = try_page(&file);
    const char *member = try_inside("\"x\":", file.data, file.length, "");
    const char *agent = try_agent(&file);
    bool is_same = strcmp(page, expected->page) == 0 && strcmp(member, expected->member) == 0 &&
                   strcmp(agent, expected->agent) == 0;
    if (!is_same)
        print_error("%s\t%s\t%s\t%s\n", expected->file, page, member, agent);
    buffer_clear(&file);
    return is_same;
}

static void
decode__every_file_of_jsontestsuite__does_what_the_table_says__A8__A9__A13__A15__A17(void **state)
{
    (void)state;
    char *folder = corpora_find("jsontestsuite/test_parsing");
    if (folder == NULL)
        skip();
    FILE *table = fopen(TABLE, "r");
    struct expected expected;
    char line[512];
    size_t count = 0;
    size_t wrong = 0;
    assert_non_null(table);
    while (fgets(line, sizeof line, table) != NULL) {
        if (line[0] == '#')
            continue;
        assert_int_equal(sscanf(line, "%127s %15s %15s %15s %31s", expected.file, expected.page,
                                expected.member, expected.agent, expected.why),
                         5);
        wrong += check_file(folder, &expected) ? 0 : 1;
        assert_reason(&expected);
        count++;
    }
    fclose(table);
    free(folder);
    assert_int_equal(wrong, 0);
    assert_int_equal(count, FILES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            decode__every_file_of_jsontestsuite__does_what_the_table_says__A8__A9__A13__A15__A17),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
