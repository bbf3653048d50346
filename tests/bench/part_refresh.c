/* SPDX-License-Identifier: MIT */
/* Row 1: CPU of a refresh, the board beside watch and its pipeline, on the same fleet at the same
 * interval. */
#include <signal.h>

#include "bench/bench.h"
#include "bench/child.h"
#include "bench/host.h"
#include "bench/sides.h"

#define REFRESHES 5  /* in one turn */
#define WARM_UP 3    /* polls that are not measured: start, and the first page of all */
#define SETTLE_S 0.5 /* after the last refresh of a turn has begun */
#define STEP_S 0.05

/* Both sides, and what they had used when the turn began. */
struct race {
    struct host hosts[2];
    struct child board;
    struct child watch;
    unsigned long polls[2];
    double cpu[2];
};

/* Polls that a side has made. */
static unsigned long polls_of(const struct race *race, int side)
{
    return atomic_load(&race->hosts[side].counts->polls);
}

/* CPU that a side has used: watch itself does little, its children all of the work. */
static double cpu_of(const struct race *race, int side)
{
    if (side == 0)
        return child_cpu(&race->board);
    return child_cpu(&race->watch) + child_cpu_below(&race->watch);
}

/* Lets both run until watch has made so many more refreshes, and has shown the last one. */
static void run_for(struct race *race, unsigned long refreshes)
{
    struct child *const both[] = {&race->board, &race->watch};
    unsigned long until = polls_of(race, 1) + refreshes;
    while (polls_of(race, 1) < until)
        child_pump(both, 2, STEP_S);
    child_pump(both, 2, SETTLE_S);
}

/* Notes where both are. */
static void mark(struct race *race)
{
    for (int side = 0; side < 2; side++) {
        race->polls[side] = polls_of(race, side);
        race->cpu[side] = cpu_of(race, side);
    }
}

/* What a side used for each refresh since the mark, milliseconds. */
static double cost_of(const struct race *race, int side)
{
    unsigned long polls = polls_of(race, side) - race->polls[side];
    return (cpu_of(race, side) - race->cpu[side]) * 1e3 / (double)(polls > 0 ? polls : 1);
}

/* Measures a fleet of which so many change between two refreshes. */
static void measure(struct bench *bench, size_t extensions, bool is_all, double goal)
{
    struct race race;
    struct table_row *row = table_add(&bench->table, 1, "ms", GOAL_RATIO, goal);
    size_t changing = is_all ? extensions : extensions / 100;
    for (int side = 0; side < 2; side++)
        host_start(&race.hosts[side], &(struct host_options){.extensions = extensions,
                                                             .changing = changing,
                                                             .is_renewing = is_all});
    sides_start_board(bench, &race.board,
                      &(struct board_options){
                          .program = bench->blftop, .port = race.hosts[0].port, .interval = 1});
    sides_start_watch(&race.watch, race.hosts[1].port, extensions);
    run_for(&race, WARM_UP);
    for (size_t i = 0; i < bench->runs; i++) {
        mark(&race);
        run_for(&race, REFRESHES);
        figures_add(&row->ours, cost_of(&race, 0));
        figures_add(&row->theirs, cost_of(&race, 1));
    }
    child_end(&race.board, SIGTERM);
    child_end(&race.watch, SIGTERM);
    for (int side = 0; side < 2; side++)
        host_stop(&race.hosts[side]);
    table_describe(row, "watch -n 1 'curl | jq | column | head'",
                   "CPU of the process and its children between two polls, start-up left out on "
                   "both sides; the board repaints its clock in it, too.",
                   "CPU of a refresh, %zu extensions, %s changing", extensions,
                   is_all ? "100 %" : "1 %");
}

void part_refresh(struct bench *bench)
{
    if (!bench_needs(bench, 1, "CPU of a refresh", "watch " PIPELINE_NEEDS))
        return;
    for (int i = 0; i < 2; i++) {
        size_t extensions = i == 0 ? 500 : 5000;
        measure(bench, extensions, false, 1.0 / 50);
        measure(bench, extensions, true, 1.0 / 4);
    }
}
