/* SPDX-License-Identifier: MIT */
/* Signals to a board on a terminal: stops, storms, ends, crashes; and too few descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/program.h"
#include "support/pty.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

#define KIND "xterm-256color"
#define SHELL "--shell" /* this program plays a shell then */
#define STOPPED "the job has stopped"
#define STORM 500
#define STOPS 20
#define LONG_STORM 10000 /* with BLFTOP_LONG in the environment */
#define LONG_STOPS 1000
#define PAGES 8 /* that 8000 extensions have */
#define SOON_STEPS 100
#define TRIES 3     /* a machine that stops the test for long looks like a line that stalls */
#define FILES_MIN 4 /* below, the C library does not even start the program */
#define FILES_MAX 13

struct source_fixture {
    struct simulator good;
    struct simulator hanging;
    struct simulator many;
    char *folder;
    char *config;
    char *hanging_config;
};

/* Can the program be sent this? Under valgrind (make valgrind) not the last signal: valgrind has
 * that for itself and takes none from outside. A system call that it interrupts returns its own
 * number (measured with 3.19: poll "returns" 7), which memcheck then tells as a finding. */
static bool can_be_sent(int number)
{
    return number != SIGRTMAX || !getenv("BLFTOP_UNDER_VALGRIND");
}

/* How much of something: the long form takes minutes. */
static int amount(int usual, int of_long)
{
    return getenv("BLFTOP_LONG") ? of_long : usual;
}

/* Writes settings for a server. Its name is short, so that there is room for all of the header:
 * what of it changes is then written in one piece, and can be found among the bytes. */
static char *write_config(const struct source_fixture *rig, const char *name, const char *url)
{
    return mem_strdup(folder_write(rig->folder, name,
                                   "server = { url = \"%s\"; token = \"" CANARY
                                   "\"; name = \"pbx\"; };\n"
                                   "poll = { interval = 1.0; timeout = 60.0; };\n",
                                   url));
}

static int set_up(void **state)
{
    static struct source_fixture rig;
    rig.folder = folder_new();
    simulator_start(&rig.good, (const char *const[]){"--token", CANARY, "--churn", "0", NULL});
    simulator_start(&rig.hanging,
                    (const char *const[]){"--token", CANARY, "--fault", "hang", NULL});
    rig.config = write_config(&rig, "good.conf", rig.good.url);
    rig.hanging_config = write_config(&rig, "hanging.conf", rig.hanging.url);
    *state = &rig;
    return 0;
}

static int tear_down(void **state)
{
    struct source_fixture *rig = *state;
    simulator_stop(&rig->good);
    simulator_stop(&rig->hanging);
    free(rig->config);
    free(rig->hanging_config);
    folder_free(rig->folder);
    return 0;
}

/* A shell with job control: the job is in front until it stops; then the shell says so, waits for a
 * line, and lets it go on in front. Ends with the job. */
static int play_shell(char **argv)
{
    int status;
    char line[16];
    signal(SIGTTOU, SIG_IGN);
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
        execv(argv[0], argv);
        _exit(127);
    }
    setpgid(job, job);
    for (int stops = 1; waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status); stops++) {
        tcsetpgrp(STDIN_FILENO, getpgrp());
        printf(STOPPED " %d.\n", stops);
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin))
            return 1;
        tcsetpgrp(STDIN_FILENO, job);
        kill(-job, SIGCONT);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* A board on a terminal, waited for. */
static struct terminal *open_board(const char *config, int rows, int cols, const char *shows)
{
    const char *argv[] = {program_blftop(), "--config", config, NULL};
    struct terminal *terminal = terminal_start(rows, cols, KIND, argv, NULL);
    if (shows)
        assert_true(terminal_wait_for(terminal, shows));
    return terminal;
}

/* Is the terminal restored, once all that was written has come through it? */
static bool is_restored_soon(struct terminal *terminal)
{
    for (int i = 0; i < SOON_STEPS && !terminal_is_restored(terminal); i++)
        terminal_run(terminal, 10);
    return terminal_is_restored(terminal);
}

