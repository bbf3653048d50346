/* SPDX-License-Identifier: MIT */
/* What actions do while the servers are shown, and not elsewhere. */
#include "ui/commands.h"

typedef void (*action_fn)(struct board *board, struct moment now);

/* Puts the servers in another order. */
static void order(struct board *board, int step, struct moment now)
{
    struct server_list *servers = &board->servers;
    servers->order =
        (enum server_order)(((int)servers->order + step + SERVER_ORDER_COUNT) % SERVER_ORDER_COUNT);
    servers->is_reversed = false;
    board_order_servers(board, now);
    board_notify(board, now, "servers sorted by %s", server_list_order_name(servers->order));
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
    uint16_t server = server_list_selected(&board->servers);
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
    [ACTION_SORT_ON] = sort_on,
    [ACTION_SORT_BACK] = sort_back,
    [ACTION_SORT_REVERSE] = sort_reverse,
    [ACTION_OPEN] = open_server,
    [ACTION_BACK] = leave,
    [ACTION_VIEW] = leave,
    [ACTION_SERVERS] = leave,
};

/* Is the action about whatever is shown, or about the whole program? */
static bool is_general(enum action action)
{
    bool is_movement = action >= ACTION_UP && action <= ACTION_LAST;
    return is_movement || action == ACTION_NONE || action == ACTION_HELP || action == ACTION_QUIT ||
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
