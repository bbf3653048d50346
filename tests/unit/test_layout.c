/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ui/layout.h"

#define ROWS_MAX 70
#define COLS_MAX 220
#define PARTS 7

/* A screen of lamps with the pane asked for. */
static struct layout_input make_input(int rows, int cols, size_t count)
{
    return (struct layout_input){.rows = rows,
                                 .cols = cols,
                                 .is_lamps = true,
                                 .detail = DETAIL_PANE,
                                 .density_choice = DENSITY_COUNT,
                                 .is_in_order = true,
                                 .count = count,
                                 .number_cols = 3};
}

/* Is the rectangle, if it is shown, inside of the screen? */
static bool is_inside(const struct rect *rect, const struct layout_input *input)
{
    return rect->rows == 0 ||
           (rect->rows > 0 && rect->cols > 0 && rect->row >= 0 && rect->col >= 0 &&
            rect->row + rect->rows <= input->rows && rect->col + rect->cols <= input->cols);
}

/* Do two rectangles share a cell? */
static bool overlap(const struct rect *a, const struct rect *b)
{
    return a->rows > 0 && b->rows > 0 && a->row < b->row + b->rows && b->row < a->row + a->rows &&
           a->col < b->col + b->cols && b->col < a->col + a->cols;
}

/* Are all parts on the screen and apart? */
static bool parts_are_apart(const struct layout *layout, const struct layout_input *input)
{
    const struct rect *parts[PARTS] = {&layout->header, &layout->totals, &layout->summary,
                                       &layout->body,   &layout->detail, &layout->status,
                                       &layout->footer};
    for (int i = 0; i < PARTS; i++) {
        if (!is_inside(parts[i], input))
            return false;
        for (int j = 0; j < i; j++) {
            if (overlap(parts[i], parts[j]))
                return false;
        }
    }
    return true;
}

/* Do the cells of a row of the grid stand one after another, inside of the body and left of the
 * scroll bar? */
static bool cells_are_apart(const struct layout *layout)
{
    int end = layout->body.col + layout->label_cols;
    int limit = layout->body.col + layout->body.cols - (layout->is_scrolled ? 1 : 0);
    for (int place = 0; place < layout->per_row; place++) {
        int col = layout_cell_col(layout, place);
        if (col < end)
            return false;
        end = col + layout->cell_cols;
    }
    return end <= limit;
}

/* Can every listed row be brought into sight? */
static bool all_are_reachable(const struct layout *layout, const struct layout_input *input)
{
    size_t per_row = (size_t)layout->per_row;
    size_t lines = (input->count + per_row - 1) / per_row;
    if (layout->per_row < 1 || layout->visible < 1)
        return false;
    return layout->is_scrolled == (lines > (size_t)layout->visible);
}

/* Judges one layout; on a failure says of what. */
static void check(const struct layout_input *input)
{
    struct layout layout = layout_compute(input);
    bool is_small = input->rows < LAYOUT_ROWS_MIN || input->cols < LAYOUT_COLS_MIN;
    bool is_right = layout.is_too_small == is_small && parts_are_apart(&layout, input);

    if (!is_small && layout.body.rows > 0) {
        is_right = is_right && all_are_reachable(&layout, input);
        is_right = is_right && (!input->is_lamps || cells_are_apart(&layout));
    }
    if (!is_right)
        print_error("%d by %d, %zu listed, numbers of %d, names of %d, %s, detail %d\n",
                    input->rows, input->cols, input->count, input->number_cols, input->name_cols,
                    input->is_lamps ? "lamps" : "table", (int)input->detail);
    assert_true(is_right);
}

/* Judges one kind of content at every size. */
static void check_all_sizes(struct layout_input input)
{
    for (input.rows = 1; input.rows <= ROWS_MAX; input.rows++) {
        for (input.cols = 1; input.cols <= COLS_MAX; input.cols++)
            check(&input);
    }
}

