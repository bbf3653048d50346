/* SPDX-License-Identifier: MIT */
#include "term/screen.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>

#include "base/charset.h"
#include "base/mem.h"
#include "term/keyboard.h"
#include "term/output.h"
#include "term/terminfo.h"
#include "term/tty.h"
#include "ui/keys.h"

#define UNDO_BYTES_MAX 256
#define ESCAPE_WAIT_MS 25  /* curses' own 1000 would hold up the whole loop after a lone Esc */
#define COLORS_INDEXED 256 /* with more, a number is red-green-blue and no ANSI colour */
#define STYLE_FLAGS (STYLE_SELECTED | STYLE_STALE)

/* A look in curses' terms. */
struct style {
    attr_t attributes;
    short pair;
};

struct screen {
    struct output output;
    struct frame shown; /* what curses was told last: cells, size and cursor */
    bool is_known;      /* `shown` is that */
    bool is_utf8;
    bool is_ascii;
    int colors;
    struct style styles[ROLE_COUNT][STYLE_FLAGS + 1];
    cchar_t *run; /* a row's cells on their way to curses */
    struct keyboard keypad;
    int cursor_shown; /* as told to curs_set; -1: not told yet */
};

/* What curses does not say, but leaves in errno (6.4), which is set to 0 before: bytes are missing
 * of what it just wrote, or memory was short. */
static bool is_output_lost(void)
{
    return errno == EIO || errno == ENOSPC || errno == EFBIG || errno == ENOMEM;
}

/* Starts colours; returns how many there are. */
static int start_colors(bool no_color)
{
    if (no_color || !has_colors() || start_color() == ERR || use_default_colors() == ERR)
        return 0;
    return COLORS > COLORS_INDEXED ? 8 : COLORS;
}

/* Sets curses up for a loop that waits elsewhere. Signals stay with the terminal's own keys. False
 * if the terminal does not take its modes: the lines would come out as stairs. */
static bool set_modes(void)
{
    if (!getenv("ESCDELAY"))
        set_escdelay(ESCAPE_WAIT_MS);
    errno = 0;
    bool is_set = cbreak() != ERR && noecho() != ERR && nonl() != ERR;
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    typeahead(-1);     /* else keys that wait leave a frame half sent */
    reset_prog_mode(); /* curses does not always say that it could not (6.4) */
    return is_set && !is_output_lost() && tty_is_raw();
}

/* Starts curses on a terminal of this kind. The way back is ready before anything is sent, should
 * it have to be gone without curses. */
static bool start_curses(const char *kind, struct error *error)
{
    char undo[UNDO_BYTES_MAX];
    size_t length = terminfo_write_undo(kind, undo, sizeof undo);
    if (length == 0)
        return error_set(error, ERROR_USAGE, "cannot look up the terminal \"%s\" (TERM)", kind);
    tty_take();
    tty_arm(undo, length);
    use_tioctl(TRUE); /* else LINES and COLUMNS in the environment freeze the size */
    errno = 0;
    bool is_open = newterm(kind, stdout, stdin) != NULL; /* initscr would exit by itself */
    if (is_open && !is_output_lost())
        return true;
    if (is_open) {
        endwin();
        tty_restore();
    }
    tty_disarm();
    tty_give();
    return error_set(error, ERROR_USAGE, "curses cannot use the terminal \"%s\"", kind);
}

/* Lets go of what a screen holds. No delscreen: it does not check the memory that it takes (6.4),
 * and would turn an end in good order into a crash. Curses keeps hold of what it has. */
static void free_screen(struct screen *screen)
{
    tty_close();
    output_close(&screen->output);
    frame_clear(&screen->shown);
    free(screen->run);
    free(screen);
}

struct screen *screen_open(const struct screen_options *options, struct error *error)
{
    if (!tty_open(error))
        return NULL;
    const char *kind = terminfo_choose(error);
    if (!kind || !start_curses(kind, error)) {
        tty_close();
        return NULL;
    }
    struct screen *screen = mem_new(1, sizeof *screen);
    output_open(&screen->output, tty_output());
    screen->is_utf8 = charset_is_utf8();
    screen->is_ascii = options->is_ascii || !screen->is_utf8;
    screen->cursor_shown = -1;
    if (!set_modes()) {
        endwin();
        screen_restore(); /* of what curses has sent, some has not come */
        free_screen(screen);
        error_set(error, ERROR_USAGE, "the terminal does not take its modes, or what is written");
        return NULL;
    }
    keyboard_open(&screen->keypad, screen->is_utf8);
    screen->colors = start_colors(options->no_color);
    screen_set_palette(screen, options->palette);
    return screen;
}

/* Sends what waits, as far as the terminal takes it. False if it took nothing. Whatever ends the
 * program then, the sequence that was begun gets its end. */
static bool send_waiting(struct screen *screen)
{
    const char *rest;
    sigset_t all, before;
    sigfillset(&all); /* one that is sent from outside waits until it is known what has left */
    sigprocmask(SIG_BLOCK, &all, &before);
    bool is_taking = output_send(&screen->output);
    size_t length = output_rest(&screen->output, &rest);
    tty_set_rest(rest, length);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return is_taking;
}

