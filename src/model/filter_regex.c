/* SPDX-License-Identifier: MIT */
#include "model/filter_regex.h"

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define REASON_MAX 128

/* What regcomp writes out twice ("a+" is "aa*") weighs double that: where such repetitions stand
 * in each other, its time grows with the square of their number (measured on glibc 2.36). */
#define WRITTEN_TWICE 4

struct pattern {
    regex_t compiled;
};

/* What some of a pattern comes to once its repetitions are written out. */
struct load {
    uint64_t weight;
    uint64_t nested; /* repetitions of what has repetitions in it */
    uint64_t anchors;
    bool repeats;
    bool repeats_anchors;
};

/* The whole pattern, group by group. */
struct scale {
    struct load sum[FILTER_REGEX_DEPTH_MAX + 1]; /* of the atoms before the last, by depth */
    struct load
        last[FILTER_REGEX_DEPTH_MAX + 1]; /* the last atom: what a repetition would repeat */
    size_t depth;
};

/* Both together. */
static struct load add_loads(struct load a, struct load b)
{
    return (struct load){
        .weight = a.weight + b.weight,
        .nested = a.nested + b.nested,
        .anchors = a.anchors + b.anchors,
        .repeats = a.repeats || b.repeats,
        .repeats_anchors = a.repeats_anchors || b.repeats_anchors,
    };
}

/* A character or a bracket expression stands next. */
static void add_atom(struct scale *scale)
{
    struct load *sum = &scale->sum[scale->depth];
    *sum = add_loads(*sum, scale->last[scale->depth]);
    scale->last[scale->depth] = (struct load){.weight = 1};
}

/* An anchor stands next. */
static void add_anchor(struct scale *scale)
{
    add_atom(scale);
    scale->last[scale->depth].anchors = 1;
}

/* The last atom is written out `times` times and weighs `weight` times as much; the operator itself
 * weighs something too. */
static void repeat_atom(struct scale *scale, uint64_t weight, uint64_t times)
{
    struct load *last = &scale->last[scale->depth];
    last->weight = (last->weight > 0 ? last->weight : 1) * weight + 1;
    last->nested = (last->nested + last->repeats) * times;
    last->repeats = true;
    last->repeats_anchors |= last->anchors > 0;
}

/* The group ends and becomes the last atom of the one around it. Without a group ')' is an
 * ordinary character (glibc). */
static void close_group(struct scale *scale)
{
    if (scale->depth == 0) {
        add_atom(scale);
        return;
    }
    struct load group = add_loads(scale->sum[scale->depth], scale->last[scale->depth]);
    group.weight++;
    scale->depth--;
    add_atom(scale);
    scale->last[scale->depth] = group;
}

/* The last byte of a bracket expression that starts at `at`, or of the text if it never ends. */
static const char *skip_bracket(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    if (*at == ']')
        at++;
    while (*at != '\0' && *at != ']') {
        const char *close = NULL;
        if (*at == '[' && at[1] != '\0' && strchr(":.=", at[1]) != NULL) {
            const char end[] = {at[1], ']', '\0'};
            close = strstr(at + 2, end);
        }
        at = close == NULL ? at + 1 : close + 2;
    }
    return *at == '\0' ? at - 1 : at;
}

/* Repeats the last atom as "{m,n}" at `at` says. Returns the last byte of that. */
static const char *read_braces(struct scale *scale, const char *at)
{
    uint64_t most = 1;
    uint64_t number = 0;
    for (at++; *at == ',' || (*at >= '0' && *at <= '9'); at++) {
        number = *at == ',' ? 0 : number * 10 + (uint64_t)(*at - '0');
        number = number > FILTER_REGEX_WEIGHT_MAX ? FILTER_REGEX_WEIGHT_MAX : number;
        most = number > most ? number : most;
    }
    repeat_atom(scale, WRITTEN_TWICE / 2 * (most + 1), most + 1);
    return *at == '}' ? at : at - 1;
}

