/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static void clock_parse_iso8601__forms_the_server_sends__are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t unix_s;
    } rows[] = {
        {"2011-02-10T15:10:55Z", 1297350655},
        {"2012-06-27T16:08:55+03:00", 1340802535},
        {"2012-06-27T16:08:55+0300", 1340802535},
        {"2012-06-27T10:08:55-03:00", 1340802535},
        {"2011-02-10T15:10:55.123Z", 1297350655},
        {"2011-02-10 15:10:55", 1297350655},
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2024-02-29T00:00:00Z", 1709164800},
        {"2000-02-29T12:00:00Z", 951825600},
        {"2016-12-31T23:59:60Z", 1483228800},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t unix_s = 42;
        assert_true(clock_parse_iso8601(rows[i].text, strlen(rows[i].text), &unix_s));
        assert_int_equal(unix_s, rows[i].unix_s);
    }
}

static void clock_parse_iso8601__anything_else__is_refused_and_leaves_the_result(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "2011",
                                        "2011-02-10",
                                        "2011-02-30T00:00:00Z",
                                        "2023-02-29T00:00:00Z",
                                        "1900-02-29T00:00:00Z",
                                        "2011-13-01T00:00:00Z",
                                        "2011-00-01T00:00:00Z",
                                        "2011-01-00T00:00:00Z",
                                        "2011-01-01T24:00:00Z",
                                        "2011-01-01T00:60:00Z",
                                        "2011-01-01T00:00:61Z",
                                        "2011-01-01T00:00:00Zx",
                                        "2011-01-01T00:00:00+3",
                                        "2011-01-01T00:00:00+24:00",
                                        "2011-01-01T00:00:00.Z",
                                        " 2011-01-01T00:00:00Z",
                                        "20110101T000000Z",
                                        "2011-1-1T0:0:0Z",
                                        "-011-01-01T00:00:00Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t unix_s = 42;
        assert_false(clock_parse_iso8601(wrong[i], strlen(wrong[i]), &unix_s));
        assert_int_equal(unix_s, 42);
    }
}

static void clock_format_utc__what_it_writes__is_read_back(void **state)
{
    (void)state;
    for (int64_t unix_s = -62167219200; unix_s <= 253402300799; unix_s += 86400 * 37 + 12345) {
        char text[CLOCK_SPAN_MAX];
        int64_t back;
        clock_format_utc(text, unix_s);
        assert_int_equal(strlen(text), 20);
        assert_true(clock_parse_iso8601(text, 20, &back));
        assert_int_equal(back, unix_s);
    }
    char text[CLOCK_SPAN_MAX];
    clock_format_utc(text, INT64_MAX);
    assert_string_equal(text, "-");
    clock_format_utc(text, INT64_MIN);
    assert_string_equal(text, "-");
}

static void clock_parse_duration__units__are_read(void **state)
{
    (void)state;
    int64_t ms = 0;
    assert_true(clock_parse_duration("90s", 3, &ms) && ms == 90000);
    assert_true(clock_parse_duration("10m", 3, &ms) && ms == 600000);
    assert_true(clock_parse_duration("2h", 2, &ms) && ms == 7200000);
    assert_true(clock_parse_duration("1d", 2, &ms) && ms == 86400000);
    assert_true(clock_parse_duration("60", 2, &ms) && ms == 60000);
    static const char *const wrong[] = {
        "", "m", "10x", "10mm", "-1s", "1.5h", "99999999999999999999s", "9223372036854775807d"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(clock_parse_duration(wrong[i], strlen(wrong[i]), &ms));
}

static void clock_format_short__any_span__takes_four_columns_at_most(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {{-5, "0s"},
                {0, "0s"},
                {59, "59s"},
                {60, "1m"},
                {3599, "59m"},
                {3600, "1h"},
                {86399, "23h"},
                {86400, "1d"},
                {31535999, "364d"},
                {31536000, "1y"},
                {INT64_MAX / 1000, "999y"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[CLOCK_SPAN_MAX];
        clock_format_short(text, rows[i].seconds * 1000);
        assert_string_equal(text, rows[i].text);
    }
}

static void clock_format_span__days_and_signs__are_told(void **state)
{
    (void)state;
    char text[CLOCK_SPAN_MAX];
    clock_format_span(text, 724000);
    assert_string_equal(text, "00:12:04");
    clock_format_span(text, -552000);
    assert_string_equal(text, "-00:09:12");
    clock_format_span(text, (86400 + 4 * 3600 + 633) * 1000LL);
    assert_string_equal(text, "1d 04:10:33");
    clock_format_span(text, INT64_MIN);
    assert_true(strlen(text) < CLOCK_SPAN_MAX);
}

static void clock_format_date__local_zone__is_told_with_its_offset(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *date, *time, *offset;
    } rows[] = {
        {"UTC", "1970-01-01 00:00:00", "00:00:00", "+00:00"},
        {"XXX-5:30", "1970-01-01 05:30:00", "05:30:00", "+05:30"},
        {"YYY+3", "1969-12-31 21:00:00", "21:00:00", "-03:00"},
    };
    char text[CLOCK_SPAN_MAX], zone[8];
    const char *zone_before = getenv("TZ");
    char *before = zone_before ? strdup(zone_before) : NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("TZ", rows[i].zone, 1);
        tzset();
        clock_format_date(text, zone, 0);
        assert_string_equal(text, rows[i].date);
        assert_string_equal(zone, rows[i].offset);
        clock_format_time(text, 0);
        assert_string_equal(text, rows[i].time);
    }
    clock_format_date(text, NULL, INT64_MAX);
    assert_string_equal(text, "-");
    if (before)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
    free(before);
}

static void clock_read__two_readings__do_not_go_back__G2(void **state)
{
    (void)state;
    struct moment first = clock_read();
    struct moment second = clock_read();
    assert_true(second.ms >= first.ms);
    assert_true(first.wall_ms > 1700000000000);
}

/* Stands in for the C library's, once it is told to: clocks that differ by the time slept. */
static bool has_slept;

int clock_gettime(clockid_t id, struct timespec *time)
{
    if (!has_slept)
        return (int)syscall(SYS_clock_gettime, id, time);
    *time = (struct timespec){.tv_sec = id == CLOCK_BOOTTIME ? 37000 : 1000};
    return 0;
}

static void clock_read__machine_has_slept__time_has_gone_on__G2(void **state)
{
    (void)state;
    has_slept = true;
    struct moment now = clock_read();
    has_slept = false;
    assert_int_equal(now.ms, 37000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_parse_iso8601__forms_the_server_sends__are_read),
        cmocka_unit_test(clock_parse_iso8601__anything_else__is_refused_and_leaves_the_result),
        cmocka_unit_test(clock_format_utc__what_it_writes__is_read_back),
        cmocka_unit_test(clock_parse_duration__units__are_read),
        cmocka_unit_test(clock_format_short__any_span__takes_four_columns_at_most),
        cmocka_unit_test(clock_format_span__days_and_signs__are_told),
        cmocka_unit_test(clock_format_date__local_zone__is_told_with_its_offset),
        cmocka_unit_test(clock_read__machine_has_slept__time_has_gone_on__G2),
        cmocka_unit_test(clock_read__two_readings__do_not_go_back__G2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
