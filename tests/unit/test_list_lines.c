/* SPDX-License-Identifier: MIT */
/* Lines of a list in groups, against a list of lines written out; and a board's cursor in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "support/board_fixture.h"
#include "ui/board_servers.h"

#define SERVERS 6
#define ROWS_MAX 40 /* of one server */
#define WALKS 300
#define STEPS 400

/* An extension is heard, on a call or idle. */
static void apply(struct board_fixture *rig, uint16_t server, int number, bool is_busy)
{
    board_fixture_apply(rig, server, 200 + number, is_busy ? STATUS_BUSY : STATUS_ONLINE, true);
}

/* Opens a board with so many extensions of each server, in groups, and in the given order within
 * each. No server has told of a whole poll yet. */
static void open_board(struct board_fixture *rig, const size_t counts[SERVERS], const char *sort)
{
    static const char *const names[SERVERS] = {"pbx0", "pbx1", "pbx2", "pbx3", "pbx4", "pbx5"};
    board_fixture_init(rig, names, SERVERS);
    for (size_t i = 0; i < SERVERS; i++)
        rig->feeds[i].last_good_ms = SERVER_STATUS_NEVER;
    for (int number = 0; number < ROWS_MAX; number++) {
        for (uint16_t i = 0; i < SERVERS; i++) {
            if ((size_t)number < counts[i])
                apply(rig, i, number, number % 3 == 0);
        }
    }
    board_fixture_open(rig, (struct board_setup){.has_groups = true}, sort);
}

/* The server of the listed row at a place. */
static uint16_t server_at(const struct board_fixture *rig, size_t place)
{
    return rig->roster.rows[rig->board.listing.ids[place]].server;
}

/* Are the lines what is written out one by one: a head before each server's rows, and full lines
 * but for the last of each? */
static void check_lines(const struct board_fixture *rig, size_t per_row)
{
    const struct list_lines *groups = &rig->board.groups;
    size_t line = 0, place = 0;
    while (place < rig->board.listing.count) {
        uint16_t server = server_at(rig, place);
        struct list_line head = list_lines_line(groups, per_row, line++);
        assert_true(head.is_head);
        assert_int_equal(head.first, place);
        while (place < rig->board.listing.count && server_at(rig, place) == server) {
            struct list_line cells = list_lines_line(groups, per_row, line);
            assert_false(cells.is_head);
            assert_int_equal(cells.first, place);
            assert_in_range(cells.count, 1, per_row);
            for (size_t i = 0; i < cells.count; i++, place++) {
                assert_int_equal(server_at(rig, place), server);
                assert_int_equal(list_lines_line_of(groups, per_row, place), line);
            }
            bool is_last = place == rig->board.listing.count || server_at(rig, place) != server;
            assert_true(cells.count == per_row || is_last);
            line++;
        }
    }
    assert_int_equal(list_lines_lines(groups, per_row), line);
    assert_int_equal(list_lines_line(groups, per_row, line).first, place);
    assert_int_equal(list_lines_line(groups, per_row, line).count, 0);
}

/* Sizes of groups, by lot; some are empty. */
static void draw_counts(struct rng *rng, size_t counts[SERVERS])
{
    for (size_t i = 0; i < SERVERS; i++)
        counts[i] = rng_below(rng, 4) == 0 ? 0 : (size_t)rng_below(rng, ROWS_MAX);
}

static void list_lines__any_sizes__have_the_lines_written_out(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 11);
    for (int pager = 0; pager < WALKS; pager++) {
        struct board_fixture rig;
        size_t counts[SERVERS];
        draw_counts(&rng, counts);
        open_board(&rig, counts, pager % 2 ? "-extension" : "severity,extension");
        for (size_t per_row = 1; per_row < 14; per_row++)
            check_lines(&rig, per_row);
        board_fixture_clear(&rig);
    }
}

/* Does the cursor stand in sight, on a row, with the head right above it if there is one? And is
 * there a scroll bar if not all lines fit? */
static void check_cursor(const struct board_fixture *rig)
{
    const struct board *board = &rig->board;
    struct layout layout = board_layout(board);
    size_t per_row = (size_t)layout.per_row;
    size_t line = list_lines_line_of(&board->groups, per_row, board->listing.selected);
    bool has_head = list_lines_line(&board->groups, per_row, line - 1).is_head;
    assert_in_range(line, board->top, board->top + (size_t)layout.visible - 1);
    assert_true(!has_head || layout.visible == 1 || line - 1 >= board->top);
    assert_true(layout.is_scrolled ||
                list_lines_lines(&board->groups, per_row) <= (size_t)layout.visible);
    assert_false(list_lines_line(&board->groups, per_row, line).is_head);
    assert_true(board->listing.selected < board->listing.count);
}

static void list_lines__cursor__stays_in_sight_whatever_is_pressed(void **state)
{
    (void)state;
    static const char *const keys[] = {"j", "k", "l", "h", " ", "b", "g",
                                       "G", "z", "v", "!", ">", "d"};
    size_t counts[SERVERS] = {40, 1, 0, 13, 27, 5};
    struct board_fixture rig;
    struct rng rng;
    rng_seed(&rng, 12);
    open_board(&rig, counts, "extension");
    for (int step = 0; step < STEPS; step++) {
        const char *key = keys[rng_below(&rng, sizeof keys / sizeof *keys)];
        board_fixture_type(&rig, key);
        if (rig.board.listing.count == 0)
            board_fixture_type(&rig, "!");
        if (rng_below(&rng, 20) == 0)
            board_resize(&rig.board, 8 + (int)rng_below(&rng, 30), 30 + (int)rng_below(&rng, 160));
        check_cursor(&rig);
    }
    board_fixture_clear(&rig);
}

