/* SPDX-License-Identifier: MIT */
#include "app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/signals.h"
#include "config/settings_path.h"
#include "config/settings_validate.h"
#include "draw/draw.h"
#include "draw/draw_welcome.h"
#include "event_loop.h"
#include "log/event_log.h"
#include "monitor.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/report.h"
#include "report/text.h"
#include "startup.h"
#include "term/screen.h"
#include "ui/board.h"
#include "ui/board_servers.h"

#define EXIT_SIGNAL(number) (128 + (number))
#define EXIT_UNWRITTEN 1 /* what was asked for could not be written */

int app_fail(const struct error *error)
{
    fprintf(stderr, "blftop: %s\n", error->text);
    return (int)error->kind;
}

/* Is the program on a terminal, both ways? */
static bool is_on_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* May colour be used? NO_COLOR holds unless an option says otherwise (no-color.org). */
static bool is_colorless(const struct options *options)
{
    const char *no_color = getenv("NO_COLOR");
    if (options->color == COLOR_AUTO)
        return no_color && no_color[0] != '\0';
    return options->color == COLOR_NEVER;
}

/* ASCII only: asked for, or all that the locale has. */
static bool is_ascii(const struct options *options)
{
    return options->ascii || !charset_is_utf8();
}

/* Puts a buffer into a stream, which remembers what went wrong. */
static void put(const struct buffer *buffer, FILE *stream)
{
    if (buffer->length > 0)
        (void)!fwrite(buffer->data, 1, buffer->length, stream);
}

int app_finish_output(void)
{
    if (!ferror(stdout))
        errno = 0; /* else it still says why */
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
        return 0;
    fprintf(stderr, "blftop: cannot write: %s\n", strerror(errno));
    return EXIT_UNWRITTEN;
}

/* Writes what one poll has brought, in the format asked for. */
static int report_once(const struct app *run, const struct monitor *loop)
{
    static void (*const writers[])(const struct report *, struct buffer *) = {
        [FORMAT_TEXT] = report_write_text,
        [FORMAT_JSON] = report_write_json,
        [FORMAT_CSV] = report_write_csv,
    };
    struct sort_order by_number = {.keys = {SORT_EXTENSION}, .count = 1};
    struct filter_scope scope = {clock_read(), loop->feeds, loop->count};
    struct listing listing;
    struct buffer out;

    listing_init(&listing);
    listing_update(&listing, &loop->roster, &run->query,
                   run->options.sort ? &run->sort : &by_number, &scope);
    buffer_init(&out, 0);
    bool is_color = run->options.color == COLOR_ALWAYS ||
                    (isatty(STDOUT_FILENO) && !is_colorless(&run->options));
    writers[run->options.format](&(struct report){.roster = &loop->roster,
                                                  .listing = &listing,
                                                  .feeds = loop->feeds,
                                                  .server_status_count = loop->count,
                                                  .now = scope.now,
                                                  .is_ascii = is_ascii(&run->options),
                                                  .is_color = is_color,
                                                  .is_detailed = run->options.extension_count > 0},
                                 &out);
    put(&out, stdout);
    int code = app_finish_output();
    buffer_clear(&out);
    listing_clear(&listing);
    return code;
}

/* Tells on standard error what could not be read, and why; returns the exit code that goes with it.
 */
static int tell_failures(const struct monitor *loop)
{
    struct buffer out;
    buffer_init(&out, 0);
    int code = (int)report_write_failures(loop->feeds, loop->count, &out);
    put(&out, stderr);
    buffer_clear(&out);
    return code;
}

/* --once: one poll, one report. */
static int run_once(const struct app *run, struct monitor *loop)
{
    signals_open(false);
    int number = monitor_run_once(loop);
    signals_close();
    int code = number != 0 ? EXIT_SIGNAL(number) : report_once(run, loop);
    int failures = number != 0 ? 0 : tell_failures(loop);
    return failures != 0 ? failures : code;
}

/* The screen is open, or being opened or closed. */
static volatile sig_atomic_t is_screen_open;

/* Gives the terminal back in a hurry. */
static void restore_screen(void)
{
    is_screen_open = 0;
    screen_restore();
}

/* At the program's end: curses ends it by itself where it has no memory for colours (6.4,
 * start_color), with words that go with its screen. */
static void end_for_curses(void)
{
    if (!is_screen_open)
        return;
    restore_screen();
    fputs("blftop: out of memory\n", stderr);
}

