/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/filter.h"

#define NOW_MS 100000000
#define WALL_S 1700000000
#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* One row a letter; each contact is agent, expiry after now in seconds, state. */
static struct registration yealink[] = {{(char[]){"Yealink SIP-T46S 66.86"}, WALL_S + 30, 1}};
static struct registration bria[] = {{(char[]){"Bria 6.5.1 (iOS)"}, WALL_S - 9, -1},
                                     {(char[]){"3CXPhone 5.0"}, WALL_S + 600, 1}};
static struct registration cisco[] = {{(char[]){"Cisco-CP8841/12.8.1"}, EXPIRES_NONE, -2}};
static struct registration odd[] = {{NULL, EXPIRES_NONE, 9}};
static struct registration fixed[] = {{(char[]){"foo:bar \"T\""}, EXPIRES_NONE, 2}};
static struct registration refused[] = {{NULL, WALL_S - 100, -1}};

/* A row that is alive. */
#define ROW(number_, status_, contacts_, count_, listed_, lamp_)                                   \
    .is_used = true, .lamp = (lamp_), .last_seen_ms = NOW_MS,                                      \
    .extension = {.number = (char[]){number_},                                                     \
                  .status = (status_),                                                             \
                  .registrations = (contacts_),                                                    \
                  .registration_count = (count_),                                                  \
                  .has_list = (listed_)}

static const struct row rows[] = {
    {ROW("0003*210", 1, yealink, 1, true, LAMP_ONLINE), .name = "Front Desk",
     .since_ms = NOW_MS - 2 * HOUR, .is_since_exact = true},
    {ROW("0003*211", 3, bria, 2, true, LAMP_BUSY), .since_ms = NOW_MS - 10 * MINUTE,
     .is_since_exact = true},
    {ROW("0003*240", 1, cisco, 1, true, LAMP_EXPIRED), .name = "Lab", .since_ms = NOW_MS - MINUTE},
    {ROW("0004*210", 0, odd, 1, true, LAMP_UNKNOWN), .since_ms = NOW_MS - 3 * HOUR, .server = 1},
    {ROW("0004*2100", 1, fixed, 1, true, LAMP_STATIC), .since_ms = NOW_MS - 30 * MINUTE,
     .is_since_exact = true, .server = 1},
    {ROW("0005*1", 0, NULL, 0, true, LAMP_OFFLINE), .since_ms = NOW_MS, .is_since_exact = true,
     .server = 2},
    {ROW("0005*2", 2, NULL, 0, false, LAMP_RINGING), .gone_ms = NOW_MS - HOUR, .gone_polls = 1,
     .is_since_exact = true, .server = 2},
    {ROW("0005*3", 3, refused, 1, true, LAMP_MISMATCH), .since_ms = NOW_MS - HOUR, .server = 2},
};

#define FEED(name_)                                                                                \
    {                                                                                              \
        .name = (char[]){name_}, .interval_ms = 5000, .last_good_ms = NOW_MS,                      \
        .failing_since_ms = SERVER_STATUS_NEVER, .partial_since_ms = SERVER_STATUS_NEVER           \
    }

static const struct server_status feeds[] = {FEED("hq"), FEED("Lab-East")};
static const struct filter_scope scope = {{NOW_MS, WALL_S *INT64_C(1000)}, feeds, 2};

/* Filters the rows and compares them, by letter from A, with `expected`. */
static void assert_filters(const char *text, const char *expected)
{
    struct filter query;
    struct error error = {.kind = ERROR_NONE};
    char found[COUNT_OF(rows) + 1] = "";
    size_t length = 0;
    if (!filter_compile(&query, text, NULL, &error))
        fail_msg("%s: %s", text, error.text);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (filter_matches(&query, &rows[i], &scope))
            found[length++] = (char)('A' + i);
    }
    filter_clear(&query);
    if (strcmp(found, expected) != 0)
        fail_msg("%s: found %s, not %s", text, found, expected);
}

