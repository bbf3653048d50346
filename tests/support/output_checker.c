/* SPDX-License-Identifier: MIT */
#include "support/output_checker.h"

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

void output_checker_open(struct output_checker *watch, const char *term)
{
    *watch = (struct output_checker){.oracle = escape_checker_new(term)};
}

void output_checker_close(struct output_checker *watch)
{
    char text[TROUBLE_MAX];
    bool is_troubled = watch->trouble != NULL;
    snprintf(text, sizeof text, "%s", is_troubled ? watch->trouble : "");
    escape_checker_free(watch->oracle);
    free(watch->trouble);
    *watch = (struct output_checker){0};
    if (is_troubled)
        fail_msg("%s", text);
}

void output_checker_keep(struct output_checker *watch, const char *what, const char *where)
{
    if (!watch->trouble)
        watch->trouble = mem_printf("%s%s", what, where);
}

void output_checker_judge(struct output_checker *watch, const char *bytes, size_t length)
{
    watch->has_written = true;
    if (!escape_checker_judge(watch->oracle, bytes, length))
        output_checker_keep(watch, "the terminal got what its terminfo entry does not know: ",
                            escape_checker_offence(watch->oracle));
    if (!secret_scanner_is_absent(&watch->written, bytes, length))
        output_checker_keep(watch, "a secret was written to the terminal", "");
}

void output_checker_inspect(struct output_checker *watch, pid_t pid)
{
    char where[SECRET_SCANNER_TEXT_MAX];
    watch->inspected_ms = clock_read().ms;
    if (pid > 0 && !secret_scanner_is_absent_in_process(pid, watch->has_written, where))
        output_checker_keep(watch, where, "");
}

bool output_checker_is_due(const struct output_checker *watch)
{
    return clock_read().ms >= watch->inspected_ms + INSPECT_MS;
}

void output_checker_judge_end(struct output_checker *watch, int status, bool has_all)
{
    if (WIFEXITED(status) && has_all && !escape_checker_judge_end(watch->oracle))
        output_checker_keep(
            watch, "the program ended in the middle of: ", escape_checker_offence(watch->oracle));
    if (WIFSIGNALED(status) && WCOREDUMP(status))
        output_checker_keep(watch, "the program left a core", "");
}
