/* SPDX-License-Identifier: MIT */
/* The list of servers: its orders, its cursor, and how the board goes to one server and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "board/board.h"

#define SERVERS 5
#define EACH 4 /* extensions of a server */
#define INTERVAL 5000

struct world {
    struct roster roster;
    struct feed feeds[SERVERS];
    struct board board;
    struct moment now;
};

static const char *const names[SERVERS] = {"hq", "attic", "lab", "branch", "depot"};

/* An extension of a server says that it is idle, or that no phone is registered. */
static void apply(struct world *world, uint16_t server, int number, bool is_well)
{
    struct extension extension = {.number = mem_printf("0003*%d", 200 + number),
                                  .status = is_well ? STATUS_ONLINE : 0,
                                  .has_list = true,
                                  .registrations = mem_new(1, sizeof(struct registration)),
                                  .registration_count = 1};
    extension.registrations[0] = (struct registration){NULL, EXPIRES_NONE, is_well ? 1 : -1};
    roster_apply(&world->roster, server, &extension, false, world->now.ms);
}

/* Five servers that are well, "lab" with two problems, "depot" with one. */
static int set_up(void **state)
{
    struct world *world = mem_new(1, sizeof *world);
    struct sort_order order;
    struct error error = {0};
    *world = (struct world){.now = {.ms = 1000000, .wall_ms = 1297350000000}};
    roster_init(&world->roster, NULL, 0);
    for (uint16_t i = 0; i < SERVERS; i++) {
        feed_init(&world->feeds[i], names[i], "https://pbx.example.net", INTERVAL);
        world->feeds[i].last_good_ms = world->now.ms;
        for (int number = 0; number < EACH; number++)
            apply(world, i, number, !(i == 2 && number < 2) && !(i == 4 && number < 1));
    }
    assert_true(sort_parse(&order, "extension", &error));
    assert_true(board_init(&world->board,
                           &(struct board_setup){.roster = &world->roster,
                                                 .feeds = world->feeds,
                                                 .feed_count = SERVERS,
                                                 .view = VIEW_TABLE,
                                                 .sort = &order,
                                                 .palette = palette_find("default", NULL)},
                           world->now, &error));
    board_resize(&world->board, 24, 80);
    board_refresh(&world->board, world->now);
    *state = world;
    return 0;
}

/* Takes it down. */
static int tear_down(void **state)
{
    struct world *world = *state;
    board_clear(&world->board);
    roster_clear(&world->roster);
    for (size_t i = 0; i < SERVERS; i++)
        feed_clear(&world->feeds[i]);
    free(world);
    return 0;
}

/* Presses keys, '\r' being Enter and '\033' Esc, with a look at the board after each. */
static void type(struct world *world, const char *text)
{
    for (; *text; text++) {
        uint32_t press = *text == '\r'     ? (uint32_t)PRESS_ENTER
                         : *text == '\033' ? (uint32_t)PRESS_ESCAPE
                                           : (uint32_t)*text;
        board_press(&world->board, press, world->now);
        board_refresh(&world->board, world->now);
    }
}

/* Lets time pass. */
static void pass(struct world *world, int64_t ms)
{
    world->now.ms += ms;
    world->now.wall_ms += ms;
    board_refresh(&world->board, world->now);
}

/* Are the servers listed in this order? */
static void assert_order(const struct world *world, const char *expected)
{
    const struct servers *servers = &world->board.servers;
    char listed[128] = "";
    for (size_t i = 0; i < servers->count; i++) {
        size_t length = strlen(listed);
        snprintf(listed + length, sizeof listed - length, "%s%s", i > 0 ? " " : "",
                 world->feeds[servers->ids[i]].name);
    }
    assert_string_equal(listed, expected);
}

/* The name of the server under the cursor. */
static const char *selected(const struct world *world)
{
    return world->feeds[servers_selected(&world->board.servers)].name;
}

