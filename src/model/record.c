/* SPDX-License-Identifier: MIT */
#include "model/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct extension record_pack(struct user_agents *agents, const struct extension *from)
{
    struct extension record = *from;
    size_t length = strlen(from->number) + 1;
    size_t contacts = from->registration_count * sizeof *from->registrations;
    char *memory = mem_new(1, contacts + length);
    record.registrations = contacts > 0 ? (struct registration *)(void *)memory : NULL;
    record.number = memcpy(memory + contacts, from->number, length);
    for (uint32_t i = 0; i < from->registration_count; i++) {
        struct registration *contact = &record.registrations[i];
        *contact = from->registrations[i];
        contact->agent = contact->agent != NULL ? user_agents_intern(agents, contact->agent) : NULL;
    }
    return record;
}

void record_free(struct user_agents *agents, struct extension *record)
{
    for (uint32_t i = 0; i < record->registration_count; i++)
        user_agents_release(agents, record->registrations[i].agent);
    free(record->registration_count > 0 ? (void *)record->registrations : record->number);
    *record = (struct extension){.status = NUMBER_NONE};
}
