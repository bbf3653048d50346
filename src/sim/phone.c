/* SPDX-License-Identifier: MIT */
#include "sim/phone.h"

#include <assert.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/rng.h"
#include "model/extension.h"
#include "sim/agent.h"
#include "sim/json_write.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Changes that a phone goes through in a scene, averaged over the fleet: measured over 20,000
 * phones, so that churn means what it says. */
#define SCENE_CHANGES 4.0
#define CALM_CHURN 0.002      /* what a frozen fleet looks like */
#define FROZEN_LIFE_S 2592000 /* a frozen phone stays registered for 30 days */
#define REFRESHES 2           /* times that a contact registers anew in a scene */

/* What a phone is while nothing happens to it. */
enum kind {
    KIND_DESK,      /* registered, its people make calls */
    KIND_STATIC,    /* no registration necessary */
    KIND_BARE,      /* presence without a registration list */
    KIND_NEVER,     /* nobody ever registered */
    KIND_UNPLUGGED, /* was registered long ago */
    KIND_LAPSED,    /* registration expired */
    KIND_UNKNOWN,   /* the server knows nothing */
    KIND_BLIND,     /* registered, but the server knows no presence */
    KIND_MISMATCH,  /* online, but not registered */
    KIND_COUNT,
};

struct kind_row {
    unsigned permille; /* share of the fleet; they add up to 1000 */
    bool is_alive;     /* lives through scenes */
    int32_t status;
    int32_t state;
};

static const struct kind_row kinds[KIND_COUNT] = {
    [KIND_DESK] = {865, true, STATUS_ONLINE, REGISTRATION_REGISTERED},
    [KIND_STATIC] = {25, true, STATUS_ONLINE, REGISTRATION_NOT_NECESSARY},
    [KIND_BARE] = {10, true, STATUS_ONLINE, REGISTRATION_UNKNOWN},
    [KIND_NEVER] = {30, false, STATUS_UNKNOWN, REGISTRATION_UNKNOWN},
    [KIND_UNPLUGGED] = {25, false, STATUS_UNKNOWN, REGISTRATION_NOT_REGISTERED},
    [KIND_LAPSED] = {18, false, STATUS_UNKNOWN, REGISTRATION_EXPIRED},
    [KIND_UNKNOWN] = {9, false, STATUS_UNKNOWN, REGISTRATION_UNKNOWN},
    [KIND_BLIND] = {9, false, STATUS_UNKNOWN, REGISTRATION_REGISTERED},
    [KIND_MISMATCH] = {9, false, STATUS_ONLINE, REGISTRATION_NOT_REGISTERED},
};

/* One thing that happens to a phone for a part of a scene. */
enum act {
    ACT_NONE,
    ACT_RING,
    ACT_TALK,
    ACT_LAPSE,  /* all registrations expire */
    ACT_UNPLUG, /* all contacts are not registered */
    ACT_VANISH, /* the list of contacts is empty */
    ACT_BLIND,  /* the server loses sight of the presence */
    ACT_DELETE, /* the extension is deleted, and created again */
    ACT_COUNT,
};

/* How long an act takes, in permille of a scene. */
static const struct {
    unsigned least, most;
} act_spans[ACT_COUNT] = {
    [ACT_RING] = {6, 22},      [ACT_TALK] = {30, 190},    [ACT_LAPSE] = {80, 300},
    [ACT_UNPLUG] = {100, 400}, [ACT_VANISH] = {100, 400}, [ACT_BLIND] = {20, 100},
    [ACT_DELETE] = {80, 250},
};

/* What can happen in a scene. */
static const struct story {
    unsigned permille; /* they add up to 1000 */
    bool is_call;      /* happens to any phone that is alive, the others to desk phones */
    enum act acts[2];
} stories[] = {
    {560, true, {ACT_RING, ACT_TALK}}, /* called */
    {120, true, {ACT_TALK}},           /* calls */
    {90, true, {ACT_RING}},            /* missed */
    {172, false, {ACT_NONE}},          /* quiet */
    {18, false, {ACT_LAPSE}},          /* expired and back */
    {15, false, {ACT_UNPLUG}},
    {15, false, {ACT_VANISH}},
    {6, false, {ACT_BLIND}},
    {4, false, {ACT_DELETE}},
};

/* What does not change over a phone's life. */
struct character {
    enum kind kind;
    int64_t scene_ms;                    /* length of its scenes */
    int64_t offset_ms;                   /* how far into scene 0 it is at time 0 */
    int64_t refresh_ms;                  /* time between two registrations of a contact */
    int64_t fleet_generator_ms;          /* how long a registration is good for */
    uint64_t shifts[PHONE_CONTACTS_MAX]; /* contacts do not register together */
};

/* A seed for one purpose; rng_seed spreads it. */
static uint64_t derive_seed(uint64_t seed, uint64_t index, uint64_t purpose)
{
    uint64_t x = seed * 0x9E3779B97F4A7C15u + index;
    x = (x ^ (x >> 29)) * 0xBF58476D1CE4E5B9u + purpose;
    return (x ^ (x >> 32)) * 0x94D049BB133111EBu;
}

