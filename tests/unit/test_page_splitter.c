/* SPDX-License-Identifier: MIT */
#include "uapi/page_splitter.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "support/sanitized.h"
#include "uapi/entry.h"

#define MANY 10000
#define MIB ((size_t)1 << 20)

/* Splits bytes in portions against a page before. The page is begun anew. */
static enum split split_bytes(struct page_splitter *page, const struct page_splitter *before,
                              const char *bytes, size_t length, size_t portion, struct error *error)
{
    struct buffer body;
    buffer_init(&body, 0);
    buffer_append(&body, bytes, length);
    page_splitter_begin(page, &body, MANY);
    assert_null(body.data);
    enum split split;
    do
        split = page_splitter_split(page, before, portion, error);
    while (split == SPLIT_MORE);
    return split;
}

/* Splits a string in one portion, with no page before. */
static enum split split_text(struct page_splitter *page, const char *text, struct error *error)
{
    return split_bytes(page, NULL, text, strlen(text), SIZE_MAX, error);
}

/* Asserts the text of one entry. */
static void assert_entry(const struct page_splitter *page, size_t index, const char *expected)
{
    size_t length;
    const char *bytes = page_splitter_entry(page, index, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(bytes, expected, length);
}

/* Asserts that a page is broken and the reason says why. */
static void assert_broken(const char *text, const char *reason)
{
    struct page_splitter page;
    struct error error = {0};
    page_splitter_init(&page);
    if (split_text(&page, text, &error) != SPLIT_BROKEN)
        fail_msg("not broken: %s", text);
    assert_int_equal(error.kind, ERROR_REPLY);
    if (strstr(error.text, reason) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", text, error.text, reason);
    assert_int_equal(page.count, 0);
    page_splitter_clear(&page);
}

/* Asserts that a page is whole and has so many entries. */
static void assert_done(const char *text, size_t count)
{
    struct page_splitter page;
    struct error error = {0};
    page_splitter_init(&page);
    if (split_text(&page, text, &error) != SPLIT_DONE)
        fail_msg("%s: %s", text, error.text);
    assert_int_equal(page.count, count);
    page_splitter_clear(&page);
}

/* The answer of the documentation's example: one entry though it says two. */
static void page_splitter_split__documented_example__is_one_entry(void **state)
{
    (void)state;
    struct page_splitter page;
    page_splitter_init(&page);
    assert_int_equal(split_text(&page,
                                "{\n \"startIndex\":0,\n \"totalResults\":2,\n "
                                "\"itemsPerPage\":20,\n \"filtered\":false,\n "
                                "\"sorted\":false,\n \"entry\":[\n  {\"extension\":\"0003*210\","
                                "\"registration\": [\n\t\t{\"agent\":\"}]\\\"\"}]}\n ]\n}\n",
                                NULL),
                     SPLIT_DONE);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.total_results, 2);
    assert_int_equal(page.start_index, 0);
    assert_int_equal(page.items_per_page, 20);
    assert_true(page.has_entries);
    assert_false(page.has_error);
    assert_entry(&page, 0,
                 "{\"extension\":\"0003*210\",\"registration\": [\n\t\t{\"agent\":"
                 "\"}]\\\"\"}]}");
    assert_int_equal(page.slices[0].same_as, SLICE_NEW);
    page_splitter_clear(&page);
}

/* What other servers could mean and we understand. */
static void page_splitter_split__tolerated_forms__are_done__A12__B18(void **state)
{
    (void)state;
    assert_done("\xEF\xBB\xBF {\"entry\":[]}", 0);
    assert_done("{\"entry\":{\"extension\":\"1\"}}", 1);
    assert_done("{\"entry\" : {} , \"totalResults\":1}", 1);
    assert_done("{\"entry\":null,\"totalResults\":0}", 0);
    assert_done("{\"totalResults\":0}", 0);
    assert_done("{\"totalResults\":\"0\"}", 0);
    assert_done("{\"\\u0065ntry\":[{},{ }]}", 2);
    assert_done("{\"a\":[{\"entry\":[]}],\"entry\":[{}],\"z\":[1,-2.5e3,true,false,null,\"\"]}", 1);
    assert_done("\r\n\t {\t\"entry\"\r:\n[ {} , {} ]\n}\n\n", 2);
}

/* The hints are numbers in any form, or missing. */
static void page_splitter_split__hints__are_numbers_or_missing__A11(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int64_t value;
    } rows[] = {
        {"7", 7},       {"\"7\"", 7}, {"7.0", 7},        {"7e2", 700},       {"-7", -1},
        {"\"-7\"", -1}, {"7.5", -1},  {"\"7x\"", -1},    {"\"\"", -1},       {"null", -1},
        {"true", -1},   {"[7]", -1},  {"{\"a\":7}", -1}, {"\"\\u0037\"", 7}, {"1e300", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct page_splitter page;
        char text[200];
        snprintf(text, sizeof text,
                 "{\"entry\":[],\"totalResults\":%s,\"startIndex\":%s,\"itemsPerPage\":%s}",
                 rows[i].json, rows[i].json, rows[i].json);
        page_splitter_init(&page);
        assert_int_equal(split_text(&page, text, NULL), SPLIT_DONE);
        assert_true(page.total_results == rows[i].value);
        assert_true(page.start_index == rows[i].value);
        assert_true(page.items_per_page == rows[i].value);
        page_splitter_clear(&page);
    }
}

/* An entry that is no object is a row's loss, not the page's. */
static void page_splitter_split__stray_entries__are_slices_like_any(void **state)
{
    (void)state;
    static const char *const entries[] = {"{\"a\":1}", "7", "null", "[]", "\"x\"", "{}"};
    struct page_splitter page;
    size_t length;
    page_splitter_init(&page);
    assert_int_equal(split_text(&page, "{\"entry\":[{\"a\":1}, 7,null ,[],\"x\",{}]}", NULL),
                     SPLIT_DONE);
    assert_int_equal(page.count, 6);
    for (size_t i = 0; i < 6; i++) {
        const char *bytes = page_splitter_entry(&page, i, &length);
        assert_int_equal(length, strlen(entries[i]));
        assert_memory_equal(bytes, entries[i], length);
    }
    page_splitter_clear(&page);
}

/* An error member is a failure told in a good answer; one that says nothing is none. */
static void page_splitter_split__error_member__is_noted(void **state)
{
    (void)state;
    struct page_splitter page;
    page_splitter_init(&page);
    assert_int_equal(split_text(&page, "{\"error\":{\"code\":\"x\"}}", NULL), SPLIT_DONE);
    assert_true(page.has_error);
    assert_false(page.has_entries);
    static const char *const nothing[] = {"null", "false", "{}", "{ \n}", "[]", "\"\""};
    static const char *const something[] = {"42", "true", "\"x\"", "[0]", "{\"a\":1}"};
    char text[64];
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        snprintf(text, sizeof text, "{\"error\":%s,\"entry\":[]}", nothing[i]);
        assert_int_equal(split_text(&page, text, NULL), SPLIT_DONE);
        assert_false(page.has_error);
        assert_true(page.has_entries);
    }
    for (size_t i = 0; i < sizeof something / sizeof *something; i++) {
        snprintf(text, sizeof text, "{\"error\":%s,\"entry\":[]}", something[i]);
        assert_int_equal(split_text(&page, text, NULL), SPLIT_DONE);
        assert_true(page.has_error);
    }
    page_splitter_clear(&page);
}

