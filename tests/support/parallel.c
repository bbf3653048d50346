/* SPDX-License-Identifier: MIT */
#include "support/parallel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

#define AT_A_TIME 4

/* Starts one test in a process of its own. */
static void start(const struct CMUnitTest *test)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid > 0)
        return;
    int failed = _cmocka_run_group_tests(test->name, test, 1, NULL, NULL);
    fflush(NULL);
    _exit(failed == 0 ? 0 : 1);
}

/* Waits for one to end; 1 if it failed. */
static int finish(void)
{
    int status = -1;
    while (wait(&status) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

int parallel_run(const struct CMUnitTest *tests, size_t count)
{
    int failed = 0;
    for (size_t i = 0; i < count + AT_A_TIME; i++) {
        if (i >= AT_A_TIME && i - AT_A_TIME < count)
            failed += finish();
        if (i < count)
            start(&tests[i]);
    }
    return failed;
}
