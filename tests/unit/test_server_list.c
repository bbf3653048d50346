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
#include "support/board_fixture.h"
#include "ui/board_servers.h"
#include "ui/input.h"

#define SERVERS 5
#define EACH 4 /* extensions of a server */

static const char *const names[SERVERS] = {"hq", "attic", "lab", "branch", "depot"};

/* An extension of a server says that it is idle, or that no phone is registered. */
static void apply(struct board_fixture *rig, uint16_t server, int number, bool is_well)
{
    board_fixture_apply(rig, server, 200 + number, is_well ? STATUS_ONLINE : 0, is_well);
}

/* Five servers that are well, "lab" with two problems, "depot" with one. */
static int set_up(void **state)
{
    struct board_fixture *rig = mem_new(1, sizeof *rig);
    board_fixture_init(rig, names, SERVERS);
    for (uint16_t i = 0; i < SERVERS; i++)
        for (int number = 0; number < EACH; number++)
            apply(rig, i, number, !(i == 2 && number < 2) && !(i == 4 && number < 1));
    board_fixture_open(rig, (struct board_setup){.view = VIEW_TABLE}, "extension");
    *state = rig;
    return 0;
}

/* Takes it down. */
static int tear_down(void **state)
{
    board_fixture_clear(*state);
    free(*state);
    return 0;
}

/* Are the servers listed in this order? */
static void assert_order(const struct board_fixture *rig, const char *expected)
{
    const struct server_list *servers = &rig->board.servers;
    char listed[128] = "";
    for (size_t i = 0; i < servers->count; i++) {
        size_t length = strlen(listed);
        snprintf(listed + length, sizeof listed - length, "%s%s", i > 0 ? " " : "",
                 rig->feeds[servers->ids[i]].name);
    }
    assert_string_equal(listed, expected);
}

/* The name of the server under the cursor. */
static const char *selected(const struct board_fixture *rig)
{
    return rig->feeds[server_list_selected(&rig->board.servers)].name;
}

/* Are these the only extensions listed, those of one server? */
static void assert_lists_only(const struct board_fixture *rig, uint16_t server, size_t count)
{
    const struct listing *listing = &rig->board.listing;
    assert_int_equal(listing->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rig->roster.rows[listing->ids[i]].server, server);
}

static void server_list__trouble__is_told_worst_first(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "S");
    assert_true(rig->board.is_servers);
    assert_order(rig, "lab depot hq attic branch");
    rig->feeds[3].latency_ms = 2 * BOARD_FIXTURE_INTERVAL;
    rig->feeds[0].partial_since_ms = rig->now.ms;
    rig->feeds[1].last_good_ms = rig->now.ms - 3 * BOARD_FIXTURE_INTERVAL;
    board_fixture_pass(rig, 1);
    assert_order(rig, "attic hq branch lab depot");
    rig->feeds[4].last_good_ms = SERVER_STATUS_NEVER;
    rig->feeds[4].failing_since_ms = rig->now.ms;
    board_fixture_pass(rig, 1);
    assert_order(rig, "depot attic hq branch lab");
}

static void server_list__orders__follow_each_other_and_turn_round(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "S>");
    assert_order(rig, "lab depot hq attic branch");
    apply(rig, 3, 90, true);
    board_fixture_type(rig, ">");
    assert_order(rig, "branch hq attic lab depot");
    board_fixture_type(rig, ">");
    assert_order(rig, "attic branch depot hq lab");
    board_fixture_type(rig, "R");
    assert_order(rig, "lab hq depot branch attic");
    board_fixture_type(rig, ">");
    assert_order(rig, "lab depot hq attic branch");
    board_fixture_type(rig, "<");
    assert_order(rig, "attic branch depot hq lab");
}

