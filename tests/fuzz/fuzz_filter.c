/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the filter grammar: any bytes are a filter or a mistake that is told in its place, a
 * filter gives the same answer each time, and `!` in front of a single term turns its answer round.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/filter.h"
#include "model/filter_term.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct registration contacts[] = {{(char[]){"Yealink SIP-T46S 66.86"}, 1700000030, 1},
                                         {NULL, EXPIRES_NONE, -2},
                                         {(char[]){"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b"}, -1, 9}};

static const struct row rows[] = {
    {.extension = {(char[]){"0003*210"}, contacts, 3, 1, true, false},
     .name = "Front desk",
     .since_ms = 5,
     .lamp = LAMP_ONLINE},
    {.extension = {(char[]){"0003*211"}, NULL, 0, NUMBER_NONE, false, true},
     .lamp = LAMP_UNKNOWN,
     .server = 1,
     .is_since_exact = true},
    {.extension = {(char[]){""}, NULL, 0, 0, true, false}, .lamp = LAMP_OFFLINE, .gone_polls = 1},
};

static const struct server_status feeds[] = {{.name = (char[]){"hq"}}};
static const struct filter_scope scope = {{100000, 1700000000000}, feeds, 1};

#define ROWS (sizeof rows / sizeof *rows)

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A mistake is told, in its place, and leaves nothing behind. */
static void check_mistake(const char *text)
{
    struct filter query;
    struct error error = {.kind = ERROR_NONE};
    size_t at = SIZE_MAX;
    require(!filter_compile(&query, text, &at, &error));
    require(query.terms == NULL && query.count == 0);
    require(at <= strlen(text) && error_is_set(&error) && error.text[0] != '\0');
}

/* With `!` in front, a single term holds for the other rows. */
static void check_excluded(const struct filter *query, const char *text)
{
    const char *term = text + strspn(text, " \t\r\n\v\f");
    struct filter opposite;
    if (query->count != 1 || query->terms[0].excludes || strlen(text) == FILTER_BYTES_MAX)
        return;
    char *turned = mem_printf("!%s", term);
    require(filter_compile(&opposite, turned, NULL, NULL));
    for (size_t i = 0; i < ROWS; i++)
        require(filter_matches(query, &rows[i], &scope) !=
                filter_matches(&opposite, &rows[i], &scope));
    filter_clear(&opposite);
    free(turned);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    struct filter query;
    if (filter_compile(&query, text, NULL, NULL)) {
        require(query.count <= FILTER_TERMS_MAX && (query.count == 0) == (query.terms == NULL));
        check_excluded(&query, text);
        filter_clear(&query);
    } else {
        check_mistake(text);
    }
    free(text);
    return 0;
}
