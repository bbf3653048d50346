/* SPDX-License-Identifier: MIT */
/*
 * agents: User-Agents, each kept once for however many phones have it.
 *
 * A fleet of thousands has a few dozen models of phone. A text lives for as long as somebody holds
 * it and is the same pointer for all; it must not be changed. Phones choose these texts, so one
 * that is found late among many whose hashes collide is kept twice: that costs its bytes and no
 * time.
 */
#ifndef BLFTOP_MODEL_AGENTS_H
#define BLFTOP_MODEL_AGENTS_H

#include <stddef.h>

struct agent;

struct agents {
    struct agent **buckets; /* owned */
    size_t bucket_count;    /* 0 or a power of two */
    size_t count;           /* texts kept */
};

void agents_init(struct agents *agents);

/* Frees all texts, held or not. */
void agents_clear(struct agents *agents);

/* A text with these bytes, to be given back with agents_drop. */
char *agents_hold(struct agents *agents, const char *text);

/* Gives back one that agents_hold has handed out; NULL is allowed. */
void agents_drop(struct agents *agents, char *text);

#endif
