/* SPDX-License-Identifier: MIT */
/*
 * server_list: the watched servers as a list: their order, which is selected, which is shown first.
 *
 * The selection follows the server, not the place. Holds indices of feeds, no feeds; counts are
 * asked of the roster, which looks at no row for them: all of it costs by the number of servers.
 */
#ifndef BLFTOP_UI_SERVER_LIST_H
#define BLFTOP_UI_SERVER_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/roster.h"
#include "model/server_status.h"

#define SERVER_NONE UINT16_MAX

enum server_order {
    SERVER_ORDER_WORST_FIRST, /* the worst state first, then whoever has something to tell, then
                                 problems */
    SERVER_ORDER_PROBLEMS,    /* most of them first */
    SERVER_ORDER_EXTENSIONS,  /* likewise */
    SERVER_ORDER_NAME,
    SERVER_ORDER_COUNT,
};

struct server_list {
    uint16_t *ids; /* owned; indices of feeds, in order */
    size_t count;
    size_t selected; /* place in it */
    size_t top;      /* place of the first one in sight */
    enum server_order order;
    bool is_reversed;
};

/* "trouble": the name used on the screen. */
const char *server_list_order_name(enum server_order order);

/* None, in the order of trouble. */
void server_list_init(struct server_list *servers);
void server_list_clear(struct server_list *servers);

/* Lists these feeds in their order as of now; ties in the order of the settings. */
void server_list_update(struct server_list *servers, const struct server_status *feeds,
                        size_t count, const struct roster *roster, int64_t now);

/* The feed under the cursor; SERVER_NONE if there is none. */
uint16_t server_list_selected(const struct server_list *servers);

/* Selects a feed; stays if it is not listed. */
void server_list_select(struct server_list *servers, uint16_t feed);

/* Moves the selection by places and stops at either end. */
void server_list_move(struct server_list *servers, ptrdiff_t places);

/* Scrolls as little as shows the selection in so many lines. */
void server_list_show_selection(struct server_list *servers, size_t lines);

#endif
