/* SPDX-License-Identifier: MIT */
/* The screen on a pty that stands in for standard input and output while a test runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
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

#include "base/clock.h"
#include "base/rng.h"
#include "term/screen.h"
#include "term/terminfo.h"
#include "ui/keys.h"

#define ROWS 24
#define COLS 80
#define QUIET_MS 30      /* nothing more comes on a pty after such a silence */
#define PATIENCE_MS 5000 /* what was written to one side has come out of the other by then */

/* xterm-256color's ways to enter and leave (terminfo: smcup, rmcup, civis, cnorm). */
#define ENTER_SCREEN "\033[?1049h"
#define LEAVE_SCREEN "\033[?1049l"
#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

struct source_fixture {
    int master; /* -1: closed */
    int saved[2];
    struct termios before;
    struct screen *screen;
    struct frame frame;
    struct buffer out; /* what has come out of the pty */
};

/* Puts a pty of the usual size in place of standard input and output. */
static int set_up(void **state)
{
    struct source_fixture *rig = calloc(1, sizeof *rig);
    struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
    int slave;
    if (!rig || openpty(&rig->master, &slave, NULL, NULL, &size) != 0)
        return -1;
    fflush(stdout);
    for (int fd = 0; fd < 2; fd++) {
        rig->saved[fd] = dup(fd);
        dup2(slave, fd);
    }
    close(slave);
    tcgetattr(STDIN_FILENO, &rig->before);
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TERM", "xterm-256color", 1);
    unsetenv("LINES");
    unsetenv("COLUMNS");
    unsetenv("ESCDELAY");
    frame_init(&rig->frame);
    frame_reset(&rig->frame, ROWS, COLS, false);
    buffer_init(&rig->out, 0);
    buffer_puts(&rig->out, "");
    *state = rig;
    return 0;
}

/* Closes the pty's other end. */
static void hang_up(struct source_fixture *rig)
{
    if (rig->master >= 0)
        close(rig->master);
    rig->master = -1;
}

/* Puts everything back. */
static int tear_down(void **state)
{
    struct source_fixture *rig = *state;
    screen_close(rig->screen);
    for (int fd = 0; fd < 2; fd++) {
        dup2(rig->saved[fd], fd);
        close(rig->saved[fd]);
    }
    hang_up(rig);
    frame_clear(&rig->frame);
    buffer_clear(&rig->out);
    free(rig);
    return 0;
}

/* Opens the screen with the default palette. */
static void open_screen(struct source_fixture *rig, bool no_color)
{
    struct error error = {0};
    struct screen_options options = {.palette = palette_find("default", NULL),
                                     .no_color = no_color};
    rig->screen = screen_open(&options, &error);
    assert_string_equal(error.text, "");
    assert_non_null(rig->screen);
}

/* Reads what has come out of the pty since the last time; returns how many bytes. */
static size_t drain(struct source_fixture *rig)
{
    struct pollfd fd = {.fd = rig->master, .events = POLLIN};
    char bytes[4096];
    buffer_reset(&rig->out);
    buffer_puts(&rig->out, "");
    while (poll(&fd, 1, QUIET_MS) > 0) {
        ssize_t count = read(rig->master, bytes, sizeof bytes);
        if (count <= 0)
            break;
        buffer_append(&rig->out, bytes, (size_t)count);
    }
    return rig->out.length;
}

/* Reads what has come out by now, without a look at it. */
static void discard(struct source_fixture *rig)
{
    struct pollfd fd = {.fd = rig->master, .events = POLLIN};
    char bytes[4096];
    do {
        while (poll(&fd, 1, 0) > 0 && read(rig->master, bytes, sizeof bytes) > 0)
            continue;
    } while (screen_is_sending(rig->screen) && screen_send(rig->screen));
}

/* Shows the rig's frame; returns how many bytes it took. */
static size_t show(struct source_fixture *rig)
{
    screen_show(rig->screen, &rig->frame);
    return drain(rig);
}

