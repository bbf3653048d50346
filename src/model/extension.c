/* SPDX-License-Identifier: MIT */
#include "model/extension.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

static const struct lamp_info lamps[LAMP_COUNT] = {
    [LAMP_ONLINE] = {"online", "●", "o", "ONL", 1},
    [LAMP_RINGING] = {"ringing", "◆", "*", "RNG", 3},
    [LAMP_BUSY] = {"busy", "■", "#", "BSY", 2},
    [LAMP_OFFLINE] = {"offline", "×", "x", "OFF", 7},
    [LAMP_EXPIRED] = {"expired", "!", "!", "EXP", 6},
    [LAMP_MISMATCH] = {"mismatch", "~", "~", "MIS", 5},
    [LAMP_UNKNOWN] = {"unknown", "?", "?", "UNK", 4},
    [LAMP_STATIC] = {"static", "○", ".", "N/A", 0},
};

/* How many contacts are in this state? */
static uint32_t count_state(const struct extension *extension, int32_t state)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < extension->registration_count; i++)
        count += extension->registrations[i].state == state;
    return count;
}

/* The lamp of presence alone: what the phone does, reachable or not. */
static enum lamp presence_lamp(int32_t status)
{
    switch (status) {
    case STATUS_ONLINE:
        return LAMP_ONLINE;
    case STATUS_RINGING:
        return LAMP_RINGING;
    case STATUS_BUSY:
        return LAMP_BUSY;
    default:
        return LAMP_UNKNOWN;
    }
}

/* The lamp when a list was sent and no contact in it is live. */
static enum lamp unreachable_lamp(const struct extension *extension)
{
    if (count_state(extension, REGISTRATION_EXPIRED) > 0)
        return LAMP_EXPIRED;
    if (presence_lamp(extension->status) != LAMP_UNKNOWN)
        return LAMP_MISMATCH;
    uint32_t refused = count_state(extension, REGISTRATION_NOT_REGISTERED);
    return refused == extension->registration_count ? LAMP_OFFLINE : LAMP_UNKNOWN;
}

enum lamp extension_lamp(const struct extension *extension)
{
    enum lamp presence = presence_lamp(extension->status);
    if (!extension->has_list)
        return presence;
    if (extension_count_live(extension) == 0)
        return unreachable_lamp(extension);
    bool is_registered = count_state(extension, REGISTRATION_REGISTERED) > 0;
    return presence == LAMP_ONLINE && !is_registered ? LAMP_STATIC : presence;
}

const struct lamp_info *lamp_info(enum lamp lamp)
{
    assert((unsigned)lamp < LAMP_COUNT);
    return &lamps[lamp];
}

bool lamp_find(const char *text, size_t length, enum lamp *lamp)
{
    for (size_t i = 0; i < LAMP_COUNT; i++) {
        if (ascii_is_word(lamps[i].name, text, length) ||
            ascii_is_word(lamps[i].code, text, length)) {
            *lamp = (enum lamp)i;
            return true;
        }
    }
    return false;
}

const char *status_words(int32_t status)
{
    return lamps[presence_lamp(status)].name;
}

const char *registration_words(int32_t state)
{
    switch (state) {
    case REGISTRATION_EXPIRED:
        return "expired";
    case REGISTRATION_NOT_REGISTERED:
        return "not registered";
    case REGISTRATION_REGISTERED:
        return "registered";
    case REGISTRATION_NOT_NECESSARY:
        return "not necessary";
    default:
        return "unknown";
    }
}

bool registration_is_told(int32_t state)
{
    return state >= REGISTRATION_EXPIRED && state <= REGISTRATION_NOT_NECESSARY &&
           state != REGISTRATION_UNKNOWN;
}

bool registration_is_live(const struct registration *registration)
{
    return registration->state == REGISTRATION_REGISTERED ||
           registration->state == REGISTRATION_NOT_NECESSARY;
}

uint32_t extension_count_live(const struct extension *extension)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < extension->registration_count; i++)
        count += registration_is_live(&extension->registrations[i]);
    return count;
}

/* How much a contact in this state tells; more is better. */
static int state_rank(int32_t state)
{
    switch (state) {
    case REGISTRATION_REGISTERED:
    case REGISTRATION_NOT_NECESSARY:
        return 3;
    case REGISTRATION_EXPIRED:
        return 2;
    case REGISTRATION_NOT_REGISTERED:
        return 0;
    default:
        return 1;
    }
}

const struct registration *extension_best_registration(const struct extension *extension)
{
    const struct registration *best = NULL;
    int best_rank = -1;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        const struct registration *contact = &extension->registrations[i];
        int rank = state_rank(contact->state);
        bool is_later = best != NULL && rank == best_rank && contact->expires > best->expires;
        if (rank > best_rank || is_later) {
            best = contact;
            best_rank = rank;
        }
    }
    return best;
}

int64_t extension_overdue_s(const struct extension *extension, int64_t unix_s)
{
    int64_t latest = EXPIRES_NONE;
    for (uint32_t i = 0; i < extension->registration_count; i++) {
        const struct registration *contact = &extension->registrations[i];
        if (!registration_is_live(contact))
            continue;
        if (contact->state == REGISTRATION_NOT_NECESSARY || contact->expires == EXPIRES_NONE)
            return 0;
        latest = contact->expires > latest ? contact->expires : latest;
    }
    return latest != EXPIRES_NONE && latest < unix_s ? unix_s - latest : 0;
}

/* Are both texts missing, or the same? */
static bool same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool extension_equals(const struct extension *a, const struct extension *b)
{
    if (a->status != b->status || a->has_list != b->has_list ||
        a->was_repaired != b->was_repaired || a->registration_count != b->registration_count ||
        !same_text(a->number, b->number))
        return false;
    for (uint32_t i = 0; i < a->registration_count; i++) {
        const struct registration *one = &a->registrations[i];
        const struct registration *other = &b->registrations[i];
        if (one->state != other->state || one->expires != other->expires ||
            !same_text(one->agent, other->agent))
            return false;
    }
    return true;
}

void extension_clear(struct extension *extension)
{
    for (uint32_t i = 0; i < extension->registration_count; i++)
        free(extension->registrations[i].agent);
    free(extension->registrations);
    free(extension->number);
    *extension = (struct extension){.status = NUMBER_NONE};
}
