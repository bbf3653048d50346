/* SPDX-License-Identifier: MIT */
/*
 * text: the report as a table for people, or as all details of each extension.
 *
 * No escapes unless colour was asked for.
 */
#ifndef BLFTOP_REPORT_TEXT_H
#define BLFTOP_REPORT_TEXT_H

#include "report/report.h"

/* Each appends the whole report. */
void report_write_text(const struct report *report, struct buffer *out);

#endif
