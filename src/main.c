/* SPDX-License-Identifier: MIT */
/* Birth and death of blftop: options, settings, signals, which mode. Nothing else. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/signals.h"
#include "config/demo.h"
#include "config/options.h"
#include "config/secrets.h"
#include "config/settings.h"
#include "modes.h"
#include "net/vet.h"
#include "uapi/memory.h"

/* A closed standard descriptor would be taken by the next file that is opened. What is put in its
 * place fails as it would: a report that goes nowhere is not to end with exit code 0. */
static void open_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", mode) != fd)
            _exit(ERROR_USAGE);
    }
}

/* No mode given and no terminal to draw on: print once. */
static void choose_mode(struct options *options)
{
    if (!options->is_mode_given && options->mode == MODE_BOARD && !isatty(STDOUT_FILENO))
        options->mode = MODE_ONCE;
}

/* Lets options stand in for settings. */
static void apply_options(struct run *run)
{
    struct settings *settings = &run->settings;
    if (run->options.interval_ms > 0)
        settings->interval_ms = run->options.interval_ms;
    if (run->options.sort) {
        free(settings->sort);
        settings->sort = mem_strdup(run->options.sort);
    }
    if (run->options.view) {
        free(settings->view);
        settings->view = mem_strdup(run->options.view);
    }
    if (run->options.palette) {
        free(settings->palette);
        settings->palette = mem_strdup(run->options.palette);
    }
}

/* Are the sort keys right, and if not, who gave them? */
static bool check_sort(struct run *run, struct error *error)
{
    const struct settings *settings = &run->settings;
    if (sort_parse(&run->sort, settings->sort, error))
        return true;
    char where[512];
    snprintf(where, sizeof where, "%s:%d: sort", settings->path ? settings->path : "",
             settings_line(&settings->lines, "sort", 1));
    error_prefix(error, run->options.sort ? "--sort" : where);
    return false;
}

/* Compiles the filter of the command line. */
static bool compile_filter(struct run *run, struct error *error)
{
    const char *filter = run->options.filter ? run->options.filter : "";
    if (query_compile(&run->query, filter, NULL, error))
        return true;
    error_prefix(error, "--filter");
    return false;
}

/* Checks what config cannot: it knows neither the server's words nor the board's. */
static bool check_words(struct run *run, struct error *error)
{
    const struct settings *settings = &run->settings;
    if (!vet_servers(settings, error) ||
        !vet_extensions(run->options.extensions, run->options.extension_count, error))
        return false;
    run->palette = palette_find(settings->palette ? settings->palette : "default", error);
    return run->palette && check_sort(run, error) && compile_filter(run, error);
}

/* Reads settings, or starts the demo's server. *is_missing: there is no file at all. */
static bool load(struct run *run, bool *is_missing, struct error *error)
{
    *is_missing = false;
    if (run->options.demo) {
        mem_free_secret(secrets_take_environment()); /* no child may inherit it */
        if (!demo_start(&run->demo, &run->settings, error))
            return false;
    } else {
        char *path = settings_find(run->options.config);
        *is_missing = !path;
        bool is_read = path && settings_read(&run->settings, path, error);
        free(path);
        if (!is_read)
            return false;
    }
    apply_options(run);
    return check_words(run, error);
}

/* --print-config */
static int print_settings(const struct settings *settings)
{
    settings_print(settings, stdout);
    return modes_finish_output();
}

/* The modes that need settings. */
static int run_settings(struct run *run)
{
    struct error error = {0};
    bool is_missing;
    int code = 0;
    settings_init(&run->settings);
    if (!load(run, &is_missing, &error))
        code = is_missing ? modes_run_first(run) : modes_fail(&error);
    else if (run->options.mode == MODE_PRINT_CONFIG)
        code = print_settings(&run->settings);
    else
        code = modes_run_watch(run);
    demo_stop(&run->demo);
    query_clear(&run->query);
    settings_clear(&run->settings);
    return code;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct run run = {0};

    signals_ignore();
    open_standard_descriptors();
    memory_guard_jansson();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    if (!process_close(&error) || !options_read(&run.options, argc, argv, &error))
        return modes_fail(&error);
    choose_mode(&run.options);
    switch (run.options.mode) {
    case MODE_HELP:
        options_print_help(stdout);
        return modes_finish_output();
    case MODE_VERSION:
        options_print_version(stdout);
        return modes_finish_output();
    case MODE_BOARD:
    case MODE_ONCE:
    case MODE_PRINT_CONFIG:
        break;
    }
    return run_settings(&run);
}
