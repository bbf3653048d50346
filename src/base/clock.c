/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define DAY_S 86400
#define YEAR_MIN_S (-62167219200LL) /* 0000-01-01T00:00:00Z */
#define YEAR_MAX_S 253402300799LL   /* 9999-12-31T23:59:59Z */

/* A clock's time in milliseconds. Without one nothing on the screen would be true. */
static int64_t read_ms(clockid_t id)
{
    struct timespec time;
    if (clock_gettime(id, &time) != 0)
        die("cannot read the clock: %s", strerror(errno));
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

struct moment clock_read(void)
{
    return (struct moment){.ms = read_ms(CLOCK_BOOTTIME), .wall_ms = read_ms(CLOCK_REALTIME)};
}

/* Text that is being read. */
struct reader {
    const char *at;
    const char *end;
};

/* Reads exactly `count` digits. */
static bool read_digits(struct reader *reader, int count, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, reader->at++) {
        if (reader->at == reader->end || *reader->at < '0' || *reader->at > '9')
            return false;
        *number = *number * 10 + (*reader->at - '0');
    }
    return true;
}

/* Steps over one of these characters. */
static bool read_one_of(struct reader *reader, const char *characters)
{
    if (reader->at == reader->end || *reader->at == '\0' || !strchr(characters, *reader->at))
        return false;
    reader->at++;
    return true;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar (Howard Hinnant,
 * "chrono-compatible low-level date algorithms"). */
static int64_t days_of(int year, int month, int day)
{
    int64_t shifted = month <= 2 ? year - 1 : year;
    int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* Days of a month. */
static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

/* Reads "Z", "+03:00", "+0300" or nothing (taken for Z) as seconds east of UTC. */
static bool read_zone(struct reader *reader, int64_t *east_s)
{
    int hours, minutes;
    *east_s = 0;
    if (reader->at == reader->end || read_one_of(reader, "Zz"))
        return true;
    int64_t sign = *reader->at == '-' ? -1 : 1;
    if (!read_one_of(reader, "+-") || !read_digits(reader, 2, &hours))
        return false;
    read_one_of(reader, ":");
    if (!read_digits(reader, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *east_s = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* Steps over ".123". */
static bool read_fraction(struct reader *reader)
{
    int digit;
    if (!read_one_of(reader, ".,"))
        return true;
    if (!read_digits(reader, 1, &digit))
        return false;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return true;
}

bool clock_parse_iso8601(const char *text, size_t length, int64_t *unix_s)
{
    struct reader reader = {text, text + length};
    int year, month, day, hour, minute, second;
    int64_t east_s;
    bool is_read = read_digits(&reader, 4, &year) && read_one_of(&reader, "-") &&
                   read_digits(&reader, 2, &month) && read_one_of(&reader, "-") &&
                   read_digits(&reader, 2, &day) && read_one_of(&reader, "Tt ") &&
                   read_digits(&reader, 2, &hour) && read_one_of(&reader, ":") &&
                   read_digits(&reader, 2, &minute) && read_one_of(&reader, ":") &&
                   read_digits(&reader, 2, &second) && read_fraction(&reader) &&
                   read_zone(&reader, &east_s) && reader.at == reader.end;
    if (!is_read || month < 1 || month > 12 || day < 1 || day > month_days(year, month) ||
        hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t time = days_of(year, month, day) * DAY_S + (int64_t)hour * 3600 + (int64_t)minute * 60 +
                   second - east_s;
    if (time < YEAR_MIN_S || time > YEAR_MAX_S) /* by its zone: it could not be written again */
        return false;
    *unix_s = time;
    return true;
}

/* Milliseconds of a unit; 0 for an unknown one. */
static int64_t unit_ms(char unit)
{
    switch (unit) {
    case 's':
        return 1000;
    case 'm':
        return INT64_C(60) * 1000;
    case 'h':
        return INT64_C(3600) * 1000;
    case 'd':
        return (int64_t)DAY_S * 1000;
    default:
        return 0;
    }
}

bool clock_parse_duration(const char *text, size_t length, int64_t *ms)
{
    int64_t number = 0;
    int64_t unit = 1000;
    size_t at = 0;
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, text[at] - '0', &number))
            return false;
    }
    if (at == 0)
        return false;
    if (at < length)
        unit = unit_ms(text[at++]);
    if (unit == 0 || at != length || __builtin_mul_overflow(number, unit, &number))
        return false;
    *ms = number;
    return true;
}

/* Breaks a time down in the local zone. False for times that years 0000 to 9999 do not hold. */
static bool to_local(int64_t unix_s, struct tm *parts)
{
    time_t time = (time_t)unix_s;
    return unix_s >= YEAR_MIN_S && unix_s <= YEAR_MAX_S && localtime_r(&time, parts) != NULL;
}

void clock_format_utc(char out[static CLOCK_SPAN_MAX], int64_t unix_s)
{
    struct tm parts;
    time_t time = (time_t)unix_s;
    if (unix_s < YEAR_MIN_S || unix_s > YEAR_MAX_S || !gmtime_r(&time, &parts))
        snprintf(out, CLOCK_SPAN_MAX, "-");
    else
        snprintf(out, CLOCK_SPAN_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ",
                 (unsigned)(parts.tm_year + 1900) % 10000, (unsigned)(parts.tm_mon + 1) % 100,
                 (unsigned)parts.tm_mday % 100, (unsigned)parts.tm_hour % 100,
                 (unsigned)parts.tm_min % 100, (unsigned)parts.tm_sec % 100);
}

void clock_format_time(char out[static CLOCK_SPAN_MAX], int64_t unix_s)
{
    struct tm parts;
    if (!to_local(unix_s, &parts) || strftime(out, CLOCK_SPAN_MAX, "%H:%M:%S", &parts) == 0)
        snprintf(out, CLOCK_SPAN_MAX, "-");
}

void clock_format_date(char out[static CLOCK_SPAN_MAX], char *zone, int64_t unix_s)
{
    struct tm parts;
    char raw[8] = "";
    bool is_known = to_local(unix_s, &parts);
    if (!is_known || strftime(out, CLOCK_SPAN_MAX, "%Y-%m-%d %H:%M:%S", &parts) == 0)
        snprintf(out, CLOCK_SPAN_MAX, "-");
    if (!zone)
        return;
    if (is_known && strftime(raw, sizeof raw, "%z", &parts) == 5)
        snprintf(zone, 8, "%.3s:%.2s", raw, raw + 3);
    else
        snprintf(zone, 8, "-");
}

void clock_format_short(char out[static CLOCK_SPAN_MAX], int64_t ms)
{
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = {{365 * (int64_t)DAY_S, 'y'}, {DAY_S, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    size_t i = 0;
    while (i < 4 && seconds < units[i].seconds)
        i++;
    int64_t number = seconds / units[i].seconds;
    snprintf(out, CLOCK_SPAN_MAX, "%d%c", number < 999 ? (int)number : 999, units[i].unit);
}

void clock_format_wait(char out[static CLOCK_SPAN_MAX], int64_t ms)
{
    static const struct {
        int64_t seconds;
        int64_t part; /* of the smaller unit */
        int64_t most; /* from here on the smaller unit says nothing */
        char unit;
        char smaller;
    } units[] = {{DAY_S, 3600, 10, 'd', 'h'}, {3600, 60, 24, 'h', 'm'}, {60, 1, 60, 'm', 's'}};
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int64_t number = seconds / units[i].seconds;
        int rest = (int)(seconds % units[i].seconds / units[i].part);
        if (number < 1)
            continue;
        if (rest > 0 && number < units[i].most)
            snprintf(out, CLOCK_SPAN_MAX, "%d%c%02d%c", (int)number, units[i].unit, rest,
                     units[i].smaller);
        else
            snprintf(out, CLOCK_SPAN_MAX, "%d%c", number < 99999 ? (int)number : 99999,
                     units[i].unit);
        return;
    }
    snprintf(out, CLOCK_SPAN_MAX, "%ds", (int)seconds);
}

void clock_format_span(char out[static CLOCK_SPAN_MAX], int64_t ms)
{
    const char *sign = ms < 0 ? "-" : "";
    uint64_t seconds = (ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms) / 1000;
    unsigned of_day = (unsigned)(seconds % DAY_S);
    uint64_t days = seconds / DAY_S;
    if (days > 999999)
        days = 999999;
    if (days > 0)
        snprintf(out, CLOCK_SPAN_MAX, "%s%ud %02u:%02u:%02u", sign, (unsigned)days, of_day / 3600,
                 of_day / 60 % 60, of_day % 60);
    else
        snprintf(out, CLOCK_SPAN_MAX, "%s%02u:%02u:%02u", sign, of_day / 3600, of_day / 60 % 60,
                 of_day % 60);
}
