/* SPDX-License-Identifier: MIT */
/* The real program on a terminal that takes nothing, in the middle of a frame too big for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/program.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

/* Linux keeps about 70 kB for a pseudo-terminal that nobody reads (measured, 6.1); a frame of so
 * many lamps has more than 100 kB. */
#define ROWS 300
#define COLS 500
#define POLLS_ENOUGH 6
#define WAIT_STEPS 200
#define WAIT_STEP_US 50000

struct stalled {
    struct simulator simulator;
    struct terminal *terminal;
    char *folder;
};

/* Starts a board, and reads nothing of what it draws. */
static void open_stalled(struct stalled *stalled)
{
    static const char *const options[] = {"--token", CANARY, "--extensions", "8000", "--churn",
                                          "0.1",     NULL};
    stalled->folder = folder_new();
    simulator_start(&stalled->simulator, options);
    char *config = mem_strdup(folder_write(stalled->folder, "blftop.conf",
                                           "server = { url = \"%s\"; token = \"" CANARY "\"; };\n"
                                           "poll = { interval = 1.0; page_size = 4000; };\n",
                                           stalled->simulator.url));
    const char *argv[] = {program_blftop(), "--config", config, NULL};
    stalled->terminal = terminal_start(ROWS, COLS, "xterm-256color", argv, NULL);
    free(config);
}

static void close_stalled(struct stalled *stalled)
{
    terminal_free(stalled->terminal);
    simulator_stop(&stalled->simulator);
    folder_free(stalled->folder);
}

/* Waits until the server has been asked so often. */
static bool wait_for_polls(const struct stalled *stalled, long polls)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (simulator_stat(&stalled->simulator, "presence_requests") >= polls)
            return true;
        usleep(WAIT_STEP_US);
    }
    return false;
}

/* Waits for the program's end without reading what it writes. */
static bool wait_for_end(const struct stalled *stalled)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)terminal_pid(stalled->terminal), &info,
                   WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid != 0)
            return true;
        usleep(WAIT_STEP_US);
    }
    return false;
}

static void board__line_stalls_in_a_frame__polls_go_on__E7(void **state)
{
    (void)state;
    struct stalled stalled;
    open_stalled(&stalled);
    assert_true(wait_for_polls(&stalled, POLLS_ENOUGH));
    close_stalled(&stalled);
}

static void board__line_goes_on__shows_the_present_and_hears_keys__E7(void **state)
{
    (void)state;
    struct stalled stalled;
    open_stalled(&stalled);
    assert_true(wait_for_polls(&stalled, POLLS_ENOUGH));
    assert_true(terminal_wait_for(stalled.terminal, "LIVE"));
    terminal_quit(stalled.terminal);
    close_stalled(&stalled);
}

/* Ends a stalled board by a signal; its wait status. The line moves again after that only. */
static int end_stalled(struct stalled *stalled, int number)
{
    assert_true(wait_for_polls(stalled, POLLS_ENOUGH));
    kill(terminal_pid(stalled->terminal), number);
    assert_true(wait_for_end(stalled));
    terminal_expect_cut(stalled->terminal);
    return terminal_wait_end(stalled->terminal, TERMINAL_WAIT_MS);
}

static void board__line_stalls_in_a_frame__sigterm_still_ends_it__E7(void **state)
{
    (void)state;
    struct stalled stalled;
    open_stalled(&stalled);
    int status = end_stalled(&stalled, SIGTERM);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    assert_true(terminal_is_restored(stalled.terminal));
    close_stalled(&stalled);
}

static void
board__line_stalls_and_it_crashes__terminal_is_given_back_once_it_moves__E7(void **state)
{
    (void)state;
    struct stalled stalled;
    open_stalled(&stalled);
    int status = end_stalled(&stalled, SIGSEGV);
    assert_true(WIFSIGNALED(status) || WIFEXITED(status)); /* a sanitizer exits instead */
    assert_true(terminal_is_restored(stalled.terminal));
    close_stalled(&stalled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board__line_stalls_in_a_frame__polls_go_on__E7),
        cmocka_unit_test(board__line_goes_on__shows_the_present_and_hears_keys__E7),
        cmocka_unit_test(board__line_stalls_in_a_frame__sigterm_still_ends_it__E7),
        cmocka_unit_test(
            board__line_stalls_and_it_crashes__terminal_is_given_back_once_it_moves__E7),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
