/* SPDX-License-Identifier: MIT */
#include "board/outlet.h"

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

void outlet_open(struct outlet *outlet, int given)
{
    *outlet = (struct outlet){.given = given, .terminal = open_again(given), .file = open_file()};
}

void outlet_close(struct outlet *outlet)
{
    if (outlet->terminal >= 0)
        close(outlet->terminal);
    if (outlet->file >= 0)
        close(outlet->file);
    buffer_clear(&outlet->bytes);
}

void outlet_catch(struct outlet *outlet)
{
    outlet->is_catching = outlet->file >= 0 && dup2(outlet->file, STDOUT_FILENO) >= 0;
}

/* Takes what was written into the file. Its memory stays for the next frame, unless it is much. */
static void take_bytes(struct outlet *outlet)
{
    char bytes[TAKE_BYTES];
    ssize_t count;
    off_t end = lseek(outlet->file, 0, SEEK_CUR);
    for (off_t done = 0; done < end; done += count) {
        size_t left = (size_t)(end - done);
        count = pread(outlet->file, bytes, left < sizeof bytes ? left : sizeof bytes, done);
        if (count <= 0)
            break;
        buffer_append(&outlet->bytes, bytes, (size_t)count);
    }
    bool is_empty = end <= FILE_BYTES_KEPT || ftruncate(outlet->file, 0) == 0;
    if (end < 0 || !is_empty || lseek(outlet->file, 0, SEEK_SET) != 0) {
        close(outlet->file); /* it would give the same bytes again */
        outlet->file = -1;
    }
}

void outlet_release(struct outlet *outlet)
{
    if (!outlet->is_catching)
        return;
    outlet->is_catching = false;
    while (dup2(outlet->given, STDOUT_FILENO) < 0) {
        if (errno != EINTR)
            die("cannot use the terminal: %s", strerror(errno));
    }
    take_bytes(outlet);
}

/* Writes what the terminal takes of these bytes at once; how many, 0 or less if none. */
static ssize_t write_some(const struct outlet *outlet, const char *bytes, size_t length)
{
    struct pollfd terminal = {.fd = outlet->given, .events = POLLOUT};
    if (outlet->terminal >= 0)
        return write(outlet->terminal, bytes, length);
    if (poll(&terminal, 1, 0) != 1)
        return 0;
    return write(outlet->given, bytes, length < PIECE_BYTES ? length : PIECE_BYTES);
}

bool outlet_send(struct outlet *outlet)
{
    struct buffer *bytes = &outlet->bytes;
    size_t before = outlet->sent;
    while (outlet->sent < bytes->length) {
        ssize_t count =
            write_some(outlet, bytes->data + outlet->sent, bytes->length - outlet->sent);
        if (count <= 0)
            return outlet->sent > before;
        outlet->sent += (size_t)count;
    }
    outlet_drop(outlet);
    return true;
}

bool outlet_is_waiting(const struct outlet *outlet)
{
    return outlet->sent < outlet->bytes.length;
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

size_t outlet_rest(const struct outlet *outlet, const char **rest)
{
    const struct buffer *bytes = &outlet->bytes;
    size_t end = outlet->sent;
    size_t start = end;
    while (start > 0 && bytes->data[start - 1] != '\033')
        start--;
    size_t begun = start > 0 ? sequence_end(bytes, start - 1) : 0;
    if (begun > end)
        end = begun < bytes->length ? begun : bytes->length;
    while (end > 0 && end < bytes->length && ((unsigned char)bytes->data[end] & 0xC0) == 0x80)
        end++;
    *rest = end > outlet->sent ? bytes->data + outlet->sent : "";
    return end - outlet->sent;
}

void outlet_drop(struct outlet *outlet)
{
    buffer_reset(&outlet->bytes);
    outlet->sent = 0;
}
