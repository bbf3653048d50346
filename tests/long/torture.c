/* SPDX-License-Identifier: MIT */
/*
 * Fails every allocation and every system call of the program in turn, once and for good. See
 * torture.h for what must hold, and --help for how to ask for less than all.
 */
#include "long/torture.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/sanitized.h"

#define WORKERS_MAX 64
#define WORKERS_A_CORE 6 /* a run mostly waits */
#define EXIT_SKIPPED 77
#define SAMPLE 128
#define GROUPS 16    /* scenarios' phases, by kinds */
#define DEMO_MAX 200 /* allocations until its server runs; from there on it is as in any run */
#define VARIANTS 2   /* the hard error, and EINTR or its like */

/* What is asked for. */
struct order {
    size_t points; /* 0: all */
    uint64_t seed;
    int workers;
    const char *repeat;
    bool is_under_valgrind;
};

/* All points of a campaign, and what the workers share. */
struct campaign {
    struct torture_point *points;
    size_t count;
    size_t whole;                   /* how many there are without sampling */
    struct torture_result *results; /* shared, one a point */
    size_t *next;                   /* shared: the point nobody has taken yet */
};

static const char usage[] =
    "Usage: torture [--all | --points N] [--seed S] [--workers N] [--repeat POINT]\n"
    "Fails each allocation and each system call of blftop in turn and judges what comes of it.\n"
    "  --all          every point\n"
    "  --points N     a sample of about N, as many of each phase (default: 128)\n"
    "  --seed S       which sample\n"
    "  --workers N    runs at the same time\n"
    "  --valgrind     look for wrong accesses and leaks too (slow)\n"
    "  --repeat POINT only this one, as a failure names it, or all whose names begin so\n";

/* The next number of a sequence (splitmix64, Steele, Lea and Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* Leaves a random sample of the points from `first` on. */
static void take_sample(struct campaign *campaign, size_t first, size_t count, uint64_t *state)
{
    for (size_t i = first; i < first + count && i < campaign->count; i++) {
        size_t other = i + (size_t)(draw(state) % (campaign->count - i));
        struct torture_point kept = campaign->points[i];
        campaign->points[i] = campaign->points[other];
        campaign->points[other] = kept;
    }
    if (first + count < campaign->count)
        campaign->count = first + count;
}

/* Adds the points of a phase's calls of one kind: each way each of them can fail. */
static void add_points(struct campaign *campaign, struct torture_point point, long calls)
{
    int modes = point.kind == KIND_CALLS ? VARIANTS + 1 : 2;
    campaign->points =
        mem_resize(campaign->points, campaign->count + (size_t)calls * (size_t)modes + 1,
                   sizeof *campaign->points);
    for (point.number = 1; point.number <= calls; point.number++) {
        for (int mode = 0; mode < modes; mode++) {
            point.for_good = mode == modes - 1;
            point.variant = point.for_good ? 0 : mode;
            campaign->points[campaign->count++] = point;
        }
    }
}

/* Adds what is asked for of a scenario's calls of one kind: all, or as many of every phase. */
static void add_scenario(struct campaign *campaign, const struct torture_bench *bench,
                         struct torture_point point, const struct order *order, uint64_t *state)
{
    size_t portion = (order->points + GROUPS - 1) / GROUPS;
    printf("%s, %ss:", torture_scenario_name(point.scenario), torture_kind_name(point.kind));
    for (point.phase = 0; point.phase < torture_phase_count(point.scenario); point.phase++) {
        long calls = bench->counts[point.scenario][point.kind][point.phase];
        size_t first = campaign->count;
        printf(" %s %ld", torture_phase_name(point.scenario, point.phase), calls);
        if (point.scenario == SCENARIO_DEMO && point.kind == KIND_MALLOC && calls > DEMO_MAX)
            calls = DEMO_MAX;
        add_points(campaign, point, calls);
        campaign->whole += campaign->count - first;
        if (order->points > 0)
            take_sample(campaign, first, portion, state);
    }
    printf("\n");
}