/* Has this come out? */
static bool has(const struct source_fixture *rig, const char *text)
{
    return strstr(rig->out.data, text) != NULL;
}

/* Types bytes and waits until they can be read. */
static void type(struct source_fixture *rig, const char *bytes)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    size_t length = strlen(bytes);
    assert_int_equal(write(rig->master, bytes, length), length);
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
}

/* Are the terminal's settings as before the screen? */
static bool is_restored(const struct source_fixture *rig)
{
    struct termios now;
    tcgetattr(STDIN_FILENO, &now);
    return now.c_lflag == rig->before.c_lflag && now.c_iflag == rig->before.c_iflag &&
           now.c_oflag == rig->before.c_oflag && now.c_cflag == rig->before.c_cflag &&
           memcmp(now.c_cc, rig->before.c_cc, sizeof now.c_cc) == 0;
}

static void screen__open__takes_the_terminal(void **state)
{
    struct source_fixture *rig = *state;
    struct termios now;
    int rows, cols;
    open_screen(rig, false);
    screen_size(rig->screen, &rows, &cols);
    assert_int_equal(rows, ROWS);
    assert_int_equal(cols, COLS);
    assert_int_equal(screen_colors(rig->screen), 256);
    assert_false(screen_is_ascii(rig->screen));
    tcgetattr(STDIN_FILENO, &now);
    assert_int_equal(now.c_lflag & (ICANON | ECHO), 0);
    assert_int_not_equal(now.c_lflag & ISIG, 0);
    show(rig);
    assert_true(has(rig, ENTER_SCREEN));
}

static void screen__open__ignores_size_in_environment(void **state)
{
    struct source_fixture *rig = *state;
    int rows, cols;
    setenv("LINES", "5", 1);
    setenv("COLUMNS", "10", 1);
    open_screen(rig, false);
    screen_size(rig->screen, &rows, &cols);
    assert_int_equal(rows, ROWS);
    assert_int_equal(cols, COLS);
}

