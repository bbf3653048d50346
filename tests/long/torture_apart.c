/* SPDX-License-Identifier: MIT */
/* A campaign in a process of its own, so that nothing of it is left however it ends. */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "long/torture.h"

#define ORPHANS_MS 10000 /* so long what has lost its parent may take to end */

/* Waits for the campaign to end, and ends it when we are told to. Returns its exit code. */
static int wait_for(pid_t campaign, const sigset_t *awaited)
{
    int status;
    for (;;) {
        int number = sigwaitinfo(awaited, NULL);
        if (number > 0 && number != SIGCHLD)
            kill(campaign, SIGKILL); /* whatever it has started goes with it */
        if (waitpid(campaign, &status, WNOHANG) == campaign)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
}

/* Waits for all that a campaign has left to us. */
static void await_orphans(void)
{
    for (int ms = 0; ms < ORPHANS_MS && waitpid(-1, NULL, WNOHANG) >= 0; ms += 10)
        usleep(10000);
}

int torture_apart(int (*play)(const void *, const char *), const void *argument,
                  const char *program)
{
    static const int awaited[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    sigset_t set, before;
    char *folder = folder_new();
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++)
        sigaddset(&set, awaited[i]);
    sigprocmask(SIG_BLOCK, &set, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        setenv("TMPDIR", folder, 1);
        exit(play(argument, program));
    }
    int code = pid > 0 ? wait_for(pid, &set) : 1;
    await_orphans();
    folder_free(folder);
    return code;
}
