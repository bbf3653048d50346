/* SPDX-License-Identifier: MIT */
/* --log: what the real program writes down through an outage, a rotation and its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/program.h"
#include "support/terminal.h"

#define SECRET "canary-Secret-log"
#define TEXT_MAX 65536
#define WAIT_STEPS 300
#define WAIT_STEP_MS 50

static const char *const fleet[] = {"--client", "app:" SECRET, "--extensions", "20", "--churn",
                                    "0",        NULL};

struct sim_state {
    struct simulator simulator;
    struct terminal *terminal;
    char *folder;
    char *log;
};

/* Starts a board that logs, and waits until it is live. */
static void open_world(struct sim_state *world, const char *log)
{
    world->folder = folder_new();
    world->log = log ? mem_strdup(log) : mem_printf("%s/blftop.log", world->folder);
    simulator_start(&world->simulator, fleet);
    char *config = mem_strdup(folder_write(
        world->folder, "blftop.conf",
        "server = { name = \"hq\"; url = \"%s\"; client_id = \"app\"; client_secret = \"" SECRET
        "\"; };\npoll = { interval = 1.0; timeout = 3.0; };\n",
        world->simulator.url));
    const char *argv[] = {program_blftop(), "--config", config, "--log", world->log, NULL};
    world->terminal = terminal_start(24, 80, "xterm-256color", argv, NULL);
    free(config);
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
}

static void close_world(struct sim_state *world)
{
    terminal_free(world->terminal);
    simulator_stop(&world->simulator);
    free(world->log);
    folder_free(world->folder);
}

/* What a file holds, valid until the next call; "" without one. */
static const char *text_of(const char *path)
{
    static char text[TEXT_MAX];
    FILE *file = fopen(path, "r");
    text[file ? fread(text, 1, sizeof text - 1, file) : 0] = '\0';
    if (file)
        fclose(file);
    return text;
}

/* Waits until the file tells something. */
static bool wait_for_line(const struct sim_state *world, const char *words)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (strstr(text_of(world->log), words))
            return true;
        terminal_run(world->terminal, WAIT_STEP_MS);
    }
    fprintf(stderr, "the log never told \"%s\":\n%s", words, text_of(world->log));
    return false;
}

static void log__outage__is_told_with_reason_and_end(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world, NULL);
    assert_true(wait_for_line(&world, "hq: has its first token\n"));
    assert_true(wait_for_line(&world, "hq: read for the first time, 20 extensions in "));
    simulator_fall(&world.simulator);
    assert_true(wait_for_line(&world, "hq: fails: "));
    assert_true(wait_for_line(&world, "hq: is stale, last read "));
    simulator_return(&world.simulator, fleet);
    assert_true(wait_for_line(&world, "hq: is back, nothing was read for "));
    assert_true(wait_for_line(&world, "hq: is fresh again, "));
    kill(terminal_pid(world.terminal), SIGTERM);
    int status = terminal_wait_end(world.terminal, TERMINAL_WAIT_MS);
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    assert_non_null(strstr(text_of(world.log), "blftop: ends, signal 15 (Terminated), after "));
    assert_null(strstr(text_of(world.log), "canary"));
    close_world(&world);
}

static void log__sigusr1__opens_the_file_anew__F9(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world, NULL);
    char *old = mem_printf("%s.1", world.log);
    assert_int_equal(rename(world.log, old), 0);
    kill(terminal_pid(world.terminal), SIGUSR1);
    assert_true(wait_for_line(&world, "blftop: goes on in this file\n"));
    assert_non_null(strstr(text_of(old), "blftop: begins, version "));
    terminal_quit(world.terminal);
    assert_non_null(strstr(text_of(world.log), "blftop: ends, exit code 0, after "));
    free(old);
    close_world(&world);
}

static void log__disk_full__is_said_on_the_board_which_goes_on__F9(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world, "/dev/full");
    assert_true(terminal_wait_for(world.terminal, "No space left on device"));
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void log__unwritable_path__is_refused_before_the_screen(void **state)
{
    (void)state;
    struct buffer err = {0};
    const char *const argv[] = {program_blftop(), "--demo", "--log", "/nonexistent/log", NULL};
    int status = program_run(argv, NULL, NULL, &err);
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_non_null(strstr(err.data, "cannot write to /nonexistent/log"));
    buffer_clear(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__outage__is_told_with_reason_and_end),
        cmocka_unit_test(log__sigusr1__opens_the_file_anew__F9),
        cmocka_unit_test(log__disk_full__is_said_on_the_board_which_goes_on__F9),
        cmocka_unit_test(log__unwritable_path__is_refused_before_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
