/* SPDX-License-Identifier: MIT */
/* The real program on a terminal, against the simulator over real HTTP and over HTTPS. */
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

#include "base/clock.h"
#include "base/mem.h"
#include "support/program.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"
#include "support/tls.h"

#define TOKEN CANARY "-e2e-ready-token"
#define TERM_KIND "xterm-256color"

#define KEY_UP "\033[A"
#define KEY_PAGE_DOWN "\033[6~"
#define KEY_PAGE_UP "\033[5~"
#define KEY_ESCAPE "\033"
#define OPTIONS_MAX 16
#define SCROLLS 6
#define SCROLL_MS 100

/* What certificates stand in, and the certificates: made once for all tests. */
static char *tls_folder;
static struct tls tls;

/* One board on one server. */
struct sim_state {
    struct simulator simulator;
    struct terminal *terminal;
    char *folder;
    char *config;
    bool is_https;
};

static const char *const frozen_fleet[] = {
    "--token", TOKEN, "--extensions", "412", "--churn", "0", "--seed", "7", NULL};

/* Starts the simulator, over what the test is about, the way the caller asks for. */
static void start_simulator(struct sim_state *world,
                            void (*way)(struct simulator *, const char *const *),
                            const char *const *options)
{
    const char *all[OPTIONS_MAX + 5] = {NULL};
    size_t count = 0;
    while (count < OPTIONS_MAX && options[count]) {
        all[count] = options[count];
        count++;
    }
    if (world->is_https) {
        const char *const secure[] = {"--cert", tls.certificates[TLS_GOOD], "--key", tls.key};
        memcpy(all + count, secure, sizeof secure);
    }
    way(&world->simulator, all);
}

/* Writes settings for the simulator with one more line in the server's group. */
static void write_config(struct sim_state *world, const char *server_line)
{
    const char *path = folder_write(world->folder, "blftop.conf",
                                    "server = { url = \"%s\"; ca_file = \"%s\"; %s };\n"
                                    "poll = { interval = 1.0; timeout = 3.0; page_size = 100; };\n"
                                    "board = { sort = \"extension\"; };\n",
                                    world->simulator.url, tls.ca, server_line);
    free(world->config);
    world->config = mem_strdup(path);
}

/* Starts the board on those settings. */
static void start_board(struct sim_state *world, int rows, int cols, const char *argument)
{
    const char *argv[] = {program_blftop(), "--config", world->config, argument, NULL};
    world->terminal = terminal_start(rows, cols, TERM_KIND, argv, NULL);
}

/* A folder and a simulator; `state` is the test's: over HTTPS or not. */
static void open_simulator(struct sim_state *world, void **state, const char *const *options)
{
    *world = (struct sim_state){.folder = folder_new(), .is_https = *state != NULL};
    start_simulator(world, simulator_start, options);
}

/* Ends both and removes the folder. */
static void close_world(struct sim_state *world)
{
    if (world->terminal)
        terminal_free(world->terminal);
    simulator_stop(&world->simulator);
    free(world->config);
    folder_free(world->folder);
}

/* Opens a world of 412 extensions that do not change, and waits for them. */
static void open_frozen(struct sim_state *world, void **state, int rows, int cols)
{
    open_simulator(world, state, frozen_fleet);
    write_config(world, "token = \"" TOKEN "\";");
    start_board(world, rows, cols, NULL);
    assert_true(terminal_wait_for(world->terminal, "412"));
    assert_true(terminal_wait_for(world->terminal, "LIVE"));
}

static void board__real_server__shows_every_lamp_and_quits(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 36, 120);
    assert_true(terminal_wait_for(world.terminal, "online"));
    terminal_quit(world.terminal);
    close_world(&world);
}

/* What is scrolled by less than a screen is scrolled by the terminal (DECSTBM, between ESC 7 and
 * ESC 8), which keeps the cursor hidden with ESC 7. */
