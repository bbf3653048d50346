/* SPDX-License-Identifier: MIT */
/* Row 6: from the start of the program to a board that is full, against the pipeline's first
 * output. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/child.h"
#include "bench/host.h"
#include "bench/sides.h"

#define EXTENSIONS 5000
#define TURNS 15
#define AFTER_SECOND_US 20000
/* After the last byte of the board: it is full, and the clock's next tick is not there yet. */
#define SILENCE_S 0.2

/* Waits until a second has just begun: the board's clock, which ticks with it, would be taken for
 * the end of its first paint. */
static void await_second(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    usleep((useconds_t)((1000000000 - now.tv_nsec) / 1000 + AFTER_SECOND_US));
}

/* Milliseconds until the board has painted all it knows. */
static double time_board(const struct bench *bench, int port)
{
    struct child board;
    await_second();
    sides_start_board(
        bench, &board,
        &(struct board_options){.program = bench->blftop, .port = port, .interval = 60});
    child_await(&board, "LIVE");
    child_settle(&board, SILENCE_S);
    double spent = board.last_at - board.started;
    child_end(&board, SIGTERM);
    return spent * 1e3;
}

/* Milliseconds until the pipeline has written its first byte. */
static double time_pipeline(int port)
{
    struct child pipeline;
    char *line = sides_pipeline(port, EXTENSIONS);
    child_start_shell(&pipeline, line);
    child_await(&pipeline, "\n");
    double spent = pipeline.first_at - pipeline.started;
    child_end(&pipeline, 0);
    free(line);
    return spent * 1e3;
}

void part_start(struct bench *bench)
{
    struct host host;
    if (!bench_needs(bench, 6, "start to a full board", PIPELINE_NEEDS))
        return;
    struct table_row *row = table_add(&bench->table, 6, "ms", GOAL_RATIO, 0.4);
    host_start(&host, &(struct host_options){.extensions = EXTENSIONS});
    for (int i = 0; i < TURNS; i++) {
        figures_add(&row->ours, time_board(bench, host.port));
        figures_add(&row->theirs, time_pipeline(host.port));
    }
    host_stop(&host);
    table_describe(row, "curl | jq | column | head to its first byte",
                   "From fork to the last byte of the first full board of 5,000, which takes two "
                   "requests (4,999 and 1); the pipeline asks for all at once, which no real "
                   "server would answer.",
                   "start to a full board, 5,000 extensions");
}