static void layout__lamps__hold_at_every_size(void **state)
{
    static const size_t counts[] = {0, 1, 9, 412, 5000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_all_sizes(make_input(1, 1, counts[i]));
}

static void layout__names_and_long_numbers__hold_at_every_size(void **state)
{
    struct layout_input input = make_input(1, 1, 60);
    (void)state;
    input.name_cols = 40;
    check_all_sizes(input);
    input.number_cols = 64;
    check_all_sizes(input);
    input.number_cols = 0;
    check_all_sizes(input);
}

static void layout__table__holds_at_every_size(void **state)
{
    struct layout_input input = make_input(1, 1, 412);
    (void)state;
    input.is_lamps = false;
    check_all_sizes(input);
    input.detail = DETAIL_OFF;
    check_all_sizes(input);
}

static void layout__full_detail__takes_the_place_of_the_list(void **state)
{
    struct layout_input input = make_input(24, 80, 412);
    (void)state;
    struct layout beside = layout_compute(&input);
    input.detail = DETAIL_FULL;
    struct layout full = layout_compute(&input);
    assert_int_equal(full.body.rows, 0);
    assert_int_equal(full.visible, 0);
    assert_int_equal(full.detail.row, beside.body.row);
    assert_int_equal(full.detail.rows, beside.body.rows + beside.detail.rows);
    check_all_sizes(input);
}

static void layout__nothing_listed__has_no_pane_but_keeps_an_open_story(void **state)
{
    struct layout_input input = make_input(24, 80, 0);
    (void)state;
    assert_int_equal(layout_compute(&input).detail.rows, 0);
    assert_true(layout_compute(&input).body.rows > 0);
    input.detail = DETAIL_FULL;
    assert_true(layout_compute(&input).detail.rows > 0);
    assert_int_equal(layout_compute(&input).body.rows, 0);
    check_all_sizes(input);
}

static void layout__wide_screen__has_the_pane_beside_the_list(void **state)
{
    struct layout_input input = make_input(40, LAYOUT_SIDE_COLS_MIN, 412);
    (void)state;
    struct layout side = layout_compute(&input);
    assert_int_equal(side.detail.row, side.body.row);
    assert_int_equal(side.detail.col, side.body.cols);
    assert_int_equal(side.detail.col + side.detail.cols, input.cols);
    input.cols--;
    struct layout below = layout_compute(&input);
    assert_int_equal(below.detail.col, 0);
    assert_int_equal(below.detail.row, below.body.row + below.body.rows);
}

static void layout__shrinking_height__takes_pane_then_summary_then_status(void **state)
{
    int pane = 0, summary = 0, status = 0;
    (void)state;
    for (int rows = ROWS_MAX; rows >= LAYOUT_ROWS_MIN; rows--) {
        struct layout_input input = make_input(rows, 80, 412);
        struct layout layout = layout_compute(&input);
        pane = layout.detail.rows == 0 && pane == 0 ? rows : pane;
        summary = layout.summary.rows == 0 && summary == 0 ? rows : summary;
        status = layout.status.rows == 0 && status == 0 ? rows : status;
        assert_int_equal(layout.footer.rows, 1);
        assert_int_equal(layout.header.rows, 1);
    }
    assert_true(pane > summary);
    assert_true(summary > status);
    assert_true(status >= LAYOUT_ROWS_MIN);
}

/* The density of so many lamps at 24 by 80 without a pane. */
static struct layout layout_of(size_t count, int name_cols)
{
    struct layout_input input = make_input(24, 80, count);
    input.detail = DETAIL_OFF;
    input.name_cols = name_cols;
    return layout_compute(&input);
}

static void layout__lamps__take_the_largest_cell_that_shows_all(void **state)
{
    (void)state;
    assert_int_equal(layout_of(20, 20).density, DENSITY_CARD);
    assert_int_equal(layout_of(20, 20).extra_cols, 20);
    assert_int_equal(layout_of(50, 20).extra_cols, 14);
    assert_int_equal(layout_of(100, 20).extra_cols, 4);
    assert_int_equal(layout_of(100, 20).density, DENSITY_CARD);
    assert_int_equal(layout_of(200, 20).density, DENSITY_NUMBER);
    assert_int_equal(layout_of(500, 20).density, DENSITY_MARK);
    assert_false(layout_of(500, 20).is_scrolled);
}

static void layout__two_pages_of_numbers__are_better_than_marks(void **state)
{
    (void)state;
    assert_int_equal(layout_of(468, 20).density, DENSITY_NUMBER);
    assert_true(layout_of(468, 20).is_scrolled);
    assert_int_equal(layout_of(469, 20).density, DENSITY_MARK);
}

static void layout__wished_cell__is_taken_at_any_size(void **state)
{
    (void)state;
    for (int density_choice = 0; density_choice < DENSITY_COUNT; density_choice++) {
        for (size_t count = 1; count <= 5000; count *= 7) {
            struct layout_input input = make_input(24, 80, count);
            input.density_choice = (enum density)density_choice;
            assert_int_equal(layout_compute(&input).density, density_choice);
            check_all_sizes(input);
        }
    }
}

static void layout__marks_out_of_order__have_no_labels(void **state)
{
    (void)state;
    struct layout_input input = make_input(24, 80, 400);
    input.density_choice = DENSITY_MARK;
    assert_int_equal(layout_compute(&input).label_cols, 5);
    input.is_in_order = false;
    assert_int_equal(layout_compute(&input).label_cols, 0);
}

static void layout__list_that_needs_little__leaves_its_room_to_the_pane(void **state)
{
    (void)state;
    struct layout_input input = make_input(36, 120, 20);
    struct layout few = layout_compute(&input);
    input.count = 412;
    struct layout many = layout_compute(&input);
    assert_true(few.detail.rows > many.detail.rows);
    assert_true(few.body.rows >= (20 + few.per_row - 1) / few.per_row);
    assert_false(few.is_scrolled);
}

static void layout__too_many_lamps__scroll_as_numbers(void **state)
{
    (void)state;
    struct layout layout = layout_of(2000, 0);
    assert_int_equal(layout.density, DENSITY_NUMBER);
    assert_true(layout.is_scrolled);
    assert_true(layout_cell_col(&layout, layout.per_row - 1) + layout.cell_cols <= 80 - 2);
}

static void layout__marks__stand_in_tens(void **state)
{
    (void)state;
    struct layout layout = layout_of(500, 0);
    assert_int_equal(layout.per_row % LAYOUT_TEN, 0);
    assert_int_equal(layout_cell_col(&layout, 1) - layout_cell_col(&layout, 0), 2);
    assert_int_equal(layout_cell_col(&layout, LAYOUT_TEN) - layout_cell_col(&layout, 9), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout__lamps__hold_at_every_size),
        cmocka_unit_test(layout__names_and_long_numbers__hold_at_every_size),
        cmocka_unit_test(layout__table__holds_at_every_size),
        cmocka_unit_test(layout__full_detail__takes_the_place_of_the_list),
        cmocka_unit_test(layout__nothing_listed__has_no_pane_but_keeps_an_open_story),
        cmocka_unit_test(layout__wide_screen__has_the_pane_beside_the_list),
        cmocka_unit_test(layout__shrinking_height__takes_pane_then_summary_then_status),
        cmocka_unit_test(layout__lamps__take_the_largest_cell_that_shows_all),
        cmocka_unit_test(layout__two_pages_of_numbers__are_better_than_marks),
        cmocka_unit_test(layout__wished_cell__is_taken_at_any_size),
        cmocka_unit_test(layout__marks_out_of_order__have_no_labels),
        cmocka_unit_test(layout__list_that_needs_little__leaves_its_room_to_the_pane),
        cmocka_unit_test(layout__too_many_lamps__scroll_as_numbers),
        cmocka_unit_test(layout__marks__stand_in_tens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
