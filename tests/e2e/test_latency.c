/* SPDX-License-Identifier: MIT */
/* How long a key waits for its frame while a resolver or a server hangs, beside a board where all
 * is well: all three at once on one machine, so that its noise is the same for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/mem.h"
#include "support/program.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

#define KEYS 160       /* on each board, in pairs: the help comes, and goes */
#define MARGIN_MS 50.0 /* a hung one may be so much slower than the idle one */
#define TRIES 3
#define PAUSE_MS 10
#define HELP "this page, and back"
#define HANG_SECONDS "6"
#define BLOCKED_MS 3000.0 /* no busy machine, but a loop that waits for what hangs */

enum kind { KIND_IDLE, KIND_SERVER, KIND_RESOLVER, KIND_COUNT };

static const char *const kind_names[] = {"idle", "a server hangs", "a resolver hangs"};

struct source_fixture {
    struct simulator good;
    struct simulator hanging;
    struct terminal *boards[KIND_COUNT];
    char *folder;
    char *calls; /* of the resolver, a byte each */
    double ms[KIND_COUNT][KEYS];
};

/* Starts a board. The one whose resolver hangs gives up while it does: then libcurl's thread has to
 * be left behind. */
static void start(struct source_fixture *rig, enum kind kind, const char *url,
                  const char *const *environment)
{
    char name[32];
    int timeout = kind == KIND_RESOLVER ? 1 : 60;
    snprintf(name, sizeof name, "board%d.conf", (int)kind);
    char *config = mem_strdup(folder_write(rig->folder, name,
                                           "server = { url = \"%s\"; token = \"" CANARY "\"; };\n"
                                           "poll = { interval = 1.0; timeout = %d.0; };\n",
                                           url, timeout));
    const char *argv[] = {program_blftop(), "--config", config, NULL};
    rig->boards[kind] = terminal_start(30, 100, "xterm-256color", argv, environment);
    free(config);
}

static void open_rig(struct source_fixture *rig)
{
    const char *shim = getenv("SHIM_RESOLVER");
    *rig = (struct source_fixture){.folder = folder_new()};
    rig->calls = mem_printf("SHIM_RESOLVER_CALLS=%s/calls", rig->folder);
    char *preload = mem_printf("LD_PRELOAD=%s", shim ? shim : "tests/support/shim_resolver.so");
    const char *const hung[] = {preload, rig->calls, "SHIM_RESOLVER_SECONDS=" HANG_SECONDS,
                                "ASAN_OPTIONS=verify_asan_link_order=0", NULL};
    simulator_start(&rig->good, (const char *const[]){"--token", CANARY, "--churn", "0", NULL});
    simulator_start(&rig->hanging,
                    (const char *const[]){"--token", CANARY, "--fault", "hang", NULL});
    start(rig, KIND_IDLE, rig->good.url, NULL);
    start(rig, KIND_SERVER, rig->hanging.url, NULL);
    start(rig, KIND_RESOLVER, "https://pbx.example.net", hung);
    free(preload);
}

/* Ends all of it; each board must end well, hung or not. */
static void close_rig(struct source_fixture *rig)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        terminal_type(rig->boards[kind], "q");
        int status = terminal_wait_end(rig->boards[kind], TERMINAL_WAIT_MS);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        terminal_free(rig->boards[kind]);
    }
    simulator_stop(&rig->good);
    simulator_stop(&rig->hanging);
    free(rig->calls);
    folder_free(rig->folder);
}

/* How often the resolver was asked. */
static long resolver_calls(const struct source_fixture *rig)
{
    struct stat status;
    return stat(strchr(rig->calls, '=') + 1, &status) == 0 ? (long)status.st_size : 0;
}

/* Waits until both hang. */
static void await_hangs(struct source_fixture *rig)
{
    assert_true(terminal_wait_for(rig->boards[KIND_IDLE], "LIVE"));
    for (int i = 0; i < TERMINAL_WAIT_MS / PAUSE_MS; i++) {
        if (resolver_calls(rig) > 0 && simulator_stat(&rig->hanging, "presence_requests") > 0)
            break;
        for (int kind = 0; kind < KIND_COUNT; kind++)
            terminal_run(rig->boards[kind], PAUSE_MS / KIND_COUNT);
    }
    assert_true(resolver_calls(rig) > 0);
    assert_true(simulator_stat(&rig->hanging, "presence_requests") > 0);
}

/* Milliseconds of a clock that only goes forward. */
static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* Types a key on a board and waits for its frame. */
static double time_key(struct terminal *board, bool is_help)
{
    double before = now_ms();
    terminal_type(board, "?");
    assert_true(is_help ? terminal_wait_for(board, HELP) : terminal_wait_without(board, HELP));
    return now_ms() - before;
}

/* Orders times. */
static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Takes all times, the boards in turn, and sorts them. */
static void measure(struct source_fixture *rig)
{
    for (int key = 0; key < KEYS; key++)
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            rig->ms[kind][key] = time_key(rig->boards[kind], key % 2 == 0);
            terminal_run(rig->boards[kind], PAUSE_MS / KIND_COUNT);
        }
    print_message("%-18s %8s %8s %8s  (ms from key to frame, %d keys)\n", "", "p50", "p99", "max",
                  KEYS);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const double *ms = rig->ms[kind];
        qsort(rig->ms[kind], KEYS, sizeof *ms, compare);
        print_message("%-18s %8.2f %8.2f %8.2f\n", kind_names[kind], ms[KEYS / 2],
                      ms[KEYS * 99 / 100], ms[KEYS - 1]);
    }
}

/* Is a board where something hangs about as fast as the idle one? The median, and all but one in
 * twenty, as a busy machine stops any program now and then. */
static bool is_near(const struct source_fixture *rig, enum kind kind)
{
    const double *idle = rig->ms[KIND_IDLE];
    const double *hung = rig->ms[kind];
    return hung[KEYS / 2] <= idle[KEYS / 2] + MARGIN_MS &&
           hung[KEYS * 95 / 100] <= idle[KEYS * 95 / 100] + MARGIN_MS;
}

static void board__resolver_or_server_that_hangs__delays_no_key__B2__B14(void **state)
{
    (void)state;
    struct source_fixture rig;
    bool is_fast = false;
    open_rig(&rig);
    await_hangs(&rig);
    for (int i = 0; i < TRIES && !is_fast; i++) {
        measure(&rig);
        assert_true(rig.ms[KIND_SERVER][KEYS - 1] < BLOCKED_MS);
        assert_true(rig.ms[KIND_RESOLVER][KEYS - 1] < BLOCKED_MS);
        is_fast = is_near(&rig, KIND_SERVER) && is_near(&rig, KIND_RESOLVER);
    }
    assert_true(is_fast);
    assert_true(terminal_wait_without(rig.boards[KIND_RESOLVER], "LIVE"));
    assert_true(terminal_wait_without(rig.boards[KIND_SERVER], "LIVE"));
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board__resolver_or_server_that_hangs__delays_no_key__B2__B14),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
