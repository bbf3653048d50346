/* SPDX-License-Identifier: MIT */
/*
 * oracle: judges each byte that a program writes to a terminal (row A1 of the faults).
 *
 * Allowed are the output capabilities of the terminal's own terminfo entry and UTF-8 text without
 * control, bidirectional or zero-width characters; nothing else is. Sequences may come in pieces.
 * Owns its patterns; never reads or writes a terminal.
 */
#ifndef BLFTOP_TESTS_ORACLE_H
#define BLFTOP_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

struct oracle;

/* An oracle for a kind of terminal; one that terminfo does not know gets no sequences at all. */
struct oracle *oracle_new(const char *term);
void oracle_free(struct oracle *oracle);

/* Judges what comes next. False from the first byte on that is not allowed. */
bool oracle_judge(struct oracle *oracle, const char *bytes, size_t length);

/* The bytes which were not allowed, made visible; empty if there were none. */
const char *oracle_offence(const struct oracle *oracle);

#endif
