/* SPDX-License-Identifier: MIT */
/* The report as JSON, version 1: one object, one line an extension, keys in a stable order. */
#include <jansson.h>
#include <stdlib.h>

#include "report/json.h"

#include "base/mem.h"
#include "report/report.h"

#define JSON_FORM (JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY)

/* Ends the program for want of memory, the only way building a value of safe text can fail. */
static json_t *must(json_t *value)
{
    if (!value)
        die("out of memory");
    return value;
}

/* A string, or null for NULL. */
static json_t *string_or_null(const char *text)
{
    return must(text ? json_string(text) : json_null());
}

/* A number, or null for one that the server did not send. */
static json_t *number_or_null(int32_t number)
{
    return must(number == NUMBER_NONE ? json_null() : json_integer(number));
}

/* A time, or null for none. */
static json_t *time_or_null(bool is_known, int64_t unix_s)
{
    char text[CLOCK_SPAN_MAX];
    if (!is_known)
        return string_or_null(NULL);
    clock_format_utc(text, unix_s);
    return string_or_null(text);
}

/* Sets a member; the value is taken over. */
static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        die("out of memory");
}

/* Appends an element; the value is taken over. */
static void push(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        die("out of memory");
}

/* Appends a value's text and drops the value. It is written into memory of ours: json_dumps leaves
 * out keys for which it gets none, and reports success (jansson 2.14). */
static void write_value(struct buffer *out, json_t *value)
{
    size_t length = json_dumpb(value, NULL, 0, JSON_FORM);
    char *text = mem_new(length + 1, 1);
    if (length == 0 || json_dumpb(value, text, length, JSON_FORM) != length)
        die("out of memory");
    buffer_append(out, text, length);
    free(text);
    json_decref(value);
}

/* One watched server. */
static json_t *server_status_value(const struct server_status *feed)
{
    json_t *value = must(json_object());
    set(value, "name", string_or_null(feed->name));
    set(value, "url", string_or_null(feed->url));
    set(value, "fetched_at",
        time_or_null(feed->last_good_ms != SERVER_STATUS_NEVER, feed->last_good_wall));
    set(value, "complete", must(json_boolean(feed->is_complete && feed->rejected == 0)));
    set(value, "error", string_or_null(error_is_set(&feed->error) ? feed->error.text : NULL));
    return value;
}

/* One contact. */
static json_t *registration_value(const struct registration *registration)
{
    json_t *value = must(json_object());
    set(value, "agent", string_or_null(registration->agent));
    set(value, "state", number_or_null(registration->state));
    set(value, "expires",
        time_or_null(registration->expires != EXPIRES_NONE, registration->expires));
    return value;
}

/* One extension. */
static json_t *row_value(const struct report *report, const struct row *row)
{
    const struct extension *extension = &row->extension;
    json_t *value = must(json_object());
    json_t *registrations = must(json_array());
    set(value, "server", string_or_null(report->feeds[row->server].name));
    set(value, "extension", string_or_null(extension->number));
    set(value, "name", string_or_null(row->name));
    set(value, "lamp", string_or_null(lamp_info(row->lamp)->name));
    set(value, "status", number_or_null(extension->status));
    for (uint32_t i = 0; i < extension->registration_count; i++)
        push(registrations, registration_value(&extension->registrations[i]));
    set(value, "registrations", registrations);
    return value;
}

/* Rows by lamp, every lamp named. */
static json_t *counts_value(const struct report *report)
{
    size_t lamps[LAMP_COUNT];
    json_t *value = must(json_object());
    report_count(report, lamps);
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++)
        set(value, lamp_info((enum lamp)lamp)->name, must(json_integer((json_int_t)lamps[lamp])));
    return value;
}

void report_write_json(const struct report *report, struct buffer *out)
{
    json_t *servers = must(json_array());
    for (size_t i = 0; i < report->server_status_count; i++)
        push(servers, server_status_value(&report->feeds[i]));

    buffer_printf(out, "{\"version\":1,\"complete\":%s,\"servers\":",
                  report_is_complete(report) ? "true" : "false");
    write_value(out, servers);
    buffer_printf(out, ",\n \"total\":%zu,\"counts\":", report->listing->count);
    write_value(out, counts_value(report));
    buffer_puts(out, ",\n \"extensions\":[");
    for (size_t i = 0; i < report->listing->count; i++) {
        buffer_puts(out, i == 0 ? "\n  " : ",\n  ");
        write_value(out, row_value(report, report_row(report, i)));
    }
    buffer_puts(out, "]}\n");
}
