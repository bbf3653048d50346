/* SPDX-License-Identifier: MIT */
/* Every way in which a board loses its terminal: what it was doing x what it does about SIGHUP.
 *
 * All boards run at once; then one terminal after the other is closed, and the time and the
 * processor time until the end are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/program.h"
#include "support/sanitized.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

#define GONE_MS 5000                             /* promised is a second; a machine is busy */
#define CPU_MS (IS_SANITIZED ? 250.0 : 50.0)     /* that the end may cost */
#define SHELL "--shell"                          /* this program plays a shell then */
#define STOPPED "the job has stopped as process" /* what that says */
#define POLL_MS 1

enum hup { HUP_DEFAULT, HUP_IGNORED, HUP_BLOCKED, HUP_COUNT };
enum phase { PHASE_IDLE, PHASE_POLL, PHASE_TLS, PHASE_PROMPT, PHASE_SUSPENDED, PHASE_COUNT };

static const char *const hup_names[] = {"default", "ignored", "blocked"};
static const char *const phase_names[] = {"idle", "in a poll", "in a TLS handshake",
                                          "in the filter prompt", "suspended"};

/* What the boards watch, shared by them all. */
struct server_list {
    struct simulator good;
    struct simulator hanging;
    int deaf; /* accepts and says nothing */
    int deaf_port;
    char *folder;
    char *configs[PHASE_COUNT];
};

/* One board, and what its end took. */
struct way {
    enum phase phase;
    enum hup hup;
    struct terminal *terminal;
    pid_t board; /* the terminal's child, or that child's */
    int peer;    /* the other end of its handshake, or -1 */
    int64_t ms;
    double cpu_ms;
};

/* The processor time a process has used, threads and all, in ms; also of one that has ended and
 * was not waited for. */
static double cpu_ms_of(pid_t pid)
{
    clockid_t clock;
    struct timespec time;
    assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
    assert_int_equal(clock_gettime(clock, &time), 0);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* A port of 127.0.0.1 that takes connections and never speaks. */
static void open_deaf(struct server_list *servers)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    servers->deaf = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(servers->deaf, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(servers->deaf, 8), 0);
    assert_int_equal(getsockname(servers->deaf, (struct sockaddr *)&address, &size), 0);
    servers->deaf_port = ntohs(address.sin_port);
}

/* Writes the settings of one phase. */
static void write_config(struct server_list *servers, enum phase phase, const char *url)
{
    char name[32];
    snprintf(name, sizeof name, "phase%d.conf", (int)phase);
    servers->configs[phase] =
        mem_strdup(folder_write(servers->folder, name,
                                "server = { url = \"%s\"; token = \"" CANARY "\"; };\n"
                                "poll = { interval = 1.0; timeout = 60.0; };\n",
                                url));
}

static int set_up(void **state)
{
    static struct server_list servers;
    char deaf[64];
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* a board outlives its shell: this waits for it then */
    servers.folder = folder_new();
    simulator_start(&servers.good, (const char *const[]){"--token", CANARY, NULL});
    simulator_start(&servers.hanging,
                    (const char *const[]){"--token", CANARY, "--fault", "hang", NULL});
    open_deaf(&servers);
    snprintf(deaf, sizeof deaf, "https://127.0.0.1:%d", servers.deaf_port);
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        write_config(&servers, (enum phase)phase,
                     phase == PHASE_POLL  ? servers.hanging.url
                     : phase == PHASE_TLS ? deaf
                                          : servers.good.url);
    *state = &servers;
    return 0;
}

static int tear_down(void **state)
{
    struct server_list *servers = *state;
    simulator_stop(&servers->good);
    simulator_stop(&servers->hanging);
    close(servers->deaf);
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        free(servers->configs[phase]);
    folder_free(servers->folder);
    return 0;
}

