/* SPDX-License-Identifier: MIT */
/* The report for people: a table with totals, or the whole story of each extension. */
#include <stdio.h>
#include <string.h>

#include "report/text.h"

#include "base/text.h"
#include "model/diagnosis.h"
#include "report/report.h"

#define LAMP_COLS 10 /* glyph, blank, "mismatch" */
#define LEFT_MAX (CLOCK_SPAN_MAX + 8)

/* ANSI colours of the lamps on a terminal: what is wrong stands out, glyph and code say the rest.
 */
static const char *const lamp_colors[LAMP_COUNT] = {
    [LAMP_ONLINE] = "32",       [LAMP_RINGING] = "1;33",  [LAMP_BUSY] = "31",
    [LAMP_OFFLINE] = "1;37;45", [LAMP_EXPIRED] = "30;43", [LAMP_MISMATCH] = "7;36",
    [LAMP_UNKNOWN] = "2",       [LAMP_STATIC] = "32",
};

/* Columns of those of the table's columns that depend on what is in them. Nothing is ever cut: two
 * numbers must not come to look the same. */
struct widths {
    int number;
    int name;   /* 0: no names */
    int server; /* 0: one server */
    int expires;
};

/* Appends safe text, padded to `cols` columns; in ASCII what is beyond becomes '?'. */
static void write_cell(const struct report *report, struct buffer *out, const char *safe, int cols)
{
    size_t length = strlen(safe);
    int used = text_columns(safe);
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool valid;
        size_t bytes = text_decode(safe + at, length - at, &code_point, &valid);
        if (report->is_ascii && code_point > 0x7E)
            buffer_append(out, "??", (size_t)text_width_of(code_point));
        else
            buffer_append(out, safe + at, bytes);
        at += bytes;
    }
    buffer_printf(out, "%*s", cols > used ? cols - used : 0, "");
}

/* Appends a whole text without padding. */
static void write_text(const struct report *report, struct buffer *out, const char *safe)
{
    write_cell(report, out, safe, 0);
}

/* The glyph of a lamp on this terminal. */
static const char *glyph_of(const struct report *report, enum lamp lamp)
{
    return report->is_ascii ? lamp_info(lamp)->ascii : lamp_info(lamp)->glyph;
}

/* Appends glyph and name of a lamp, `cols` columns wide, coloured if asked for. */
static void write_lamp(const struct report *report, struct buffer *out, enum lamp lamp, int cols)
{
    if (report->is_color)
        buffer_printf(out, "\033[%sm", lamp_colors[lamp]);
    buffer_printf(out, "%s %s", glyph_of(report, lamp), lamp_info(lamp)->name);
    if (report->is_color)
        buffer_puts(out, "\033[0m");
    int padding = cols - 2 - (int)strlen(lamp_info(lamp)->name);
    buffer_printf(out, "%*s", padding > 0 ? padding : 0, "");
}

/* Makes room for a text and for its column's title. */
static void widen(int *cols, const char *text, const char *title)
{
    int needed = text_columns(text);
    int least = text_columns(title);
    needed = needed > least ? needed : least;
    if (needed > *cols)
        *cols = needed;
}

/* Writes "in 00:41:12", or "00:09:12 ago". */
static void format_left(const struct report *report, char *out, size_t size, int64_t expires)
{
    char span[CLOCK_SPAN_MAX];
    int64_t left = expires - report->now.wall_ms / 1000;
    clock_format_span(span, (left < 0 ? -left : left) * 1000);
    snprintf(out, size, left < 0 ? "%s ago" : "in %s", span);
}

/* Writes when the contact that decides the lamp expires; "-" if that is not known. */
static void write_left(const struct report *report, char out[static LEFT_MAX],
                       const struct row *row)
{
    const struct registration *best = extension_best_registration(&row->extension);
    if (best && best->expires != EXPIRES_NONE)
        format_left(report, out, LEFT_MAX, best->expires);
    else
        snprintf(out, LEFT_MAX, "-");
}

/* Measures the columns. */
static struct widths measure(const struct report *report)
{
    struct widths widths = {0};
    char left[LEFT_MAX];
    for (size_t i = 0; i < report->listing->count; i++) {
        const struct row *row = report_row(report, i);
        write_left(report, left, row);
        widen(&widths.expires, left, "EXPIRES");
        widen(&widths.number, row->extension.number, "EXTENSION");
        if (row->name)
            widen(&widths.name, row->name, "NAME");
        if (report->server_status_count > 1)
            widen(&widths.server, report->feeds[row->server].name, "SERVER");
    }
    return widths;
}

/* Takes blanks off the end of what was appended, then ends the line. */
static void end_line(struct buffer *out)
{
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        out->length--;
    buffer_puts(out, "\n");
}

/* Appends one line of the table. */
static void write_row(const struct report *report, const struct widths *widths,
                      const struct row *row, struct buffer *out)
{
    const struct registration *best = extension_best_registration(&row->extension);
    write_cell(report, out, row->extension.number, widths->number);
    buffer_puts(out, "  ");
    if (widths->name > 0) {
        write_cell(report, out, row->name ? row->name : "-", widths->name);
        buffer_puts(out, "  ");
    }
    if (widths->server > 0) {
        write_cell(report, out, report->feeds[row->server].name, widths->server);
        buffer_puts(out, "  ");
    }
    char left[LEFT_MAX];
    write_left(report, left, row);
    write_lamp(report, out, row->lamp, LAMP_COLS);
    buffer_printf(out, "  %8u  ", (unsigned)row->extension.registration_count);
    write_cell(report, out, left, widths->expires);
    buffer_puts(out, "  ");
    write_text(report, out, best && best->agent ? best->agent : "-");
    end_line(out);
}

