/* SPDX-License-Identifier: MIT */
#include "golden/fixture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "draw/draw.h"
#include "ui/input.h"

#define NOW_MS ((int64_t)100 * 24 * FIXTURE_HOUR)
#define NOW_WALL_MS ((int64_t)1795442531000) /* 2026-11-23T14:02:11Z */
#define INTERVAL_MS (5 * FIXTURE_SECOND)
#define TEXTS_MAX 16

static const struct roster_name names[] = {
    {"0003*201", "Front desk"},
    {"0003*204", "Wärmetauscher-Lager Süd"},
    {"0003*207", "会議室"},
};

static const char *const servers[] = {"voip.example.net", "branch", "lab"};

static const char *const agents[] = {
    "Yealink SIP-T46S 66.86.0.15",  "Cisco-CP7841/11.1", "Polycom VVX 411-UA/6.4.3",
    "Grandstream GXP2170 1.0.11.3", "MicroSIP/3.21.3",   "snom D785/10.1.127.10",
};

void fixture_open(struct fixture *stage, size_t count)
{
    const size_t named = sizeof servers / sizeof *servers;
    assert(count <= FIXTURE_SERVERS_MAX);
    *stage = (struct fixture){.server_status_count = count,
                              .now = {.ms = NOW_MS, .wall_ms = NOW_WALL_MS}};
    roster_init(&stage->roster, names, 0);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        char url[64];
        snprintf(name, sizeof name, "pbx%02zu", i);
        if (i < named)
            snprintf(name, sizeof name, "%s", servers[i]);
        snprintf(url, sizeof url, "https://%s", name);
        server_status_init(&stage->feeds[i], name, url, INTERVAL_MS);
        stage->feeds[i].next_poll_ms = NOW_MS + 3 * FIXTURE_SECOND;
    }
    frame_init(&stage->frame);
}

void fixture_name(struct fixture *stage)
{
    stage->roster.names = names;
    stage->roster.name_count = sizeof names / sizeof *names;
}

void fixture_close(struct fixture *stage)
{
    if (stage->is_board_open)
        board_clear(&stage->board);
    frame_clear(&stage->frame);
    roster_clear(&stage->roster);
    for (size_t i = 0; i < stage->server_status_count; i++)
        server_status_clear(&stage->feeds[i]);
}

void fixture_apply(struct fixture *stage, uint16_t server, const char *number, int32_t status,
                   const struct fixture_contact *contacts, size_t count, int64_t ago, bool is_first)
{
    struct extension extension = {
        .number = mem_strdup(number),
        .registrations = count > 0 ? mem_new(count, sizeof *extension.registrations) : NULL,
        .registration_count = (uint32_t)count,
        .status = status,
        .has_list = true,
    };
    for (size_t i = 0; i < count; i++) {
        int64_t in = contacts[i].expires_in;
        extension.registrations[i] = (struct registration){
            .agent = contacts[i].agent ? mem_strdup(contacts[i].agent) : NULL,
            .expires = in == EXPIRES_NONE ? EXPIRES_NONE : stage->now.wall_ms / 1000 + in,
            .state = contacts[i].state,
        };
    }
    int64_t then = stage->now.ms - ago;
    uint32_t id = roster_apply(&stage->roster, server, &extension, is_first, then);
    struct row *row = &stage->roster.rows[id];
    if (row->since_ms == then)
        row->is_since_exact = !is_first; /* as if its change had been seen */
}

