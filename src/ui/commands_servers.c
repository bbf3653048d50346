/* SPDX-License-Identifier: MIT */
#include "ui/commands_servers.h"
#include "ui/board_servers.h"

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

/* Lists the extensions of the server under the cursor, from the first one on. */
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

/* Does the action mean the same on every screen? */
static bool is_general(enum action action)
{
    bool is_movement = action >= ACTION_UP && action <= ACTION_LAST;
    return is_movement || action == ACTION_NONE || action == ACTION_HELP || action == ACTION_QUIT ||
           action == ACTION_PALETTE || action == ACTION_REDRAW || action == ACTION_PAUSE ||
           action == ACTION_POLL;
}

bool act_on_servers(struct board *board, enum action action, struct moment now)
{
    switch (action) {
    case ACTION_SORT_ON:
        order(board, 1, now);
        return true;
    case ACTION_SORT_BACK:
        order(board, -1, now);
        return true;
    case ACTION_SORT_REVERSE:
        board->servers.is_reversed = !board->servers.is_reversed;
        board_order_servers(board, now);
        return true;
    case ACTION_OPEN:
        open_server(board, now);
        return true;
    case ACTION_BACK:
    case ACTION_VIEW:
    case ACTION_SERVERS:
        board_show_servers(board, false, now);
        return true;
    default:
        if (!is_general(action))
            board_show_servers(board, false, now); /* it is about extensions */
        return false;
    }
}
