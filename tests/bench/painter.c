/* SPDX-License-Identifier: MIT */
#include "bench/painter.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curses.h>

#include "base/mem.h"
#include "bench/child.h"
#include "term/screen.h"

#define STYLE_FLAGS (STYLE_SELECTED | STYLE_STALE)
#define COLORS_INDEXED 256
#define SILENCE_MS 20 /* after which a frame is known to be through */

static const struct palette *palette;

/* Puts one cell as the program's own screen would. */
static void put_cell(const struct frame *frame, int row, int col)
{
    const struct cell *cell = &frame->cells[(size_t)row * (size_t)frame->cols + (size_t)col];
    int colors = COLORS > COLORS_INDEXED ? 8 : COLORS;
    struct look look =
        palette_look(palette, (enum role)cell->role, cell->flags & STYLE_FLAGS, colors);
    bool is_plain = look.foreground == LOOK_DEFAULT && look.background == LOOK_DEFAULT;
    int pair = is_plain ? 0 : alloc_pair(look.foreground, look.background);
    attr_t attributes = A_NORMAL;
    wchar_t text[] = {(wchar_t)cell->base, L'\0'};
    cchar_t put;
    attributes |= look.bold ? A_BOLD : A_NORMAL;
    attributes |= look.dim ? A_DIM : A_NORMAL;
    attributes |= look.reverse ? A_REVERSE : A_NORMAL;
    attributes |= look.underline ? A_UNDERLINE : A_NORMAL;
    if (cell->base == 0)
        return; /* the right half of the cell before */
    setcchar(&put, text, attributes, (short)(pair > 0 && pair <= SHRT_MAX ? pair : 0), NULL);
    mvadd_wchnstr(row, col, &put, 1);
}

/* Shows a frame with curses alone; `before` NULL: all of it. */
static void show_plain(const struct frame *frame, const struct frame *before)
{
    size_t at = 0;
    for (int row = 0; row < frame->rows; row++) {
        for (int col = 0; col < frame->cols; col++, at++) {
            if (before == NULL || !frame_cell_equals(&frame->cells[at], &before->cells[at]))
                put_cell(frame, row, col);
        }
    }
    move(frame->cursor_row, frame->cursor_col);
    refresh();
}

/* Opens curses as the program does. */
static void open_plain(void)
{
    if (newterm(NULL, stdout, stdin) == NULL)
        die("curses cannot use the terminal");
    cbreak();
    noecho();
    nonl();
    start_color();
    use_default_colors();
    curs_set(0);
}

/* The painter's process: shows a frame whenever it is told to, and says when it has. */
static _Noreturn void paint(enum painter_kind kind, const struct frame *frames, size_t count,
                            int orders, int reports)
{
    struct screen *screen = NULL;
    struct error error = {0};
    char byte;
    setenv("TERM", "xterm-256color", 1);
    setlocale(LC_ALL, "C.UTF-8");
    palette = palette_find("default", NULL);
    if (kind != PAINTER_SCREEN)
        open_plain();
    else if ((screen = screen_open(&(struct screen_options){.palette = palette}, &error)) == NULL)
        die("%s", error.text);
    for (size_t i = 0; i < count && read(orders, &byte, 1) == 1; i++) {
        if (kind == PAINTER_CLEAR)
            clear();
        if (kind == PAINTER_SCREEN)
            screen_show(screen, &frames[i]);
        else
            show_plain(&frames[i], kind == PAINTER_TOUCH && i > 0 ? &frames[i - 1] : NULL);
        while (screen != NULL && screen_is_sending(screen))
            (void)screen_send(screen);
        (void)!write(reports, &byte, 1);
    }
    (void)!read(orders, &byte, 1); /* leaving the terminal would be counted */
    _exit(0);
}

/* Counts what the terminal gets until the painter has reported and nothing more comes. */
static size_t count_bytes(int master, int reports)
{
    static char bytes[65536];
    size_t total = 0;
    bool has_reported = false;
    for (;;) {
        struct pollfd fds[] = {{.fd = master, .events = POLLIN},
                               {.fd = has_reported ? -1 : reports, .events = POLLIN}};
        int ready = poll(fds, 2, has_reported ? SILENCE_MS : -1);
        if (ready == 0)
            return total;
        if (fds[0].revents & POLLIN)
            total += (size_t)read(master, bytes, sizeof bytes);
        else if (fds[0].revents != 0 || (fds[1].revents & POLLIN) == 0)
            die("a painter has ended");
        else
            has_reported = read(reports, bytes, 1) == 1;
    }
}

void painter_show(enum painter_kind kind, const struct frame *frames, size_t count, size_t *bytes)
{
    struct winsize size = {.ws_row = CHILD_ROWS, .ws_col = CHILD_COLS};
    int orders[2], reports[2], master;
    if (pipe(orders) != 0 || pipe(reports) != 0)
        die("cannot make a pipe: %s", strerror(errno));
    pid_t pid = forkpty(&master, NULL, NULL, &size);
    if (pid < 0)
        die("cannot start a painter: %s", strerror(errno));
    if (pid == 0) {
        close(orders[1]);
        close(reports[0]);
        paint(kind, frames, count, orders[0], reports[1]);
    }
    close(orders[0]);
    close(reports[1]);
    for (size_t i = 0; i < count; i++) {
        if (write(orders[1], "", 1) != 1)
            die("a painter has ended");
        bytes[i] = count_bytes(master, reports[0]);
    }
    close(orders[1]);
    close(reports[0]);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(master);
}
