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
#ifndef BLFTOP_TESTS_SUPPORT_ESCAPE_CHECKER_H
#define BLFTOP_TESTS_SUPPORT_ESCAPE_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

struct escape_checker;

/* An oracle for a kind of terminal; one that terminfo does not know gets no sequences at all. */
struct escape_checker *escape_checker_new(const char *term);

/* Does terminfo know this kind of terminal? */
bool escape_checker_knows(const char *term);

/* An oracle for what is no terminal: LF, and CR LF as CSV has it (RFC 4180). Colours may be in what
 * was asked for with colours. */
struct escape_checker *escape_checker_new_plain(bool has_colors);

/* Allows what another kind of terminal knows, too. */
void escape_checker_allow(struct escape_checker *oracle, const char *term);

void escape_checker_free(struct escape_checker *oracle);

/* Judges what comes next. False from the first byte on that is not allowed. */
bool escape_checker_judge(struct escape_checker *oracle, const char *bytes, size_t length);

/* One sequence or character may be cut from now on, by the ESC of the next sequence: the terminal
 * has been told to drop what it had not taken. */
void escape_checker_forgive_cut(struct escape_checker *oracle);

/* Judges the end: no sequence and no character may be half written. */
bool escape_checker_judge_end(struct escape_checker *oracle);

/* The bytes which were not allowed, made visible; empty if there were none. */
const char *escape_checker_offence(const struct escape_checker *oracle);

#endif
