/* SPDX-License-Identifier: MIT */
/*
 * The real board on a terminal for as many polls as it makes in months, at accelerated time, with
 * faults in 30 % of them, tokens that live 90 seconds, and somebody who plays with the keys and
 * with the window's size. Row G6 of the list of faults (30 days at 5 s are 518,400 polls).
 *
 * At check points the server is honest and stands still, and every cell of the table and of the
 * lamps is compared with what it says. What the process takes of the machine is sampled there. By
 * environment: POLLS, SEED, RATE (how much faster time passes), FAULTS (percent). The seed decides
 * what is done; when, the machine does. "An hour" of the memory's slope is one of a board that
 * polls every 5 seconds, 720 polls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "long/soak_report.h"
#include "long/soak_screen.h"
#include "long/soak_server.h"
#include "long/soak_watch.h"
#include "support/program.h"
#include "support/shim_clock.h"
#include "support/terminal.h"

#define ROWS 80 /* of the screen that is compared: the table has room beside the pane */
#define COLS 130
#define CALM_RATE 20 /* at a check point a poll has this machine's time */
#define SLOW_RATE 2  /* and more of it where something was wrong: the machine may be busy */
#define CALM_POLLS 3 /* answered before the screen is compared */
#define PATIENCE_S 60
#define CHECKS_MAX 4096

/* A soak under way. */
struct soak {
    uint64_t polls;
    uint64_t seed;
    int64_t rate;
    struct rng rng;
    struct soak_server *server;
    struct shim_clock *clock;
    struct terminal *terminal;
    char *folder;
    double started;
    struct soak_sample *samples;
    size_t sample_count;
    size_t cells;
    size_t late; /* comparisons that were right only the second time */
    size_t keys;
    size_t resizes;
    size_t failures;
};

/* Nanoseconds of the monotonic clock. */
static int64_t raw_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Seconds of it. */
static double seconds(void)
{
    return (double)raw_ns() / 1e9;
}

/* A number of the environment. */
static uint64_t read_variable(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

/* Something does not hold. */
static void complain(struct soak *soak, const char *what, const char *why)
{
    soak->failures++;
    fprintf(stderr, "soak, seed %llu, after %llu polls: %s: %s\n", (unsigned long long)soak->seed,
            (unsigned long long)soak_server_counts(soak->server).polls, what, why);
}

/* The same, with the screen. */
static void complain_of_screen(struct soak *soak, const char *what, const char *why)
{
    complain(soak, what, why);
    fprintf(stderr, "%s\n", terminal_text(soak->terminal));
}

/* Makes the clock that the program's shim reads; returns the variable that names its file. */
static char *open_clock(struct soak *soak)
{
    char *path = mem_printf("%s/clock", soak->folder);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *soak->clock) != 0)
        die("cannot make %s: %s", path, strerror(errno));
    void *map = mmap(NULL, sizeof *soak->clock, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        die("cannot map %s: %s", path, strerror(errno));
    soak->clock = map;
    atomic_store(&soak->clock->base_raw_ns, raw_ns());
    atomic_store(&soak->clock->rate, soak->rate);
    char *variable = mem_printf(SHIM_CLOCK_VARIABLE "=%s", path);
    free(path);
    return variable;
}

/* The shim lies below the program's folder. */
static char *preload_variable(void)
{
    const char *program = program_blftop();
    const char *slash = strrchr(program, '/');
    int length = slash != NULL ? (int)(slash - program) : 1;
    return mem_printf("LD_PRELOAD=%.*s/tests/support/shim_clock.so", length,
                      slash != NULL ? program : ".");
}

