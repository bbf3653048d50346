/* SPDX-License-Identifier: MIT */
#include "support/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"

#define INSPECT_MS 100 /* waits look from outside no more often than that */
#define TROUBLE_MAX 8192

void watch_open(struct watch *watch, const char *term)
{
    *watch = (struct watch){.oracle = oracle_new(term)};
}

void watch_close(struct watch *watch)
{
    char text[TROUBLE_MAX];
    bool is_troubled = watch->trouble != NULL;
    snprintf(text, sizeof text, "%s", is_troubled ? watch->trouble : "");
    oracle_free(watch->oracle);
    free(watch->trouble);
    *watch = (struct watch){0};
    if (is_troubled)
        fail_msg("%s", text);
}

void watch_keep(struct watch *watch, const char *what, const char *where)
{
    if (!watch->trouble)
        watch->trouble = mem_printf("%s%s", what, where);
}

void watch_judge(struct watch *watch, const char *bytes, size_t length)
{
    watch->has_written = true;
    if (!oracle_judge(watch->oracle, bytes, length))
        watch_keep(watch, "the terminal got what its terminfo entry does not know: ",
                   oracle_offence(watch->oracle));
    if (!canary_is_absent(&watch->written, bytes, length))
        watch_keep(watch, "a secret was written to the terminal", "");
}

void watch_inspect(struct watch *watch, pid_t pid)
{
    char where[CANARY_TEXT_MAX];
    watch->inspected_ms = clock_read().ms;
    if (pid > 0 && !canary_is_absent_in_process(pid, watch->has_written, where))
        watch_keep(watch, where, "");
}

bool watch_is_due(const struct watch *watch)
{
    return clock_read().ms >= watch->inspected_ms + INSPECT_MS;
}

void watch_judge_end(struct watch *watch, int status, bool has_all)
{
    if (WIFEXITED(status) && has_all && !oracle_judge_end(watch->oracle))
        watch_keep(watch, "the program ended in the middle of: ", oracle_offence(watch->oracle));
    if (WIFSIGNALED(status) && WCOREDUMP(status))
        watch_keep(watch, "the program left a core", "");
}