/* Waits for its end in good order, and frees it. */
static void close_ended(struct terminal *terminal, int code)
{
    int status = terminal_wait_end(terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    assert_true(is_restored_soon(terminal));
    terminal_free(terminal);
}

/* Quits a board by a key. */
static void quit(struct terminal *terminal)
{
    terminal_type(terminal, "q");
    close_ended(terminal, 0);
}

static void
board__stopped_and_continued_again_and_again__gives_and_takes_the_terminal__F3(void **state)
{
    const struct source_fixture *rig = *state;
    const char *argv[] = {"/proc/self/exe", SHELL, program_blftop(), "--config", rig->config, NULL};
    struct terminal *terminal = terminal_start(24, 80, KIND, argv, NULL);
    int stops = amount(STOPS, LONG_STOPS);
    for (int i = 1; i <= stops; i++) {
        char said[64];
        snprintf(said, sizeof said, STOPPED " %d.", i);
        assert_true(terminal_wait_for(terminal, "LIVE"));
        terminal_type(terminal, "\032");
        assert_true(terminal_wait_for(terminal, said));
        assert_true(is_restored_soon(terminal));
        assert_null(strstr(terminal_text(terminal), "LIVE"));
        terminal_type(terminal, "\n");
    }
    assert_true(terminal_wait_for(terminal, "LIVE"));
    quit(terminal);
}

static void board__stopped_in_a_group_without_a_shell__goes_on__F3(void **state)
{
    const struct source_fixture *rig = *state;
    struct terminal *terminal = open_board(rig->config, 24, 80, "LIVE");
    for (int i = 0; i < STOPS; i++) {
        kill(terminal_pid(terminal), SIGTSTP);
        terminal_run(terminal, 5);
    }
    terminal_type(terminal, "p");
    assert_true(terminal_wait_for(terminal, "PAUSED"));
    quit(terminal);
}

static void board__continued_after_long__shows_nothing_old_as_live__F3(void **state)
{
    struct source_fixture *rig = *state;
    const char *argv[] = {"/proc/self/exe", SHELL, program_blftop(), "--config", rig->config, NULL};
    static const char *const environment[] = {"LC_ALL=C.UTF-8", "TERM=" KIND, NULL};
    struct simulator own;
    struct pty pty;
    simulator_start(&own, (const char *const[]){"--token", CANARY, NULL});
    argv[4] = write_config(rig, "own.conf", own.url);
    pty_start(&pty, 24, 80, argv, environment, 0);
    assert_true(pty_wait_for(&pty, 0, "LIVE"));
    pty_type(&pty, "\032");
    assert_true(pty_wait_for(&pty, 0, STOPPED));
    simulator_stop(&own);
    pty_run(&pty, 2500); /* two intervals, and some */
    size_t from = pty.out.length;
    pty_type(&pty, "\n");
    assert_true(pty_wait_for(&pty, from, "STALE"));
    assert_null(memmem(pty.out.data + from, pty.out.length - from, "LIVE", 4));
    pty_type(&pty, "q");
    assert_int_equal(pty_wait_end(&pty), 0);
    assert_true(pty_is_as_before(&pty));
    pty_close(&pty);
    free((char *)(uintptr_t)argv[4]);
}

static void board__storm_of_signals__goes_on_and_polls__F4(void **state)
{
    static const int numbers[] = {SIGUSR1, SIGUSR2, SIGPIPE, SIGWINCH, SIGCONT, SIGTSTP};
    const struct source_fixture *rig = *state;
    struct terminal *terminal = open_board(rig->config, 24, 80, "LIVE");
    int storm = amount(STORM, LONG_STORM);
    unsigned random = 1;
    for (int i = 0; i < storm; i++) {
        random = random * 1103515245U + 12345U;
        assert_int_equal(kill(terminal_pid(terminal), numbers[(random >> 16) % 6]), 0);
        terminal_run(terminal, (random >> 24) % 8 == 0 ? 2 : 0);
    }
    long before = simulator_stat(&rig->good, "presence_requests");
    int64_t until = clock_read().ms + TERMINAL_WAIT_MS;
    while (simulator_stat(&rig->good, "presence_requests") < before + 2 && clock_read().ms < until)
        terminal_run(terminal, 20);
    assert_true(simulator_stat(&rig->good, "presence_requests") >= before + 2);
    assert_true(terminal_wait_for(terminal, "LIVE"));
    quit(terminal);
}

static void board__signal_that_ends_it__ends_it_in_good_order__F4(void **state)
{
    const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGRTMIN, SIGRTMAX};
    const struct source_fixture *rig = *state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!can_be_sent(numbers[i])) {
            print_message("left out: signal %d, which is valgrind's own\n", numbers[i]);
            continue;
        }
        struct terminal *terminal = open_board(rig->config, 24, 80, "LIVE");
        kill(terminal_pid(terminal), numbers[i]);
        close_ended(terminal, numbers[i] == SIGINT ? 0 : 128 + numbers[i]);
    }
}

