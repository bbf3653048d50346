/* SPDX-License-Identifier: MIT */
/* A long random walk of polls over a roster, compared after each step with a naive model of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/roster.h"

#define MODEL_SERVERS 3
#define MODEL_NUMBERS 12

/* What the naive model knows of one identity. */
struct known {
    bool is_there;
    int gone_polls;
    int32_t status;
    int32_t contact;
    enum lamp lamp;
    enum lamp previous;
    int64_t since;
    int64_t heard;
    bool exact;
    uint32_t id;
};

struct model {
    struct known known[MODEL_SERVERS][MODEL_NUMBERS];
    bool was_changed; /* by the last operation, visibly */
};

/* The model's lamp for the few records the walk makes. */
static enum lamp model_lamp(int32_t status, int32_t contact)
{
    static const enum lamp live[] = {LAMP_UNKNOWN, LAMP_ONLINE, LAMP_RINGING, LAMP_BUSY};
    if (contact == 1)
        return live[status];
    return status == 0 ? LAMP_OFFLINE : LAMP_MISMATCH;
}

/* Applies an extension with one contact. */
static uint32_t apply(struct roster *roster, uint16_t server, const char *number, int32_t status,
                      int32_t contact, bool is_first_poll, int64_t now)
{
    struct extension extension = {.number = mem_strdup(number),
                                  .registrations = mem_new(1, sizeof(struct registration)),
                                  .registration_count = 1,
                                  .status = status,
                                  .has_list = true};
    extension.registrations[0] = (struct registration){mem_printf("agent %d", status), 5, contact};
    return roster_apply(roster, server, &extension, is_first_poll, now);
}

/* Applies to roster and model. */
static void pager_apply(struct roster *roster, struct model *model, struct rng *rng, size_t server,
                        size_t number, int64_t now)
{
    struct known *known = &model->known[server][number];
    char text[8];
    snprintf(text, sizeof text, "*%zu", number);
    int32_t status = (int32_t)rng_below(rng, 4);
    int32_t contact = rng_below(rng, 2) == 0 ? 1 : -1;
    bool first = rng_below(rng, 4) == 0;
    enum lamp lamp = model_lamp(status, contact);
    uint32_t id = apply(roster, (uint16_t)server, text, status, contact, first, now);
    model->was_changed = !known->is_there || known->gone_polls > 0 || known->status != status ||
                         known->contact != contact;
    if (!known->is_there)
        *known = (struct known){.is_there = true,
                                .lamp = lamp,
                                .previous = lamp,
                                .since = now,
                                .exact = false,
                                .id = id};
    if (known->lamp != lamp) {
        known->previous = known->lamp;
        known->lamp = lamp;
        known->since = now;
        known->exact = !first;
    }
    known->gone_polls = 0;
    known->status = status;
    known->contact = contact;
    known->heard = now;
}

/* Confirms in roster and model. */
static void pager_confirm(struct roster *roster, struct model *model, size_t server, size_t number,
                          int64_t now)
{
    struct known *known = &model->known[server][number];
    model->was_changed = false;
    if (!known->is_there)
        return;
    model->was_changed = known->gone_polls > 0;
    known->gone_polls = 0;
    known->heard = now;
    roster_confirm(roster, known->id, now);
}

/* Ends a poll in roster and model. */
static void pager_end(struct roster *roster, struct model *model, size_t server, int64_t started,
                      int64_t now)
{
    model->was_changed = false;
    roster_end_poll(roster, (uint16_t)server, started, now);
    for (size_t i = 0; i < MODEL_NUMBERS; i++) {
        struct known *known = &model->known[server][i];
        if (!known->is_there || known->heard >= started)
            continue;
        known->gone_polls++;
        model->was_changed |= known->gone_polls == 1 || known->gone_polls > ROSTER_GONE_POLLS;
        known->is_there = known->gone_polls <= ROSTER_GONE_POLLS;
    }
}

/* Does the roster hold this row as the model knows it? */
static void check_row(const struct roster *roster, size_t server, size_t number,
                      const struct known *known)
{
    char text[8];
    snprintf(text, sizeof text, "*%zu", number);
    uint32_t id = roster_find(roster, (uint16_t)server, text);
    if (!known->is_there) {
        assert_int_equal(id, ROW_NONE);
        return;
    }
    assert_int_equal(id, known->id);
    const struct row *row = roster_row(roster, id);
    assert_int_equal(row->gone_polls, known->gone_polls);
    assert_int_equal(row->extension.status, known->status);
    assert_int_equal(row->extension.registrations[0].state, known->contact);
    assert_int_equal(row->lamp, known->lamp);
    assert_int_equal(row->previous, known->previous);
    assert_int_equal(row->since_ms, known->since);
    assert_int_equal(row->last_seen_ms, known->heard);
    assert_int_equal(row->is_since_exact, known->exact);
}

