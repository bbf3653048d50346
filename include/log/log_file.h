/* SPDX-License-Identifier: MIT */
/*
 * log_file: a file that lines are appended to, each with the time in UTC before it.
 *
 * Holds what can go wrong with such a file over months: a full disk loses lines but nothing else,
 * and their number is written once there is room; a flood is bounded (LOG_FILE_BURST lines, then
 * one each LOG_FILE_EVERY_MS), and what was left out is counted in the file; after a rotation it is
 * opened anew. Every line is safe text and goes out in one write, so that several programs can
 * share the file. Knows nothing of what the lines mean.
 */
#ifndef BLFTOP_LOG_LOG_FILE_H
#define BLFTOP_LOG_LOG_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

#define LOG_FILE_BURST 200
#define LOG_FILE_EVERY_MS 2000
#define LOG_FILE_LINE_MAX 640 /* bytes, with the line feed */

struct log_file {
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
bool log_file_open(struct log_file *log_file, const char *path, struct moment now,
                   struct error *error) __attribute__((warn_unused_result));
void log_file_close(struct log_file *log_file);

/* Opens the path anew, after a rotation; the old file stays in use if that fails. */
bool log_file_reopen(struct log_file *log_file, struct error *error);

/* Appends a line. */
void log_file_add(struct log_file *log_file, struct moment now, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