/* What is not a page is named for what it is. */
static void page_splitter_split__not_a_page__is_named__A9(void **state)
{
    (void)state;
    assert_broken("", "an empty body");
    assert_broken(" \n", "an empty body");
    assert_broken("\xEF\xBB\xBF", "an empty body");
    assert_broken("<!DOCTYPE html><html>", "an HTML page instead of");
    assert_broken("[]", "a list instead of");
    assert_broken("\"x\"", "a text instead of");
    assert_broken("17", "a number instead of");
    assert_broken("-1", "a number instead of");
    assert_broken("null", "a bare word instead of");
    assert_broken("\x1f\x8b\x08", "not JSON instead of");
    assert_broken("{}", "no list of extensions");
    assert_broken("{\"totalResults\":5}", "no list of extensions");
    assert_broken("{\"entry\":null}", "no list of extensions");
}

/* The envelope is strict, and the reason says what stands where. */
static void page_splitter_split__broken_envelope__says_why__A9(void **state)
{
    (void)state;
    assert_broken("{\"entry\":[{},]}", "comma stands after the last entry (1)");
    assert_broken("{\"entry\":[{},,{}]}", "a comma too many before entry 2");
    assert_broken("{\"entry\":[,{}]}", "a comma too many before entry 1");
    assert_broken("{\"entry\":[{}{}]}", "an object instead of a comma after entry 1");
    assert_broken("{\"entry\":[{},{}}]}", "a closing bracket instead of a comma after entry 2");
    assert_broken("{\"entry\":[{},7-]}", "entry 2 is a number, not an object");
    assert_broken("{\"entry\":[nil]}", "entry 1 is a bare word, not an object");
    assert_broken("{\"entry\":\"x\"}", "\"entry\" is a text, not a list");
    assert_broken("{\"entry\":[],\"entry\":[]}", "second \"entry\"");
    assert_broken("{\"entry\":null,\"entry\":[]}", "second \"entry\"");
    assert_broken("{\"entry\":[]}}", "a closing bracket follows the end");
    assert_broken("{\"entry\":[]}{}", "an object follows the end");
    assert_broken("{\"entry\":[],}", "a member's name");
    assert_broken("{,\"entry\":[]}", "a member's name");
    assert_broken("{\"entry\" []}", "a colon");
    assert_broken("{\"entry\":[] \"a\":1}", "a text instead of a comma");
    assert_broken("{\"entry\":[],\"a\":[1,]}", "at byte");
    assert_broken("{\"entry\":[],\"a\":[1 2]}", "at byte");
    assert_broken("{\"entry\":[],\"a\":{\"b\"}}", "at byte");
    assert_broken("{\"entry\":[],\"a\":[}]}", "at byte");
    assert_broken("{\"entry\":[],\"a\":tru}", "at byte");
    assert_broken("{\"entry\":[],\"a\":01}", "at byte");
    assert_broken("{\"entry\":[],\"a\":\"\xFF\"}", "at byte");
    assert_broken("{\"entry\":[],\"a\":\"\n\"}", "at byte");
}

