/* SPDX-License-Identifier: MIT */
#include "model/user_agents.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BUCKETS_FIRST 64
#define CHAIN_MAX 32 /* texts looked at before one is kept again */

struct agent {
    struct agent *next;
    struct agent **link; /* what points here */
    uint32_t hash;
    uint32_t holds;
    char text[];
};

void user_agents_init(struct user_agents *agents)
{
    *agents = (struct user_agents){.buckets = NULL};
}

void user_agents_clear(struct user_agents *agents)
{
    for (size_t i = 0; i < agents->bucket_count; i++) {
        struct agent *agent = agents->buckets[i];
        while (agent != NULL) {
            struct agent *next = agent->next;
            free(agent);
            agent = next;
        }
    }
    free(agents->buckets);
    user_agents_init(agents);
}

/* FNV-1a (draft-eastlake-fnv), its halves folded; *length gets how long the text is. */
static uint32_t hash_text(const char *text, size_t *length)
{
    uint64_t hash = 0xcbf29ce484222325u;
    const char *byte = text;
    for (; *byte != '\0'; byte++)
        hash = (hash ^ (unsigned char)*byte) * 0x100000001b3u;
    *length = (size_t)(byte - text);
    return (uint32_t)(hash ^ hash >> 32);
}

/* Puts a text at the head of its bucket's chain. */
static void link_agent(struct user_agents *agents, struct agent *agent)
{
    struct agent **link = &agents->buckets[agent->hash & (agents->bucket_count - 1)];
    agent->next = *link;
    agent->link = link;
    if (agent->next != NULL)
        agent->next->link = &agent->next;
    *link = agent;
}

/* Doubles the buckets when there are more texts than buckets. */
static void grow_buckets(struct user_agents *agents)
{
    if (agents->count < agents->bucket_count)
        return;
    struct agent **old = agents->buckets;
    size_t old_count = agents->bucket_count;
    agents->bucket_count = old_count == 0 ? BUCKETS_FIRST : old_count * 2;
    agents->buckets = mem_new(agents->bucket_count, sizeof(struct agent *));
    for (size_t i = 0; i < old_count; i++) {
        struct agent *agent = old[i];
        while (agent != NULL) {
            struct agent *next = agent->next;
            link_agent(agents, agent);
            agent = next;
        }
    }
    free(old);
}

/* Keeps a text of `length` bytes. */
static struct agent *keep_text(struct user_agents *agents, const char *text, size_t length,
                               uint32_t hash)
{
    grow_buckets(agents);
    struct agent *agent = mem_new(1, sizeof *agent + length + 1);
    agent->hash = hash;
    memcpy(agent->text, text, length);
    link_agent(agents, agent);
    agents->count++;
    return agent;
}

/* The text if it is kept and found soon, else NULL. */
static struct agent *find_text(const struct user_agents *agents, const char *text, uint32_t hash)
{
    if (agents->bucket_count == 0)
        return NULL;
    struct agent *agent = agents->buckets[hash & (agents->bucket_count - 1)];
    for (int steps = 0; agent != NULL && steps < CHAIN_MAX; steps++, agent = agent->next) {
        if (agent->hash == hash && strcmp(agent->text, text) == 0)
            return agent->holds < UINT32_MAX ? agent : NULL;
    }
    return NULL;
}

char *user_agents_intern(struct user_agents *agents, const char *text)
{
    size_t length;
    uint32_t hash = hash_text(text, &length);
    struct agent *agent = find_text(agents, text, hash);
    if (agent == NULL)
        agent = keep_text(agents, text, length, hash);
    agent->holds++;
    return agent->text;
}

void user_agents_release(struct user_agents *agents, char *text)
{
    if (text == NULL)
        return;
    struct agent *agent = (struct agent *)(void *)(text - offsetof(struct agent, text));
    if (--agent->holds > 0)
        return;
    *agent->link = agent->next;
    if (agent->next != NULL)
        agent->next->link = agent->link;
    free(agent);
    agents->count--;
}