/* Gives the terminal back. One that takes nothing is not waited for, nor is half a frame sent. */
static void leave_terminal(struct screen *screen)
{
    if (screen_is_ready(screen)) {
        errno = 0;
        endwin();
        if (!terminfo_show_cursor(tty_output()) || is_output_lost())
            screen_restore();
        tty_disarm();
        tty_give();
    } else {
        output_begin_capture(&screen->output);
        endwin();
        output_end_capture(&screen->output);
        screen_restore();
        output_drop(&screen->output);
    }
}

void screen_close(struct screen *screen)
{
    if (!screen)
        return;
    leave_terminal(screen);
    free_screen(screen);
}

void screen_restore(void)
{
    tty_restore();
}

void screen_size(struct screen *screen, int *rows, int *cols)
{
    int true_rows, true_cols;
    getmaxyx(stdscr, *rows, *cols);
    /* Curses' own handler of SIGWINCH must not do it: a change in the middle of refresh is lost on
     * it, which looks at standard output, and short of memory it goes on with windows half resized
     * and writes past them (6.4). */
    if (tty_size(&true_rows, &true_cols) && (true_rows != *rows || true_cols != *cols)) {
        if (resizeterm(true_rows, true_cols) == ERR)
            die("out of memory");
        screen->is_known = false;
        getmaxyx(stdscr, *rows, *cols);
    }
}

bool screen_is_ascii(const struct screen *screen)
{
    return screen->is_ascii;
}

int screen_colors(const struct screen *screen)
{
    return screen->colors;
}

/* The colour pair of a look; the terminal's own colours when curses has no pair left. */
static short pair_of(const struct screen *screen, struct look look)
{
    if (screen->colors == 0 || (look.foreground == LOOK_DEFAULT && look.background == LOOK_DEFAULT))
        return 0;
    int pair = alloc_pair(look.foreground, look.background);
    return pair > 0 && pair <= SHRT_MAX ? (short)pair : 0;
}

/* A look in curses' terms. */
static struct style make_style(const struct screen *screen, struct look look)
{
    attr_t attributes = A_NORMAL;
    attributes |= look.bold ? A_BOLD : A_NORMAL;
    attributes |= look.dim ? A_DIM : A_NORMAL;
    attributes |= look.reverse ? A_REVERSE : A_NORMAL;
    attributes |= look.underline ? A_UNDERLINE : A_NORMAL;
    return (struct style){.attributes = attributes, .pair = pair_of(screen, look)};
}

void screen_set_palette(struct screen *screen, const struct palette *palette)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (unsigned flags = 0; flags <= STYLE_FLAGS; flags++) {
            struct look look = palette_look(palette, (enum role)role, flags, screen->colors);
            screen->styles[role][flags] = make_style(screen, look);
        }
    }
    screen->is_known = false;
}

/* Can the character be put there as it is? Not if the C library sees its width otherwise: the rest
 * of the row would be out of place. Nor with its right half next to the last corner, which curses
 * reaches by an insertion where margins cannot be switched off (measured with TERM=screen). */
static bool is_puttable(uint32_t base, int width, int row, int col)
{
    bool is_cornered = width == 2 && row == LINES - 1 && col + width == COLS - 1;
    return wcwidth((wchar_t)base) == width && !is_cornered;
}

/* Makes curses' form of a character. */
static void make_cell(const struct screen *screen, const struct cell *cell, uint32_t base,
                      cchar_t *out)
{
    const struct style *style = &screen->styles[cell->role][cell->flags & STYLE_FLAGS];
    wchar_t text[1 + TEXT_MARKS_MAX + 1] = {(wchar_t)base};
    size_t length = 1;
    for (int i = 0; i < TEXT_MARKS_MAX && base == cell->base && cell->marks[i] != 0; i++) {
        if (wcwidth((wchar_t)cell->marks[i]) == 0)
            text[length++] = (wchar_t)cell->marks[i];
    }
    setcchar(out, text, style->attributes, style->pair, NULL);
}

/* Tells curses the cells of a row from `first` up to `end`. */
static void write_run(struct screen *screen, const struct cell *cells, int row, int first, int end)
{
    int count = 0;
    for (int col = first, width; col < end; col += width) {
        width = col + 1 < end && cells[col + 1].base == 0 ? 2 : 1;
        bool is_whole = is_puttable(cells[col].base, width, row, col);
        for (int i = 0; i < (is_whole ? 1 : width); i++)
            make_cell(screen, &cells[col], is_whole ? cells[col].base : '?', screen->run + count++);
    }
    mvadd_wchnstr(row, first, screen->run, count);
}