static void server_list__cursor__follows_its_server_and_stops_at_either_end(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "Sj");
    assert_string_equal(selected(rig), "depot");
    board_fixture_pass(rig, BOARD_HOLD_MS + 1);
    rig->feeds[4].last_good_ms = rig->now.ms;
    for (uint16_t i = 0; i < 4; i++)
        rig->feeds[i].last_good_ms = rig->now.ms;
    apply(rig, 4, 1, false);
    apply(rig, 4, 2, false);
    board_fixture_pass(rig, 1);
    assert_order(rig, "depot lab hq attic branch");
    assert_string_equal(selected(rig), "depot");
    board_fixture_type(rig, "kk");
    assert_string_equal(selected(rig), "depot");
    board_fixture_type(rig, "G");
    assert_string_equal(selected(rig), "branch");
    board_fixture_type(rig, "j");
    assert_string_equal(selected(rig), "branch");
    board_fixture_type(rig, "g");
    assert_string_equal(selected(rig), "depot");
}

static void server_list__after_a_movement__keep_their_places_for_a_while(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "Sj");
    rig->feeds[0].partial_since_ms = rig->now.ms;
    board_fixture_pass(rig, BOARD_HOLD_MS - 1);
    assert_order(rig, "lab depot hq attic branch");
    rig->feeds[0].partial_since_ms = rig->now.ms;
    for (uint16_t i = 0; i < SERVERS; i++)
        rig->feeds[i].last_good_ms = rig->now.ms;
    board_fixture_pass(rig, 1);
    assert_order(rig, "hq lab depot attic branch");
}

static void server_list__more_than_lines__scroll_with_the_cursor(void **state)
{
    struct board_fixture *rig = *state;
    board_resize(&rig->board, 6, 40);
    board_fixture_type(rig, "S");
    int lines = board_layout(&rig->board).visible;
    assert_in_range(lines, 1, SERVERS - 1);
    for (size_t i = 0; i < SERVERS; i++) {
        const struct server_list *servers = &rig->board.servers;
        assert_int_equal(servers->selected, i);
        assert_in_range(servers->selected, servers->top, servers->top + (size_t)lines - 1);
        board_fixture_type(rig, "j");
    }
    board_fixture_type(rig, "g");
    assert_int_equal(rig->board.servers.top, 0);
    input_take_key(&rig->board, KEYCODE_PAGE_DOWN, rig->now);
    assert_int_equal(rig->board.servers.selected, lines);
    board_resize(&rig->board, 24, 80);
    assert_int_equal(rig->board.servers.top, 0);
}

static void server_list__enter__lists_one_servers_extensions_and_esc_comes_back(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "Sj\r");
    assert_false(rig->board.is_servers);
    assert_lists_only(rig, 4, EACH);
    assert_int_equal(rig->board.listing.selected, 0);
    board_fixture_type(rig, "!");
    assert_lists_only(rig, 4, 1);
    board_fixture_type(rig, "\033");
    assert_lists_only(rig, 4, EACH);
    board_fixture_type(rig, "\033");
    assert_true(rig->board.is_servers);
    assert_string_equal(selected(rig), "depot");
    assert_int_equal(rig->board.listing.count, (size_t)(SERVERS * EACH));
    board_fixture_type(rig, "\033");
    assert_false(rig->board.is_servers);
}

static void server_list__keys_about_extensions__bring_their_list_back(void **state)
{
    struct board_fixture *rig = *state;
    static const char *const keys[] = {"v", "!", "/", "n", "2", "S", "z", "d"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        board_fixture_type(rig, "S");
        assert_true(rig->board.is_servers);
        board_fixture_type(rig, keys[i]);
        assert_false(rig->board.is_servers);
        assert_int_equal(rig->board.view, VIEW_TABLE);
        board_fixture_type(rig, "\033");
    }
    board_fixture_type(rig, "Shlp?\033p");
    assert_true(rig->board.is_servers);
}

static void server_list__a_lone_server__has_no_list(void **state)
{
    struct board_fixture *rig = *state;
    board_attach_feeds(&rig->board, rig->feeds, 1, rig->now);
    board_fixture_type(rig, "S");
    assert_false(rig->board.is_servers);
    assert_string_equal(rig->board.notice, "there is one server only");
}