/* A page that is JSON is not lost for a value that nobody reads, though jansson would refuse it. */
static void page_splitter_split__odd_values_nobody_reads__cost_no_page__A12__A17(void **state)
{
    (void)state;
    static const char *const values[] = {
        "1e999",
        "-1e999",
        "9223372036854775808",
        "-99999999999999999999999999999999",
        "0.0000000000000000000000000000001e-999",
        "0e0",
        "-0",
        "-0.0E+00",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800x\"",
        "{\"\\udfff\":[1e999,{\"\\u0000\":-1e999}]}",
    };
    char text[300];
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct page_splitter page;
        snprintf(text, sizeof text, "{\"a\":%s,\"entry\":[{},{}],\"totalResults\":%s}", values[i],
                 i < 4 ? values[i] : "-1");
        assert_done(text, 2);
        page_splitter_init(&page);
        assert_int_equal(split_text(&page, text, NULL), SPLIT_DONE);
        assert_true(page.total_results == -1);
        page_splitter_clear(&page);
        snprintf(text, sizeof text, "{\"entry\":[{},%s,{}]}", values[i]);
        assert_done(text, 3);
    }
    static const char *const wrong[] = {"01",
                                        "-",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "1.e1",
                                        "1e",
                                        "1e+",
                                        "0x1",
                                        "--1",
                                        "1-",
                                        "1.5.5",
                                        "1e5e5",
                                        "1e5.5",
                                        "-01",
                                        "\"\\u12\"",
                                        "\"\\u12g4\"",
                                        "\"\\x\"",
                                        "\"\\U0041\"",
                                        "\"\t\"",
                                        "\"\xFF\"",
                                        "\"\xC0\x80\"",
                                        "\"\xED\xA0\x80\"",
                                        "NaN",
                                        "Infinity"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(text, sizeof text, "{\"entry\":[],\"a\":%s}", wrong[i]);
        assert_broken(text, "at byte");
    }
}

/* A page that ends early says in which entry. */
static void page_splitter_split__unfinished__says_where__A10(void **state)
{
    (void)state;
    assert_broken("{\"entry\":[{},{\"a\":\"b", "in the middle of entry 2");
    assert_broken("{\"entry\":[{},{\"a\":\"b\\", "in the middle of entry 2");
    assert_broken("{\"entry\":[{},{\"a\":{}", "in the middle of entry 2");
    assert_broken("{\"entry\":[{}", "after entry 1");
    assert_broken("{\"entry\":[{},", "where entry 2 should be");
    assert_broken("{\"entry\":[", "where entry 1 should be");
    assert_broken("{\"entry\":", "ends unfinished");
    assert_broken("{\"entry\":[{}]", "ends unfinished");
    assert_broken("{\"x\":\"abc", "ends unfinished");
    assert_broken("{\"x\":[1,[", "ends unfinished");
    assert_broken("{\"x\":nul", "ends unfinished");
    assert_broken("{\"x\":12", "ends unfinished");
    assert_broken("{", "ends unfinished");
}

/* Bytes that nobody should send do not confuse the scanner. */
static void page_splitter_split__nul_bytes__are_not_an_end__A8(void **state)
{
    (void)state;
    struct page_splitter page;
    static const char after[] = "{\"entry\":[]}\0";
    static const char inside[] = "{\"entry\":[{\"a\":\"\0\"},{}]}";
    page_splitter_init(&page);
    assert_int_equal(split_bytes(&page, NULL, after, sizeof after - 1, 1, NULL), SPLIT_BROKEN);
    assert_int_equal(split_bytes(&page, NULL, inside, sizeof inside - 1, 1, NULL), SPLIT_DONE);
    assert_int_equal(page.count, 2);
    page_splitter_clear(&page);
}

