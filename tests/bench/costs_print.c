/* SPDX-License-Identifier: MIT */
/* The tables of what was measured, and what follows from it for many boards: a poll's figures times
 * boards, by the interval. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/costs.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LAST (COSTS_SIZES - 1)
#define MS 1e3
#define US 1e6
#define MB 1e6

static const int boards[] = {1, 20, 200};
static const int intervals[] = {2, 10, 30, 60}; /* seconds */

/* Tells what the machine is, and what else it does. */
static void print_machine(void)
{
    struct utsname name;
    double load[1] = {0};
    (void)getloadavg(load, 1);
    if (uname(&name) != 0)
        die("this machine has no name");
    printf("%s %s %s, %ld processors, load %.1f\n", name.sysname, name.release, name.machine,
           sysconf(_SC_NPROCESSORS_ONLN), load[0]);
}

/* What a page costs. */
static void print_pages(const struct costs *costs)
{
    printf("\n### A page\n\n"
           "Of a poll of %d extensions, so the last page is shorter; lower quartiles of %d polls "
           "over a kept "
           "connection. CPU in ms; bytes of the TCP stream, both ways together.\n\n"
           "| page size | pages | entries | http B | https B | server | server, TLS | client | "
           "client, TLS | client, 1 %% changed |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
           COSTS_FLEET, COSTS_POLLS);
    for (size_t i = 0; i < COSTS_SIZES; i++) {
        double n = costs->plain[i].requests;
        printf("| %ld | %.0f | %.0f | %.0f | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f |\n",
               costs_page_sizes[i], n, COSTS_FLEET / n,
               (costs->wire[i].sent + costs->wire[i].received) / n,
               (costs->tls_wire[i].sent + costs->tls_wire[i].received) / n,
               costs->plain[i].server_cpu / n * MS, costs->tls[i].server_cpu / n * MS,
               costs->plain[i].client_cpu / n * MS, costs->tls[i].client_cpu / n * MS,
               costs->changed[i] / n * MS);
    }
    printf("\nStraight lines through this: the server takes %.0f us a request and %.2f us an entry "
           "(of a fleet of %zu: %.0f and %.2f); %.0f bytes a request with the head of its answer, "
           "%.1f an entry.\n",
           costs->request_cpu * US, costs->entry_cpu * US, costs_fleets[COSTS_FLEETS_REAL - 1],
           costs->far_request_cpu * US, costs->far_entry_cpu * US, costs->head_bytes,
           costs->entry_bytes);
}

/* What gzip does for it. */
static void print_gzip(const struct costs *costs)
{
    printf(
        "\n### A page, compressed\n\n"
        "By gzip(1) on the same body, its CPU in ms (uapi-sim sends no gzip; blftop asks for it)."
        "\n\n| entries | body B | -1 B | -6 B | server, -1 | server, -6 | client |\n"
        "|--:|--:|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < COSTS_SIZES; i++) {
        const struct costs_gzip *gzip = &costs->gzip[i];
        printf("| %ld | %.0f | %.0f | %.0f | %.2f | %.2f | %.2f |\n", costs_page_sizes[i],
               gzip->body, gzip->fast, gzip->usual, gzip->fast_cpu * MS, gzip->usual_cpu * MS,
               gzip->back_cpu * MS);
    }
}

/* Bytes of a poll, both ways; its entries shrunk to so much. */
static double poll_bytes(const struct costs *costs, const struct costs_poll *poll, double shrink)
{
    return poll->requests * costs->head_bytes + poll->entries * costs->entry_bytes * shrink;
}

/* What gzip -1 leaves of a large page, and what it takes for an entry. */
static double shrink_of(const struct costs *costs)
{
    return costs->gzip[LAST].fast / costs->gzip[LAST].body;
}

static double gzip_cpu_of(const struct costs *costs, const struct costs_poll *poll)
{
    return poll->entries * costs->gzip[LAST].fast_cpu / (double)costs_page_sizes[LAST];
}

