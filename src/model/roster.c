/* SPDX-License-Identifier: MIT */
#include "model/roster.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/record.h"

#define ROWS_FIRST 64 /* rows and buckets of the first allocation; a power of two */

void roster_init(struct roster *roster, const struct roster_name *names, size_t name_count)
{
    *roster = (struct roster){.free_row = ROW_NONE, .names = names, .name_count = name_count};
}

void roster_clear(struct roster *roster)
{
    for (size_t id = 0; id < roster->row_limit; id++)
        record_free(&roster->agents, &roster->rows[id].extension);
    for (size_t i = 0; i < roster->share_count; i++)
        last_seen_clear(&roster->shares[i].heard);
    free(roster->rows);
    free(roster->changes);
    free(roster->buckets);
    free(roster->shares);
    user_agents_clear(&roster->agents);
    roster_init(roster, NULL, 0);
}

/* A copy of an array. */
static void *copy_array(const void *from, size_t count, size_t size)
{
    return count > 0 ? memcpy(mem_new(count, size), from, count * size) : NULL;
}

void roster_copy(struct roster *to, const struct roster *from)
{
    *to = *from;
    user_agents_init(&to->agents);
    to->row_capacity = from->row_limit;
    to->rows = copy_array(from->rows, from->row_limit, sizeof *to->rows);
    to->changes = copy_array(from->changes, from->row_limit, sizeof *to->changes);
    to->buckets = copy_array(from->buckets, from->bucket_count, sizeof *to->buckets);
    to->shares = copy_array(from->shares, from->share_count, sizeof *to->shares);
    for (size_t id = 0; id < from->row_limit; id++) {
        if (from->rows[id].is_used)
            to->rows[id].extension = record_pack(&to->agents, &from->rows[id].extension);
    }
    for (size_t i = 0; i < from->share_count; i++)
        last_seen_copy(&to->shares[i].heard, &from->shares[i].heard);
}

/* The bucket of an identity: FNV-1a (draft-eastlake-fnv) over server and number. */
static size_t find_bucket(const struct roster *roster, uint16_t server, const char *number)
{
    uint64_t hash = (0xcbf29ce484222325u ^ server) * 0x100000001b3u;
    for (const char *byte = number; *byte != '\0'; byte++)
        hash = (hash ^ (unsigned char)*byte) * 0x100000001b3u;
    return (size_t)(hash ^ hash >> 32) & (roster->bucket_count - 1);
}

uint32_t roster_find(const struct roster *roster, uint16_t server, const char *number)
{
    if (roster->bucket_count == 0)
        return ROW_NONE;
    uint32_t id = roster->buckets[find_bucket(roster, server, number)];
    while (id != ROW_NONE) {
        const struct row *row = &roster->rows[id];
        if (row->server == server && strcmp(row->extension.number, number) == 0)
            return id;
        id = row->next_hash;
    }
    return ROW_NONE;
}

const struct row *roster_row(const struct roster *roster, uint32_t id)
{
    return id < roster->row_limit && roster->rows[id].is_used ? &roster->rows[id] : NULL;
}

int row_severity(const struct row *row)
{
    return row->gone_polls > 0 ? SEVERITY_GONE : lamp_info((enum lamp)row->lamp)->severity;
}

bool row_is_problem(const struct row *row)
{
    return row_severity(row) >= SEVERITY_PROBLEM;
}

/* Notes that what can be seen of a row has changed. */
static void note_change(struct roster *roster, uint32_t id)
{
    roster->changes[id] = (uint32_t)++roster->generation;
}

/* What is kept of a server. */
static struct server_rows *share_of(struct roster *roster, uint16_t server)
{
    if (server >= roster->share_count) {
        roster->shares = mem_resize(roster->shares, server + 1u, sizeof *roster->shares);
        while (roster->share_count <= server)
            roster->shares[roster->share_count++] = (struct server_rows){.counts = {.gone = 0}};
    }
    return &roster->shares[server];
}

int64_t roster_heard_after(const struct roster *roster, uint16_t server, int64_t ms)
{
    return server < roster->share_count ? last_seen_after(&roster->shares[server].heard, ms)
                                        : LAST_SEEN_NONE;
}

struct counts roster_count_server(const struct roster *roster, uint16_t server)
{
    return server < roster->share_count ? roster->shares[server].counts
                                        : (struct counts){.gone = 0};
}

/* Counts a row that comes (1) or leaves (-1), by its lamp or as gone. */
static void count_row(struct roster *roster, const struct row *row, int by)
{
    struct counts *counts = &roster->shares[row->server].counts;
    bool is_gone = row->gone_polls > 0;
    *(is_gone ? &counts->gone : &counts->lamps[row->lamp]) += (size_t)by;
    *(is_gone ? &roster->gone : &roster->lamps[row->lamp]) += (size_t)by;
}

