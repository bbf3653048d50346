/* SPDX-License-Identifier: MIT */
#include "uapi/entry.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "uapi/json_repair.h"

#define REPLACED "\xEF\xBF\xBD"

/* Decodes a string that has to be an entry. */
static struct extension decode(const char *json)
{
    struct extension extension;
    struct error error = {0};
    if (!entry_decode(&extension, json, strlen(json), &error))
        fail_msg("%s: %s", json, error.text);
    assert_false(error_is_set(&error));
    return extension;
}

/* Asserts that bytes are no entry, and that nothing is left behind. */
static void assert_refused(const char *json, size_t length, const char *reason)
{
    struct extension extension;
    struct error error = {0};
    if (entry_decode(&extension, json, length, &error))
        fail_msg("taken: %s", json);
    assert_int_equal(error.kind, ERROR_REPLY);
    assert_non_null(strstr(error.text, reason));
    assert_null(extension.number);
    assert_null(extension.registrations);
}

/* The documentation's example. */
static void entry_decode__documented_example__is_read(void **state)
{
    (void)state;
    struct extension e = decode("{\"extension\":\"0003*210\",\"status\":0,\"registration\":[{"
                                "\"agent\":\"3CXPhone 5.0.14439.0\",\"registration\":\"-1\","
                                "\"expire\":\"2011-02-10T15:10:55Z\"}]}");
    assert_string_equal(e.number, "0003*210");
    assert_int_equal(e.status, STATUS_UNKNOWN);
    assert_true(e.has_list);
    assert_false(e.was_repaired);
    assert_int_equal(e.registration_count, 1);
    assert_string_equal(e.registrations[0].agent, "3CXPhone 5.0.14439.0");
    assert_int_equal(e.registrations[0].state, REGISTRATION_NOT_REGISTERED);
    assert_true(e.registrations[0].expires == 1297350655);
    extension_clear(&e);
}

/* Every form of a number, and everything that is none, in both places that take numbers. */
static void entry_decode__numbers__come_in_any_form_or_are_unknown__A17(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int32_t value;
    } rows[] = {
        {"3", 3},
        {"-2", -2},
        {"\"3\"", 3},
        {"\"-2\"", -2},
        {"\"03\"", 3},
        {"2.0", 2},
        {"42", 42},
        {"2147483647", INT32_MAX},
        {"2147483648", NUMBER_NONE},
        {"-2147483649", NUMBER_NONE},
        {"9223372036854775808", NUMBER_NONE},
        {"-99999999999999999999", NUMBER_NONE},
        {"1e400", NUMBER_NONE},
        {"\"4294967297\"", NUMBER_NONE},
        {"\"99999999999999999999\"", NUMBER_NONE},
        {"1.5", NUMBER_NONE},
        {"\"1x\"", NUMBER_NONE},
        {"\" 1\"", NUMBER_NONE},
        {"\"+1\"", NUMBER_NONE},
        {"\"-\"", NUMBER_NONE},
        {"\"\"", NUMBER_NONE},
        {"\"1\\u0000\"", NUMBER_NONE},
        {"null", NUMBER_NONE},
        {"true", NUMBER_NONE},
        {"[1]", NUMBER_NONE},
        {"{\"1\":1}", NUMBER_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char json[200];
        snprintf(json, sizeof json,
                 "{\"extension\":\"1\",\"status\":%s,\"registration\":[{\"registration\":%s}]}",
                 rows[i].json, rows[i].json);
        struct extension e = decode(json);
        assert_int_equal(e.status, rows[i].value);
        assert_int_equal(e.registrations[0].state, rows[i].value);
        extension_clear(&e);
    }
    struct extension e = decode("{\"extension\":\"1\"}");
    assert_int_equal(e.status, NUMBER_NONE);
    extension_clear(&e);
}