/* The text is refused at this byte, with these words in the reason. */
static void assert_mistake(const char *text, size_t at, const char *words)
{
    struct filter query;
    struct error error = {.kind = ERROR_NONE};
    size_t mistake_at = SIZE_MAX;
    if (filter_compile(&query, text, &mistake_at, &error))
        fail_msg("%s: taken", text);
    assert_int_equal(error.kind, ERROR_USAGE);
    if (mistake_at != at || strstr(error.text, words) == NULL)
        fail_msg("%s: at %zu: %s", text, mistake_at, error.text);
    assert_null(query.terms);
    assert_int_equal(query.count, 0);
    assert_false(query.depends_on_time);
    assert_false(filter_compile(&query, text, NULL, NULL));
}

static void filter__empty_matches_everything(void **state)
{
    (void)state;
    assert_filters("", "ABCDEFGH");
    assert_filters(" \t ", "ABCDEFGH");
}

static void filter__bare_word_is_in_number_name_or_agent(void **state)
{
    (void)state;
    assert_filters("0003", "ABC");
    assert_filters("*210", "ADE");
    assert_filters("DESK", "A");
    assert_filters("yeaLINK", "A");
    assert_filters("3cx", "B");
    assert_filters("lab", "C");
    assert_filters("nowhere", "");
    assert_filters("\"sip-t46s 66\"", "A");
    assert_filters("\"foo:bar\"", "E");
    assert_filters("66.86!", "");
    assert_filters("cp8841/12.8.1x", "");
}

static void filter__all_terms_hold(void **state)
{
    (void)state;
    assert_filters("0003 desk", "A");
    assert_filters("  0003\t21 ", "AB");
    assert_filters("0003 !desk !lamp:exp", "B");
    assert_filters("desk lab", "");
}

static void filter__exclamation_mark_excludes(void **state)
{
    (void)state;
    assert_filters("!0003", "DEFGH");
    assert_filters("!\"front desk\"", "BCDEFGH");
    assert_filters("!agent:yealink", "BCDEFGH");
    assert_filters("!ext:0003*2", "DEFGH");
    assert_filters("!~^0003", "DEFGH");
    assert_filters("!problem", "ABE");
}

static void filter__fields_look_in_their_own_place(void **state)
{
    (void)state;
    assert_filters("ext:0003*2", "ABC");
    assert_filters("ext:0004*210", "DE");
    assert_filters("ext:*210", "");
    assert_filters("ext:0004*21000", "");
    assert_filters("agent:lab", "");
    assert_filters("agent:\"3CXPhone 5\"", "B");
    assert_filters("agent:BRIA", "B");
    assert_filters("name:d", "A");
    assert_filters("NAME:lab", "C");
    assert_filters("name:210", "");
    assert_filters("server:lab", "DE");
    assert_filters("server:HQ", "ABC");
    assert_filters("!server:hq", "DEFGH");
}

static void filter__lamps_by_name_or_code(void **state)
{
    (void)state;
    assert_filters("lamp:busy", "B");
    assert_filters("lamp:busy,RNG,Online", "ABG");
    assert_filters("lamp:n/a", "E");
    assert_filters("lamp:offline,expired,mismatch,unknown,static", "CDEFH");
    assert_filters("!lamp:busy", "ACDEFGH");
}

static void filter__registrations_by_word_or_number(void **state)
{
    (void)state;
    assert_filters("reg:registered", "AB");
    assert_filters("reg:expired", "C");
    assert_filters("reg:none", "E");
    assert_filters("reg:unnecessary", "E");
    assert_filters("reg:unregistered", "BFH");
    assert_filters("reg:Not", "BFH");
    assert_filters("reg:unknown", "D");
    assert_filters("reg:9", "D");
    assert_filters("reg:0", "");
    assert_filters("reg:-1", "BFH");
    assert_filters("reg:-2,2", "CE");
    assert_filters("!reg:1", "CDEFGH");
    assert_filters("reg:2147483647", "");
    assert_filters("reg:-2147483647", "");
}

