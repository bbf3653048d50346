/* SPDX-License-Identifier: MIT */
/*
 * event_loop: shows a board, or a page that does not change, until a key, a signal or the terminal
 * ends it.
 *
 * The only place that reads keys and draws frames. What is polled is monitor's.
 */
#ifndef BLFTOP_EVENT_LOOP_H
#define BLFTOP_EVENT_LOOP_H

#include "monitor.h"

/* Shows the board until the viewer, a signal or the loss of the terminal ends it; *signal_number
 * gets the signal of MONITOR_SIGNALED. */
enum monitor_end event_loop_run_board(struct monitor *loop, struct board *board,
                                      struct screen *screen, int *signal_number);

/* Shows a page that does not change until a key or a signal ends it; likewise. */
enum monitor_end event_loop_run_page(struct screen *screen, monitor_draw_fn draw, void *context,
                                     int *signal_number);

#endif