/* What the extension at a place of the fleet says. */
static void fill_one(struct fixture *stage, uint16_t server, size_t index, int64_t ago, bool first)
{
    struct fixture_contact contact = {agents[index % 6], REGISTRATION_REGISTERED,
                                      60 + (int64_t)(index * 131 % 3500)};
    int32_t status = STATUS_ONLINE;
    char number[32];

    if (index % 13 == 1 || index % 29 == 7)
        status = STATUS_BUSY;
    if (index % 83 == 20)
        status = STATUS_RINGING;
    if (index % 47 == 11) {
        status = STATUS_UNKNOWN;
        contact.state = REGISTRATION_NOT_REGISTERED;
    }
    if (index % 137 == 40) {
        contact.state = REGISTRATION_EXPIRED;
        contact.expires_in = EXPIRES_NONE;
    }
    if (index % 211 == 31)
        status = STATUS_UNKNOWN;
    if (index % 103 == 57)
        contact.state = REGISTRATION_NOT_NECESSARY;
    if (index % 307 == 99)
        contact.state = REGISTRATION_NOT_REGISTERED;
    snprintf(number, sizeof number, "0003*%zu", 200 + index);
    fixture_apply(stage, server, number, status, &contact, 1, ago, first);
}

void fixture_fill(struct fixture *stage, uint16_t server, size_t count, int64_t heard_ago)
{
    for (size_t i = 0; i < count; i++) {
        bool is_ringing = i % 83 == 20;
        int64_t since = (int64_t)(i * i * 7919 % (is_ringing ? 25 : 20000)) * FIXTURE_SECOND;
        fill_one(stage, server, i, since + heard_ago, i % 3 == 0 && !is_ringing);
        char number[32];
        snprintf(number, sizeof number, "0003*%zu", 200 + i);
        uint32_t id = roster_find(&stage->roster, server, number);
        roster_confirm(&stage->roster, id, stage->now.ms - heard_ago);
    }
}

void fixture_succeed(struct fixture *stage, uint16_t server, int64_t ago)
{
    struct server_status *feed = &stage->feeds[server];
    struct counts counts = roster_count_server(&stage->roster, server);

    feed->read = counts_present(&counts);
    feed->total = (int64_t)feed->read;
    feed->last_good_ms = stage->now.ms - ago;
    feed->last_good_wall = (stage->now.wall_ms - ago) / 1000;
    feed->latency_ms = 214;
    feed->polls = 1;
    feed->is_complete = true;
}

void fixture_fail(struct fixture *stage, uint16_t server, int64_t ago, const char *text)
{
    struct server_status *feed = &stage->feeds[server];
    feed->failing_since_ms = stage->now.ms - ago;
    feed->next_poll_ms = stage->now.ms + 12 * FIXTURE_SECOND;
    feed->failures++;
    feed->polls++;
    feed->is_complete = false;
    error_set(&feed->error, ERROR_UNREACHABLE, "%s", text);
}

void fixture_show(struct fixture *stage, int rows, int cols, bool is_ascii)
{
    struct sort_order sort = {.keys = {SORT_EXTENSION}, .count = 1};
    struct board_setup setup = {
        .roster = &stage->roster,
        .feeds = stage->feeds,
        .server_status_count = stage->server_status_count,
        .sort = &sort,
        .palette = palette_find("default", NULL),
        .is_ascii = is_ascii,
        .has_groups = true,
    };
    bool is_open = board_init(&stage->board, &setup, stage->now, NULL);
    assert(is_open);
    (void)is_open;
    stage->is_board_open = true;
    board_resize(&stage->board, rows, cols);
    board_refresh(&stage->board, stage->now);
}

void fixture_press(struct fixture *stage, uint32_t press)
{
    input_take_key(&stage->board, press, stage->now);
    board_refresh(&stage->board, stage->now);
}

void fixture_type(struct fixture *stage, const char *keys)
{
    for (; *keys != '\0'; keys++)
        fixture_press(stage, (unsigned char)*keys);
}

void fixture_select(struct fixture *stage, const char *number)
{
    const struct listing *listing = &stage->board.listing;
    uint32_t id = roster_find(&stage->roster, 0, number);
    size_t index = 0;
    while (index < listing->count && listing->ids[index] != id)
        index++;
    assert(index < listing->count);
    listing_select(&stage->board.listing, index);
    board_show_selection(&stage->board);
}

void fixture_draw(struct fixture *stage)
{
    board_refresh(&stage->board, stage->now);
    draw_board(&stage->board, &stage->frame, stage->now);
}