static void screen__open__refuses_what_cannot_work(void **state)
{
    struct source_fixture *rig = *state;
    const char *const kinds[] = {"dumb", "nosuch", "unknown", "", "xter"};
    struct screen_options options = {.palette = palette_find("default", NULL)};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct error error = {0};
        setenv("TERM", kinds[i], 1);
        assert_null(screen_open(&options, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_non_null(strstr(error.text, "--once"));
        assert_non_null(strstr(error.text, kinds[i]));
    }
    assert_int_equal(drain(rig), 0);
    assert_true(is_restored(rig));
}

static void screen__open__names_the_package_for_an_unknown_kind(void **state)
{
    struct error error = {0};
    struct screen_options options = {.palette = palette_find("default", NULL)};
    (void)state;
    setenv("TERM", "nosuch", 1);
    assert_null(screen_open(&options, &error));
    assert_non_null(strstr(error.text, "ncurses-term"));
}

static void screen__open__falls_back_for_new_kinds(void **state)
{
    struct source_fixture *rig = *state;
    const char *const kinds[] = {"xterm-nosuch", "alacritty-nosuch", "foot-nosuch",
                                 "kitty-nosuch", "ghostty-nosuch",   "tmux-nosuch"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        setenv("TERM", kinds[i], 1);
        open_screen(rig, false);
        assert_int_equal(screen_colors(rig->screen), 256);
        screen_close(rig->screen);
        rig->screen = NULL;
    }
}

static void screen__open__has_the_colors_of_the_terminal(void **state)
{
    struct source_fixture *rig = *state;
    const struct {
        const char *kind;
        int colors;
    } kinds[] = {{"vt100", 0}, {"linux", 8}, {"xterm", 8}, {"screen-256color", 256}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        setenv("TERM", kinds[i].kind, 1);
        open_screen(rig, false);
        assert_int_equal(screen_colors(rig->screen), kinds[i].colors);
        frame_reset(&rig->frame, ROWS, COLS, false);
        frame_put(&rig->frame, 3, 3, COLS, (enum role)(ROLE_LAMP + LAMP_BUSY), "hello");
        show(rig);
        assert_true(has(rig, "hello"));
        screen_close(rig->screen);
        rig->screen = NULL;
        assert_true(is_restored(rig));
    }
}

static void screen__open__refuses_what_is_no_terminal(void **state)
{
    struct source_fixture *rig = *state;
    struct screen_options options = {.palette = palette_find("default", NULL)};
    for (int fd = 0; fd < 2; fd++) {
        struct error error = {0};
        int terminal = dup(fd);
        int null = open("/dev/null", O_RDWR);
        dup2(null, fd);
        struct screen *screen = screen_open(&options, &error);
        dup2(terminal, fd);
        close(null);
        close(terminal);
        assert_null(screen);
        assert_int_equal(error.kind, ERROR_USAGE);
    }
    assert_int_equal(drain(rig), 0);
}

static void screen__open__is_ascii_without_utf8(void **state)
{
    struct source_fixture *rig = *state;
    setlocale(LC_ALL, "C");
    open_screen(rig, false);
    assert_true(screen_is_ascii(rig->screen));
    type(rig, "\xE9");
    assert_int_equal(screen_read(rig->screen), KEYCODE_OTHER);
}

static void screen__open__is_ascii_when_asked(void **state)
{
    struct source_fixture *rig = *state;
    struct screen_options options = {.palette = palette_find("noc", NULL), .is_ascii = true};
    rig->screen = screen_open(&options, NULL);
    assert_non_null(rig->screen);
    assert_true(screen_is_ascii(rig->screen));
}

static void screen__show__sends_the_frame_and_then_nothing(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    frame_put(&rig->frame, 5, 10, COLS, ROLE_TEXT, "caf\xC3\xA9 \xE6\xBC\xA2 e\xCC\x81.");
    show(rig);
    assert_true(has(rig, "caf\xC3\xA9 \xE6\xBC\xA2 e\xCC\x81."));
    assert_int_equal(show(rig), 0);
    frame_reset(&rig->frame, ROWS, COLS, false);
    frame_put(&rig->frame, 5, 10, COLS, ROLE_TEXT, "caf\xC3\xA9 \xE6\xBC\xA2 e\xCC\x81.");
    assert_int_equal(show(rig), 0);
}

static void screen__show__fills_the_last_cell_without_scrolling(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    for (int row = 0; row < ROWS; row++)
        frame_fill(&rig->frame, row, 0, COLS, ROLE_TEXT, "x");
    show(rig);
    size_t filled = 0;
    for (size_t i = 0; i < rig->out.length; i++)
        filled += rig->out.data[i] == 'x';
    assert_true(filled >= ROWS * COLS || has(rig, "\033[79b") || has(rig, "\033[78b"));
    frame_put(&rig->frame, ROWS - 1, COLS - 1, COLS, ROLE_TEXT, "y");
    show(rig);
    assert_true(has(rig, "y"));
    assert_false(has(rig, "\n"));
}

static void screen__show__sends_few_bytes_for_a_changed_lamp(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    for (int row = 2; row < 22; row++) {
        for (int col = 0; col < COLS; col += 8)
            frame_put(&rig->frame, row, col, COLS, (enum role)(ROLE_LAMP + LAMP_ONLINE),
                      "\xE2\x97\x8F"
                      "0123");
    }
    show(rig);
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++) {
        for (int row = 2; row < 22; row += 3)
            frame_put(&rig->frame, row, 8 * (row % 7), COLS, (enum role)(ROLE_LAMP + lamp),
                      lamp_info((enum lamp)lamp)->glyph);
        size_t count = show(rig);
        assert_in_range(count, lamp == LAMP_ONLINE ? 0 : 1, 7 * 30);
    }
}

