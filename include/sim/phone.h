/* SPDX-License-Identifier: MIT */
/*
 * phone: one believable extension as a pure function of seed, index and simulated time.
 *
 * Its life is cut into scenes of equal length; what happens in a scene (a call, a missed call,
 * a phone that loses its registration and finds it again) is drawn from the seed, so that any time
 * can be asked for at once, without living through all that came before. Keeps no state.
 */
#ifndef BLFTOP_SIM_PHONE_H
#define BLFTOP_SIM_PHONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

#define PHONE_CONTACTS_MAX 3
#define PHONE_NEVER INT64_MAX

struct phone_rules {
    uint64_t seed;
    double churn; /* share of phones that change in a second; 0: nothing does, and all exist */
};

struct phone_contact {
    const char *agent;  /* borrowed from a const table */
    int32_t state;      /* enum registration_state */
    int64_t expires_ms; /* simulated time, or PHONE_NEVER: none is sent */
};

struct phone {
    struct phone_contact contacts[PHONE_CONTACTS_MAX];
    uint32_t contact_count;
    int32_t status;      /* enum presence_status */
    bool exists;         /* false: the extension is deleted for now */
    bool has_list;       /* false: no registration member is sent at all */
    bool status_is_text; /* "status":"1" rather than 1: the documentation shows both */
    bool state_is_text;
    int64_t until_ms; /* simulated time of the next change, or PHONE_NEVER */
};

/* The phone at a simulated time, 0 or later. Phones of a tenant resemble each other. */
void phone_at(struct phone *phone, const struct phone_rules *rules, uint32_t index, uint32_t tenant,
              int64_t t_ms);

/* How simulated time maps onto the wall clock. */
struct phone_dating {
    int64_t origin_s; /* Unix time of simulated time 0 */
    double speed;     /* simulated seconds in a second */
};

/* Appends the phone as an entry of a List Presence answer. */
void phone_write(struct buffer *out, const struct phone *phone, const char *number,
                 const struct phone_dating *dating);

#endif
