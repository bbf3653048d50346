/* SPDX-License-Identifier: MIT */
#include "support/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "support/output_checker.h"
#include "support/program.h"
#include "support/screen_checker.h"

#define LAST_BYTES_MS 50  /* what a program that has ended wrote may be so late */
#define CURED_MS 3000     /* within which what is half drawn becomes a whole screen */
#define JUDGED_MS_MAX 200 /* of that, for one look: a test that does not look sees nothing new */
#define CURE_STEP_MS 20

enum { CTRL_Q = 0x11, CTRL_S = 0x13 };

struct terminal {
    pid_t child; /* 0: has been waited for */
    int status;
    int master; /* -1: hung up */
    int slave;  /* kept open so that the terminal's settings can be read after the child */
    struct output_checker watch;
    bool is_telling; /* and failing no test */
    struct screen_checker sight;
    bool is_held;         /* by Ctrl-S */
    int64_t wrong_for_ms; /* the screen has been so for as long as it was looked at */
    int64_t judged_ms;
    VTerm *vterm;
    VTermScreen *screen;
    bool is_alternate;
    bool is_cursor_shown;
    struct termios before;
    struct buffer text;
};

/* Learns of the alternate screen and of the cursor's visibility. */
static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct terminal *terminal = user;
    if (property == VTERM_PROP_ALTSCREEN)
        terminal->is_alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        terminal->is_cursor_shown = value->boolean;
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

/* Makes the model. */
static void open_model(struct terminal *terminal, int rows, int cols)
{
    terminal->vterm = vterm_new(rows, cols);
    vterm_set_utf8(terminal->vterm, 1);
    terminal->screen = vterm_obtain_screen(terminal->vterm);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
    vterm_screen_reset(terminal->screen, 1);
    terminal->is_cursor_shown = true;
}

/* In the child: the slave becomes the controlling terminal, then the program runs. */
_Noreturn static void run_child(int slave, const char *term, const char *const *argv,
                                const char *const *environment)
{
    char term_variable[64];
    const char *variables[32] = {"LC_ALL=C.UTF-8",
                                 "TZ=UTC",
                                 "PATH=/usr/bin:/bin",
                                 "HOME=/nonexistent",
                                 "INPUTRC=" TESTS_DIR "/support/inputrc",
                                 term_variable};
    size_t count = 6;
    snprintf(term_variable, sizeof term_variable, "TERM=%s", term);
    for (size_t i = 0; environment && environment[i] && count < 31; i++)
        variables[count++] = environment[i];
    if (login_tty(slave) != 0)
        _exit(127);
    execve(argv[0], (char *const *)argv, (char *const *)variables);
    _exit(127);
}

/* What can be known of a board from how it is started: its interval from the settings that its
 * arguments name; a clock that is made up (support/shim_clock) is no measure for its own. */
static void learn(struct screen_checker *sight, const char *const *argv,
                  const char *const *environment)
{
    *sight = (struct screen_checker){.is_ours = strcmp(argv[0], program_blftop()) == 0};
    for (size_t i = 0; argv[i]; i++) {
        if (strcmp(argv[i], "--config") == 0 && argv[i + 1])
            sight->interval_ms = screen_checker_read_interval(argv[i + 1]);
    }
    for (size_t i = 0; environment && environment[i]; i++) {
        if (strncmp(environment[i], "LD_PRELOAD=", strlen("LD_PRELOAD=")) == 0)
            sight->time_s = -1;
    }
}

struct terminal *terminal_start(int rows, int cols, const char *term, const char *const *argv,
                                const char *const *environment)
{
    struct terminal *terminal = mem_new(1, sizeof *terminal);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    if (openpty(&terminal->master, &terminal->slave, NULL, NULL, &size) != 0)
        die("cannot open a pty: %s", strerror(errno));
    fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
    tcgetattr(terminal->slave, &terminal->before);
    open_model(terminal, rows, cols);
    buffer_init(&terminal->text, 0);
    output_checker_open(&terminal->watch, term);
    learn(&terminal->sight, argv, environment);
    terminal->child = fork();
    if (terminal->child == 0)
        run_child(terminal->slave, term, argv, environment);
    return terminal;
}

void terminal_only_tell(struct terminal *terminal)
{
    terminal->is_telling = true;
}

void terminal_allow(struct terminal *terminal, const char *term)
{
    escape_checker_allow(terminal->watch.oracle, term);
}

const char *terminal_trouble(const struct terminal *terminal)
{
    return terminal->watch.trouble;
}

pid_t terminal_pid(const struct terminal *terminal)
{
    return terminal->child;
}

/* Answers what the program has asked the terminal. */
static void answer(struct terminal *terminal)
{
    char bytes[256];
    size_t length = vterm_output_read(terminal->vterm, bytes, sizeof bytes);
    if (length > 0 && write(terminal->master, bytes, length) < 0)
        return;
}

