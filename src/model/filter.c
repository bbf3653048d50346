/* SPDX-License-Identifier: MIT */
#include "model/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "model/filter_term.h"

#define QUOTED_MAX 40 /* bytes of the text quoted in a mistake */
#define BLANKS " \t\r\n\v\f"

/* Bytes of the text, not ended by a NUL. */
struct piece {
    const char *start;
    size_t length;
};

/* The length of a piece as "%.*s" wants it, cut to what a mistake quotes. */
static int quoted_length(struct piece piece)
{
    return piece.length > QUOTED_MAX ? QUOTED_MAX : (int)piece.length;
}

/* Keeps the text folded, as substrings and prefixes are compared. */
static bool read_text(struct filter_term *term, struct piece value, struct error *error)
{
    (void)error;
    term->text = mem_strndup(value.start, value.length);
    term->length = value.length;
    for (size_t i = 0; i < value.length; i++)
        term->text[i] = (char)ascii_byte(value.start[i]);
    return true;
}

/* Cuts the first item off a comma separated list; false at its end. */
static bool next_item(struct piece *list, struct piece *item)
{
    if (list->start == NULL)
        return false;
    const char *comma = memchr(list->start, ',', list->length);
    size_t length = comma == NULL ? list->length : (size_t)(comma - list->start);
    *item = (struct piece){list->start, length};
    if (comma == NULL)
        *list = (struct piece){NULL, 0};
    else
        *list = (struct piece){comma + 1, list->length - length - 1};
    return true;
}

/* busy,ringing */
static bool read_lamps(struct filter_term *term, struct piece value, struct error *error)
{
    struct piece item;
    while (next_item(&value, &item)) {
        enum lamp lamp;
        if (!lamp_find(item.start, item.length, &lamp))
            return error_set(
                error, ERROR_USAGE,
                "unknown state '%.*s'; expected online, ringing, busy, offline, expired, "
                "mismatch, unknown or static",
                quoted_length(item), item.start);
        term->lamps |= 1u << lamp;
    }
    return true;
}

static const struct {
    const char *word;
    int32_t state;
} state_words[] = {
    {"registered", REGISTRATION_REGISTERED}, {"unregistered", REGISTRATION_NOT_REGISTERED},
    {"not", REGISTRATION_NOT_REGISTERED},    {"expired", REGISTRATION_EXPIRED},
    {"none", REGISTRATION_NOT_NECESSARY},    {"unnecessary", REGISTRATION_NOT_NECESSARY},
    {"unknown", FILTER_UNTOLD_STATE},
};

/* A state by word or number. */
static bool read_state(struct piece item, int32_t *state)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++) {
        if (ascii_is_word(state_words[i].word, item.start, item.length)) {
            *state = state_words[i].state;
            return true;
        }
    }
    char digits[12] = "";
    if (item.length == 0 || item.length >= sizeof digits ||
        strspn(item.start, "-0123456789") < item.length)
        return false;
    memcpy(digits, item.start, item.length);
    char *end;
    long number = strtol(digits, &end, 10);
    *state = (int32_t)number;
    return *end == '\0' && number > INT32_MIN && number <= INT32_MAX;
}

/* expired,-1 */
static bool read_states(struct filter_term *term, struct piece value, struct error *error)
{
    struct piece item;
    while (next_item(&value, &item)) {
        int32_t state;
        if (!read_state(item, &state))
            return error_set(error, ERROR_USAGE,
                             "'%.*s' is no registration: registered, unregistered, expired, none, "
                             "unknown or a number",
                             quoted_length(item), item.start);
        term->states = mem_resize(term->states, term->state_count + 1, sizeof *term->states);
        term->states[term->state_count++] = state;
    }
    return true;
}

/* 10m */
static bool read_span(struct filter_term *term, struct piece value, struct error *error)
{
    if (clock_parse_duration(value.start, value.length, &term->span_ms))
        return true;
    return error_set(error, ERROR_USAGE, "'%.*s' is no duration: write 90s, 10m, 2h or 1d",
                     quoted_length(value), value.start);
}