/* Ends a board whose frame nobody has read and the line does not hold, so that its end waits for
 * that; another signal comes while it does. Was the terminal given back? */
static bool gives_back(const char *config, long polls, const struct source_fixture *rig, int number)
{
    struct terminal *terminal = open_board(config, 300, 500, NULL);
    for (int i = 0; i < 200 && simulator_stat(&rig->many, "presence_requests") < polls; i++)
        usleep(50000);
    kill(terminal_pid(terminal), SIGTERM);
    for (int i = 0; i < 4; i++) {
        usleep(5000);
        kill(terminal_pid(terminal), number);
    }
    terminal_expect_cut(terminal);
    assert_int_not_equal(terminal_wait_end(terminal, TERMINAL_WAIT_MS), -1);
    bool is_restored = is_restored_soon(terminal);
    terminal_free(terminal);
    return is_restored;
}

static void board__second_signal_while_it_ends__still_gives_the_terminal_back__F4(void **state)
{
    static const int seconds[] = {SIGTERM, SIGHUP, SIGALRM};
    struct source_fixture *rig = *state;
    simulator_start(&rig->many,
                    (const char *const[]){"--token", CANARY, "--extensions", "8000", NULL});
    char *config = write_config(rig, "many.conf", rig->many.url);
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        bool is_restored = false;
        for (int try = 0; try < TRIES && !is_restored; try++) {
            long polls = simulator_stat(&rig->many, "presence_requests");
            is_restored = gives_back(config, polls + 2 * PAGES, rig, seconds[i]);
        }
        assert_true(is_restored);
    }
    simulator_stop(&rig->many);
    free(config);
}

/* What a board is doing when it crashes. */
static const struct {
    const char *name;
    int rows, cols;
    bool hangs;
    const char *keys;
    const char *shows;
    int settle_ms; /* the whole frame is out then: a crash may leave half a sequence */
} phases[] = {
    {"idle", 24, 80, false, "", "LIVE", 30},
    {"in a poll", 24, 80, true, "", "WAITING", 30},
    {"prompt", 24, 80, false, "/lamp:bu", "lamp:bu", 30},
    {"help", 40, 100, false, "?", "this page, and back", 30},
    {"story", 24, 80, false, "\r", "State", 30},
    {"paused", 24, 80, false, "p", "PAUSED", 30},
    {"big", 200, 400, false, "", "LIVE", 300},
    {"tiny", 1, 12, false, "", "", 300},
};
#define PHASE_COUNT (sizeof phases / sizeof *phases)

/* Starts a board and brings it into a phase. */
static struct terminal *open_phase(const struct source_fixture *rig, size_t phase)
{
    const char *config = phases[phase].hangs ? rig->hanging_config : rig->config;
    bool is_live = !phases[phase].hangs && phases[phase].shows[0] != '\0';
    struct terminal *terminal =
        open_board(config, phases[phase].rows, phases[phase].cols, is_live ? "LIVE" : NULL);
    terminal_type(terminal, phases[phase].keys);
    assert_true(terminal_wait_for(terminal, phases[phase].shows));
    return terminal;
}

/* Crashes a board in a phase; it has to die of just that. Was the terminal given back? */
static bool crash(const struct source_fixture *rig, size_t phase, int number)
{
    struct terminal *terminal = open_phase(rig, phase);
    terminal_run(terminal, phases[phase].settle_ms);
    kill(terminal_pid(terminal), number);
    int status = terminal_wait_end(terminal, TERMINAL_WAIT_MS);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
    bool is_restored = is_restored_soon(terminal);
    terminal_free(terminal);
    return is_restored;
}

