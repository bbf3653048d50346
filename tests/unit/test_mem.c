/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

/* Runs a function in a child; its exit status (-1: killed) and what it wrote on standard error. */
static int run_in_child(void (*function)(void), char *out, size_t size)
{
    int ends[2], status;
    size_t length = 0;
    ssize_t got;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        function();
        _exit(99);
    }
    close(ends[1]);
    while ((got = read(ends[0], out + length, size - 1 - length)) > 0)
        length += (size_t)got;
    out[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Shows on standard error that it ran, and when. */
static void restore(void)
{
    if (write(STDERR_FILENO, "[restored]", 10) != 10)
        _exit(98);
}

/* Dies with a hook set. */
static void die_with_hook(void)
{
    die_set_restore(restore);
    die("no %s for %d", "room", 7);
}

/* Dies after the hook was taken back. */
static void die_without_hook(void)
{
    die_set_restore(restore);
    die_set_restore(NULL);
    die("plain");
}

/* Asks for a product that wraps around to a small number. */
static void overflow_new(void)
{
    free(mem_new(SIZE_MAX / 2 + 2, 2));
}

/* The same when resizing. */
static void overflow_resize(void)
{
    free(mem_resize(NULL, 2, SIZE_MAX / 2 + 2));
}

static void die__with_a_hook__restores_then_speaks_then_exits_1(void **state)
{
    (void)state;
    char out[256];
    assert_int_equal(run_in_child(die_with_hook, out, sizeof out), 1);
    assert_string_equal(out, "[restored]blftop: no room for 7\n");
    assert_int_equal(run_in_child(die_without_hook, out, sizeof out), 1);
    assert_string_equal(out, "blftop: plain\n");
}

static void mem__product_that_wraps_around__dies(void **state)
{
    (void)state;
    char out[256];
    assert_int_equal(run_in_child(overflow_new, out, sizeof out), 1);
    assert_string_equal(out, "blftop: out of memory\n");
    assert_int_equal(run_in_child(overflow_resize, out, sizeof out), 1);
    assert_string_equal(out, "blftop: out of memory\n");
}

static void mem_new__gives_zeroed_bytes_even_for_none(void **state)
{
    (void)state;
    unsigned char *bytes = mem_new(100, 3);
    for (int i = 0; i < 300; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    bytes = mem_new(0, 8);
    assert_non_null(bytes);
    bytes = mem_resize(bytes, 0, 1);
    assert_non_null(bytes);
    free(bytes);
}

static void mem_resize__keeps_what_was_there(void **state)
{
    (void)state;
    int *numbers = mem_resize(NULL, 2, sizeof *numbers);
    numbers[0] = 11;
    numbers[1] = 22;
    numbers = mem_resize(numbers, 2000, sizeof *numbers);
    assert_int_equal(numbers[0], 11);
    assert_int_equal(numbers[1], 22);
    free(numbers);
}

static void mem_strings__are_copied_or_formatted(void **state)
{
    (void)state;
    static const char unended[3] = {'a', 'b', 'c'};
    char *whole = mem_strdup("hello");
    char *part = mem_strndup(unended, 3);
    char *shorter = mem_strndup("hi", 50);
    char *made = mem_printf("%s/%05d", "x", 42);
    assert_string_equal(whole, "hello");
    assert_string_equal(part, "abc");
    assert_string_equal(shorter, "hi");
    assert_string_equal(made, "x/00042");
    free(whole);
    free(part);
    free(shorter);
    free(made);
}

static void mem_wipe__leaves_nothing_of_a_secret(void **state)
{
    (void)state;
    char secret[] = "hunter2";
    static const char nothing[sizeof secret] = {0};
    mem_wipe(secret, sizeof secret);
    assert_memory_equal(secret, nothing, sizeof secret);
    mem_free_secret(mem_strdup("hunter2"));
    mem_free_secret(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(die__with_a_hook__restores_then_speaks_then_exits_1),
        cmocka_unit_test(mem__product_that_wraps_around__dies),
        cmocka_unit_test(mem_new__gives_zeroed_bytes_even_for_none),
        cmocka_unit_test(mem_resize__keeps_what_was_there),
        cmocka_unit_test(mem_strings__are_copied_or_formatted),
        cmocka_unit_test(mem_wipe__leaves_nothing_of_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
