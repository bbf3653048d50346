/* SPDX-License-Identifier: MIT */
#include "model/filter_term.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "model/staleness.h"

/* Is the term's text in this one, which may be missing? */
static bool is_in(const struct filter_term *term, const char *text)
{
    return text != NULL && ascii_holds(text, term->text, term->length);
}

/* Does an agent, which may be missing, hold what the term looks for? */
static bool look_at_agent(const struct filter_term *term, const char *agent)
{
    if (term->kind == FILTER_REGEX)
        return agent != NULL && filter_regex_matches(term->pattern, agent);
    return is_in(term, agent);
}

/* The same, looked up if the agent was looked at for a row before. */
static bool holds_agent(const struct filter_term *term, const char *agent, struct filter_memo *memo)
{
    if (memo == NULL || agent == NULL)
        return look_at_agent(term, agent);
    size_t slot = (size_t)((uintptr_t)agent / 16 * 0x9e3779b1u >> 8) % FILTER_MEMO_SLOTS;
    struct filter_verdict *verdict = &memo->slots[slot];
    uint64_t bit = UINT64_C(1) << term->index;
    if (verdict->agent != agent)
        *verdict = (struct filter_verdict){.agent = agent};
    if ((verdict->known & bit) == 0) {
        verdict->known |= bit;
        verdict->holds |= look_at_agent(term, agent) ? bit : 0;
    }
    return (verdict->holds & bit) != 0;
}

/* agent:yealink */
static bool match_agent(const struct filter_term *term, const struct row *row,
                        const struct filter_view *view)
{
    const struct extension *extension = &row->extension;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        if (holds_agent(term, extension->registrations[i].agent, view->memo))
            return true;
    }
    return false;
}

/* A bare word. */
static bool match_text(const struct filter_term *term, const struct row *row,
                       const struct filter_view *view)
{
    return is_in(term, row->extension.number) || is_in(term, row->name) ||
           match_agent(term, row, view);
}

/* ext:0003*2 */
static bool match_extension(const struct filter_term *term, const struct row *row,
                            const struct filter_view *view)
{
    (void)view;
    return ascii_starts(row->extension.number, term->text, term->length);
}

/* name:desk */
static bool match_name(const struct filter_term *term, const struct row *row,
                       const struct filter_view *view)
{
    (void)view;
    return is_in(term, row->name);
}

/* server:hq */
static bool match_server(const struct filter_term *term, const struct row *row,
                         const struct filter_view *view)
{
    return row->server < view->scope->server_status_count &&
           is_in(term, view->scope->feeds[row->server].name);
}

/* lamp:busy,ringing */
static bool match_lamp(const struct filter_term *term, const struct row *row,
                       const struct filter_view *view)
{
    (void)view;
    return (term->lamps >> row->lamp & 1) != 0;
}

/* Is the state among those asked for? */
static bool is_wanted_state(const struct filter_term *term, int32_t state)
{
    for (size_t i = 0; i < term->state_count; i++) {
        bool is_untold = term->states[i] == FILTER_UNTOLD_STATE && !registration_is_told(state);
        if (is_untold || term->states[i] == state)
            return true;
    }
    return false;
}

/* reg:expired */
static bool match_registration(const struct filter_term *term, const struct row *row,
                               const struct filter_view *view)
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
static bool match_problem(const struct filter_term *term, const struct row *row,
                          const struct filter_view *view)
{
    (void)term;
    (void)view;
    return row_is_problem(row);
}

/* Is the span on the asked side of the term's? */
static bool compare_span(const struct filter_term *term, int64_t span_ms)
{
    if (span_ms == term->span_ms)
        return term->or_equal;
    return term->is_less == (span_ms < term->span_ms);
}

/* for>10m. An age whose beginning was not seen is a lower bound: it can only be proven longer. */
static bool match_for(const struct filter_term *term, const struct row *row,
                      const struct filter_view *view)
{
    const struct filter_scope *scope = view->scope;
    struct staleness_span span =
        staleness_in_state(scope->feeds, scope->server_status_count, row, scope->now.ms);
    if (term->is_less && !span.is_exact)
        return false;
    return compare_span(term, span.ms);
}

/* expires<60s */
static bool match_expires(const struct filter_term *term, const struct row *row,
                          const struct filter_view *view)
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
static bool match_regex(const struct filter_term *term, const struct row *row,
                        const struct filter_view *view)
{
    return filter_regex_matches(term->pattern, row->extension.number) ||
           (row->name != NULL && filter_regex_matches(term->pattern, row->name)) ||
           match_agent(term, row, view);
}

typedef bool (*matcher)(const struct filter_term *term, const struct row *row,
                        const struct filter_view *view);

static const matcher matchers[FILTER_KIND_COUNT] = {
    [FILTER_TEXT] = match_text,
    [FILTER_EXTENSION] = match_extension,
    [FILTER_AGENT] = match_agent,
    [FILTER_NAME] = match_name,
    [FILTER_SERVER] = match_server,
    [FILTER_LAMP] = match_lamp,
    [FILTER_REGISTRATION] = match_registration,
    [FILTER_PROBLEM] = match_problem,
    [FILTER_FOR] = match_for,
    [FILTER_EXPIRES] = match_expires,
    [FILTER_REGEX] = match_regex,
};

bool filter_term_holds(const struct filter_term *term, const struct row *row,
                       const struct filter_view *view)
{
    return matchers[term->kind](term, row, view) != term->excludes;
}

void filter_term_clear(struct filter_term *term)
{
    free(term->text);
    free(term->states);
    filter_regex_free(term->pattern);
    *term = (struct filter_term){.kind = FILTER_TEXT};
}