/* Puts a row at the head of its bucket's chain. */
static void link_row(struct roster *roster, uint32_t id)
{
    struct row *row = &roster->rows[id];
    uint32_t *bucket = &roster->buckets[find_bucket(roster, row->server, row->extension.number)];
    row->next_hash = *bucket;
    *bucket = id;
}

/* Takes a row out of its bucket's chain. */
static void unlink_row(struct roster *roster, uint32_t id)
{
    struct row *row = &roster->rows[id];
    uint32_t *link = &roster->buckets[find_bucket(roster, row->server, row->extension.number)];
    while (*link != id)
        link = &roster->rows[*link].next_hash;
    *link = row->next_hash;
}

/* Doubles the buckets when there are more rows than buckets. */
static void grow_buckets(struct roster *roster)
{
    if (roster->count < roster->bucket_count)
        return;
    roster->bucket_count = roster->bucket_count == 0 ? ROWS_FIRST : roster->bucket_count * 2;
    roster->buckets = mem_resize(roster->buckets, roster->bucket_count, sizeof *roster->buckets);
    for (size_t i = 0; i < roster->bucket_count; i++)
        roster->buckets[i] = ROW_NONE;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        if (roster->rows[id].is_used)
            link_row(roster, id);
    }
}

/* An id no living row has. */
static uint32_t take_id(struct roster *roster)
{
    if (roster->free_row != ROW_NONE) {
        uint32_t id = roster->free_row;
        roster->free_row = roster->rows[id].next_hash;
        return id;
    }
    if (roster->row_limit == roster->row_capacity) {
        roster->row_capacity = roster->row_capacity + roster->row_capacity / 4 + ROWS_FIRST;
        roster->rows = mem_resize(roster->rows, roster->row_capacity, sizeof *roster->rows);
        roster->changes =
            mem_resize(roster->changes, roster->row_capacity, sizeof *roster->changes);
    }
    assert(roster->row_limit < ROW_NONE);
    return (uint32_t)roster->row_limit++;
}

/* Orders a number against a name's number, for bsearch. */
static int compare_name(const void *number, const void *name)
{
    return strcmp(number, ((const struct roster_name *)name)->number);
}

/* The friendly name of a number, or NULL. */
static const char *find_name(const struct roster *roster, const char *number)
{
    if (roster->name_count == 0)
        return NULL;
    const struct roster_name *found =
        bsearch(number, roster->names, roster->name_count, sizeof *roster->names, compare_name);
    return found == NULL ? NULL : found->name;
}

/* Measures the row's number: asked of all rows whenever other ones are listed. */
static void measure_number(struct row *row)
{
    const char *number = row->extension.number;
    const char *star = strrchr(number, '*');
    int cols = text_columns(number);
    row->number_cols = (uint8_t)(cols < UINT8_MAX ? cols : UINT8_MAX);
    row->number_tail = star != NULL && star - number < UINT8_MAX ? (uint8_t)(star - number + 1) : 0;
}

/* Appends a row that was never seen, or was forgotten. */
static uint32_t insert_row(struct roster *roster, uint16_t server, struct extension *extension,
                           int64_t now)
{
    grow_buckets(roster);
    uint32_t id = take_id(roster);
    struct row *row = &roster->rows[id];
    enum lamp lamp = extension_lamp(extension);
    *row = (struct row){
        .extension = record_pack(&roster->agents, extension),
        .since_ms = now,
        .last_seen_ms = now,
        .serial = ++roster->last_serial,
        .server = server,
        .lamp = (uint8_t)lamp,
        .previous = (uint8_t)lamp,
        .is_used = true,
    };
    measure_number(row);
    row->name = find_name(roster, row->extension.number);
    link_row(roster, id);
    last_seen_add(&share_of(roster, server)->heard, now);
    count_row(roster, row, 1);
    roster->count++;
    note_change(roster, id);
    extension_clear(extension);
    return id;
}

/* The row was held by a page: if it was gone, it is back. */
static void hear_row(struct roster *roster, uint32_t id, int64_t now)
{
    struct row *row = &roster->rows[id];
    struct last_seen *heard = &roster->shares[row->server].heard;
    int64_t before = row->last_seen_ms;
    row->last_seen_ms = now;
    row->missed_polls = 0;
    if (row->gone_polls == 0) {
        last_seen_move(heard, before, now);
        return;
    }
    last_seen_add(heard, now);
    count_row(roster, row, -1);
    row->gone_polls = 0;
    row->gone_ms = 0;
    count_row(roster, row, 1);
    note_change(roster, id);
}