static void screen__show__changed_wide_character_takes_its_neighbours_along(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "a\xE6\xBC\xA2z");
    show(rig);
    frame_flag(&rig->frame, 0, 2, 1, STYLE_SELECTED); /* its right half alone */
    assert_int_equal(show(rig), 0);
    frame_put(&rig->frame, 0, 2, COLS, ROLE_TEXT, "b");
    show(rig);
    assert_true(has(rig, " b"));
}

/* What curses has been told of a cell. */
struct told {
    wchar_t text[CCHARW_MAX + 1];
    attr_t attributes;
    short pair;
};

/* Reads that of all cells. */
static void read_told(struct told told[static ROWS * COLS])
{
    memset(told, 0, ROWS * COLS * sizeof *told);
    for (int i = 0; i < ROWS * COLS; i++) {
        cchar_t cell;
        assert_int_not_equal(mvin_wch(i / COLS, i % COLS, &cell), ERR);
        assert_int_equal(getcchar(&cell, told[i].text, &told[i].attributes, &told[i].pair, NULL),
                         OK);
    }
}

/* Changes something in the frame's first corner; most of it looks alike. */
static void change_frame(struct frame *frame, struct rng *rng)
{
    static const char *const texts[] = {"a",        "b", "  ", "\xE6\xBC\xA2", "\xE5\xAD\x97",
                                        "e\xCC\x81"};
    int row = (int)rng_below(rng, 2);
    int col = (int)rng_below(rng, 12);
    enum role role = rng_below(rng, 8) == 0 ? ROLE_STRONG : ROLE_TEXT;
    if (rng_below(rng, 12) == 0)
        frame_flag(frame, row, col, 2, STYLE_SELECTED);
    else if (rng_below(rng, 6) == 0)
        frame_fill(frame, row, 0, COLS, role, " ");
    else
        frame_put(frame, row, col, COLS, role, texts[rng_below(rng, 6)]);
}

static void screen__show__changes_one_after_the_other_come_to_the_whole_frame(void **state)
{
    struct source_fixture *rig = *state;
    static const char *const palettes[] = {"default", "cb"};
    static struct told changed[ROWS * COLS];
    static struct told whole[ROWS * COLS];
    struct rng rng;
    rng_seed(&rng, 1);
    open_screen(rig, false);
    for (int step = 0; step < 4000; step++) {
        change_frame(&rig->frame, &rng);
        if (rng_below(&rng, 30) == 0)
            screen_set_palette(rig->screen, palette_find(palettes[step % 2], NULL));
        screen_show(rig->screen, &rig->frame);
        discard(rig);
        if (step % 20 != 0)
            continue;
        read_told(changed);
        screen_forget(rig->screen);
        screen_show(rig->screen, &rig->frame);
        discard(rig);
        read_told(whole);
        assert_memory_equal(changed, whole, sizeof whole);
    }
}

static void screen__show__frame_of_another_size__leaves_nothing_of_the_one_before(void **state)
{
    struct source_fixture *rig = *state;
    static const int sizes[][2] = {{ROWS, COLS},         {ROWS, COLS / 2}, {ROWS / 2, COLS},
                                   {ROWS + 4, COLS + 4}, {1, 1},           {ROWS, COLS}};
    static struct told told[ROWS * COLS];
    open_screen(rig, false);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int rows = sizes[i][0];
        int cols = sizes[i][1];
        frame_reset(&rig->frame, rows, cols, false);
        for (int row = 0; row < rows; row++)
            frame_fill(&rig->frame, row, 0, cols, ROLE_TEXT, "x");
        screen_show(rig->screen, &rig->frame);
        discard(rig);
        read_told(told);
        for (int at = 0; at < ROWS * COLS; at++) {
            bool is_inside = at / COLS < rows && at % COLS < cols;
            assert_int_equal(told[at].text[0], is_inside ? L'x' : L' ');
        }
    }
}

