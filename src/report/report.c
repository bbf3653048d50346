/* SPDX-License-Identifier: MIT */
#include "report/report.h"

bool report_is_complete(const struct report *report)
{
    for (size_t i = 0; i < report->feed_count; i++) {
        const struct feed *feed = &report->feeds[i];
        if (!feed->is_complete || feed->rejected > 0)
            return false;
    }
    return true;
}

const struct row *report_row(const struct report *report, size_t index)
{
    return &report->roster->rows[report->listing->ids[index]];
}

void report_count(const struct report *report, size_t lamps[LAMP_COUNT])
{
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++)
        lamps[lamp] = 0;
    for (size_t i = 0; i < report->listing->count; i++)
        lamps[report_row(report, i)->lamp]++;
}
