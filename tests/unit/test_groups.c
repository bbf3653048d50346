/* SPDX-License-Identifier: MIT */
/* Lines of a list in groups, against a list of lines written out; and a board's cursor in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "board/board.h"

#define SERVERS 6
#define ROWS_MAX 40 /* of one server */
#define WALKS 300
#define STEPS 400
#define INTERVAL 5000

/* A board on several servers in groups, and what it looks at. */
struct world {
    struct roster roster;
    struct feed feeds[SERVERS];
    struct board board;
    struct moment now;
};

/* An extension is heard, on a call or idle. */
static void apply(struct world *world, uint16_t server, int number, bool is_busy)
{
    struct extension extension = {.number = mem_printf("0003*%d", 200 + number),
                                  .status = is_busy ? STATUS_BUSY : STATUS_ONLINE,
                                  .has_list = true,
                                  .registrations = mem_new(1, sizeof(struct registration)),
                                  .registration_count = 1};
    extension.registrations[0] = (struct registration){NULL, EXPIRES_NONE, 1};
    roster_apply(&world->roster, server, &extension, false, world->now.ms);
}

/* Opens it with so many extensions of each server, in the given order within each. */
static void open_world(struct world *world, const size_t counts[SERVERS], const char *sort)
{
    struct sort_order order;
    *world = (struct world){.now = {.ms = 1000000, .wall_ms = 1297350000000}};
    roster_init(&world->roster, NULL, 0);
    for (int number = 0; number < ROWS_MAX; number++) {
        for (uint16_t i = 0; i < SERVERS; i++) {
            if ((size_t)number < counts[i])
                apply(world, i, number, number % 3 == 0);
        }
    }
    for (uint16_t i = 0; i < SERVERS; i++) {
        char *name = mem_printf("pbx%d", i);
        feed_init(&world->feeds[i], name, "https://pbx.example.net", INTERVAL);
        free(name);
    }
    assert_true(sort_parse(&order, sort, NULL));
    assert_true(board_init(&world->board,
                           &(struct board_setup){.roster = &world->roster,
                                                 .feeds = world->feeds,
                                                 .feed_count = SERVERS,
                                                 .sort = &order,
                                                 .has_groups = true,
                                                 .palette = palette_find("default", NULL)},
                           world->now, NULL));
    board_resize(&world->board, 24, 80);
    board_refresh(&world->board, world->now);
}

static void close_world(struct world *world)
{
    board_clear(&world->board);
    roster_clear(&world->roster);
    for (size_t i = 0; i < SERVERS; i++)
        feed_clear(&world->feeds[i]);
}

/* Presses keys, with a look at the board after each. */
static void type(struct world *world, const char *keys)
{
    for (; *keys; keys++) {
        board_press(&world->board, (uint32_t)(unsigned char)*keys, world->now);
        board_refresh(&world->board, world->now);
    }
}

/* The server of the listed row at a place. */
static uint16_t server_at(const struct world *world, size_t place)
{
    return world->roster.rows[world->board.listing.ids[place]].server;
}

/* Are the lines what is written out one by one: a head before each server's rows, and full lines
 * but for the last of each? */
static void check_lines(const struct world *world, size_t per_row)
{
    const struct groups *groups = &world->board.groups;
    size_t line = 0, place = 0;
    while (place < world->board.listing.count) {
        uint16_t server = server_at(world, place);
        struct group_line head = groups_line(groups, per_row, line++);
        assert_true(head.is_head);
        assert_int_equal(head.first, place);
        while (place < world->board.listing.count && server_at(world, place) == server) {
            struct group_line cells = groups_line(groups, per_row, line);
            assert_false(cells.is_head);
            assert_int_equal(cells.first, place);
            assert_in_range(cells.count, 1, per_row);
            for (size_t i = 0; i < cells.count; i++, place++) {
                assert_int_equal(server_at(world, place), server);
                assert_int_equal(groups_line_of(groups, per_row, place), line);
            }
            bool is_last = place == world->board.listing.count || server_at(world, place) != server;
            assert_true(cells.count == per_row || is_last);
            line++;
        }
    }
    assert_int_equal(groups_lines(groups, per_row), line);
    assert_int_equal(groups_line(groups, per_row, line).first, place);
    assert_int_equal(groups_line(groups, per_row, line).count, 0);
}