/* Opens the terminal so that whatever ends the program restores it. */
static struct screen *open_screen(const struct options *options, const struct palette *palette,
                                  struct error *error)
{
    die_set_restore(restore_screen);
    signals_on_crash(restore_screen);
    if (atexit(end_for_curses) != 0)
        die("out of memory");
    signals_open(
        true); /* first: one that came in between would end the program with the screen taken */
    is_screen_open = 1;
    struct screen *screen = screen_open(&(struct screen_options){.palette = palette,
                                                                 .is_ascii = options->ascii,
                                                                 .no_color = is_colorless(options)},
                                        error);
    is_screen_open = screen != NULL;
    if (!screen)
        signals_close();
    return screen;
}

/* Gives the terminal back. A second signal must not end the program before that. */
static void close_screen(struct screen *screen)
{
    screen_close(screen);
    is_screen_open = 0;
    signals_close();
    signals_on_crash(NULL);
    die_set_restore(NULL);
}

/* Watches what the settings say by now. */
static bool reload(struct monitor *loop, struct board *board, struct error *error)
{
    struct settings before;
    if (!startup_reload(loop->run, &before, error))
        return false;
    struct moment now = clock_read();
    board_detach_feeds(board, now); /* a pause's copies borrow names from the settings, too */
    monitor_replace(loop, &before, &loop->run->settings);
    board_attach_feeds(board, loop->feeds, loop->count, now);
    settings_clear(&before);
    return true;
}

/* The board, until something ends it. */
static int run_board(const struct app *run, struct monitor *loop)
{
    struct error error = {0};
    struct board board;
    struct screen *screen = open_screen(&run->options, run->palette, &error);
    if (!screen)
        return app_fail(&error);

    int number = 0;
    bool is_right =
        board_init(&board,
                   &(struct board_setup){
                       .roster = &loop->roster,
                       .feeds = loop->feeds,
                       .server_status_count = loop->count,
                       .view = strcmp(run->settings.view, "table") == 0 ? VIEW_TABLE : VIEW_LAMPS,
                       .sort = &run->sort,
                       .filter = run->options.filter,
                       .palette = run->palette,
                       .is_ascii = screen_is_ascii(screen),
                       .has_groups = strcmp(run->settings.group, "server") == 0,
                       .is_servers = strcmp(run->settings.view, "servers") == 0,
                       .is_detail_first = run->options.extension_count > 0,
                   },
                   clock_read(), &error);
    enum monitor_end end = MONITOR_QUIT;
    if (is_right) {
        end = event_loop_run_board(loop, &board, screen, &number);
        board_clear(&board);
    }
    close_screen(screen);
    if (!is_right)
        return app_fail(&error);
    return end == MONITOR_QUIT ? 0 : EXIT_SIGNAL(number);
}

/* Draws the welcome of a first run. */
static void draw_first_run(struct frame *frame, void *path)
{
    draw_welcome(frame, path);
}

int app_run_first(const struct app *run)
{
    struct error error = {0};
    char *path = settings_home_path();
    struct screen *screen = NULL;
    if (run->options.mode == MODE_BOARD && is_on_terminal())
        screen = open_screen(&run->options, palette_find("default", NULL), &error);
    int code = ERROR_USAGE;
    if (screen) {
        int number;
        if (event_loop_run_page(screen, draw_first_run, path, &number) != MONITOR_QUIT)
            code = EXIT_SIGNAL(number);
        close_screen(screen);
    } else {
        fprintf(stderr, "blftop: no settings: write %s (see --help), or try --demo\n", path);
    }
    free(path);
    return code;
}

/* Writes the end into the log. */
static void close_chronicle(struct event_log *event_log, int code)
{
    char why[80];
    if (code > EXIT_SIGNAL(0))
        snprintf(why, sizeof why, "signal %d (%s)", code - EXIT_SIGNAL(0),
                 strsignal(code - EXIT_SIGNAL(0)));
    else
        snprintf(why, sizeof why, "exit code %d", code);
    event_log_close(event_log, clock_read(), why);
}

int app_run_watch(struct app *run)
{
    struct error error = {0};
    struct monitor loop;
    int code;
    struct event_log *event_log = NULL;
    if (run->options.log &&
        !(event_log = event_log_open(run->options.log, run->settings.path, clock_read(), &error)))
        return app_fail(&error);
    if (!monitor_open(&loop, &run->settings, run->options.extensions, run->options.extension_count,
                      &error)) {
        event_log_close(event_log, clock_read(), error.text);
        return app_fail(&error);
    }
    loop.event_log = event_log;
    loop.reload = reload;
    loop.run = run;
    if (run->options.mode == MODE_ONCE)
        code = run_once(run, &loop);
    else
        code = run_board(run, &loop);
    monitor_close(&loop);
    close_chronicle(event_log, code);
    return code;
}
