/* SPDX-License-Identifier: MIT */
/*
 * user_agents: User-Agents, each kept once for however many phones have it.
 *
 * A fleet of thousands has a few dozen models of phone. A text lives for as long as somebody holds
 * it and is the same pointer for all; it must not be changed. Phones choose these texts, so one
 * that is found late among many whose hashes collide is kept twice: that costs its bytes and no
 * time.
 */
#ifndef BLFTOP_MODEL_USER_AGENTS_H
#define BLFTOP_MODEL_USER_AGENTS_H

#include <stddef.h>

struct agent;

struct user_agents {
    struct agent **buckets; /* owned */
    size_t bucket_count;    /* 0 or a power of two */
    size_t count;           /* texts kept */
};

void user_agents_init(struct user_agents *agents);

/* Frees all texts, held or not. */
void user_agents_clear(struct user_agents *agents);

/* A text with these bytes, to be given back with user_agents_release. */
char *user_agents_intern(struct user_agents *agents, const char *text);

/* Gives back one that user_agents_intern has handed out; NULL is allowed. */
void user_agents_release(struct user_agents *agents, char *text);

#endif
