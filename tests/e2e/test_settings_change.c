/* SPDX-License-Identifier: MIT */
/* Settings that are changed, broken or removed under a board that runs, and read again on SIGUSR2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/program.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

#define POLLS_ENOUGH 3
#define WAIT_STEPS 100
#define WAIT_STEP_MS 100

static const char *const fleet[] = {"--token", CANARY, "--extensions", "20", "--churn", "0", NULL};

struct sim_state {
    struct simulator simulator;
    struct terminal *terminal;
    char *folder;
    char *config;
};

static void open_world(struct sim_state *world)
{
    world->folder = folder_new();
    simulator_start(&world->simulator, fleet);
    world->config = mem_strdup(folder_write(world->folder, "blftop.conf",
                                            "server = { url = \"%s\"; token = \"" CANARY "\"; };\n"
                                            "poll = { interval = 1.0; timeout = 3.0; };\n",
                                            world->simulator.url));
    const char *argv[] = {program_blftop(), "--config", world->config, NULL};
    world->terminal = terminal_start(24, 80, "xterm-256color", argv, NULL);
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
}

/* The board goes on as it was, and ends as it should. */
static void assert_goes_on(struct sim_state *world)
{
    long before = simulator_stat(&world->simulator, "presence_requests");
    long now = before;
    for (int i = 0; i < WAIT_STEPS && now < before + POLLS_ENOUGH; i++) {
        terminal_run(world->terminal, WAIT_STEP_MS);
        now = simulator_stat(&world->simulator, "presence_requests");
    }
    assert_true(now >= before + POLLS_ENOUGH);
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
    terminal_quit(world->terminal);
}

/* Writes other settings, and has them read. */
static void change(struct sim_state *world, const char *url, const char *more)
{
    folder_write(world->folder, "blftop.conf",
                 "server = { url = \"%s\"; token = \"" CANARY "\"; };\n"
                 "poll = { interval = 1.0; timeout = 3.0; };\n%s",
                 url, more);
    kill(terminal_pid(world->terminal), SIGUSR2);
}

static void close_world(struct sim_state *world)
{
    terminal_free(world->terminal);
    simulator_stop(&world->simulator);
    free(world->config);
    folder_free(world->folder);
}

static void settings__broken_while_it_runs__change_nothing__D10(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world);
    folder_write(world.folder, "blftop.conf", "server = { url = \"nonsense");
    assert_goes_on(&world);
    close_world(&world);
}

static void settings__removed_while_it_runs__change_nothing__D10(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world);
    assert_int_equal(unlink(world.config), 0);
    assert_goes_on(&world);
    close_world(&world);
}

static void settings__read_again_while_broken__stay_and_say_why__D10(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world);
    change(&world, world.simulator.url, "pol = { };\n");
    assert_true(terminal_wait_for(world.terminal, "settings not changed: blftop.conf:3: unknown"));
    assert_true(terminal_wait_for(world.terminal, "20 ext"));
    assert_int_equal(unlink(world.config), 0);
    kill(terminal_pid(world.terminal), SIGUSR2);
    assert_true(terminal_wait_for(world.terminal, "settings not changed: cannot read"));
    assert_goes_on(&world);
    close_world(&world);
}

static void settings__read_again__give_rows_their_names_and_leave_them_in_place__D10(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world);
    terminal_type(world.terminal, "v"); /* a table */
    terminal_type(world.terminal, "/ext:0003*205\r");
    assert_true(terminal_wait_for(world.terminal, "1 of 20"));
    change(&world, world.simulator.url,
           "names = ( { extension = \"0003*205\"; name = \"Night desk\"; } );\n");
    assert_true(terminal_wait_for(world.terminal, "settings read again"));
    assert_true(terminal_wait_for(world.terminal, "Night desk"));
    assert_non_null(strstr(terminal_text(world.terminal), "1 of 20"));
    assert_goes_on(&world);
    close_world(&world);
}

static void settings__read_again_in_an_outage__leave_rows_as_old_as_they_are__D10(void **state)
{
    (void)state;
    struct sim_state world;
    open_world(&world);
    simulator_fall(&world.simulator);
    assert_true(terminal_wait_for(world.terminal, "STALE"));
    kill(terminal_pid(world.terminal), SIGUSR2);
    assert_true(terminal_wait_for(world.terminal, "settings read again"));
    assert_true(terminal_wait_without(world.terminal, "settings read again"));
    assert_non_null(strstr(terminal_text(world.terminal), "STALE"));
    assert_null(strstr(terminal_text(world.terminal), "NO DATA"));
    simulator_return(&world.simulator, fleet);
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    assert_goes_on(&world);
    close_world(&world);
}

static void settings__name_another_server__its_rows_take_the_place_of_the_others__D10(void **state)
{
    (void)state;
    struct sim_state world;
    struct simulator other;
    open_world(&world);
    simulator_start(&other, (const char *const[]){"--token", CANARY, "--extensions", "31", NULL});
    terminal_type(world.terminal, "p"); /* a pause would go on showing what is no more */
    assert_true(terminal_wait_for(world.terminal, "PAUSED"));
    change(&world, other.url, "");
    assert_true(terminal_wait_for(world.terminal, "31 ext"));
    assert_true(terminal_wait_without(world.terminal, "PAUSED"));
    long left = simulator_stat(&world.simulator, "presence_requests");
    long before = simulator_stat(&other, "presence_requests");
    for (int i = 0;
         i < WAIT_STEPS && simulator_stat(&other, "presence_requests") < before + POLLS_ENOUGH; i++)
        terminal_run(world.terminal, WAIT_STEP_MS);
    assert_true(simulator_stat(&other, "presence_requests") >= before + POLLS_ENOUGH);
    assert_int_equal(simulator_stat(&world.simulator, "presence_requests"), left);
    terminal_type(world.terminal, "q");
    assert_int_not_equal(terminal_wait_end(world.terminal, TERMINAL_WAIT_MS), -1);
    simulator_stop(&other);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings__broken_while_it_runs__change_nothing__D10),
        cmocka_unit_test(settings__removed_while_it_runs__change_nothing__D10),
        cmocka_unit_test(settings__read_again_while_broken__stay_and_say_why__D10),
        cmocka_unit_test(settings__read_again__give_rows_their_names_and_leave_them_in_place__D10),
        cmocka_unit_test(settings__read_again_in_an_outage__leave_rows_as_old_as_they_are__D10),
        cmocka_unit_test(settings__name_another_server__its_rows_take_the_place_of_the_others__D10),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
