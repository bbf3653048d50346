/* SPDX-License-Identifier: MIT */
/*
 * json_scan: where a JSON value ends, found without building it.
 *
 * Two ways of looking: an entry is stepped over by its braces alone, at near memory speed, because
 * what is wrong inside of it is its own affair; all else on a page is stepped over strictly, by RFC
 * 8259's grammar. What the grammar allows and jansson does not (numbers of any size, NUL and half
 * of a surrogate pair as escapes) is no reason to lose a page for a member that nobody reads.
 * Allocates nothing and knows no members.
 */
#ifndef BLFTOP_UAPI_JSON_SCAN_H
#define BLFTOP_UAPI_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_SCAN_DEPTH_MAX 64 /* nesting that json_scan_value follows */

/* Every step that fails leaves `at` where it failed; at == end: the text ended too early. */
struct json_scan {
    const char *json; /* borrowed */
    size_t at;
    size_t end;
};

/* Is it one of JSON's four blanks? */
static inline bool json_scan_is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Steps over blanks. False if nothing is left. Here because it stands twice in every entry's way.
 */
static inline bool json_scan_blanks(struct json_scan *scan)
{
    while (scan->at < scan->end && json_scan_is_blank(scan->json[scan->at]))
        scan->at++;
    return scan->at < scan->end;
}

/* Steps over a string whose opening quote is at `at`. What is in it is not judged. */
bool json_scan_string(struct json_scan *scan);

/* Steps over an object by its braces outside of strings. What else is in it is not judged. */
bool json_scan_object(struct json_scan *scan);

/* Steps over any value of RFC 8259 that is nested JSON_SCAN_DEPTH_MAX deep at most. */
bool json_scan_value(struct json_scan *scan);

#endif