/* A list, an empty list, one object, and everything that is no list. */
static void entry_decode__registration__is_a_list_or_none__A11(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        bool has_list;
        uint32_t count;
    } rows[] = {
        {"[]", true, 0}, {"[{}]", true, 1},     {"[{},{}]", true, 2},
        {"{}", true, 1}, {"[null,7]", true, 2}, {"null", false, 0},
        {"7", false, 0}, {"\"x\"", false, 0},   {"false", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"extension\":\"1\",\"registration\":%s}", rows[i].json);
        struct extension e = decode(json);
        assert_int_equal(e.has_list, rows[i].has_list);
        assert_int_equal(e.registration_count, rows[i].count);
        for (uint32_t r = 0; r < e.registration_count; r++) {
            assert_null(e.registrations[r].agent);
            assert_int_equal(e.registrations[r].state, NUMBER_NONE);
            assert_true(e.registrations[r].expires == EXPIRES_NONE);
        }
        extension_clear(&e);
    }
    struct extension e = decode("{\"extension\":\"1\"}");
    assert_false(e.has_list);
    extension_clear(&e);
}

/* A contact sent without its list, and fields of the wrong type. */
static void entry_decode__contacts__keep_what_is_right__A11(void **state)
{
    (void)state;
    struct extension e = decode("{\"extension\":\"1\",\"registration\":{\"agent\":\"a\","
                                "\"registration\":2,\"expire\":\"soon\"}}");
    assert_int_equal(e.registration_count, 1);
    assert_string_equal(e.registrations[0].agent, "a");
    assert_int_equal(e.registrations[0].state, 2);
    assert_true(e.registrations[0].expires == EXPIRES_NONE);
    extension_clear(&e);
    e = decode("{\"extension\":\"1\",\"registration\":[{\"agent\":[],\"expire\":12},"
               "{\"agent\":\"\"},{\"agent\":\"b\"}]}");
    assert_null(e.registrations[0].agent);
    assert_true(e.registrations[0].expires == EXPIRES_NONE);
    assert_null(e.registrations[1].agent);
    assert_string_equal(e.registrations[2].agent, "b");
    extension_clear(&e);
}

/* The number of an extension is a text or an integer, and never empty. */
static void entry_decode__extension_number__makes_the_row__A12(void **state)
{
    (void)state;
    struct extension e = decode("{\"extension\":210}");
    assert_string_equal(e.number, "210");
    extension_clear(&e);
    e = decode("{\"extension\":123456789012345678901234567890}");
    assert_string_equal(e.number, "123456789012345678901234567890");
    assert_true(e.was_repaired);
    extension_clear(&e);
    static const char *const bad[] = {"{}",
                                      "{\"extension\":\"\"}",
                                      "{\"extension\":null}",
                                      "{\"extension\":[\"1\"]}",
                                      "{\"extension\":1.5}",
                                      "{\"extension\":true}",
                                      "{\"Extension\":\"1\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(bad[i], strlen(bad[i]), "no extension number");
}

/* Slices that no repair makes an object of. */
static void entry_decode__not_json__is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "{",
                                      "[]x",
                                      "7",
                                      "null",
                                      "{a:1}",
                                      "{\"extension\":\"1\",}",
                                      "{\"extension\":\"1\" \"b\":2}",
                                      "{\"extension\":[}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(bad[i], strlen(bad[i]), "not valid JSON");
    assert_refused("[]", 2, "no extension number");
    assert_refused("{\"extension\":\"1\"\0}", 18, "not valid JSON");
}

/* The reason quotes the server, so it is made safe too. */
static void entry_decode__reason__is_safe_text__A20(void **state)
{
    (void)state;
    struct extension extension;
    struct error error = {0};
    const char *json = "{\"extension\":\"1\",\"\xC2\x9B\xE2\x80\xAE\\u001b\" x}";
    assert_false(entry_decode(&extension, json, strlen(json), &error));
    assert_null(strstr(error.text, "\xC2\x9B"));
    assert_null(strstr(error.text, "\xE2\x80\xAE"));
    assert_null(strchr(error.text, '\x1b'));
}

