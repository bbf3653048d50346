/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "draw/frame.h"

#define WIDE "\xE6\xBC\xA2"
#define RULE "\xE2\x94\x80"

struct fixture {
    struct frame frame;
    struct buffer text;
};

/* A frame of 3 rows of 10 columns. */
static int set_up(void **state)
{
    static struct fixture fixture;
    frame_init(&fixture.frame);
    frame_reset(&fixture.frame, 3, 10, false);
    buffer_init(&fixture.text, 0);
    *state = &fixture;
    return 0;
}

/* Frees it. */
static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    frame_clear(&fixture->frame);
    buffer_clear(&fixture->text);
    return 0;
}

/* The frame's text. */
static const char *text_of(struct fixture *fixture)
{
    buffer_reset(&fixture->text);
    frame_write_text(&fixture->frame, &fixture->text);
    return fixture->text.data;
}

/* The frame's roles. */
static const char *roles_of(struct fixture *fixture)
{
    buffer_reset(&fixture->text);
    frame_write_roles(&fixture->frame, &fixture->text);
    return fixture->text.data;
}

static void frame__put__returns_the_column_after(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_put(&fixture->frame, 0, 2, 10, ROLE_TEXT, "abc"), 5);
    assert_int_equal(frame_put(&fixture->frame, 1, 0, 10, ROLE_TEXT, ""), 0);
    assert_string_equal(text_of(fixture), "  abc\n\n\n");
}

static void frame__put__stops_at_limit_and_at_the_edge(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_put(&fixture->frame, 0, 0, 4, ROLE_TEXT, "abcdefgh"), 4);
    assert_int_equal(frame_put(&fixture->frame, 1, 7, 99, ROLE_TEXT, "abcdefgh"), 10);
    assert_int_equal(frame_put(&fixture->frame, 2, 6, 4, ROLE_TEXT, "abc"), 6);
    assert_string_equal(text_of(fixture), "abcd\n       abc\n\n");
}

static void frame__put__clips_what_is_outside(void **state)
{
    struct fixture *fixture = *state;
    frame_put(&fixture->frame, -1, 0, 10, ROLE_TEXT, "above");
    frame_put(&fixture->frame, 3, 0, 10, ROLE_TEXT, "below");
    assert_int_equal(frame_put(&fixture->frame, 0, -2, 10, ROLE_TEXT, "abcd"), 2);
    frame_flag(&fixture->frame, 1, -5, 100, STYLE_STALE);
    frame_paint(&fixture->frame, 9, 0, 100, ROLE_KEY);
    assert_string_equal(text_of(fixture), "cd\n\n\n");
}

static void frame__put__wide_character_takes_two_cells(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_put(&fixture->frame, 0, 0, 10, ROLE_TEXT, "a\xE6\xBC\xA2z"), 4);
    assert_int_equal(fixture->frame.cells[1].base, 0x6F22);
    assert_int_equal(fixture->frame.cells[2].base, 0);
    assert_string_equal(text_of(fixture), "a\xE6\xBC\xA2z\n\n\n");
}

static void frame__put__half_a_wide_character_is_blank__A7(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_put(&fixture->frame, 0, 0, 2, ROLE_TEXT, "a\xE6\xBC\xA2"), 2);
    assert_int_equal(frame_put(&fixture->frame, 1, -1, 10, ROLE_TEXT, "\xE6\xBC\xA2z"), 2);
    assert_string_equal(text_of(fixture), "a\n z\n\n");
    assert_int_equal(fixture->frame.cells[1].base, ' ');
}

static void frame__put__over_half_a_wide_character_blanks_the_other__A7(void **state)
{
    struct fixture *fixture = *state;
    struct frame *frame = &fixture->frame;
    for (int row = 0; row < 3; row++)
        frame_put(frame, row, 2, 10, ROLE_TEXT, "\xE6\xBC\xA2\xE6\xBC\xA2");
    frame_put(frame, 0, 3, 10, ROLE_TEXT, "x");
    frame_put(frame, 1, 4, 10, ROLE_TEXT, "x");
    frame_put(frame, 2, 3, 10, ROLE_TEXT, "\xE6\xBC\xA2");
    assert_string_equal(text_of(fixture), "   x\xE6\xBC\xA2\n"
                                          "  \xE6\xBC\xA2x\n"
                                          "   \xE6\xBC\xA2\n");
    assert_int_equal(frame->cells[15].base, ' ');
}