/* Starts the board. */
static void start_board(struct soak *soak)
{
    const char *config =
        folder_write(soak->folder, "blftop.conf",
                     "server = { url = \"http://127.0.0.1:%d\"; client_id = \"app\"; "
                     "client_secret = \"canary\"; };\n"
                     "poll = { interval = 1.0; timeout = 10.0; page_size = 20; };\n"
                     "board = { sort = \"extension\"; };\n",
                     soak_server_port(soak->server));
    char *clock = open_clock(soak);
    char *preload = preload_variable();
    const char *const argv[] = {program_blftop(), "--config", config, NULL};
    const char *const environment[] = {clock, preload, "ASAN_OPTIONS=verify_asan_link_order=0",
                                       NULL};
    soak->terminal = terminal_start(ROWS, COLS, "xterm-256color", argv, environment);
    free(clock);
    free(preload);
}

/* From now on time passes so fast. */
static void set_rate(struct soak *soak, int64_t rate)
{
    shim_clock_set_rate(soak->clock, raw_ns(), rate);
}

/* Has the board ended, which it never may? */
static bool has_ended(struct soak *soak)
{
    char why[32];
    int status = terminal_wait_end(soak->terminal, 0);
    if (status == -1)
        return false;
    snprintf(why, sizeof why, "wait status %#x", (unsigned)status);
    complain_of_screen(soak, "the board has ended", why);
    return true;
}

/* Waits until so many more polls were answered well by a server that is held still. */
static bool wait_for_honest(struct soak *soak, uint64_t more)
{
    double until = seconds() + PATIENCE_S;
    uint64_t wanted = soak_server_counts(soak->server).honest + more;
    while (soak_server_counts(soak->server).honest < wanted) {
        terminal_run(soak->terminal, 2);
        if (has_ended(soak))
            return false;
        if (seconds() > until) {
            complain_of_screen(soak, "check point", "the board polls no more");
            return false;
        }
    }
    return true;
}

/* Types something and lets the board show what comes of it. */
static void type(struct soak *soak, const char *keys)
{
    terminal_type(soak->terminal, keys);
    terminal_run(soak->terminal, 15);
}

/* Closes whatever the keys have opened, and makes the screen as large as is compared. */
static bool tidy(struct soak *soak)
{
    terminal_resize(soak->terminal, ROWS, COLS);
    for (int i = 0; i < 5; i++)
        type(soak, "\033");
    if (strstr(terminal_text(soak->terminal), "PAUSED") != NULL)
        type(soak, "p");
    if (terminal_wait_for(soak->terminal, "FILTER (none)"))
        return true;
    complain(soak, "check point", "keys do not close what they opened");
    return false;
}

/* Waits until the screen says that all is well, which a busy machine may be too slow for. */
static bool wait_for_live(struct soak *soak)
{
    for (int i = 0; i < 500; i++) {
        if (strstr(terminal_text(soak->terminal), "LIVE") != NULL)
            return true;
        terminal_run(soak->terminal, 2);
    }
    set_rate(soak, SLOW_RATE);
    if (terminal_wait_for(soak->terminal, "LIVE"))
        return true;
    complain(soak, "check point", "the board is not live again");
    return false;
}

typedef bool check_fn(const char *text, const struct soak_model *model, size_t *cells,
                      char why[static SOAK_WHY_MAX]);

/* Compares a view, a second time some polls later if it is wrong. */
static bool compare(struct soak *soak, check_fn *check, const char *view,
                    const struct soak_model *model)
{
    char why[SOAK_WHY_MAX];
    if (!wait_for_honest(soak, CALM_POLLS))
        return false;
    terminal_run(soak->terminal, 30);
    if (check(terminal_text(soak->terminal), model, &soak->cells, why))
        return true;
    soak->late++;
    set_rate(soak, SLOW_RATE);
    if (!wait_for_honest(soak, CALM_POLLS) || !wait_for_live(soak))
        return false;
    terminal_run(soak->terminal, 100);
    if (check(terminal_text(soak->terminal), model, &soak->cells, why))
        return true;
    complain_of_screen(soak, view, why);
    return false;
}

