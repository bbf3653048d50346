/* SPDX-License-Identifier: MIT */
/*
 * monitor: the only place that waits. loop.c has the network's side, monitor_board.c the board's.
 *
 * Hands readiness to net, presses to the board, and time to both. Owns what is watched: roster,
 * feeds, sources and fetch. Work comes in portions, so a page never keeps a key waiting; a frame
 * is drawn when something seen may have changed, at most 20 times a second unless a key asks.
 */
#ifndef BLFTOP_MONITOR_H
#define BLFTOP_MONITOR_H

#include <poll.h>
#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"
#include "config/settings.h"
#include "http/client.h"
#include "log/event_log.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "poll/source.h"
#include "term/screen.h"
#include "ui/board.h"

#define MONITOR_WAIT_MAX_MS 1000 /* the clock on screen ticks */

struct monitor;
struct app;

/* Reads the settings again and replaces what is watched. False with the reason: nothing has
 * changed. */
typedef bool (*monitor_reload_fn)(struct monitor *loop, struct board *board, struct error *error);

struct monitor {
    struct http *http;
    struct source **sources;     /* one a server */
    struct server_status *feeds; /* likewise */
    size_t count;
    struct roster roster;
    struct roster_name *names;     /* borrowed by the roster */
    const char *const *extensions; /* borrowed */
    size_t extension_count;
    struct rng rng;
    struct buffer spare;         /* memory for the next page of any source */
    struct event_log *event_log; /* borrowed; NULL: none */
    monitor_reload_fn reload;    /* NULL: settings are read once */
    struct app *run;             /* what it needs; borrowed */
};

/* How a board's loop ended. */
enum monitor_end {
    MONITOR_QUIT,     /* the viewer wanted it */
    MONITOR_LOST,     /* the terminal is gone */
    MONITOR_SIGNALED, /* by one that is to end it: SIGTERM, SIGHUP and others (signals.h) */
};

/* Gets ready to watch all servers of the settings, which are borrowed for the loop's life, as are
 * the extension numbers. */
bool monitor_open(struct monitor *loop, const struct settings *settings,
                  const char *const *extensions, size_t extension_count, struct error *error)
    __attribute__((warn_unused_result));
void monitor_close(struct monitor *loop);

/* Watches what other settings say from now on; they take the place of the ones before. What is
 * under way ends. Rows stay if the same is watched as before, each with its lamp's age. */
void monitor_replace(struct monitor *loop, const struct settings *before,
                     const struct settings *after);

/* One turn of the network's side: starts what is due, waits at most `longest` ms, on `fds` too,
 * takes what has come and works on pages for a while. True if data may have changed. */
bool monitor_turn(struct monitor *loop, const struct pollfd *fds, size_t count, int longest);

/* Polls every server once. Returns 0, or the number of the signal that ended it before. */
int monitor_run_once(struct monitor *loop);

/* Draws a page on a frame that has the screen's size. */
typedef void (*monitor_draw_fn)(struct frame *frame, void *context);

#endif