/* The kind of a phone. Multiples of the golden ratio spread evenly over [0, 1), so that even a
 * small fleet has some of each kind. */
static enum kind pick_kind(uint64_t seed, uint32_t index)
{
    uint32_t spread = (uint32_t)derive_seed(seed, 0, 1) + index * 0x9E3779B9u;
    unsigned permille = (unsigned)((uint64_t)spread * 1000 >> 32);
    unsigned kind = 0;
    while (permille >= kinds[kind].permille)
        permille -= kinds[kind++].permille;
    return (enum kind)kind;
}

/* The shortest usual registration time that is still longer than `refresh_ms`. */
static int64_t registration_life(int64_t refresh_ms)
{
    static const int64_t usual_s[] = {60, 120, 300, 600, 1800, 3600};
    for (size_t i = 0; i < COUNT_OF(usual_s); i++)
        if (usual_s[i] * 1000 >= refresh_ms + refresh_ms / 5)
            return usual_s[i] * 1000;
    return refresh_ms + refresh_ms / 5;
}

/* Draws what does not change. */
static void draw_character(struct character *character, const struct phone_rules *rules,
                           uint32_t index, struct rng *rng)
{
    double churn = rules->churn > 0 ? rules->churn : CALM_CHURN;
    character->kind = pick_kind(rules->seed, index);
    character->scene_ms = (int64_t)(SCENE_CHANGES * 1000 / churn);
    character->offset_ms = (int64_t)rng_below(rng, (uint64_t)character->scene_ms);
    character->refresh_ms = character->scene_ms / REFRESHES;
    character->fleet_generator_ms =
        rules->churn > 0 ? registration_life(character->refresh_ms) : (int64_t)FROZEN_LIFE_S * 1000;
    for (size_t i = 0; i < PHONE_CONTACTS_MAX; i++)
        character->shifts[i] = rng_below(rng, (uint64_t)character->refresh_ms);
}

/* How many contacts a phone of a kind has. */
static uint32_t draw_contact_count(enum kind kind, struct rng *rng)
{
    uint64_t chance = rng_below(rng, 100);
    if (kind == KIND_NEVER || kind == KIND_BARE)
        return 0;
    if (kind != KIND_DESK || chance < 78)
        return 1;
    return chance < 95 ? 2 : 3;
}

/* Draws the phone as it is while nothing happens to it. */
static void draw_phone(struct phone *phone, enum kind kind, uint32_t tenant, struct rng *rng)
{
    *phone = (struct phone){
        .contact_count = draw_contact_count(kind, rng),
        .status = kinds[kind].status,
        .exists = true,
        .has_list = kind != KIND_BARE,
        .status_is_text = rng_below(rng, 3) == 0,
        .state_is_text = rng_below(rng, 2) == 0,
        .until_ms = PHONE_NEVER,
    };
    for (uint32_t i = 0; i < PHONE_CONTACTS_MAX; i++) {
        uint64_t chance = rng_next(rng) >> 16;
        struct phone_contact *contact = &phone->contacts[i];
        bool is_left_behind = i > 0 && rng_below(rng, 6) == 0;
        contact->state = is_left_behind ? REGISTRATION_EXPIRED : kinds[kind].state;
        contact->expires_ms = PHONE_NEVER;
        contact->agent = kind == KIND_STATIC ? agent_pick_static(chance)
                         : i > 0             ? agent_pick_soft(chance)
                                             : agent_pick_desk(tenant, chance);
        if (contact->state == REGISTRATION_NOT_REGISTERED)
            contact->expires_ms = -(int64_t)rng_below(rng, UINT64_C(90) * 86400) * 1000;
    }
}

/* Draws the story of a scene. */
static const struct story *draw_story(enum kind kind, struct rng *rng)
{
    unsigned permille = (unsigned)rng_below(rng, 1000);
    const struct story *story = stories;
    while (permille >= story->permille)
        permille -= (story++)->permille;
    bool can_happen = kind == KIND_DESK || (kinds[kind].is_alive && story->is_call);
    return can_happen ? story : NULL;
}

/* Which act is on at `position` of a scene, and since when and until when. */
static enum act find_act(const struct story *story, const struct character *character,
                         int64_t position, struct rng *rng, int64_t *since, int64_t *until)
{
    int64_t ends[2];
    int64_t total = 0;
    for (size_t i = 0; i < 2; i++) {
        unsigned least = act_spans[story->acts[i]].least;
        unsigned most = act_spans[story->acts[i]].most;
        uint64_t span = least + rng_below(rng, most - least + 1);
        total += character->scene_ms * (int64_t)span / 1000;
        ends[i] = total;
    }
    int64_t start = (int64_t)rng_below(rng, (uint64_t)(character->scene_ms - total));
    *since = start;
    *until = start;
    if (position < start)
        return ACT_NONE;
    for (size_t i = 0; i < 2; i++) {
        *until = start + ends[i];
        if (position < *until)
            return story->acts[i];
        *since = *until;
    }
    *until = character->scene_ms;
    return ACT_NONE;
}

