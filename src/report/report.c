/* SPDX-License-Identifier: MIT */
#include "report/report.h"

bool report_is_complete(const struct report *report)
{
    for (size_t i = 0; i < report->server_status_count; i++) {
        const struct server_status *feed = &report->feeds[i];
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

/* Appends what is missing of a poll that has not failed. */
static void write_gaps(const struct server_status *feed, struct buffer *out)
{
    if (feed->rejected > 0)
        buffer_printf(out, "blftop: %s: %llu %s could not be read\n", feed->name,
                      (unsigned long long)feed->rejected,
                      feed->rejected == 1 ? "entry" : "entries");
    if (!feed->is_complete && feed->total > (int64_t)feed->read)
        buffer_printf(out, "blftop: %s: %zu of %lld extensions could be read\n", feed->name,
                      feed->read, (long long)feed->total);
    else if (!feed->is_complete)
        buffer_printf(out, "blftop: %s: the list changed while it was read\n", feed->name);
}

enum error_kind report_write_failures(const struct server_status *feeds, size_t count,
                                      struct buffer *out)
{
    enum error_kind first = ERROR_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct server_status *feed = &feeds[i];
        if (!error_is_set(&feed->error)) {
            write_gaps(feed, out);
            continue;
        }
        buffer_printf(out, "blftop: %s: %s\n", feed->name, feed->error.text);
        first = first == ERROR_NONE ? feed->error.kind : first;
    }
    return first;
}