static void frame__put__keeps_two_marks__A6(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_put(&fixture->frame, 0, 0, 10, ROLE_TEXT, "e\xCC\x81\xCC\x82\xCC\x83x"),
                     2);
    frame_put(&fixture->frame, 1, 0, 10, ROLE_TEXT, "\xCC\x81y");
    assert_string_equal(text_of(fixture), "e\xCC\x81\xCC\x82x\ny\n\n");
}

static void frame__put__lets_nothing_unsafe_through__A1(void **state)
{
    struct fixture *fixture = *state;
    frame_put(&fixture->frame, 0, 0, 10, ROLE_TEXT, "a\x1B[2J\xC2\x9B\xFFz");
    assert_string_equal(text_of(fixture), "a\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBDz\n\n\n");
}

static void frame__put__ascii_puts_a_question_mark_for_each_column(void **state)
{
    struct fixture *fixture = *state;
    frame_reset(&fixture->frame, 3, 10, true);
    assert_int_equal(
        frame_put(&fixture->frame, 0, 0, 10, ROLE_TEXT, "\xC3\xA9\xCC\x81\xE6\xBC\xA2z"), 4);
    frame_put(&fixture->frame, 1, 0, 2, ROLE_TEXT, "a\xE6\xBC\xA2");
    assert_string_equal(text_of(fixture), "???z\na?\n\n");
}

static void frame__printf__formats(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_printf(&fixture->frame, 0, 0, 10, ROLE_TEXT, "%d of %s", 3, "12"), 7);
    assert_int_equal(frame_printf(&fixture->frame, 1, 0, 10, ROLE_TEXT, "%3000s", "x"), 10);
    assert_string_equal(text_of(fixture), "3 of 12\n\n\n");
}

static void frame__put_right__ends_before_limit(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(frame_put_right(&fixture->frame, 0, 0, 9, ROLE_TEXT, "\xE6\xBC\xA2z"), 6);
    assert_int_equal(frame_put_right(&fixture->frame, 1, 4, 7, ROLE_TEXT, "abcdef"), 4);
    assert_int_equal(frame_put_right(&fixture->frame, 2, 0, 99, ROLE_TEXT, "ab"), 8);
    assert_string_equal(text_of(fixture), "      \xE6\xBC\xA2z\n    abc\n        ab\n");
}

static void frame__fill__fills_with_any_character(void **state)
{
    struct fixture *fixture = *state;
    frame_fill(&fixture->frame, 0, 8, 9, ROLE_DIM, "-");
    frame_fill(&fixture->frame, 1, 0, 2, ROLE_DIM, "\xE2\x94\x80");
    frame_fill(&fixture->frame, 2, 0, 0, ROLE_DIM, "-");
    assert_string_equal(text_of(fixture), "        --\n\xE2\x94\x80\xE2\x94\x80\n\n");
}

static void frame__write_roles__shows_selected_and_stale(void **state)
{
    struct fixture *fixture = *state;
    struct frame *frame = &fixture->frame;
    frame_put(frame, 0, 1, 10, ROLE_TEXT, "ab");
    frame_put(frame, 0, 4, 10, (enum role)(ROLE_LAMP + LAMP_BUSY), "cd");
    frame_put(frame, 1, 0, 10, ROLE_STRONG, "ef");
    frame_paint(frame, 1, 1, 1, ROLE_DIM);
    frame_flag(frame, 0, 3, 2, STYLE_SELECTED);
    frame_flag(frame, 1, 1, 2, STYLE_STALE);
    assert_string_equal(roles_of(fixture), " ttTBb\nsd\n --\n\n");
}