static void screen__show__puts_a_question_mark_where_widths_differ(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "a\xE6\xBC\xA2z");
    rig->frame.cells[1].base = 0xE9;   /* two columns for one */
    rig->frame.cells[4].base = 0x6F22; /* one column for two */
    show(rig);
    assert_true(has(rig, "a??z?"));
}

static void screen__show__without_color_has_attributes_only(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, true);
    assert_int_equal(screen_colors(rig->screen), 0);
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++)
        frame_put(&rig->frame, lamp, 0, COLS, (enum role)(ROLE_LAMP + lamp), "lamp");
    show(rig);
    for (char color = '0'; color <= '7'; color++) {
        const char ink[] = {'\033', '[', '3', color, 'm', '\0'};
        const char block[] = {'4', color, 'm', '\0'};
        assert_false(has(rig, ink));
        assert_false(has(rig, block) && color != '4'); /* 4m alone is an underline */
    }
    assert_true(has(rig, ";7m"));
}

static void screen__set_palette__changes_colors_at_once(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "plain");
    frame_put(&rig->frame, 1, 0, COLS, (enum role)(ROLE_LAMP + LAMP_OFFLINE), "lamp");
    show(rig);
    assert_true(has(rig, "\033[45m"));
    screen_set_palette(rig->screen, palette_find("noc", NULL));
    show(rig);
    assert_true(has(rig, "\033[41m"));
    assert_false(has(rig, "plain"));
}

static void screen__show__moves_and_hides_the_cursor(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    show(rig);
    assert_true(has(rig, HIDE_CURSOR));
    rig->frame.is_cursor_shown = true;
    rig->frame.cursor_row = 4;
    rig->frame.cursor_col = 6;
    show(rig);
    assert_true(has(rig, SHOW_CURSOR));
    assert_true(has(rig, "\033[5;7H"));
    rig->frame.cursor_col = 40;
    assert_true(show(rig) > 0);
    assert_false(has(rig, SHOW_CURSOR));
    rig->frame.cursor_row = 7;
    assert_true(show(rig) > 0);
    assert_int_equal(show(rig), 0);
    rig->frame.is_cursor_shown = false;
    show(rig);
    assert_true(has(rig, HIDE_CURSOR));
}

static void screen__show__is_whole_though_keys_wait(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    type(rig, "jjjj");
    for (int row = 0; row < ROWS; row++)
        frame_printf(&rig->frame, row, 0, COLS, ROLE_TEXT, "row%d.", row);
    show(rig);
    assert_true(has(rig, "row0."));
    assert_true(has(rig, "row23."));
}

static void screen__forget__sends_the_next_frame_whole(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "first");
    show(rig);
    screen_forget(rig->screen);
    show(rig);
    assert_true(has(rig, "first"));
    assert_int_equal(show(rig), 0);
}