/* Feeds the model with what has come within `ms`. False if nothing did. */
static bool feed(struct terminal *terminal, int ms)
{
    char bytes[65536];
    struct pollfd fd = {.fd = terminal->master, .events = POLLIN};
    if (terminal->master < 0 || poll(&fd, 1, ms) <= 0)
        return false;
    ssize_t length = read(terminal->master, bytes, sizeof bytes);
    if (length <= 0)
        return false;
    output_checker_judge(&terminal->watch, bytes, (size_t)length);
    vterm_input_write(terminal->vterm, bytes, (size_t)length);
    answer(terminal);
    return true;
}

/* Feeds the model with all that is there. */
static void drain(struct terminal *terminal)
{
    while (feed(terminal, 0)) {
    }
}

/* The same once the child has ended: its last bytes may still be on their way. */
static void drain_last(struct terminal *terminal)
{
    while (feed(terminal, LAST_BYTES_MS)) {
    }
}

/* Ends the child without asking. */
static void kill_child(struct terminal *terminal)
{
    if (terminal->child <= 0)
        return;
    kill(terminal->child, SIGKILL);
    waitpid(terminal->child, &terminal->status, 0);
    terminal->child = 0;
}

/* Fails the test if something was wrong, without a child left. */
static void fail_if_troubled(struct terminal *terminal)
{
    if (!terminal->watch.trouble || terminal->is_telling)
        return;
    kill_child(terminal);
    fail_msg("%s", terminal->watch.trouble);
}

void terminal_inspect(struct terminal *terminal)
{
    struct secret_scanner_stream screen = {0};
    const char *text = terminal_text(terminal);
    if (!secret_scanner_is_absent(&screen, text, strlen(text)))
        output_checker_keep(&terminal->watch, "a secret is on the screen:\n", text);
    output_checker_inspect(&terminal->watch, terminal->child);
}

/* Is there a board's screen to judge? Not once it is gone, or while it is held. */
static bool has_sight(const struct terminal *terminal)
{
    return terminal->child > 0 && terminal->is_alternate && !terminal->is_held &&
           terminal->master >= 0;
}

/* Does the screen hold what a board's has to (support/sight)? One that does not is half drawn, or
 * wrong if it stays so for as long as it is looked at. */
static bool is_right(struct terminal *terminal)
{
    char why[SCREEN_CHECKER_TEXT_MAX];
    struct moment now = clock_read();
    struct screen_checker sight = terminal->sight;
    int64_t passed_ms = now.ms - terminal->judged_ms;
    vterm_get_size(terminal->vterm, &sight.rows, &sight.cols);
    sight.time_s = sight.time_s < 0 ? -1 : now.wall_ms / 1000;
    terminal->judged_ms = now.ms;
    if (!has_sight(terminal) || screen_checker_holds(&sight, terminal_text(terminal), why)) {
        terminal->wrong_for_ms = 0;
        return true;
    }
    terminal->wrong_for_ms += passed_ms < JUDGED_MS_MAX ? passed_ms : JUDGED_MS_MAX;
    if (terminal->wrong_for_ms < CURED_MS)
        return false;
    char *what = mem_printf("the screen is wrong: %s\n", why);
    output_checker_keep(&terminal->watch, what, terminal_text(terminal));
    free(what);
    return false;
}

/* Feeds the model until the screen is right, or wrong for good. */
static void await_right(struct terminal *terminal)
{
    while (!is_right(terminal) && !terminal->watch.trouble)
        feed(terminal, CURE_STEP_MS);
}

/* Inspects now and then. */
static void look(struct terminal *terminal)
{
    if (!output_checker_is_due(&terminal->watch))
        return;
    terminal_inspect(terminal);
    is_right(terminal);
}

void terminal_expect_cut(struct terminal *terminal)
{
    escape_checker_forgive_cut(terminal->watch.oracle);
}

void terminal_run(struct terminal *terminal, int ms)
{
    int64_t until = clock_read().ms + ms;
    for (int64_t now; (now = clock_read().ms) < until;) {
        if (!feed(terminal, (int)(until - now)) && terminal->master < 0)
            break;
    }
    look(terminal);
    await_right(terminal);
    fail_if_troubled(terminal);
}

/* Feeds the model until the text is, or is not, on a screen that is right. */
static bool wait_text(struct terminal *terminal, const char *text, bool is_wanted)
{
    int64_t until = clock_read().ms + TERMINAL_WAIT_MS;
    do {
        look(terminal);
        fail_if_troubled(terminal);
        if ((strstr(terminal_text(terminal), text) != NULL) == is_wanted && is_right(terminal))
            return true;
        feed(terminal, 50);
    } while (clock_read().ms < until);
    fprintf(stderr, "the screen never %s \"%s\":\n%s\n", is_wanted ? "showed" : "lost", text,
            terminal_text(terminal));
    return false;
}

