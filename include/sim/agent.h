/* SPDX-License-Identifier: MIT */
/*
 * agent: User-Agents as phones of many makers write them about themselves.
 *
 * A const table: desk phones, sorted by maker so that an office can have its favourite, and the
 * softphones that people add as a second contact. Knows no extension.
 */
#ifndef BLFTOP_SIM_AGENT_H
#define BLFTOP_SIM_AGENT_H

#include <stdint.h>

/* A desk phone: more often than not one of the maker the tenant favours. */
const char *agent_pick_desk(uint64_t tenant, uint64_t chance);

/* A softphone. */
const char *agent_pick_soft(uint64_t chance);

/* Something that needs no registration: a gateway, a trunk, a door. */
const char *agent_pick_static(uint64_t chance);

#endif
