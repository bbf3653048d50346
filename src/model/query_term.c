/* SPDX-License-Identifier: MIT */
#include "model/query_term.h"

#include <stdint.h>
#include <stdlib.h>

#include "model/age.h"
#include "model/fold.h"

/* Is the term's text in this one, which may be missing? */
static bool is_in(const struct query_term *term, const char *text)
{
    return text != NULL && fold_holds(text, term->text, term->length);
}

/* Does an agent, which may be missing, hold what the term looks for? */
static bool look_at_agent(const struct query_term *term, const char *agent)
{
    if (term->kind == QUERY_REGEX)
        return agent != NULL && pattern_matches(term->pattern, agent);
    return is_in(term, agent);
}

/* The same, looked up if the agent was looked at for a row before. */
static bool holds_agent(const struct query_term *term, const char *agent, struct query_memo *memo)
{
    if (memo == NULL || agent == NULL)
        return look_at_agent(term, agent);
    size_t slot = (size_t)((uintptr_t)agent / 16 * 0x9e3779b1u >> 8) % QUERY_MEMO_SLOTS;
    struct query_verdict *verdict = &memo->slots[slot];
    uint64_t bit = UINT64_C(1) << term->index;
    if (verdict->agent != agent)
        *verdict = (struct query_verdict){.agent = agent};
    if ((verdict->known & bit) == 0) {
        verdict->known |= bit;
        verdict->holds |= look_at_agent(term, agent) ? bit : 0;
    }
    return (verdict->holds & bit) != 0;
}

/* agent:yealink */
static bool match_agent(const struct query_term *term, const struct row *row,
                        const struct query_view *view)
{
    const struct extension *extension = &row->extension;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        if (holds_agent(term, extension->registrations[i].agent, view->memo))
            return true;
    }
    return false;
}

/* A bare word. */
static bool match_text(const struct query_term *term, const struct row *row,
                       const struct query_view *view)
{
    return is_in(term, row->extension.number) || is_in(term, row->name) ||
           match_agent(term, row, view);
}

/* ext:0003*2 */
static bool match_extension(const struct query_term *term, const struct row *row,
                            const struct query_view *view)
{
    (void)view;
    return fold_starts(row->extension.number, term->text, term->length);
}

/* name:desk */
static bool match_name(const struct query_term *term, const struct row *row,
                       const struct query_view *view)
{
    (void)view;
    return is_in(term, row->name);
}

/* server:hq */
static bool match_server(const struct query_term *term, const struct row *row,
                         const struct query_view *view)
{
    return row->server < view->scope->feed_count &&
           is_in(term, view->scope->feeds[row->server].name);
}

/* lamp:busy,ringing */
static bool match_lamp(const struct query_term *term, const struct row *row,
                       const struct query_view *view)
{
    (void)view;
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
                               const struct query_view *view)
{
    (void)view;
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
                          const struct query_view *view)
{
    (void)term;
    (void)view;
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
                      const struct query_view *view)
{
    const struct query_scope *scope = view->scope;
    struct age_span span = age_in_state(scope->feeds, scope->feed_count, row, scope->now.ms);
    if (term->is_less && !span.is_exact)
        return false;
    return compare_span(term, span.ms);
}

/* expires<60s */
static bool match_expires(const struct query_term *term, const struct row *row,
                          const struct query_view *view)
{
    const struct registration *best = extension_best_registration(&row->extension);
    if (best == NULL || best->expires == EXPIRES_NONE)
        return false;
    int64_t left_ms;
    if (__builtin_mul_overflow(best->expires, 1000, &left_ms) ||
        __builtin_sub_overflow(left_ms, view->scope->now.wall_ms, &left_ms))
        return term->is_less == (best->expires < 0);
    return compare_span(term, left_ms);
}

/* ~regex */
static bool match_regex(const struct query_term *term, const struct row *row,
                        const struct query_view *view)
{
    return pattern_matches(term->pattern, row->extension.number) ||
           (row->name != NULL && pattern_matches(term->pattern, row->name)) ||
           match_agent(term, row, view);
}

typedef bool (*matcher)(const struct query_term *term, const struct row *row,
                        const struct query_view *view);

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
                      const struct query_view *view)
{
    return matchers[term->kind](term, row, view) != term->excludes;
}

void query_term_clear(struct query_term *term)
{
    free(term->text);
    free(term->states);
    pattern_free(term->pattern);
    *term = (struct query_term){.kind = QUERY_TEXT};
}
