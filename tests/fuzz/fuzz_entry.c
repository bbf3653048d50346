/* SPDX-License-Identifier: MIT */
/*
 * One entry: whatever it is, it is decoded or refused; what jansson takes strictly needs no repair;
 * a repair changes nothing the second time, and makes readable what only its strings made
 * unreadable; what is read without jansson reads as by jansson; all texts are safe.
 */
#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "uapi/entry.h"
#include "uapi/entry_fast.h"
#include "uapi/json_repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Checks that a text comes through the boundary unchanged, as safe text does. */
static void check_safe(const char *text, size_t max)
{
    bool is_damaged = false;
    assert(strlen(text) > 0 && strlen(text) <= max);
    char *copy = text_safe_copy(text, strlen(text), max, &is_damaged);
    assert(!is_damaged && strcmp(copy, text) == 0);
    free(copy);
}

/* Checks a record as it was decoded. */
static void check_record(const struct extension *record)
{
    check_safe(record->number, ENTRY_NUMBER_MAX);
    assert(record->registration_count <= ENTRY_REGISTRATIONS_MAX);
    assert(record->has_list || record->registration_count == 0);
    for (uint32_t i = 0; i < record->registration_count; i++)
        if (record->registrations[i].agent != NULL)
            check_safe(record->registrations[i].agent, ENTRY_AGENT_MAX);
}

/* Checks that repairing is stable, and does nothing to what is whole. */
static void check_repair(const char *json, size_t length)
{
    struct buffer once, twice;
    buffer_init(&once, 0);
    buffer_init(&twice, 0);
    json_repair_text(&once, json, length);
    json_repair_text(&twice, once.data, once.length);
    assert(once.length == twice.length);
    assert(once.length == 0 || memcmp(once.data, twice.data, once.length) == 0);
    json_t *whole = json_loadb(json, length, 0, NULL);
    if (whole != NULL)
        assert(once.length == length && memcmp(once.data, json, length) == 0);
    json_decref(whole);
    buffer_clear(&once);
    buffer_clear(&twice);
}

/* Replaces what may be damaged in strings by letters, where they stand: what is left is broken only
 * if its structure is. Escapes go as pairs, as they do for whoever looks for a string's end. */
static void calm_strings(char *json, size_t length)
{
    bool is_inside = false;
    for (size_t i = 0; i < length; i++) {
        if (json[i] == '"') {
            is_inside = !is_inside;
        } else if (is_inside) {
            bool is_pair = json[i] == '\\' && i + 1 < length;
            json[i] = 'a';
            if (is_pair)
                json[++i] = 'a';
        }
    }
}

/* Checks that a text that is broken in its strings alone can be read once it is repaired. */
static void check_mended(const char *json, size_t length)
{
    json_error_t why;
    bool was_repaired;
    char *calm = malloc(length + 1);
    if (calm == NULL)
        return;
    memcpy(calm, json, length);
    calm_strings(calm, length);
    json_t *whole = json_loadb(calm, length, 0, NULL);
    if (whole != NULL) {
        json_t *mended = json_repair_load(json, length, &was_repaired, &why);
        assert(mended != NULL && json_typeof(mended) == json_typeof(whole));
        json_decref(mended);
    }
    json_decref(whole);
    free(calm);
}

/* Checks an entry of the plain form against jansson, for whom alone a blank behind it is nothing.
 */
static void check_plain(const char *json, size_t length)
{
    struct extension plain, record;
    if (!entry_fast_decode(&plain, json, length))
        return;
    char *wide = malloc(length + 1);
    if (wide != NULL) {
        memcpy(wide, json, length);
        wide[length] = ' ';
        bool is_decoded = entry_decode(&record, wide, length + 1, NULL);
        assert(is_decoded && extension_equals(&record, &plain));
        extension_clear(&record);
    }
    extension_clear(&plain);
    free(wide);
}

/* One input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct extension record;
    struct error error = {0};
    /* A copy of exactly this size, so that a sanitizer sees every step beyond it. */
    char *json = malloc(size > 0 ? size : 1);
    if (json == NULL)
        return 0;
    if (size > 0)
        memcpy(json, data, size);
    bool is_decoded = entry_decode(&record, json, size, &error);
    assert(is_decoded != error_is_set(&error));
    if (is_decoded)
        check_record(&record);
    extension_clear(&record);
    check_plain(json, size);
    check_repair(json, size);
    check_mended(json, size);
    free(json);
    return 0;
}