/* The form a point is told in, and asked for. */
static char *name_point(const struct torture_point *point)
{
    return mem_printf("%s:%s:%s:%ld:%s:%d", torture_scenario_name(point->scenario),
                      torture_kind_name(point->kind),
                      torture_phase_name(point->scenario, point->phase), point->number,
                      point->for_good ? "good" : "once", point->variant);
}

/* Leaves the points whose names begin so. False if there are none. */
static bool choose_points(struct campaign *campaign, const char *start)
{
    size_t kept = 0;
    for (size_t i = 0; i < campaign->count; i++) {
        char *name = name_point(&campaign->points[i]);
        if (strncmp(name, start, strlen(start)) == 0)
            campaign->points[kept++] = campaign->points[i];
        free(name);
    }
    campaign->count = kept;
    if (kept == 0)
        fprintf(stderr, "torture: there is no point %s\n", start);
    return kept > 0;
}

/* A worker: takes points until there are none. */
_Noreturn static void work(struct torture_bench *bench, struct campaign *campaign)
{
    size_t i;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (bench->once.length == 0 && !torture_learn(bench))
        _exit(1);
    while ((i = __atomic_fetch_add(campaign->next, 1, __ATOMIC_RELAXED)) < campaign->count)
        torture_run(bench, &campaign->points[i], &campaign->results[i]);
    _exit(0);
}

/* Memory that the workers share. */
static void *share(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("out of memory");
    return memory;
}

/* Runs all points. False if a worker did not come to its end. */
static bool run_points(struct torture_bench *benches, int workers, struct campaign *campaign)
{
    pid_t pids[WORKERS_MAX];
    bool is_whole = true;
    campaign->results = share(campaign->count * sizeof *campaign->results + 1);
    campaign->next = share(sizeof *campaign->next);
    for (int i = 0; i < workers; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            work(&benches[i], campaign);
    }
    for (int i = 0; i < workers; i++) {
        int status = -1;
        is_whole = waitpid(pids[i], &status, 0) == pids[i] && status == 0 && is_whole;
    }
    return is_whole;
}

/* One line of the table: the points of a scenario, a kind and a way to fail. */
static void print_line(const struct campaign *campaign, enum torture_scenario scenario,
                       enum torture_kind kind, bool for_good)
{
    size_t count = 0, reached = 0;
    size_t outcomes[OUTCOME_COUNT] = {0};
    for (size_t i = 0; i < campaign->count; i++) {
        const struct torture_point *point = &campaign->points[i];
        if (point->scenario != scenario || point->kind != kind || point->for_good != for_good)
            continue;
        count++;
        reached += campaign->results[i].was_fired;
        outcomes[campaign->results[i].outcome]++;
    }
    if (count > 0)
        printf("%-6s %-11s %-9s %8zu %8zu %8zu %8zu %8zu %8zu\n", torture_scenario_name(scenario),
               torture_kind_name(kind), for_good ? "for good" : "once", count, reached,
               outcomes[OUTCOME_RIGHT], outcomes[OUTCOME_CLEAN], outcomes[OUTCOME_LIBRARY],
               outcomes[OUTCOME_BAD]);
}

/* Prints which library's limits the points of that outcome are. */
static void print_libraries(const struct campaign *campaign)
{
    static const char *const names[] = {"", "libconfig", "ncurses"};
    size_t counts[SHIM_LIBRARY_COUNT] = {0};
    for (size_t i = 0; i < campaign->count; i++)
        counts[campaign->results[i].library]++;
    for (int library = SHIM_LIBRARY_NONE + 1; library < SHIM_LIBRARY_COUNT; library++)
        printf("library: %s %zu\n", names[library], counts[library]);
}

/* Prints the table and every failure. Returns how many there are. */
static size_t report(const struct campaign *campaign, const char *program)
{
    size_t bad = 0;
    printf("%-6s %-11s %-9s %8s %8s %8s %8s %8s %8s\n", "", "", "fails", "points", "reached",
           "right", "clean", "library", "bad");
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        for (int i = 0; i < KIND_COUNT * 2; i++)
            print_line(campaign, (enum torture_scenario)scenario, (enum torture_kind)(i / 2),
                       i % 2 == 1);
    }
    print_libraries(campaign);
    for (size_t i = 0; i < campaign->count; i++) {
        const struct torture_result *result = &campaign->results[i];
        if (result->outcome != OUTCOME_BAD)
            continue;
        char *name = name_point(&campaign->points[i]);
        printf("BAD %s (%s): %s\n    again: %s --repeat %s\n", name, result->name, result->reason,
               program, name);
        free(name);
        bad++;
    }
    return bad;
}

