/* SPDX-License-Identifier: MIT */
#include "support/once.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"

#define ARGS_MAX 24

void once_open(struct once *once)
{
    *once = (struct once){.folder = folder_new()};
    buffer_init(&once->out, 0);
    buffer_init(&once->err, 0);
}

void once_start_simulator(struct once *once, const char *const *options)
{
    const char *all[ARGS_MAX + 1] = {"--token", ONCE_TOKEN, "--client",
                                     ONCE_CLIENT ":" ONCE_SECRET};
    for (size_t i = 0; options && options[i] && i < ARGS_MAX - 4; i++)
        all[4 + i] = options[i];
    simulator_start(&once->simulator, all);
}

void once_open_simulator(struct once *once, const char *const *options)
{
    once_open(once);
    once_start_simulator(once, options);
    once_configure(once, "server = { url = \"%s\"; " ONCE_READY " };", once->simulator.url);
}

/* Forgets the last run. */
static void forget_run(struct once *once)
{
    json_decref(once->json);
    once->json = NULL;
    buffer_reset(&once->out);
    buffer_reset(&once->err);
}

void once_close(struct once *once)
{
    simulator_stop(&once->simulator);
    forget_run(once);
    buffer_clear(&once->out);
    buffer_clear(&once->err);
    free(once->config);
    folder_free(once->folder);
}

void once_configure(struct once *once, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_in_range(length, 1, sizeof text - 1);
    free(once->config);
    once->config = mem_strdup(folder_write(once->folder, "blftop.conf", "%s\n", text));
}

void once_configure_port(struct once *once, int port)
{
    once_configure(once, "server = { url = \"http://127.0.0.1:%d\"; " ONCE_READY " };", port);
}

/* Starts blftop with the settings and the arguments that are left. */
static void start(struct once *once, va_list args)
{
    const char *argv[ARGS_MAX + 4] = {program_blftop(), "--config", once->config};
    size_t count = 3;
    const char *argument;
    while ((argument = va_arg(args, const char *)) != NULL && count < ARGS_MAX + 3)
        argv[count++] = argument;
    forget_run(once);
    program_start(&once->program, argv, once->environment);
}

void once_start(struct once *once, ...)
{
    va_list args;
    va_start(args, once);
    start(once, args);
    va_end(args);
}

void once_finish(struct once *once)
{
    once->status = program_finish(&once->program, &once->out, &once->err);
}

void once_run(struct once *once, ...)
{
    va_list args;
    va_start(args, once);
    start(once, args);
    va_end(args);
    once_finish(once);
}

void once_run_program(struct once *once, const char *const *argv)
{
    forget_run(once);
    program_start(&once->program, argv, once->environment);
    once_finish(once);
}

const char *once_out(const struct once *once)
{
    return once->out.length > 0 ? once->out.data : "";
}

const char *once_err(const struct once *once)
{
    return once->err.length > 0 ? once->err.data : "";
}

void once_assert_success(const struct once *once)
{
    assert_string_equal(once_err(once), "");
    assert_true(WIFEXITED(once->status));
    assert_int_equal(WEXITSTATUS(once->status), 0);
}

void once_assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
}

void once_assert_failure(const struct once *once, int code, const char *words)
{
    once_assert_holds(once_err(once), words);
    once_assert_holds(once_err(once), "blftop: ");
    assert_true(WIFEXITED(once->status));
    assert_int_equal(WEXITSTATUS(once->status), code);
}

/* The counts are those of the rows, and together the total. */
static void check_counts(json_t *root)
{
    const json_t *rows = json_object_get(root, "extensions");
    const char *lamp;
    json_t *count;
    json_int_t sum = 0;
    json_object_foreach(json_object_get(root, "counts"), lamp, count)
    {
        size_t index;
        json_t *row;
        json_int_t found = 0;
        json_array_foreach(rows, index, row) found +=
            strcmp(json_string_value(json_object_get(row, "lamp")), lamp) == 0;
        assert_int_equal(json_integer_value(count), found);
        sum += found;
    }
    assert_int_equal(sum, json_array_size(rows));
    assert_int_equal(sum, json_integer_value(json_object_get(root, "total")));
}

json_t *once_json(struct once *once)
{
    json_error_t error;
    if (once->json)
        return once->json;
    once->json = json_loadb(once_out(once), once->out.length, JSON_REJECT_DUPLICATES, &error);
    if (!once->json)
        fail_msg("%s in %s", error.text, once_out(once));
    assert_int_equal(json_integer_value(json_object_get(once->json, "version")), 1);
    check_counts(once->json);
    return once->json;
}

json_t *once_rows(struct once *once)
{
    return json_object_get(once_json(once), "extensions");
}

const char *once_row_text(struct once *once, size_t index, const char *key)
{
    const char *text =
        json_string_value(json_object_get(json_array_get(once_rows(once), index), key));
    assert_non_null(text);
    return text;
}

const char *once_write_fleet(const struct once *once, const char *name, int count)
{
    struct buffer text;
    buffer_init(&text, 0);
    buffer_puts(&text, "{\"entry\":[");
    for (int i = 0; i < count; i++)
        buffer_printf(
            &text,
            "%s{\"extension\":\"0001*%04d\",\"status\":%d,\"registration\":[{\"agent\":"
            "\"Phone %d\",\"registration\":\"%d\",\"expire\":\"2011-02-10T15:10:%02dZ\"}]}",
            i > 0 ? "," : "", i, i % 4, i, i % 5 - 2, i % 60);
    buffer_puts(&text, "]}");
    const char *path = folder_write(once->folder, name, "%s", text.data);
    buffer_clear(&text);
    return path;
}
