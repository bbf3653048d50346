/* SPDX-License-Identifier: MIT */
/*
 * shim_calls: the n-th system call fails, with an error of its own kind. See shim.h.
 *
 * Every call that blftop, libcurl, ncurses and OpenSSL import, by its plain name and by the one it
 * has under _FORTIFY_SOURCE. stdio's calls set the stream's error flag too, as the real ones do.
 */
#undef _FORTIFY_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "support/shim.h"

#define ERRORS_MAX 4

/* Sets errno to one of a call's errors, the page's variant. */
static void choose_error(const int errors[static ERRORS_MAX])
{
    int count = 0;
    while (count < ERRORS_MAX && errors[count] != 0)
        count++;
    errno = errors[shim_page()->variant % count];
}

/* A call that fails by returning -1: its type, name, parameters, arguments, errors. */
#define CALL(type, name, parameters, arguments, ...)                                               \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        static const int errors[ERRORS_MAX] = {__VA_ARGS__};                                       \
        static type(*next) parameters;                                                             \
        if (!next)                                                                                 \
            *(void **)&next = shim_find_next(#name);                                               \
        if (shim_has_to_fail(#name)) {                                                             \
            choose_error(errors);                                                                  \
            return (type)-1;                                                                       \
        }                                                                                          \
        return next arguments;                                                                     \
    }

/* clang-format off */
CALL(ssize_t, read, (int fd, void *bytes, size_t size), (fd, bytes, size), EIO, EINTR, EAGAIN)
CALL(ssize_t, __read_chk, (int fd, void *bytes, size_t size, size_t room), (fd, bytes, size, room), EIO, EINTR, EAGAIN)
CALL(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size), EIO, EINTR, EAGAIN, ENOSPC)
CALL(int, poll, (struct pollfd *fds, nfds_t count, int ms), (fds, count, ms), ENOMEM, EINTR)
CALL(int, __poll_chk, (struct pollfd *fds, nfds_t count, int ms, size_t room), (fds, count, ms, room), ENOMEM, EINTR)
CALL(int, ppoll, (struct pollfd *fds, nfds_t count, const struct timespec *wait, const sigset_t *mask), (fds, count, wait, mask), ENOMEM, EINTR)
CALL(int, socket, (int family, int type, int protocol), (family, type, protocol), EMFILE, ENOMEM)
CALL(int, socketpair, (int family, int type, int protocol, int fds[2]), (family, type, protocol, fds), EMFILE, ENOMEM)
CALL(int, connect, (int fd, const struct sockaddr *address, socklen_t size), (fd, address, size), ENETUNREACH, EINTR, EAGAIN)
CALL(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags), EPIPE, EINTR, EAGAIN)
CALL(ssize_t, recv, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags), ECONNRESET, EINTR, EAGAIN)
CALL(ssize_t, __recv_chk, (int fd, void *bytes, size_t size, size_t room, int flags), (fd, bytes, size, room, flags), ECONNRESET, EINTR, EAGAIN)
CALL(int, setsockopt, (int fd, int level, int option, const void *value, socklen_t size), (fd, level, option, value, size), ENOMEM)
CALL(int, getsockopt, (int fd, int level, int option, void *value, socklen_t *size), (fd, level, option, value, size), ENOBUFS)
CALL(int, getsockname, (int fd, struct sockaddr *address, socklen_t *size), (fd, address, size), ENOBUFS)
CALL(int, getpeername, (int fd, struct sockaddr *address, socklen_t *size), (fd, address, size), ENOBUFS)
CALL(int, tcgetattr, (int fd, struct termios *settings), (fd, settings), EIO, EINTR)
CALL(int, tcsetattr, (int fd, int when, const struct termios *settings), (fd, when, settings), EIO, EINTR)
CALL(int, tcflow, (int fd, int action), (fd, action), EIO)
CALL(int, pipe, (int fds[2]), (fds), EMFILE, ENFILE)
CALL(int, pipe2, (int fds[2], int flags), (fds, flags), EMFILE, ENFILE)
CALL(pid_t, fork, (void), (), EAGAIN, ENOMEM)
CALL(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options), EINTR, ECHILD)
CALL(int, kill, (pid_t pid, int number), (pid, number), EPERM)
CALL(int, clock_gettime, (clockid_t id, struct timespec *time), (id, time), EINVAL)
CALL(ssize_t, getrandom, (void *bytes, size_t size, unsigned flags), (bytes, size, flags), EINTR, ENOSYS)
CALL(int, fstat, (int fd, struct stat *status), (fd, status), EIO, ENOMEM)
CALL(int, stat, (const char *path, struct stat *status), (path, status), EIO, ENOMEM)
CALL(int, access, (const char *path, int mode), (path, mode), EIO, ENOMEM)
CALL(ssize_t, readlink, (const char *path, char *bytes, size_t size), (path, bytes, size), EIO, ENOMEM)
CALL(int, dup2, (int from, int to), (from, to), EMFILE, EINTR)
CALL(int, sigaction, (int number, const struct sigaction *new, struct sigaction *old), (number, new, old), EINVAL)
CALL(int, eventfd, (unsigned value, int flags), (value, flags), EMFILE, ENOMEM)
/* clang-format on */

