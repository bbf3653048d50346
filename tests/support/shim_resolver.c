/* SPDX-License-Identifier: MIT */
/*
 * shim_resolver: a resolver that hangs, for LD_PRELOAD.
 *
 * getaddrinfo takes SHIM_RESOLVER_SECONDS and then fails, whatever it is asked; each call first
 * leaves a byte in the file that SHIM_RESOLVER_CALLS names, so that a test knows of it.
 */
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Notes a call. */
static void note(void)
{
    const char *path = getenv("SHIM_RESOLVER_CALLS");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd >= 0 && write(fd, ".", 1) != 1)
        abort();
    if (fd >= 0)
        close(fd);
}

/* In the C library's place. */
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    const char *seconds = getenv("SHIM_RESOLVER_SECONDS");
    struct timespec left = {.tv_sec = seconds ? atol(seconds) : 0};
    (void)name;
    (void)service;
    (void)hints;
    note();
    *result = NULL;
    while (nanosleep(&left, &left) != 0)
        continue;
    return EAI_AGAIN;
}