struct field {
    const char *name;
    const char *example;
    enum filter_kind kind;
    bool is_span; /* < and > instead of a colon */
    bool (*read)(struct filter_term *term, struct piece value, struct error *error);
};

static const struct field fields[] = {
    {"ext", "ext:0003*2", FILTER_EXTENSION, false, read_text},
    {"agent", "agent:yealink", FILTER_AGENT, false, read_text},
    {"name", "name:desk", FILTER_NAME, false, read_text},
    {"server", "server:hq", FILTER_SERVER, false, read_text},
    {"lamp", "lamp:busy,ringing", FILTER_LAMP, false, read_lamps},
    {"reg", "reg:expired", FILTER_REGISTRATION, false, read_states},
    {"for", "for>10m", FILTER_FOR, true, read_span},
    {"expires", "expires<60s", FILTER_EXPIRES, true, read_span},
};

/* Takes what stands up to the next blank, or between quotes. */
static bool read_value(const char **cursor, struct piece *value, struct error *error)
{
    bool is_quoted = **cursor == '"';
    const char *start = *cursor + is_quoted;
    size_t length = strcspn(start, is_quoted ? "\"" : BLANKS);
    *value = (struct piece){start, length};
    *cursor = start + length + is_quoted;
    if (!is_quoted)
        return true;
    if (start[length] == '\0')
        return error_set(error, ERROR_USAGE, "the quote is not closed: write \"%.*s\"",
                         quoted_length(*value), start);
    if (**cursor != '\0' && strchr(BLANKS, **cursor) == NULL)
        return error_set(error, ERROR_USAGE, "a blank must follow the closing quote");
    return true;
}

/* The field a term begins with, or NULL with the list of fields. */
static const struct field *find_field(struct piece name, struct error *error)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (ascii_is_word(fields[i].name, name.start, name.length))
            return &fields[i];
    }
    char mark = name.start[name.length];
    error_set(error, ERROR_USAGE,
              "'%.*s' is no field: ext: agent: name: server: lamp: reg: for> expires<; to search "
              "for the text itself, quote it: \"%.*s%c...\"",
              quoted_length(name), name.start, quoted_length(name), name.start, mark);
    return NULL;
}

/* A term of the form field:value or field<value; `name` is its field. */
static bool read_field(const char **cursor, struct piece name, struct filter_term *term,
                       struct error *error)
{
    const struct field *field = find_field(name, error);
    if (field == NULL)
        return false;
    char mark = name.start[name.length];
    if (field->is_span ? mark != '<' && mark != '>' : mark != ':')
        return error_set(error, ERROR_USAGE, "%s is written like %s", field->name, field->example);
    *cursor = name.start + name.length + 1;
    term->kind = field->kind;
    term->is_less = mark == '<';
    term->or_equal = field->is_span && **cursor == '=';
    *cursor += term->or_equal;
    struct piece value;
    if (!read_value(cursor, &value, error))
        return false;
    if (value.length == 0)
        return error_set(error, ERROR_USAGE, "something must follow %s%c, like %s", field->name,
                         mark, field->example);
    return field->read(term, value, error);
}

/* ~regex */
static bool read_regex(const char **cursor, struct filter_term *term, struct error *error)
{
    struct piece value;
    (*cursor)++;
    if (!read_value(cursor, &value, error))
        return false;
    if (value.length == 0)
        return error_set(error, ERROR_USAGE, "a regex must follow ~, like ~^0003.2");
    char *text = mem_strndup(value.start, value.length);
    term->kind = FILTER_REGEX;
    term->pattern = filter_regex_new(text, error);
    free(text);
    return term->pattern != NULL;
}

