/* SPDX-License-Identifier: MIT */
/*
 * csv: the report as CSV (RFC 4180).
 *
 * Columns only ever get more.
 */
#ifndef BLFTOP_REPORT_CSV_H
#define BLFTOP_REPORT_CSV_H

#include "report/report.h"

void report_write_csv(const struct report *report, struct buffer *out);

#endif
