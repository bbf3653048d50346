/* SPDX-License-Identifier: MIT */
#include "long/soak_model.h"

#include <stdio.h>
#include <string.h>

#define CHANGES_MAX 3 /* in one step */

static const struct {
    const char *glyph;
    const char *word;
} lamps[SOAK_LAMPS] = {
    [SOAK_OFFLINE] = {"\u00d7", "OFFLINE"}, [SOAK_EXPIRED] = {"!", "EXPIRED"},
    [SOAK_MISMATCH] = {"~", "MISMATCH"},    [SOAK_UNKNOWN] = {"?", "UNKNOWN"},
    [SOAK_RINGING] = {"\u25c6", "RINGING"}, [SOAK_BUSY] = {"\u25a0", "BUSY"},
    [SOAK_ONLINE] = {"\u25cf", "ONLINE"},   [SOAK_STATIC] = {"\u25cb", "STATIC"},
};

/* Gives an extension a new state, and an agent that says which version of it this is. */
static void change_phone(struct soak_model *model, size_t index, struct rng *rng)
{
    static const int states[] = {1, 1, 1, 2, 0, -1, -2};
    struct soak_phone *phone = &model->phones[index];
    phone->is_listed = rng_below(rng, 20) != 0;
    phone->status = (int)rng_below(rng, 4);
    phone->has_contact = rng_below(rng, 8) != 0;
    phone->state = states[rng_below(rng, sizeof states / sizeof *states)];
    phone->version = ++model->version;
    snprintf(phone->agent, sizeof phone->agent, "v%llu", (unsigned long long)phone->version);
}

void soak_model_init(struct soak_model *model, struct rng *rng)
{
    *model = (struct soak_model){0};
    for (size_t i = 0; i < SOAK_PHONES; i++)
        change_phone(model, i, rng);
}

void soak_model_change(struct soak_model *model, struct rng *rng)
{
    for (uint64_t left = rng_below(rng, CHANGES_MAX + 1); left > 0; left--)
        change_phone(model, rng_below(rng, SOAK_PHONES), rng);
}

/* The lamp of an extension with a registration in this state. */
static enum soak_lamp lamp_of_contact(int status, int state)
{
    static const enum soak_lamp live[] = {SOAK_UNKNOWN, SOAK_ONLINE, SOAK_RINGING, SOAK_BUSY};
    if (state == 1)
        return live[status];
    if (state == 2)
        return status == 1 ? SOAK_STATIC : live[status];
    if (state == -2)
        return SOAK_EXPIRED;
    if (status > 0)
        return SOAK_MISMATCH;
    return state == -1 ? SOAK_OFFLINE : SOAK_UNKNOWN;
}

enum soak_lamp soak_phone_lamp(const struct soak_phone *phone)
{
    if (!phone->has_contact)
        return phone->status == 0 ? SOAK_OFFLINE : SOAK_MISMATCH;
    return lamp_of_contact(phone->status, phone->state);
}

const char *soak_lamp_glyph(enum soak_lamp lamp)
{
    return lamps[lamp].glyph;
}

const char *soak_lamp_word(enum soak_lamp lamp)
{
    return lamps[lamp].word;
}

enum soak_lamp soak_lamp_of_glyph(const char *text, size_t *length)
{
    for (int lamp = 0; lamp < SOAK_LAMPS; lamp++) {
        *length = strlen(lamps[lamp].glyph);
        if (strncmp(text, lamps[lamp].glyph, *length) == 0)
            return (enum soak_lamp)lamp;
    }
    return SOAK_LAMPS;
}

size_t soak_model_count(const struct soak_model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < SOAK_PHONES; i++)
        count += model->phones[i].is_listed;
    return count;
}

void soak_phone_write(const struct soak_model *model, size_t index, struct buffer *out)
{
    const struct soak_phone *phone = &model->phones[index];
    buffer_printf(out, "{\"extension\":\"0003*%zu\",\"status\":%d,\"registration\":[",
                  SOAK_FIRST + index, phone->status);
    if (phone->has_contact) {
        buffer_printf(out, "{\"agent\":\"%s\",\"registration\":\"%d\"", phone->agent, phone->state);
        if (phone->state > 0)
            buffer_puts(out, ",\"expire\":\"2038-02-10T15:10:55Z\"");
        buffer_puts(out, "}");
    }
    buffer_puts(out, "]}");
}

void soak_model_write(const struct soak_model *model, long start, long count, struct buffer *out)
{
    long place = 0;
    long given = 0;
    buffer_printf(out, "{\"startIndex\":%ld,\"totalResults\":%zu,\"itemsPerPage\":%ld,\"entry\":[",
                  start, soak_model_count(model), count);
    for (size_t i = 0; i < SOAK_PHONES; i++) {
        if (!model->phones[i].is_listed || place++ < start || given >= count)
            continue;
        if (given++ > 0)
            buffer_puts(out, ",");
        soak_phone_write(model, i, out);
    }
    buffer_puts(out, "]}");
}
