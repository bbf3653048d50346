/* SPDX-License-Identifier: MIT */
/*
 * The watch over all tests of the whole program: that a leaked byte or secret does fail a test,
 * that secrets from everywhere are nowhere to be seen, and that an outage's end finds its port
 * free.
 */
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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/once.h"
#include "support/program.h"
#include "support/pty.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TERM_KIND "xterm-256color"

/* Where a program can leak to. */
enum place { PLACE_TERMINAL, PLACE_PTY, PLACE_PIPES, PLACE_COUNT };

/* What the next leak is: a script for the shell, and how it is run. */
static struct {
    const char *script;
    const char *const *environment;
    const char *term;
    enum place place;
} leak;

/* The shell on a pty, which takes a whole environment. */
static void leak_on_pty(const char *const *argv)
{
    char term[64];
    const char *more = leak.environment ? leak.environment[0] : NULL;
    const char *environment[] = {term, "PATH=/usr/bin:/bin", more, NULL};
    struct pty pty;
    snprintf(term, sizeof term, "TERM=%s", leak.term);
    pty_start(&pty, 24, 80, argv, environment, 0);
    pty_wait_end(&pty);
    pty_close(&pty);
}

/* A test that has to fail, for blftop's name makes the shell one of ours. */
static void leak_it(void **state)
{
    (void)state;
    const char *argv[] = {"/bin/sh", "-c", leak.script, program_blftop(), NULL};
    if (leak.place == PLACE_TERMINAL) {
        struct terminal *terminal = terminal_start(24, 80, leak.term, argv, leak.environment);
        terminal_wait_end(terminal, TERMINAL_WAIT_MS);
        terminal_free(terminal);
    } else if (leak.place == PLACE_PTY) {
        leak_on_pty(argv);
    } else {
        program_run(argv, leak.environment, NULL, NULL);
    }
}