static void filter__problem_is_severe_or_gone(void **state)
{
    (void)state;
    assert_filters("problem", "CDFGH");
    assert_filters("PROBLEM 0005", "FGH");
    assert_filters("\"problem\"", "");
}

static void filter__for_compares_the_lamps_age(void **state)
{
    (void)state;
    assert_filters("for>10m", "ADEGH");
    assert_filters("for>=10m", "ABDEGH");
    assert_filters("for>2h", "D");
    /* F has no server that is known of: what it is now nobody can say. */
    assert_filters("for<=30m", "BE");
    assert_filters("for<30m", "B");
    assert_filters("for>600", "ADEGH");
    assert_filters("!for<30m", "ACDEFGH");
}

static void filter__expires_compares_the_best_contact(void **state)
{
    (void)state;
    assert_filters("expires<60s", "AH");
    assert_filters("expires<0s", "H");
    assert_filters("expires>60s", "B");
    assert_filters("expires<=30s", "AH");
    assert_filters("expires>=30", "AB");
    assert_filters("!expires>1s", "CDEFGH");
}

static void filter__expires_survives_any_time(void **state)
{
    (void)state;
    struct registration contact = {NULL, INT64_MAX, 1};
    const struct row row = {ROW("1", 1, &contact, 1, true, LAMP_ONLINE)};
    struct filter sooner;
    struct filter later;
    assert_true(filter_compile(&sooner, "expires<1h", NULL, NULL));
    assert_true(filter_compile(&later, "expires>1h", NULL, NULL));
    assert_false(filter_matches(&sooner, &row, &scope));
    assert_true(filter_matches(&later, &row, &scope));
    contact.expires = INT64_MIN + 1;
    assert_true(filter_matches(&sooner, &row, &scope));
    assert_false(filter_matches(&later, &row, &scope));
    filter_clear(&sooner);
    filter_clear(&later);
}

static void filter__regex_looks_at_each_text_alone(void **state)
{
    (void)state;
    assert_filters("~^0003.2[14]0$", "AC");
    assert_filters("~bria|CISCO", "BC");
    assert_filters("~^3cx", "B");
    assert_filters("~\"t desk$\"", "A");
    assert_filters("~210.*desk", "");
    assert_filters("~\\*2100", "E");
    assert_filters("~210 desk", "A");
}

static void filter__quotes_in_the_middle_are_ordinary(void **state)
{
    (void)state;
    assert_filters("bar\"", "");
    assert_filters("r\"", "");
    assert_filters("\" \"", "ABE");
    assert_filters("agent:r\"", "");
    assert_filters("T\"", "E");
}

static void filter__knows_whether_time_matters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool depends;
    } cases[] = {{"for>1m", true},   {"0003 !expires<1m 2", true}, {"for", false},
                 {"expires", false}, {"lamp:busy", false},         {"", false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct filter query;
        assert_true(filter_compile(&query, cases[i].text, NULL, NULL));
        assert_int_equal(query.depends_on_time, cases[i].depends);
        filter_clear(&query);
    }
}