/* What a process and all that it starts do about SIGHUP. */
static void dispose(enum hup hup)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    signal(SIGHUP, hup == HUP_IGNORED ? SIG_IGN : SIG_DFL);
    sigprocmask(hup == HUP_BLOCKED ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* A shell with job control, as far as a terminal that closes meets one: the program is a job in a
 * group of its own in the foreground; once it has stopped, the shell is in front again and waits to
 * be told of the end, which it does not survive. Its job is an orphan then, and the kernel sends
 * SIGHUP and SIGCONT to orphaned groups with a stopped member (POSIX, _exit). */
static int play_shell(const char *hup, char **argv)
{
    int status;
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
        dispose((enum hup)atoi(hup));
        execv(argv[0], argv);
        _exit(127);
    }
    setpgid(job, job);
    waitpid(job, &status, WUNTRACED);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    printf(STOPPED " %d.\n", WIFSTOPPED(status) ? (int)job : 0);
    fflush(stdout);
    for (;;)
        pause();
}

/* Starts one board. */
static void start(struct way *way, const struct server_list *servers)
{
    char hup[16];
    snprintf(hup, sizeof hup, "%d", (int)way->hup);
    const char *argv[] = {"/proc/self/exe",
                          SHELL,
                          hup,
                          program_blftop(),
                          "--config",
                          servers->configs[way->phase],
                          NULL};
    bool has_shell = way->phase == PHASE_SUSPENDED;
    dispose(has_shell ? HUP_DEFAULT : way->hup);
    way->terminal = terminal_start(24, 80, "xterm-256color", has_shell ? argv : argv + 3, NULL);
    dispose(HUP_DEFAULT);
    way->board = terminal_pid(way->terminal);
    way->peer = -1;
}

/* Waits until a board has begun a handshake with the server that does not answer it. */
static void await_handshake(struct way *way, const struct server_list *servers)
{
    char hello;
    way->peer = accept4(servers->deaf, NULL, NULL, SOCK_CLOEXEC);
    assert_true(way->peer >= 0);
    assert_int_equal(recv(way->peer, &hello, 1, 0), 1);
    assert_int_equal(hello, 0x16); /* a TLS record of the handshake */
    assert_true(terminal_wait_for(way->terminal, "WAITING"));
}

/* Waits until a board has asked the server that hangs, as those before it have. */
static void await_request(struct way *way, const struct server_list *servers)
{
    int64_t until = clock_read().ms + TERMINAL_WAIT_MS;
    while (simulator_stat(&servers->hanging, "presence_requests") < (long)HUP_COUNT &&
           clock_read().ms < until)
        terminal_run(way->terminal, 10);
    assert_true(simulator_stat(&servers->hanging, "presence_requests") >= (long)HUP_COUNT);
    assert_true(terminal_wait_for(way->terminal, "WAITING"));
}

/* Stops a board as its viewer would, and learns from the shell who that is. */
static void suspend(struct way *way)
{
    assert_true(terminal_wait_for(way->terminal, "LIVE"));
    terminal_type(way->terminal, "\032");
    assert_true(terminal_wait_for(way->terminal, STOPPED));
    const char *said = strstr(terminal_text(way->terminal), STOPPED);
    way->board = (pid_t)atoi(said + strlen(STOPPED));
    assert_true(way->board > 0);
}

/* Brings a board into its phase. */
static void bring(struct way *way, const struct server_list *servers)
{
    switch (way->phase) {
    case PHASE_POLL:
        await_request(way, servers);
        break;
    case PHASE_TLS:
        await_handshake(way, servers);
        break;
    case PHASE_PROMPT:
        assert_true(terminal_wait_for(way->terminal, "LIVE"));
        terminal_type(way->terminal, "/lamp:bu");
        assert_true(terminal_wait_for(way->terminal, "lamp:bu"));
        break;
    case PHASE_SUSPENDED:
        suspend(way);
        break;
    default:
        assert_true(terminal_wait_for(way->terminal, "LIVE"));
    }
}

/* Has it ended? It is not waited for yet, so that its clock still tells. A board whose shell lives
 * on for a moment is not this program's child before that has ended. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Closes a terminal and takes the time until its board is gone. */
static void lose(struct way *way)
{
    double cpu_before = cpu_ms_of(way->board);
    int64_t start_ms = clock_read().ms;
    terminal_hang_up(way->terminal);
    while (!has_ended(way->board) && clock_read().ms - start_ms < GONE_MS)
        usleep(POLL_MS * 1000);
    way->ms = clock_read().ms - start_ms;
    way->cpu_ms = cpu_ms_of(way->board) - cpu_before;
}

