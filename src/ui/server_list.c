/* SPDX-License-Identifier: MIT */
#include "ui/server_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/health.h"

/* What a server is ranked by. */
struct standing {
    uint16_t id;
    int64_t keys[3]; /* the greater comes first, the first key before the others */
    const char *name;
};

const char *server_list_order_name(enum server_order order)
{
    static const char *const names[SERVER_ORDER_COUNT] = {"trouble", "problems", "extensions",
                                                          "name"};
    return names[order];
}

void server_list_init(struct server_list *servers)
{
    *servers = (struct server_list){.ids = NULL};
}

void server_list_clear(struct server_list *servers)
{
    free(servers->ids);
    server_list_init(servers);
}

/* How a server stands in an order. */
static struct standing stand(enum server_order order, const struct server_status *feed, uint16_t id,
                             const struct roster *roster, int64_t now)
{
    struct counts counts = roster_count_server(roster, id);
    int64_t problems = (int64_t)counts_problems(&counts);
    struct standing standing = {.id = id};

    if (order == SERVER_ORDER_WORST_FIRST) {
        char told[HEALTH_TROUBLE_MAX];
        standing.keys[0] = health_of_feed(feed, now);
        standing.keys[1] = health_tell(feed, told);
        standing.keys[2] = problems;
    } else if (order == SERVER_ORDER_PROBLEMS) {
        standing.keys[0] = problems;
    } else if (order == SERVER_ORDER_EXTENSIONS) {
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

void server_list_update(struct server_list *servers, const struct server_status *feeds,
                        size_t count, const struct roster *roster, int64_t now)
{
    uint16_t selected = server_list_selected(servers);
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
    server_list_move(servers, 0);
    server_list_select(servers, selected);
}

uint16_t server_list_selected(const struct server_list *servers)
{
    return servers->selected < servers->count ? servers->ids[servers->selected] : SERVER_NONE;
}

void server_list_select(struct server_list *servers, uint16_t feed)
{
    for (size_t i = 0; i < servers->count; i++) {
        if (servers->ids[i] == feed)
            servers->selected = i;
    }
}

void server_list_move(struct server_list *servers, ptrdiff_t places)
{
    ptrdiff_t last = servers->count > 0 ? (ptrdiff_t)servers->count - 1 : 0;
    ptrdiff_t place = (ptrdiff_t)servers->selected;
    place = places > last - place ? last : place + places;
    servers->selected = place > 0 ? (size_t)place : 0;
}

void server_list_show_selection(struct server_list *servers, size_t lines)
{
    size_t last_top = servers->count > lines ? servers->count - lines : 0;
    if (servers->selected < servers->top)
        servers->top = servers->selected;
    if (servers->selected >= servers->top + lines)
        servers->top = servers->selected - lines + 1;
    if (servers->top > last_top)
        servers->top = last_top;
}
