/* SPDX-License-Identifier: MIT */
/* A board on every kind of terminal: kinds, sizes, locales, colours, and what people paste. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/program.h"
#include "support/pty.h"
#include "support/secret_scanner.h"
#include "support/terminal.h"

#define KIND "xterm-256color"
#define RESIZES 300
#define LONG_RESIZES 10000 /* with BLFTOP_LONG in the environment */
#define PASTE_KIB 256
#define LONG_PASTE_KIB 1024
#define PASTE_PIECE 1024 /* a KiB */
#define CPU_MS 500       /* of three seconds; a loop that spins takes them all */

struct source_fixture {
    struct simulator simulator;
    char *folder;
    char *config;
};

static int set_up(void **state)
{
    static struct source_fixture rig;
    rig.folder = folder_new();
    simulator_start(&rig.simulator,
                    (const char *const[]){"--token", CANARY, "--churn", "0", "--seed", "7", NULL});
    rig.config = mem_strdup(folder_write(rig.folder, "blftop.conf",
                                         "server = { url = \"%s\"; token = \"" CANARY
                                         "\"; name = \"pbx\"; };\n"
                                         "poll = { interval = 1.0; timeout = 20.0; };\n",
                                         rig.simulator.url));
    *state = &rig;
    return 0;
}

static int tear_down(void **state)
{
    struct source_fixture *rig = *state;
    simulator_stop(&rig->simulator);
    free(rig->config);
    folder_free(rig->folder);
    return 0;
}

/* Starts a board with just this environment (a kind of terminal, a locale, one more). */
static void start(struct pty *pty, const struct source_fixture *rig,
                  const char *const environment[3], int flags)
{
    const char *argv[] = {program_blftop(), "--config", rig->config, NULL};
    const char *all[5] = {"TZ=UTC"};
    size_t count = 1;
    for (int i = 0; i < 3; i++)
        if (environment[i])
            all[count++] = environment[i];
    pty_start(pty, 24, 160, argv, all, flags);
}

/* Quits it and frees; it must end with this code and leave the terminal as it was. */
static void finish(struct pty *pty, int code)
{
    pty_type(pty, "q");
    int status = pty_wait_end(pty);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    assert_true(pty_is_as_before(pty));
    pty_close(pty);
}

static void board__any_kind_of_terminal__runs_or_says_why_not__E1__E2__F2(void **state)
{
    static const struct {
        const char *term; /* NULL: none in the environment */
        const char *says; /* NULL: it runs */
    } kinds[] = {
        {NULL, "TERM is not set"},
        {"TERM=", "TERM is not set"},
        {"TERM=nosuch", "ncurses-term"},
        {"TERM=dumb", "cannot place its cursor"},
        {"TERM=xterm", NULL},
        {"TERM=xterm-256color", NULL},
        {"TERM=screen", NULL},
        {"TERM=screen-256color", NULL},
        {"TERM=tmux-256color", NULL},
        {"TERM=linux", NULL},
        {"TERM=vt100", NULL},
        {"TERM=xterm-kitty", NULL},
        {"TERM=alacritty", NULL},
        {"TERM=foot", NULL},
        {"TERM=xterm-ghostty", NULL},
        {"TERM=rxvt-unicode", NULL},
    };
    enum { COUNT = sizeof kinds / sizeof *kinds };
    struct pty ptys[COUNT];
    for (int i = 0; i < COUNT; i++)
        start(&ptys[i], *state, (const char *const[3]){kinds[i].term, "LC_ALL=C.UTF-8", NULL}, 0);
    for (int i = 0; i < COUNT; i++)
        if (!kinds[i].says) /* it takes a newer kind than the database knows for this one */
            pty_allow_stand_in(&ptys[i], KIND);
    for (int i = 0; i < COUNT; i++) {
        const char *says = kinds[i].says;
        if (!pty_wait_for(&ptys[i], 0, says ? says : "LIVE"))
            fail_msg("%s: %.200s", kinds[i].term, ptys[i].out.data);
        assert_true(says == NULL || !strchr(ptys[i].out.data, '\033'));
        finish(&ptys[i], says ? 2 : 0);
    }
}