/* All that stands on the scale. */
static struct load read_scale(const struct scale *scale)
{
    struct load total = {.weight = 0};
    for (size_t i = 0; i <= scale->depth; i++)
        total = add_loads(total, add_loads(scale->sum[i], scale->last[i]));
    return total;
}

/* Puts the byte at `at` on the scale and returns the last byte that belongs to it. */
static const char *weigh_byte(struct scale *scale, const char *at)
{
    switch (*at) {
    case '(':
        scale->depth++;
        scale->sum[scale->depth] = (struct load){.weight = 0};
        scale->last[scale->depth] = (struct load){.weight = 0};
        return at;
    case ')':
        close_group(scale);
        return at;
    case '*':
    case '?':
        repeat_atom(scale, 1, 1);
        return at;
    case '+':
        repeat_atom(scale, WRITTEN_TWICE, 2);
        return at;
    case '{':
        return read_braces(scale, at);
    case '[':
        add_atom(scale);
        return skip_bracket(at);
    case '^':
    case '$':
        add_anchor(scale);
        return at;
    case '\\':
        if (at[1] != '\0' && strchr("bB<>`'", at[1]) != NULL)
            add_anchor(scale);
        else
            add_atom(scale);
        return at[1] == '\0' ? at : at + 1;
    default:
        add_atom(scale);
        return at;
    }
}

/* Is this light enough for regcomp? */
static bool check_load(const struct load *load, struct error *error)
{
    uint64_t doublings = load->repeats ? load->nested + load->anchors : 0;
    if (load->weight > FILTER_REGEX_WEIGHT_MAX)
        return error_set(error, ERROR_USAGE,
                         "this regex repeats too much; use smaller numbers in {}, or * alone");
    if (load->repeats_anchors)
        return error_set(error, ERROR_USAGE,
                         "a regex here repeats no anchor (^ $ \\b \\B \\< \\>); put it beside what "
                         "is repeated");
    if (doublings > FILTER_REGEX_DOUBLINGS_MAX && load->nested > load->anchors)
        return error_set(error, ERROR_USAGE,
                         "this regex repeats repetitions too often; a* does for a** and (a*)*");
    if (doublings > FILTER_REGEX_DOUBLINGS_MAX || load->anchors > FILTER_REGEX_ANCHORS_MAX)
        return error_set(error, ERROR_USAGE,
                         "this regex has too many anchors (^ $ \\b \\B \\< \\>); ^(a|b) does for "
                         "^a|^b");
    return true;
}

/* Is the pattern free of back-references, and small when written out? */
static bool check_weight(const char *text, struct error *error)
{
    struct scale scale = {.depth = 0};
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\' && at[1] >= '1' && at[1] <= '9')
            return error_set(error, ERROR_USAGE,
                             "a regex here has no back-references (\\%c); write the text again",
                             at[1]);
        if (*at == '(' && scale.depth == FILTER_REGEX_DEPTH_MAX)
            return error_set(error, ERROR_USAGE,
                             "a regex here has at most %d parentheses in each other",
                             FILTER_REGEX_DEPTH_MAX);
        at = weigh_byte(&scale, at);
        struct load load = read_scale(&scale);
        if (!check_load(&load, error))
            return false;
    }
    return true;
}

struct pattern *filter_regex_new(const char *text, struct error *error)
{
    if (!check_weight(text, error))
        return NULL;
    struct pattern *pattern = mem_new(1, sizeof *pattern);
    int status = regcomp(&pattern->compiled, text, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    if (status == 0)
        return pattern;
    char reason[REASON_MAX];
    regerror(status, &pattern->compiled, reason, sizeof reason);
    free(pattern);
    error_set(error, ERROR_USAGE, "this is not a regex yet: %s", reason);
    return NULL;
}

void filter_regex_free(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    regfree(&pattern->compiled);
    free(pattern);
}

bool filter_regex_matches(const struct pattern *pattern, const char *text)
{
    return regexec(&pattern->compiled, text, 0, NULL, 0) == 0;
}
