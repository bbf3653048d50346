/* SPDX-License-Identifier: MIT */
/*
 * Dates, durations and waits. The bytes are read as a date and as a duration; what is read can be
 * written, and reads back as the same. The first 16 of them are also numbers for the poller, whose
 * waits stay within bounds whatever a server asks for.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "poll/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BRIEF_MAX 4 /* columns of clock_format_short */
#define WAIT_MAX 6  /* columns of clock_format_wait */
#define FORM_LENGTH (sizeof "2011-02-10T15:10:55Z" - 1)
#define DATE_LENGTH (sizeof "2011-02-10" - 1)
#define NOW_MAX (INT64_C(1) << 50)

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A date that is read can be written again; nothing is touched by what is none. */
static void check_date(const char *text, size_t length)
{
    char written[CLOCK_SPAN_MAX];
    char local[CLOCK_SPAN_MAX];
    char zone[8];
    int64_t time = 77;
    int64_t again = 0;
    if (!clock_parse_iso8601(text, length, &time)) {
        require(time == 77);
        return;
    }
    clock_format_utc(written, time);
    require(clock_parse_iso8601(written, strlen(written), &again) && again == time);
    require(strlen(written) == FORM_LENGTH);
    bool is_in_form = length == FORM_LENGTH && text[FORM_LENGTH - 1] == 'Z';
    if (is_in_form && memcmp(text + FORM_LENGTH - 3, "60", 2) != 0) { /* but for a leap second */
        require(memcmp(text, written, DATE_LENGTH) == 0);
        require(memcmp(text + DATE_LENGTH + 1, written + DATE_LENGTH + 1,
                       FORM_LENGTH - DATE_LENGTH - 1) == 0);
    }
    clock_format_date(local, zone, time);
    clock_format_time(local, time);
    require(strlen(local) == strlen("20:51:44"));
}

/* A duration that is read is not negative; nothing is touched by what is none. */
static void check_duration(const char *text, size_t length)
{
    int64_t ms = -77;
    bool is_read = clock_parse_duration(text, length, &ms);
    require(is_read ? ms >= 0 && ms % 1000 == 0 : ms == -77);
}

/* Any number is a span of few columns, and any time has a form. */
static void check_number(int64_t number)
{
    char text[CLOCK_SPAN_MAX];
    int64_t again;
    clock_format_short(text, number);
    require(strlen(text) >= 2 && strlen(text) <= BRIEF_MAX);
    clock_format_wait(text, number);
    require(strlen(text) >= 2 && strlen(text) <= WAIT_MAX);
    clock_format_span(text, number);
    require(strlen(text) >= strlen("00:00:00") && (number >= 0 || text[0] == '-'));
    clock_format_utc(text, number);
    bool has_form = clock_parse_iso8601(text, strlen(text), &again);
    require(has_form ? again == number : strcmp(text, "-") == 0);
    clock_format_time(text, number);
    clock_format_date(text, NULL, number);
    int64_t wait = schedule_retry_after_ms(number);
    require(wait >= 0 && wait <= SCHEDULE_RETRY_AFTER_MAX_MS);
    require(number < 0 || number > 900 || wait == number * 1000);
}

/* However often it fails, and whatever it was told, the poller waits within bounds. */
static void check_failures(int64_t retry_after_s, const uint8_t *bytes, size_t count)
{
    struct schedule schedule;
    int64_t now = (int64_t)bytes[0] * 1000003;
    schedule_init(&schedule, 1000 + bytes[0] * 37, now, bytes[0] / 256.0);
    require(schedule.next_ms >= now && schedule.next_ms < now + schedule.interval_ms);
    for (size_t i = 0; i < count && now < NOW_MAX; i++) {
        double chance = bytes[i] / 256.0;
        enum schedule_trouble trouble = (enum schedule_trouble)(bytes[i] % 3);
        schedule_start(&schedule, now);
        require(!schedule_ask_now(&schedule, now));
        now += bytes[i] * INT64_C(97);
        if (bytes[i] % 7 == 6) {
            schedule_succeed(&schedule, now, chance);
            require(schedule.next_ms >= now);
            require(schedule.next_ms <= now + schedule.interval_ms * 3 / 2);
            require(schedule.failures == 0);
        } else {
            int64_t asked = schedule_retry_after_ms(retry_after_s);
            schedule_fail(&schedule, now, chance, retry_after_s, trouble);
            require(schedule.next_ms >= now + asked);
            require(schedule.next_ms <= now + asked + SCHEDULE_BACKOFF_CAP_MS);
            require(trouble != SCHEDULE_REFUSED ||
                    schedule.next_ms >= now + SCHEDULE_BACKOFF_CAP_MS / 2);
            require(schedule.failures > 0);
        }
        now = schedule.next_ms + (bytes[i] & 1) * INT64_C(3000);
    }
    require(schedule_backoff_ms(bytes[0] * 1000003u, bytes[0] / 256.0) <= SCHEDULE_BACKOFF_CAP_MS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t numbers[2];
    check_date((const char *)data, size);
    check_duration((const char *)data, size);
    if (size <= sizeof numbers)
        return 0;
    memcpy(numbers, data, sizeof numbers);
    check_number(numbers[0]);
    check_number(numbers[1] % 100000);
    check_failures(numbers[1], data + sizeof numbers, size - sizeof numbers);
    return 0;
}