/* Gives a row that is there its lamp. */
static void set_lamp(struct roster *roster, struct row *row, enum lamp lamp, bool after_outage,
                     int64_t now)
{
    if (row->lamp == lamp)
        return;
    count_row(roster, row, -1);
    row->previous = row->lamp;
    row->lamp = (uint8_t)lamp;
    count_row(roster, row, 1);
    row->since_ms = now;
    row->is_since_exact = !after_outage;
}

uint32_t roster_apply(struct roster *roster, uint16_t server, struct extension *extension,
                      bool after_outage, int64_t now)
{
    assert(extension->number != NULL);
    uint32_t id = roster_find(roster, server, extension->number);
    if (id == ROW_NONE)
        return insert_row(roster, server, extension, now);
    struct row *row = &roster->rows[id];
    hear_row(roster, id, now);
    if (!extension_equals(&row->extension, extension)) {
        struct extension record = record_pack(&roster->agents, extension);
        record_free(&roster->agents, &row->extension);
        row->extension = record;
        set_lamp(roster, row, extension_lamp(&row->extension), after_outage, now);
        note_change(roster, id);
    }
    extension_clear(extension);
    return id;
}

void roster_confirm(struct roster *roster, uint32_t id, int64_t now)
{
    assert(roster_row(roster, id) != NULL);
    hear_row(roster, id, now);
}

/* Forgets a row; its id is free. */
static void remove_row(struct roster *roster, uint32_t id)
{
    struct row *row = &roster->rows[id];
    unlink_row(roster, id);
    count_row(roster, row, -1);
    if (row->gone_polls == 0)
        last_seen_remove(&roster->shares[row->server].heard, row->last_seen_ms);
    record_free(&roster->agents, &row->extension);
    *row = (struct row){.next_hash = roster->free_row};
    roster->free_row = id;
    roster->count--;
    note_change(roster, id);
}

void roster_forget(struct roster *roster)
{
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        if (roster->rows[id].is_used)
            remove_row(roster, id);
    }
}

void roster_rename(struct roster *roster, const struct roster_name *names, size_t name_count)
{
    roster->names = names;
    roster->name_count = name_count;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        struct row *row = &roster->rows[id];
        if (!row->is_used)
            continue;
        row->name = find_name(roster, row->extension.number);
        note_change(roster, id);
    }
}

/* A whole poll did not hold the row. */
static void miss_row(struct roster *roster, uint32_t id, int64_t now)
{
    struct row *row = &roster->rows[id];
    if (row->gone_polls == ROSTER_GONE_POLLS) {
        remove_row(roster, id);
        return;
    }
    if (row->gone_polls > 0) {
        row->gone_polls++;
        return;
    }
    last_seen_remove(&roster->shares[row->server].heard, row->last_seen_ms);
    count_row(roster, row, -1);
    row->gone_polls = 1;
    row->gone_ms = now;
    count_row(roster, row, 1);
    note_change(roster, id);
}

/* Has every row of the server been heard since, so that there is nothing to settle? */
static bool are_all_heard(const struct roster *roster, uint16_t server, int64_t started_ms)
{
    return roster_count_server(roster, server).gone == 0 &&
           roster_heard_after(roster, server, INT64_MIN) >= started_ms;
}

/* A poll that may have stepped over the row did not hold it. */
static void miss_loosely(struct roster *roster, uint32_t id)
{
    if (++roster->rows[id].missed_polls == ROSTER_MISSED_POLLS_MAX)
        remove_row(roster, id);
}

void roster_end_partial_poll(struct roster *roster, uint16_t server, int64_t started_ms,
                             int64_t now, roster_judge *judge, const void *context)
{
    if (are_all_heard(roster, server, started_ms))
        return;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        const struct row *row = &roster->rows[id];
        if (!row->is_used || row->server != server || row->last_seen_ms >= started_ms)
            continue;
        enum roster_verdict verdict = judge(context, row->extension.number);
        if (verdict == ROSTER_MISSED)
            miss_row(roster, id, now);
        else if (verdict == ROSTER_LOOSE)
            miss_loosely(roster, id);
    }
}

/* The same verdict, which is the context, on every row. */
static enum roster_verdict judge_all(const void *context, const char *number)
{
    (void)number;
    return *(const enum roster_verdict *)context;
}

void roster_end_poll(struct roster *roster, uint16_t server, int64_t started_ms, int64_t now)
{
    enum roster_verdict verdict = ROSTER_MISSED;
    roster_end_partial_poll(roster, server, started_ms, now, judge_all, &verdict);
}

void roster_end_loose_poll(struct roster *roster, uint16_t server, int64_t started_ms)
{
    enum roster_verdict verdict = ROSTER_LOOSE;
    roster_end_partial_poll(roster, server, started_ms, started_ms, judge_all, &verdict);
}
