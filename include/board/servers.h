/* SPDX-License-Identifier: MIT */
/*
 * servers: the watched servers as a list: their order, which is selected, which is shown first.
 *
 * The selection follows the server, not the place. Holds indices of feeds, no feeds; counts are
 * asked of the roster, which looks at no row for them: all of it costs by the number of servers.
 */
#ifndef BLFTOP_BOARD_SERVERS_H
#define BLFTOP_BOARD_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/feed.h"
#include "model/roster.h"

#define SERVER_NONE UINT16_MAX

enum servers_order {
    SERVERS_TROUBLE,  /* the worst state first, then whoever has something to tell, then problems */
    SERVERS_PROBLEMS, /* most of them first */
    SERVERS_EXTENSIONS, /* likewise */
    SERVERS_NAME,
    SERVERS_ORDER_COUNT,
};

struct servers {
    uint16_t *ids; /* owned; indices of feeds, in order */
    size_t count;
    size_t selected; /* place in it */
    size_t top;      /* place of the first one in sight */
    enum servers_order order;
    bool is_reversed;
};

/* "trouble": the name used on the screen. */
const char *servers_order_name(enum servers_order order);

/* None, in the order of trouble. */
void servers_init(struct servers *servers);
void servers_clear(struct servers *servers);

/* Lists these feeds in their order as of now; ties in the order of the settings. */
void servers_update(struct servers *servers, const struct feed *feeds, size_t count,
                    const struct roster *roster, int64_t now);

/* The feed under the cursor; SERVER_NONE if there is none. */
uint16_t servers_selected(const struct servers *servers);

/* Selects a feed; stays if it is not listed. */
void servers_select(struct servers *servers, uint16_t feed);

/* Moves the selection by places and stops at either end. */
void servers_move(struct servers *servers, ptrdiff_t places);

/* Scrolls as little as shows the selection in so many lines. */
void servers_show_selection(struct servers *servers, size_t lines);

#endif
