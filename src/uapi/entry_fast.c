/* SPDX-License-Identifier: MIT */
#include "uapi/entry_fast.h"

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "uapi/entry.h"
#include "uapi/json_scan.h"

#define DIGITS_MAX 9 /* any number of so many is within int32_t */

/* The inside of a string. */
struct piece {
    const char *bytes;
    size_t length;
};

/* One contact as it stands in the text. */
struct contact {
    struct piece agent;
    int32_t state;
    int64_t expires;
};

/* What is read before any memory is taken. */
struct draft {
    struct piece number;
    int32_t status;
    bool has_list;
    uint32_t count;
    struct contact contacts[ENTRY_FAST_CONTACTS_MAX];
};

/* A member an object may have, and what reads its value into the object's struct. */
struct member {
    const char *name;
    size_t length;
    bool (*read)(struct json_scan *scan, void *object);
};

/* Steps over a byte that must come next, blanks before it allowed. */
static inline bool take_byte(struct json_scan *scan, char byte)
{
    if (!json_scan_blanks(scan) || scan->json[scan->at] != byte)
        return false;
    scan->at++;
    return true;
}

/* Takes a string of printable ASCII without escapes, which is safe text as it is. */
static inline bool take_piece(struct json_scan *scan, struct piece *piece)
{
    if (!take_byte(scan, '"'))
        return false;
    size_t at = scan->at;
    while (at < scan->end && scan->json[at] >= 0x20 && scan->json[at] < 0x7f &&
           scan->json[at] != '"' && scan->json[at] != '\\')
        at++;
    if (at >= scan->end || scan->json[at] != '"')
        return false;
    *piece = (struct piece){scan->json + scan->at, at - scan->at};
    scan->at = at + 1;
    return true;
}

/* Takes digits with or without a minus before them; says how many. */
static size_t take_digits(struct json_scan *scan, int32_t *number)
{
    bool is_negative = scan->at < scan->end && scan->json[scan->at] == '-';
    size_t start = scan->at += is_negative;
    int32_t value = 0;
    while (scan->at < scan->end && scan->json[scan->at] >= '0' && scan->json[scan->at] <= '9' &&
           scan->at - start < DIGITS_MAX)
        value = value * 10 + (scan->json[scan->at++] - '0');
    *number = is_negative ? -value : value;
    return scan->at - start;
}

/* Takes a whole number, or a string that spells one. */
static bool take_number(struct json_scan *scan, int32_t *number)
{
    if (!json_scan_blanks(scan))
        return false;
    bool is_string = scan->json[scan->at] == '"';
    scan->at += is_string;
    size_t start = scan->at;
    size_t digits = take_digits(scan, number);
    if (digits == 0 || scan->at >= scan->end)
        return false;
    char next = scan->json[scan->at];
    if (is_string) {
        scan->at++;
        return next == '"';
    }
    char first = scan->json[start] == '-' ? scan->json[start + 1] : scan->json[start];
    bool is_json = digits == 1 || first != '0';
    return is_json && (json_scan_is_blank(next) || next == ',' || next == '}');
}

/* "agent" */
static bool read_agent(struct json_scan *scan, void *object)
{
    struct contact *contact = object;
    return take_piece(scan, &contact->agent) && contact->agent.length <= ENTRY_AGENT_MAX;
}

/* "registration" of a contact */
static bool read_state(struct json_scan *scan, void *object)
{
    return take_number(scan, &((struct contact *)object)->state);
}

/* "expire"; one that is no time is none. */
static bool read_expire(struct json_scan *scan, void *object)
{
    struct piece text;
    if (!take_piece(scan, &text))
        return false;
    (void)clock_parse_iso8601(text.bytes, text.length, &((struct contact *)object)->expires);
    return true;
}

/* "extension" */
static bool read_extension(struct json_scan *scan, void *object)
{
    struct draft *draft = object;
    return take_piece(scan, &draft->number) && draft->number.length > 0 &&
           draft->number.length <= ENTRY_NUMBER_MAX;
}

/* "status" */
static bool read_status(struct json_scan *scan, void *object)
{
    return take_number(scan, &((struct draft *)object)->status);
}

#define MEMBER(name, read)                                                                         \
    {                                                                                              \
        name, sizeof(name) - 1, read                                                               \
    }

static const struct member contact_members[] = {
    MEMBER("agent", read_agent),
    MEMBER("registration", read_state),
    MEMBER("expire", read_expire),
    {NULL, 0, NULL},
};

/* Which of the members has this name; NULL if none has. */
static const struct member *find_member(const struct member *members, struct piece name)
{
    for (; members->name != NULL; members++) {
        if (members->length == name.length && memcmp(members->name, name.bytes, name.length) == 0)
            return members;
    }
    return NULL;
}

/* Takes an object that has some of the members, none of them twice, and no other. */
static bool take_object(struct json_scan *scan, const struct member *members, void *object)
{
    unsigned seen = 0;
    if (!take_byte(scan, '{'))
        return false;
    if (take_byte(scan, '}'))
        return true;
    do {
        struct piece name;
        if (!take_piece(scan, &name) || !take_byte(scan, ':'))
            return false;
        const struct member *member = find_member(members, name);
        if (member == NULL || (seen >> (member - members) & 1) != 0)
            return false;
        seen |= 1u << (member - members);
        if (!member->read(scan, object))
            return false;
    } while (take_byte(scan, ','));
    return take_byte(scan, '}');
}

/* "registration" of an entry: a list of contacts. */
static bool read_contacts(struct json_scan *scan, void *object)
{
    struct draft *draft = object;
    if (!take_byte(scan, '['))
        return false;
    draft->has_list = true;
    if (take_byte(scan, ']'))
        return true;
    do {
        if (draft->count == ENTRY_FAST_CONTACTS_MAX)
            return false;
        struct contact *contact = &draft->contacts[draft->count++];
        *contact = (struct contact){.state = NUMBER_NONE, .expires = EXPIRES_NONE};
        if (!take_object(scan, contact_members, contact))
            return false;
    } while (take_byte(scan, ','));
    return take_byte(scan, ']');
}

static const struct member entry_members[] = {
    MEMBER("extension", read_extension),
    MEMBER("status", read_status),
    MEMBER("registration", read_contacts),
    {NULL, 0, NULL},
};

/* Takes memory for what the draft has. */
static struct extension make_record(const struct draft *draft)
{
    struct extension record = {
        .number = mem_strndup(draft->number.bytes, draft->number.length),
        .registration_count = draft->count,
        .status = draft->status,
        .has_list = draft->has_list,
    };
    if (draft->count > 0)
        record.registrations = mem_new(draft->count, sizeof *record.registrations);
    for (uint32_t i = 0; i < draft->count; i++) {
        const struct contact *contact = &draft->contacts[i];
        record.registrations[i] = (struct registration){
            .agent = contact->agent.length > 0
                         ? mem_strndup(contact->agent.bytes, contact->agent.length)
                         : NULL,
            .expires = contact->expires,
            .state = contact->state,
        };
    }
    return record;
}

bool entry_fast_decode(struct extension *extension, const char *json, size_t length)
{
    struct json_scan scan = {json, 0, length};
    struct draft draft;
    draft.number = (struct piece){NULL, 0};
    draft.status = NUMBER_NONE;
    draft.has_list = false;
    draft.count = 0;
    if (!take_object(&scan, entry_members, &draft) || scan.at != length || draft.number.length == 0)
        return false;
    *extension = make_record(&draft);
    return true;
}
