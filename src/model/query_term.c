/* SPDX-License-Identifier: MIT */
#include "model/query_term.h"

#include <stdlib.h>

#include "model/age.h"
#include "model/fold.h"

/* Is the term's text in this one, which may be missing? */
static bool is_in(const struct query_term *term, const char *text)
{
    return text != NULL && fold_holds(text, term->text, term->length);
}

/* agent:yealink */
static bool match_agent(const struct query_term *term, const struct row *row,
                        const struct query_scope *scope)
{
    (void)scope;
    const struct extension *extension = &row->extension;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        if (is_in(term, extension->registrations[i].agent))
            return true;
    }
    return false;
}

/* A bare word. */
static bool match_text(const struct query_term *term, const struct row *row,
                       const struct query_scope *scope)
{
    return is_in(term, row->extension.number) || is_in(term, row->name) ||
           match_agent(term, row, scope);
}

/* ext:0003*2 */
static bool match_extension(const struct query_term *term, const struct row *row,
                            const struct query_scope *scope)
{
    (void)scope;
    return fold_starts(row->extension.number, term->text, term->length);
}

/* name:desk */
static bool match_name(const struct query_term *term, const struct row *row,
                       const struct query_scope *scope)
{
    (void)scope;
    return is_in(term, row->name);
}

/* server:hq */
static bool match_server(const struct query_term *term, const struct row *row,
                         const struct query_scope *scope)
{
    return row->server < scope->feed_count && is_in(term, scope->feeds[row->server].name);
}

/* lamp:busy,ringing */
static bool match_lamp(const struct query_term *term, const struct row *row,
                       const struct query_scope *scope)
{
    (void)scope;
    return (term->lamps >> row->lamp & 1) != 0;
}

/* Is the state among those asked for? */
static bool is_wanted_state(const struct query_term *term, int32_t state)
{
    for (size_t i = 0; i < term->state_count; i++) {
        bool is_untold = term->states[i] == QUERY_UNTOLD_STATE && !registration_is_told(state);
        if (is_untold || term->states[i] == state)
            return true;
    }
    return false;
}

/* reg:expired */
static bool match_registration(const struct query_term *term, const struct row *row,
                               const struct query_scope *scope)
{
    (void)scope;
    const struct extension *extension = &row->extension;
    if (extension->has_list && extension->registration_count == 0)
        return is_wanted_state(term, REGISTRATION_NOT_REGISTERED);
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        if (is_wanted_state(term, extension->registrations[i].state))
            return true;
    }
    return false;
}

/* problem */
static bool match_problem(const struct query_term *term, const struct row *row,
                          const struct query_scope *scope)
{
    (void)term;
    (void)scope;
    return row_is_problem(row);
}

/* Is the span on the asked side of the term's? */
static bool compare_span(const struct query_term *term, int64_t span_ms)
{
    if (span_ms == term->span_ms)
        return term->or_equal;
    return term->is_less == (span_ms < term->span_ms);
}

/* for>10m. An age whose beginning was not seen is a lower bound: it can only be proven longer. */
static bool match_for(const struct query_term *term, const struct row *row,
                      const struct query_scope *scope)
{
    struct age_span span = age_in_state(scope->feeds, scope->feed_count, row, scope->now.ms);
    if (term->is_less && !span.is_exact)
        return false;
    return compare_span(term, span.ms);
}

/* expires<60s */
static bool match_expires(const struct query_term *term, const struct row *row,
                          const struct query_scope *scope)
{
    const struct registration *best = extension_best_registration(&row->extension);
    if (best == NULL || best->expires == EXPIRES_NONE)
        return false;
    int64_t left_ms;
    if (__builtin_mul_overflow(best->expires, 1000, &left_ms) ||
        __builtin_sub_overflow(left_ms, scope->now.wall_ms, &left_ms))
        return term->is_less == (best->expires < 0);
    return compare_span(term, left_ms);
}

/* ~regex */
static bool match_regex(const struct query_term *term, const struct row *row,
                        const struct query_scope *scope)
{
    (void)scope;
    const struct extension *extension = &row->extension;
    if (pattern_matches(term->pattern, extension->number) ||
        (row->name != NULL && pattern_matches(term->pattern, row->name)))
        return true;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        const char *agent = extension->registrations[i].agent;
        if (agent != NULL && pattern_matches(term->pattern, agent))
            return true;
    }
    return false;
}

typedef bool (*matcher)(const struct query_term *term, const struct row *row,
                        const struct query_scope *scope);

static const matcher matchers[QUERY_KIND_COUNT] = {
    [QUERY_TEXT] = match_text,
    [QUERY_EXTENSION] = match_extension,
    [QUERY_AGENT] = match_agent,
    [QUERY_NAME] = match_name,
    [QUERY_SERVER] = match_server,
    [QUERY_LAMP] = match_lamp,
    [QUERY_REGISTRATION] = match_registration,
    [QUERY_PROBLEM] = match_problem,
    [QUERY_FOR] = match_for,
    [QUERY_EXPIRES] = match_expires,
    [QUERY_REGEX] = match_regex,
};

bool query_term_holds(const struct query_term *term, const struct row *row,
                      const struct query_scope *scope)
{
    return matchers[term->kind](term, row, scope) != term->excludes;
}

void query_term_clear(struct query_term *term)
{
    free(term->text);
    free(term->states);
    pattern_free(term->pattern);
    *term = (struct query_term){.kind = QUERY_TEXT};
}
