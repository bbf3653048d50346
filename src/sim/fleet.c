/* SPDX-License-Identifier: MIT */
#include "sim/fleet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void fleet_init(struct fleet *fleet)
{
    *fleet = (struct fleet){0};
}

void fleet_clear(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++) {
        free(fleet->records[i].number);
        free(fleet->records[i].json);
    }
    free(fleet->records);
    free(fleet->by_number);
    *fleet = (struct fleet){0};
}

void fleet_add(struct fleet *fleet, char *number, char *json, size_t length)
{
    assert(fleet->count < UINT32_MAX);
    if (fleet->count == fleet->capacity) {
        fleet->capacity = fleet->capacity > 0 ? 2 * fleet->capacity : 64;
        fleet->records = mem_resize(fleet->records, fleet->capacity, sizeof *fleet->records);
    }
    fleet->records[fleet->count++] =
        (struct record){.number = number, .json = json, .length = length};
    fleet->present += json != NULL;
}

/* Does a record have these bytes already? */
static bool has_bytes(const struct record *record, const struct buffer *json)
{
    if (json == NULL || record->json == NULL)
        return json == NULL && record->json == NULL;
    return record->length == json->length && memcmp(record->json, json->data, json->length) == 0;
}

void fleet_update(struct fleet *fleet, size_t index, const struct buffer *json)
{
    struct record *record = &fleet->records[index];
    if (has_bytes(record, json))
        return;
    fleet->present += (json != NULL) - (size_t)(record->json != NULL);
    free(record->json);
    record->json = json != NULL ? mem_strndup(json->data, json->length) : NULL;
    record->length = json != NULL ? json->length : 0;
    fleet->changes++;
}

/* Compares two indices by number, then by place. */
static int compare_numbers(const void *a, const void *b, void *context)
{
    const struct fleet *fleet = context;
    uint32_t first = *(const uint32_t *)a;
    uint32_t second = *(const uint32_t *)b;
    int order = strcmp(fleet->records[first].number, fleet->records[second].number);
    return order != 0 ? order : (first > second) - (first < second);
}

void fleet_index(struct fleet *fleet)
{
    if (fleet->count == 0)
        return;
    fleet->by_number = mem_resize(fleet->by_number, fleet->count, sizeof *fleet->by_number);
    for (size_t i = 0; i < fleet->count; i++)
        fleet->by_number[i] = (uint32_t)i;
    qsort_r(fleet->by_number, fleet->count, sizeof *fleet->by_number, compare_numbers, fleet);
}

