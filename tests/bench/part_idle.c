/* SPDX-License-Identifier: MIT */
/* Row 5: CPU a minute of a wall nobody touches, beside htop and top on terminals of the same size.
 */
#include <signal.h>

#include "bench/bench.h"
#include "bench/child.h"
#include "bench/host.h"
#include "bench/sides.h"

#define EXTENSIONS 5000
#define WARM_UP_S 5.0
#define TURN_S 10.0

/* A program that it is compared with. */
struct rival {
    const char *name;
    const char *command;
    enum goal_kind kind;
    double goal;
};

static const struct rival rivals[] = {
    {"htop", "exec htop -d 20", GOAL_RATIO, 0.5},
    {"top", "exec top -d 2", GOAL_NONE, 0},
};

#define RIVALS (sizeof rivals / sizeof rivals[0])

/* Lets the board and a rival run beside each other. */
static void measure(struct bench *bench, const struct rival *rival)
{
    struct host host;
    struct child board, other;
    struct child *const both[] = {&board, &other};
    char command[64];
    struct table_row *row = table_add(&bench->table, 5, "s", rival->kind, rival->goal);
    host_start(&host,
               &(struct host_options){.extensions = EXTENSIONS, .changing = EXTENSIONS / 100});
    sides_start_board(
        bench, &board,
        &(struct board_options){.program = bench->blftop, .port = host.port, .interval = 2});
    snprintf(command, sizeof command, "%s", rival->command);
    child_start_shell(&other, command);
    child_pump(both, 2, WARM_UP_S);
    for (size_t i = 0; i < bench->runs; i++) {
        double ours = child_cpu(&board);
        double theirs = child_cpu(&other);
        double before = seconds();
        child_pump(both, 2, TURN_S);
        double minutes = (seconds() - before) / 60;
        figures_add(&row->ours, (child_cpu(&board) - ours) / minutes);
        figures_add(&row->theirs, (child_cpu(&other) - theirs) / minutes);
    }
    child_end(&board, SIGTERM);
    child_end(&other, SIGTERM);
    host_stop(&host);
    table_describe(row, rival->command + sizeof "exec",
                   "1 % of the extensions change between two polls. What htop and top cost grows "
                   "with the processes there are, which here are few.",
                   "CPU a minute, 5,000 extensions, polls every 2 s");
}

void part_idle(struct bench *bench)
{
    for (size_t i = 0; i < RIVALS; i++) {
        if (bench_needs(bench, 5, "CPU a minute", rivals[i].name))
            measure(bench, &rivals[i]);
    }
}
