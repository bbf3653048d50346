/* SPDX-License-Identifier: MIT */
/* The report as CSV (RFC 4180): a header, then one line an extension with its best contact. */
#include <stdio.h>
#include <string.h>

#include "report/csv.h"

#include "report/report.h"

/* Appends a text cell, quoted where it must be. A text that a spreadsheet would take for a formula
 * (OWASP, "CSV injection") is preceded by an apostrophe, which makes it a text there. */
static void write_text(struct buffer *out, const char *text)
{
    if (!text)
        return;
    bool is_formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]);
    bool is_quoted = is_formula || text[strcspn(text, ",\"\r\n ")] != '\0';
    if (is_quoted)
        buffer_puts(out, is_formula ? "\"'" : "\"");
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            buffer_puts(out, "\"");
        buffer_append(out, at, 1);
    }
    if (is_quoted)
        buffer_puts(out, "\"");
}

/* Appends a number, or nothing for one that the server did not send. */
static void write_number(struct buffer *out, int32_t number)
{
    if (number != NUMBER_NONE)
        buffer_printf(out, "%d", (int)number);
}

/* Appends the cells of a contact; empty ones for NULL. */
static void write_registration(struct buffer *out, const struct registration *best)
{
    char expires[CLOCK_SPAN_MAX] = "";
    write_text(out, best ? best->agent : NULL);
    buffer_puts(out, ",");
    write_number(out, best ? best->state : NUMBER_NONE);
    if (best && best->expires != EXPIRES_NONE)
        clock_format_utc(expires, best->expires);
    buffer_printf(out, ",%s\r\n", expires);
}

/* Appends one extension's line. */
static void write_row(const struct report *report, const struct row *row, struct buffer *out)
{
    const struct extension *extension = &row->extension;
    const char *texts[] = {report->feeds[row->server].name, extension->number, row->name,
                           lamp_info(row->lamp)->name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_text(out, texts[i]);
        buffer_puts(out, ",");
    }
    write_number(out, extension->status);
    buffer_printf(out, ",%u,", (unsigned)extension->registration_count);
    write_registration(out, extension_best_registration(extension));
}

void report_write_csv(const struct report *report, struct buffer *out)
{
    buffer_puts(out, "server,extension,name,lamp,status,registrations,agent,state,expires\r\n");
    for (size_t i = 0; i < report->listing->count; i++)
        write_row(report, report_row(report, i), out);
}
