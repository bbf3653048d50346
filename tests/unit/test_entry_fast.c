/* SPDX-License-Identifier: MIT */
#include "uapi/entry_fast.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/rng.h"
#include "uapi/entry.h"

/* Appends a text again and again until it is so long. */
static void put_filled(struct buffer *out, char letter, size_t length)
{
    while (length-- > 0)
        buffer_append(out, &letter, 1);
}

/* An entry whose number and agent have these lengths; the caller frees. */
static char *make_long(size_t number, size_t agent)
{
    struct buffer out;
    buffer_init(&out, 0);
    buffer_puts(&out, "{\"extension\":\"");
    put_filled(&out, '7', number);
    buffer_puts(&out, "\",\"registration\":[{\"agent\":\"");
    put_filled(&out, 'y', agent);
    buffer_puts(&out, "\"}]}");
    return buffer_take(&out);
}

/* Is it of the plain form, and does it read then as jansson reads it? A blank behind an entry is
 * nothing to jansson, and no plain form. */
static bool reads_alike(const char *json, size_t length)
{
    struct extension plain, other;
    if (!entry_fast_decode(&plain, json, length))
        return false;
    char *wide = malloc(length + 1);
    assert_non_null(wide);
    memcpy(wide, json, length);
    wide[length] = ' ';
    assert_false(entry_fast_decode(&other, wide, length + 1));
    if (!entry_decode(&other, wide, length + 1, NULL))
        fail_msg("refused: %.*s", (int)length, json);
    if (!extension_equals(&plain, &other))
        fail_msg("read otherwise: %.*s", (int)length, json);
    assert_false(plain.was_repaired);
    extension_clear(&plain);
    extension_clear(&other);
    free(wide);
    return true;
}

/* What servers send is read. */
static void plain_decode__ordinary_entries__are_read_as_jansson_reads_them(void **state)
{
    (void)state;
    static const char *const entries[] = {
        "{\"extension\":\"0003*210\",\"status\":0,\"registration\":[{\"agent\":\"3CXPhone "
        "5.0.14439.0\",\"registration\":\"-1\",\"expire\":\"2011-02-10T15:10:55Z\"}]}",
        "{\"extension\":\"0003*210\"}",
        "{\"extension\":\"0003*210\",\"registration\":[]}",
        "{\"status\":\"3\",\"extension\":\"1\",\"registration\":[{}]}",
        "{ \"extension\" : \"1\" ,\n \"status\" : -0 , \"registration\" : [ { } , {\"agent\":\"\"} "
        "] }",
        "{\"extension\":\"1\",\"status\":999999999}",
        "{\"extension\":\"1\",\"status\":\"-007\"}",
        "{\"extension\":\" ~!*/\",\"registration\":[{\"expire\":\"soon\",\"registration\":-2},"
        "{\"expire\":\"2012-06-27T16:08:55+03:00\",\"registration\":\"2\"}]}",
    };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (!reads_alike(entries[i], strlen(entries[i])))
            fail_msg("left alone: %s", entries[i]);
}

/* What is not so plain is left to jansson. */
static void plain_decode__anything_else__is_left_alone(void **state)
{
    (void)state;
    static const char *const entries[] = {
        "",
        "{",
        "{}",
        "[]",
        "{\"extension\":\"\"}",
        "{\"extension\":210}",
        "{\"extension\":null}",
        "{\"status\":1}",
        "{\"extension\":\"1\",\"extension\":\"1\"}",
        "{\"extension\":\"1\",\"status\":1,\"status\":2}",
        "{\"extension\":\"1\",\"name\":\"x\"}",
        "{\"extension\":\"1\",\"Status\":1}",
        "{\"extension\":\"1\\u0032\"}",
        "{\"extension\":\"1\t\"}",
        "{\"extension\":\"1\x7f\"}",
        "{\"extension\":\"\xC3\xA9\"}",
        "{\"extension\":\"1\xff\"}",
        "{\"extension\":\"1\",}",
        "{\"extension\":\"1\" \"status\":1}",
        "{\"extension\" \"1\"}",
        "{\"extension\":\"1\"}}",
        "{\"extension\":\"1\",\"status\":01}",
        "{\"extension\":\"1\",\"status\":-01}",
        "{\"extension\":\"1\",\"status\":1.0}",
        "{\"extension\":\"1\",\"status\":1e0}",
        "{\"extension\":\"1\",\"status\":-}",
        "{\"extension\":\"1\",\"status\":\"-\"}",
        "{\"extension\":\"1\",\"status\":\"\"}",
        "{\"extension\":\"1\",\"status\":\"1 \"}",
        "{\"extension\":\"1\",\"status\":1000000000}",
        "{\"extension\":\"1\",\"status\":null}",
        "{\"extension\":\"1\",\"status\":1",
        "{\"extension\":\"1\",\"registration\":{}}",
        "{\"extension\":\"1\",\"registration\":null}",
        "{\"extension\":\"1\",\"registration\":[",
        "{\"extension\":\"1\",\"registration\":[{}",
        "{\"extension\":\"1\",\"registration\":[{},]}",
        "{\"extension\":\"1\",\"registration\":[1]}",
        "{\"extension\":\"1\",\"registration\":[{\"agent\":1}]}",
        "{\"extension\":\"1\",\"registration\":[{\"agent\":\"a\",\"agent\":\"a\"}]}",
        "{\"extension\":\"1\",\"registration\":[{\"registration\":[]}]}",
        "{\"extension\":\"1\",\"registration\":[{\"expire\":0}]}",
        "{\"extension\":\"1\",\"registration\":[{},{},{},{},{},{},{},{},{}]}",
    };
    struct extension untouched = {.status = 77};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (entry_fast_decode(&untouched, entries[i], strlen(entries[i])))
            fail_msg("taken: %s", entries[i]);
        assert_int_equal(untouched.status, 77);
    }
}

