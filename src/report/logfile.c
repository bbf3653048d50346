/* SPDX-License-Identifier: MIT */
#include "report/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* Opens a path; -1 with the reason. A pipe that nobody reads must not hold up anything. */
static int open_path(const char *path, struct error *error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (fd < 0) {
        error_set(error, ERROR_USAGE, "cannot write to %s: %s", path, strerror(errno));
    } else if (isatty(fd)) {
        error_set(error, ERROR_USAGE, "%s is a terminal; the log needs a file", path);
        close(fd);
        return -1;
    }
    return fd;
}

bool logfile_open(struct logfile *logfile, const char *path, struct moment now, struct error *error)
{
    int fd = open_path(path, error);
    if (fd < 0)
        return false;
    *logfile = (struct logfile){
        .path = mem_strdup(path), .fd = fd, .credit = LOGFILE_BURST, .credit_ms = now.ms};
    return true;
}

void logfile_close(struct logfile *logfile)
{
    close(logfile->fd);
    free(logfile->path);
}

bool logfile_reopen(struct logfile *logfile, struct error *error)
{
    int fd = open_path(logfile->path, error);
    if (fd < 0)
        return false;
    close(logfile->fd);
    logfile->fd = fd;
    return true;
}

/* Writes one line, which is made safe; a line of its own, too, after one that was cut short. */
static bool write_line(struct logfile *logfile, struct moment now, const char *text)
{
    char line[LOGFILE_LINE_MAX];
    char stamp[CLOCK_SPAN_MAX];
    clock_format_utc(stamp, now.wall_ms / 1000);
    size_t length =
        (size_t)snprintf(line, sizeof line, "%s%s ", logfile->is_torn ? "\n" : "", stamp);
    length += text_make_safe(line + length, sizeof line - length - 1, text, strlen(text));
    line[length++] = '\n';
    ssize_t count = write(logfile->fd, line, length);
    logfile->trouble = count < 0 ? errno : count < (ssize_t)length ? ENOSPC : 0;
    if (count > 0)
        logfile->is_torn = count < (ssize_t)length;
    return logfile->trouble == 0;
}

/* Tells how many lines are missing here, if any are. */
static bool write_gap(struct logfile *logfile, struct moment now)
{
    char text[160];
    int trouble = logfile->trouble;
    if (logfile->lost > 0) {
        snprintf(text, sizeof text, "blftop: %" PRIu64 " lines could not be written here: %s",
                 logfile->lost, strerror(trouble));
        if (!write_line(logfile, now, text))
            return false;
        logfile->lost = 0;
    }
    if (logfile->left_out > 0) {
        snprintf(text, sizeof text, "blftop: %" PRIu64 " lines left out here: too many",
                 logfile->left_out);
        if (!write_line(logfile, now, text))
            return false;
        logfile->left_out = 0;
    }
    return true;
}

/* May a line be written now? */
static bool take_credit(struct logfile *logfile, int64_t now)
{
    int64_t grown = (now - logfile->credit_ms) / LOGFILE_EVERY_MS;
    if (grown > 0) {
        logfile->credit_ms += grown * LOGFILE_EVERY_MS;
        logfile->credit += grown;
        if (logfile->credit > LOGFILE_BURST)
            logfile->credit = LOGFILE_BURST;
    }
    if (logfile->credit == 0) {
        logfile->left_out++;
        return false;
    }
    logfile->credit--;
    return true;
}

void logfile_add(struct logfile *logfile, struct moment now, const char *format, ...)
{
    char text[LOGFILE_LINE_MAX];
    va_list args;
    if (!take_credit(logfile, now.ms))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!write_gap(logfile, now) || !write_line(logfile, now, text))
        logfile->lost++;
}