/* Are these the only extensions listed, those of one server? */
static void assert_lists_only(const struct world *world, uint16_t server, size_t count)
{
    const struct listing *listing = &world->board.listing;
    assert_int_equal(listing->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(world->roster.rows[listing->ids[i]].server, server);
}

static void servers__trouble__is_told_worst_first(void **state)
{
    struct world *world = *state;
    type(world, "S");
    assert_true(world->board.is_servers);
    assert_order(world, "lab depot hq attic branch");
    world->feeds[3].latency_ms = 2 * INTERVAL;
    world->feeds[0].partial_since_ms = world->now.ms;
    world->feeds[1].last_good_ms = world->now.ms - 3 * INTERVAL;
    pass(world, 1);
    assert_order(world, "attic hq branch lab depot");
    world->feeds[4].last_good_ms = FEED_NEVER;
    world->feeds[4].failing_since_ms = world->now.ms;
    pass(world, 1);
    assert_order(world, "depot attic hq branch lab");
}

static void servers__orders__follow_each_other_and_turn_round(void **state)
{
    struct world *world = *state;
    type(world, "S>");
    assert_order(world, "lab depot hq attic branch");
    apply(world, 3, 90, true);
    type(world, ">");
    assert_order(world, "branch hq attic lab depot");
    type(world, ">");
    assert_order(world, "attic branch depot hq lab");
    type(world, "R");
    assert_order(world, "lab hq depot branch attic");
    type(world, ">");
    assert_order(world, "lab depot hq attic branch");
    type(world, "<");
    assert_order(world, "attic branch depot hq lab");
}

static void servers__cursor__follows_its_server_and_stops_at_either_end(void **state)
{
    struct world *world = *state;
    type(world, "Sj");
    assert_string_equal(selected(world), "depot");
    pass(world, BOARD_HOLD_MS + 1);
    world->feeds[4].last_good_ms = world->now.ms;
    for (uint16_t i = 0; i < 4; i++)
        world->feeds[i].last_good_ms = world->now.ms;
    apply(world, 4, 1, false);
    apply(world, 4, 2, false);
    pass(world, 1);
    assert_order(world, "depot lab hq attic branch");
    assert_string_equal(selected(world), "depot");
    type(world, "kk");
    assert_string_equal(selected(world), "depot");
    type(world, "G");
    assert_string_equal(selected(world), "branch");
    type(world, "j");
    assert_string_equal(selected(world), "branch");
    type(world, "g");
    assert_string_equal(selected(world), "depot");
}

static void servers__after_a_movement__keep_their_places_for_a_while(void **state)
{
    struct world *world = *state;
    type(world, "Sj");
    world->feeds[0].partial_since_ms = world->now.ms;
    pass(world, BOARD_HOLD_MS - 1);
    assert_order(world, "lab depot hq attic branch");
    world->feeds[0].partial_since_ms = world->now.ms;
    for (uint16_t i = 0; i < SERVERS; i++)
        world->feeds[i].last_good_ms = world->now.ms;
    pass(world, 1);
    assert_order(world, "hq lab depot attic branch");
}

static void servers__more_than_lines__scroll_with_the_cursor(void **state)
{
    struct world *world = *state;
    board_resize(&world->board, 6, 40);
    type(world, "S");
    int lines = board_layout(&world->board).visible;
    assert_in_range(lines, 1, SERVERS - 1);
    for (size_t i = 0; i < SERVERS; i++) {
        const struct servers *servers = &world->board.servers;
        assert_int_equal(servers->selected, i);
        assert_in_range(servers->selected, servers->top, servers->top + (size_t)lines - 1);
        type(world, "j");
    }
    type(world, "g");
    assert_int_equal(world->board.servers.top, 0);
    board_press(&world->board, PRESS_PAGE_DOWN, world->now);
    assert_int_equal(world->board.servers.selected, lines);
    board_resize(&world->board, 24, 80);
    assert_int_equal(world->board.servers.top, 0);
}

static void servers__enter__lists_one_servers_extensions_and_esc_comes_back(void **state)
{
    struct world *world = *state;
    type(world, "Sj\r");
    assert_false(world->board.is_servers);
    assert_lists_only(world, 4, EACH);
    assert_int_equal(world->board.listing.selected, 0);
    type(world, "!");
    assert_lists_only(world, 4, 1);
    type(world, "\033");
    assert_lists_only(world, 4, EACH);
    type(world, "\033");
    assert_true(world->board.is_servers);
    assert_string_equal(selected(world), "depot");
    assert_int_equal(world->board.listing.count, (size_t)(SERVERS * EACH));
    type(world, "\033");
    assert_false(world->board.is_servers);
}

static void servers__keys_about_extensions__bring_their_list_back(void **state)
{
    struct world *world = *state;
    static const char *const keys[] = {"v", "!", "/", "n", "2", "S", "z", "d"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        type(world, "S");
        assert_true(world->board.is_servers);
        type(world, keys[i]);
        assert_false(world->board.is_servers);
        assert_int_equal(world->board.view, VIEW_TABLE);
        type(world, "\033");
    }
    type(world, "Shlp?\033p");
    assert_true(world->board.is_servers);
}

static void servers__a_lone_server__has_no_list(void **state)
{
    struct world *world = *state;
    board_rewatch(&world->board, world->feeds, 1, world->now);
    type(world, "S");
    assert_false(world->board.is_servers);
    assert_string_equal(world->board.notice, "there is one server only");
}

static void servers__other_settings__keep_the_server_of_the_same_name(void **state)
{
    struct world *world = *state;
    struct feed other[2];
    type(world, "S\r");
    assert_lists_only(world, 2, EACH);
    feed_init(&other[0], "lab", "https://lab.example.net", INTERVAL);
    feed_init(&other[1], "new", "https://new.example.net", INTERVAL);
    board_rewatch(&world->board, other, 2, world->now);
    assert_lists_only(world, 0, EACH);
    board_rewatch(&world->board, &other[1], 1, world->now);
    assert_false(world->board.is_one_server);
    board_rewatch(&world->board, world->feeds, SERVERS, world->now);
    feed_clear(&other[0]);
    feed_clear(&other[1]);
}

static void servers__held_picture__counts_what_it_shows(void **state)
{
    struct world *world = *state;
    type(world, "Sp");
    apply(world, 3, 0, false);
    struct counts live = roster_count_server(&world->roster, 3);
    struct counts shown = roster_count_server(world->board.roster, 3);
    assert_int_equal(counts_problems(&live), 1);
    assert_int_equal(counts_problems(&shown), 0);
    pass(world, BOARD_HOLD_MS);
    assert_order(world, "lab depot hq attic branch");
    type(world, "p");
    world->feeds[3].last_good_ms = world->now.ms;
    assert_ptr_equal(world->board.roster, &world->roster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(servers__trouble__is_told_worst_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__orders__follow_each_other_and_turn_round, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(servers__cursor__follows_its_server_and_stops_at_either_end,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__after_a_movement__keep_their_places_for_a_while,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__more_than_lines__scroll_with_the_cursor, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            servers__enter__lists_one_servers_extensions_and_esc_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__keys_about_extensions__bring_their_list_back,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__a_lone_server__has_no_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__other_settings__keep_the_server_of_the_same_name,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(servers__held_picture__counts_what_it_shows, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
