/* SPDX-License-Identifier: MIT */
#include "support/reference_parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "uapi/json_repair.h"

json_t *reference_parser_read(const char *bytes, size_t length, size_t flags)
{
    size_t skip = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (length == skip)
        return NULL;
    return json_loadb(bytes + skip, length - skip, flags, NULL);
}

json_t *reference_parser_read_repaired(const char *bytes, size_t length)
{
    struct buffer repaired;
    buffer_init(&repaired, 0);
    json_repair_text(&repaired, bytes, length);
    json_t *root = reference_parser_read(repaired.data, repaired.length, 0);
    buffer_clear(&repaired);
    return root;
}

int64_t reference_parser_hint(const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);
    const char *text = json_string_value(value);
    double real = json_number_value(value);
    if (text != NULL) {
        size_t sign = *text == '-';
        bool is_number =
            text[sign] != '\0' && text[sign + strspn(text + sign, "0123456789")] == '\0';
        long long number = is_number ? strtoll(text, NULL, 10) : -1;
        return number < 0 ? -1 : number;
    }
    if (!json_is_number(value) || real < 0)
        return -1;
    if (json_is_integer(value))
        return json_integer_value(value);
    if (real >= 0x1p63)
        return INT64_MAX;
    return (double)(int64_t)real == real ? (int64_t)real : -1;
}

bool reference_parser_is_failure(const json_t *error)
{
    bool is_empty = (json_is_object(error) && json_object_size(error) == 0) ||
                    (json_is_array(error) && json_array_size(error) == 0) ||
                    (json_is_string(error) && json_string_length(error) == 0) ||
                    (json_is_integer(error) && json_integer_value(error) == 0);
    return error != NULL && !json_is_null(error) && !json_is_false(error) && !is_empty;
}

bool reference_parser_is_page(const json_t *root)
{
    const json_t *entry = json_object_get(root, "entry");
    const json_t *error = json_object_get(root, "error");
    if (!json_is_object(root))
        return false;
    if (entry == NULL || json_is_null(entry))
        return reference_parser_hint(root, "totalResults") == 0 ||
               reference_parser_is_failure(error);
    return json_is_array(entry) || json_is_object(entry);
}

bool reference_parser_are_entries_strict(const struct page_splitter *page)
{
    for (size_t i = 0; i < page->count; i++) {
        size_t length;
        const char *bytes = page_splitter_entry(page, i, &length);
        json_t *entry = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
        json_decref(entry);
        if (entry == NULL)
            return false;
    }
    return true;
}