/* Ends what is left of one. */
static void finish(struct way *way)
{
    terminal_free(way->terminal);
    if (way->phase == PHASE_SUSPENDED) {
        kill(way->board, SIGKILL); /* still this program's to wait for, so nobody else's number */
        waitpid(way->board, NULL, 0);
    }
    if (way->peer >= 0)
        close(way->peer);
}

static void
board__terminal_closed_in_any_phase_and_any_state_of_sighup__is_gone_at_once_without_a_spin__F1(
    void **state)
{
    const struct server_list *servers = *state;
    struct way ways[PHASE_COUNT * HUP_COUNT];
    struct way worst = {0};
    size_t count = 0;
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        for (int hup = 0; hup < HUP_COUNT; hup++, count++) {
            ways[count] = (struct way){.phase = (enum phase)phase, .hup = (enum hup)hup};
            start(&ways[count], servers);
        }
    for (size_t i = 0; i < count; i++)
        bring(&ways[i], servers);
    print_message("%-22s %-8s %6s %8s\n", "terminal closed", "SIGHUP", "ms", "CPU ms");
    for (size_t i = 0; i < count; i++) {
        struct way *way = &ways[i];
        lose(way);
        print_message("%-22s %-8s %6d %8.2f\n", phase_names[way->phase], hup_names[way->hup],
                      (int)way->ms, way->cpu_ms);
        worst.ms = way->ms > worst.ms ? way->ms : worst.ms;
        worst.cpu_ms = way->cpu_ms > worst.cpu_ms ? way->cpu_ms : worst.cpu_ms;
        finish(way);
    }
    print_message("%-22s %-8s %6d %8.2f\n", "the most", "", (int)worst.ms, worst.cpu_ms);
    assert_in_range(worst.ms, 0, GONE_MS - 1);
    assert_true(worst.cpu_ms < CPU_MS);
}

/* Runs a line of the shell's with the board in it on a terminal to its end, the promised time at
 * most; its exit status and what the terminal showed. */
static int run_line(const struct server_list *servers, const char *line, const char *shows)
{
    const char *argv[] = {"/bin/sh", "-c", line, program_blftop(), servers->configs[PHASE_IDLE],
                          NULL};
    struct terminal *terminal = terminal_start(24, 80, "xterm-256color", argv, NULL);
    assert_true(terminal_wait_for(terminal, shows));
    int status = terminal_wait_end(terminal, GONE_MS);
    assert_true(terminal_is_restored(terminal));
    terminal_free(terminal);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void board__input_that_is_none__is_refused_before_the_terminal_is_taken__F2(void **state)
{
    static const char *const lines[] = {
        "exec \"$0\" --config \"$1\" <&-",
        "exec \"$0\" --config \"$1\" </dev/null",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(run_line(*state, lines[i], "must both be a terminal"), 2);
}

static void board__output_closed__is_told_and_ends__F2(void **state)
{
    static const char *const lines[] = {
        "\"$0\" --config \"$1\" >&-",
        "\"$0\" --config \"$1\" --once >&-",
        "\"$0\" --help >&-",
        "\"$0\" --config \"$1\" --print-config >&-",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(run_line(*state, lines[i], "cannot write: Bad file descriptor"), 1);
}

static void once__input_closed__does_its_work__F2(void **state)
{
    assert_int_equal(run_line(*state,
                              "exec \"$0\" --config \"$1\" --once --format csv <&- | tail "
                              "-1; echo done",
                              "done"),
                     0);
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], SHELL) == 0)
        return play_shell(argv[2], argv + 3);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            board__terminal_closed_in_any_phase_and_any_state_of_sighup__is_gone_at_once_without_a_spin__F1),
        cmocka_unit_test(board__input_that_is_none__is_refused_before_the_terminal_is_taken__F2),
        cmocka_unit_test(board__output_closed__is_told_and_ends__F2),
        cmocka_unit_test(once__input_closed__does_its_work__F2),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