/* Appends the table's titles. */
static void write_titles(const struct report *report, const struct widths *widths,
                         struct buffer *out)
{
    write_cell(report, out, "EXTENSION", widths->number);
    buffer_puts(out, "  ");
    if (widths->name > 0) {
        write_cell(report, out, "NAME", widths->name);
        buffer_puts(out, "  ");
    }
    if (widths->server > 0) {
        write_cell(report, out, "SERVER", widths->server);
        buffer_puts(out, "  ");
    }
    write_cell(report, out, "LAMP", LAMP_COLS);
    buffer_puts(out, "  CONTACTS  ");
    write_cell(report, out, "EXPIRES", widths->expires);
    buffer_puts(out, "  AGENT\n");
}

/* Appends "412 extensions: 358 online, 5 ringing", or "38 of 412 extensions: …" of what a filter
 * left. */
static void write_totals(const struct report *report, struct buffer *out)
{
    size_t lamps[LAMP_COUNT];
    size_t all = report->roster->count;
    const char *before = ": ";
    report_count(report, lamps);
    buffer_printf(out, "%zu ", report->listing->count);
    if (report->listing->count < all)
        buffer_printf(out, "of %zu ", all);
    buffer_puts(out, all == 1 ? "extension" : "extensions");
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++) {
        if (lamps[lamp] == 0)
            continue;
        buffer_printf(out, "%s%zu %s", before, lamps[lamp], lamp_info((enum lamp)lamp)->name);
        before = ", ";
    }
    buffer_puts(out, report_is_complete(report) ? "\n" : " (not everything could be read)\n");
}

/* Appends a server's number with the words for it: "busy (3)". */
static void write_number(struct buffer *out, const char *words, int32_t number)
{
    if (number == NUMBER_NONE)
        buffer_printf(out, "%s (no number sent)", words);
    else
        buffer_printf(out, "%s (%d)", words, (int)number);
}

/* Appends one contact of the story. */
static void write_contact(const struct report *report, const struct registration *contact,
                          uint32_t number, struct buffer *out)
{
    char date[CLOCK_SPAN_MAX];
    char left[CLOCK_SPAN_MAX + 8];
    char zone[8];
    buffer_printf(out, "  Contact %-2u  ", (unsigned)number);
    write_text(report, out, contact->agent ? contact->agent : "(no user agent sent)");
    buffer_puts(out, "\n              ");
    write_number(out, registration_words(contact->state), contact->state);
    if (contact->expires == EXPIRES_NONE) {
        buffer_puts(out, ", the server sends no expiry\n");
        return;
    }
    clock_format_date(date, zone, contact->expires);
    format_left(report, left, sizeof left, contact->expires);
    buffer_printf(out, ", expire%s %s %s, %s\n",
                  contact->expires < report->now.wall_ms / 1000 ? "d" : "s", date, zone, left);
}

/* Appends what the lamp means, and that a registration is overdue. */
static void write_verdict(const struct report *report, const struct extension *extension,
                          struct buffer *out)
{
    char verdict[DIAGNOSIS_MAX];
    char overdue[DIAGNOSIS_MAX];
    extension_describe(extension, verdict, sizeof verdict);
    extension_write_overdue(extension, report->now.wall_ms / 1000, overdue, sizeof overdue);
    buffer_printf(out, "\n  Verdict     %s%s\n", verdict, overdue);
}

/* Appends the whole story of one extension. */
static void write_story(const struct report *report, const struct row *row, struct buffer *out)
{
    const struct extension *extension = &row->extension;
    const struct server_status *feed = &report->feeds[row->server];
    char date[CLOCK_SPAN_MAX];
    char zone[8];

    write_text(report, out, extension->number);
    if (row->name) {
        buffer_puts(out, "  ");
        write_text(report, out, row->name);
    }
    buffer_puts(out, "\n  Lamp        ");
    write_lamp(report, out, row->lamp, 0);
    buffer_puts(out, "\n  Presence    ");
    write_number(out, status_words(extension->status), extension->status);
    write_verdict(report, extension, out);
    for (uint32_t i = 0; i < extension->registration_count; i++)
        write_contact(report, &extension->registrations[i], i + 1, out);
    if (extension->registration_count == 0)
        buffer_printf(out, "  Contacts    %s\n",
                      extension->has_list ? "none" : "(the server was not asked, or sent no list)");
    if (extension->was_repaired)
        buffer_puts(out, "  Note        some of its text was damaged or too long, and is marked\n");
    clock_format_date(date, zone, report->now.wall_ms / 1000);
    buffer_puts(out, "  Server      ");
    write_text(report, out, feed->name);
    buffer_printf(out, ", asked %s %s\n", date, zone);
}

void report_write_text(const struct report *report, struct buffer *out)
{
    size_t count = report->listing->count;
    if (report->roster->count == 0 && !report_is_complete(report))
        return; /* what went wrong is told elsewhere; 0 would be an answer */
    if (report->is_detailed) {
        for (size_t i = 0; i < count; i++) {
            buffer_puts(out, i == 0 ? "" : "\n");
            write_story(report, report_row(report, i), out);
        }
        if (count == 0)
            write_totals(report, out);
        return;
    }
    struct widths widths = measure(report);
    if (count > 0)
        write_titles(report, &widths, out);
    for (size_t i = 0; i < count; i++)
        write_row(report, &widths, report_row(report, i), out);
    write_totals(report, out);
}
