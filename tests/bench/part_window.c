/* SPDX-License-Identifier: MIT */
/* Row 10: a collection that no single query can read whole, and keys while it is being read. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "bench/host.h"
#include "bench/keys.h"
#include "bench/sides.h"
#include "bench/subject.h"

#define EXTENSIONS 100000
#define PAGE_SIZE 4999
#define WARM_UP 2 /* polls in which the collection is got to know */
#define QUIET_S 2.0
#define KEYS 40 /* in one turn */
#define PAUSE_LEAST_S 0.01
#define PAUSE_MOST_S 0.06
#define CALM_INTERVAL 3600.0

/* Reads everything, both sides in turn on the same bytes. False if not all of it can be read. */
static bool measure_poll(struct bench *bench)
{
    struct crowd crowd;
    struct subject subject;
    crowd_init(&crowd, EXTENSIONS, 1);
    crowd.is_limited = true;
    subject_init(&subject, &crowd, PAGE_SIZE);
    subject.keeps_bodies = true;
    for (int i = 0; i < WARM_UP; i++)
        (void)subject_poll(&subject);
    bool is_whole = subject.roster.count == EXTENSIONS;
    if (is_whole) {
        struct table_row *row = table_add(&bench->table, 10, "ms", GOAL_RATIO, 1);
        for (size_t i = 0; i < bench->runs; i++) {
            crowd_change(&crowd, EXTENSIONS);
            crowd_renew(&crowd);
            figures_add(&row->ours, subject_poll(&subject) * 1e3);
            figures_add(&row->theirs, subject_decode_bare(&subject) * 1e3);
        }
        char *means = mem_printf("%zu answers, %.1f MB; every entry has changed.",
                                 subject.body_count, (double)subject_bytes(&subject) / 1e6);
        table_describe(row, "json_loadb and json_decref of the same bytes", means,
                       "a whole poll of %d through the window", EXTENSIONS);
        free(means);
    } else {
        char why[96];
        snprintf(why, sizeof why, "only %zu of %d extensions are read", subject.roster.count,
                 EXTENSIONS);
        table_skip(&bench->table, 10, "a whole poll of 100000 through the window", why);
        table_skip(&bench->table, 10, "p99 of keys during such a poll", why);
    }
    subject_clear(&subject);
    crowd_clear(&crowd);
    return is_whole;
}

/* Starts a board and lets it read everything once. */
static void open_board(const struct bench *bench, struct host *host, struct child *board,
                       double interval)
{
    struct child *const boards[] = {board};
    host_start(host, &(struct host_options){
                         .extensions = EXTENSIONS, .is_renewing = true, .is_limited = true});
    sides_start_board(bench, board,
                      &(struct board_options){
                          .program = bench->blftop, .port = host->port, .interval = interval});
    child_await(board, "LIVE");
    if (interval < CALM_INTERVAL)
        return;
    unsigned long before;
    do {
        before = atomic_load(&host->counts->requests);
        child_pump(boards, 1, QUIET_S);
    } while (atomic_load(&host->counts->requests) > before);
}

/* Presses keys on a board that polls without a break, and on one that has all it wants. */
static void measure_keys(struct bench *bench)
{
    struct table_row *row = table_add(&bench->table, 10, "ms", GOAL_RATIO, 10);
    row->share = 0.99;
    for (size_t turn = 0; turn < bench->runs; turn++) {
        for (int side = 0; side < 2; side++) {
            struct host host;
            struct child board;
            struct keys keys;
            open_board(bench, &host, &board, side == 0 ? 1 : CALM_INTERVAL);
            keys_init(&keys, &board, turn + 1);
            for (int i = 0; i < KEYS; i++)
                keys_press(&keys, PAUSE_LEAST_S, PAUSE_MOST_S,
                           side == 0 ? &row->ours : &row->theirs);
            child_end(&board, SIGTERM);
            host_stop(&host);
        }
    }
    char *means = mem_printf("Polls once a second without a break. Medians: %.2f and %.2f ms.",
                             figures_median(&row->ours), figures_median(&row->theirs));
    table_describe(row, "an idle board of 100,000", means, "p99 of keys during such polls");
    free(means);
}

void part_window(struct bench *bench)
{
    if (measure_poll(bench))
        measure_keys(bench);
}
