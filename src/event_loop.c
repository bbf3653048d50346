/* SPDX-License-Identifier: MIT */
#include "event_loop.h"

#include "monitor.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/signals.h"
#include "draw/draw.h"
#include "draw/palette.h"
#include "model/staleness.h"
#include "ui/input.h"

#define DRAW_EVERY_MS 50   /* frames of new data are at least so far apart */
#define SETTLE_MS 20       /* new data waits so long for what comes with it: a poll has pages */
#define KEYCODE_MS 8       /* a turn takes presses for so long: a paste must not stop the polls */
#define IDLE_TURNS_MAX 200 /* turns a second that do nothing: with more something is broken */
#define IDLE_TURN_MS 5     /* how long each of them is held up then */
#define STOPPED_MS 200     /* a terminal that takes nothing is tried again after so long */

enum { WAIT_SIGNALS, WAIT_TERMINAL, WAIT_OUTPUT, WAIT_COUNT };

/* What one turn of a board's loop has to remember for the next. */
struct event_loop {
    struct monitor *loop; /* NULL: a page, without one */
    struct board *board;
    struct screen *screen;
    struct frame frame;
    int64_t drawn_ms;   /* when the last frame was drawn */
    int64_t drawn_wall; /* the second its clock shows */
    int64_t stale_ms;   /* when something in it becomes old */
    int64_t retry_ms;   /* no frame before this: the terminal takes none */
    bool is_changed;    /* data may have changed since */
    int64_t changed_ms; /* when it first did */
    bool is_pressed;    /* a key was pressed since, or something else that is to be seen at once */
    size_t answered;    /* servers that have answered so far */
    bool has_presses;   /* more of them may be waiting, perhaps within curses */
    bool has_told;      /* of trouble with the log */
    int idle_turns;     /* in the second that began with idle_ms */
    int64_t idle_ms;
    bool is_ended;
    enum monitor_end end;
    int signal_number;
};

/* Ends the loop at the next turn. */
static void end_turns(struct event_loop *turn, enum monitor_end end, int number)
{
    turn->is_ended = true;
    turn->end = end;
    turn->signal_number = number;
}

/* SIGUSR1: the file has been rotated. */
static void reopen_chronicle(struct event_loop *turn)
{
    struct error error = {0};
    struct moment now = clock_read();
    if (turn->loop && !event_log_reopen(turn->loop->event_log, now, &error))
        board_notify(turn->board, now, "log: %s", error.text);
}

/* SIGUSR2: the settings have been changed. */
static void reload(struct event_loop *turn)
{
    struct monitor *loop = turn->loop;
    struct error error = {0};
    if (!loop || !loop->reload)
        return;
    bool is_done = loop->reload(loop, turn->board, &error);
    struct moment now = clock_read();
    event_log_reload(loop->event_log, now, is_done ? NULL : error.text);
    board_notify(turn->board, now, is_done ? "settings read again%s" : "settings not changed: %s",
                 error.text);
    turn->is_pressed = true;
}

/* Says on the board that the log is losing lines, once. */
static void tell_trouble(struct event_loop *turn)
{
    const char *trouble = event_log_trouble(turn->loop->event_log);
    if (trouble && !turn->has_told)
        board_notify(turn->board, clock_read(), "log: lines are lost: %s", trouble);
    turn->has_told = trouble != NULL;
}

/* Acts on the signals that have come. */
static void take_signals(struct event_loop *turn)
{
    int number;
    while ((number = signals_take()) != 0) {
        if (number == SIGTSTP) {
            screen_suspend(turn->screen);
            turn->is_pressed = true;
        } else if (number == SIGUSR1) {
            reopen_chronicle(turn);
        } else if (number == SIGUSR2) {
            reload(turn);
        } else if (number == SIGINT) {
            end_turns(turn, MONITOR_QUIT, 0);
        } else if (number == SIGWINCH) {
            screen_forget(turn->screen); /* it may have been smaller and be again what it was */
            turn->is_pressed = true;
        } else {
            end_turns(turn, MONITOR_SIGNALED, number);
        }
    }
}

