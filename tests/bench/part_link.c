/* SPDX-License-Identifier: MIT */
/* Row 7: connections, what keeping one saves over TLS, and whether memory grows with the polls. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "bench/child.h"
#include "bench/host.h"
#include "bench/sides.h"
#include "http/client.h"
#include "support/shim_clock.h"

#define EXTENSIONS 50
#define RATE 2000 /* how much faster time passes for the board */
#define STEP_S 0.05
#define POLLS_COUNTED 10000
#define POLLS_DEFAULT 100000
#define PATIENCE_S 120
#define TLS_TURNS 20
#define TLS_POLLS 25 /* in one turn */
#define BODY_MAX ((size_t)1 << 20)

/* A clock that a board's shim reads; *variable gets the variable that names its file. */
static struct shim_clock *open_clock(const struct bench *bench, char **variable)
{
    char *path = bench_write(bench, "clock", "%*s", (int)sizeof(struct shim_clock), "");
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct shim_clock *clock = mmap(NULL, sizeof *clock, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || clock == MAP_FAILED)
        die("cannot map %s: %s", path, strerror(errno));
    close(fd);
    memset(clock, 0, sizeof *clock);
    atomic_store(&clock->base_raw_ns, (int64_t)(seconds() * 1e9));
    atomic_store(&clock->rate, RATE);
    *variable = mem_printf(SHIM_CLOCK_VARIABLE "=%s", path);
    free(path);
    return clock;
}

/* Lets a board run until it has made so many polls. */
static void run_until(struct host *host, struct child *board, unsigned long polls)
{
    struct child *const boards[] = {board};
    double until = seconds() + PATIENCE_S;
    unsigned long before = 0;
    for (unsigned long now; (now = atomic_load(&host->counts->polls)) < polls;) {
        if (now > before)
            until = seconds() + PATIENCE_S;
        before = now;
        if (seconds() > until)
            die("a board polls no more");
        child_pump(boards, 1, STEP_S);
    }
}

/* How many polls the memory is watched for. */
static unsigned long polls_wanted(void)
{
    const char *polls = getenv("BENCH_POLLS");
    unsigned long wanted = polls != NULL ? strtoul(polls, NULL, 10) : 0;
    return wanted > POLLS_COUNTED ? wanted : POLLS_DEFAULT;
}

/* Counts the connections of a board that polls without a pause. Time is as it is: on a fast clock
 * libcurl takes a connection for one that was idle too long (118 s) whenever the machine holds the
 * board up for a moment. */
static void measure_connections(struct bench *bench)
{
    struct host host;
    struct child board;
    const char *const variables[] = {"BENCH_INTERVAL_MS=1", NULL};
    host_start(&host, &(struct host_options){.extensions = EXTENSIONS, .changing = 1});
    sides_start_board(
        bench, &board,
        &(struct board_options){
            .program = bench->variant, .port = host.port, .interval = 1, .variables = variables});
    run_until(&host, &board, POLLS_COUNTED);
    struct table_row *row = table_add(&bench->table, 7, "", GOAL_OURS, 1);
    figures_add(&row->ours, (double)atomic_load(&host.counts->connections));
    table_describe(row, NULL,
                   "As the server counts them. The program is blftop with an interval of 1 ms.",
                   "connections for %d healthy polls", POLLS_COUNTED);
    child_end(&board, SIGTERM);
    host_stop(&host);
}

/* Watches one board's memory for all its polls. */
static void measure_growth(struct bench *bench)
{
    struct host host;
    struct child board;
    char *clock_variable;
    char *shim =
        mem_printf("LD_PRELOAD=%s", getenv("BENCH_CLOCK") != NULL ? getenv("BENCH_CLOCK")
                                                                  : "tests/support/shim_clock.so");
    struct shim_clock *clock = open_clock(bench, &clock_variable);
    const char *const variables[] = {shim, clock_variable, NULL};
    unsigned long polls = polls_wanted();
    host_start(&host, &(struct host_options){.extensions = EXTENSIONS, .changing = 1});
    sides_start_board(
        bench, &board,
        &(struct board_options){
            .program = bench->blftop, .port = host.port, .interval = 1, .variables = variables});
    run_until(&host, &board, POLLS_COUNTED);
    double before = child_resident(&board);
    run_until(&host, &board, polls);
    struct table_row *growth = table_add(&bench->table, 7, "KiB", GOAL_OURS, 0);
    figures_add(&growth->ours, child_resident(&board) - before);
    table_describe(growth, NULL,
                   "Resident memory of the real board after all polls, less that after the first "
                   "10,000; time passes 2,000 times as fast for it.",
                   "memory growth over %lu polls", polls);
    child_end(&board, SIGTERM);
    host_stop(&host);
    munmap(clock, sizeof *clock);
    free(clock_variable);
    free(shim);
}