static void filter_compile__tells_the_mistake_and_its_place(void **state)
{
    (void)state;
    assert_mistake("!", 0, "a term must follow !");
    assert_mistake("0003 ! x", 5, "a term must follow !");
    assert_mistake("!!x", 0, "one ! is enough");
    assert_mistake("a lamp:", 2, "like lamp:busy,ringing");
    assert_mistake("lamp:bu", 0, "unknown state 'bu'; expected online, ringing");
    assert_mistake("lamp:busy,", 0, "unknown state ''");
    assert_mistake("lamp:,busy", 0, "unknown state ''");
    assert_mistake("lamp>busy", 0, "lamp is written like lamp:busy,ringing");
    assert_mistake("a !foo:bar", 2, "'foo' is no field: ext: agent:");
    assert_mistake("foo:bar", 0, "quote it: \"foo:");
    assert_mistake("age>1h", 0, "'age' is no field");
    assert_mistake("ext:", 0, "like ext:0003*2");
    assert_mistake("agent:\"\"", 0, "something must follow agent:");
    assert_mistake("name: x", 0, "something must follow name:");
    assert_mistake("reg:yes", 0, "'yes' is no registration: registered");
    assert_mistake("reg:1-", 0, "no registration");
    assert_mistake("reg:--1", 0, "no registration");
    assert_mistake("reg:-", 0, "no registration");
    assert_mistake("reg:1,,2", 0, "no registration");
    assert_mistake("reg:2147483648", 0, "no registration");
    assert_mistake("reg:-2147483648", 0, "no registration");
    assert_mistake("reg:99999999999999", 0, "no registration");
    assert_mistake("for:10m", 0, "for is written like for>10m");
    assert_mistake("for=10m", 0, "for is written like for>10m");
    assert_mistake("expires=<5", 0, "expires is written like expires<60s");
    assert_mistake("for>", 0, "something must follow for>");
    assert_mistake("for>= 10m", 0, "something must follow for>");
    assert_mistake("for>10x", 0, "'10x' is no duration: write 90s");
    assert_mistake("x ~", 2, "a regex must follow ~");
    assert_mistake("x ~(", 2, "not a regex");
    assert_mistake("~(a)\\1", 0, "back-references");
    assert_mistake("\"open", 0, "the quote is not closed");
    assert_mistake("agent:\"open x", 0, "the quote is not closed");
    assert_mistake("\"a\"b", 0, "a blank must follow");
    assert_mistake("x \"\"", 2, "between the quotes");
}

static void filter_compile__quotes_no_unsafe_byte(void **state)
{
    (void)state;
    struct filter query;
    struct error error = {.kind = ERROR_NONE};
    assert_false(filter_compile(&query, "lamp:\033[2J\xc2\x9b", NULL, &error));
    assert_null(strchr(error.text, '\033'));
    assert_null(strstr(error.text, "\xc2\x9b"));
}

static void filter_compile__bounds_bytes_and_terms(void **state)
{
    (void)state;
    char text[FILTER_BYTES_MAX + 2];
    memset(text, 'a', sizeof text);
    text[FILTER_BYTES_MAX] = '\0';
    assert_filters(text, "");
    text[FILTER_BYTES_MAX] = 'a';
    text[FILTER_BYTES_MAX + 1] = '\0';
    assert_mistake(text, FILTER_BYTES_MAX, "at most 511 bytes");
    for (size_t i = 0; i < FILTER_TERMS_MAX; i++)
        memcpy(text + 2 * i, "0 ", 2);
    text[2 * FILTER_TERMS_MAX] = '\0';
    assert_filters(text, "ABCDEFGH");
    memcpy(text + 2 * FILTER_TERMS_MAX, "0", 2);
    assert_mistake(text, 2 * FILTER_TERMS_MAX, "at most 64 terms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter__empty_matches_everything),
        cmocka_unit_test(filter__bare_word_is_in_number_name_or_agent),
        cmocka_unit_test(filter__all_terms_hold),
        cmocka_unit_test(filter__exclamation_mark_excludes),
        cmocka_unit_test(filter__fields_look_in_their_own_place),
        cmocka_unit_test(filter__lamps_by_name_or_code),
        cmocka_unit_test(filter__registrations_by_word_or_number),
        cmocka_unit_test(filter__problem_is_severe_or_gone),
        cmocka_unit_test(filter__for_compares_the_lamps_age),
        cmocka_unit_test(filter__expires_compares_the_best_contact),
        cmocka_unit_test(filter__expires_survives_any_time),
        cmocka_unit_test(filter__regex_looks_at_each_text_alone),
        cmocka_unit_test(filter__quotes_in_the_middle_are_ordinary),
        cmocka_unit_test(filter__knows_whether_time_matters),
        cmocka_unit_test(filter_compile__tells_the_mistake_and_its_place),
        cmocka_unit_test(filter_compile__quotes_no_unsafe_byte),
        cmocka_unit_test(filter_compile__bounds_bytes_and_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
