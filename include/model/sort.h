/* SPDX-License-Identifier: MIT */
/*
 * sort: the orders a viewer can ask for, and rows put in one.
 *
 * Sorts ids; owns no rows and filters nothing. 100,000 rows are sorted within a key press: stable
 * radix passes over packed keys from the least important key to the most, and strings compared only
 * where the packed part of two is the same.
 */
#ifndef BLFTOP_MODEL_SORT_H
#define BLFTOP_MODEL_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/roster.h"

enum sort_key {
    SORT_SEVERITY, /* worst first; a row that is gone before all others */
    SORT_EXTENSION,
    SORT_SERVER,        /* in the order of the settings */
    SORT_NAME,          /* case ignored; rows without one last, even when reversed */
    SORT_FOR,           /* longest in its state first */
    SORT_REGISTRATIONS, /* fewest live contacts first */
    SORT_AGENT,         /* of the best contact; like SORT_NAME */
    SORT_EXPIRES,       /* the best contact's, soonest first; none last, even when reversed */
    SORT_COUNT,
};

#define SORT_KEYS_MAX 4

struct sort_order {
    enum sort_key keys[SORT_KEYS_MAX];
    bool reversed[SORT_KEYS_MAX];
    size_t count;
};

/* "severity": the name used in --sort, settings and the screen. */
const char *sort_key_name(enum sort_key key);

/* Reads "severity,extension"; '-' before a key reverses it. On a mistake false with the list of
 * keys, and `order` is untouched. */
bool sort_parse(struct sort_order *order, const char *text, struct error *error)
    __attribute__((warn_unused_result));

/* Sorts ids of living rows. Ties are broken by number (byte order), then server; neither is
 * reversed. */
void sort_rows(uint32_t *ids, size_t count, const struct roster *roster,
               const struct sort_order *order);

/* How two rows of one roster stand in the same order: negative if `a` comes first. */
int sort_compare(const struct row *a, const struct row *b, const struct sort_order *order);

#endif