/* Does the roster know of each moment at which the model has rows, and of no other? */
static void check_heard(const struct roster *roster, const struct model *model, size_t server)
{
    int64_t ms = INT64_MIN;
    do {
        int64_t next = LAST_SEEN_NONE;
        for (size_t i = 0; i < MODEL_NUMBERS; i++) {
            const struct known *known = &model->known[server][i];
            if (known->is_there && known->gone_polls == 0 && known->heard > ms &&
                known->heard < next)
                next = known->heard;
        }
        ms = roster_heard_after(roster, (uint16_t)server, ms);
        assert_int_equal(ms, next);
    } while (ms != LAST_SEEN_NONE);
}

/* Does the roster tell which rows changed since it last was asked? */
static void check_changes(const struct roster *roster, const struct model *before,
                          const struct model *model, uint64_t generation)
{
    for (size_t server = 0; server < MODEL_SERVERS; server++) {
        for (size_t i = 0; i < MODEL_NUMBERS; i++) {
            const struct known *was = &before->known[server][i];
            const struct known *is = &model->known[server][i];
            bool has_changed = was->is_there != is->is_there || was->lamp != is->lamp ||
                               was->status != is->status || was->contact != is->contact ||
                               (was->gone_polls > 0) != (is->gone_polls > 0);
            if (was->is_there || is->is_there)
                assert_int_equal(roster_has_changed(roster, is->id, generation), has_changed);
        }
    }
}

/* Are all rows, and all counts, what the model says? */
static void check_all(const struct roster *roster, const struct model *model)
{
    size_t lamps[LAMP_COUNT] = {0};
    size_t count = 0;
    size_t gone = 0;
    unsigned agents = 0;
    for (size_t server = 0; server < MODEL_SERVERS; server++) {
        struct counts own = {.gone = 0};
        for (size_t i = 0; i < MODEL_NUMBERS; i++) {
            const struct known *known = &model->known[server][i];
            check_row(roster, server, i, known);
            count += known->is_there;
            agents |= known->is_there ? 1u << known->status : 0;
            own.gone += known->is_there && known->gone_polls > 0;
            own.lamps[known->lamp] += known->is_there && known->gone_polls == 0;
        }
        struct counts counted = roster_count_server(roster, (uint16_t)server);
        assert_memory_equal(&counted, &own, sizeof own);
        check_heard(roster, model, server);
        for (size_t lamp = 0; lamp < LAMP_COUNT; lamp++)
            lamps[lamp] += own.lamps[lamp];
        gone += own.gone;
    }
    assert_int_equal(roster->count, count);
    assert_int_equal(roster->gone, gone);
    assert_int_equal(roster->agents.count, __builtin_popcount(agents));
    assert_memory_equal(roster->lamps, lamps, sizeof lamps);
}

static void roster__agrees_with_a_naive_model(void **state)
{
    (void)state;
    struct roster walked;
    struct roster *roster = &walked;
    roster_init(roster, NULL, 0);
    struct model model = {.was_changed = false};
    struct rng rng;
    rng_seed(&rng, 20110210);
    int64_t started[MODEL_SERVERS] = {0};
    for (int64_t now = 1; now < 6000; now++) {
        size_t server = (size_t)rng_below(&rng, MODEL_SERVERS);
        size_t number = (size_t)rng_below(&rng, MODEL_NUMBERS);
        uint64_t before = roster->generation;
        struct model model_before = model;
        uint64_t choice = rng_below(&rng, 12);
        if (choice < 4) {
            pager_apply(roster, &model, &rng, server, number, now);
        } else if (choice < 9) {
            pager_confirm(roster, &model, server, number, now);
        } else {
            pager_end(roster, &model, server, started[server], now);
            started[server] = now + 1;
        }
        assert_int_equal(roster->generation > before, model.was_changed);
        check_all(roster, &model);
        check_changes(roster, &model_before, &model, before);
    }
    roster_clear(roster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roster__agrees_with_a_naive_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
