/* SPDX-License-Identifier: MIT */
/* Settings that are changed, broken or removed under a board that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/canary.h"
#include "support/program.h"
#include "support/terminal.h"

#define POLLS_ENOUGH 3
#define WAIT_STEPS 100
#define WAIT_STEP_MS 100

struct world {
    struct simulator simulator;
    struct terminal *terminal;
    char *folder;
    char *config;
};

static void open_world(struct world *world)
{
    static const char *const fleet[] = {"--token", CANARY, "--extensions", "20", "--churn",
                                        "0",       NULL};
    world->folder = folder_new();
    simulator_start(&world->simulator, 0, fleet);
    world->config = mem_strdup(folder_write(world->folder, "blftop.conf",
                                            "server = { url = \"%s\"; token = \"" CANARY "\"; };\n"
                                            "poll = { interval = 1.0; timeout = 3.0; };\n",
                                            world->simulator.url));
    const char *argv[] = {program_blftop(), "--config", world->config, NULL};
    world->terminal = terminal_start(24, 80, "xterm-256color", argv, NULL);
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
}

/* The board goes on as it was, and ends as it should. */
static void assert_goes_on(struct world *world)
{
    long before = simulator_stat(&world->simulator, "presence_requests");
    long now = before;
    for (int i = 0; i < WAIT_STEPS && now < before + POLLS_ENOUGH; i++) {
        terminal_run(world->terminal, WAIT_STEP_MS);
        now = simulator_stat(&world->simulator, "presence_requests");
    }
    assert_true(now >= before + POLLS_ENOUGH);
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
    terminal_type(world->terminal, "q");
    int status = terminal_wait_end(world->terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void close_world(struct world *world)
{
    terminal_free(world->terminal);
    simulator_stop(&world->simulator);
    free(world->config);
    folder_free(world->folder);
}

static void settings__broken_while_it_runs__change_nothing__D10(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    folder_write(world.folder, "blftop.conf", "server = { url = \"nonsense");
    assert_goes_on(&world);
    close_world(&world);
}

static void settings__removed_while_it_runs__change_nothing__D10(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    assert_int_equal(unlink(world.config), 0);
    assert_goes_on(&world);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings__broken_while_it_runs__change_nothing__D10),
        cmocka_unit_test(settings__removed_while_it_runs__change_nothing__D10),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
