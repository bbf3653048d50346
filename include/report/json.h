/* SPDX-License-Identifier: MIT */
/*
 * json: the report as JSON, version 1.
 */
#ifndef BLFTOP_REPORT_JSON_H
#define BLFTOP_REPORT_JSON_H

#include "report/report.h"

void report_write_json(const struct report *report, struct buffer *out);

#endif
