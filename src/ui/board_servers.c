/* SPDX-License-Identifier: MIT */
/* What a board does about its several servers: which of them are listed, and rows in groups. */
#include "ui/board_servers.h"

#include "ui/board.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The feed with a name; SERVER_NONE if there is none. */
static uint16_t find_feed(const struct board *board, const char *name)
{
    for (size_t i = 0; i < board->server_status_count; i++) {
        if (strcmp(board->feeds[i].name, name) == 0)
            return (uint16_t)i;
    }
    return SERVER_NONE;
}

void board_detach_feeds(struct board *board, struct moment now)
{
    board_pause(board, false, now);
    uint16_t at = server_list_selected(&board->servers);
    snprintf(board->server_at, sizeof board->server_at, "%s",
             at != SERVER_NONE ? board->feeds[at].name : "");
}

void board_attach_feeds(struct board *board, const struct server_status *feeds,
                        size_t server_status_count, struct moment now)
{
    assert(!board->is_paused);
    board->feeds = feeds;
    board->live_feeds = feeds;
    board->server_status_count = server_status_count;
    if (board->is_one_server)
        board_list_server(board, find_feed(board, board->server_name), now);
    else
        board_relist(board, now);
    board_order_servers(board, now);
    server_list_select(&board->servers, find_feed(board, board->server_at));
    board_show_selection(board);
}

/* Does each server's list have a line with its name above it? */
static bool is_grouped(const struct board *board)
{
    bool has_several = board->server_status_count > 1 && !board->is_one_server;
    bool is_apt = board->view == VIEW_LAMPS || board->sort.keys[0] == SORT_SERVER;
    return board->has_groups && has_several && is_apt;
}

void board_find_groups(struct board *board)
{
    const struct listing *listing = &board->listing;
    list_lines_update(&board->groups, is_grouped(board), listing->ids, listing->count,
                      board->roster);
}

struct sort_order board_order(const struct board *board)
{
    struct sort_order order = board->sort;
    if (!is_grouped(board) || order.keys[0] == SORT_SERVER)
        return order;
    order.count = order.count < SORT_KEYS_MAX ? order.count + 1 : SORT_KEYS_MAX;
    order.keys[0] = SORT_SERVER;
    order.reversed[0] = false;
    for (size_t i = 1; i < order.count; i++) {
        order.keys[i] = board->sort.keys[i - 1];
        order.reversed[i] = board->sort.reversed[i - 1];
    }
    return order;
}

void board_order_servers(struct board *board, struct moment now)
{
    server_list_update(&board->servers, board->feeds, board->server_status_count, board->roster,
                       board_time(board, now).ms);
    board_show_selection(board);
}

void board_show_servers(struct board *board, bool show, struct moment now)
{
    board->is_servers = show;
    board->is_open = false;
    board->jump_digits[0] = '\0';
    if (show)
        board_order_servers(board, now);
    else
        board_show_selection(board);
}

void board_list_server(struct board *board, uint16_t server, struct moment now)
{
    board->is_one_server = server != SERVER_NONE;
    board->server = board->is_one_server ? server : 0;
    snprintf(board->server_name, sizeof board->server_name, "%s",
             board->is_one_server ? board->feeds[server].name : "");
    (void)board_set_filter(board, board->filter, now);
}
