/* SPDX-License-Identifier: MIT */
#include "term/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define RESTORE_BYTES_MAX 256
#define REST_BYTES_MAX 64
#define RESTORE_WAIT_MS 200 /* for a terminal stopped by Ctrl-S, or a line that stalls */

static struct {
    int output;              /* a copy of standard output, which curses may not have at all times */
    struct termios settings; /* before us */
    int flags[2];            /* of standard input and output, before us */
    char bytes[RESTORE_BYTES_MAX];
    size_t length;
    volatile sig_atomic_t is_armed;
    char rest[REST_BYTES_MAX]; /* of a sequence that was begun */
    volatile sig_atomic_t rest_length;
} before = {.output = -1};

bool tty_open(struct error *error)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        tcgetattr(STDOUT_FILENO, &before.settings) != 0)
        return error_set(error, ERROR_USAGE,
                         "standard input and output must both be a terminal; --once needs none");
    before.output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (before.output < 0)
        return error_set(error, ERROR_USAGE, "cannot use the terminal: %s", strerror(errno));
    before.flags[STDIN_FILENO] = fcntl(STDIN_FILENO, F_GETFL);
    before.flags[STDOUT_FILENO] = fcntl(STDOUT_FILENO, F_GETFL);
    return true;
}

void tty_close(void)
{
    if (before.output >= 0)
        close(before.output);
    before.output = -1;
}

int tty_output(void)
{
    return before.output;
}

/* Standard input's or output's place. */
static int place_of(int fd)
{
    return fd == STDOUT_FILENO ? before.output : fd;
}

bool tty_size(int *rows, int *cols)
{
    struct winsize size;
    if (ioctl(before.output, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *rows = size.ws_row;
    *cols = size.ws_col;
    return true;
}

bool tty_is_raw(void)
{
    struct termios now;
    return tcgetattr(before.output, &now) == 0 && (now.c_lflag & (ICANON | ECHO)) == 0 &&
           (now.c_oflag & ONLCR) == 0;
}

void tty_take(void)
{
    for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
        int flags = fcntl(place_of(fd), F_GETFL);
        if (flags >= 0 && (flags & O_NONBLOCK))
            fcntl(place_of(fd), F_SETFL, flags & ~O_NONBLOCK);
    }
}

void tty_give(void)
{
    tcsetattr(before.output, TCSANOW, &before.settings);
    for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
        if (before.flags[fd] >= 0 && (before.flags[fd] & O_NONBLOCK))
            fcntl(place_of(fd), F_SETFL, before.flags[fd]);
    }
}

void tty_arm(const char *bytes, size_t length)
{
    before.is_armed = 0;
    before.length = length < sizeof before.bytes ? length : sizeof before.bytes;
    memcpy(before.bytes, bytes, before.length);
    atomic_signal_fence(memory_order_release);
    before.is_armed = 1;
}

void tty_rearm(void)
{
    before.is_armed = 1;
}

void tty_set_rest(const char *bytes, size_t length)
{
    before.rest_length = 0;
    length = length < sizeof before.rest ? length : sizeof before.rest;
    memcpy(before.rest, bytes, length);
    atomic_signal_fence(memory_order_release);
    before.rest_length = (sig_atomic_t)length;
}

void tty_disarm(void)
{
    before.is_armed = 0;
}

/* Lets output go on that the viewer stopped with Ctrl-S: nobody will be there to go on. TCOON alone
 * undoes no more than TCOOFF did (measured on Linux). */
static void let_flow(void)
{
    struct pollfd terminal = {.fd = before.output, .events = POLLOUT};
    if (poll(&terminal, 1, 0) != 0)
        return;
    tcflow(before.output, TCOOFF);
    tcflow(before.output, TCOON);
}

/* Waits until the terminal takes output, a while at most, whatever signals come meanwhile. */
static bool wait_for_room(void)
{
    struct pollfd terminal = {.fd = before.output, .events = POLLOUT};
    int ready;
    while ((ready = poll(&terminal, 1, RESTORE_WAIT_MS)) < 0 && errno == EINTR)
        continue;
    return ready > 0;
}

/* Writes bytes as far as the terminal takes them. True if it took them all. */
static bool write_bytes(const char *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        if (!wait_for_room())
            return false;
        ssize_t count = write(before.output, bytes + done, length - done);
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

void tty_restore(void)
{
    int saved_errno = errno;
    if (!before.is_armed)
        return;
    before.is_armed = 0;
    let_flow();
    bool is_whole = write_bytes(before.rest, (size_t)before.rest_length) &&
                    write_bytes(before.bytes, before.length);
    before.rest_length = 0;
    if (!is_whole) {
        /* Half a frame is of no use any more, the way back is, once the line moves again. A
         * sequence that is cut here ends with the ESC of the next (ECMA-48 terminals take up a new
         * one). */
        tcflush(before.output, TCOFLUSH);
        write_bytes(before.bytes, before.length);
    }
    tty_give();
    errno = saved_errno;
}

enum tty_state tty_poll(void)
{
    struct pollfd terminal = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&terminal, 1, 0) <= 0)
        return TTY_QUIET;
    if (terminal.revents & (POLLHUP | POLLERR | POLLNVAL))
        return TTY_GONE;
    return (terminal.revents & POLLIN) ? TTY_READABLE : TTY_QUIET;
}
