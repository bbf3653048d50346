/* SPDX-License-Identifier: MIT */
/*
 * detail_words: what is known of one extension and its contacts, put into words.
 *
 * The words draw_detail arranges. Server's numbers are told with their meaning, times in the local
 * zone with its offset. Draws nothing.
 */
#ifndef BLFTOP_DRAW_DETAIL_WORDS_H
#define BLFTOP_DRAW_DETAIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "draw/widgets.h"
#include "model/roster.h"
#include "model/staleness.h"

#define DETAIL_TEXT_MAX 80 /* bytes that hold any text written here */

/* The extension that is told of. */
struct subject {
    const struct row *row;
    struct moment now;         /* as shown */
    struct staleness_span age; /* in its state */
    bool is_stale;
    bool is_ascii;
};

/* Appends the lamp in words: "■ BUSY", " for 00:12:04", " (since 13:50:07)"; of stale data " for
 * 00:12:04 when last heard". */
void detail_add_state(struct segments *line, const struct subject *subject);

/* "busy (3)" */
void detail_write_number(char out[static DETAIL_TEXT_MAX], const char *words, int32_t number);

/* "2 of 3 devices registered" */
void detail_write_contacts(char out[static DETAIL_TEXT_MAX], const struct extension *extension);

/* "in 00:41:12" (`ahead` is what stands for "in"), "no expiry sent"; of what is past "overdue by
 * 00:09:12" if the contact is live, else "ended 00:09:12 ago". Of stale data nobody knows whether
 * it was renewed: "was due 00:09:12 ago". */
void detail_write_countdown(char out[static DETAIL_TEXT_MAX], const struct subject *subject,
                            const struct registration *contact, const char *ahead);

/* "2026-11-23 14:43:23 +00:00"; empty if no time was sent. */
void detail_write_date(char out[static DETAIL_TEXT_MAX], const struct registration *contact);

/* The agent of a contact, or that none was sent. */
const char *detail_agent(const struct registration *contact);

#endif