/* Damage is repaired where it is, and told. */
static void entry_decode__damaged_text__is_repaired__A8(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *expected;
    } rows[] = {
        {"caf\xE9 x", "caf" REPLACED " x"},
        {"a\\u0000b", "a" REPLACED "b"},
        {"a\\ud800b", "a" REPLACED "b"},
        {"a\\udc00b", "a" REPLACED "b"},
        {"a\\ud800\\ud83d\\ude00b", "a" REPLACED "\xF0\x9F\x98\x80"
                                    "b"},
        {"\\ud800\\u0041", REPLACED "A"},
        {"a\nb", "a" REPLACED "b"},
        {"a\\xb", "a" REPLACED "xb"},
        {"a\\u12", "a" REPLACED "u12"},
        {"a\xE2\x82", "a" REPLACED},
        {"\xF0\x9F\x98\x80\xFF", "\xF0\x9F\x98\x80" REPLACED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char json[300];
        snprintf(json, sizeof json,
                 "{\"extension\":\"1\",\"status\":1,\"registration\":[{\"agent\":\"%s\","
                 "\"registration\":1}]}",
                 rows[i].agent);
        struct extension e = decode(json);
        assert_true(e.was_repaired);
        assert_string_equal(e.number, "1");
        assert_int_equal(e.status, 1);
        if (strncmp(e.registrations[0].agent, rows[i].expected, strlen(rows[i].expected)) != 0)
            assert_string_equal(e.registrations[0].agent, rows[i].expected);
        extension_clear(&e);
    }
}

/* Of duplicate members the last one counts, and that it was so is told. */
static void entry_decode__duplicate_members__last_wins__A13(void **state)
{
    (void)state;
    struct extension e = decode("{\"extension\":\"1\",\"status\":1,\"status\":3}");
    assert_int_equal(e.status, 3);
    assert_true(e.was_repaired);
    extension_clear(&e);
    e = decode("{\"extension\":\"1\",\"x\":\"\xFF\",\"x\":1,\"status\":2}");
    assert_int_equal(e.status, 2);
    assert_true(e.was_repaired);
    extension_clear(&e);
}

/* No byte of a phone's text acts on a terminal, and long texts are cut, which is told. */
static void entry_decode__hostile_text__is_safe_and_cut__A1__A2__A4(void **state)
{
    (void)state;
    struct extension e = decode("{\"extension\":\"1\\u001b[2J\",\"registration\":[{\"agent\":"
                                "\"x\\u001b]52;c;\\u0007\\u009b2J\\u202e\\n\"}]}");
    assert_true(e.was_repaired);
    assert_null(strchr(e.number, '\x1b'));
    assert_null(strpbrk(e.registrations[0].agent, "\x1b\x07\n"));
    assert_null(strstr(e.registrations[0].agent, "\xC2\x9B"));
    assert_null(strstr(e.registrations[0].agent, "\xE2\x80\xAE"));
    extension_clear(&e);

    char json[3000];
    snprintf(json, sizeof json,
             "{\"extension\":\"%0500d\",\"registration\":[{\"agent\":\"%0900d\"}]}", 1, 1);
    e = decode(json);
    assert_true(e.was_repaired);
    assert_in_range(strlen(e.number), ENTRY_NUMBER_MAX - 4, ENTRY_NUMBER_MAX);
    assert_in_range(strlen(e.registrations[0].agent), ENTRY_AGENT_MAX - 4, ENTRY_AGENT_MAX);
    extension_clear(&e);
}

/* More contacts than anybody has are cut, and that is told. */
static void entry_decode__too_many_contacts__are_cut(void **state)
{
    (void)state;
    for (size_t count = ENTRY_REGISTRATIONS_MAX; count <= ENTRY_REGISTRATIONS_MAX + 1; count++) {
        struct buffer json;
        buffer_init(&json, 0);
        buffer_puts(&json, "{\"extension\":\"1\",\"registration\":[{}");
        for (size_t i = 1; i < count; i++)
            buffer_puts(&json, ",{}");
        buffer_puts(&json, "]}");
        struct extension e = decode(json.data);
        assert_int_equal(e.registration_count, ENTRY_REGISTRATIONS_MAX);
        assert_int_equal(e.was_repaired, count > ENTRY_REGISTRATIONS_MAX);
        extension_clear(&e);
        buffer_clear(&json);
    }
}