/* Hands the presses that are waiting to the board, as many as a turn has time for. */
static void take_presses(struct event_loop *turn)
{
    uint32_t press;
    int64_t until = clock_read().ms + KEYCODE_MS;
    turn->has_presses = false;
    while (!turn->is_ended && !turn->has_presses &&
           (press = screen_read(turn->screen)) != KEYCODE_NONE) {
        turn->is_pressed = true;
        turn->has_presses = clock_read().ms >= until;
        if (press == KEYCODE_LOST)
            end_turns(turn, MONITOR_LOST, SIGHUP);
        else if (press != KEYCODE_RESIZE)
            input_take_key(turn->board, press, clock_read());
    }
}

/* Carries out what the board requests. */
static void carry_out(struct monitor *loop, struct event_loop *turn)
{
    struct board_requests requests = turn->board->requests;
    struct moment now = clock_read();
    turn->board->requests = (struct board_requests){0};
    if (requests.quit)
        end_turns(turn, MONITOR_QUIT, 0);
    if (requests.redraw)
        screen_forget(turn->screen);
    if (requests.next_palette) {
        turn->board->palette = palette_next(turn->board->palette);
        screen_set_palette(turn->screen, turn->board->palette);
        board_notify(turn->board, now, "palette %s", palette_name(turn->board->palette));
    }
    if (requests.poll) {
        size_t asked = 0;
        for (size_t i = 0; i < loop->count; i++)
            asked += source_poll_now(loop->sources[i], now.ms);
        board_notify(turn->board, now,
                     asked > 0 ? "polling now" : "a poll is under way, or was just made");
    }
}

/* When new data is to be drawn. One server that has sent all its pages has nothing to wait for. */
static int64_t data_due(const struct event_loop *turn)
{
    const struct monitor *loop = turn->loop;
    bool is_alone = loop->count == 1 && !loop->feeds[0].is_polling;
    int64_t rested = turn->drawn_ms + DRAW_EVERY_MS;
    int64_t settled = turn->changed_ms + (is_alone ? 0 : SETTLE_MS);
    return rested > settled ? rested : settled;
}

/* When the next frame is due, as ms from `now`; data waits for its turn, keys do not, but all wait
 * for a terminal that takes nothing. */
static int wait_for_frame(const struct event_loop *turn, struct moment now)
{
    if (turn->has_presses)
        return 0;
    if (now.ms < turn->retry_ms)
        return (int)(turn->retry_ms - now.ms);
    if (screen_is_sending(turn->screen))
        return MONITOR_WAIT_MAX_MS;
    if (turn->is_pressed)
        return 0;
    int64_t until_second = 1000 - now.wall_ms % 1000;
    if (turn->stale_ms - now.ms < until_second)
        until_second = turn->stale_ms > now.ms ? turn->stale_ms - now.ms : 0;
    int64_t until_data = data_due(turn) - now.ms;
    if (turn->is_changed && until_data < until_second)
        return until_data > 0 ? (int)until_data : 0;
    return (int)until_second;
}

/* Follows the terminal's size. */
static void follow_size(struct event_loop *turn)
{
    int rows, cols;
    screen_size(turn->screen, &rows, &cols);
    if (rows != turn->board->rows || cols != turn->board->cols) {
        board_resize(turn->board, rows, cols);
        turn->is_pressed = true;
    }
}

/* Sends what waits for the terminal. Can it take a frame then? */
static bool is_terminal_ready(struct event_loop *turn, struct moment now)
{
    if (now.ms < turn->retry_ms)
        return false;
    bool is_taking = screen_send(turn->screen);
    if (is_taking && screen_is_sending(turn->screen))
        return false;
    if (is_taking && screen_is_ready(turn->screen))
        return true;
    turn->retry_ms = now.ms + STOPPED_MS;
    return false;
}

/* What to wait for beside the network; how many of these there are. */
static size_t watch(const struct event_loop *turn, struct pollfd fds[static WAIT_COUNT],
                    int64_t now)
{
    fds[WAIT_SIGNALS] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
    fds[WAIT_TERMINAL] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    fds[WAIT_OUTPUT] = (struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT};
    return screen_is_sending(turn->screen) && now >= turn->retry_ms ? WAIT_COUNT : WAIT_OUTPUT;
}

