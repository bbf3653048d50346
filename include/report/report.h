/* SPDX-License-Identifier: MIT */
/*
 * report: the model told without a terminal: a table for people, JSON, CSV.
 *
 * Writes rows in the order of a listing. Text has no escapes unless asked for colour; JSON and CSV
 * have the forms other programs rely on (version 1). Only writes; decides nothing, exits never.
 */
#ifndef BLFTOP_REPORT_REPORT_H
#define BLFTOP_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "model/listing.h"
#include "model/roster.h"
#include "model/server_status.h"

struct report {
    const struct roster *roster;
    const struct listing *listing; /* which rows, in which order */
    const struct server_status *feeds;
    size_t server_status_count;
    struct moment now;
    bool is_ascii;
    bool is_color;    /* text only */
    bool is_detailed; /* text only: the whole story of each row instead of a table */
};

/* Appends a line for each server that could not be read, or not whole: "blftop: NAME: why". Returns
 * the kind of the first error; ERROR_NONE where no poll has failed. */
enum error_kind report_write_failures(const struct server_status *feeds, size_t count,
                                      struct buffer *out);

/* The row at a place of the listing. */
const struct row *report_row(const struct report *report, size_t index);

/* The rows of the listing by lamp. */
void report_count(const struct report *report, size_t lamps[LAMP_COUNT]);

/* Could everything be read of every server? */
bool report_is_complete(const struct report *report);

#endif
