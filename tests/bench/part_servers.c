/* SPDX-License-Identifier: MIT */
/* Many servers on one board: does one that hangs, or is dead, change when the others are asked? And
 * what such a board takes. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "bench/bench.h"
#include "bench/child.h"
#include "bench/host.h"

#define ROW 11
#define SERVERS 32
#define EXTENSIONS 5000
#define INTERVAL_S 2.0
#define TIMEOUT_S 5.0
#define PATIENCE_S 60.0
#define WARM_UP_S 10.0
#define TURN_S 12.0
#define RECOVERY_S 6.0 /* until the server that hung is asked as before */
#define GOAL_MS 5
#define P99 0.99

struct fleet {
    struct host hosts[SERVERS]; /* the first of them is the one in trouble */
    struct child board;
};

/* The settings for all of them. */
static char *write_settings(const struct bench *bench, const struct fleet *fleet)
{
    struct buffer servers;
    buffer_init(&servers, 0);
    for (size_t i = 0; i < SERVERS; i++)
        buffer_printf(&servers,
                      "%s{ name = \"pbx%02zu\"; url = \"http://127.0.0.1:%d\"; token = \"t\"; }",
                      i > 0 ? ", " : "", i, fleet->hosts[i].port);
    char *config = bench_write(bench, "servers.conf",
                               "servers = ( %s );\npoll = { interval = %.1f; timeout = %.1f; };\n"
                               "board = { sort = \"extension\"; };\n",
                               servers.data, INTERVAL_S, TIMEOUT_S);
    buffer_clear(&servers);
    return config;
}

/* Lets the board run. */
static void run(struct fleet *fleet, double span)
{
    struct child *const boards[] = {&fleet->board};
    child_pump(boards, 1, span);
}

/* How often the server that was asked least has been asked. */
static unsigned long fewest_polls(const struct fleet *fleet)
{
    unsigned long fewest = ULONG_MAX;
    for (size_t i = 0; i < SERVERS; i++) {
        unsigned long polls = atomic_load(&fleet->hosts[i].counts->polls);
        fewest = polls < fewest ? polls : fewest;
    }
    return fewest;
}

/* Starts the servers and a board on them, and waits until it has read them all. */
static void open_fleet(const struct bench *bench, struct fleet *fleet)
{
    for (size_t i = 0; i < SERVERS; i++)
        host_start(&fleet->hosts[i],
                   &(struct host_options){.extensions = EXTENSIONS, .changing = EXTENSIONS / 100});
    char *config = write_settings(bench, fleet);
    const char *const argv[] = {bench->blftop, "--config", config, NULL};
    child_start(&fleet->board, argv, NULL);
    double until = seconds() + PATIENCE_S;
    while (fewest_polls(fleet) < 2) {
        if (seconds() > until)
            die("a board on %d servers does not ask all of them", SERVERS);
        run(fleet, INTERVAL_S / 4);
    }
    free(config);
}

/* Lets it run for a turn and adds the spans between two polls that each of the healthy servers saw
 * begin in it, in milliseconds. */
static void watch(struct fleet *fleet, struct figures *spans)
{
    unsigned long before[SERVERS];
    for (size_t i = 1; i < SERVERS; i++)
        before[i] = atomic_load(&fleet->hosts[i].counts->polls);
    run(fleet, TURN_S);
    for (size_t i = 1; i < SERVERS; i++) {
        const struct host_counts *counts = fleet->hosts[i].counts;
        unsigned long after = atomic_load(&counts->polls);
        for (unsigned long poll = before[i] + 1; poll < after; poll++)
            figures_add(spans, (counts->begun[poll % HOST_BEGUN_MAX] -
                                counts->begun[(poll - 1) % HOST_BEGUN_MAX]) *
                                   1e3);
    }
}

/* What the board takes while all is well. */
static void measure_cost(struct bench *bench, struct fleet *fleet)
{
    struct table_row *row = table_add(&bench->table, ROW, "s", GOAL_NONE, 0);
    double cpu = child_cpu(&fleet->board);
    double before = seconds();
    run(fleet, TURN_S);
    figures_add(&row->ours, (child_cpu(&fleet->board) - cpu) / (seconds() - before) * 60);
    table_describe(row, NULL, "1 % of the extensions change between two polls, every 2 s.",
                   "CPU a minute, %d servers of %d", SERVERS, EXTENSIONS);
    row = table_add(&bench->table, ROW, "MiB", GOAL_NONE, 0);
    figures_add(&row->ours, child_resident(&fleet->board) / 1024);
    table_describe(row, NULL, "Resident memory of the whole program.", "memory, %d servers of %d",
                   SERVERS, EXTENSIONS);
}

/* Tells both sides, and how far the one stands from the other. */
static void tell(struct bench *bench, const char *trouble, struct figures *spans,
                 struct figures *healthy)
{
    double shift = figures_quantile(spans, P99) - figures_quantile(healthy, P99);
    struct table_row *row = table_add(&bench->table, ROW, "ms", GOAL_NONE, 0);
    row->share = P99;
    for (size_t i = 0; i < spans->count; i++)
        figures_add(&row->ours, spans->values[i]);
    for (size_t i = 0; i < healthy->count; i++)
        figures_add(&row->theirs, healthy->values[i]);
    table_describe(row, "all healthy",
                   "From the start of one poll to the start of the next, as the healthy servers "
                   "see them.",
                   "p99 of the cadence, one of %d servers %s", SERVERS, trouble);
    row = table_add(&bench->table, ROW, "ms", GOAL_OURS, GOAL_MS);
    figures_add(&row->ours, shift);
    table_describe(row, NULL, "The difference of the two above.",
                   "p99 of the cadence, shift by one %s", trouble);
}

void part_servers(struct bench *bench)
{
    struct fleet fleet;
    struct figures healthy, hanging, dead;
    figures_init(&healthy);
    figures_init(&hanging);
    figures_init(&dead);
    open_fleet(bench, &fleet);
    run(&fleet, WARM_UP_S);
    measure_cost(bench, &fleet);
    for (size_t i = 0; i < bench->runs; i++) {
        watch(&fleet, &healthy);
        kill(fleet.hosts[0].pid, SIGSTOP);
        watch(&fleet, &hanging);
        kill(fleet.hosts[0].pid, SIGCONT);
        run(&fleet, RECOVERY_S);
    }
    kill(fleet.hosts[0].pid, SIGKILL);
    for (size_t i = 0; i < bench->runs; i++)
        watch(&fleet, &dead);
    tell(bench, "hanging", &hanging, &healthy);
    tell(bench, "dead", &dead, &healthy);
    child_end(&fleet.board, SIGTERM);
    for (size_t i = 0; i < SERVERS; i++)
        host_stop(&fleet.hosts[i]);
    figures_clear(&healthy);
    figures_clear(&hanging);
    figures_clear(&dead);
}
