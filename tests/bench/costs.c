/* SPDX-License-Identifier: MIT */
/* What polling costs, measured page by page; its report reckons farther out. By hand: make costs.
 * It judges nothing, and takes minutes. */
#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/child.h"
#include "bench/costs.h"
#include "bench/crowd.h"
#include "bench/figures.h"
#include "bench/subject.h"
#include "uapi/memory.h"

#define CHANGING (COSTS_FLEET / 100)
#define GZIP_BYTES 4e6 /* compressed in one go */
#define ONCE_RUNS 3
#define WARM_UP 2          /* polls in which a collection is got to know */
#define SETTLING_US 200000 /* the simulator reads a file that is new more than once */
#define LAST (COSTS_SIZES - 1)
#define FAR (COSTS_FLEETS_REAL - 1)

const long costs_page_sizes[COSTS_SIZES] = {100, 500, 1000, 2000, 4999};
const size_t costs_fleets[COSTS_FLEETS] = {1000, 10000, 100000, 1000000};

/* Writes a page of the crowd, or all of it, so that nobody sees half of it. */
static double write_page(const struct costs *costs, const struct crowd *crowd, const char *name,
                         size_t count)
{
    struct buffer page;
    char target[64], *path = mem_printf("%s/%s", costs->folder, name);
    char *fresh = mem_printf("%s~", path);
    buffer_init(&page, 0);
    snprintf(target, sizeof target, "?count=%zu&startIndex=0", count);
    if (!crowd_answer(crowd, target, &page))
        die("the crowd does not answer");
    FILE *file = fopen(fresh, "we");
    if (file == NULL || fwrite(page.data, 1, page.length, file) != page.length ||
        fclose(file) != 0 || rename(fresh, path) != 0)
        die("cannot write %s", path);
    double bytes = (double)page.length;
    buffer_clear(&page);
    free(path);
    free(fresh);
    return bytes;
}

/* The client's CPU of polls that find one in a hundred changed. */
static double poll_changing(struct costs *costs, const struct costs_server *server,
                            struct crowd *crowd, long page_size)
{
    struct costs_client client;
    struct figures spent;
    figures_init(&spent);
    costs_client_init(&client, server, server->port, costs->folder, page_size);
    for (int i = 0; i < COSTS_POLLS + WARM_UP; i++) {
        crowd_change(crowd, CHANGING);
        write_page(costs, crowd, "fleet.json", COSTS_FLEET);
        struct costs_poll poll = costs_poll(&client, server);
        if (i >= WARM_UP)
            figures_add(&spent, poll.client_cpu);
    }
    double low = figures_quantile(&spent, COSTS_QUANTILE);
    costs_client_clear(&client);
    figures_clear(&spent);
    return low;
}

/* Seconds of CPU of programs that this one has waited for. */
static double cpu_below(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* CPU of gzip for one of several copies of a file. */
static double run_gzip(const struct costs *costs, const char *what, const char *name, int copies)
{
    double before = cpu_below();
    char *line = mem_printf("cd '%s' && i=0; while [ $i -lt %d ]; do set -- \"$@\" %s; "
                            "i=$((i+1)); done; exec gzip %s -c \"$@\" >/dev/null",
                            costs->folder, copies, name, what);
    if (system(line) != 0)
        die("gzip is missing, or fails");
    free(line);
    return (cpu_below() - before) / copies;
}

/* Bytes of a file that gzip makes. */
static double gzip_page(const struct costs *costs, const char *level)
{
    struct stat made;
    char *line = mem_printf("cd '%s' && gzip %s -c page >page.gz", costs->folder, level);
    char *path = mem_printf("%s/page.gz", costs->folder);
    if (system(line) != 0 || stat(path, &made) != 0)
        die("gzip is missing, or fails");
    free(line);
    free(path);
    return (double)made.st_size;
}

/* The straight line through the server's polls of a fleet: what a request costs, what an entry. */
static void fit(const struct costs_poll *polls, double *request, double *entry)
{
    double n = COSTS_SIZES, x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < COSTS_SIZES; i++) {
        x += polls[i].requests;
        y += polls[i].server_cpu;
        xx += polls[i].requests * polls[i].requests;
        xy += polls[i].requests * polls[i].server_cpu;
    }
    *request = (n * xy - x * y) / (n * xx - x * x);
    *entry = (y - *request * x) / n / polls[0].entries;
}

/* The same of bytes, from the polls with the most pages and the fewest. */
static void fit_bytes(struct costs *costs)
{
    const struct costs_wire *first = &costs->wire[0], *last = &costs->wire[LAST];
    costs->head_bytes = (first->sent + first->received - last->sent - last->received) /
                        (costs->plain[0].requests - costs->plain[LAST].requests);
    costs->entry_bytes = (last->sent + last->received - costs->head_bytes) / COSTS_FLEET;
}