/* Shows a view, the lamps with their numbers. */
static bool show(struct soak *soak, const char *words, const char *number)
{
    if (strstr(terminal_text(soak->terminal), words) == NULL)
        type(soak, "v");
    if (!terminal_wait_for(soak->terminal, words)) {
        complain(soak, "check point", "a key was not heard");
        return false;
    }
    for (int i = 0; i < 4 && strstr(terminal_text(soak->terminal), number) == NULL; i++)
        type(soak, "z");
    return true;
}

/* A glyph and the number of the first extension that is listed, as lamps show it. */
static void write_first(const struct soak_model *model, char *out, size_t size)
{
    for (size_t i = SOAK_PHONES; i-- > 0;) {
        if (model->phones[i].is_listed)
            snprintf(out, size, "%s%zu", soak_lamp_glyph(soak_phone_lamp(&model->phones[i])),
                     SOAK_FIRST + i);
    }
}

/* Takes a sample of the process. */
static void sample(struct soak *soak)
{
    struct soak_sample *sample = &soak->samples[soak->sample_count];
    sample->polls = (double)soak_server_counts(soak->server).polls;
    sample->seconds = seconds() - soak->started;
    if (soak_sample_take(sample, terminal_pid(soak->terminal)) &&
        soak->sample_count + 1 < CHECKS_MAX)
        soak->sample_count++;
}

/* Everything stands still, and what is on the screen is compared. False: no use in going on. */
static bool check_point(struct soak *soak)
{
    struct soak_model model;
    char first[16] = "";
    soak_server_hold(soak->server, &model);
    write_first(&model, first, sizeof first);
    if (!wait_for_honest(soak, CALM_POLLS))
        return false;
    set_rate(soak, CALM_RATE);
    bool is_good = wait_for_honest(soak, CALM_POLLS) && tidy(soak) && wait_for_live(soak);
    is_good = is_good && show(soak, "VIEW table", "0003*") &&
              compare(soak, soak_screen_check_table, "table", &model);
    is_good = is_good && show(soak, "VIEW lamps", first) &&
              compare(soak, soak_screen_check_lamps, "lamps", &model);
    sample(soak);
    set_rate(soak, soak->rate);
    soak_server_release(soak->server);
    return is_good;
}

/* Somebody presses keys, but none that leaves. */
static void press_keys(struct soak *soak)
{
    static const char *const keys[] = {
        "j",  "k",       "h",       "l",  "g", "G",  "n",      "N",        "!",      "!",
        "/",  "\r",      "\033",    ">",  "<", "R",  "v",      "z",        "d",      "r",
        "p",  "p",       "C",       "?",  " ", "b",  "2",      "21",       "lamp:b", "e",
        "\f", "\033[6~", "\033[5~", "x*", "*", "\t", "\033[A", "\033[B\r", "\033OP", "agent:v1"};
    for (uint64_t left = 1 + rng_below(&soak->rng, 3); left > 0; left--) {
        terminal_type(soak->terminal, keys[rng_below(&soak->rng, sizeof keys / sizeof *keys)]);
        soak->keys++;
    }
}

/* Somebody changes the window's size, now and then to something absurd. */
static void resize(struct soak *soak)
{
    int rows = 1 + (int)rng_below(&soak->rng, 60);
    int cols = 1 + (int)rng_below(&soak->rng, 200);
    terminal_resize(soak->terminal, rows, cols);
    soak->resizes++;
}

/* Lets the board run until it has made so many polls. */
static bool run_until(struct soak *soak, uint64_t polls)
{
    double until = seconds() + PATIENCE_S;
    uint64_t before = 0;
    for (;;) {
        uint64_t now = soak_server_counts(soak->server).polls;
        if (now >= polls)
            return true;
        if (now > before)
            until = seconds() + PATIENCE_S;
        before = now;
        if (seconds() > until) {
            complain_of_screen(soak, "run", "the board polls no more");
            return false;
        }
        terminal_run(soak->terminal, 5);
        if (has_ended(soak))
            return false;
        if (rng_below(&soak->rng, 3) == 0)
            press_keys(soak);
        if (rng_below(&soak->rng, 20) == 0)
            resize(soak);
    }
}