/* The first place in by_number whose number is not below `number`. */
static size_t lower_bound(const struct fleet *fleet, const char *number)
{
    size_t low = 0;
    size_t high = fleet->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(fleet->records[fleet->by_number[middle]].number, number) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The existing extension with exactly this number, or FLEET_NONE. */
static size_t find_exact(const struct fleet *fleet, const char *number)
{
    for (size_t at = lower_bound(fleet, number); at < fleet->count; at++) {
        const struct record *record = &fleet->records[fleet->by_number[at]];
        if (strcmp(record->number, number) != 0)
            return FLEET_NONE;
        if (record->json != NULL)
            return fleet->by_number[at];
    }
    return FLEET_NONE;
}

/* The first existing extension whose number after the star is this one, or FLEET_NONE. */
static size_t find_short(const struct fleet *fleet, const char *number)
{
    for (size_t at = 0; at < fleet->count; at++) {
        const struct record *record = &fleet->records[fleet->by_number[at]];
        const char *star = strrchr(record->number, '*');
        if (record->json != NULL && star != NULL && strcmp(star + 1, number) == 0)
            return fleet->by_number[at];
    }
    return FLEET_NONE;
}

size_t fleet_find(const struct fleet *fleet, const char *number)
{
    if (*number == '\0')
        return FLEET_NONE;
    size_t index = find_exact(fleet, number);
    if (index == FLEET_NONE && strchr(number, '*') == NULL)
        index = find_short(fleet, number);
    return index;
}

size_t fleet_present(const struct fleet *fleet)
{
    return fleet->present;
}

/* Is the number one of a list separated by commas? */
static bool is_in_list(const char *number, const char *list)
{
    size_t length = strlen(number);
    for (const char *item = list;; item++) {
        size_t item_length = strcspn(item, ",");
        if (item_length == length && memcmp(item, number, length) == 0)
            return true;
        item += item_length;
        if (*item == '\0')
            return false;
    }
}

/* Does a number match? */
static bool number_matches(const char *number, const struct fleet_choice *choice)
{
    switch (choice->match) {
    case FLEET_ALL:
        return true;
    case FLEET_CONTAINS:
        return strstr(number, choice->value) != NULL;
    case FLEET_EQUALS:
        return strcmp(number, choice->value) == 0;
    case FLEET_STARTS_WITH:
        return strncmp(number, choice->value, strlen(choice->value)) == 0;
    case FLEET_PRESENT:
        return *number != '\0';
    case FLEET_IN_ARRAY:
        return is_in_list(number, choice->value);
    }
    return false;
}

/* The record at a place of the order asked for. */
static uint32_t index_at(const struct fleet *fleet, enum fleet_order order, size_t place)
{
    if (order == FLEET_ASCENDING)
        return fleet->by_number[place];
    if (order == FLEET_DESCENDING)
        return fleet->by_number[fleet->count - 1 - place];
    return (uint32_t)place;
}

/* Looks at every record. */
static size_t choose_any(const struct fleet *fleet, const struct fleet_choice *choice,
                         uint32_t *page, size_t *total)
{
    size_t used = 0;
    bool is_all = choice->match == FLEET_ALL && choice->only == FLEET_NONE;
    for (size_t place = 0; place < fleet->count; place++) {
        uint32_t index = index_at(fleet, choice->order, place);
        const struct record *record = &fleet->records[index];
        if (record->json == NULL || (choice->only != FLEET_NONE && choice->only != index))
            continue;
        if (!number_matches(record->number, choice))
            continue;
        if (*total >= choice->start && used < choice->limit)
            page[used++] = index;
        (*total)++;
        if (is_all && used == choice->limit)
            break;
    }
    *total = is_all ? fleet->present : *total;
    return used;
}

/* The place in by_number behind the last number that begins with a text, from `first` on. */
static size_t prefix_end(const struct fleet *fleet, const char *text, size_t first)
{
    size_t length = strlen(text);
    size_t low = first;
    size_t high = fleet->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strncmp(fleet->records[fleet->by_number[middle]].number, text, length) == 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Takes the matching records from a run of by_number, in the order of numbers. */
static size_t choose_sorted(const struct fleet *fleet, const struct fleet_choice *choice,
                            size_t first, size_t end, uint32_t *page, size_t *total)
{
    size_t used = 0;
    for (size_t i = 0; i < end - first; i++) {
        size_t place = choice->order == FLEET_DESCENDING ? end - 1 - i : first + i;
        uint32_t index = fleet->by_number[place];
        if (fleet->records[index].json == NULL ||
            !number_matches(fleet->records[index].number, choice))
            continue;
        if (*total >= choice->start && used < choice->limit)
            page[used++] = index;
        (*total)++;
    }
    return used;
}

/* Likewise in the order they are served in: the run is marked in a set of bits, one a record. */
static size_t choose_marked(const struct fleet *fleet, const struct fleet_choice *choice,
                            size_t first, size_t end, uint32_t *page, size_t *total)
{
    size_t words = fleet->count / 64 + 1;
    uint64_t *marks = mem_new(words, sizeof *marks);
    size_t used = 0;
    for (size_t place = first; place < end; place++) {
        uint32_t index = fleet->by_number[place];
        if (fleet->records[index].json != NULL &&
            number_matches(fleet->records[index].number, choice)) {
            marks[index / 64] |= UINT64_C(1) << index % 64;
            (*total)++;
        }
    }
    size_t skipped = 0;
    for (size_t word = 0; word < words && used < choice->limit; word++) {
        for (uint64_t left = marks[word]; left != 0 && used < choice->limit; left &= left - 1) {
            if (skipped++ >= choice->start)
                page[used++] = (uint32_t)(word * 64 + (size_t)__builtin_ctzll(left));
        }
    }
    free(marks);
    return used;
}

size_t fleet_choose(const struct fleet *fleet, const struct fleet_choice *choice, uint32_t *page,
                    size_t *total)
{
    bool is_run = choice->match == FLEET_STARTS_WITH || choice->match == FLEET_EQUALS;
    *total = 0;
    if (!is_run || choice->only != FLEET_NONE || fleet->count == 0)
        return choose_any(fleet, choice, page, total);
    size_t first = lower_bound(fleet, choice->value);
    size_t end = prefix_end(fleet, choice->value, first);
    return choice->order == FLEET_AS_IS ? choose_marked(fleet, choice, first, end, page, total)
                                        : choose_sorted(fleet, choice, first, end, page, total);
}