static void board__crash_in_any_phase__gives_the_terminal_back_and_dies_of_it__F5(void **state)
{
    static const int numbers[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (size_t phase = 0; phase < PHASE_COUNT; phase++) {
            bool is_restored = false;
            for (int try = 0; try < TRIES && !is_restored; try++)
                is_restored = crash(*state, phase, numbers[i]);
            assert_true(is_restored);
        }
}

/* How many things are in a folder. */
static int count_entries(const char *path)
{
    int count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void board__sigkill__leaves_nothing_behind__F6(void **state)
{
    const struct source_fixture *rig = *state;
    char *home = mem_printf("HOME=%s", rig->folder);
    char *temporary = mem_printf("TMPDIR=%s", rig->folder);
    const char *environment[] = {home, temporary, "LC_ALL=C.UTF-8", "TERM=" KIND, NULL};
    const char *argv[] = {
        "/bin/sh",   "-c", "cd \"$HOME\" && exec \"$0\" \"$@\"", program_blftop(), "--config",
        rig->config, NULL};
    int before = count_entries(rig->folder);
    struct pty pty;
    pty_start(&pty, 24, 80, argv, environment, 0);
    if (!pty_wait_for(&pty, 0, "LIVE"))
        fail_msg("it never showed LIVE: %s", pty.out.data);
    kill(pty.child, SIGKILL);
    int status = pty_wait_end(&pty);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(count_entries(rig->folder), before);
    pty_close(&pty);
    free(home);
    free(temporary);
}

/* Starts a board that can have so many descriptors. */
static void start_limited(struct pty *pty, const struct source_fixture *rig, int files)
{
    static const char *const environment[] = {"LC_ALL=C.UTF-8", "TERM=" KIND, NULL};
    char limit[64];
    snprintf(limit, sizeof limit, "ulimit -n %d; exec \"$0\" \"$@\"", files);
    const char *argv[] = {"/bin/sh", "-c", limit, program_blftop(), "--config", rig->config, NULL};
    pty_start(pty, 24, 100, argv, environment, 0);
}

/* Quits a board. True if it ran until then and showed what it knew; otherwise it has said what it
 * is short of. */
static bool ran_to_its_end(struct pty *pty)
{
    pty_type(pty, "q");
    int status = pty_wait_end(pty);
    assert_true(WIFEXITED(status));
    assert_true(pty_is_as_before(pty));
    if (WEXITSTATUS(status) != 0)
        assert_non_null(strstr(pty->out.data, "Too many open files"));
    else if (!strstr(pty->out.data, "LIVE"))
        assert_non_null(strstr(pty->out.data, "too many open files"));
    return WEXITSTATUS(status) == 0;
}

static void board__few_descriptors__runs_or_says_so_at_once__F9(void **state)
{
    struct pty ptys[FILES_MAX + 1];
    bool ran = false;
    for (int files = FILES_MIN; files <= FILES_MAX; files++)
        start_limited(&ptys[files], *state, files);
    assert_true(pty_wait_for(&ptys[FILES_MAX], 0, "LIVE"));
    for (int files = FILES_MIN; files <= FILES_MAX; files++)
        pty_run(&ptys[files], 2500 / (FILES_MAX - FILES_MIN)); /* some polls of each */
    for (int files = FILES_MIN; files <= FILES_MAX; files++) {
        bool runs = ran_to_its_end(&ptys[files]);
        assert_true(runs || !ran); /* with more it does not run worse */
        if (runs && !ran)
            print_message("runs from %d descriptors on\n", files);
        ran = runs;
        pty_close(&ptys[files]);
    }
    assert_true(ran);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], SHELL) == 0)
        return play_shell(argv + 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            board__stopped_and_continued_again_and_again__gives_and_takes_the_terminal__F3),
        cmocka_unit_test(board__stopped_in_a_group_without_a_shell__goes_on__F3),
        cmocka_unit_test(board__continued_after_long__shows_nothing_old_as_live__F3),
        cmocka_unit_test(board__storm_of_signals__goes_on_and_polls__F4),
        cmocka_unit_test(board__signal_that_ends_it__ends_it_in_good_order__F4),
        cmocka_unit_test(board__second_signal_while_it_ends__still_gives_the_terminal_back__F4),
        cmocka_unit_test(board__crash_in_any_phase__gives_the_terminal_back_and_dies_of_it__F5),
        cmocka_unit_test(board__sigkill__leaves_nothing_behind__F6),
        cmocka_unit_test(board__few_descriptors__runs_or_says_so_at_once__F9),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