static void screen__read__knows_keys_of_both_modes(void **state)
{
    struct source_fixture *rig = *state;
    const struct {
        const char *bytes;
        uint32_t press;
    } keys[] = {
        {"\033[A", KEYCODE_UP},
        {"\033OA", KEYCODE_UP},
        {"\033[B", KEYCODE_DOWN},
        {"\033OB", KEYCODE_DOWN},
        {"\033[C", KEYCODE_RIGHT},
        {"\033OC", KEYCODE_RIGHT},
        {"\033[D", KEYCODE_LEFT},
        {"\033OD", KEYCODE_LEFT},
        {"\033[H", KEYCODE_HOME},
        {"\033OH", KEYCODE_HOME},
        {"\033[1~", KEYCODE_HOME},
        {"\033[F", KEYCODE_END},
        {"\033OF", KEYCODE_END},
        {"\033[4~", KEYCODE_END},
        {"\033[5~", KEYCODE_PAGE_UP},
        {"\033[6~", KEYCODE_PAGE_DOWN},
        {"\033[3~", KEYCODE_DELETE},
        {"\033OP", KEYCODE_F1},
        {"\033[11~", KEYCODE_F1},
        {"\033OS", KEYCODE_F1 + 3},
        {"\033[15~", KEYCODE_F1 + 4},
        {"\033[17~", KEYCODE_F1 + 5},
        {"\033[21~", KEYCODE_F10},
        {"\r", KEYCODE_ENTER},
        {"\n", KEYCODE_ENTER},
        {"\033OM", KEYCODE_ENTER},
        {"\177", KEYCODE_BACKSPACE},
        {"\b", KEYCODE_BACKSPACE},
        {"\033", KEYCODE_ESCAPE},
        {"\014", KEYCODE_CTRL('L')},
        {"\006", KEYCODE_CTRL('F')},
        {"q", 'q'},
        {"\xC3\xA9", 0xE9},
        {"\xE6\xBC\xA2", 0x6F22},
        {"\xF0\x9F\x93\x9E", 0x1F4DE},
        {"\xFF", KEYCODE_OTHER},
        {"\xC0\xAF", KEYCODE_OTHER},
        {"\033[1;5P", KEYCODE_OTHER},
        {"\033[?997;1n", KEYCODE_OTHER},
        {"\033Oz", KEYCODE_OTHER},
    };
    const char *const kinds[] = {"xterm-256color", "linux", "vt100"};
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        setenv("TERM", kinds[kind], 1);
        open_screen(rig, false);
        assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            type(rig, keys[i].bytes);
            uint32_t press = screen_read(rig->screen);
            if (press != keys[i].press)
                print_error("%s: key %zu\n", kinds[kind], i);
            assert_int_equal(press, keys[i].press);
            while (press == KEYCODE_OTHER)
                press = screen_read(rig->screen);
            assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
        }
        screen_close(rig->screen);
        rig->screen = NULL;
    }
}

static void screen__read__escape_and_a_key_are_two_presses(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    type(rig, "\033q\033\033[Aj");
    assert_int_equal(screen_read(rig->screen), KEYCODE_ESCAPE);
    assert_int_equal(screen_read(rig->screen), 'q');
    assert_int_equal(screen_read(rig->screen), KEYCODE_ESCAPE);
    assert_int_equal(screen_read(rig->screen), KEYCODE_UP);
    assert_int_equal(screen_read(rig->screen), 'j');
    assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
}

static void screen__read__unknown_sequence_presses_no_keys(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    type(rig, "\033[99;99Zj\033[200~k");
    assert_int_equal(screen_read(rig->screen), KEYCODE_OTHER);
    assert_int_equal(screen_read(rig->screen), 'j');
    assert_int_equal(screen_read(rig->screen), KEYCODE_OTHER);
    assert_int_equal(screen_read(rig->screen), 'k');
    assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
}

static void screen__read__character_may_come_in_pieces(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    type(rig, "\xF0\x9F");
    assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
    type(rig, "\x93");
    assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
    type(rig, "\x9Ez");
    assert_int_equal(screen_read(rig->screen), 0x1F4DE);
    assert_int_equal(screen_read(rig->screen), 'z');
}

static void screen__read__broken_bytes_are_no_lost_terminal(void **state)
{
    struct source_fixture *rig = *state;
    char bytes[257];
    uint32_t press;
    int others = 0;
    open_screen(rig, false);
    memset(bytes, 0xE9, sizeof bytes - 1);
    bytes[sizeof bytes - 1] = '\0';
    type(rig, bytes);
    while ((press = screen_read(rig->screen)) != KEYCODE_NONE) {
        assert_int_equal(press, KEYCODE_OTHER);
        others++;
    }
    assert_true(others > 100);
    type(rig, "q");
    assert_int_equal(screen_read(rig->screen), 'q');
}

static void screen__read__tells_a_lost_terminal(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    show(rig);
    assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
    hang_up(rig);
    if (screen_read(rig->screen) != KEYCODE_LOST)
        assert_int_equal(screen_read(rig->screen), KEYCODE_LOST);
}

