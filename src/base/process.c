/* SPDX-License-Identifier: MIT */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

bool process_harden(struct error *error)
{
    const struct rlimit none = {0, 0};
    if (getauxval(AT_SECURE) != 0)
        return error_set(error, ERROR_USAGE,
                         "refuses to run with more privileges than its user has (setuid, setgid "
                         "or file capabilities); it needs none");
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        return error_set(error, ERROR_USAGE, "cannot keep its memory to itself: %s",
                         strerror(errno));
    return true;
}

bool process_can_open(int count)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool can_open = fd >= 0 && (count == 1 || process_can_open(count - 1));
    if (fd >= 0)
        close(fd);
    return can_open;
}
