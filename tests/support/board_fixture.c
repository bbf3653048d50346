/* SPDX-License-Identifier: MIT */
#include "support/board_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/mem.h"
#include "draw/palette.h"
#include "ui/input.h"

void board_fixture_init(struct board_fixture *rig, const char *const *names, size_t count)
{
    assert_in_range(count, 1, BOARD_FIXTURE_SERVERS_MAX);
    *rig = (struct board_fixture){
        .server_count = count,
        .now = {.ms = 1000000, .wall_ms = 1297350000000},
    };
    roster_init(&rig->roster, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        server_status_init(&rig->feeds[i], names[i], "https://pbx.example.net",
                           BOARD_FIXTURE_INTERVAL);
        rig->feeds[i].last_good_ms = rig->now.ms;
    }
}

void board_fixture_open(struct board_fixture *rig, struct board_setup setup, const char *sort)
{
    struct sort_order order;
    struct error error = {0};
    assert_true(sort_parse(&order, sort, &error));
    setup.roster = &rig->roster;
    setup.feeds = rig->feeds;
    setup.server_status_count = rig->server_count;
    setup.sort = &order;
    setup.palette = palette_find("default", NULL);
    assert_true(board_init(&rig->board, &setup, rig->now, &error));
    board_resize(&rig->board, 24, 80);
    board_refresh(&rig->board, rig->now);
}

void board_fixture_clear(struct board_fixture *rig)
{
    board_clear(&rig->board);
    roster_clear(&rig->roster);
    for (size_t i = 0; i < rig->server_count; i++)
        server_status_clear(&rig->feeds[i]);
}

void board_fixture_apply(struct board_fixture *rig, uint16_t server, int number, int status,
                         bool is_registered)
{
    struct extension extension = {.number = mem_printf("0003*%d", number),
                                  .status = status,
                                  .has_list = true,
                                  .registrations = mem_new(1, sizeof(struct registration)),
                                  .registration_count = 1};
    extension.registrations[0] =
        (struct registration){mem_strdup("Yealink"), EXPIRES_NONE, is_registered ? 1 : -1};
    roster_apply(&rig->roster, server, &extension, false, rig->now.ms);
}

/* Presses one key. */
static void press(struct board_fixture *rig, char key)
{
    uint32_t code = key == '\r'     ? (uint32_t)KEYCODE_ENTER
                    : key == '\033' ? (uint32_t)KEYCODE_ESCAPE
                                    : (uint32_t)(unsigned char)key;
    input_take_key(&rig->board, code, rig->now);
}

void board_fixture_press(struct board_fixture *rig, const char *keys)
{
    for (; *keys != '\0'; keys++)
        press(rig, *keys);
}

void board_fixture_type(struct board_fixture *rig, const char *keys)
{
    for (; *keys != '\0'; keys++) {
        press(rig, *keys);
        board_refresh(&rig->board, rig->now);
    }
}

void board_fixture_pass(struct board_fixture *rig, int64_t ms)
{
    rig->now.ms += ms;
    rig->now.wall_ms += ms;
    board_refresh(&rig->board, rig->now);
}