/* Texts are taken up to the length that is kept whole, and not beyond it. */
static void plain_decode__long_texts__are_taken_while_they_are_kept_whole(void **state)
{
    (void)state;
    static const struct {
        size_t number;
        size_t agent;
        bool is_plain;
    } cases[] = {
        {ENTRY_NUMBER_MAX, ENTRY_AGENT_MAX, true},
        {ENTRY_NUMBER_MAX + 1, 1, false},
        {1, ENTRY_AGENT_MAX + 1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *json = make_long(cases[i].number, cases[i].agent);
        assert_int_equal(reads_alike(json, strlen(json)), cases[i].is_plain);
        free(json);
    }
}

/* Appends one of several texts. */
static void put_any(struct buffer *out, struct rng *rng, const char *const *texts, size_t count)
{
    buffer_puts(out, texts[rng_below(rng, count)]);
}

#define PUT_ANY(out, rng, ...)                                                                     \
    put_any(out, rng, (const char *const[]){__VA_ARGS__},                                          \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Writes an entry of ordinary pieces, with some that are not. */
static void make_entry(struct buffer *out, struct rng *rng)
{
    buffer_reset(out);
    PUT_ANY(out, rng, "{\"extension\":", "{\"extension\":", "{ \"extension\" :", "{\"status\":1,");
    PUT_ANY(out, rng, "\"0003*210\"", "\"7\"", "\"a b\"", "\"1\"", "\"2\"", "12", "\"\"");
    PUT_ANY(out, rng, ",\"status\":", ", \"status\": ", ",\"status\":", ",\"registration\":");
    PUT_ANY(out, rng, "1", "\"2\"", "-1", "0", "3", "\"-0\"", "00", "1.5", "null", "12345678901");
    PUT_ANY(out, rng, ",\"registration\":[", ",\"registration\" : [ ", ",\"status\":[");
    for (uint64_t count = rng_below(rng, 4); count > 0; count--) {
        PUT_ANY(out, rng, "{\"agent\":\"Yealink\"", "{\"agent\":\"\"", "{\"agent\":\"\\\"\"",
                "{ \"agent\":\"a\"");
        PUT_ANY(out, rng, "", ",\"registration\":\"1\"", ",\"registration\":-2", " ", ",\"x\":{}");
        PUT_ANY(out, rng, "", ",\"expire\":\"2026-01-02T03:04:05Z\"", ",\"expire\":\"?\"");
        PUT_ANY(out, rng, "}", " }");
        buffer_puts(out, count > 1 ? "," : "");
    }
    PUT_ANY(out, rng, "]}", "] }", "]}", "]");
}

/* Whatever stands there: what is taken is what jansson would have read. */
static void plain_decode__random_entries__are_never_read_otherwise_than_by_jansson(void **state)
{
    (void)state;
    struct rng rng;
    struct buffer text;
    size_t taken = 0;
    rng_seed(&rng, 5);
    buffer_init(&text, 0);
    for (int round = 0; round < 60000; round++) {
        make_entry(&text, &rng);
        for (uint64_t damages = rng_below(&rng, 3); damages > 0; damages--)
            text.data[rng_below(&rng, text.length)] =
                "\"\\{}[],:-019.e \n\x01\x7f\xc3"[rng_below(&rng, 19)];
        taken += reads_alike(text.data, text.length);
    }
    assert_in_range(taken, 1000, 40000);
    buffer_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_decode__ordinary_entries__are_read_as_jansson_reads_them),
        cmocka_unit_test(plain_decode__anything_else__is_left_alone),
        cmocka_unit_test(plain_decode__long_texts__are_taken_while_they_are_kept_whole),
        cmocka_unit_test(plain_decode__random_entries__are_never_read_otherwise_than_by_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