/* Ignored members are followed to the limit and no further, with no stack to speak of. */
static void page_splitter_split__deep_members__are_refused__A15(void **state)
{
    (void)state;
    char text[2 * PAGE_SPLITTER_DEPTH_MAX + 100];
    for (int depth = PAGE_SPLITTER_DEPTH_MAX; depth <= PAGE_SPLITTER_DEPTH_MAX + 1; depth++) {
        int at = snprintf(text, sizeof text, "{\"totalResults\":0,\"x\":");
        memset(text + at, '[', (size_t)depth);
        memset(text + at + depth, ']', (size_t)depth);
        snprintf(text + at + (ptrdiff_t)2 * depth, 2, "}");
        if (depth == PAGE_SPLITTER_DEPTH_MAX)
            assert_done(text, 0);
        else
            assert_broken(text, "at byte");
    }
    static char bomb[100000];
    struct page_splitter page;
    memset(bomb, '[', sizeof bomb);
    memcpy(bomb, "{\"x\":", 5);
    page_splitter_init(&page);
    assert_int_equal(split_bytes(&page, NULL, bomb, sizeof bomb, SIZE_MAX, NULL), SPLIT_BROKEN);
    page_splitter_clear(&page);
}

/* One entry more than allowed, and the page is refused. */
static void page_splitter_split__too_many_entries__is_broken__A16(void **state)
{
    (void)state;
    for (size_t max = 2; max <= 3; max++) {
        struct page_splitter page;
        struct buffer body;
        struct error error = {0};
        page_splitter_init(&page);
        buffer_init(&body, 0);
        buffer_puts(&body, "{\"entry\":[{},{},{}]}");
        page_splitter_begin(&page, &body, max);
        enum split split = page_splitter_split(&page, NULL, SIZE_MAX, &error);
        assert_int_equal(split, max == 3 ? SPLIT_DONE : SPLIT_BROKEN);
        assert_int_equal(strstr(error.text, "more than 2 entries") != NULL, max == 2);
        page_splitter_clear(&page);
    }
}

/* Makes so many bytes of a unit over and over, with something before it. */
static void make_bomb(struct buffer *body, const char *head, const char *unit, size_t size)
{
    buffer_init(body, 0);
    buffer_puts(body, head);
    while (body->length < size)
        buffer_puts(body, unit);
}

/* Splits a body and decodes every entry that comes of it, as a poll would. */
static void read_bomb(const char *head, const char *unit, size_t size)
{
    struct page_splitter page;
    struct buffer body;
    page_splitter_init(&page);
    make_bomb(&body, head, unit, size);
    buffer_puts(&body, "0]}]}");
    page_splitter_begin(&page, &body, 10000);
    (void)page_splitter_split(&page, NULL, SIZE_MAX, NULL);
    for (size_t i = 0; i < page.count; i++) {
        size_t length;
        struct extension record;
        const char *bytes = page_splitter_entry(&page, i, &length);
        if (entry_decode(&record, bytes, length, NULL))
            extension_clear(&record);
    }
    page_splitter_clear(&page);
    buffer_clear(&body);
}

/* Reads what is nested deep, at every place where something can be nested. */
static void *read_nested(void *user)
{
    static const char *const heads[] = {"[", "{\"x\":", "{\"entry\":[",
                                        "{\"entry\":[{\"extension\":\"1\",\"x\":",
                                        "{\"entry\":[{},{\"extension\":\"1\",\"registration\":"};
    (void)user;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        read_bomb(heads[i], "[", MIB);
        read_bomb(heads[i], "{\"a\":", MIB);
    }
    char entry[512];
    struct extension record;
    memset(entry, '[', sizeof entry); /* short enough to be decoded without a look */
    memcpy(entry, "{\"a\":", 5);
    if (entry_decode(&record, entry, sizeof entry, NULL))
        extension_clear(&record);
    return NULL;
}

