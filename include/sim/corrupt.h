/* SPDX-License-Identifier: MIT */
/*
 * corrupt: pages made wrong: entries doubled, left out, turned round, poisoned, bodies broken.
 *
 * Each takes a reply that holds a good page and leaves a bad one; what is about the body's bytes
 * alone takes any reply. Knows no chance and no socket; what hits when is mishap's business.
 */
#ifndef BLFTOP_SIM_CORRUPT_H
#define BLFTOP_SIM_CORRUPT_H

#include <stddef.h>

#include "sim/message.h"

#define CORRUPT_MARKS_BYTES ((size_t)1 << 20) /* of combining marks in one agent */

/* The first entry's phone calls itself by these bytes, a JSON string's inside. */
void corrupt_agent(struct reply *reply, const char *agent, size_t length);

/* It calls itself by CORRUPT_MARKS_BYTES of combining marks. */
void corrupt_agent_with_marks(struct reply *reply);

/* Every member of the first entry but its number has the wrong type. */
void corrupt_types(struct reply *reply);

/* The first entry comes twice, with another status. */
void corrupt_duplicate(struct reply *reply);

/* Only the first half of the entries comes, whatever totalResults says. */
void corrupt_halve(struct reply *reply);

/* The entries begin at another one: those that come later have moved between pages. */
void corrupt_rotate(struct reply *reply, size_t by);

/* A collection with nothing in it. */
void corrupt_empty(struct reply *reply);

/* The body ends in its middle. */
void corrupt_truncate(struct reply *reply);

/* One byte in the body's middle is not JSON. */
void corrupt_syntax(struct reply *reply);

/* The body begins with a byte order mark. */
void corrupt_byte_order_mark(struct reply *reply);

/* The body is followed by this many blanks. */
void corrupt_with_blanks(struct reply *reply, size_t count);

/* The body is gzip that unpacks to this many blanks and more. */
void corrupt_gzip_bomb(struct reply *reply, size_t count);

#endif
