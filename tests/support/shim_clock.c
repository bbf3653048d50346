/* SPDX-License-Identifier: MIT */
/* Stands before libc in a program that a test runs: see shim_clock.h. Uses system calls alone, so
 * that it works before anything else of the program does. */
#include "support/shim_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REFERENCE_PARSER_NS INT64_C(1000000000)
#define CLOCKS 16 /* of the kernel's; the others are left alone */

static struct shim_clock *shared; /* NULL: time is as it is */
static int64_t origins[CLOCKS];   /* what each clock showed at the start */

/* What a clock of the kernel shows. */
static int64_t read_raw(clockid_t id)
{
    struct timespec time = {0};
    syscall(SYS_clock_gettime, id, &time);
    return time.tv_sec * REFERENCE_PARSER_NS + time.tv_nsec;
}

/* Maps the test's clock. */
__attribute__((constructor)) static void open_shared(void)
{
    const char *path = getenv(SHIM_CLOCK_VARIABLE);
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof *shared, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        return;
    for (clockid_t id = 0; id < CLOCKS; id++)
        origins[id] = read_raw(id);
    shared = map;
}

/* Clocks of CPU time tell what is used, which no clock can speed up. */
static int is_of_time(clockid_t id)
{
    return shared != NULL && id >= 0 && id < CLOCKS && id != CLOCK_PROCESS_CPUTIME_ID &&
           id != CLOCK_THREAD_CPUTIME_ID;
}

/* What a clock shows by the made-up time. */
static int64_t read_made_up(clockid_t id)
{
    return is_of_time(id) ? origins[id] + shim_clock_elapsed(shared, read_raw(CLOCK_MONOTONIC))
                          : read_raw(id);
}

int clock_gettime(clockid_t id, struct timespec *time)
{
    if (!is_of_time(id))
        return (int)syscall(SYS_clock_gettime, id, time);
    int64_t now = read_made_up(id);
    time->tv_sec = now / REFERENCE_PARSER_NS;
    time->tv_nsec = now % REFERENCE_PARSER_NS;
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    (void)zone;
    int64_t now = read_made_up(CLOCK_REALTIME);
    time->tv_sec = now / REFERENCE_PARSER_NS;
    time->tv_usec = now % REFERENCE_PARSER_NS / 1000;
    return 0;
}

time_t time(time_t *out)
{
    time_t now = (time_t)(read_made_up(CLOCK_REALTIME) / REFERENCE_PARSER_NS);
    if (out != NULL)
        *out = now;
    return now;
}

/* A span of made-up time as the real time it takes. */
static struct timespec shorten(int64_t span_ns)
{
    if (shared != NULL)
        span_ns /= atomic_load(&shared->rate);
    return (struct timespec){.tv_sec = span_ns / REFERENCE_PARSER_NS,
                             .tv_nsec = span_ns % REFERENCE_PARSER_NS};
}

/* Waits for descriptors; no time-out if it is negative. */
static int wait_for(struct pollfd *fds, nfds_t count, int64_t timeout_ns)
{
    struct timespec wait = shorten(timeout_ns < 0 ? 0 : timeout_ns);
    return (int)syscall(SYS_ppoll, fds, count, timeout_ns < 0 ? NULL : &wait, NULL, 8);
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    return wait_for(fds, count, timeout_ms * (REFERENCE_PARSER_NS / 1000));
}

/* What poll is called in objects that were compiled with _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size)
{
    if (size / sizeof *fds < count)
        abort();
    return poll(fds, count, timeout_ms);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    struct timespec wait = {0};
    if (timeout != NULL)
        wait = shorten(timeout->tv_sec * REFERENCE_PARSER_NS + timeout->tv_nsec);
    return (int)syscall(SYS_ppoll, fds, count, timeout != NULL ? &wait : NULL, mask, 8);
}

int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict odd,
           struct timeval *restrict timeout)
{
    struct timespec wait = {0};
    if (timeout != NULL)
        wait = shorten(timeout->tv_sec * REFERENCE_PARSER_NS + timeout->tv_usec * 1000);
    return (int)syscall(SYS_pselect6, count, in, out, odd, timeout != NULL ? &wait : NULL, NULL);
}

int nanosleep(const struct timespec *span, struct timespec *left)
{
    struct timespec wait = shorten(span->tv_sec * REFERENCE_PARSER_NS + span->tv_nsec);
    return (int)syscall(SYS_nanosleep, &wait, left);
}

int usleep(useconds_t span_us)
{
    struct timespec span = {.tv_sec = span_us / 1000000, .tv_nsec = span_us % 1000000 * 1000};
    return nanosleep(&span, NULL);
}
