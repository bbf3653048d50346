/* SPDX-License-Identifier: MIT */
#include "log/log_file.h"

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

bool log_file_open(struct log_file *log_file, const char *path, struct moment now,
                   struct error *error)
{
    int fd = open_path(path, error);
    if (fd < 0)
        return false;
    *log_file = (struct log_file){
        .path = mem_strdup(path), .fd = fd, .credit = LOG_FILE_BURST, .credit_ms = now.ms};
    return true;
}

void log_file_close(struct log_file *log_file)
{
    close(log_file->fd);
    free(log_file->path);
}

bool log_file_reopen(struct log_file *log_file, struct error *error)
{
    int fd = open_path(log_file->path, error);
    if (fd < 0)
        return false;
    close(log_file->fd);
    log_file->fd = fd;
    return true;
}

/* Writes one line, which is made safe; a line of its own, too, after one that was cut short. */
static bool write_line(struct log_file *log_file, struct moment now, const char *text)
{
    char line[LOG_FILE_LINE_MAX];
    char stamp[CLOCK_SPAN_MAX];
    clock_format_utc(stamp, now.wall_ms / 1000);
    size_t length =
        (size_t)snprintf(line, sizeof line, "%s%s ", log_file->is_torn ? "\n" : "", stamp);
    length += text_make_safe(line + length, sizeof line - length - 1, text, strlen(text));
    line[length++] = '\n';
    ssize_t count = write(log_file->fd, line, length);
    log_file->trouble = count < 0 ? errno : count < (ssize_t)length ? ENOSPC : 0;
    if (count > 0)
        log_file->is_torn = count < (ssize_t)length;
    return log_file->trouble == 0;
}

/* Tells how many lines are missing here, if any are. */
static bool write_gap(struct log_file *log_file, struct moment now)
{
    char text[160];
    int trouble = log_file->trouble;
    if (log_file->lost > 0) {
        snprintf(text, sizeof text, "blftop: %" PRIu64 " lines could not be written here: %s",
                 log_file->lost, strerror(trouble));
        if (!write_line(log_file, now, text))
            return false;
        log_file->lost = 0;
    }
    if (log_file->left_out > 0) {
        snprintf(text, sizeof text, "blftop: %" PRIu64 " lines left out here: too many",
                 log_file->left_out);
        if (!write_line(log_file, now, text))
            return false;
        log_file->left_out = 0;
    }
    return true;
}

/* May a line be written now? */
static bool take_credit(struct log_file *log_file, int64_t now)
{
    int64_t grown = (now - log_file->credit_ms) / LOG_FILE_EVERY_MS;
    if (grown > 0) {
        log_file->credit_ms += grown * LOG_FILE_EVERY_MS;
        log_file->credit += grown;
        if (log_file->credit > LOG_FILE_BURST)
            log_file->credit = LOG_FILE_BURST;
    }
    if (log_file->credit == 0) {
        log_file->left_out++;
        return false;
    }
    log_file->credit--;
    return true;
}

void log_file_add(struct log_file *log_file, struct moment now, const char *format, ...)
{
    char text[LOG_FILE_LINE_MAX];
    va_list args;
    if (!take_credit(log_file, now.ms))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!write_gap(log_file, now) || !write_line(log_file, now, text))
        log_file->lost++;
}
