/* SPDX-License-Identifier: MIT */
/*
 * clock: reading time, and times and durations as text.
 *
 * Only what waits or starts something (loop, modes, demo, sim) reads the clock; everybody else is
 * handed a struct moment, so that tests choose it. Ages and deadlines use `ms` alone; `wall_ms` is
 * only ever shown or compared with a time the server sent.
 */
#ifndef BLFTOP_BASE_CLOCK_H
#define BLFTOP_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct moment {
    int64_t ms;      /* CLOCK_BOOTTIME (goes on while the machine sleeps), milliseconds */
    int64_t wall_ms; /* Unix time, milliseconds */
};

#define CLOCK_SPAN_MAX 24 /* bytes that hold any text made here */

/* The time now. */
struct moment clock_read(void);

/* Reads ISO 8601 as the server sends it: 2011-02-10T15:10:55Z, or with an offset (+03:00, +0300),
 * or with fractions of a second (dropped). False, and *unix_s untouched, for anything else. */
bool clock_parse_iso8601(const char *text, size_t length, int64_t *unix_s);

/* Reads a duration in a unit the filter grammar knows: 90s, 10m, 2h, 1d, or plain seconds. */
bool clock_parse_duration(const char *text, size_t length, int64_t *ms);

/* "2026-11-23T20:51:44Z". Times outside of years 0000 to 9999 give "-". */
void clock_format_utc(char out[static CLOCK_SPAN_MAX], int64_t unix_s);

/* "20:51:44" in the local time zone. */
void clock_format_time(char out[static CLOCK_SPAN_MAX], int64_t unix_s);

/* "2026-11-23 20:51:44" in the local time zone; `zone` (8 bytes, or NULL) gets "+01:00". */
void clock_format_date(char out[static CLOCK_SPAN_MAX], char *zone, int64_t unix_s);

/* At most four columns: "5s", "12m", "3h", "41d", "9y". Negative spans count as 0. */
void clock_format_short(char out[static CLOCK_SPAN_MAX], int64_t ms);

/* At most six columns, of two units where the smaller one says something: "5s", "1m38s", "1h59m",
 * "2d03h", "412d". Negative spans count as 0. */
void clock_format_wait(char out[static CLOCK_SPAN_MAX], int64_t ms);

/* "00:12:04", beyond a day "1d 04:10:33"; negative spans with a leading "-". */
void clock_format_span(char out[static CLOCK_SPAN_MAX], int64_t ms);

#endif