static void frame__put__drops_flags(void **state)
{
    struct fixture *fixture = *state;
    frame_flag(&fixture->frame, 0, 0, 10, STYLE_SELECTED);
    frame_put(&fixture->frame, 0, 0, 10, ROLE_DIM, "ab");
    assert_string_equal(roles_of(fixture), "ddTTTTTTTT\n\n\n");
}

static void frame__reset__blanks_and_resizes(void **state)
{
    struct fixture *fixture = *state;
    struct frame *frame = &fixture->frame;
    frame_put(frame, 0, 0, 10, ROLE_DIM, "abc");
    frame->is_cursor_shown = true;
    frame_reset(frame, 2, 4, false);
    assert_string_equal(text_of(fixture), "\n\n");
    assert_false(frame->is_cursor_shown);
    frame_reset(frame, 0, -3, false);
    assert_int_equal(frame->rows, 1);
    assert_int_equal(frame->cols, 1);
}

static void frame__cell_equals__sees_every_difference(void **state)
{
    struct fixture *fixture = *state;
    struct frame *frame = &fixture->frame;
    const struct cell *cells = frame->cells;
    frame_put(frame, 0, 0, 10, ROLE_TEXT, "eee\xCC\x81");
    assert_true(frame_cell_equals(&cells[0], &cells[1]));
    assert_false(frame_cell_equals(&cells[0], &cells[2]));
    assert_false(frame_cell_equals(&cells[0], &cells[3]));
    frame_put(frame, 0, 1, 10, ROLE_DIM, "e");
    assert_false(frame_cell_equals(&cells[0], &cells[1]));
    frame_put(frame, 0, 1, 10, ROLE_TEXT, "e");
    assert_true(frame_cell_equals(&cells[0], &cells[1]));
    frame_flag(frame, 0, 1, 1, STYLE_STALE);
    assert_false(frame_cell_equals(&cells[0], &cells[1]));
}

static void frame__plain_text__blanks_the_halves_at_both_its_ends(void **state)
{
    struct fixture *fixture = *state;
    struct frame *frame = &fixture->frame;
    frame_put(frame, 0, 0, 10, ROLE_TEXT, WIDE WIDE WIDE);
    frame_put(frame, 0, 1, 10, ROLE_TEXT, "abcd");
    assert_string_equal(text_of(fixture), " abcd\n\n\n");
    assert_int_equal(frame->cells[5].base, ' ');
}

static void frame__fill__blanks_the_halves_at_both_its_ends(void **state)
{
    struct fixture *fixture = *state;
    struct frame *frame = &fixture->frame;
    frame_put(frame, 0, 0, 10, ROLE_TEXT, WIDE WIDE WIDE);
    frame_fill(frame, 0, 1, 4, ROLE_TEXT, RULE);
    assert_string_equal(text_of(fixture), " " RULE RULE RULE RULE "\n\n\n");
    assert_int_equal(frame->cells[5].base, ' ');
}

#define FRAME_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        FRAME_TEST(frame__put__returns_the_column_after),
        FRAME_TEST(frame__put__stops_at_limit_and_at_the_edge),
        FRAME_TEST(frame__put__clips_what_is_outside),
        FRAME_TEST(frame__put__wide_character_takes_two_cells),
        FRAME_TEST(frame__put__half_a_wide_character_is_blank__A7),
        FRAME_TEST(frame__put__over_half_a_wide_character_blanks_the_other__A7),
        FRAME_TEST(frame__put__keeps_two_marks__A6),
        FRAME_TEST(frame__put__lets_nothing_unsafe_through__A1),
        FRAME_TEST(frame__put__ascii_puts_a_question_mark_for_each_column),
        FRAME_TEST(frame__printf__formats),
        FRAME_TEST(frame__put_right__ends_before_limit),
        FRAME_TEST(frame__fill__fills_with_any_character),
        FRAME_TEST(frame__write_roles__shows_selected_and_stale),
        FRAME_TEST(frame__put__drops_flags),
        FRAME_TEST(frame__reset__blanks_and_resizes),
        FRAME_TEST(frame__cell_equals__sees_every_difference),
        FRAME_TEST(frame__plain_text__blanks_the_halves_at_both_its_ends),
        FRAME_TEST(frame__fill__blanks_the_halves_at_both_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