/* What a value of every type of JSON is as a number, and as a text. */
static const struct {
    const char *json;
    int32_t number;
    const char *text; /* NULL: none */
} kinds[] = {
    {"\"2\"", 2, "2"},           {"\"x\"", NUMBER_NONE, "x"}, {"2", 2, NULL},
    {"2.5", NUMBER_NONE, NULL},  {"true", NUMBER_NONE, NULL}, {"false", NUMBER_NONE, NULL},
    {"null", NUMBER_NONE, NULL}, {"[2]", NUMBER_NONE, NULL},  {"{\"a\":2}", NUMBER_NONE, NULL},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

/* Every field of every type: what it cannot be is unknown, never 0, and costs no other field. */
static void entry_decode__every_field_of_every_type__is_known_or_unknown__A11(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS * KINDS; i++) {
        char json[300];
        size_t a = i / KINDS, b = i % KINDS;
        snprintf(json, sizeof json,
                 "{\"status\":%s,\"extension\":\"1\",\"registration\":[{\"agent\":%s,"
                 "\"registration\":%s,\"expire\":%s}]}",
                 kinds[a].json, kinds[a].json, kinds[b].json, kinds[b].json);
        struct extension e = decode(json);
        assert_string_equal(e.number, "1");
        assert_int_equal(e.status, kinds[a].number);
        assert_int_equal(e.registration_count, 1);
        assert_int_equal(e.registrations[0].state, kinds[b].number);
        assert_true(e.registrations[0].expires == EXPIRES_NONE);
        if (kinds[a].text == NULL)
            assert_null(e.registrations[0].agent);
        else
            assert_string_equal(e.registrations[0].agent, kinds[a].text);
        assert_false(e.was_repaired);
        extension_clear(&e);
    }
}

/* Every set of fields there can be, each under its own name or under one nobody knows. */
static void entry_decode__missing_and_renamed_fields__are_unknown__A12(void **state)
{
    (void)state;
    for (unsigned set = 0; set < 16; set++) {
        char json[300];
        snprintf(json, sizeof json,
                 "{\"extension\":\"1\",\"%s\":3,\"new\":[{\"status\":2},1.5,null],"
                 "\"registration\":[{\"%s\":\"a\",\"%s\":1,\"%s\":\"2011-02-10T15:10:55Z\","
                 "\"newer\":{\"agent\":\"b\"}}]}",
                 set & 1 ? "status" : "Status", set & 2 ? "agent" : "userAgent",
                 set & 4 ? "registration" : "state", set & 8 ? "expire" : "expires");
        struct extension e = decode(json);
        const struct registration *contact = &e.registrations[0];
        assert_string_equal(e.number, "1");
        assert_int_equal(e.status, set & 1 ? 3 : NUMBER_NONE);
        assert_int_equal(e.registration_count, 1);
        assert_int_equal(contact->agent != NULL, (set & 2) != 0);
        assert_int_equal(contact->state, set & 4 ? 1 : NUMBER_NONE);
        assert_true(contact->expires == (set & 8 ? 1297350655 : EXPIRES_NONE));
        assert_false(e.was_repaired);
        extension_clear(&e);
    }
}

