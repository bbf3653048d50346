/* SPDX-License-Identifier: MIT */
/*
 * logfile: a file that lines are appended to, each with the time in UTC before it.
 *
 * Holds what can go wrong with such a file over months: a full disk loses lines but nothing else,
 * and their number is written once there is room; a flood is bounded (LOGFILE_BURST lines, then
 * one each LOGFILE_EVERY_MS), and what was left out is counted in the file; after a rotation it is
 * opened anew. Every line is safe text and goes out in one write, so that several programs can
 * share the file. Knows nothing of what the lines mean.
 */
#ifndef BLFTOP_REPORT_LOGFILE_H
#define BLFTOP_REPORT_LOGFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

#define LOGFILE_BURST 200
#define LOGFILE_EVERY_MS 2000
#define LOGFILE_LINE_MAX 640 /* bytes, with the line feed */

struct logfile {
    char *path;
    int fd;
    bool is_torn;      /* it ends with a part of a line */
    int trouble;       /* errno of the last write that failed; 0: the last one did not */
    uint64_t lost;     /* lines that could not be written since */
    uint64_t left_out; /* lines that would have been too many */
    int64_t credit;    /* lines that may be written now */
    int64_t credit_ms; /* when it last grew */
};

/* Opens the file for appending, makes it if need be (mode 0666 less the umask). False with the
 * reason. */
bool logfile_open(struct logfile *logfile, const char *path, struct moment now, struct error *error)
    __attribute__((warn_unused_result));
void logfile_close(struct logfile *logfile);

/* Opens the path anew, after a rotation; the old file stays in use if that fails. */
bool logfile_reopen(struct logfile *logfile, struct error *error);

/* Appends a line. */
void logfile_add(struct logfile *logfile, struct moment now, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
