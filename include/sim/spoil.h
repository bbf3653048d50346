/* SPDX-License-Identifier: MIT */
/*
 * spoil: pages made wrong: entries doubled, left out, turned round, poisoned, bodies broken.
 *
 * Each takes a reply that holds a good page and leaves a bad one; what is about the body's bytes
 * alone takes any reply. Knows no chance and no socket; what hits when is mishap's business.
 */
#ifndef BLFTOP_SIM_SPOIL_H
#define BLFTOP_SIM_SPOIL_H

#include <stddef.h>

#include "sim/exchange.h"

#define SPOIL_MARKS_BYTES ((size_t)1 << 20) /* of combining marks in one agent */

/* The first entry's phone calls itself by these bytes, a JSON string's inside. */
void spoil_agent(struct reply *reply, const char *agent, size_t length);

/* It calls itself by SPOIL_MARKS_BYTES of combining marks. */
void spoil_agent_with_marks(struct reply *reply);

/* Every member of the first entry but its number has the wrong type. */
void spoil_types(struct reply *reply);

/* The first entry comes twice, with another status. */
void spoil_by_doubling(struct reply *reply);

/* Only the first half of the entries comes, whatever totalResults says. */
void spoil_by_halving(struct reply *reply);

/* The entries begin at another one: those that come later have moved between pages. */
void spoil_by_turning(struct reply *reply, size_t by);

/* A collection with nothing in it. */
void spoil_by_emptying(struct reply *reply);

/* The body ends in its middle. */
void spoil_by_cutting(struct reply *reply);

/* One byte in the body's middle is not JSON. */
void spoil_syntax(struct reply *reply);

/* The body begins with a byte order mark. */
void spoil_with_mark(struct reply *reply);

/* The body is followed by this many blanks. */
void spoil_with_blanks(struct reply *reply, size_t count);

/* The body is gzip that unpacks to this many blanks and more. */
void spoil_with_bomb(struct reply *reply, size_t count);

#endif