/* Agents that a viewer could not tell apart differ once they are decoded. */
static void entry_decode__invisible_characters__tell_agents_apart__A5(void **state)
{
    (void)state;
    static const char *const invisible[] = {
        "\\u200b", "\\u200c", "\\u200d", "\\ufeff",        "\\u00ad",      "\\u115f",
        "\\u3164", "\\u180e", "\\u2060", "\\udb40\\udc41", "\xE2\x80\x8B", "\xF3\xA0\x81\x81"};
    for (size_t i = 0; i < sizeof invisible / sizeof invisible[0]; i++) {
        char json[200];
        snprintf(json, sizeof json,
                 "{\"extension\":\"1\",\"registration\":[{\"agent\":\"Yea%slink\"}]}",
                 invisible[i]);
        struct extension e = decode(json);
        assert_string_equal(e.registrations[0].agent, "Yea" REPLACED "link");
        assert_true(e.was_repaired);
        extension_clear(&e);
    }
}

/* A megabyte of combining marks on a letter: two of them stay, and what follows is read. */
static void entry_decode__megabyte_of_marks__leaves_two__A6(void **state)
{
    (void)state;
    struct buffer json;
    buffer_init(&json, 0);
    buffer_puts(&json, "{\"extension\":\"1\",\"registration\":[{\"agent\":\"a");
    for (int i = 0; i < 1 << 19; i++)
        buffer_puts(&json, "\xCC\x81");
    buffer_puts(&json, "b\",\"registration\":1}]}");
    struct extension e = decode(json.data);
    assert_string_equal(e.registrations[0].agent, "a\xCC\x81\xCC\x81"
                                                  "b");
    assert_int_equal(e.registrations[0].state, REGISTRATION_REGISTERED);
    assert_true(e.was_repaired);
    extension_clear(&e);
    buffer_clear(&json);
}

/* Texts of 64 KiB are cut, and that is told. */
static void entry_decode__long_texts__are_cut_and_marked__A18(void **state)
{
    (void)state;
    size_t size = 140000;
    char *json = malloc(size);
    assert_non_null(json);
    snprintf(json, size, "{\"extension\":\"%065536d\",\"registration\":[{\"agent\":\"%065536d\"}]}",
             1, 1);
    struct extension e = decode(json);
    assert_true(e.was_repaired);
    assert_in_range(strlen(e.number), ENTRY_NUMBER_MAX - 4, ENTRY_NUMBER_MAX);
    assert_in_range(strlen(e.registrations[0].agent), ENTRY_AGENT_MAX - 4, ENTRY_AGENT_MAX);
    assert_non_null(strstr(e.number, "\xE2\x80\xA6"));
    assert_non_null(strstr(e.registrations[0].agent, "\xE2\x80\xA6"));
    extension_clear(&e);
    free(json);
}

/* Asserts that an entry with `count` times `unit` inside is refused before it is decoded. */
static void assert_bomb(const char *unit, size_t count)
{
    struct buffer json;
    buffer_init(&json, 0);
    buffer_puts(&json, "{\"extension\":\"1\",\"x\":[");
    for (size_t i = 0; i < count; i++)
        buffer_puts(&json, unit);
    buffer_puts(&json, "0]}");
    assert_refused(json.data, json.length, "too large or nested too deep");
    buffer_clear(&json);
}

/* Entries that would take 78 times their size in memory, or the stack, are not decoded. */
static void entry_decode__bombs__are_refused__A15__A16(void **state)
{
    (void)state;
    assert_bomb("{},", 60000);
    assert_bomb("[],", 60000);
    assert_bomb("\"\",", 60000);
    assert_bomb("0,", 120000);
    assert_bomb("[", 1000);
    assert_bomb("{\"a\":", 1000);
}

/* A text of a megabyte is one value: the row survives it. */
static void entry_decode__megabyte_of_text__keeps_the_row__A18(void **state)
{
    (void)state;
    size_t size = (size_t)1 << 20;
    char *json = malloc(size);
    assert_non_null(json);
    memset(json, '[', size);
    memcpy(json, "{\"extension\":\"1\",\"x\":\"", 22);
    memcpy(json + size - 2, "\"}", 2);
    struct extension e;
    assert_true(entry_decode(&e, json, size, NULL));
    assert_string_equal(e.number, "1");
    extension_clear(&e);
    free(json);
}

