/* SPDX-License-Identifier: MIT */
#include "sim/presence_query.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum field {
    FIELD_EXTENSION = 1,
    FIELD_STATUS = 2,
    FIELD_REGISTRATION = 4,
};

/* Reads a decimal number of digits only, no longer than any valid one. */
static bool take_digits(const char *text, long least, long most, long *value)
{
    size_t length = strlen(text);
    if (length == 0 || length > 9 || strspn(text, "0123456789") != length)
        return false;
    *value = strtol(text, NULL, 10);
    return *value >= least && *value <= most;
}

/* Takes count. */
static bool take_count(struct presence_query *view, const char *value)
{
    return take_digits(value, 1, PRESENCE_COUNT_MAX, &view->count);
}

/* Takes startIndex. */
static bool take_start(struct presence_query *view, const char *value)
{
    return take_digits(value, 0, PRESENCE_START_MAX, &view->start);
}

/* The field with a name of `length` bytes, or 0. */
static unsigned find_field(const char *name, size_t length)
{
    static const struct {
        const char *name;
        enum field field;
    } fields[] = {
        {"extension", FIELD_EXTENSION},
        {"status", FIELD_STATUS},
        {"registration", FIELD_REGISTRATION},
    };
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0)
            return fields[i].field;
    return 0;
}

/* Takes fields, a list separated by commas. */
static bool take_fields(struct presence_query *view, const char *value)
{
    for (const char *item = value;; item++) {
        size_t length = strcspn(item, ",");
        unsigned field = find_field(item, length);
        if (field == 0)
            return false;
        view->fields |= field;
        item += length;
        if (*item == '\0')
            return true;
    }
}

/* Takes filterBy. */
static bool take_filter_by(struct presence_query *view, const char *value)
{
    view->has_filter_by = true;
    return strcmp(value, "extension") == 0;
}

/* Takes filterOp. */
static bool take_filter_op(struct presence_query *view, const char *value)
{
    static const char *const names[] = {
        [FLEET_CONTAINS] = "contains",      [FLEET_EQUALS] = "equals",
        [FLEET_STARTS_WITH] = "startsWith", [FLEET_PRESENT] = "present",
        [FLEET_IN_ARRAY] = "inArray",
    };
    view->has_filter_op = true;
    for (unsigned i = FLEET_CONTAINS; i < COUNT_OF(names); i++)
        if (strcmp(names[i], value) == 0) {
            view->match = (enum fleet_match)i;
            return true;
        }
    return false;
}

/* Takes filterValue. */
static bool take_filter_value(struct presence_query *view, const char *value)
{
    view->filter_value = value;
    return *value != '\0';
}

/* Takes sortOrder, in the words of either version. */
static bool take_order(struct presence_query *view, const char *value)
{
    bool is_descending = strcmp(value, "descending") == 0 || strcmp(value, "desc") == 0;
    view->order = is_descending ? FLEET_DESCENDING : FLEET_ASCENDING;
    return is_descending || strcmp(value, "ascending") == 0 || strcmp(value, "asc") == 0;
}

/* A parameter, and its refusal in the documentation's words ("List presence", Failure). */
struct parameter {
    const char *name;
    bool (*take)(struct presence_query *view, const char *value);
    const char *code;
    const char *message;
};

enum parameter_index {
    PARAMETER_FIELDS,
    PARAMETER_COUNT,
    PARAMETER_FILTER_BY,
    PARAMETER_FILTER_OP,
    PARAMETER_FILTER_VALUE,
    PARAMETER_SORT_ORDER,
    PARAMETER_START_INDEX,
};

static const struct parameter parameters[] = {
    [PARAMETER_FIELDS] = {"fields", take_fields, "fields_invalid",
                          "Value supplied in fields parameter is missing or invalid. The parameter "
                          "must be set to a value consisting of the name of the possible Presence "
                          "fields separated by a comma (extension, status, registration)."},
    [PARAMETER_COUNT] = {"count", take_count, "count_invalid",
                         "Value supplied in count parameter is missing or invalid. The parameter "
                         "must be set to a numeric value lower than 5000."},
    [PARAMETER_FILTER_BY] = {"filterBy", take_filter_by, "filterby_invalid",
                             "Value supplied in filterBy parameter is missing or invalid. The "
                             "parameter must be set to the name of a Presence field: extension."},
    [PARAMETER_FILTER_OP] = {"filterOp", take_filter_op, "filterop_invalid",
                             "Value supplied in filterOp parameter is missing or invalid. The "
                             "parameter must be set to one of the values: contains, equals, "
                             "startsWith, present or inArray."},
    [PARAMETER_FILTER_VALUE] = {"filterValue", take_filter_value, "filtervalue_invalid",
                                "Value supplied in filterValue parameter is missing or invalid. "
                                "The parameter must be set to a string value."},
    [PARAMETER_SORT_ORDER] = {"sortOrder", take_order, "sortorder_invalid",
                              "Value supplied in sortOrder parameter is missing or invalid. The "
                              "parameter must be set to one of the values: ascending or "
                              "descending."},
    [PARAMETER_START_INDEX] = {"startIndex", take_start, "startindex_invalid",
                               "Value supplied in startIndex parameter is missing or invalid. The "
                               "parameter must be set to a numeric value, higher or equal with 0 "
                               "and lower than 5000."},
};

/* Refuses because of a parameter; always false. */
static bool refuse(struct reply *reply, enum parameter_index index)
{
    reply_fail(reply, REPLY_BAD_REQUEST, parameters[index].code, parameters[index].message);
    return false;
}

/* Do the three parts of a filter go together? Which one is taken when it is left out differs
 * between the versions, so nothing is assumed: all are needed, but `present` takes no value. */
static bool check_filter(const struct presence_query *view, struct reply *reply)
{
    if (!view->has_filter_by && !view->has_filter_op && view->filter_value == NULL)
        return true;
    if (!view->has_filter_by)
        return refuse(reply, PARAMETER_FILTER_BY);
    if (!view->has_filter_op)
        return refuse(reply, PARAMETER_FILTER_OP);
    if (view->filter_value == NULL && view->match != FLEET_PRESENT)
        return refuse(reply, PARAMETER_FILTER_VALUE);
    return true;
}

bool presence_query_read(struct presence_query *view, const struct params *params,
                         struct reply *reply)
{
    *view = (struct presence_query){.count = PRESENCE_COUNT_DEFAULT};
    for (unsigned i = 0; i < COUNT_OF(parameters); i++) {
        const char *value = params_get(params, parameters[i].name);
        if (value != NULL && !parameters[i].take(view, value))
            return refuse(reply, (enum parameter_index)i);
    }
    return check_filter(view, reply);
}

bool presence_query_wants_member(const struct presence_query *view, const char *name, size_t length)
{
    return (find_field(name, length) & view->fields) != 0;
}
