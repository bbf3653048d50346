/* SPDX-License-Identifier: MIT */
#include "startup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signals.h"
#include "config/settings_table.h"
#include "config/settings_validate.h"
#include "poll/vet.h"

#define TRIAL_MS 1000 /* a file system that hangs must not hold up a board for longer */
#define TRIES_MAX 50
#define END_WAIT_MS 2

/* Lets options stand in for settings. */
static void apply_options(struct app *run)
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
static bool check_sort(struct app *run, struct error *error)
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
static bool compile_filter(struct app *run, struct error *error)
{
    const char *filter = run->options.filter ? run->options.filter : "";
    if (filter_compile(&run->query, filter, NULL, error))
        return true;
    error_prefix(error, "--filter");
    return false;
}

bool startup_validate(struct app *run, struct error *error)
{
    const struct settings *settings = &run->settings;
    apply_options(run);
    if (!vet_servers(settings, error) ||
        !vet_extensions(run->options.extensions, run->options.extension_count, error))
        return false;
    run->palette = palette_find(settings->palette ? settings->palette : "default", error);
    return run->palette && check_sort(run, error) && compile_filter(run, error);
}

bool startup_load(struct app *run, const char *path, struct error *error)
{
    return settings_read(&run->settings, path, error) && startup_validate(run, error);
}

/* Reads the file of a run into another one of the same options. */
static bool read_again(struct app *fresh, const struct app *run, struct error *error)
{
    *fresh = (struct app){.options = run->options};
    settings_init(&fresh->settings);
    if (run->settings.ready_token)
        fresh->settings.ready_token = mem_strdup(run->settings.ready_token);
    bool is_right = startup_load(fresh, run->settings.path, error);
    filter_clear(&fresh->query);
    return is_right;
}

/* The child's way to die: what the program has to do at its end is the parent's. */
static void leave_trial(void)
{
    _exit(1);
}

/* In the child: reads, says through the pipe what was wrong, if anything, and ends without a trace
 * on what the two share: last words would go to the screen. */
_Noreturn static void run_trial(const struct app *run, int out)
{
    struct app fresh;
    struct error error = {0};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0)
        _exit(1);
    die_set_restore(leave_trial);
    signals_on_crash(NULL);
    (void)read_again(&fresh, run, &error);
    _exit(write(out, &error, sizeof error) == (ssize_t)sizeof error ? 0 : 1);
}

/* Waits for what the child says. */
static bool take_verdict(int in, struct error *error)
{
    struct error said = {0};
    struct pollfd answer = {.fd = in, .events = POLLIN};
    int ready = -1;
    for (int i = 0; i < TRIES_MAX && ready < 0; i++)
        ready = poll(&answer, 1, TRIAL_MS);
    if (ready <= 0)
        return error_set(error, ERROR_USAGE, "reading them takes too long");
    if (read(in, &said, sizeof said) != (ssize_t)sizeof said)
        return error_set(error, ERROR_USAGE, "reading them ended in a crash, or out of memory");
    return !error_is_set(&said) || error_set(error, said.kind, "%s", said.text);
}

/* Ends the child, if it has not done so. One that a hanging file system holds is not waited for: it
 * stays in the list of processes until the board ends. */
static void end_trial(pid_t child)
{
    kill(child, SIGKILL);
    for (int i = 0; i < TRIES_MAX && waitpid(child, NULL, WNOHANG) != child; i++)
        poll(NULL, 0, END_WAIT_MS);
}

/* Tries to read the file in a process that may die of it: libconfig does not check whether there
 * is memory (1.5 to 1.7), and a file system may hang. */
static bool try_apart(const struct app *run, struct error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set(error, ERROR_USAGE, "cannot try them: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0)
        run_trial(run, ends[1]);
    close(ends[1]);
    bool is_right = child > 0 ? take_verdict(ends[0], error)
                              : error_set(error, ERROR_USAGE, "cannot try them: no process");
    close(ends[0]);
    if (child > 0)
        end_trial(child);
    return is_right;
}

/* Leaves out the folder of the file that a text begins with: it is known, and a screen is narrow.
 */
static void shorten(struct error *error, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash + 1 - path) : 0;
    if (strncmp(error->text, path, length) == 0)
        memmove(error->text, error->text + length, strlen(error->text + length) + 1);
}

bool startup_reload(struct app *run, struct settings *before, struct error *error)
{
    struct app fresh;
    if (!run->settings.path)
        return error_set(error, ERROR_USAGE, "they are from no file");
    if (!try_apart(run, error)) {
        shorten(error, run->settings.path);
        return false;
    }
    if (!read_again(&fresh, run, error)) {
        settings_clear(&fresh.settings);
        return false;
    }
    *before = run->settings;
    run->settings = fresh.settings;
    return true;
}
