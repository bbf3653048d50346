/* SPDX-License-Identifier: MIT */
/*
 * filter_term: one term of a filter, ready to be asked of rows.
 *
 * Filled by query, which owns the grammar; this is the meaning. Owns its texts; never holds rows.
 */
#ifndef BLFTOP_MODEL_FILTER_TERM_H
#define BLFTOP_MODEL_FILTER_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/filter.h"
#include "model/filter_regex.h"

enum filter_kind {
    FILTER_TEXT, /* number, name or agent */
    FILTER_EXTENSION,
    FILTER_AGENT,
    FILTER_NAME,
    FILTER_SERVER,
    FILTER_LAMP,
    FILTER_REGISTRATION,
    FILTER_PROBLEM,
    FILTER_FOR,
    FILTER_EXPIRES,
    FILTER_REGEX,
    FILTER_KIND_COUNT,
};

#define FILTER_UNTOLD_STATE                                                                        \
    NUMBER_NONE /* in `states`: every number without a documented meaning                          \
                 */

struct filter_term {
    enum filter_kind kind;
    size_t index;    /* in its query: which bit of a memo is its own */
    bool excludes;   /* the term was written with '!' */
    bool is_less;    /* for<, expires<; otherwise > */
    bool or_equal;   /* <=, >= */
    uint32_t lamps;  /* bit by enum lamp */
    char *text;      /* folded, at least one byte; owned */
    size_t length;   /* of text */
    int64_t span_ms; /* of for and expires */
    int32_t *states; /* of reg; owned */
    size_t state_count;
    struct pattern *pattern; /* of ~regex; owned */
};

/* What terms look at besides the row. */
struct filter_view {
    const struct filter_scope *scope;
    struct filter_memo *memo; /* NULL: none */
};

/* Does the term hold for the row ('!' included)? */
bool filter_term_holds(const struct filter_term *term, const struct row *row,
                       const struct filter_view *view);

/* Frees what the term owns. */
void filter_term_clear(struct filter_term *term);

#endif