/* Seconds of CPU of this process, all threads. */
static double process_cpu(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Drops what comes. */
static size_t drop(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    (void)user;
    return size * count;
}

/* One poll with a handle and a connection of its own, as a script makes it. */
static void poll_anew(const char *url, const char *ca_file)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer t");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        die("a poll over TLS failed: %s", curl_easy_strerror(code));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

/* One poll as blftop makes it. */
static void poll_kept(struct http *http, const struct http_request *request)
{
    struct http_reply reply;
    http_start(http, request);
    while (!http_next_reply(http, &reply)) {
        http_wait(http, NULL, 0, 1000);
        http_perform(http);
    }
    if (error_is_set(&reply.error) || reply.status != 200)
        die("a poll over TLS failed: %ld %s", reply.status, reply.error.text);
    buffer_clear(&reply.body);
}

/* Polls in turns of both kinds. */
static void compare_polls(struct bench *bench, const char *url, const char *ca_file)
{
    struct error error = {0};
    struct http_endpoint endpoint = {.ca_file = ca_file, .timeout_ms = 60000};
    struct http_request request = {
        .endpoint = &endpoint, .url = url, .bearer = "t", .body_max = BODY_MAX};
    struct http *http = http_new(&error);
    if (http == NULL)
        die("%s", error.text);
    poll_kept(http, &request);
    struct table_row *row = table_add(&bench->table, 7, "ms", GOAL_RATIO, 1.0 / 12);
    for (int turn = 0; turn < TLS_TURNS; turn++) {
        double start = process_cpu();
        for (int i = 0; i < TLS_POLLS; i++)
            poll_kept(http, &request);
        double middle = process_cpu();
        for (int i = 0; i < TLS_POLLS; i++)
            poll_anew(url, ca_file);
        figures_add(&row->ours, (middle - start) * 1e3 / TLS_POLLS);
        figures_add(&row->theirs, (process_cpu() - middle) * 1e3 / TLS_POLLS);
    }
    table_describe(row, "the same with a new libcurl handle for each poll",
                   "CPU of the client alone, on loopback: over a network each new connection "
                   "waits two round trips on top.",
                   "a poll of %d over TLS", EXTENSIONS);
    http_free(http);
}

/* Starts the simulator over TLS; *url gets where it is asked. False if it does not start. */
static bool start_simulator(const struct bench *bench, pid_t *pid, char url[static 256])
{
    int ends[2];
    char line[128] = "", *key = mem_printf("%s/key.pem", bench->folder);
    char *cert = mem_printf("%s/cert.pem", bench->folder);
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("cannot make a pipe: %s", strerror(errno));
    *pid = fork();
    if (*pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(bench->simulator, bench->simulator, "--cert", cert, "--key", key, "--token", "t",
              "--extensions", "50", "--churn", "0", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *told = fdopen(ends[0], "r");
    bool is_told = fgets(line, sizeof line, told) != NULL;
    const char *address = strstr(line, "https://");
    if (is_told && address != NULL)
        snprintf(url, 256, "%.*s/uapi/extensions/@me/@self/presence?count=50",
                 (int)strcspn(address, " \r\n"), address);
    fclose(told);
    free(key);
    free(cert);
    return is_told && address != NULL;
}

/* Measures polls over TLS. */
static void measure_tls(struct bench *bench)
{
    char url[256];
    pid_t pid = 0;
    const char *what = "a poll over TLS";
    if (!bench_needs(bench, 7, what, "openssl"))
        return;
    if (!child_make_certificate(bench->folder)) {
        table_skip(&bench->table, 7, what, "openssl does not make a certificate");
        return;
    }
    if (start_simulator(bench, &pid, url)) {
        char *ca_file = mem_printf("%s/cert.pem", bench->folder);
        compare_polls(bench, url, ca_file);
        free(ca_file);
    } else {
        table_skip(&bench->table, 7, what, "uapi-sim is not there (libmicrohttpd is missing)");
    }
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

void part_link(struct bench *bench)
{
    measure_tls(bench);
    measure_connections(bench);
    measure_growth(bench);
}