/* Leaves with q; the end must be a good one. Whether the terminal is restored cannot be asked here:
 * libvterm 0.1.4 takes the cursor's visibility back from the last DECSC, which curses sends when it
 * scrolls (xterm does not). */
static void quit(struct soak *soak)
{
    set_rate(soak, CALM_RATE);
    terminal_type(soak->terminal, "q");
    int status = terminal_wait_end(soak->terminal, PATIENCE_S * 1000);
    if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        complain(soak, "end", "the board did not leave well");
}

/* Tells somebody who waits for a long soak how it goes. */
static void tell_progress(const struct soak *soak)
{
    const struct soak_sample *sample = &soak->samples[soak->sample_count - 1];
    if (soak->polls >= SOAK_SLOPE_POLLS_MIN && soak->sample_count % 10 == 0)
        fprintf(stderr, "soak: %.0f polls in %.0f s, %ld KiB, %ld descriptors, %ld threads\n",
                sample->polls, sample->seconds, sample->resident_kib,
                sample->others + sample->sockets, sample->threads);
}

/* Runs to the end, or to the first thing that is wrong with the screen. */
static void run(struct soak *soak)
{
    uint64_t every = soak->polls / 100;
    every = every < 1000 ? 1000 : every > 10000 ? 10000 : every;
    bool is_good = check_point(soak);
    for (uint64_t polls = every; is_good && polls < soak->polls + every; polls += every) {
        is_good = run_until(soak, polls < soak->polls ? polls : soak->polls) && check_point(soak);
        if (is_good)
            tell_progress(soak);
    }
}

/* Ends the board, judges what came of it all and prints that. */
static void finish(struct soak *soak)
{
    pid_t pid = terminal_pid(soak->terminal);
    struct soak_report report = {
        .seed = soak->seed,
        .counts = soak_server_counts(soak->server),
        .seconds = seconds() - soak->started,
        .cpu_seconds = soak_cpu_seconds(pid),
        .board_hours = (double)shim_clock_elapsed(soak->clock, raw_ns()) / 3.6e12,
        .keys = soak->keys,
        .resizes = soak->resizes,
        .cells = soak->cells,
        .late = soak->late,
        .samples = soak->samples,
        .sample_count = soak->sample_count,
        .is_sanitized = soak_is_sanitized(pid),
    };
    if (report.counts.polls < soak->polls)
        complain(soak, "end", "it came too early");
    if (soak->failures == 0)
        quit(soak);
    const char *why = soak_report_judge(&report);
    if (why != NULL)
        complain(soak, "samples", why);
    soak_report_print(&report);
}

static void soak__polls_of_months__leak_nothing_and_show_no_wrong_cell__G6(void **state)
{
    (void)state;
    struct soak soak = {.polls = read_variable("POLLS", 4000),
                        .seed = read_variable("SEED", 1),
                        .rate = (int64_t)read_variable("RATE", 2000),
                        .folder = folder_new(),
                        .samples = mem_new(CHECKS_MAX, sizeof *soak.samples)};
    rng_seed(&soak.rng, soak.seed + 1);
    soak.server = soak_server_start(soak.seed, (unsigned)read_variable("FAULTS", 30));
    start_board(&soak);
    soak.started = seconds();
    run(&soak);
    finish(&soak);
    terminal_free(soak.terminal);
    soak_server_stop(soak.server);
    munmap(soak.clock, sizeof *soak.clock);
    folder_free(soak.folder);
    free(soak.samples);
    assert_int_equal(soak.failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(soak__polls_of_months__leak_nothing_and_show_no_wrong_cell__G6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
