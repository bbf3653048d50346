/* SPDX-License-Identifier: MIT */
#include "uapi/entry.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "uapi/entry_fast.h"
#include "uapi/json_repair.h"
#include "uapi/json_scan.h"
#include "uapi/json_value.h"
#include "uapi/page_splitter.h"

/* Is the slice neither nested so deep nor so rich in values that decoding it would hurt? */
static bool is_decodable(const char *json, size_t length)
{
    struct json_scan scan = {json, 0, length};
    size_t values = 0;
    size_t depth = 0;
    while (scan.at < scan.end && values <= ENTRY_VALUES_MAX && depth <= PAGE_SPLITTER_DEPTH_MAX) {
        char byte = json[scan.at];
        bool is_opening = byte == '{' || byte == '[';
        bool is_closing = byte == '}' || byte == ']';
        depth += is_opening;
        depth -= is_closing && depth > 0;
        values += is_opening || byte == ',' || byte == '"';
        if (byte == '"')
            (void)json_scan_string(&scan);
        else
            scan.at++;
    }
    return scan.at == scan.end;
}

/* A field that is a number within int32_t, or NUMBER_NONE. */
static int32_t read_number(const json_t *object, const char *name)
{
    int64_t number;
    if (!json_value_integer(json_object_get(object, name), &number) || number < INT32_MIN ||
        number > INT32_MAX)
        return NUMBER_NONE;
    return (int32_t)number;
}

/* The safe form of a text, or NULL if it is empty; damage is noted. */
static char *read_text(struct extension *extension, const char *text, size_t length, size_t max)
{
    bool was_damaged = false;
    if (text == NULL || length == 0)
        return NULL;
    char *safe = text_safe_copy(text, length, max, &was_damaged);
    extension->was_repaired |= was_damaged;
    return safe;
}

/* The extension's number: a text, or an integer taken as its digits. NULL if there is none. */
static char *read_extension(struct extension *extension, const json_t *entry)
{
    const json_t *value = json_object_get(entry, "extension");
    size_t length;
    if (json_is_integer(value))
        return mem_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    const char *text = json_value_string(value, &length);
    return read_text(extension, text, length, ENTRY_NUMBER_MAX);
}

/* One contact; whatever is missing or wrong is unknown. */
static void read_contact(struct extension *extension, struct registration *contact,
                         const json_t *value)
{
    size_t length;
    const char *agent = json_value_string(json_object_get(value, "agent"), &length);
    contact->agent = read_text(extension, agent, length, ENTRY_AGENT_MAX);
    contact->state = read_number(value, "registration");
    contact->expires = EXPIRES_NONE;
    const char *expires = json_value_string(json_object_get(value, "expire"), &length);
    if (expires != NULL)
        (void)clock_parse_iso8601(expires, length, &contact->expires);
}

/* The contacts: a list, or one object alone. */
static void read_contacts(struct extension *extension, const json_t *value)
{
    extension->has_list = json_is_array(value) || json_is_object(value);
    size_t count = json_is_array(value) ? json_array_size(value) : extension->has_list;
    if (count > ENTRY_REGISTRATIONS_MAX) {
        count = ENTRY_REGISTRATIONS_MAX;
        extension->was_repaired = true;
    }
    if (count == 0)
        return;
    extension->registrations = mem_new(count, sizeof *extension->registrations);
    extension->registration_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        read_contact(extension, &extension->registrations[i],
                     json_is_array(value) ? json_array_get(value, i) : value);
}

/* Fills the record from an entry. False, and nothing owned, if it has no number. */
static bool read_entry(struct extension *extension, const json_t *entry)
{
    extension->number = read_extension(extension, entry);
    if (extension->number == NULL)
        return false;
    extension->status = read_number(entry, "status");
    read_contacts(extension, json_object_get(entry, "registration"));
    return true;
}

bool entry_decode(struct extension *extension, const char *json, size_t length, struct error *error)
{
    json_error_t why;
    if (entry_fast_decode(extension, json, length))
        return true;
    *extension = (struct extension){0};
    if (length > ENTRY_LOOK_BYTES && !is_decodable(json, length))
        return error_set(error, ERROR_REPLY, "an entry is too large or nested too deep");
    json_t *entry = json_repair_load(json, length, &extension->was_repaired, &why);
    if (entry == NULL)
        return error_set(error, ERROR_REPLY, "an entry is not valid JSON: %s", why.text);
    bool is_read = read_entry(extension, entry);
    json_decref(entry);
    return is_read || error_set(error, ERROR_REPLY, "an entry has no extension number");
}