static void board__locale_without_utf8__is_ascii_to_the_last_byte__E6(void **state)
{
    static const char *const locales[] = {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL=xx_YY.UTF-8", NULL};
    for (int i = 0; i < 4; i++) {
        struct pty pty;
        start(&pty, *state, (const char *const[3]){"TERM=" KIND, locales[i], NULL}, 0);
        assert_true(pty_wait_for(&pty, 0, "LIVE"));
        pty_run(&pty, 50);
        assert_null(strstr(pty.out.data, "LIVE ?")); /* what curses makes of other characters */
        pty_type(&pty, "?");
        assert_true(pty_wait_for(&pty, 0, "this page, and back"));
        pty_type(&pty, "?v\r");
        assert_true(pty_wait_for(&pty, 0, "State"));
        for (size_t at = 0; at < pty.out.length; at++)
            assert_true((unsigned char)pty.out.data[at] < 0x80);
        finish(&pty, 0);
    }
}

/* Has a colour been asked for (SGR 30 to 49, 90 to 107)? */
static bool has_color(const struct pty *pty)
{
    const char *at = pty->out.data;
    for (int number; (at = strstr(at, "\033[")); at += 2) {
        char end;
        if (sscanf(at + 2, "%d%c", &number, &end) == 2 && (end == 'm' || end == ';') &&
            number >= 30 && number <= 107)
            return true;
    }
    return false;
}

static void board__without_colors__tells_lamps_by_glyph_and_word__E10(void **state)
{
    static const struct {
        const char *term;
        const char *more;
        bool has_color;
    } kinds[] = {
        {"TERM=vt100", NULL, false},
        {"TERM=" KIND, "NO_COLOR=1", false},
        {"TERM=linux", NULL, true},
    };
    static const char *const lamps[] = {"\xC3\x97",     "!",       "~",    "\xE2\x97\x8F",
                                        "\xE2\x96\xA0", "offline", "busy", "online"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct pty pty;
        start(&pty, *state, (const char *const[3]){kinds[i].term, "LC_ALL=C.UTF-8", kinds[i].more},
              0);
        assert_true(pty_wait_for(&pty, 0, "LIVE"));
        for (size_t lamp = 0; lamp < sizeof lamps / sizeof *lamps; lamp++)
            if (!pty_wait_for(&pty, 0, lamps[lamp]))
                fail_msg("%s lacks %s", kinds[i].term, lamps[lamp]);
        assert_int_equal(has_color(&pty), kinds[i].has_color);
        finish(&pty, 0);
    }
}

static void board__nonblocking_terminal_inherited__does_not_spin_and_gives_it_back__E8(void **state)
{
    struct pty pty;
    struct rusage before, after;
    start(&pty, *state, (const char *const[3]){"TERM=" KIND, "LC_ALL=C.UTF-8", NULL}, O_NONBLOCK);
    assert_true(pty_wait_for(&pty, 0, "LIVE"));
    assert_int_equal(fcntl(pty.slave, F_GETFL) & O_NONBLOCK, 0);
    pty_type(&pty, "\023?"); /* Ctrl-S: its output waits */
    usleep(2000000);
    pty_type(&pty, "\021");
    assert_true(pty_wait_for(&pty, 0, "this page, and back"));
    pty_type(&pty, "?q");
    getrusage(RUSAGE_CHILDREN, &before);
    assert_int_equal(pty_wait_end(&pty), 0);
    getrusage(RUSAGE_CHILDREN, &after);
    long ms = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000 +
              (after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1000 +
              (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000 +
              (after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1000;
    assert_in_range(ms, 0, CPU_MS);
    assert_int_equal(fcntl(pty.slave, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    assert_true(pty_is_as_before(&pty));
    pty_close(&pty);
}

/* A board on a screen of this size, waited for; `environment` as in terminal_start. */
static struct terminal *open_board(const struct source_fixture *rig, int rows, int cols,
                                   const char *shows, const char *const *environment)
{
    const char *argv[] = {program_blftop(), "--config", rig->config, NULL};
    struct terminal *terminal = terminal_start(rows, cols, KIND, argv, environment);
    assert_true(terminal_wait_for(terminal, shows));
    return terminal;
}

/* Quits a board. */
static void quit(struct terminal *terminal)
{
    terminal_quit(terminal);
    terminal_free(terminal);
}

/* The screen's text without the rows that tell a time, the first and one of the pane: two boards
 * are not started in the same moment. The caller frees. */
static char *text_without_times(struct terminal *terminal)
{
    char *text = mem_strdup(strchr(terminal_text(terminal), '\n'));
    char *since = strstr(text, "seen since");
    while (since && since > text && since[-1] != '\n')
        since--;
    if (since)
        memmove(since, strchrnul(since, '\n'), strlen(strchrnul(since, '\n')) + 1);
    return text;
}

static void board__storm_of_resizes__ends_in_the_frame_of_that_size__E4(void **state)
{
    struct terminal *stormed = open_board(*state, 24, 80, "LIVE", NULL);
    struct terminal *fresh = open_board(*state, 30, 100, "LIVE", NULL);
    int resizes = getenv("BLFTOP_LONG") ? LONG_RESIZES : RESIZES;
    unsigned random = 7;
    bool is_equal = false;
    for (int i = 0; i < resizes; i++) {
        random = random * 1103515245U + 12345U;
        terminal_resize(stormed, 1 + (int)(random >> 16) % 70, 1 + (int)(random >> 20) % 200);
        if (i % 10 == 0)
            terminal_run(stormed, 2);
    }
    terminal_resize(stormed, 30, 100);
    assert_true(terminal_wait_for(stormed, "LIVE"));
    terminal_type(stormed, "g"); /* where it was scrolled to is no matter of this test */
    terminal_type(fresh, "g");
    for (int i = 0; i < 200 && !is_equal; i++) {
        terminal_run(stormed, 20);
        terminal_run(fresh, 20);
        char *seen = text_without_times(stormed);
        char *expected = text_without_times(fresh);
        is_equal = strcmp(seen, expected) == 0;
        free(seen);
        free(expected);
    }
    if (!is_equal)
        fprintf(stderr, "%s\n%s\n", terminal_text(stormed), terminal_text(fresh));
    assert_true(is_equal);
    quit(stormed);
    quit(fresh);
}

static void board__smallest_and_largest_terminal__is_drawn_at_once__E4(void **state)
{
    static const int sizes[][2] = {{1, 1}, {2, 3}, {0, 0}, {1000, 2000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct source_fixture *rig = *state;
        const char *argv[] = {program_blftop(), "--config", rig->config, NULL};
        static const char *const environment[] = {"LC_ALL=C.UTF-8", "TERM=" KIND, NULL};
        struct pty pty;
        pty_start(&pty, sizes[i][0], sizes[i][1], argv, environment, 0);
        assert_true(pty_wait_for(&pty, 0, "\033[?1049h"));
        assert_true(pty_wait_for(&pty, 0, "\033[2J")); /* the first frame begins so */
        assert_true(sizes[i][1] < 80 || pty_wait_for(&pty, 0, "LIVE"));
        finish(&pty, 0);
    }
}

/* Rows down to the last that shows anything, which is the one of the keys. */
static int count_rows(struct terminal *terminal)
{
    int rows = 0;
    int last = 0;
    for (const char *at = terminal_text(terminal); *at != '\0'; at++) {
        rows += *at == '\n';
        if (*at != '\n')
            last = rows + 1;
    }
    return last;
}

static void board__lines_and_columns_exported__has_the_true_size__E5(void **state)
{
    static const char *const environment[] = {"LINES=5", "COLUMNS=10", NULL};
    struct terminal *terminal = open_board(*state, 30, 100, "LIVE", environment);
    assert_true(terminal_wait_for(terminal, " of 240"));
    assert_int_equal(count_rows(terminal), 30);
    terminal_resize(terminal, 40, 120);
    for (int step = 0; step < 100 && count_rows(terminal) != 40; step++)
        terminal_run(terminal, 100);
    assert_int_equal(count_rows(terminal), 40);
    quit(terminal);
}

static void board__much_pasted__delays_no_poll__E9(void **state)
{
    const struct source_fixture *rig = *state;
    char piece[PASTE_PIECE + 1] = "";
    int kib = getenv("BLFTOP_LONG") ? LONG_PASTE_KIB : PASTE_KIB;
    struct terminal *terminal = open_board(rig, 24, 80, "LIVE", NULL);
    for (int i = 0; i < PASTE_PIECE; i++)
        piece[i] = "jk\xC3\xFFgG/x\033"[i % 9]; /* keys, broken UTF-8, a lone Esc */
    int64_t start_ms = clock_read().ms;
    long before = simulator_stat(&rig->simulator, "presence_requests");
    for (int i = 0; i < kib; i++)
        terminal_type(terminal, piece);
    terminal_type(terminal, "\033\033");
    int64_t until = clock_read().ms + TERMINAL_WAIT_MS;
    while (simulator_stat(&rig->simulator, "presence_requests") < before + 3 &&
           clock_read().ms < until)
        terminal_run(terminal, 20);
    long polls = simulator_stat(&rig->simulator, "presence_requests") - before;
    int64_t seconds = (clock_read().ms - start_ms) / 1000;
    print_message("%d KiB and what follows: %d s, %ld polls\n", kib, (int)seconds, polls);
    assert_true(polls >= seconds / 2); /* one a second was asked for */
    /* All of it has been read: what has not, the kernel would echo once it has its settings back.
     */
    terminal_type(terminal, "?");
    assert_true(terminal_wait_for(terminal, "this page, and back"));
    kill(terminal_pid(terminal), SIGTERM);
    int status = terminal_wait_end(terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    terminal_free(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board__any_kind_of_terminal__runs_or_says_why_not__E1__E2__F2),
        cmocka_unit_test(board__smallest_and_largest_terminal__is_drawn_at_once__E4),
        cmocka_unit_test(board__storm_of_resizes__ends_in_the_frame_of_that_size__E4),
        cmocka_unit_test(board__lines_and_columns_exported__has_the_true_size__E5),
        cmocka_unit_test(board__locale_without_utf8__is_ascii_to_the_last_byte__E6),
        cmocka_unit_test(
            board__nonblocking_terminal_inherited__does_not_spin_and_gives_it_back__E8),
        cmocka_unit_test(board__much_pasted__delays_no_poll__E9),
        cmocka_unit_test(board__without_colors__tells_lamps_by_glyph_and_word__E10),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
