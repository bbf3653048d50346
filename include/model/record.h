/* SPDX-License-Identifier: MIT */
/*
 * record: an extension packed for as long as a row lives.
 *
 * One piece of memory holds the contacts and the number, and agents are held in common: about half
 * of what an extension of its own takes. Read like any other, but freed here alone.
 */
#ifndef BLFTOP_MODEL_RECORD_H
#define BLFTOP_MODEL_RECORD_H

#include "model/extension.h"
#include "model/user_agents.h"

/* A packed copy, to be freed with record_free and the same agents. */
struct extension record_pack(struct user_agents *agents, const struct extension *from);

/* Frees a packed record and leaves it empty; an empty one is allowed. */
void record_free(struct user_agents *agents, struct extension *record);

#endif