/* Reads the arguments. */
static bool read_order(struct order *order, int argc, char **argv)
{
    static const struct option options[] = {{"all", no_argument, NULL, 'a'},
                                            {"valgrind", no_argument, NULL, 'v'},
                                            {"points", required_argument, NULL, 'p'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"workers", required_argument, NULL, 'w'},
                                            {"repeat", required_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    int key;
    *order = (struct order){.points = SAMPLE,
                            .seed = 1,
                            .workers = (int)sysconf(_SC_NPROCESSORS_ONLN) * WORKERS_A_CORE};
    while ((key = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (key == 'a')
            order->points = 0;
        else if (key == 'p')
            order->points = strtoul(optarg, NULL, 10);
        else if (key == 's')
            order->seed = strtoul(optarg, NULL, 10);
        else if (key == 'w')
            order->workers = atoi(optarg);
        else if (key == 'v')
            order->is_under_valgrind = true;
        else if (key == 'r')
            order->repeat = optarg;
        else
            return false;
    }
    if (order->repeat)
        order->points = 0;
    if (order->workers > WORKERS_MAX)
        order->workers = WORKERS_MAX;
    return optind == argc && order->workers > 0;
}

/* Makes a bench for each worker, and from the first one's counts all points. */
static bool prepare(struct torture_bench *benches, const struct order *order,
                    struct campaign *campaign)
{
    uint64_t state = order->seed;
    for (int i = 0; i < order->workers; i++) {
        benches[i].shims[KIND_MALLOC] = getenv("SHIM_MALLOC");
        benches[i].is_under_valgrind = order->is_under_valgrind;
        benches[i].shims[KIND_CALLS] = getenv("SHIM_CALLS");
        if (!torture_open(&benches[i]))
            return false;
    }
    if (!torture_learn(&benches[0]))
        return false;
    for (int i = 0; i < SCENARIO_COUNT * KIND_COUNT; i++)
        add_scenario(campaign, &benches[0],
                     (struct torture_point){.scenario = (enum torture_scenario)(i / KIND_COUNT),
                                            .kind = (enum torture_kind)(i % KIND_COUNT)},
                     order, &state);
    if (order->repeat && !choose_points(campaign, order->repeat))
        return false;
    printf("%zu points, %zu of them (seed %llu), %d at a time\n", campaign->whole, campaign->count,
           (unsigned long long)order->seed, order->workers);
    fflush(stdout);
    return true;
}

/* Plays the campaign; its exit code. */
static int play(const void *argument, const char *program)
{
    const struct order *order = argument;
    struct campaign campaign = {0};
    int64_t start = clock_read().ms;
    struct torture_bench *benches = mem_new((size_t)order->workers, sizeof *benches);
    bool is_right =
        prepare(benches, order, &campaign) && run_points(benches, order->workers, &campaign);
    if (is_right)
        is_right = report(&campaign, program) == 0;
    printf("%.0f s\n", (double)(clock_read().ms - start) / 1000);
    for (int i = 0; i < order->workers && benches[i].folder; i++)
        torture_close(&benches[i]);
    free(benches);
    free(campaign.points);
    return is_right ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct order order;
    if (!read_order(&order, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    if (IS_SANITIZED) {
        fputs(
            "torture: AddressSanitizer has an allocator of its own, which cannot be made to fail\n",
            stderr);
        return EXIT_SKIPPED;
    }
    if (!getenv("SHIM_MALLOC") || !getenv("SHIM_CALLS")) {
        fputs("torture: SHIM_MALLOC and SHIM_CALLS must name the libraries\n", stderr);
        return EXIT_SKIPPED;
    }
    return torture_apart(play, &order, argv[0]);
}