/* A bare word, quoted or not. */
static bool read_word(const char **cursor, struct filter_term *term, struct error *error)
{
    bool is_quoted = **cursor == '"';
    struct piece value;
    if (!read_value(cursor, &value, error))
        return false;
    if (value.length == 0)
        return error_set(error, ERROR_USAGE, "there must be something between the quotes");
    if (!is_quoted && ascii_is_word("problem", value.start, value.length)) {
        term->kind = FILTER_PROBLEM;
        return true;
    }
    term->kind = FILTER_TEXT;
    return read_text(term, value, error);
}

/* One term, from its '!' to the blank after it. */
static bool read_term(const char **cursor, struct filter_term *term, struct error *error)
{
    term->excludes = **cursor == '!';
    *cursor += term->excludes;
    if (**cursor == '\0' || strchr(BLANKS, **cursor) != NULL)
        return error_set(error, ERROR_USAGE, "a term must follow !, like !lamp:busy");
    if (**cursor == '!')
        return error_set(error, ERROR_USAGE,
                         "one ! is enough; to search for the character, quote it: \"!\"");
    if (**cursor == '~')
        return read_regex(cursor, term, error);
    size_t letters = 0;
    while (ascii_byte((*cursor)[letters]) >= 'a' && ascii_byte((*cursor)[letters]) <= 'z')
        letters++;
    char mark = (*cursor)[letters];
    if (letters > 0 && mark != '\0' && strchr(":<>=", mark) != NULL)
        return read_field(cursor, (struct piece){*cursor, letters}, term, error);
    return read_word(cursor, term, error);
}

/* Adds an empty term to the query. */
static struct filter_term *add_term(struct filter *query)
{
    query->terms = mem_resize(query->terms, query->count + 1, sizeof *query->terms);
    struct filter_term *term = &query->terms[query->count++];
    *term = (struct filter_term){.kind = FILTER_TEXT, .index = query->count - 1};
    return term;
}

/* Reads the next term into the query. */
static bool take_term(struct filter *query, const char **cursor, struct error *error)
{
    if (query->count == FILTER_TERMS_MAX)
        return error_set(error, ERROR_USAGE, "a filter has at most %d terms", FILTER_TERMS_MAX);
    struct filter_term *term = add_term(query);
    if (!read_term(cursor, term, error))
        return false;
    query->depends_on_time |= term->kind == FILTER_FOR || term->kind == FILTER_EXPIRES;
    return true;
}

bool filter_compile(struct filter *query, const char *text, size_t *mistake_at, struct error *error)
{
    size_t ignored;
    size_t *at = mistake_at == NULL ? &ignored : mistake_at;
    *query = (struct filter){.terms = NULL};
    if (strlen(text) > FILTER_BYTES_MAX) {
        *at = FILTER_BYTES_MAX;
        return error_set(error, ERROR_USAGE, "a filter has at most %d bytes", FILTER_BYTES_MAX);
    }
    const char *cursor = text + strspn(text, BLANKS);
    while (*cursor != '\0') {
        const char *start = cursor;
        if (!take_term(query, &cursor, error)) {
            *at = (size_t)(start - text);
            filter_clear(query);
            return false;
        }
        cursor += strspn(cursor, BLANKS);
    }
    query->text = query->count > 0 ? mem_strdup(text) : NULL;
    return true;
}

bool filter_matches_with(const struct filter *query, const struct row *row,
                         const struct filter_scope *scope, struct filter_memo *memo)
{
    const struct filter_view view = {scope, memo};
    if (query->only_server && row->server != query->server)
        return false;
    if (query->only_problems && !row_is_problem(row))
        return false;
    for (size_t i = 0; i < query->count; i++) {
        if (!filter_term_holds(&query->terms[i], row, &view))
            return false;
    }
    return true;
}

bool filter_matches(const struct filter *query, const struct row *row,
                    const struct filter_scope *scope)
{
    return filter_matches_with(query, row, scope, NULL);
}

void filter_clear(struct filter *query)
{
    for (size_t i = 0; i < query->count; i++)
        filter_term_clear(&query->terms[i]);
    free(query->terms);
    free(query->text);
    *query = (struct filter){.terms = NULL};
}
