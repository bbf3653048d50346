/* SPDX-License-Identifier: MIT */
/*
 * board_servers: how the board lists several servers: their order, one of them alone, groups.
 *
 * Changes a board that others own.
 */
#ifndef BLFTOP_UI_BOARD_SERVERS_H
#define BLFTOP_UI_BOARD_SERVERS_H

#include "ui/board.h"

/* The feeds are about to go: ends a pause, whose copies are of them, and remembers which server the
 * cursor is on. */
void board_detach_feeds(struct board *board, struct moment now);

/* Looks at these feeds from now on: what is watched has been replaced, in the same roster. The
 * order of the servers, the one that is listed and the one under the cursor stay, by name. After
 * board_detach_feeds. */
void board_attach_feeds(struct board *board, const struct server_status *feeds,
                        size_t server_status_count, struct moment now);

/* Finds the groups of what is listed. */
void board_find_groups(struct board *board);

/* The order rows are listed in: the viewer's, within groups where there are any. */
struct sort_order board_order(const struct board *board);

/* Puts the servers in order and keeps the selected one in sight. */
void board_order_servers(struct board *board, struct moment now);

/* Shows all servers in place of the list, or the list again. */
void board_show_servers(struct board *board, bool show, struct moment now);

/* Lists one server's extensions only (SERVER_NONE: those of all again). */
void board_list_server(struct board *board, uint16_t server, struct moment now);

#endif