/* What a poll costs. */
static void print_polls(const struct costs *costs)
{
    printf(
        "\n### A poll\n\n"
        "Of a board that has polled before; nothing has changed. Up to %zu extensions: asked of "
        "uapi-sim over http. More: asked for without a network, the server's CPU by its line for "
        "%zu. CPU in ms.\n\n"
        "| extensions | page size | read | requests | server | client | MB | MB, gzip -1 |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        costs_fleets[COSTS_FLEETS_REAL - 1], costs_fleets[COSTS_FLEETS_REAL - 1]);
    for (size_t fleet = 0; fleet < COSTS_FLEETS; fleet++) {
        for (size_t i = 0; i < COSTS_SIZES; i++) {
            const struct costs_poll *poll = &costs->polls[fleet][i];
            if (poll->requests == 0)
                continue;
            printf("| %zu | %ld | %.0f | %.0f | %.1f | %.1f | %.2f | %.2f |\n", costs_fleets[fleet],
                   costs_page_sizes[i], poll->entries, poll->requests, poll->server_cpu * MS,
                   poll->client_cpu * MS, poll_bytes(costs, poll, 1) / MB,
                   poll_bytes(costs, poll, shrink_of(costs)) / MB);
        }
    }
}

/* What single runs of the real program cost, such as a recorder's. */
static void print_once(const struct costs *costs)
{
    printf(
        "\n### A run of blftop --once --format json\n\n"
        "The whole process, pages of %ld, the best of a few runs. It finds out the prefixes anew "
        "each time, and reads some twice for it; uapi-sim's entries of these fleets are longer "
        "than "
        "those of the pages.\n\n"
        "| extensions | requests | read MB | server ms | CPU ms | peak MiB | output MB |\n"
        "|--:|--:|--:|--:|--:|--:|--:|\n",
        costs_page_sizes[LAST]);
    for (size_t fleet = 0; fleet < COSTS_FLEETS_REAL; fleet++) {
        const struct costs_once *once = &costs->once[fleet];
        printf("| %zu | %.0f | %.2f | %.1f | %.0f | %.0f | %.2f |\n", costs_fleets[fleet],
               once->requests, once->received / MB, once->server_cpu * MS, once->cpu * MS,
               once->peak_kib / 1024, once->output / MB);
    }
}

/* A cell with two or three digits that matter. */
static void print_cell(double value)
{
    if (value < 0.001)
        printf(" <0.001 |");
    else if (value < 100)
        printf(" %.2g |", value);
    else
        printf(" %.0f |", value);
}

/* One line of boards. */
static void print_line(const struct costs *costs, size_t fleet, int count, int interval)
{
    const struct costs_poll *poll = &costs->polls[fleet][LAST];
    double rate = (double)count / interval;
    const double cells[] = {
        poll->requests * rate,
        poll->server_cpu * rate,
        (poll->server_cpu + gzip_cpu_of(costs, poll)) * rate,
        poll_bytes(costs, poll, 1) * 8 * rate / MB,
        poll_bytes(costs, poll, shrink_of(costs)) * 8 * rate / MB,
    };
    printf("| %zu | %d | %d |", costs_fleets[fleet], count, interval);
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        print_cell(cells[i]);
    printf("\n");
}

/* What boards cost together. */
static void print_boards(const struct costs *costs)
{
    printf("\n### Boards\n\n"
           "Pages of %ld, http; cores: the server's CPU.\n\n"
           "| extensions | boards | interval s | requests/s | cores | with gzip -1 | Mbit/s | "
           "with gzip -1 |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n",
           costs_page_sizes[LAST]);
    for (size_t fleet = 0; fleet < COSTS_FLEETS; fleet++)
        for (size_t b = 0; b < COUNT_OF(boards); b++)
            for (size_t i = 0; i < COUNT_OF(intervals); i++)
                print_line(costs, fleet, boards[b], intervals[i]);
}

void costs_print(const struct costs *costs)
{
    print_machine();
    print_pages(costs);
    print_gzip(costs);
    print_polls(costs);
    print_once(costs);
    print_boards(costs);
}