static void board__terminal_scrolled_it__cursor_is_back_at_the_end(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 40, 100);
    terminal_type(world.terminal, "v");
    terminal_type(world.terminal, KEY_PAGE_DOWN);
    terminal_run(world.terminal, SCROLL_MS);
    for (int i = 0; i < SCROLLS; i++) {
        terminal_type(world.terminal, KEY_UP);
        terminal_run(world.terminal, SCROLL_MS);
    }
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__page_keys__reach_both_ends_of_the_table(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 80);
    terminal_type(world.terminal, "vd");
    assert_true(terminal_wait_for(world.terminal, "1-"));
    terminal_type(world.terminal, KEY_PAGE_DOWN);
    assert_true(terminal_wait_without(world.terminal, " 1-"));
    terminal_type(world.terminal, "G");
    assert_true(terminal_wait_for(world.terminal, "-412 of 412"));
    terminal_type(world.terminal, KEY_PAGE_DOWN " ");
    assert_true(terminal_wait_for(world.terminal, "-412 of 412"));
    terminal_type(world.terminal, KEY_PAGE_UP "b\002");
    assert_true(terminal_wait_without(world.terminal, "-412 of 412"));
    terminal_type(world.terminal, "g");
    assert_true(terminal_wait_for(world.terminal, "1-"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__filter__narrows_as_typed_and_esc_brings_all_back(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 100);
    terminal_type(world.terminal, "/lamp:busy");
    assert_true(terminal_wait_for(world.terminal, " of 412"));
    terminal_type(world.terminal, " lamp:nonsense");
    assert_true(terminal_wait_for(world.terminal, "nonsense"));
    terminal_run(world.terminal, 100);
    terminal_type(world.terminal, KEY_ESCAPE);
    assert_true(terminal_wait_without(world.terminal, "nonsense"));
    terminal_type(world.terminal, "/zzzz");
    assert_true(terminal_wait_for(world.terminal, "0 of 412"));
    terminal_type(world.terminal, "\r");
    terminal_run(world.terminal, 100);
    terminal_type(world.terminal, KEY_ESCAPE);
    assert_true(terminal_wait_without(world.terminal, "zzzz"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__any_size__is_drawn_and_survives(void **state)
{
    static const int sizes[][2] = {{1, 1},   {2, 3},    {5, 20},  {4, 19},   {12, 40},
                                   {24, 80}, {60, 200}, {70, 30}, {10, 240}, {36, 120}};
    struct sim_state world;
    open_frozen(&world, state, 24, 80);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        terminal_resize(world.terminal, sizes[i][0], sizes[i][1]);
        terminal_run(world.terminal, 60);
        terminal_type(world.terminal, i % 2 ? "v" : KEY_PAGE_DOWN);
    }
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    assert_true(terminal_wait_for(world.terminal, "of 412"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__help__lists_keys_and_closes(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 60, 100);
    terminal_type(world.terminal, "?");
    assert_true(terminal_wait_for(world.terminal, "PgDn"));
    terminal_type(world.terminal, "?");
    assert_true(terminal_wait_without(world.terminal, "PgDn Space"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__pause__freezes_the_screen_while_collection_goes_on(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 100);
    terminal_type(world.terminal, "p");
    assert_true(terminal_wait_for(world.terminal, "PAUSED"));
    long before = simulator_stat(&world.simulator, "presence_requests");
    terminal_run(world.terminal, 2500);
    assert_true(simulator_stat(&world.simulator, "presence_requests") > before);
    assert_true(terminal_wait_for(world.terminal, "newer"));
    terminal_type(world.terminal, "p");
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__server_gone_and_back__marks_rows_and_recovers_in_place(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 100);
    terminal_type(world.terminal, "/lamp:busy\r");
    assert_true(terminal_wait_for(world.terminal, "lamp:busy"));
    simulator_fall(&world.simulator);
    assert_true(terminal_wait_for(world.terminal, "STALE"));
    assert_true(terminal_wait_for(world.terminal, "refused"));
    start_simulator(&world, simulator_return, frozen_fleet);
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    assert_true(terminal_wait_for(world.terminal, "lamp:busy"));
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__token_expires__is_renewed_without_a_lost_poll(void **state)
{
    static const char *const options[] = {
        "--client", "app:canary-secret", "--token-life", "3", "--extensions", "50", "--churn", "0",
        NULL};
    struct sim_state world;
    open_simulator(&world, state, options);
    write_config(&world, "client_id = \"app\"; client_secret = \"canary-secret\";");
    start_board(&world, 24, 100, NULL);
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    for (int i = 0; i < 80; i++) {
        terminal_run(world.terminal, 100);
        assert_null(strstr(terminal_text(world.terminal), "STALE"));
        assert_null(strstr(terminal_text(world.terminal), "canary"));
    }
    long renewals = simulator_stat(&world.simulator, "token_requests");
    assert_true(renewals >= 2 && renewals <= 5);
    terminal_quit(world.terminal);
    close_world(&world);
}

static void board__terminal_closed__ends_within_a_second(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 80);
    int64_t before = clock_read().ms;
    terminal_hang_up(world.terminal);
    int status = terminal_wait_end(world.terminal, TERMINAL_WAIT_MS);
    assert_int_not_equal(status, -1);
    assert_true(clock_read().ms - before < 1000);
    close_world(&world);
}

/* Sends a signal and checks that the terminal is given back. */
static int end_by_signal(void **state, int number)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 80);
    kill(terminal_pid(world.terminal), number);
    int status = terminal_wait_end(world.terminal, TERMINAL_WAIT_MS);
    assert_int_not_equal(status, -1);
    assert_true(terminal_is_restored(world.terminal));
    close_world(&world);
    return status;
}

static void board__ctrl_c__is_a_normal_quit(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 24, 80);
    terminal_type(world.terminal, "\003");
    int status = terminal_wait_end(world.terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(terminal_is_restored(world.terminal));
    close_world(&world);
}

static void board__sigterm__restores_the_terminal(void **state)
{
    int status = end_by_signal(state, SIGTERM);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
}

static void board__stopped_terminal__stops_neither_polls_nor_the_end(void **state)
{
    struct sim_state world;
    open_frozen(&world, state, 60, 100);
    terminal_run(world.terminal, 300);     /* the first frame is out */
    terminal_type(world.terminal, "\023"); /* Ctrl-S */
    terminal_run(world.terminal, 1500);
    long before = simulator_stat(&world.simulator, "presence_requests");
    terminal_run(world.terminal, 2500);
    assert_true(simulator_stat(&world.simulator, "presence_requests") > before);
    terminal_type(world.terminal, "?\021"); /* Ctrl-Q */
    assert_true(terminal_wait_for(world.terminal, "PgDn"));
    terminal_run(world.terminal, 300);
    terminal_type(world.terminal, "\023");
    terminal_run(world.terminal, 1500);
    kill(terminal_pid(world.terminal), SIGTERM);
    int status = terminal_wait_end(world.terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    assert_true(terminal_is_restored(world.terminal));
    close_world(&world);
}

static void board__crash__restores_the_terminal(void **state)
{
    int status = end_by_signal(state, SIGSEGV);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static void board__ctrl_z__suspends_and_comes_back(void **state)
{
    struct sim_state world;
    open_simulator(&world, state, frozen_fleet);
    write_config(&world, "token = \"" TOKEN "\";");
    char *path = realpath(program_blftop(), NULL);
    char *command = mem_printf("%s --config %s\n", path, world.config);
    const char *argv[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
    static const char *const environment[] = {"PS1=shell-prompt> ", NULL};
    world.terminal = terminal_start(24, 100, TERM_KIND, argv, environment);
    assert_true(terminal_wait_for(world.terminal, "shell-prompt>"));
    terminal_type(world.terminal, command);
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    terminal_type(world.terminal, "\032");
    assert_true(terminal_wait_for(world.terminal, "Stopped"));
    terminal_type(world.terminal, "fg\n");
    assert_true(terminal_wait_for(world.terminal, "LIVE"));
    terminal_type(world.terminal, "q");
    assert_true(terminal_wait_for(world.terminal, "Stopped"));
    free(command);
    free(path);
    close_world(&world);
}

static void board__extension_argument__opens_on_its_whole_story(void **state)
{
    struct sim_state world = {.folder = folder_new(), .is_https = *state != NULL};
    static const char *const fleet =
        "{\"startIndex\":0,\"totalResults\":2,\"itemsPerPage\":20,\"entry\":[{\"extension\":"
        "\"0003*210\",\"status\":0,\"registration\":[{\"agent\":\"3CXPhone 5.0.14439.0\","
        "\"registration\":\"-1\",\"expire\":\"2011-02-10T15:10:55Z\"}]}]}";
    char *path = mem_strdup(folder_write(world.folder, "fleet.json", "%s", fleet));
    const char *options[] = {"--token", TOKEN, "--fleet", path, NULL};
    start_simulator(&world, simulator_start, options);
    write_config(&world, "token = \"" TOKEN "\";");
    start_board(&world, 24, 100, "0003*210");
    assert_true(terminal_wait_for(world.terminal, "3CXPhone 5.0.14439.0"));
    assert_true(terminal_wait_for(world.terminal, "OFFLINE"));
    terminal_quit(world.terminal);
    free(path);
    close_world(&world);
}

static void board__no_settings__says_what_to_put_where(void **state)
{
    (void)state;
    struct sim_state world = {.folder = folder_new()};
    char *home = mem_printf("XDG_CONFIG_HOME=%s", world.folder);
    const char *environment[] = {home, "BLFTOP_CONFIG=", NULL};
    const char *argv[] = {program_blftop(), NULL};
    world.terminal = terminal_start(24, 80, TERM_KIND, argv, environment);
    assert_true(terminal_wait_for(world.terminal, "--demo"));
    assert_true(terminal_wait_for(world.terminal, "blftop.conf"));
    terminal_type(world.terminal, "q");
    int status = terminal_wait_end(world.terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    assert_true(terminal_is_restored(world.terminal));
    free(home);
    close_world(&world);
}

static void board__demo__runs_and_leaves_no_child(void **state)
{
    (void)state;
    const char *argv[] = {program_blftop(), "--demo", NULL};
    struct terminal *terminal = terminal_start(30, 100, TERM_KIND, argv, NULL);
    char children[64], line[64] = "";
    assert_true(terminal_wait_for(terminal, "LIVE"));
    snprintf(children, sizeof children, "/proc/%d/task/%d/children", (int)terminal_pid(terminal),
             (int)terminal_pid(terminal));
    FILE *file = fopen(children, "r");
    if (!file || !fgets(line, sizeof line, file))
        line[0] = '\0';
    if (file)
        fclose(file);
    pid_t child = (pid_t)atoi(line);
    kill(terminal_pid(terminal), SIGKILL);
    assert_int_not_equal(terminal_wait_end(terminal, TERMINAL_WAIT_MS), -1);
    if (child > 0) {
        for (int i = 0; i < 100 && kill(child, 0) == 0; i++)
            usleep(20000);
        assert_int_not_equal(kill(child, 0), 0);
    }
    terminal_free(terminal);
}

/* Makes the certificates. */
static int set_up(void **state)
{
    (void)state;
    tls_folder = folder_new();
    return tls_make(&tls, tls_folder) ? 0 : -1;
}

/* Removes them. */
static int tear_down(void **state)
{
    (void)state;
    tls_clear(&tls);
    folder_free(tls_folder);
    return 0;
}

/* A test over HTTP, and the same over HTTPS, which its state tells. */
#define OVER_BOTH(test)                                                                            \
    {#test, test, NULL, NULL, NULL},                                                               \
    {                                                                                              \
#test " (https)", test, NULL, NULL, &tls                                                   \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER_BOTH(board__real_server__shows_every_lamp_and_quits),
        OVER_BOTH(board__terminal_scrolled_it__cursor_is_back_at_the_end),
        OVER_BOTH(board__page_keys__reach_both_ends_of_the_table),
        OVER_BOTH(board__filter__narrows_as_typed_and_esc_brings_all_back),
        OVER_BOTH(board__any_size__is_drawn_and_survives),
        OVER_BOTH(board__help__lists_keys_and_closes),
        OVER_BOTH(board__pause__freezes_the_screen_while_collection_goes_on),
        OVER_BOTH(board__server_gone_and_back__marks_rows_and_recovers_in_place),
        OVER_BOTH(board__token_expires__is_renewed_without_a_lost_poll),
        OVER_BOTH(board__terminal_closed__ends_within_a_second),
        OVER_BOTH(board__ctrl_c__is_a_normal_quit),
        OVER_BOTH(board__sigterm__restores_the_terminal),
        OVER_BOTH(board__stopped_terminal__stops_neither_polls_nor_the_end),
        OVER_BOTH(board__crash__restores_the_terminal),
        cmocka_unit_test(board__ctrl_z__suspends_and_comes_back),
        OVER_BOTH(board__extension_argument__opens_on_its_whole_story),
        cmocka_unit_test(board__no_settings__says_what_to_put_where),
        cmocka_unit_test(board__demo__runs_and_leaves_no_child),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