/* Sizes of groups, by lot; some are empty. */
static void draw_counts(struct rng *rng, size_t counts[SERVERS])
{
    for (size_t i = 0; i < SERVERS; i++)
        counts[i] = rng_below(rng, 4) == 0 ? 0 : (size_t)rng_below(rng, ROWS_MAX);
}

static void groups__any_sizes__have_the_lines_written_out(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 11);
    for (int walk = 0; walk < WALKS; walk++) {
        struct world world;
        size_t counts[SERVERS];
        draw_counts(&rng, counts);
        open_world(&world, counts, walk % 2 ? "-extension" : "severity,extension");
        for (size_t per_row = 1; per_row < 14; per_row++)
            check_lines(&world, per_row);
        close_world(&world);
    }
}

/* Does the cursor stand in sight, on a row, with the head right above it if there is one? And is
 * there a scroll bar if not all lines fit? */
static void check_cursor(const struct world *world)
{
    const struct board *board = &world->board;
    struct layout layout = board_layout(board);
    size_t per_row = (size_t)layout.per_row;
    size_t line = groups_line_of(&board->groups, per_row, board->listing.selected);
    bool has_head = groups_line(&board->groups, per_row, line - 1).is_head;
    assert_in_range(line, board->top, board->top + (size_t)layout.visible - 1);
    assert_true(!has_head || layout.visible == 1 || line - 1 >= board->top);
    assert_true(layout.is_scrolled ||
                groups_lines(&board->groups, per_row) <= (size_t)layout.visible);
    assert_false(groups_line(&board->groups, per_row, line).is_head);
    assert_true(board->listing.selected < board->listing.count);
}

static void groups__cursor__stays_in_sight_whatever_is_pressed(void **state)
{
    (void)state;
    static const char *const keys[] = {"j", "k", "l", "h", " ", "b", "g",
                                       "G", "z", "v", "!", ">", "d"};
    size_t counts[SERVERS] = {40, 1, 0, 13, 27, 5};
    struct world world;
    struct rng rng;
    rng_seed(&rng, 12);
    open_world(&world, counts, "extension");
    for (int step = 0; step < STEPS; step++) {
        const char *key = keys[rng_below(&rng, sizeof keys / sizeof *keys)];
        type(&world, key);
        if (world.board.listing.count == 0)
            type(&world, "!");
        if (rng_below(&rng, 20) == 0)
            board_resize(&world.board, 8 + (int)rng_below(&rng, 30),
                         30 + (int)rng_below(&rng, 160));
        check_cursor(&world);
    }
    close_world(&world);
}

static void groups__down_and_up__step_over_the_heads(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 0, 0, 0, 4};
    struct world world;
    open_world(&world, counts, "extension");
    type(&world, "zzl");
    assert_int_equal(board_layout(&world.board).density, DENSITY_NUMBER);
    assert_int_equal(world.board.listing.selected, 1);
    type(&world, "j");
    assert_int_equal(world.board.listing.selected, 3 + 1);
    type(&world, "j");
    assert_int_equal(world.board.listing.selected, 5 + 1);
    type(&world, "j");
    assert_int_equal(world.board.listing.selected, 5 + 1);
    type(&world, "llk");
    assert_int_equal(world.board.listing.selected, 3 + 1);
    type(&world, "kk");
    assert_int_equal(world.board.listing.selected, 1);
    assert_int_equal(world.board.top, 0);
    close_world(&world);
}