/* A test that has to fail: the program has left a secret in a file. */
static void leave_it(void **state)
{
    (void)state;
    char *folder = folder_new();
    char *path = mem_printf("%s/left", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(write(fd, leak.script, strlen(leak.script)) > 0);
    close(fd);
    free(path);
    folder_free(folder);
}

/* Does this test fail? It is run in a process of its own, whose words nobody hears. */
static bool fails(void (*test)(void **state))
{
    int status = -1;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        const struct CMUnitTest tests[] = {{"leak", test, NULL, NULL, NULL}};
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        fflush(NULL);
        _exit(failed == 1 ? 1 : 0);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void output_checker__leaked_byte__fails_the_test__A1__A2__A4(void **state)
{
    (void)state;
    static const char *const bytes[] = {
        "a\\033[2J",
        "\\033]0;title\\007",
        "\\033]52;c;QQ==\\007",
        "\\033c",
        "\\033[6n",
        "\\033[?2004h",
        "\\007",
        "\\302\\2332J",
        "\\2332J",
        "\\342\\200\\256x",
        "\\342\\200\\213",
        "\\356\\200\\200",
        "\\303x",
        "\\177",
        "\\033[5i",
        "\\355\\240\\200",
        "\\300\\233",
    };
    for (size_t i = 0; i < COUNT_OF(bytes); i++) {
        char *script = mem_printf("printf '%s'", bytes[i]);
        leak.script = script;
        leak.environment = NULL;
        leak.term = TERM_KIND;
        for (int place = 0; place < PLACE_COUNT; place++) {
            leak.place = (enum place)place;
            if (!fails(leak_it))
                fail_msg("%s is let through", script);
        }
        free(script);
    }
}

static void output_checker__what_is_right__passes(void **state)
{
    (void)state;
    leak.environment = NULL;
    leak.script = "printf 'caf\\303\\251 e\\314\\201\\n'; printf 'plain\\r\\n' >&2";
    leak.place = PLACE_PIPES;
    leak_it(NULL);
    leak.script =
        "printf '\\033[H\\033[2J\\033[3;4H\\033[32mcaf\\303\\251\\033[39;49m\\033[39m\\n'";
    for (int place = 0; place < PLACE_PIPES; place++) {
        leak.place = (enum place)place;
        leak.term = TERM_KIND;
        leak_it(NULL);
        leak.term = "vt100"; /* knows no colours */
        assert_true(fails(leak_it));
        leak.term = "no-such-terminal";
        assert_true(fails(leak_it));
    }
}

/* What draws a board's screen of two rows of lamps, and stays for longer than a frame takes. */
#define SCREEN(state, totals)                                                                      \
    "printf '\\033[?1049h\\033[22;0;0t\\033[H\\033[2J blftop  pbx  " state "\r\n" totals           \
    "2 ext\r\n\r\n\r\n" totals "\\342\\227\\217 200'; sleep 5; printf '\\033[?1049l\\033[23;0;0t'"

static void output_checker__screen_that_hides_its_age__fails_the_test(void **state)
{
    (void)state;
    leak.environment = NULL;
    leak.place = PLACE_TERMINAL;
    leak.term = TERM_KIND;
    leak.script = SCREEN("LIVE > data 2s old  every 1s", " ");
    assert_false(fails(leak_it));
    leak.script = SCREEN("LIVE > data 3s old  every 1s", " ");
    assert_true(fails(leak_it));
    leak.script = SCREEN("STALE 00:00:03", " ");
    assert_true(fails(leak_it));
}

static void output_checker__leaked_secret__fails_the_test__C9(void **state)
{
    (void)state;
    static const char *const inherited[] = {"X=" CANARY, NULL};
    static const struct {
        const char *script; /* none holds the word itself, but where arguments leak it */
        const char *const *environment;
    } cases[] = {
        {"printf 'can'; sleep 0.1; printf 'ary'", NULL},
        {"printf 'x\\143anary' >&2", NULL},
        {"printf x; sleep 0.4 # " CANARY, NULL},
        {"printf x; sleep 0.4; :", inherited},
        {"X=can; export Y=${X}ary; printf x; sleep 0.4; :", NULL},
    };
    leak.term = TERM_KIND;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        leak.script = cases[i].script;
        leak.environment = cases[i].environment;
        for (int place = 0; place < PLACE_COUNT; place++) {
            leak.place = (enum place)place;
            if (!fails(leak_it))
                fail_msg("%s is let through", cases[i].script);
        }
    }
    leak.script = "some " CANARY "-secret";
    assert_true(fails(leave_it));
    leak.script = "nothing";
    assert_false(fails(leave_it));
}

/* A board that has its token from the environment, its secret from a file, and a log. */
static struct terminal *start_secret_board(struct once *once, bool is_refused)
{
    static const char *const environment[] = {"BLFTOP_TOKEN=" ONCE_TOKEN, NULL};
    char *log = mem_printf("%s/blftop.log", once->folder);
    char *secret = mem_strdup(folder_write(once->folder, "secret", "%s%s\n", ONCE_SECRET,
                                           is_refused ? "-but-wrong" : ""));
    once_configure(once,
                   "servers = ( { name = \"a\"; url = \"%s\"; }, { name = \"b\"; url = \"%s\"; "
                   "client_id = \"" ONCE_CLIENT "\"; client_secret_file = \"%s\"; } );",
                   once->simulator.url, once->simulator.url, secret);
    const char *argv[] = {program_blftop(), "--config", once->config, "--log", log, NULL};
    struct terminal *terminal = terminal_start(24, 100, TERM_KIND, argv, environment);
    free(log);
    free(secret);
    return terminal;
}

static void board__secrets_from_everywhere__are_nowhere_to_be_seen__C9(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct once once;
        once_open(&once);
        once_start_simulator(&once, (const char *const[]){"--extensions", "20", NULL});
        struct terminal *terminal = start_secret_board(&once, i % 2 == 1);
        assert_true(terminal_wait_for(terminal, i % 2 == 1 ? "no token: " : "LIVE"));
        terminal_inspect(terminal);
        kill(terminal_pid(terminal), i < 2 ? SIGTERM : SIGSEGV);
        int status = terminal_wait_end(terminal, TERMINAL_WAIT_MS);
        assert_int_not_equal(status, -1);
        terminal_free(terminal);
        once_close(&once); /* looks into the log */
    }
}

/* What a client that connects to the port is told, or one that binds to it: 0 or errno. */
static int try_port(int port, int (*way)(int, const struct sockaddr *, socklen_t))
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int told = way(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(fd);
    return told;
}

static void simulator__fallen__keeps_its_port_until_it_returns(void **state)
{
    (void)state;
    static const char *const options[] = {"--token", "T", "--extensions", "3", NULL};
    struct simulator simulator;
    simulator_start(&simulator, options);
    int port = simulator.port;
    assert_int_equal(try_port(port, connect), 0);
    simulator_fall(&simulator);
    assert_int_equal(try_port(port, connect), ECONNREFUSED);
    assert_int_equal(try_port(port, bind), EADDRINUSE);
    simulator_return(&simulator, options);
    assert_int_equal(simulator.port, port);
    assert_int_equal(try_port(port, connect), 0);
    simulator_stop(&simulator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_checker__leaked_byte__fails_the_test__A1__A2__A4),
        cmocka_unit_test(output_checker__what_is_right__passes),
        cmocka_unit_test(output_checker__screen_that_hides_its_age__fails_the_test),
        cmocka_unit_test(output_checker__leaked_secret__fails_the_test__C9),
        cmocka_unit_test(board__secrets_from_everywhere__are_nowhere_to_be_seen__C9),
        cmocka_unit_test(simulator__fallen__keeps_its_port_until_it_returns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
