/* SPDX-License-Identifier: MIT */
#include "base/process.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>

bool process_close(struct error *error)
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
