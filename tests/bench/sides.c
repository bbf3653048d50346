/* SPDX-License-Identifier: MIT */
#include "bench/sides.h"

#include <stdlib.h>

#include "base/mem.h"

void sides_start_board(const struct bench *bench, struct child *board,
                       const struct board_options *options)
{
    static unsigned boards;
    char name[32];
    snprintf(name, sizeof name, "board%u.conf", boards++);
    char *config = bench_write(bench, name,
                               "server = { url = \"http://127.0.0.1:%d\"; token = \"t\"; };\n"
                               "poll = { interval = %.1f; timeout = 60.0; page_size = %d; };\n"
                               "board = { sort = \"extension\"; };\n",
                               options->port, options->interval,
                               options->page_size > 0 ? options->page_size : 4999);
    const char *const argv[] = {options->program, "--config", config, NULL};
    child_start(board, argv, options->variables);
    free(config);
}

char *sides_pipeline(int port, size_t entries)
{
    return mem_printf(
        "curl -s -H 'Authorization: Bearer t' "
        "'http://127.0.0.1:%d/uapi/extensions/@me/@self/presence?count=%zu&startIndex=0' | "
        "jq -r '.entry[] | [.extension, .status, .registration[0].registration // \"-\", "
        ".registration[0].agent // \"-\"] | @tsv' | column -t -s '\t' | head -38",
        port, entries);
}

void sides_start_watch(struct child *watch, int port, size_t entries)
{
    char *line = sides_pipeline(port, entries);
    const char *const argv[] = {"watch", "-n", "1", line, NULL};
    child_start(watch, argv, NULL);
    free(line);
}