static void screen__read__tells_a_change_of_size(void **state)
{
    struct source_fixture *rig = *state;
    struct winsize size = {.ws_row = 10, .ws_col = 30};
    int rows, cols;
    open_screen(rig, false);
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "steady");
    show(rig);
    ioctl(rig->master, TIOCSWINSZ, &size);
    raise(SIGWINCH);
    assert_int_equal(screen_read(rig->screen), KEYCODE_RESIZE);
    assert_int_equal(screen_read(rig->screen), KEYCODE_NONE);
    screen_size(rig->screen, &rows, &cols);
    assert_int_equal(rows, 10);
    assert_int_equal(cols, 30);
    screen_show(rig->screen, &rig->frame); /* drawn for the size before */
    frame_reset(&rig->frame, 10, 30, false);
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "steady");
    frame_put(&rig->frame, 9, 25, COLS, ROLE_TEXT, "last!");
    show(rig);
    assert_true(has(rig, "steady"));
    assert_true(has(rig, "\033[10;26Hlast"));
}

static void screen__close__restores_the_terminal(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    show(rig);
    assert_false(is_restored(rig));
    screen_close(rig->screen);
    rig->screen = NULL;
    assert_true(is_restored(rig));
    drain(rig);
    assert_true(has(rig, LEAVE_SCREEN));
    assert_true(has(rig, SHOW_CURSOR));
    screen_restore();
    assert_int_equal(drain(rig), 0);
}

static void screen__restore__needs_no_curses_and_acts_once(void **state)
{
    struct source_fixture *rig = *state;
    open_screen(rig, false);
    show(rig);
    screen_restore();
    assert_true(is_restored(rig));
    drain(rig);
    assert_true(has(rig, LEAVE_SCREEN));
    assert_true(has(rig, SHOW_CURSOR));
    assert_false(has(rig, "$<"));
    screen_restore();
    assert_int_equal(drain(rig), 0);
}

static void screen__restore__does_not_wait_for_a_stalled_terminal(void **state)
{
    struct source_fixture *rig = *state;
    char bytes[1024];
    open_screen(rig, false);
    show(rig);
    memset(bytes, ' ', sizeof bytes);
    fcntl(STDOUT_FILENO, F_SETFL, O_RDWR | O_NONBLOCK);
    while (write(STDOUT_FILENO, bytes, sizeof bytes) > 0) {
    }
    fcntl(STDOUT_FILENO, F_SETFL, O_RDWR);
    int64_t start = clock_read().ms;
    screen_restore();
    assert_true(clock_read().ms - start < 1000);
    assert_true(is_restored(rig));
    while (drain(rig) > 0) {
    }
}

static void screen__open__clears_inherited_nonblock_and_gives_it_back(void **state)
{
    struct source_fixture *rig = *state;
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK);
    open_screen(rig, false);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0);
    screen_close(rig->screen);
    rig->screen = NULL;
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
    open_screen(rig, false);
    screen_restore();
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
    fcntl(STDIN_FILENO, F_SETFL, flags);
}

/* In a child: stops once with the screen open. */
_Noreturn static void run_suspending_child(struct source_fixture *rig)
{
    struct screen_options options = {.palette = palette_find("default", NULL)};
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    rig->screen = screen_open(&options, NULL);
    if (!rig->screen)
        _exit(2);
    signal(SIGTSTP, SIG_IGN);
    screen_show(rig->screen, &rig->frame);
    screen_suspend(rig->screen);
    struct sigaction action;
    sigaction(SIGTSTP, NULL, &action);
    if (action.sa_handler != SIG_IGN)
        _exit(3);
    screen_show(rig->screen, &rig->frame);
    screen_close(rig->screen);
    _exit(0);
}