/* Tells curses what has changed in a row of `cols` columns. False if nothing has. */
static bool show_row(struct screen *screen, const struct frame *frame, int row, int cols)
{
    const struct cell *cells = frame->cells + (size_t)row * (size_t)frame->cols;
    struct cell *old = screen->shown.cells + (size_t)row * (size_t)frame->cols;
    int first = 0;
    int end = cols;
    if (screen->is_known) {
        if (memcmp(cells, old, (size_t)cols * sizeof *cells) == 0) /* nearly always */
            return false;
        while (first < end && frame_cell_equals(&cells[first], &old[first]))
            first++;
        while (end > first && frame_cell_equals(&cells[end - 1], &old[end - 1]))
            end--;
    }
    while (first < end && first > 0 && cells[first].base == 0)
        first--;
    while (end > first && end < cols && cells[end].base == 0)
        end++;
    if (first >= end)
        return false;
    write_run(screen, cells, row, first, end);
    memcpy(old + first, cells + first, (size_t)(end - first) * sizeof *cells);
    return true;
}

/* Puts the cursor where the frame has it. */
static void show_cursor(struct screen *screen, const struct frame *frame)
{
    int is_shown = frame->is_cursor_shown;
    if (is_shown != screen->cursor_shown)
        curs_set(is_shown);
    screen->cursor_shown = is_shown;
    move(frame->cursor_row, frame->cursor_col);
}

/* Gets ready for frames of another size than before. */
static void fit_frame(struct screen *screen, const struct frame *frame)
{
    struct frame *shown = &screen->shown;
    size_t count = (size_t)frame->rows * (size_t)frame->cols;
    if (shown->rows == frame->rows && shown->cols == frame->cols)
        return;
    screen->is_known = false;
    screen->run = mem_resize(screen->run, (size_t)frame->cols, sizeof *screen->run);
    shown->cells = mem_resize(shown->cells, count, sizeof *shown->cells);
    shown->rows = frame->rows;
    shown->cols = frame->cols;
}

/* Tells curses what has changed. False if nothing has. */
static bool show_rows(struct screen *screen, const struct frame *frame)
{
    int rows, cols;
    struct frame *shown = &screen->shown;
    bool is_changed = !screen->is_known || shown->cursor_row != frame->cursor_row ||
                      shown->cursor_col != frame->cursor_col ||
                      shown->is_cursor_shown != frame->is_cursor_shown;
    getmaxyx(stdscr, rows, cols);
    rows = rows < frame->rows ? rows : frame->rows;
    cols = cols < frame->cols ? cols : frame->cols;
    if (!screen->is_known)
        erase();
    for (int row = 0; row < rows; row++)
        is_changed |= show_row(screen, frame, row, cols);
    shown->cursor_row = frame->cursor_row;
    shown->cursor_col = frame->cursor_col;
    shown->is_cursor_shown = frame->is_cursor_shown;
    return is_changed;
}

/* Draws what has changed. curses ignores SIGTSTP meanwhile, so a Ctrl-Z in that time would be lost
 * (measured on 6.4); blocked, it waits (Linux keeps blocked signals even if they are ignored).
 * False if some of it was lost. Short of memory, curses leaves out bytes and keeps pointers to what
 * it has freed (6.4: the lists of its scroll optimisation): nothing it does from there on can be
 * trusted. */
static bool update_terminal(void)
{
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_BLOCK, &stop, &before);
    errno = 0;
    refresh();
    bool is_lost = is_output_lost();
    if (errno == ENOMEM)
        die("out of memory");
    sigprocmask(SIG_SETMASK, &before, NULL);
    return !is_lost;
}

bool screen_send(struct screen *screen)
{
    return send_waiting(screen);
}

bool screen_is_sending(const struct screen *screen)
{
    return output_is_waiting(&screen->output);
}

bool screen_is_ready(struct screen *screen)
{
    struct pollfd out = {.fd = tty_output(), .events = POLLOUT};
    return send_waiting(screen) && !output_is_waiting(&screen->output) && poll(&out, 1, 0) != 0;
}

void screen_show(struct screen *screen, const struct frame *frame)
{
    fit_frame(screen, frame);
    if (!show_rows(screen, frame))
        return;
    screen->is_known = true;
    output_begin_capture(&screen->output);
    show_cursor(screen, frame);
    bool is_whole = update_terminal();
    output_end_capture(&screen->output);
    send_waiting(screen);
    if (!is_whole)
        screen_forget(screen);
}

void screen_forget(struct screen *screen)
{
    screen->is_known = false;
    clearok(curscr, TRUE);
}

uint32_t screen_read(struct screen *screen)
{
    uint32_t press = keyboard_read(&screen->keypad);
    if (press == KEYCODE_RESIZE)
        screen->is_known = false;
    return press;
}

void screen_suspend(struct screen *screen)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    struct sigaction ours;
    leave_terminal(screen);
    sigaction(SIGTSTP, &usual, &ours);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
    tty_take();
    reset_prog_mode();
    tty_rearm();
    screen_forget(screen);
    erase(); /* what was shown is old by now */
    output_begin_capture(&screen->output);
    keypad(stdscr, TRUE); /* else the next getch sends it, into the midst of a frame (6.4) */
    refresh();
    output_end_capture(&screen->output);
    send_waiting(screen);
}
