/* SPDX-License-Identifier: MIT */
/* Row 9: what a key costs that is typed into the filter, with the sort that follows, against a
 * plain scan of the same texts that sorts nothing. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "bench/subject.h"
#include "model/listing.h"
#include "uapi/entry.h"

#define TURNS 21

/* A filter as it is typed, and the text or pattern that the scan looks for. */
struct filter_case {
    const char *query;
    const char *needle;
    bool is_regex;
};

static const struct filter_case filters[] = {
    {"yealink", "yealink", false},
    {"210", "210", false},
    {"zzz", "zzz", false},
    {"~t4[0-9]u", "t4[0-9]u", true},
    {"~^0003.*5$", "^0003.*5$", true},
    {"~yea|snom", "yea|snom", true},
};

/* Puts a crowd's entries into a roster. */
static void fill(struct roster *roster, const struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        struct extension extension;
        const struct member *member = &crowd->members[i];
        if (!entry_decode(&extension, member->text, member->length, NULL))
            die("an entry of the crowd cannot be read");
        (void)roster_apply(roster, 0, &extension, false, 1000);
    }
}

/* Does the scan find it in a row's number or agents? */
static bool is_found(const struct row *row, const struct filter_case *filter, const regex_t *regex)
{
    const struct extension *extension = &row->extension;
    if (filter->is_regex ? regexec(regex, extension->number, 0, NULL, 0) == 0
                         : strcasestr(extension->number, filter->needle) != NULL)
        return true;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        const char *agent = extension->registrations[i].agent;
        if (agent != NULL && (filter->is_regex ? regexec(regex, agent, 0, NULL, 0) == 0
                                               : strcasestr(agent, filter->needle) != NULL))
            return true;
    }
    return false;
}

/* Seconds of a plain scan; *found gets how many rows match. */
static double scan(const struct roster *roster, const struct filter_case *filter, size_t *found)
{
    regex_t regex;
    if (filter->is_regex && regcomp(&regex, filter->needle, REG_EXTENDED | REG_ICASE | REG_NOSUB))
        die("a pattern is wrong: %s", filter->needle);
    *found = 0;
    double before = cpu_seconds();
    for (size_t id = 0; id < roster->row_limit; id++)
        *found += is_found(&roster->rows[id], filter, &regex);
    double spent = cpu_seconds() - before;
    if (filter->is_regex)
        regfree(&regex);
    return spent;
}

/* Seconds of what a board does to list what a filter leaves. */
static double list(const struct roster *roster, const char *text, struct listing *listing)
{
    struct filter query;
    struct sort_order order = {.keys = {SORT_SEVERITY, SORT_EXTENSION}, .count = 2};
    struct filter_scope scope = {.now = {2000, 2000}};
    double before = cpu_seconds();
    if (!filter_compile(&query, text, NULL, NULL))
        die("a filter is wrong: %s", text);
    listing_update(listing, roster, &query, &order, &scope);
    double spent = cpu_seconds() - before;
    filter_clear(&query);
    return spent;
}

/* Seconds of the key that completes a filter, after the one before it; *found as above. */
static double type_key(const struct roster *roster, const struct filter_case *filter,
                       struct listing *listing, size_t *found)
{
    char *begun = mem_strndup(filter->query, strlen(filter->query) - 1);
    (void)list(roster, begun, listing);
    double spent = list(roster, filter->query, listing);
    *found = listing->count;
    free(begun);
    return spent;
}

/* Measures a filter on a roster. */
static void measure(struct bench *bench, const struct roster *roster,
                    const struct filter_case *filter)
{
    struct listing listing;
    size_t ours = 0, theirs = 0;
    double goal = filter->is_regex ? 1.2 : 1.0;
    struct table_row *row = table_add(&bench->table, 9, "ms", GOAL_RATIO, goal);
    listing_init(&listing);
    for (int i = 0; i < TURNS; i++) {
        figures_add(&row->ours, type_key(roster, filter, &listing, &ours) * 1e3);
        figures_add(&row->theirs, scan(roster, filter, &theirs) * 1e3);
    }
    if (ours != theirs)
        die("filter %s: %zu rows match, but a scan finds %zu", filter->query, ours, theirs);
    char *means = mem_printf("%zu of %zu match and are sorted by severity and number; the scan "
                             "sorts nothing.",
                             ours, roster->count);
    table_describe(row,
                   filter->is_regex ? "regexec (REG_ICASE) on number and agents"
                                    : "strcasestr on number and agents",
                   means, "filter key \"%s\", %zu rows", filter->query, roster->count);
    free(means);
    listing_clear(&listing);
}

/* Measures all filters at a size. */
static void measure_size(struct bench *bench, size_t count)
{
    struct crowd crowd;
    struct roster roster;
    crowd_init(&crowd, count, 1);
    roster_init(&roster, NULL, 0);
    fill(&roster, &crowd);
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++)
        measure(bench, &roster, &filters[i]);
    roster_clear(&roster);
    crowd_clear(&crowd);
}

void part_filter(struct bench *bench)
{
    measure_size(bench, 10000);
    measure_size(bench, 100000);
}