static void screen__suspend__hands_the_terminal_over_and_takes_it_again(void **state)
{
    struct source_fixture *rig = *state;
    int status;
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "vgpreload"))
        skip(); /* valgrind does not let a program stop itself (measured, 3.19) */
    frame_put(&rig->frame, 0, 0, COLS, ROLE_TEXT, "picture");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_suspending_child(rig);
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    assert_true(is_restored(rig));
    drain(rig);
    assert_true(has(rig, "picture"));
    assert_true(has(rig, LEAVE_SCREEN));
    kill(child, SIGCONT);
    drain(rig);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(has(rig, ENTER_SCREEN));
    assert_true(has(rig, "picture"));
    assert_true(is_restored(rig));
}

static void terminfo__write_undo__fits_what_it_is_given(void **state)
{
    (void)state;
    char all[256] = {0};
    char some[256];
    size_t length = terminfo_write_undo("xterm-256color", all, sizeof all);
    assert_true(length > 0);
    for (size_t size = 0; size <= length; size++) {
        assert_int_equal(terminfo_write_undo("xterm-256color", some, size), size);
        assert_memory_equal(some, all, size);
    }
}

/* Read by LeakSanitizer, where there is one: a screen that is closed leaves to curses what it has,
 * and only this program opens many. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libtinfo\nleak:libncurses\n";
}

#define SCREEN_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(screen__open__takes_the_terminal),
        SCREEN_TEST(screen__open__ignores_size_in_environment),
        SCREEN_TEST(screen__open__refuses_what_cannot_work),
        SCREEN_TEST(screen__open__names_the_package_for_an_unknown_kind),
        SCREEN_TEST(screen__open__falls_back_for_new_kinds),
        SCREEN_TEST(screen__open__has_the_colors_of_the_terminal),
        SCREEN_TEST(screen__open__refuses_what_is_no_terminal),
        SCREEN_TEST(screen__open__is_ascii_without_utf8),
        SCREEN_TEST(screen__open__is_ascii_when_asked),
        SCREEN_TEST(screen__open__clears_inherited_nonblock_and_gives_it_back),
        SCREEN_TEST(screen__show__sends_the_frame_and_then_nothing),
        SCREEN_TEST(screen__show__fills_the_last_cell_without_scrolling),
        SCREEN_TEST(screen__show__sends_few_bytes_for_a_changed_lamp),
        SCREEN_TEST(screen__show__changed_wide_character_takes_its_neighbours_along),
        SCREEN_TEST(screen__show__changes_one_after_the_other_come_to_the_whole_frame),
        SCREEN_TEST(screen__show__frame_of_another_size__leaves_nothing_of_the_one_before),
        SCREEN_TEST(screen__show__puts_a_question_mark_where_widths_differ),
        SCREEN_TEST(screen__show__without_color_has_attributes_only),
        SCREEN_TEST(screen__show__moves_and_hides_the_cursor),
        SCREEN_TEST(screen__show__is_whole_though_keys_wait),
        SCREEN_TEST(screen__set_palette__changes_colors_at_once),
        SCREEN_TEST(screen__forget__sends_the_next_frame_whole),
        SCREEN_TEST(screen__read__knows_keys_of_both_modes),
        SCREEN_TEST(screen__read__escape_and_a_key_are_two_presses),
        SCREEN_TEST(screen__read__unknown_sequence_presses_no_keys),
        SCREEN_TEST(screen__read__character_may_come_in_pieces),
        SCREEN_TEST(screen__read__broken_bytes_are_no_lost_terminal),
        SCREEN_TEST(screen__read__tells_a_lost_terminal),
        SCREEN_TEST(screen__read__tells_a_change_of_size),
        SCREEN_TEST(screen__close__restores_the_terminal),
        SCREEN_TEST(screen__restore__needs_no_curses_and_acts_once),
        SCREEN_TEST(screen__restore__does_not_wait_for_a_stalled_terminal),
        SCREEN_TEST(screen__suspend__hands_the_terminal_over_and_takes_it_again),
        SCREEN_TEST(terminfo__write_undo__fits_what_it_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
