/* SPDX-License-Identifier: MIT */
/* jansson short of memory ends the program, as anything of ours does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/sanitized.h"
#include "uapi/memory.h"

/* What jansson takes its memory with, after the guard. */
static json_malloc_t guarded(void)
{
    json_malloc_t take;
    json_free_t give;
    memory_guard_jansson();
    json_get_alloc_funcs(&take, &give);
    return take;
}

static void memory__jansson_gets_none__ends_the_program_and_says_why(void **state)
{
    (void)state;
    if (IS_SANITIZED)
        skip(); /* its allocator ends the program by itself */
    char said[64] = "";
    int ends[2];
    int status;
    json_malloc_t take = guarded();
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        take(SIZE_MAX / 2);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    close(ends[0]);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_string_equal(said, "blftop: out of memory\n");
}

static void memory__guarded_jansson__reads_and_frees_as_ever(void **state)
{
    (void)state;
    guarded();
    json_t *value = json_loads("{\"agent\":\"Phone 16 of a long kind\"}", 0, NULL);
    assert_string_equal(json_string_value(json_object_get(value, "agent")),
                        "Phone 16 of a long kind");
    json_decref(value);
}

static void memory__nothing_asked_for__is_no_lack(void **state)
{
    (void)state;
    void *none = guarded()(0);
    assert_non_null(none);
    free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory__jansson_gets_none__ends_the_program_and_says_why),
        cmocka_unit_test(memory__guarded_jansson__reads_and_frees_as_ever),
        cmocka_unit_test(memory__nothing_asked_for__is_no_lack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