/* A million brackets, deeper than any stack, are read on one of 256 KiB. */
static void page_splitter_split__a_million_brackets__need_no_stack__A15(void **state)
{
    (void)state;
    pthread_t thread;
    pthread_attr_t small;
    assert_int_equal(pthread_attr_init(&small), 0);
    assert_int_equal(pthread_attr_setstacksize(&small, (size_t)256 << 10), 0);
    assert_int_equal(pthread_create(&thread, &small, read_nested, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&small);
}

/* The most memory this process has had, in KiB. */
static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* What jansson would make 700 MB of (8 MiB of tiny values) takes less than 64 MiB. In a child,
 * whose peak is its own. */
static void page_splitter_split__millions_of_tiny_values__take_little_memory__A16(void **state)
{
    (void)state;
    static const char *const heads[] = {"{\"entry\":[", "{\"entry\":[{\"extension\":\"1\",\"x\":[",
                                        "{\"totalResults\":0,\"x\":["};
    static const char *const units[] = {"{},", "[],", "\"\",", "0,"};
    if (IS_SANITIZED)
        skip(); /* AddressSanitizer holds on to 256 MiB of it */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        long before = peak_kib();
        for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
            for (size_t j = 0; j < sizeof units / sizeof units[0]; j++)
                read_bomb(heads[i], units[j], 8 * MIB);
        _exit(peak_kib() - before < 64L << 10 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* What is wrong inside an entry is that entry's affair while its quotes and braces pair up. */
static void page_splitter_split__damage_inside_an_entry__stays_there__A8(void **state)
{
    (void)state;
    assert_done("{\"entry\":[{\"a\":\"\xFF\\x\n\"},{}]}", 2);
    assert_done("{\"entry\":[{\"a\":[}, {\"a\":]}, {a b c}]}", 3);
    assert_done("{\"entry\":[{\"a\":\"My \"phone\" here\"},{}]}", 2);
    assert_broken("{\"entry\":[{\"a\":\"5\" phone\"},{\"b\":\"c\"}]}", "in the middle of entry");
}

/* The cap of the buffer that bodies come in survives the handing over. */
static void page_splitter_begin__body__is_left_empty_with_its_cap(void **state)
{
    (void)state;
    struct page_splitter page;
    struct buffer body;
    page_splitter_init(&page);
    buffer_init(&body, 100);
    for (int round = 0; round < 3; round++) {
        assert_true(buffer_puts(&body, "{\"entry\":[{}]}"));
        page_splitter_begin(&page, &body, MANY);
        assert_int_equal(body.length, 0);
        assert_int_equal(body.max, 100);
        assert_int_equal(page_splitter_split(&page, NULL, SIZE_MAX, NULL), SPLIT_DONE);
        assert_int_equal(page.count, 1);
    }
    page_splitter_clear(&page);
    assert_int_equal(page.count, 0);
    assert_int_equal(page.total_results, -1);
}

/* A portion is about as many bytes as asked for, in whole entries, and makes no difference. */
static void page_splitter_split__portions__come_to_the_same(void **state)
{
    (void)state;
    const char *text = "{\"entry\":[{\"a\":1},{\"b\":2},{\"c\":3},{\"d\":4}],\"x\":[]}";
    for (size_t portion = 0; portion <= strlen(text) + 1; portion++) {
        struct page_splitter page;
        page_splitter_init(&page);
        assert_int_equal(split_bytes(&page, NULL, text, strlen(text), portion, NULL), SPLIT_DONE);
        assert_int_equal(page.count, 4);
        assert_entry(&page, 3, "{\"d\":4}");
        page_splitter_clear(&page);
    }
    struct page_splitter page;
    struct buffer body;
    page_splitter_init(&page);
    buffer_init(&body, 0);
    buffer_puts(&body, text);
    page_splitter_begin(&page, &body, MANY);
    assert_int_equal(page_splitter_split(&page, NULL, 12, NULL), SPLIT_MORE);
    assert_in_range(page.count, 1, 2);
    page_splitter_clear(&page);
}

/* A page that is kept takes what its bytes and slices take, and reads as before. */
static void page_splitter_trim__page_that_is_done__keeps_no_spare_room(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"entry\":[{\"a\":1},{\"b\":2},{\"c\":3}]}",
                                        "{\"entry\":[]}"};
    for (size_t i = 0; i < 2; i++) {
        struct page_splitter page, next;
        page_splitter_init(&page);
        page_splitter_init(&next);
        assert_int_equal(split_bytes(&page, NULL, texts[i], strlen(texts[i]), 9, NULL), SPLIT_DONE);
        page_splitter_trim(&page);
        assert_int_equal(page.body.capacity, strlen(texts[i]) + 1);
        assert_int_equal(page.count, i == 0 ? 3 : 0);
        assert_true(page.count == 0 || page.capacity == page.count);
        assert_int_equal(split_bytes(&next, &page, texts[i], strlen(texts[i]), 9, NULL),
                         SPLIT_DONE);
        for (size_t slice = 0; slice < next.count; slice++)
            assert_int_equal(next.slices[slice].same_as, slice);
        page_splitter_clear(&page);
        page_splitter_clear(&next);
    }
}

/* A page that was broken or done says so again. */
static void page_splitter_split__after_the_end__repeats_itself(void **state)
{
    (void)state;
    struct page_splitter page;
    struct error error = {0};
    page_splitter_init(&page);
    assert_int_equal(split_text(&page, "[", &error), SPLIT_BROKEN);
    error_clear(&error);
    assert_int_equal(page_splitter_split(&page, NULL, 1, &error), SPLIT_BROKEN);
    assert_true(error_is_set(&error));
    assert_int_equal(split_text(&page, "{\"entry\":[]}", NULL), SPLIT_DONE);
    assert_int_equal(page_splitter_split(&page, NULL, 1, NULL), SPLIT_DONE);
    page_splitter_clear(&page);
}

/* Writes a page whose entries are numbered as given, behind other members; returns its length. */
static size_t write_page_behind(char *out, size_t size, const int *numbers, size_t count,
                                const char *members)
{
    size_t at = (size_t)snprintf(out, size, "{\"entry\":[");
    for (size_t i = 0; i < count; i++)
        at += (size_t)snprintf(out + at, size - at, "%s{%s\"extension\":\"%d\"}", i > 0 ? "," : "",
                               members, numbers[i]);
    return at + (size_t)snprintf(out + at, size - at, "]}");
}

/* The same without other members. */
static size_t write_page(char *out, size_t size, const int *numbers, size_t count)
{
    return write_page_behind(out, size, numbers, count, "");
}

/* Asserts what is recognised when a page follows on another; -1 stands for a new entry. */
static void assert_recall(const int *old, size_t old_count, const int *new, size_t new_count,
                          const int *expected)
{
    char text[4000];
    struct page_splitter before, page;
    page_splitter_init(&before);
    page_splitter_init(&page);
    size_t length = write_page(text, sizeof text, old, old_count);
    assert_int_equal(split_bytes(&before, NULL, text, length, SIZE_MAX, NULL), SPLIT_DONE);
    length = write_page(text, sizeof text, new, new_count);
    assert_int_equal(split_bytes(&page, &before, text, length, SIZE_MAX, NULL), SPLIT_DONE);
    assert_int_equal(page.count, new_count);
    for (size_t i = 0; i < new_count; i++)
        assert_int_equal((int)page.slices[i].same_as, expected[i]);
    page_splitter_clear(&before);
    page_splitter_clear(&page);
}

/* As assert_recall, with arrays whose sizes are known. */
#define assert_recalled(old, new, expected)                                                        \
    assert_recall((old), sizeof(old) / sizeof(old)[0], (new), sizeof(new) / sizeof(new)[0],        \
                  expected)

static void page_splitter_split__unchanged__is_the_same_throughout(void **state)
{
    (void)state;
    const int old[] = {1, 2, 3, 4, 5}, same[] = {0, 1, 2, 3, 4};
    assert_recalled(old, old, same);
}

/* One changed entry costs one decode, and the next is where it was. */
static void page_splitter_split__changes__leave_their_neighbours(void **state)
{
    (void)state;
    const int old[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const int one[] = {1, 2, 33, 4, 5, 6, 7, 8}, one_same[] = {0, 1, -1, 3, 4, 5, 6, 7};
    const int many[] = {11, 22, 33, 44, 55, 66, 7, 8};
    const int many_same[] = {-1, -1, -1, -1, -1, -1, 6, 7};
    assert_recalled(old, one, one_same);
    assert_recalled(old, many, many_same);
}

/* Deletes within reach and beyond it. */
static void page_splitter_split__deletes__are_stepped_over(void **state)
{
    (void)state;
    const int old[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const int head[] = {2, 3, 4, 5, 6, 7, 8, 9}, head_same[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const int three[] = {1, 5, 6, 9}, three_same[] = {0, 4, 5, 8};
    const int tail[] = {1, 2}, tail_same[] = {0, 1};
    assert_recalled(old, head, head_same);
    assert_recalled(old, three, three_same);
    assert_recalled(old, tail, tail_same);
}

/* Inserts at the head, in the middle, at the end; few and many. */
static void page_splitter_split__inserts__cost_only_themselves(void **state)
{
    (void)state;
    const int old[] = {1, 2, 3, 4};
    const int head[] = {91, 1, 2, 3, 4}, head_same[] = {-1, 0, 1, 2, 3};
    const int many[] = {91, 92, 93, 94, 95, 1, 2, 3, 4};
    const int many_same[] = {-1, -1, -1, -1, -1, 0, 1, 2, 3};
    const int tail[] = {1, 2, 91, 3, 4, 92, 93}, tail_same[] = {0, 1, -1, 2, 3, -1, -1};
    assert_recalled(old, head, head_same);
    assert_recalled(old, many, many_same);
    assert_recalled(old, tail, tail_same);
}

/* Duplicates are the same as one of their kind; an empty page before knows nothing. */
static void page_splitter_split__duplicates_and_empty__are_safe(void **state)
{
    (void)state;
    const int old[] = {1, 1, 2, 1}, new[] = {1, 1, 1, 2, 2}, same[] = {0, 1, 3, -1, -1};
    const int none[] = {-1, -1, -1, -1, -1};
    char text[200];
    struct page_splitter before, page;
    page_splitter_init(&before);
    page_splitter_init(&page);
    size_t length = write_page(text, sizeof text, old, 4);
    assert_int_equal(split_bytes(&before, NULL, text, length, 1, NULL), SPLIT_DONE);
    length = write_page(text, sizeof text, new, 5);
    assert_int_equal(split_bytes(&page, &before, text, length, 1, NULL), SPLIT_DONE);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal((int)page.slices[i].same_as, same[i]);
    page_splitter_clear(&before);
    page_splitter_clear(&page);
    assert_recall(NULL, 0, new, 5, none);
    assert_recall(old, 4, NULL, 0, NULL);
}

/* Splits a page whose entries stand in another order than before, each behind these members: all
 * but the first few are recognised. */
static void assert_order_recalled(const char *members)
{
    enum { COUNT = 200 };
    int old[COUNT], new[COUNT];
    char text[24000];
    struct page_splitter before, page;
    for (int i = 0; i < COUNT; i++) {
        old[i] = i;
        new[i] = (i * 77 + 100) % COUNT;
    }
    page_splitter_init(&before);
    page_splitter_init(&page);
    size_t length = write_page_behind(text, sizeof text, old, COUNT, members);
    assert_int_equal(split_bytes(&before, NULL, text, length, 100, NULL), SPLIT_DONE);
    length = write_page_behind(text, sizeof text, new, COUNT, members);
    assert_int_equal(split_bytes(&page, &before, text, length, 100, NULL), SPLIT_DONE);
    size_t missed = 0;
    for (size_t i = 0; i < COUNT; i++) {
        missed += page.slices[i].same_as == SLICE_NEW;
        if (page.slices[i].same_as != SLICE_NEW)
            assert_int_equal(page.slices[i].same_as, new[i]);
    }
    assert_true(missed <= 3);
    page_splitter_clear(&before);
    page_splitter_clear(&page);
}

static void page_splitter_split__another_order__is_mostly_recalled(void **state)
{
    (void)state;
    assert_order_recalled("");
}

/* What tells entries apart may stand at their end. */
static void
page_splitter_split__another_order_of_entries_that_begin_alike__is_recalled(void **state)
{
    (void)state;
    assert_order_recalled("\"registration\":[{\"agent\":\"Yealink SIP-T46S 66.86.0.15\"}],");
}

/* An old entry that is longer than what is left is never looked at beyond the end. */
static void page_splitter_split__long_old_entry__is_not_overrun(void **state)
{
    (void)state;
    struct page_splitter before, page;
    page_splitter_init(&before);
    page_splitter_init(&page);
    assert_int_equal(
        split_text(&before, "{\"entry\":[{\"a\":\"0123456789012345678901234\"}]}", NULL),
        SPLIT_DONE);
    const char *text = "{\"entry\":[{}]}";
    assert_int_equal(split_bytes(&page, &before, text, strlen(text), 5, NULL), SPLIT_DONE);
    assert_int_equal(page.slices[0].same_as, SLICE_NEW);
    page_splitter_clear(&before);
    page_splitter_clear(&page);
}

/* Writes a page of the entries that are left of so many, changed and spaced at random. */
static void make_page(struct buffer *out, struct rng *rng, uint64_t changes)
{
    static const char *const blanks[] = {"", "", "", "", " ", "\n  "};
    static const char *const strays[] = {"1", "null", "[{}]", "\"{\""};
    buffer_reset(out);
    buffer_puts(out, "{\"entry\":[");
    for (unsigned i = 0; i < 300; i++) {
        bool is_changed = rng_below(rng, 100) < changes;
        if (is_changed && rng_below(rng, 3) == 0)
            continue;
        buffer_puts(out, out->length > 10 ? "," : "");
        buffer_puts(out, blanks[is_changed ? rng_below(rng, 6) : i % 6]);
        if (i % 37 == 5)
            buffer_puts(out, strays[i % 4]);
        else
            buffer_printf(out, "{\"extension\":\"%u\",\"status\":%u}", i / 2,
                          is_changed ? (unsigned)rng_below(rng, 3) : 7);
        buffer_puts(out, blanks[is_changed ? rng_below(rng, 6) : i % 5]);
    }
    buffer_puts(out, "]}");
}

/* However much of a page stands where it stood: on top of the page before it comes to the same
 * entries as alone, and those that are called the same are. */
static void page_splitter_split__random_runs__are_what_a_fresh_look_finds(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer old, new;
    size_t recalled = 0;
    size_t seen = 0;
    rng_seed(&rng, 11);
    buffer_init(&old, 0);
    buffer_init(&new, 0);
    for (int round = 0; round < 300; round++) {
        struct page_splitter before, page, fresh;
        uint64_t changes = rng_below(&rng, 8);
        page_splitter_init(&before);
        page_splitter_init(&page);
        page_splitter_init(&fresh);
        make_page(&old, &rng, changes);
        make_page(&new, &rng, changes);
        size_t portion = 1 + (size_t)rng_below(&rng, 3000);
        assert_int_equal(split_bytes(&before, NULL, old.data, old.length, MANY, NULL), SPLIT_DONE);
        assert_int_equal(split_bytes(&fresh, NULL, new.data, new.length, MANY, NULL), SPLIT_DONE);
        assert_int_equal(split_bytes(&page, &before, new.data, new.length, portion, NULL),
                         SPLIT_DONE);
        assert_int_equal(page.count, fresh.count);
        for (size_t i = 0; i < page.count; i++) {
            size_t length, same;
            const char *bytes = page_splitter_entry(&page, i, &length);
            assert_int_equal(page.slices[i].offset, fresh.slices[i].offset);
            assert_int_equal(length, fresh.slices[i].length);
            if (page.slices[i].same_as == SLICE_NEW)
                continue;
            assert_memory_equal(bytes, page_splitter_entry(&before, page.slices[i].same_as, &same),
                                length);
            assert_int_equal(same, length);
            recalled++;
        }
        seen += page.count;
        page_splitter_clear(&before);
        page_splitter_clear(&page);
        page_splitter_clear(&fresh);
    }
    assert_in_range(recalled, seen * 8 / 10, seen);
    buffer_clear(&old);
    buffer_clear(&new);
}

/* No page has more entries than it may, be they those of the page before. */
static void page_splitter_split__too_many_known_entries__is_broken(void **state)
{
    (void)state;
    const char *text = "{\"entry\":[{\"a\":1},{\"b\":2},{\"c\":3},{\"d\":4}]}";
    struct page_splitter before, page;
    struct buffer body;
    page_splitter_init(&before);
    page_splitter_init(&page);
    buffer_init(&body, 0);
    assert_int_equal(split_bytes(&before, NULL, text, strlen(text), MANY, NULL), SPLIT_DONE);
    buffer_puts(&body, text);
    page_splitter_begin(&page, &body, 2);
    assert_int_equal(page_splitter_split(&page, &before, SIZE_MAX, NULL), SPLIT_BROKEN);
    page_splitter_clear(&before);
    page_splitter_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_splitter_split__documented_example__is_one_entry),
        cmocka_unit_test(page_splitter_split__tolerated_forms__are_done__A12__B18),
        cmocka_unit_test(page_splitter_split__hints__are_numbers_or_missing__A11),
        cmocka_unit_test(page_splitter_split__stray_entries__are_slices_like_any),
        cmocka_unit_test(page_splitter_split__error_member__is_noted),
        cmocka_unit_test(page_splitter_split__not_a_page__is_named__A9),
        cmocka_unit_test(page_splitter_split__broken_envelope__says_why__A9),
        cmocka_unit_test(page_splitter_split__odd_values_nobody_reads__cost_no_page__A12__A17),
        cmocka_unit_test(page_splitter_split__unfinished__says_where__A10),
        cmocka_unit_test(page_splitter_split__nul_bytes__are_not_an_end__A8),
        cmocka_unit_test(page_splitter_split__deep_members__are_refused__A15),
        cmocka_unit_test(page_splitter_split__too_many_entries__is_broken__A16),
        cmocka_unit_test(page_splitter_split__a_million_brackets__need_no_stack__A15),
        cmocka_unit_test(page_splitter_split__millions_of_tiny_values__take_little_memory__A16),
        cmocka_unit_test(page_splitter_split__damage_inside_an_entry__stays_there__A8),
        cmocka_unit_test(page_splitter_begin__body__is_left_empty_with_its_cap),
        cmocka_unit_test(page_splitter_split__portions__come_to_the_same),
        cmocka_unit_test(page_splitter_trim__page_that_is_done__keeps_no_spare_room),
        cmocka_unit_test(page_splitter_split__after_the_end__repeats_itself),
        cmocka_unit_test(page_splitter_split__unchanged__is_the_same_throughout),
        cmocka_unit_test(page_splitter_split__changes__leave_their_neighbours),
        cmocka_unit_test(page_splitter_split__deletes__are_stepped_over),
        cmocka_unit_test(page_splitter_split__inserts__cost_only_themselves),
        cmocka_unit_test(page_splitter_split__duplicates_and_empty__are_safe),
        cmocka_unit_test(page_splitter_split__another_order__is_mostly_recalled),
        cmocka_unit_test(
            page_splitter_split__another_order_of_entries_that_begin_alike__is_recalled),
        cmocka_unit_test(page_splitter_split__long_old_entry__is_not_overrun),
        cmocka_unit_test(page_splitter_split__random_runs__are_what_a_fresh_look_finds),
        cmocka_unit_test(page_splitter_split__too_many_known_entries__is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
