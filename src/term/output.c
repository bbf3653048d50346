/* SPDX-License-Identifier: MIT */
#include "term/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"

#define TAKE_BYTES 16384
#define FILE_BYTES_KEPT 65536              /* between frames */
#define FRAME_BYTES_MAX ((rlim_t)64 << 20) /* of the largest terminal, in every colour */
/* What poll(2) promises room for: Linux calls a terminal writable with 256 bytes left or more
 * (n_tty, WAKEUP_CHARS), and a line feed may become two. */
#define PIECE_BYTES 128

/* Opens the terminal anew. Another user's, after su, cannot be. */
static int open_again(int given)
{
    char path[PATH_MAX];
    if (ttyname_r(given, path, sizeof path) != 0)
        return -1;
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* A file in memory; -1 if there is none, or one that could not take a frame (ulimit -f). */
static int open_file(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur < FRAME_BYTES_MAX)
        return -1;
    return memfd_create("blftop-frame", MFD_CLOEXEC);
}

void output_open(struct output *output, int given)
{
    *output = (struct output){.given = given, .terminal = open_again(given), .file = open_file()};
}

void output_close(struct output *output)
{
    if (output->terminal >= 0)
        close(output->terminal);
    if (output->file >= 0)
        close(output->file);
    buffer_clear(&output->bytes);
}

void output_begin_capture(struct output *output)
{
    output->is_catching = output->file >= 0 && dup2(output->file, STDOUT_FILENO) >= 0;
}

/* Takes what was written into the file. Its memory stays for the next frame, unless it is much. */
static void take_bytes(struct output *output)
{
    char bytes[TAKE_BYTES];
    ssize_t count;
    off_t end = lseek(output->file, 0, SEEK_CUR);
    for (off_t done = 0; done < end; done += count) {
        size_t left = (size_t)(end - done);
        count = pread(output->file, bytes, left < sizeof bytes ? left : sizeof bytes, done);
        if (count <= 0)
            break;
        buffer_append(&output->bytes, bytes, (size_t)count);
    }
    bool is_empty = end <= FILE_BYTES_KEPT || ftruncate(output->file, 0) == 0;
    if (end < 0 || !is_empty || lseek(output->file, 0, SEEK_SET) != 0) {
        close(output->file); /* it would give the same bytes again */
        output->file = -1;
    }
}

void output_end_capture(struct output *output)
{
    if (!output->is_catching)
        return;
    output->is_catching = false;
    while (dup2(output->given, STDOUT_FILENO) < 0) {
        if (errno != EINTR)
            die("cannot use the terminal: %s", strerror(errno));
    }
    take_bytes(output);
}

/* Writes what the terminal takes of these bytes at once; how many, 0 or less if none. */
static ssize_t write_some(const struct output *output, const char *bytes, size_t length)
{
    struct pollfd terminal = {.fd = output->given, .events = POLLOUT};
    if (output->terminal >= 0)
        return write(output->terminal, bytes, length);
    if (poll(&terminal, 1, 0) != 1)
        return 0;
    return write(output->given, bytes, length < PIECE_BYTES ? length : PIECE_BYTES);
}

bool output_send(struct output *output)
{
    struct buffer *bytes = &output->bytes;
    size_t before = output->sent;
    while (output->sent < bytes->length) {
        ssize_t count =
            write_some(output, bytes->data + output->sent, bytes->length - output->sent);
        if (count <= 0)
            return output->sent > before;
        output->sent += (size_t)count;
    }
    output_drop(output);
    return true;
}

bool output_is_waiting(const struct output *output)
{
    return output->sent < output->bytes.length;
}

/* Where the escape sequence ends that begins at `start` (ECMA-48: a CSI with its parameters, a
 * designation of a character set, or two bytes). */
static size_t sequence_end(const struct buffer *bytes, size_t start)
{
    size_t end = start + 1;
    if (end < bytes->length && bytes->data[end] == '[') {
        for (end++; end < bytes->length && bytes->data[end] < '@'; end++)
            continue;
    } else if (end < bytes->length && (bytes->data[end] == '(' || bytes->data[end] == ')')) {
        end++;
    }
    return end + 1;
}

size_t output_rest(const struct output *output, const char **rest)
{
    const struct buffer *bytes = &output->bytes;
    size_t end = output->sent;
    size_t start = end;
    while (start > 0 && bytes->data[start - 1] != '\033')
        start--;
    size_t begun = start > 0 ? sequence_end(bytes, start - 1) : 0;
    if (begun > end)
        end = begun < bytes->length ? begun : bytes->length;
    while (end > 0 && end < bytes->length && ((unsigned char)bytes->data[end] & 0xC0) == 0x80)
        end++;
    *rest = end > output->sent ? bytes->data + output->sent : "";
    return end - output->sent;
}

void output_drop(struct output *output)
{
    buffer_reset(&output->bytes);
    output->sent = 0;
}
