/* SPDX-License-Identifier: MIT */
/* What actions do while the servers are shown. */
#include "board/act.h"

typedef void (*action_fn)(struct board *board, struct moment now);

/* After a movement servers keep their places for a while. */
static void settle(struct board *board, struct moment now)
{
    board->hold_until_ms = now.ms + BOARD_HOLD_MS;
    board_show_selection(board);
}

/* Moves the selection by places. */
static void move(struct board *board, ptrdiff_t places, struct moment now)
{
    servers_move(&board->servers, places);
    settle(board, now);
}

/* Moves by a share of what is in sight, the window along with the selection. */
static void move_window(struct board *board, int direction, int divisor, struct moment now)
{
    int lines = board_layout(board).visible / divisor;
    ptrdiff_t by = lines > 0 ? lines : 1;
    size_t step = (size_t)by;
    size_t *top = &board->servers.top;
    *top = direction > 0 ? *top + step : *top > step ? *top - step : 0;
    move(board, direction * by, now);
}

/* ACTION_UP */
static void up(struct board *board, struct moment now)
{
    move(board, -1, now);
}

/* ACTION_DOWN */
static void down(struct board *board, struct moment now)
{
    move(board, 1, now);
}

/* ACTION_PAGE_UP */
static void page_up(struct board *board, struct moment now)
{
    move_window(board, -1, 1, now);
}

/* ACTION_PAGE_DOWN */
static void page_down(struct board *board, struct moment now)
{
    move_window(board, 1, 1, now);
}

/* ACTION_HALF_UP */
static void half_up(struct board *board, struct moment now)
{
    move_window(board, -1, 2, now);
}

/* ACTION_HALF_DOWN */
static void half_down(struct board *board, struct moment now)
{
    move_window(board, 1, 2, now);
}

/* ACTION_FIRST */
static void first(struct board *board, struct moment now)
{
    move(board, -(ptrdiff_t)board->servers.count, now);
}

/* ACTION_LAST */
static void last(struct board *board, struct moment now)
{
    move(board, (ptrdiff_t)board->servers.count, now);
}

/* ACTION_LEFT, ACTION_RIGHT: a list has neither. */
static void stay(struct board *board, struct moment now)
{
    (void)board;
    (void)now;
}

/* Puts the servers in another order. */
static void order(struct board *board, int step, struct moment now)
{
    struct servers *servers = &board->servers;
    servers->order = (enum servers_order)(((int)servers->order + step + SERVERS_ORDER_COUNT) %
                                          SERVERS_ORDER_COUNT);
    servers->is_reversed = false;
    board_order_servers(board, now);
    board_notify(board, now, "servers sorted by %s", servers_order_name(servers->order));
}

/* ACTION_SORT_ON */
static void sort_on(struct board *board, struct moment now)
{
    order(board, 1, now);
}

/* ACTION_SORT_BACK */
static void sort_back(struct board *board, struct moment now)
{
    order(board, -1, now);
}

/* ACTION_SORT_REVERSE */
static void sort_reverse(struct board *board, struct moment now)
{
    board->servers.is_reversed = !board->servers.is_reversed;
    board_order_servers(board, now);
}

/* ACTION_OPEN: the extensions of the server under the cursor, from the first one on. */
static void open_server(struct board *board, struct moment now)
{
    uint16_t server = servers_selected(&board->servers);
    const struct row *row = board_selected(board);
    bool is_its_own = row != NULL && row->is_used && row->server == server;
    if (server == SERVER_NONE)
        return;
    board_show_servers(board, false, now);
    board_list_server(board, server, now);
    if (!is_its_own)
        listing_select(&board->listing, 0);
    board_show_selection(board);
}

/* ACTION_SERVERS, ACTION_BACK, ACTION_VIEW: the list of extensions again. */
static void leave(struct board *board, struct moment now)
{
    board_show_servers(board, false, now);
}

static const action_fn actions[ACTION_COUNT] = {
    [ACTION_UP] = up,
    [ACTION_DOWN] = down,
    [ACTION_LEFT] = stay,
    [ACTION_RIGHT] = stay,
    [ACTION_PAGE_UP] = page_up,
    [ACTION_PAGE_DOWN] = page_down,
    [ACTION_HALF_UP] = half_up,
    [ACTION_HALF_DOWN] = half_down,
    [ACTION_FIRST] = first,
    [ACTION_LAST] = last,
    [ACTION_SORT_ON] = sort_on,
    [ACTION_SORT_BACK] = sort_back,
    [ACTION_SORT_REVERSE] = sort_reverse,
    [ACTION_OPEN] = open_server,
    [ACTION_BACK] = leave,
    [ACTION_VIEW] = leave,
    [ACTION_SERVERS] = leave,
};

/* Is the action about the whole program, whatever is shown? */
static bool is_general(enum action action)
{
    return action == ACTION_NONE || action == ACTION_HELP || action == ACTION_QUIT ||
           action == ACTION_PALETTE || action == ACTION_REDRAW || action == ACTION_PAUSE ||
           action == ACTION_POLL;
}

bool act_on_servers(struct board *board, enum action action, struct moment now)
{
    if (actions[action] != NULL) {
        actions[action](board, now);
        return true;
    }
    if (!is_general(action))
        leave(board, now); /* it is about extensions */
    return false;
}
