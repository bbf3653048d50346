/* SPDX-License-Identifier: MIT */
#include "support/pty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "base/clock.h"
#include "base/mem.h"

#define PATIENCE_MS 10000
#define STEP_MS 20
#define LAST_BYTES_MS 50 /* what a program that has ended wrote may be so late */

/* The value of TERM in an environment; "" without one. */
static const char *term_of(const char *const *environment)
{
    while (*environment && strncmp(*environment, "TERM=", 5) != 0)
        environment++;
    return *environment ? *environment + 5 : "";
}

void pty_start(struct pty *pty, int rows, int cols, const char *const *argv,
               const char *const *environment, int flags)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    *pty = (struct pty){0};
    if (openpty(&pty->master, &pty->slave, NULL, NULL, &size) != 0)
        die("cannot open a pty: %s", strerror(errno));
    fcntl(pty->master, F_SETFD, FD_CLOEXEC);
    tcgetattr(pty->slave, &pty->before);
    buffer_init(&pty->out, 0);
    buffer_puts(&pty->out, "");
    pty->is_known = escape_checker_knows(term_of(environment));
    output_checker_open(&pty->watch, term_of(environment));
    if (flags != 0)
        fcntl(pty->slave, F_SETFL, fcntl(pty->slave, F_GETFL) | flags);
    pty->child = fork();
    if (pty->child == 0) {
        if (login_tty(pty->slave) == 0)
            execve(argv[0], (char *const *)argv, (char *const *)environment);
        _exit(127);
    }
    fcntl(pty->slave, F_SETFD, FD_CLOEXEC);
}

void pty_allow_stand_in(struct pty *pty, const char *term)
{
    if (pty->is_known)
        return;
    output_checker_close(&pty->watch);
    output_checker_open(&pty->watch, term);
}

/* Ends the program without asking. */
static void kill_child(struct pty *pty)
{
    if (pty->child <= 0)
        return;
    kill(pty->child, SIGKILL);
    waitpid(pty->child, NULL, 0);
    pty->child = 0;
}

void pty_close(struct pty *pty)
{
    output_checker_inspect(&pty->watch, pty->child);
    kill_child(pty);
    close(pty->slave);
    close(pty->master);
    buffer_clear(&pty->out);
    output_checker_close(&pty->watch);
}

/* Reads what has come within `ms`. */
static bool take(struct pty *pty, int ms)
{
    char bytes[65536];
    struct pollfd fd = {.fd = pty->master, .events = POLLIN};
    ssize_t length = poll(&fd, 1, ms) > 0 ? read(pty->master, bytes, sizeof bytes) : 0;
    if (length <= 0)
        return false;
    buffer_append(&pty->out, bytes, (size_t)length);
    output_checker_judge(&pty->watch, bytes, (size_t)length);
    return true;
}

/* Inspects now and then. Fails the test if anything was wrong, without a child left. */
static void look(struct pty *pty)
{
    if (output_checker_is_due(&pty->watch))
        output_checker_inspect(&pty->watch, pty->child);
    if (!pty->watch.trouble)
        return;
    kill_child(pty);
    fail_msg("%s", pty->watch.trouble);
}

void pty_run(struct pty *pty, int ms)
{
    int64_t until = clock_read().ms + ms;
    for (int64_t now; (now = clock_read().ms) < until;)
        take(pty, (int)(until - now));
    look(pty);
}

bool pty_wait_for(struct pty *pty, size_t from, const char *text)
{
    int64_t until = clock_read().ms + PATIENCE_MS;
    size_t length = strlen(text);
    while (!memmem(pty->out.data + from, pty->out.length - from, text, length)) {
        if (clock_read().ms >= until)
            return false;
        take(pty, STEP_MS);
        look(pty);
    }
    return true;
}

void pty_type(struct pty *pty, const char *bytes)
{
    size_t length = strlen(bytes);
    if (write(pty->master, bytes, length) != (ssize_t)length)
        die("cannot type: %s", strerror(errno));
}

int pty_wait_end(struct pty *pty)
{
    int64_t until = clock_read().ms + PATIENCE_MS;
    int status = -1;
    while (waitpid(pty->child, &status, WNOHANG) != pty->child) {
        if (clock_read().ms >= until)
            return -1;
        take(pty, STEP_MS);
        look(pty);
    }
    pty->child = 0;
    while (take(pty, LAST_BYTES_MS))
        continue;
    output_checker_judge_end(&pty->watch, status, true);
    look(pty);
    return status;
}

bool pty_is_as_before(const struct pty *pty)
{
    struct termios now;
    return tcgetattr(pty->slave, &now) == 0 && now.c_iflag == pty->before.c_iflag &&
           now.c_oflag == pty->before.c_oflag && now.c_cflag == pty->before.c_cflag &&
           now.c_lflag == pty->before.c_lflag &&
           memcmp(now.c_cc, pty->before.c_cc, sizeof now.c_cc) == 0;
}
