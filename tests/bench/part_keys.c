/* SPDX-License-Identifier: MIT */
/* Row 3: how long a key waits for its first byte while a page arrives, against the same program
 * that decodes whole pages (variant.c). */
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "bench/keys.h"
#include "bench/sides.h"

/* A size of page. */
struct page_size {
    size_t extensions;
    const char *interval; /* between polls, as the variant reads it */
    double span;          /* the key comes within so many seconds after the page has begun */
    unsigned keys;        /* in one turn of a side */
    double goal;
};

static const struct page_size sizes[] = {
    {5000, "BENCH_INTERVAL_MS=100", 0.020, 60, 1.0 / 5},
    {50000, "BENCH_INTERVAL_MS=600", 0.200, 40, 1.0 / 40},
};

/* Presses keys on one side, on a board of its own. */
static void take_turn(const struct bench *bench, const struct page_size *size, const char *decode,
                      uint64_t seed, struct figures *figures)
{
    struct host host;
    struct child board;
    struct keys keys;
    const char *const variables[] = {size->interval, decode, NULL};
    host_start(&host, &(struct host_options){
                          .extensions = size->extensions, .is_renewing = true, .is_whole = true});
    sides_start_board(
        bench, &board,
        &(struct board_options){
            .program = bench->variant, .port = host.port, .interval = 1, .variables = variables});
    child_await(&board, "LIVE");
    keys_init(&keys, &board, seed);
    for (unsigned i = 0; i < size->keys; i++)
        keys_press_in_page(&keys, &host, size->span, figures);
    child_end(&board, SIGTERM);
    host_stop(&host);
}

/* Measures a size of page, the sides in turn. */
static void measure(struct bench *bench, const struct page_size *size)
{
    struct table_row *row = table_add(&bench->table, 3, "ms", GOAL_RATIO, size->goal);
    row->share = 0.99;
    for (size_t i = 0; i < bench->runs; i++) {
        take_turn(bench, size, "BENCH_DECODE=slices", i + 1, &row->ours);
        take_turn(bench, size, "BENCH_DECODE=whole", i + 1, &row->theirs);
    }
    char *means = mem_printf(
        "Keys pressed within %.0f ms after a page of which all entries changed has begun; %zu on "
        "either side. Medians: %.2f and %.2f ms. The program is blftop in both, linked with larger "
        "caps and shorter polls than it allows, and on one side with json_loadb of the whole page "
        "in one turn of the loop.",
        size->span * 1e3, row->ours.count, figures_median(&row->ours),
        figures_median(&row->theirs));
    table_describe(row, "the same loop with json_loadb of the whole page", means,
                   "p99 from key to byte in a page of %zu", size->extensions);
    free(means);
}

void part_keys(struct bench *bench)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        measure(bench, &sizes[i]);
}