static void groups__table__has_them_only_while_it_is_sorted_by_server(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 1, 1, 1, 4};
    struct world world;
    open_world(&world, counts, "extension");
    assert_int_equal(world.board.groups.count, SERVERS);
    type(&world, "v");
    assert_int_equal(world.board.groups.count, 0);
    assert_int_equal(server_at(&world, 1), 1);
    type(&world, ">");
    assert_int_equal(world.board.groups.count, SERVERS);
    check_lines(&world, 1);
    type(&world, "R");
    assert_int_equal(server_at(&world, 0), SERVERS - 1);
    check_lines(&world, 1);
    type(&world, "v");
    assert_int_equal(world.board.groups.count, SERVERS);
    close_world(&world);
}

static void groups__one_server_or_none_wanted__there_are_none(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 1, 1, 1, 4};
    struct world world;
    open_world(&world, counts, "extension");
    board_list_server(&world.board, 1, world.now);
    assert_int_equal(world.board.groups.count, 0);
    board_list_server(&world.board, SERVER_NONE, world.now);
    assert_int_equal(world.board.groups.count, SERVERS);
    world.board.has_groups = false;
    board_relist(&world.board, world.now);
    assert_int_equal(world.board.groups.count, 0);
    close_world(&world);
}

static void groups__rows_held_in_place__lose_what_is_forgotten(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 1, 0, 1, 4};
    struct world world;
    open_world(&world, counts, "severity");
    type(&world, "l");
    for (int polls = 0; polls <= ROSTER_GONE_POLLS; polls++) {
        world.now.ms += 10;
        roster_end_poll(&world.roster, 1, world.now.ms, world.now.ms);
        apply(&world, 3, polls, true);
        board_refresh(&world.board, world.now);
    }
    assert_int_equal(world.board.groups.count, SERVERS - 2);
    check_lines(&world, 3);
    world.now.ms += BOARD_HOLD_MS;
    board_refresh(&world.board, world.now);
    assert_int_equal(world.board.groups.count, SERVERS - 1);
    check_lines(&world, 3);
    close_world(&world);
}

/* Servers answer one after the other, the last of them first. */
static void groups__first_answers_in_any_order__leave_the_cursor_at_the_head(void **state)
{
    (void)state;
    size_t none[SERVERS] = {0};
    struct world world;
    open_world(&world, none, "extension");
    for (uint16_t i = SERVERS; i-- > 0;) {
        for (int number = 0; number < ROWS_MAX; number++)
            apply(&world, i, number, false);
        world.feeds[i].polls = 1;
        board_refresh(&world.board, world.now);
        assert_int_equal(world.board.listing.selected, 0);
        assert_int_equal(server_at(&world, 0), i);
        assert_int_equal(world.board.top, 0);
        assert_string_equal(world.board.notice, "");
    }
    apply(&world, 0, -1, false);
    board_refresh(&world.board, world.now);
    assert_int_equal(world.board.listing.selected, 1);
    close_world(&world);
}

static void groups__a_key_before_all_have_answered__leaves_the_cursor_where_it_is(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {0, 0, 0, 0, 2, 2};
    struct world world;
    open_world(&world, counts, "extension");
    type(&world, "j");
    assert_int_equal(world.board.listing.selected, 2);
    world.now.ms += BOARD_HOLD_MS;
    apply(&world, 0, 0, false);
    board_refresh(&world.board, world.now);
    assert_int_equal(world.board.listing.selected, 3);
    assert_int_equal(server_at(&world, 3), 5);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups__any_sizes__have_the_lines_written_out),
        cmocka_unit_test(groups__cursor__stays_in_sight_whatever_is_pressed),
        cmocka_unit_test(groups__down_and_up__step_over_the_heads),
        cmocka_unit_test(groups__table__has_them_only_while_it_is_sorted_by_server),
        cmocka_unit_test(groups__one_server_or_none_wanted__there_are_none),
        cmocka_unit_test(groups__rows_held_in_place__lose_what_is_forgotten),
        cmocka_unit_test(groups__first_answers_in_any_order__leave_the_cursor_at_the_head),
        cmocka_unit_test(groups__a_key_before_all_have_answered__leaves_the_cursor_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
