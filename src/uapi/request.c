/* SPDX-License-Identifier: MIT */
#include "uapi/request.h"

#include <assert.h>
#include <string.h>

#include "base/url.h"

#define EXTENSION_MAX 64 /* characters of an extended number */
#define USER_ID_MAX 20   /* digits of a numeric id */
#define DIGITS "0123456789"

/* Is the first `length` bytes of `text` one of the words? */
static bool is_one_of(const char *text, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0)
            return true;
    return false;
}

/* Appends "NAME=TEXT" with the sign before it; what the vendor's examples leave bare stays bare. */
static bool write_parameter(struct buffer *url, const char *name, const char *text)
{
    return buffer_printf(url, "&%s=", name) && url_append_escaped(url, text, "@*,");
}

/* Appends the filter's parameters, if there is a filter. */
static bool write_filter(struct buffer *url, const struct request *request)
{
    if (request->filter_value == NULL)
        return true;
    const char *by = request->filter_by != NULL ? request->filter_by : "extension";
    const char *op = request->filter_op != NULL ? request->filter_op : "startsWith";
    return write_parameter(url, "filterBy", by) && write_parameter(url, "filterOp", op) &&
           write_parameter(url, "filterValue", request->filter_value);
}

bool request_write(struct buffer *url, const struct request *request)
{
    assert(request->count >= 1 && request->count <= REQUEST_COUNT_MAX);
    assert(request->start_index >= 0 && request->start_index <= REQUEST_START_MAX);
    return buffer_puts(url, request->base) && buffer_puts(url, "/uapi/extensions/") &&
           url_append_escaped(url, request->user, "@") && buffer_puts(url, "/") &&
           url_append_escaped(url, request->extension, "@*") &&
           buffer_printf(url, "/presence?count=%ld&startIndex=%ld", request->count,
                         request->start_index) &&
           write_filter(url, request) &&
           (request->fields == NULL || write_parameter(url, "fields", request->fields));
}

bool request_check_user(const char *user, struct error *error)
{
    static const char *const names[] = {"@me", "@viewer", "@owner"};
    size_t length = strlen(user);
    if (is_one_of(user, length, names, sizeof names / sizeof names[0]))
        return true;
    if (length >= 1 && length <= USER_ID_MAX && strspn(user, DIGITS) == length)
        return true;
    return error_set(error, ERROR_USAGE,
                     "\"%s\" is not a user: it is @me, @viewer, @owner or a numeric id", user);
}

bool request_check_extension(const char *extension, struct error *error)
{
    size_t length = strlen(extension);
    if (strcmp(extension, REQUEST_SELF) == 0)
        return true;
    /* Extended numbers look like 0003*210, short ones like 210. */
    if (length <= EXTENSION_MAX && strspn(extension, DIGITS) >= 1 &&
        strspn(extension, DIGITS "*") == length)
        return true;
    return error_set(error, ERROR_USAGE,
                     "\"%s\" is not an extension: it is a number like 0003*210 or 210, or "
                     "@self for all",
                     extension);
}

bool request_check_fields(const char *fields, struct error *error)
{
    static const char *const names[] = {"extension", "status", "registration"};
    bool has_extension = false;
    for (const char *at = fields;; at++) {
        size_t length = strcspn(at, ",");
        if (!is_one_of(at, length, names, sizeof names / sizeof names[0]))
            return error_set(error, ERROR_USAGE,
                             "\"%.*s\" is not a field: fields is a list of extension, status and "
                             "registration, with commas and no blanks",
                             length < 64 ? (int)length : 64, at);
        has_extension |= is_one_of(at, length, names, 1);
        at += length;
        if (*at == '\0')
            break;
    }
    return has_extension ||
           error_set(error, ERROR_USAGE,
                     "fields must hold extension: without it no row could be told from another");
}

bool request_check_filter_op(const char *filter_op, struct error *error)
{
    static const char *const names[] = {"contains", "equals", "startsWith", "present", "inArray"};
    if (is_one_of(filter_op, strlen(filter_op), names, sizeof names / sizeof names[0]))
        return true;
    return error_set(error, ERROR_USAGE,
                     "\"%s\" is not a filter_op: it is contains, equals, startsWith, present or "
                     "inArray",
                     filter_op);
}
