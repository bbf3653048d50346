/* SPDX-License-Identifier: MIT */
#include "bench/crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FIRST_TENANT 3
#define FIRST_NUMBER 200
#define TENANT_LEAST 40 /* extensions of a tenant */
#define TENANT_MOST 160
#define COUNT_MAX 4999 /* of a page; startIndex has the same limit (List Presence) */
#define COUNT_DEFAULT 20
#define PREFIX_MAX 16

/* What phones say of themselves, more often the first ones. */
static const char *const agents[] = {
    "Yealink SIP-T46U 108.86.0.118",
    "Yealink SIP-T31P 124.86.0.40",
    "PolycomVVX-VVX_411-UA/5.9.6.23",
    "Cisco/SPA504G-7.6.2e",
    "Grandstream GXP2170 1.0.11.64",
    "snomD785/10.1.148.1",
    "3CXPhone 5.0.14439.0",
    "Fanvil X4U 2.12.1",
    "Zoiper rv2.10.20.3",
    "Bria 6 release 6.5.1",
    "Gigaset N510 IP PRO/42.258.00",
    "PolyEdge E350/8.0.1.5",
};

/* An index, drawn so that small ones come more often. */
static size_t draw_agent(struct rng *rng)
{
    size_t a = rng_below(rng, COUNT_OF(agents));
    size_t b = rng_below(rng, COUNT_OF(agents));
    return a < b ? a : b;
}

/* A status as in an office at work: most are online, some talk, a few ring or are unknown. */
static char draw_status(struct rng *rng)
{
    uint64_t lot = rng_below(rng, 100);
    if (lot < 82)
        return '1';
    return lot < 92 ? '3' : lot < 94 ? '2' : '0';
}

/* Writes an extension's entry. */
static void write_member(struct member *member, struct rng *rng)
{
    bool is_bare = rng_below(rng, 10) == 0;
    int registration = rng_below(rng, 20) == 0 ? -1 : 1;
    int length = snprintf(member->text, sizeof member->text, "{\"extension\":\"%s\",\"status\":%c,",
                          member->number, draw_status(rng));
    member->status_at = (uint16_t)(length - 2);
    char *rest = member->text + length;
    size_t room = sizeof member->text - (size_t)length;
    if (is_bare) {
        length += snprintf(rest, room, "\"registration\":[]}");
    } else {
        length += snprintf(rest, room,
                           "\"registration\":[{\"agent\":\"%s\",\"registration\":\"%d\","
                           "\"expire\":\"2026-11-25T20:%02u:%02uZ\"}]}",
                           agents[draw_agent(rng)], registration, (unsigned)rng_below(rng, 60),
                           (unsigned)rng_below(rng, 60));
        member->expire_at = (uint16_t)(length - (int)strlen("00:00Z\"}]}"));
    }
    member->length = (uint16_t)length;
}

void crowd_init(struct crowd *crowd, size_t count, uint64_t seed)
{
    *crowd = (struct crowd){.count = count};
    rng_seed(&crowd->rng, seed);
    crowd->members = mem_new(count, sizeof *crowd->members);
    crowd->order = mem_new(count, sizeof *crowd->order);
    unsigned tenant = FIRST_TENANT;
    uint64_t left = 0, number = 0;
    for (size_t i = 0; i < count; i++, left--, number++) {
        if (left == 0) {
            left = TENANT_LEAST + rng_below(&crowd->rng, TENANT_MOST - TENANT_LEAST);
            number = FIRST_NUMBER;
            tenant += i > 0;
        }
        snprintf(crowd->members[i].number, sizeof crowd->members[i].number, "%04u*%03u",
                 tenant % 10000, (unsigned)number % 1000);
        write_member(&crowd->members[i], &crowd->rng);
        crowd->order[i] = (uint32_t)i;
    }
}

void crowd_clear(struct crowd *crowd)
{
    free(crowd->members);
    free(crowd->order);
    *crowd = (struct crowd){0};
}

void crowd_change(struct crowd *crowd, size_t count)
{
    size_t left = crowd->count;
    for (size_t i = 0; i < crowd->count && count > 0; i++, left--) {
        if (rng_below(&crowd->rng, left) >= count)
            continue;
        char *status = &crowd->members[i].text[crowd->members[i].status_at];
        *status = *status == '1' ? '3' : '1';
        count--;
    }
}

