/* SPDX-License-Identifier: MIT */
/*
 * extension: what the server says of one extension, and the lamp that follows from it.
 *
 * The numbers are the server's own (VoipNow UnifiedAPI, Presence resource); numbers nobody
 * documented are kept as they came. All texts are safe (base/text). The lamp is a pure function of
 * the record: presence and registration together, because an idle phone and an unregistered one
 * must never look alike. Knows no time, no server and no screen.
 */
#ifndef BLFTOP_MODEL_EXTENSION_H
#define BLFTOP_MODEL_EXTENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_NONE INT32_MIN  /* the server sent none, or nothing that is a number */
#define EXPIRES_NONE INT64_MIN /* the server sent no time */

enum presence_status {
    STATUS_UNKNOWN = 0,
    STATUS_ONLINE = 1,
    STATUS_RINGING = 2,
    STATUS_BUSY = 3,
};

enum registration_state {
    REGISTRATION_EXPIRED = -2,
    REGISTRATION_NOT_REGISTERED = -1,
    REGISTRATION_UNKNOWN = 0,
    REGISTRATION_REGISTERED = 1,
    REGISTRATION_NOT_NECESSARY = 2,
};

struct registration {
    char *agent;     /* the phone's SIP User-Agent, safe text; NULL if none was sent; owned */
    int64_t expires; /* Unix seconds or EXPIRES_NONE */
    int32_t state;   /* enum registration_state, another number, or NUMBER_NONE */
};

struct extension {
    char *number;                       /* extended number, "0003*210", safe text; owned */
    struct registration *registrations; /* owned; NULL when there are none */
    uint32_t registration_count;
    int32_t status;    /* enum presence_status, another number, or NUMBER_NONE */
    bool has_list;     /* a registration list was sent, perhaps an empty one */
    bool was_repaired; /* some text was damaged or cut on its way here */
};

/* In the order of the report's counts. */
enum lamp {
    LAMP_ONLINE,
    LAMP_RINGING,
    LAMP_BUSY,
    LAMP_OFFLINE,
    LAMP_EXPIRED,
    LAMP_MISMATCH,
    LAMP_UNKNOWN,
    LAMP_STATIC,
    LAMP_COUNT,
};

struct lamp_info {
    const char *name;  /* "online" */
    const char *glyph; /* one column of UTF-8 */
    const char *ascii; /* one column of ASCII */
    const char *code;  /* three letters, "ONL" */
    int severity;      /* 0 (fine) to 7 (gone); 4 and above is a problem */
};

#define SEVERITY_PROBLEM 4

/* The lamp of a record. */
enum lamp extension_lamp(const struct extension *extension);

/* The table's row of a lamp. */
const struct lamp_info *lamp_info(enum lamp lamp);

/* Finds a lamp by name or code, ASCII case ignored; `length` bytes of `text`. */
bool lamp_find(const char *text, size_t length, enum lamp *lamp);

/* Words for the server's numbers: "online", "not registered"; "unknown" for any other number. */
const char *status_words(int32_t status);
const char *registration_words(int32_t state);

/* Is it a number the server's documentation gives a meaning other than "unknown"? */
bool registration_is_told(int32_t state);

/* Is the phone reachable through this contact (registered, or no registration necessary)? */
bool registration_is_live(const struct registration *registration);

/* How many contacts are live. */
uint32_t extension_count_live(const struct extension *extension);

/* The contact that tells most, which is the one that decides the lamp: live before expired before
 * unknown before not registered, the later expiry first, then as the server lists them. NULL when
 * there is none. */
const struct registration *extension_best_registration(const struct extension *extension);

/* Seconds since every live contact should have been registered anew; 0 if one of them still has
 * time, or needs no registration, or there is none. */
int64_t extension_overdue_s(const struct extension *extension, int64_t unix_s);

#define DIAGNOSIS_MAX 192 /* bytes that hold any verdict, with the final NUL */

/* Do both say the same in every field? */
bool extension_equals(const struct extension *a, const struct extension *b);

/* Frees what the record owns and leaves it empty. */
void extension_clear(struct extension *extension);

#endif