bool terminal_wait_for(struct terminal *terminal, const char *text)
{
    return wait_text(terminal, text, true);
}

bool terminal_wait_without(struct terminal *terminal, const char *text)
{
    return wait_text(terminal, text, false);
}

void terminal_type(struct terminal *terminal, const char *bytes)
{
    size_t length = strlen(bytes);
    for (const char *at = bytes; *at != '\0'; at++)
        terminal->is_held = *at == CTRL_S || (terminal->is_held && *at != CTRL_Q);
    while (length > 0) {
        ssize_t written = write(terminal->master, bytes, length);
        if (written <= 0)
            return;
        bytes += written;
        length -= (size_t)written;
        feed(terminal, 0);
    }
}

void terminal_resize(struct terminal *terminal, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    drain(terminal);
    /* libvterm 0.1.4 writes past its lines when a scrolling region outlives a shrinking (valgrind).
     */
    char bytes[32];
    int row, col;
    terminal_cursor(terminal, &row, &col);
    int length = snprintf(bytes, sizeof bytes, "\033[r\033[%d;%dH", row + 1, col + 1);
    vterm_input_write(terminal->vterm, bytes, (size_t)length);
    vterm_set_size(terminal->vterm, rows, cols);
    ioctl(terminal->master, TIOCSWINSZ, &size);
}

/* Appends the text of one cell; wide characters fill the next one too. */
static void append_cell(struct buffer *out, const VTermScreenCell *cell)
{
    char bytes[4];
    if (cell->chars[0] == 0)
        buffer_puts(out, " ");
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
        buffer_append(out, bytes, text_encode(bytes, cell->chars[i]));
}

const char *terminal_text(struct terminal *terminal)
{
    int rows, cols;
    struct buffer *out = &terminal->text;
    vterm_get_size(terminal->vterm, &rows, &cols);
    buffer_reset(out);
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < cols; col++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = col}, &cell);
            if (cell.chars[0] != (uint32_t)-1)
                append_cell(out, &cell);
        }
        while (out->length > 0 && out->data[out->length - 1] == ' ')
            out->length--;
        buffer_puts(out, "\n");
    }
    return out->data;
}

void terminal_cursor(struct terminal *terminal, int *row, int *col)
{
    VTermPos position;
    vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &position);
    *row = position.row;
    *col = position.col;
}

bool terminal_is_restored(const struct terminal *terminal)
{
    struct termios after;
    tcgetattr(terminal->slave, &after);
    return !terminal->is_alternate && terminal->is_cursor_shown &&
           after.c_lflag == terminal->before.c_lflag && after.c_iflag == terminal->before.c_iflag &&
           after.c_oflag == terminal->before.c_oflag;
}

void terminal_hang_up(struct terminal *terminal)
{
    if (terminal->slave >= 0)
        close(terminal->slave);
    if (terminal->master >= 0)
        close(terminal->master);
    terminal->slave = -1;
    terminal->master = -1;
}

/* A terminal that has not left the alternate screen took not all: it was stalled. */
static bool has_all(const struct terminal *terminal)
{
    return terminal->master >= 0 && !terminal->is_alternate;
}

int terminal_wait_end(struct terminal *terminal, int ms)
{
    int64_t until = clock_read().ms + ms;
    while (terminal->child > 0) {
        if (waitpid(terminal->child, &terminal->status, WNOHANG) == terminal->child) {
            terminal->child = 0;
            break;
        }
        if (clock_read().ms >= until)
            return -1;
        look(terminal);
        if (!feed(terminal, 10))
            usleep(2000);
    }
    drain_last(terminal);
    output_checker_judge_end(&terminal->watch, terminal->status, has_all(terminal));
    fail_if_troubled(terminal);
    return terminal->status;
}

void terminal_quit(struct terminal *terminal)
{
    terminal_type(terminal, "q");
    int status = terminal_wait_end(terminal, TERMINAL_WAIT_MS);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(terminal_is_restored(terminal));
}

/* Waits for the child's end for a moment only, then ends it. */
static void end_child(struct terminal *terminal)
{
    terminal_inspect(terminal);
    if (terminal->child > 0 && waitpid(terminal->child, &terminal->status, WNOHANG) == 0)
        kill_child(terminal);
    terminal->child = 0;
    drain(terminal);
}

void terminal_free(struct terminal *terminal)
{
    end_child(terminal);
    terminal_hang_up(terminal);
    vterm_free(terminal->vterm);
    buffer_clear(&terminal->text);
    struct output_checker watch = terminal->watch;
    if (terminal->is_telling) {
        free(watch.trouble);
        watch.trouble = NULL;
    }
    free(terminal);
    output_checker_close(&watch);
}
