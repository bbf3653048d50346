/* SPDX-License-Identifier: MIT */
#include "support/window_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/cycle.h"

#define SERVER 3 /* the rig's */

const struct pager_reach window_reach = {.start_max = 20, .count_max = 20};

size_t window_below(struct source_fixture *rig, size_t bound)
{
    return (size_t)rng_below(&rig->rng, bound);
}

/* A number of a fleet of some shape. */
static void draw_number(struct source_fixture *rig, int shape, char number[32])
{
    static const char letters[] = "abcXYZ-._#";
    size_t n = window_below(rig, 900);
    switch (shape) {
    case 0: /* tenants */
        snprintf(number, 32, "%04zu*%03zu", window_below(rig, 40), n % 60);
        break;
    case 1: /* short numbers of every length: some are another's beginning */
        snprintf(number, 32, "%zu", n % (window_below(rig, 3) == 0 ? 9 : 900));
        break;
    case 2: /* one tenant */
        snprintf(number, 32, "0003*%03zu", n);
        break;
    case 3: /* letters in them */
        snprintf(number, 32, "%c%c*%zu", letters[window_below(rig, sizeof letters - 1)],
                 letters[window_below(rig, sizeof letters - 1)], n % 40);
        break;
    case 4: /* one long way to the first difference */
        snprintf(number, 32, "00000000000000*%s%zu", window_below(rig, 9) == 0 ? "x" : "", n);
        break;
    default: /* stars everywhere */
        snprintf(number, 32, "*%zu*%zu%s", n % 7, n % 100, n % 3 == 0 ? "*" : "");
    }
}

/* The index of an entry with this number, or the count of entries. */
static size_t find_entry(const struct source_fixture *rig, const char *number)
{
    char member[64];
    size_t i = 0;
    snprintf(member, sizeof member, "\"%s\"", number);
    while (i < rig->entry_count && strstr(rig->entries[i], member) == NULL)
        i++;
    return i;
}

/* Puts one more extension somewhere in the list. */
static void put_extension(struct source_fixture *rig, const char *number, size_t serial)
{
    char *json = mem_printf("{\"extension\":\"%s\",\"status\":%zu,\"registration\":[{\"agent\":"
                            "\"phone %zu\",\"registration\":1}]}",
                            number, serial % 4, serial);
    source_fixture_add_raw(rig, json);
    free(json);
    size_t place = window_below(rig, rig->entry_count);
    char *moved = rig->entries[rig->entry_count - 1];
    memmove(&rig->entries[place + 1], &rig->entries[place],
            (rig->entry_count - 1 - place) * sizeof *rig->entries);
    rig->entries[place] = moved;
}

void window_grow(struct source_fixture *rig, struct window_fleet *fleet, size_t count)
{
    char number[32];
    for (size_t i = 0; i < count && rig->entry_count < WINDOW_FLEET_MAX; i++) {
        draw_number(rig, fleet->shape, number);
        if (find_entry(rig, number) == rig->entry_count)
            put_extension(rig, number, fleet->serial++);
    }
}

void window_shrink(struct source_fixture *rig, size_t count)
{
    for (size_t i = 0; i < count && rig->entry_count > 0; i++)
        source_fixture_remove(rig, window_below(rig, rig->entry_count));
}

void window_begin(struct source_fixture *rig, int shape, size_t count)
{
    struct window_fleet fleet = {.shape = shape};
    source_fixture_init(rig);
    rig->reach = &window_reach;
    rig->settings.page_size = 10;
    rig->at_once = RIG_AT_ONCE_MAX;
    while (rig->entry_count < count)
        window_grow(rig, &fleet, 1);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
}

void window_assert_rows(const struct source_fixture *rig)
{
    assert_int_equal(rig->roster.count - rig->roster.gone, rig->entry_count);
    for (size_t i = 0; i < rig->entry_count; i++) {
        char number[32];
        char status = strstr(rig->entries[i], "\"status\":")[strlen("\"status\":")];
        snprintf(number, sizeof number, "%s", strchr(rig->entries[i], ':') + 2);
        number[strcspn(number, "\"")] = '\0';
        const struct row *row = roster_row(&rig->roster, roster_find(&rig->roster, SERVER, number));
        assert_non_null(row);
        assert_int_equal(row->gone_polls, 0);
        assert_int_equal(row->extension.status, status - '0');
    }
}

void window_assert_told(const struct source_fixture *rig)
{
    const struct server_status *feed = &rig->feed;
    if (feed->is_complete) {
        assert_false(error_is_set(&feed->error));
        assert_true((int64_t)feed->read >= feed->total ||
                    feed->total <= window_reach.start_max + window_reach.count_max);
    }
    assert_true(rig->most <= CYCLE_SLOTS_MAX);
}
