/* SPDX-License-Identifier: MIT */
/*
 * filter: the filter grammar, compiled once and asked of every row.
 *
 * Terms are separated by blanks and all must hold; ASCII case is ignored everywhere.
 *
 *   word               a substring of number, name or some contact's agent
 *   !term              excludes
 *   ext:0003*2         the number starts so ('*' is an ordinary character)
 *   agent: name: server:   a substring of that alone
 *   lamp:busy,RNG      one of these lamps, by name or code
 *   reg:expired,-1     some contact is in one of these states: registered, none or unnecessary (no
 *                      registration necessary), expired, unregistered or not, unknown (every
 *                      number without a documented meaning), or a number. An empty list counts
 *                      as unregistered; where no list was sent nothing matches
 *   problem            severity >= SEVERITY_PROBLEM, or gone
 *   for>10m            the lamp has been so for longer; for<1h only where its beginning was seen
 *   expires<60s        the best contact's registration ends sooner, or ended; none that has no
 *                      time matches
 *   ~regex             POSIX extended, of number, name or an agent, each alone (model/pattern)
 *
 * >= and <= are read too. Quotes around what follows a term's beginning make it literal and keep
 * its blanks: agent:"3CX Phone", ~"a b", "foo:bar"; without them letters before ':' are a field.
 * Rows that are gone are judged like others. Owns the grammar and its mistakes; never edits the
 * text and never holds rows.
 */
#ifndef BLFTOP_MODEL_FILTER_H
#define BLFTOP_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/roster.h"
#include "model/server_status.h"

#define FILTER_BYTES_MAX 511 /* of text, without the NUL: what a line editor holds */
#define FILTER_TERMS_MAX 64

struct filter_term;

struct filter {
    struct filter_term *terms; /* owned; struct filter_term is model/filter_term.h's */
    char *text;                /* owned; what it was compiled from; NULL if there are no terms */
    size_t count;              /* 0: everything matches */
    bool depends_on_time;      /* for> or expires<: the result changes without a poll */
    bool only_problems;        /* nothing else matches, whatever the terms; for the caller to set */
    bool only_server;          /* likewise, nothing but rows of `server` */
    uint16_t server;           /* index of its feed */
};

#define FILTER_MEMO_SLOTS 256 /* a power of two */

/* What terms said of agents, for the rows of one look through a roster: thousands of phones have
 * the same few agents, each of them one text. Zeroed before the look, and not to be used after it.
 */
struct filter_memo {
    struct filter_verdict {
        const char *agent;
        uint64_t known; /* by term: its verdict is in `holds` */
        uint64_t holds;
    } slots[FILTER_MEMO_SLOTS];
};

/* What a row is judged against. */
struct filter_scope {
    struct moment now;
    const struct server_status *feeds; /* by server index */
    size_t server_status_count;
};

/* Compiles text. On a mistake false, `query` is empty and `error` says what would be right;
 * *mistake_at (NULL: not wanted) is the byte offset of the wrong term. */
bool filter_compile(struct filter *query, const char *text, size_t *mistake_at, struct error *error)
    __attribute__((warn_unused_result));

/* Does the row match? Of a row whose server is not among the feeds, the server's name is not
 * known. */
bool filter_matches(const struct filter *query, const struct row *row,
                    const struct filter_scope *scope);

/* The same, with what was found out of agents before. */
bool filter_matches_with(const struct filter *query, const struct row *row,
                         const struct filter_scope *scope, struct filter_memo *memo);

/* Frees the terms; an empty query matches everything. */
void filter_clear(struct filter *query);

#endif
