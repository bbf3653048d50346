/* SPDX-License-Identifier: MIT */
/*
 * query_term: one term of a filter, ready to be asked of rows.
 *
 * Filled by query, which owns the grammar; this is the meaning. Owns its texts; never holds rows.
 */
#ifndef BLFTOP_MODEL_QUERY_TERM_H
#define BLFTOP_MODEL_QUERY_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/pattern.h"
#include "model/query.h"

enum query_kind {
    QUERY_TEXT, /* number, name or agent */
    QUERY_EXTENSION,
    QUERY_AGENT,
    QUERY_NAME,
    QUERY_SERVER,
    QUERY_LAMP,
    QUERY_REGISTRATION,
    QUERY_PROBLEM,
    QUERY_FOR,
    QUERY_EXPIRES,
    QUERY_REGEX,
    QUERY_KIND_COUNT,
};

#define QUERY_UNTOLD_STATE                                                                         \
    NUMBER_NONE /* in `states`: every number without a documented meaning                          \
                 */

struct query_term {
    enum query_kind kind;
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
struct query_view {
    const struct query_scope *scope;
    struct query_memo *memo; /* NULL: none */
};

/* Does the term hold for the row ('!' included)? */
bool query_term_holds(const struct query_term *term, const struct row *row,
                      const struct query_view *view);

/* Frees what the term owns. */
void query_term_clear(struct query_term *term);

#endif
