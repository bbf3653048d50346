/* SPDX-License-Identifier: MIT */
/* Birth and death of blftop: options, settings, signals, which mode. Nothing else. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/signals.h"
#include "config/options.h"
#include "config/secrets.h"
#include "config/settings.h"
#include "config/settings_path.h"
#include "config/settings_print.h"
#include "config/settings_validate.h"
#include "demo.h"
#include "startup.h"
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

/* Reads settings, or starts the demo's server. *is_missing: there is no file at all. */
static bool load(struct app *run, bool *is_missing, struct error *error)
{
    *is_missing = false;
    if (run->options.demo) {
        mem_free_secret(secrets_take_environment()); /* no child may inherit it */
        return demo_start(&run->demo, &run->settings, error) && startup_validate(run, error);
    }
    char *path = settings_find(run->options.config);
    *is_missing = !path;
    bool is_read = path && startup_load(run, path, error);
    free(path);
    return is_read;
}

/* --print-config */
static int print_settings(const struct settings *settings)
{
    settings_print(settings, stdout);
    return app_finish_output();
}

/* The modes that need settings. */
static int run_settings(struct app *run)
{
    struct error error = {0};
    bool is_missing;
    int code = 0;
    settings_init(&run->settings);
    if (!load(run, &is_missing, &error))
        code = is_missing ? app_run_first(run) : app_fail(&error);
    else if (run->options.mode == MODE_PRINT_CONFIG)
        code = print_settings(&run->settings);
    else
        code = app_run_watch(run);
    demo_stop(&run->demo);
    filter_clear(&run->query);
    settings_clear(&run->settings);
    return code;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct app run = {0};

    signals_ignore();
    open_standard_descriptors();
    memory_guard_jansson();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    if (!process_harden(&error) || !options_read(&run.options, argc, argv, &error))
        return app_fail(&error);
    choose_mode(&run.options);
    switch (run.options.mode) {
    case MODE_HELP:
        options_print_help(stdout);
        return app_finish_output();
    case MODE_VERSION:
        options_print_version(stdout);
        return app_finish_output();
    case MODE_BOARD:
    case MODE_ONCE:
    case MODE_PRINT_CONFIG:
        break;
    }
    return run_settings(&run);
}
