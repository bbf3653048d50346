/* SPDX-License-Identifier: MIT */
#include "board/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "board/outlook.h"

/* What a server is ranked by. */
struct standing {
    uint16_t id;
    int64_t keys[3]; /* the greater comes first, the first key before the others */
    const char *name;
};

const char *servers_order_name(enum servers_order order)
{
    static const char *const names[SERVERS_ORDER_COUNT] = {"trouble", "problems", "extensions",
                                                           "name"};
    return names[order];
}

void servers_init(struct servers *servers)
{
    *servers = (struct servers){.ids = NULL};
}

void servers_clear(struct servers *servers)
{
    free(servers->ids);
    servers_init(servers);
}

/* How a server stands in an order. */
static struct standing stand(enum servers_order order, const struct feed *feed, uint16_t id,
                             const struct roster *roster, int64_t now)
{
    struct counts counts = roster_count_server(roster, id);
    int64_t problems = (int64_t)counts_problems(&counts);
    struct standing standing = {.id = id};

    if (order == SERVERS_TROUBLE) {
        char told[OUTLOOK_TROUBLE_MAX];
        standing.keys[0] = outlook_of_feed(feed, now);
        standing.keys[1] = outlook_tell(feed, told);
        standing.keys[2] = problems;
    } else if (order == SERVERS_PROBLEMS) {
        standing.keys[0] = problems;
    } else if (order == SERVERS_EXTENSIONS) {
        standing.keys[0] = (int64_t)counts_present(&counts);
    } else {
        standing.name = feed->name;
    }
    return standing;
}

/* Orders two servers of the same order, for qsort. */
static int compare(const void *left, const void *right)
{
    const struct standing *a = left;
    const struct standing *b = right;
    int order = a->name ? strcmp(a->name, b->name) : 0;
    for (int i = 0; order == 0 && i < 3; i++)
        order = (a->keys[i] < b->keys[i]) - (a->keys[i] > b->keys[i]);
    return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

void servers_update(struct servers *servers, const struct feed *feeds, size_t count,
                    const struct roster *roster, int64_t now)
{
    uint16_t selected = servers_selected(servers);
    struct standing *standings = mem_new(count, sizeof *standings);
    for (size_t i = 0; i < count; i++)
        standings[i] = stand(servers->order, &feeds[i], (uint16_t)i, roster, now);
    if (count > 0)
        qsort(standings, count, sizeof *standings, compare);
    servers->ids = mem_resize(servers->ids, count, sizeof *servers->ids);
    servers->count = count;
    for (size_t i = 0; i < count; i++)
        servers->ids[servers->is_reversed ? count - 1 - i : i] = standings[i].id;
    free(standings);
    servers_move(servers, 0);
    servers_select(servers, selected);
}

uint16_t servers_selected(const struct servers *servers)
{
    return servers->selected < servers->count ? servers->ids[servers->selected] : SERVER_NONE;
}

void servers_select(struct servers *servers, uint16_t feed)
{
    for (size_t i = 0; i < servers->count; i++) {
        if (servers->ids[i] == feed)
            servers->selected = i;
    }
}

void servers_move(struct servers *servers, ptrdiff_t places)
{
    ptrdiff_t last = servers->count > 0 ? (ptrdiff_t)servers->count - 1 : 0;
    ptrdiff_t place = (ptrdiff_t)servers->selected;
    place = places > last - place ? last : place + places;
    servers->selected = place > 0 ? (size_t)place : 0;
}

void servers_show_selection(struct servers *servers, size_t lines)
{
    size_t last_top = servers->count > lines ? servers->count - lines : 0;
    if (servers->selected < servers->top)
        servers->top = servers->selected;
    if (servers->selected >= servers->top + lines)
        servers->top = servers->selected - lines + 1;
    if (servers->top > last_top)
        servers->top = last_top;
}