void crowd_renew(struct crowd *crowd)
{
    char time[6];
    crowd->renewals++;
    for (size_t i = 0; i < crowd->count; i++) {
        struct member *member = &crowd->members[i];
        unsigned second = (unsigned)i + crowd->renewals;
        if (member->expire_at == 0)
            continue;
        snprintf(time, sizeof time, "%02u:%02u", second / 60 % 60, second % 60);
        memcpy(member->text + member->expire_at, time, sizeof time - 1);
    }
}

void crowd_shuffle(struct crowd *crowd)
{
    for (size_t i = crowd->count; i > 1; i--) {
        size_t other = rng_below(&crowd->rng, i);
        uint32_t moved = crowd->order[i - 1];
        crowd->order[i - 1] = crowd->order[other];
        crowd->order[other] = moved;
    }
}

size_t crowd_bytes(const struct crowd *crowd)
{
    size_t bytes = 0;
    for (size_t i = 0; i < crowd->count; i++)
        bytes += crowd->members[i].length;
    return bytes;
}

/* A number of a target's query. */
static size_t read_number(const char *target, const char *name, size_t otherwise)
{
    const char *at = strstr(target, name);
    return at != NULL ? strtoul(at + strlen(name), NULL, 10) : otherwise;
}

/* The prefix that is asked for, "" if none is. The numbers' star may come as it is or escaped. */
static void read_prefix(const char *target, char prefix[static PREFIX_MAX])
{
    const char *at = strstr(target, "filterValue=");
    size_t length = 0;
    for (at = at != NULL ? at + strlen("filterValue=") : ""; length + 1 < PREFIX_MAX; at++) {
        if (strncasecmp(at, "%2A", 3) == 0) {
            prefix[length++] = '*';
            at += 2;
        } else if ((*at >= '0' && *at <= '9') || *at == '*') {
            prefix[length++] = *at;
        } else {
            break;
        }
    }
    prefix[length] = '\0';
}

bool crowd_is_first(const char *target)
{
    return read_number(target, "startIndex=", 0) == 0 && strstr(target, "filterValue=") == NULL;
}

/* Does an extension have this prefix? */
static inline bool is_chosen(const struct member *member, const char *prefix, size_t length)
{
    return length == 0 || strncmp(member->number, prefix, length) == 0;
}

/* How many extensions have a prefix. */
static size_t count_chosen(const struct crowd *crowd, const char *prefix)
{
    size_t length = strlen(prefix), found = 0;
    for (size_t i = 0; i < crowd->count && length > 0; i++)
        found += is_chosen(&crowd->members[i], prefix, length);
    return length > 0 ? found : crowd->count;
}

/* Appends the entries from `start` on of those with a prefix. */
static void write_entries(const struct crowd *crowd, const char *prefix, size_t start, size_t count,
                          struct buffer *out)
{
    size_t length = strlen(prefix), found = 0;
    for (size_t i = 0; i < crowd->count && found < start + count; i++) {
        const struct member *member = &crowd->members[crowd->order[i]];
        if (!is_chosen(member, prefix, length) || found++ < start)
            continue;
        if (found > start + 1)
            buffer_append(out, ",", 1);
        buffer_append(out, member->text, member->length);
    }
}

bool crowd_answer(const struct crowd *crowd, const char *target, struct buffer *out)
{
    char prefix[PREFIX_MAX];
    size_t start = read_number(target, "startIndex=", 0);
    size_t count = read_number(target, "count=", COUNT_DEFAULT);
    if (crowd->is_limited && (start > COUNT_MAX || count > COUNT_MAX || count == 0))
        return false;
    read_prefix(target, prefix);
    buffer_printf(out,
                  "{\"startIndex\":%zu,\"totalResults\":%zu,\"itemsPerPage\":%zu,"
                  "\"filtered\":%s,\"sorted\":false,\"entry\":[",
                  start, count_chosen(crowd, prefix), count, *prefix != '\0' ? "true" : "false");
    write_entries(crowd, prefix, start, count, out);
    return buffer_puts(out, "]}");
}