/* Draws a frame if one is due. */
static void show(struct event_loop *turn)
{
    struct moment now = clock_read();
    bool is_flooded = turn->has_presses && now.ms - turn->drawn_ms < DRAW_EVERY_MS;
    bool is_due = (turn->is_pressed && !is_flooded) || now.wall_ms / 1000 != turn->drawn_wall ||
                  now.ms >= turn->stale_ms || (turn->is_changed && now.ms >= data_due(turn));
    if (!is_due && !screen_is_sending(turn->screen))
        return;
    if (!is_terminal_ready(turn, now) || !is_due)
        return;
    board_refresh(turn->board, now);
    draw_board(turn->board, &turn->frame, now);
    screen_show(turn->screen, &turn->frame);
    turn->drawn_ms = now.ms;
    turn->stale_ms = /* no cell may show what is old unmarked, not for a moment */
        staleness_next_stale(turn->board->feeds, turn->board->server_status_count,
                             turn->board->roster, now.ms);
    turn->drawn_wall = now.wall_ms / 1000;
    turn->is_changed = false;
    turn->is_pressed = false;
    follow_size(turn); /* it may have changed meanwhile */
}

/* Has a server answered for the first time? Whoever has just started the program waits for that. */
static bool has_first_answer(struct event_loop *turn)
{
    size_t answered = 0;
    for (size_t i = 0; i < turn->loop->count; i++)
        answered += turn->loop->feeds[i].polls > 0;
    bool has_more = answered > turn->answered;
    turn->answered = answered;
    return has_more;
}

/* Holds up turns that do nothing when there are too many of them: whatever wakes the loop for
 * nothing (a descriptor gone bad in a library, a server that sends a byte at a time) must not cost
 * a core. Keys still wait no longer than a turn. */
static void slow_down(struct event_loop *turn, bool is_idle)
{
    int64_t now = clock_read().ms;
    if (now - turn->idle_ms >= 1000) {
        turn->idle_ms = now;
        turn->idle_turns = 0;
    }
    turn->idle_turns += is_idle;
    if (is_idle && turn->idle_turns > IDLE_TURNS_MAX)
        poll(NULL, 0, IDLE_TURN_MS);
}

enum monitor_end event_loop_run_board(struct monitor *loop, struct board *board,
                                      struct screen *screen, int *signal_number)
{
    struct pollfd fds[WAIT_COUNT];
    struct event_loop turn = {.loop = loop, .board = board, .screen = screen, .is_pressed = true};
    frame_init(&turn.frame);
    follow_size(&turn);
    while (!turn.is_ended) {
        show(&turn);
        struct moment now = clock_read();
        size_t count = watch(&turn, fds, now.ms);
        bool is_changed = monitor_turn(loop, fds, count, wait_for_frame(&turn, now));
        slow_down(&turn, !is_changed && !turn.has_presses && !turn.is_pressed);
        if (is_changed && !turn.is_changed)
            turn.changed_ms = clock_read().ms;
        turn.is_changed |= is_changed;
        turn.is_pressed |= is_changed && has_first_answer(&turn);
        take_signals(&turn);
        take_presses(&turn);
        follow_size(&turn);
        carry_out(loop, &turn);
        tell_trouble(&turn);
    }
    frame_clear(&turn.frame);
    *signal_number = turn.signal_number;
    return turn.end;
}

/* Acts on what ends or stops a page. */
static void take_page_end(struct event_loop *turn)
{
    uint32_t press;
    take_signals(turn);
    while (!turn->is_ended && (press = screen_read(turn->screen)) != KEYCODE_NONE) {
        if (press == KEYCODE_LOST)
            end_turns(turn, MONITOR_LOST, SIGHUP);
        else if (press != KEYCODE_RESIZE)
            end_turns(turn, MONITOR_QUIT, 0);
    }
}

enum monitor_end event_loop_run_page(struct screen *screen, monitor_draw_fn draw, void *context,
                                     int *signal_number)
{
    struct pollfd fds[WAIT_COUNT];
    struct event_loop turn = {.screen = screen};
    frame_init(&turn.frame);
    while (!turn.is_ended) {
        int rows, cols;
        screen_size(screen, &rows, &cols);
        frame_reset(&turn.frame, rows, cols, screen_is_ascii(screen));
        draw(&turn.frame, context);
        struct moment now = clock_read();
        if (is_terminal_ready(&turn, now))
            screen_show(screen, &turn.frame);
        poll(fds, (nfds_t)watch(&turn, fds, now.ms), MONITOR_WAIT_MAX_MS);
        take_page_end(&turn);
    }
    frame_clear(&turn.frame);
    *signal_number = turn.signal_number;
    return turn.end;
}
