/* SPDX-License-Identifier: MIT */
#include "draw/detail_words.h"

#include <ctype.h>
#include <stdio.h>

#define DATED_MS ((int64_t)20 * 3600 * 1000) /* what is longer ago is told with its date */

/* When the state began: the time of day, with the date if that may be another one. */
static void write_start(char out[static CLOCK_SPAN_MAX], const struct subject *subject)
{
    const struct row *row = subject->row;
    int64_t ago = subject->now.ms - (row->gone_polls > 0 ? row->gone_ms : row->since_ms);
    int64_t unix_s = (subject->now.wall_ms - (ago > 0 ? ago : 0)) / 1000;
    if (ago < DATED_MS)
        clock_format_time(out, unix_s);
    else
        clock_format_date(out, NULL, unix_s);
}

void detail_add_state(struct segments *line, const struct subject *subject)
{
    const struct row *row = subject->row;
    bool is_gone = row->gone_polls > 0;
    bool is_seen = is_gone || row->is_since_exact; /* its beginning was */
    const char *name = is_gone ? "gone" : lamp_info((enum lamp)row->lamp)->name;
    char word[16];
    char span[CLOCK_SPAN_MAX];
    char since[CLOCK_SPAN_MAX];

    clock_format_span(span, subject->age.ms);
    write_start(since, subject);
    snprintf(word, sizeof word, "%s", name);
    for (char *letter = word; *letter != '\0'; letter++)
        *letter = (char)toupper((unsigned char)*letter);
    segments_add(line, widget_role(row), 0, "%s %s", widget_glyph(row, subject->is_ascii), word);
    segments_add(line, ROLE_STRONG, 0, " for %s%s%s", is_seen ? "" : "at least ", span,
                 subject->is_stale ? " when last heard" : "");
    segments_add(line, ROLE_DIM, 1, is_seen ? " (since %s)" : " (seen since %s)", since);
}

void detail_write_number(char out[static DETAIL_TEXT_MAX], const char *words, int32_t number)
{
    if (number == NUMBER_NONE)
        snprintf(out, DETAIL_TEXT_MAX, "none sent");
    else
        snprintf(out, DETAIL_TEXT_MAX, "%s (%d)", words, (int)number);
}

void detail_write_contacts(char out[static DETAIL_TEXT_MAX], const struct extension *extension)
{
    uint32_t count = extension->registration_count;
    if (!extension->has_list)
        snprintf(out, DETAIL_TEXT_MAX, "not asked for or not sent");
    else if (count == 0)
        snprintf(out, DETAIL_TEXT_MAX, "no devices");
    else
        snprintf(out, DETAIL_TEXT_MAX, "%u of %u device%s registered",
                 (unsigned)extension_count_live(extension), (unsigned)count, count == 1 ? "" : "s");
}

void detail_write_countdown(char out[static DETAIL_TEXT_MAX], const struct subject *subject,
                            const struct registration *contact, const char *ahead)
{
    char span[CLOCK_SPAN_MAX];
    if (contact->expires == EXPIRES_NONE) {
        snprintf(out, DETAIL_TEXT_MAX, "no expiry sent");
        return;
    }
    int64_t left_s = contact->expires - subject->now.wall_ms / 1000;
    clock_format_span(span, (left_s < 0 ? -left_s : left_s) * 1000);
    if (left_s >= 0)
        snprintf(out, DETAIL_TEXT_MAX, "%s %s", ahead, span);
    else if (!registration_is_live(contact))
        snprintf(out, DETAIL_TEXT_MAX, "ended %s ago", span);
    else if (subject->is_stale)
        snprintf(out, DETAIL_TEXT_MAX, "was due %s ago", span);
    else
        snprintf(out, DETAIL_TEXT_MAX, "overdue by %s", span);
}

void detail_write_date(char out[static DETAIL_TEXT_MAX], const struct registration *contact)
{
    char date[CLOCK_SPAN_MAX];
    char zone[8];
    out[0] = '\0';
    if (contact->expires == EXPIRES_NONE)
        return;
    clock_format_date(date, zone, contact->expires);
    snprintf(out, DETAIL_TEXT_MAX, "%s %s", date, zone);
}

const char *detail_agent(const struct registration *contact)
{
    return contact->agent && contact->agent[0] != '\0' ? contact->agent : "(no agent sent)";
}