/* The descriptor is gone after an error too (close(2)). */
int close(int fd)
{
    static int (*next)(int);
    if (!next)
        *(void **)&next = shim_find_next("close");
    bool fails = shim_has_to_fail("close");
    int result = next(fd);
    if (!fails)
        return result;
    choose_error((const int[ERRORS_MAX]){EIO, EINTR});
    return -1;
}

/* A call with an argument that may be left out, and is a word in any case. */
#define CALL_ANY(name, parameters, last, arguments, ...)                                           \
    int name parameters                                                                            \
    {                                                                                              \
        static const int errors[ERRORS_MAX] = {__VA_ARGS__};                                       \
        static int(*next) parameters;                                                              \
        va_list args;                                                                              \
        va_start(args, last);                                                                      \
        void *argument = va_arg(args, void *);                                                     \
        va_end(args);                                                                              \
        if (!next)                                                                                 \
            *(void **)&next = shim_find_next(#name);                                               \
        if (shim_has_to_fail(#name)) {                                                             \
            choose_error(errors);                                                                  \
            return -1;                                                                             \
        }                                                                                          \
        return next arguments;                                                                     \
    }

CALL_ANY(open, (const char *path, int flags, ...), flags, (path, flags, argument), EMFILE, EINTR,
         EIO)
CALL_ANY(openat, (int folder, const char *path, int flags, ...), flags,
         (folder, path, flags, argument), EMFILE, EINTR, EIO)
CALL_ANY(fcntl, (int fd, int command, ...), command, (fd, command, argument), EINTR, EAGAIN)
CALL_ANY(ioctl, (int fd, unsigned long request, ...), request, (fd, request, argument), EIO, EINTR)

/* A stdio call that fails. */
#define STREAM(type, name, failed, parameters, arguments, stream, ...)                             \
    type name parameters                                                                           \
    {                                                                                              \
        static const int errors[ERRORS_MAX] = {__VA_ARGS__};                                       \
        static type(*next) parameters;                                                             \
        if (!next)                                                                                 \
            *(void **)&next = shim_find_next(#name);                                               \
        if (!shim_has_to_fail(#name))                                                              \
            return next arguments;                                                                 \
        choose_error(errors);                                                                      \
        mark_error(stream);                                                                        \
        return failed;                                                                             \
    }

/* Sets a stream's error flag, as glibc and musl keep it. */
static void mark_error(FILE *stream)
{
#ifdef __GLIBC__
    if (stream)
        stream->_flags |= _IO_ERR_SEEN;
#else
    (void)stream;
#endif
}

STREAM(size_t, fread, 0, (void *bytes, size_t size, size_t count, FILE *stream),
       (bytes, size, count, stream), stream, EIO, EINTR)
STREAM(size_t, fwrite, 0, (const void *bytes, size_t size, size_t count, FILE *stream),
       (bytes, size, count, stream), stream, EIO, ENOSPC)
STREAM(int, fflush, EOF, (FILE * stream), (stream), stream, EIO, ENOSPC)
STREAM(int, fputs, EOF, (const char *text, FILE *stream), (text, stream), stream, EIO, ENOSPC)
STREAM(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode), NULL, EMFILE,
       ENOMEM)
STREAM(FILE *, fdopen, NULL, (int fd, const char *mode), (fd, mode), NULL, ENOMEM)