/* Asserts what a repair makes of a text, and that a second repair changes nothing. */
static void assert_repaired(const char *json, size_t length, const char *expected)
{
    struct buffer once, twice;
    buffer_init(&once, 0);
    buffer_init(&twice, 0);
    json_repair_text(&once, json, length);
    assert_int_equal(once.length, strlen(expected));
    assert_memory_equal(once.data, expected, once.length);
    json_repair_text(&twice, once.data, once.length);
    assert_int_equal(twice.length, once.length);
    assert_memory_equal(twice.data, once.data, once.length);
    buffer_clear(&once);
    buffer_clear(&twice);
}

static void repair_json__touches_only_the_damage__A8__A17(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{\"a\":[1,-2.5e3,true,null,\"x\\n\\u00e9\\\"\\ud83d\\ude00\"]}",
         "{\"a\":[1,-2.5e3,true,null,\"x\\n\\u00e9\\\"\\ud83d\\ude00\"]}"},
        {"{\"\xFF\":\"\\uD800\\uD800\"}", "{\"" REPLACED "\":\"\\uFFFD\\uFFFD\"}"},
        {"[9223372036854775807,9223372036854775808]",
         "[9223372036854775807,\"9223372036854775808\"]"},
        {"[-9223372036854775808,-9223372036854775809]",
         "[-9223372036854775808,\"-9223372036854775809\"]"},
        {"[1e308,1e309,-1E999]", "[1e308,\"1e309\",\"-1E999\"]"},
        {"\"\\", "\"" REPLACED},
        {"\"\\u12\"", "\"" REPLACED "u12\""},
        {"\"\\ud83d\\u\"", "\"\\uFFFD" REPLACED "u\""},
        {"\"a\tb\x7f\"", "\"a" REPLACED "b\x7f\""},
        {"\"\xC0\x80\"", "\"" REPLACED REPLACED "\""},
        {"\"\xE9\"", "\"" REPLACED "\""},
        {"{not json\xFF}", "{not json\xFF}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_repaired(rows[i][0], strlen(rows[i][0]), rows[i][1]);
    assert_repaired("\"\\u0041", 6, "\"" REPLACED "u004");
    assert_repaired("\"\\ud83d\\ude00", 12, "\"\\uFFFD" REPLACED "ude0");
    assert_repaired("\"\0\"", 3, "\"" REPLACED "\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_decode__documented_example__is_read),
        cmocka_unit_test(entry_decode__numbers__come_in_any_form_or_are_unknown__A17),
        cmocka_unit_test(entry_decode__registration__is_a_list_or_none__A11),
        cmocka_unit_test(entry_decode__contacts__keep_what_is_right__A11),
        cmocka_unit_test(entry_decode__extension_number__makes_the_row__A12),
        cmocka_unit_test(entry_decode__not_json__is_refused_with_a_reason),
        cmocka_unit_test(entry_decode__reason__is_safe_text__A20),
        cmocka_unit_test(entry_decode__damaged_text__is_repaired__A8),
        cmocka_unit_test(entry_decode__duplicate_members__last_wins__A13),
        cmocka_unit_test(entry_decode__hostile_text__is_safe_and_cut__A1__A2__A4),
        cmocka_unit_test(entry_decode__too_many_contacts__are_cut),
        cmocka_unit_test(entry_decode__every_field_of_every_type__is_known_or_unknown__A11),
        cmocka_unit_test(entry_decode__missing_and_renamed_fields__are_unknown__A12),
        cmocka_unit_test(entry_decode__invisible_characters__tell_agents_apart__A5),
        cmocka_unit_test(entry_decode__megabyte_of_marks__leaves_two__A6),
        cmocka_unit_test(entry_decode__long_texts__are_cut_and_marked__A18),
        cmocka_unit_test(entry_decode__bombs__are_refused__A15__A16),
        cmocka_unit_test(entry_decode__megabyte_of_text__keeps_the_row__A18),
        cmocka_unit_test(repair_json__touches_only_the_damage__A8__A17),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