/* Puts all contacts into a state, with the time their registration ended (or PHONE_NEVER). */
static void end_contacts(struct phone *phone, int32_t state, int64_t ended_ms)
{
    phone->status = STATUS_UNKNOWN;
    for (uint32_t i = 0; i < phone->contact_count; i++) {
        phone->contacts[i].state = state;
        phone->contacts[i].expires_ms = ended_ms;
    }
}

/* Lets an act that began at `since` happen to a phone. */
static void apply_act(struct phone *phone, enum act act, int64_t since)
{
    if (act == ACT_RING)
        phone->status = STATUS_RINGING;
    else if (act == ACT_TALK)
        phone->status = STATUS_BUSY;
    else if (act == ACT_BLIND)
        phone->status = STATUS_UNKNOWN;
    else if (act == ACT_LAPSE)
        end_contacts(phone, REGISTRATION_EXPIRED, PHONE_NEVER);
    else if (act == ACT_UNPLUG || act == ACT_VANISH)
        end_contacts(phone, REGISTRATION_NOT_REGISTERED, since);
    else if (act == ACT_DELETE)
        phone->exists = false;
    if (act == ACT_VANISH)
        phone->contact_count = 0;
}

/* Plays the scene that a phone is in at `t`. */
static void play_scene(struct phone *phone, const struct phone_rules *rules, uint32_t index,
                       const struct character *character, int64_t t)
{
    int64_t scene = (t + character->offset_ms) / character->scene_ms;
    int64_t begin = scene * character->scene_ms - character->offset_ms;
    struct rng rng;
    rng_seed(&rng, derive_seed(rules->seed, index, (uint64_t)scene + 2));
    const struct story *story = draw_story(character->kind, &rng);
    phone->until_ms = begin + character->scene_ms;
    if (story == NULL || story->acts[0] == ACT_NONE)
        return;
    int64_t since;
    int64_t until;
    enum act act = find_act(story, character, t - begin, &rng, &since, &until);
    phone->until_ms = begin + until;
    apply_act(phone, act, begin + since);
}

/* Dates the registrations of the contacts that are registered. */
static void date_contacts(struct phone *phone, const struct character *character, int64_t t)
{
    assert(phone->contact_count <= PHONE_CONTACTS_MAX);
    for (uint32_t i = 0; i < phone->contact_count; i++) {
        struct phone_contact *contact = &phone->contacts[i];
        if (!phone->exists || contact->state != REGISTRATION_REGISTERED)
            continue;
        int64_t since = (t + (int64_t)character->shifts[i]) % character->refresh_ms;
        contact->expires_ms = t - since + character->fleet_generator_ms;
        int64_t next = t - since + character->refresh_ms;
        if (next < phone->until_ms)
            phone->until_ms = next;
    }
}

void phone_at(struct phone *phone, const struct phone_rules *rules, uint32_t index, uint32_t tenant,
              int64_t t_ms)
{
    struct rng rng;
    struct character character;
    rng_seed(&rng, derive_seed(rules->seed, index, 0));
    draw_character(&character, rules, index, &rng);
    draw_phone(phone, character.kind, tenant, &rng);
    if (kinds[character.kind].is_alive)
        play_scene(phone, rules, index, &character, t_ms);
    bool is_frozen = rules->churn <= 0;
    phone->exists = phone->exists || is_frozen;
    date_contacts(phone, &character, t_ms);
    if (is_frozen)
        phone->until_ms = PHONE_NEVER;
}

/* Appends a number, or the same in quotes. */
static void put_number(struct buffer *out, int32_t number, bool is_text)
{
    buffer_printf(out, is_text ? "\"%d\"" : "%d", (int)number);
}

/* Appends one contact. */
static void put_contact(struct buffer *out, const struct phone_contact *contact, bool state_is_text,
                        const struct phone_dating *dating)
{
    buffer_puts(out, "{\"agent\":");
    json_write_put_string(out, contact->agent);
    buffer_puts(out, ",\"registration\":");
    put_number(out, contact->state, state_is_text);
    if (contact->expires_ms != PHONE_NEVER) {
        char date[CLOCK_SPAN_MAX];
        double seconds = (double)contact->expires_ms / 1000 / dating->speed;
        clock_format_utc(date, dating->origin_s + (int64_t)seconds);
        buffer_puts(out, ",\"expire\":");
        json_write_put_string(out, date);
    }
    buffer_puts(out, "}");
}

void phone_write(struct buffer *out, const struct phone *phone, const char *number,
                 const struct phone_dating *dating)
{
    buffer_puts(out, "{\"extension\":");
    json_write_put_string(out, number);
    buffer_puts(out, ",\"status\":");
    put_number(out, phone->status, phone->status_is_text);
    if (phone->has_list) {
        buffer_puts(out, ",\"registration\":[");
        for (uint32_t i = 0; i < phone->contact_count; i++) {
            buffer_puts(out, i > 0 ? "," : "");
            put_contact(out, &phone->contacts[i], phone->state_is_text, dating);
        }
        buffer_puts(out, "]");
    }
    buffer_puts(out, "}");
}