/* Polls of one fleet with pages of each size, over http and over https. */
static void measure_pages(struct costs *costs)
{
    struct crowd crowd;
    struct costs_server plain, tls;
    char *path = mem_printf("%s/fleet.json", costs->folder);
    if (!child_make_certificate(costs->folder))
        die("openssl is missing, or does not make a certificate");
    crowd_init(&crowd, COSTS_FLEET, 1);
    write_page(costs, &crowd, "fleet.json", COSTS_FLEET);
    costs_server_start(&plain, costs->folder, false, path, 0);
    costs_server_start(&tls, costs->folder, true, path, 0);
    usleep(SETTLING_US);
    for (size_t i = 0; i < COSTS_SIZES; i++) {
        long size = costs_page_sizes[i];
        costs->plain[i] = costs_poll_often(&plain, costs->folder, size, COSTS_POLLS);
        costs->tls[i] = costs_poll_often(&tls, costs->folder, size, COSTS_POLLS);
        costs->wire[i] = costs_measure_wire(&plain, costs->folder, size);
        costs->tls_wire[i] = costs_measure_wire(&tls, costs->folder, size);
    }
    for (size_t i = 0; i < COSTS_SIZES; i++)
        costs->changed[i] = poll_changing(costs, &plain, &crowd, costs_page_sizes[i]);
    costs_server_stop(&plain);
    costs_server_stop(&tls);
    crowd_clear(&crowd);
    fit(costs->plain, &costs->request_cpu, &costs->entry_cpu);
    fit_bytes(costs);
    free(path);
}

/* What gzip does for a page of each size. */
static void measure_gzip(struct costs *costs)
{
    struct crowd crowd;
    crowd_init(&crowd, COSTS_FLEET + 1, 1);
    for (size_t i = 0; i < COSTS_SIZES; i++) {
        struct costs_gzip *gzip = &costs->gzip[i];
        gzip->body = write_page(costs, &crowd, "page", (size_t)costs_page_sizes[i]);
        int copies = (int)(GZIP_BYTES / gzip->body) + 1;
        gzip->fast = gzip_page(costs, "-1");
        gzip->fast_cpu = run_gzip(costs, "-1", "page", copies);
        gzip->usual = gzip_page(costs, "-6");
        gzip->usual_cpu = run_gzip(costs, "-6", "page", copies);
        gzip->back_cpu = run_gzip(costs, "-d", "page.gz", copies);
    }
    crowd_clear(&crowd);
}

/* Polls of a fleet that the simulator has, by a board and by single runs. */
static void measure_fleet(struct costs *costs, size_t fleet)
{
    struct costs_server server;
    struct costs_once *best = &costs->once[fleet];
    costs_server_start(&server, costs->folder, false, NULL, costs_fleets[fleet]);
    for (int i = 0; i < ONCE_RUNS; i++) {
        struct costs_once once =
            costs_run_once(&server, costs->blftop, costs->folder, costs_page_sizes[LAST]);
        *best = i == 0 || once.cpu < best->cpu ? once : *best;
    }
    for (size_t i = 0; i < COSTS_SIZES; i++)
        costs->polls[fleet][i] = costs_poll_often(&server, costs->folder, costs_page_sizes[i],
                                                  fleet < FAR ? COSTS_POLLS : COSTS_POLLS / 5);
    costs_server_stop(&server);
}

/* Requests and client's CPU of a fleet that the simulator does not have: without a network, and the
 * server's CPU by the line through its largest fleet. */
static void measure_beyond(struct costs *costs, size_t fleet)
{
    struct crowd crowd;
    struct subject subject;
    struct costs_poll *poll = &costs->polls[fleet][LAST];
    crowd_init(&crowd, costs_fleets[fleet], 1);
    crowd.is_limited = true;
    subject_init(&subject, &crowd, costs_page_sizes[LAST]);
    for (int i = 0; i < WARM_UP; i++)
        (void)subject_poll(&subject);
    poll->client_cpu = subject_poll(&subject);
    poll->requests = (double)subject.requests;
    poll->entries = (double)subject.feed.read;
    poll->server_cpu =
        poll->requests * costs->far_request_cpu + poll->entries * costs->far_entry_cpu;
    subject_clear(&subject);
    crowd_clear(&crowd);
}

/* Removes the folder and what is left in it. */
static void remove_folder(const char *folder)
{
    DIR *files = opendir(folder);
    if (files == NULL)
        die("cannot read %s", folder);
    for (struct dirent *file; (file = readdir(files)) != NULL;) {
        if (file->d_name[0] != '.')
            (void)unlinkat(dirfd(files), file->d_name, 0);
    }
    closedir(files);
    if (rmdir(folder) != 0)
        die("cannot remove %s", folder);
}

int main(void)
{
    static struct costs costs;
    char folder[] = "/tmp/blftop-costs-XXXXXX";
    umask(077);
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    memory_guard_jansson();
    signal(SIGPIPE, SIG_IGN);
    if (mkdtemp(folder) == NULL)
        die("cannot make %s", folder);
    costs.folder = folder;
    costs.blftop = getenv("BLFTOP") != NULL ? getenv("BLFTOP") : "./blftop";
    for (size_t fleet = 0; fleet < COSTS_FLEETS_REAL; fleet++) {
        fprintf(stderr, "costs: %zu extensions\n", costs_fleets[fleet]);
        measure_fleet(&costs, fleet);
    }
    fit(costs.polls[FAR], &costs.far_request_cpu, &costs.far_entry_cpu);
    fputs("costs: pages\n", stderr);
    measure_pages(&costs);
    fputs("costs: gzip\n", stderr);
    measure_gzip(&costs);
    fprintf(stderr, "costs: %zu extensions\n", costs_fleets[COSTS_FLEETS_REAL]);
    measure_beyond(&costs, COSTS_FLEETS_REAL);
    costs_print(&costs);
    remove_folder(folder);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