static void server_list__other_settings__keep_the_server_of_the_same_name(void **state)
{
    struct board_fixture *rig = *state;
    struct server_status other[2];
    board_fixture_type(rig, "S\r");
    assert_lists_only(rig, 2, EACH);
    board_detach_feeds(&rig->board, rig->now);
    server_status_init(&other[0], "lab", "https://lab.example.net", BOARD_FIXTURE_INTERVAL);
    server_status_init(&other[1], "new", "https://new.example.net", BOARD_FIXTURE_INTERVAL);
    board_attach_feeds(&rig->board, other, 2, rig->now);
    assert_lists_only(rig, 0, EACH);
    board_attach_feeds(&rig->board, &other[1], 1, rig->now);
    assert_false(rig->board.is_one_server);
    board_attach_feeds(&rig->board, rig->feeds, SERVERS, rig->now);
    server_status_clear(&other[0]);
    server_status_clear(&other[1]);
}

static void server_list__same_settings_again__keep_order_and_cursor(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "S><>>R\033[B");
    const struct server_list before = rig->board.servers;
    uint16_t selected = server_list_selected(&before);
    assert_true(before.selected > 0 && before.is_reversed);
    board_detach_feeds(&rig->board, rig->now);
    board_attach_feeds(&rig->board, rig->feeds, SERVERS, rig->now);
    assert_int_equal(rig->board.servers.order, before.order);
    assert_int_equal(rig->board.servers.is_reversed, before.is_reversed);
    assert_int_equal(server_list_selected(&rig->board.servers), selected);
}

static void server_list__another_server_in_front__cursor_stays_on_the_same(void **state)
{
    struct board_fixture *rig = *state;
    struct server_status other[2];
    board_fixture_type(rig, "S>>>\033[B");
    uint16_t selected = server_list_selected(&rig->board.servers);
    const char *name = rig->feeds[selected].name;
    board_detach_feeds(&rig->board, rig->now);
    server_status_init(&other[0], "a first one", "https://new.example.net", BOARD_FIXTURE_INTERVAL);
    server_status_init(&other[1], name, "https://lab.example.net", BOARD_FIXTURE_INTERVAL);
    board_attach_feeds(&rig->board, other, 2, rig->now);
    assert_int_equal(server_list_selected(&rig->board.servers), 1);
    server_status_clear(&other[0]);
    board_detach_feeds(&rig->board, rig->now);
    server_status_clear(&other[1]);
    board_attach_feeds(&rig->board, rig->feeds, SERVERS, rig->now);
    assert_int_equal(server_list_selected(&rig->board.servers), selected);
}

static void server_list__held_picture__counts_what_it_shows(void **state)
{
    struct board_fixture *rig = *state;
    board_fixture_type(rig, "Sp");
    apply(rig, 3, 0, false);
    struct counts live = roster_count_server(&rig->roster, 3);
    struct counts shown = roster_count_server(rig->board.roster, 3);
    assert_int_equal(counts_problems(&live), 1);
    assert_int_equal(counts_problems(&shown), 0);
    board_fixture_pass(rig, BOARD_HOLD_MS);
    assert_order(rig, "lab depot hq attic branch");
    board_fixture_type(rig, "p");
    rig->feeds[3].last_good_ms = rig->now.ms;
    assert_ptr_equal(rig->board.roster, &rig->roster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(server_list__trouble__is_told_worst_first, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(server_list__orders__follow_each_other_and_turn_round,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            server_list__cursor__follows_its_server_and_stops_at_either_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            server_list__after_a_movement__keep_their_places_for_a_while, set_up, tear_down),
        cmocka_unit_test_setup_teardown(server_list__more_than_lines__scroll_with_the_cursor,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            server_list__enter__lists_one_servers_extensions_and_esc_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(server_list__keys_about_extensions__bring_their_list_back,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(server_list__a_lone_server__has_no_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            server_list__other_settings__keep_the_server_of_the_same_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(server_list__same_settings_again__keep_order_and_cursor,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            server_list__another_server_in_front__cursor_stays_on_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(server_list__held_picture__counts_what_it_shows, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
