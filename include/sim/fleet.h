/* SPDX-License-Identifier: MIT */
/*
 * fleet: the extensions the simulator serves, as bytes, and how they are found and chosen.
 *
 * Filled and kept up to date by life (a made-up fleet) or by album (one read from a file); asked
 * by presence. Owns the records; knows no time, no HTTP and no file.
 */
#ifndef BLFTOP_SIM_FLEET_H
#define BLFTOP_SIM_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define FLEET_NONE SIZE_MAX

struct record {
    char *number; /* extended number; "" if the entry has none that can be read; owned */
    char *json;   /* the entry as it is served; NULL: the extension does not exist now; owned */
    size_t length;
};

struct fleet {
    struct record *records; /* in the order they are served in; owned */
    size_t count;
    size_t capacity;
    uint32_t *by_number; /* indices sorted by number (byte order); owned */
    size_t present;      /* records that exist now */
    uint64_t changes;    /* records that got other bytes; a file read anew counts as one */
};

enum fleet_match {
    FLEET_ALL,
    FLEET_CONTAINS,
    FLEET_EQUALS,
    FLEET_STARTS_WITH,
    FLEET_PRESENT,
    FLEET_IN_ARRAY, /* one of several, separated by commas */
};

enum fleet_order {
    FLEET_AS_IS,
    FLEET_ASCENDING,
    FLEET_DESCENDING,
};

struct fleet_choice {
    size_t only; /* index of the one extension asked for, or FLEET_NONE */
    enum fleet_match match;
    const char *value; /* borrowed; what is matched against */
    enum fleet_order order;
    size_t start; /* matching records left out before the page */
    size_t limit; /* records on the page at most */
};

/* An empty fleet. */
void fleet_init(struct fleet *fleet);

/* Frees the records and leaves an empty fleet. */
void fleet_clear(struct fleet *fleet);

/* Adds a record at the end; number and json are taken over. */
void fleet_add(struct fleet *fleet, char *number, char *json, size_t length);

/* Gives a record the bytes in `json`, or takes it out of service (NULL). */
void fleet_update(struct fleet *fleet, size_t index, const struct buffer *json);

/* Sorts by_number. Call once after records were added. */
void fleet_index(struct fleet *fleet);

/* The extension with this number, or FLEET_NONE. A number without a tenant ("210") is looked for
 * as it stands, and then as the first "*210" there is. */
size_t fleet_find(const struct fleet *fleet, const char *number);

/* Extensions that exist now. */
size_t fleet_present(const struct fleet *fleet);

/* Writes the indices of a page into `page` (room for choice->limit) and returns how many;
 * *total gets all that match. */
size_t fleet_choose(const struct fleet *fleet, const struct fleet_choice *choice, uint32_t *page,
                    size_t *total);

#endif
