/* SPDX-License-Identifier: MIT */
/*
 * oracle: judges each byte that a program writes, to a terminal or to a pipe (row A1 of the
 * faults).
 *
 * Allowed on a terminal are those output capabilities of its own terminfo entry that a board has a
 * use for (no bell, title, report, reset, printer or palette), and UTF-8 text without control,
 * bidirectional, zero-width, private or other unseen characters; in a pipe only such text and ends
 * of lines. Sequences may come in pieces. Counts what it judges (tally).
 * Owns its patterns; never reads or writes a terminal.
 */
#ifndef BLFTOP_TESTS_ORACLE_H
#define BLFTOP_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

struct oracle;

/* An oracle for a kind of terminal; one that terminfo does not know gets no sequences at all. */
struct oracle *oracle_new(const char *term);

/* Does terminfo know this kind of terminal? */
bool oracle_knows(const char *term);

/* An oracle for what is no terminal: LF, and CR LF as CSV has it (RFC 4180). Colours may be in what
 * was asked for with colours. */
struct oracle *oracle_new_plain(bool has_colors);

/* Allows what another kind of terminal knows, too. */
void oracle_allow(struct oracle *oracle, const char *term);

void oracle_free(struct oracle *oracle);

/* Judges what comes next. False from the first byte on that is not allowed. */
bool oracle_judge(struct oracle *oracle, const char *bytes, size_t length);

/* One sequence or character may be cut from now on, by the ESC of the next sequence: the terminal
 * has been told to drop what it had not taken. */
void oracle_forgive_cut(struct oracle *oracle);

/* Judges the end: no sequence and no character may be half written. */
bool oracle_judge_end(struct oracle *oracle);

/* The bytes which were not allowed, made visible; empty if there were none. */
const char *oracle_offence(const struct oracle *oracle);

#endif