static void list_lines__down_and_up__step_over_the_heads(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 0, 0, 0, 4};
    struct board_fixture rig;
    open_board(&rig, counts, "extension");
    board_fixture_type(&rig, "zzl");
    assert_int_equal(board_layout(&rig.board).density, DENSITY_NUMBER);
    assert_int_equal(rig.board.listing.selected, 1);
    board_fixture_type(&rig, "j");
    assert_int_equal(rig.board.listing.selected, 3 + 1);
    board_fixture_type(&rig, "j");
    assert_int_equal(rig.board.listing.selected, 5 + 1);
    board_fixture_type(&rig, "j");
    assert_int_equal(rig.board.listing.selected, 5 + 1);
    board_fixture_type(&rig, "llk");
    assert_int_equal(rig.board.listing.selected, 3 + 1);
    board_fixture_type(&rig, "kk");
    assert_int_equal(rig.board.listing.selected, 1);
    assert_int_equal(rig.board.top, 0);
    board_fixture_clear(&rig);
}

static void list_lines__table__has_them_only_while_it_is_sorted_by_server(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 1, 1, 1, 4};
    struct board_fixture rig;
    open_board(&rig, counts, "extension");
    assert_int_equal(rig.board.groups.count, SERVERS);
    board_fixture_type(&rig, "v");
    assert_int_equal(rig.board.groups.count, 0);
    assert_int_equal(server_at(&rig, 1), 1);
    board_fixture_type(&rig, ">");
    assert_int_equal(rig.board.groups.count, SERVERS);
    check_lines(&rig, 1);
    board_fixture_type(&rig, "R");
    assert_int_equal(server_at(&rig, 0), SERVERS - 1);
    check_lines(&rig, 1);
    board_fixture_type(&rig, "v");
    assert_int_equal(rig.board.groups.count, SERVERS);
    board_fixture_clear(&rig);
}

static void list_lines__one_server_or_none_wanted__there_are_none(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 1, 1, 1, 4};
    struct board_fixture rig;
    open_board(&rig, counts, "extension");
    board_list_server(&rig.board, 1, rig.now);
    assert_int_equal(rig.board.groups.count, 0);
    board_list_server(&rig.board, SERVER_NONE, rig.now);
    assert_int_equal(rig.board.groups.count, SERVERS);
    rig.board.has_groups = false;
    board_relist(&rig.board, rig.now);
    assert_int_equal(rig.board.groups.count, 0);
    board_fixture_clear(&rig);
}

static void list_lines__rows_held_in_place__lose_what_is_forgotten(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {3, 2, 1, 0, 1, 4};
    struct board_fixture rig;
    open_board(&rig, counts, "severity");
    board_fixture_type(&rig, "l");
    for (int polls = 0; polls <= ROSTER_GONE_POLLS; polls++) {
        rig.now.ms += 10;
        roster_end_poll(&rig.roster, 1, rig.now.ms, rig.now.ms);
        apply(&rig, 3, polls, true);
        board_refresh(&rig.board, rig.now);
    }
    assert_int_equal(rig.board.groups.count, SERVERS - 2);
    check_lines(&rig, 3);
    rig.now.ms += BOARD_HOLD_MS;
    board_refresh(&rig.board, rig.now);
    assert_int_equal(rig.board.groups.count, SERVERS - 1);
    check_lines(&rig, 3);
    board_fixture_clear(&rig);
}

/* Servers answer one after the other, the last of them first. */
static void list_lines__first_answers_in_any_order__leave_the_cursor_at_the_head(void **state)
{
    (void)state;
    size_t none[SERVERS] = {0};
    struct board_fixture rig;
    open_board(&rig, none, "extension");
    for (uint16_t i = SERVERS; i-- > 0;) {
        for (int number = 0; number < ROWS_MAX; number++)
            apply(&rig, i, number, false);
        rig.feeds[i].polls = 1;
        board_refresh(&rig.board, rig.now);
        assert_int_equal(rig.board.listing.selected, 0);
        assert_int_equal(server_at(&rig, 0), i);
        assert_int_equal(rig.board.top, 0);
        assert_string_equal(rig.board.notice, "");
    }
    apply(&rig, 0, -1, false);
    board_refresh(&rig.board, rig.now);
    assert_int_equal(rig.board.listing.selected, 1);
    board_fixture_clear(&rig);
}

static void list_lines__a_key_before_all_have_answered__leaves_the_cursor_where_it_is(void **state)
{
    (void)state;
    size_t counts[SERVERS] = {0, 0, 0, 0, 2, 2};
    struct board_fixture rig;
    open_board(&rig, counts, "extension");
    board_fixture_type(&rig, "j");
    assert_int_equal(rig.board.listing.selected, 2);
    rig.now.ms += BOARD_HOLD_MS;
    apply(&rig, 0, 0, false);
    board_refresh(&rig.board, rig.now);
    assert_int_equal(rig.board.listing.selected, 3);
    assert_int_equal(server_at(&rig, 3), 5);
    board_fixture_clear(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_lines__any_sizes__have_the_lines_written_out),
        cmocka_unit_test(list_lines__cursor__stays_in_sight_whatever_is_pressed),
        cmocka_unit_test(list_lines__down_and_up__step_over_the_heads),
        cmocka_unit_test(list_lines__table__has_them_only_while_it_is_sorted_by_server),
        cmocka_unit_test(list_lines__one_server_or_none_wanted__there_are_none),
        cmocka_unit_test(list_lines__rows_held_in_place__lose_what_is_forgotten),
        cmocka_unit_test(list_lines__first_answers_in_any_order__leave_the_cursor_at_the_head),
        cmocka_unit_test(list_lines__a_key_before_all_have_answered__leaves_the_cursor_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
