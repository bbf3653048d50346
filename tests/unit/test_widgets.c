/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "draw/widgets.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* What a line of `cols` columns comes to; valid until the next call. */
static const char *paint(struct segments *line, int cols)
{
    static char text[512];
    struct frame frame;
    struct buffer out;
    frame_init(&frame);
    buffer_init(&out, sizeof text - 1);
    frame_reset(&frame, 1, cols, false);
    segments_paint(line, &frame, 0, 0, cols);
    frame_write_text(&frame, &out);
    memcpy(text, out.data, out.length + 1);
    text[strcspn(text, "\n")] = '\0';
    frame_clear(&frame);
    buffer_clear(&out);
    return text;
}

static void segments__little_room__the_highest_rank_leaves_as_a_whole(void **state)
{
    (void)state;
    struct segments line;
    for (int cols = 20; cols > 0; cols -= 5) {
        segments_init(&line);
        segments_add(&line, ROLE_TEXT, 0, "%s", "stays");
        segments_add(&line, ROLE_TEXT, 2, " two");
        segments_add(&line, ROLE_TEXT, 1, " one");
        segments_add(&line, ROLE_TEXT, 2, " too");
        assert_string_equal(paint(&line, cols), cols == 20   ? "stays two one too"
                                                : cols >= 10 ? "stays one"
                                                             : "stays");
    }
}

static void segments__spring__has_what_follows_at_the_right(void **state)
{
    (void)state;
    struct segments line;
    segments_init(&line);
    segments_add(&line, ROLE_TEXT, 0, "left");
    segments_spring(&line);
    segments_add(&line, ROLE_TEXT, 0, "right");
    assert_string_equal(paint(&line, 12), "left   right");
    segments_init(&line);
    segments_add(&line, ROLE_TEXT, 0, "left");
    segments_add(&line, ROLE_TEXT, 1, " leaves");
    segments_spring(&line);
    segments_add(&line, ROLE_TEXT, 0, "right");
    assert_string_equal(paint(&line, 12), "left   right");
}

static void segments__piece_that_may_be_cut__is_cut_before_others_leave(void **state)
{
    (void)state;
    struct segments line;
    segments_init(&line);
    segments_add(&line, ROLE_TEXT, 1, "%s", "a filter that is long")->cols_min = 10;
    segments_add(&line, ROLE_TEXT, 2, " more");
    assert_string_equal(paint(&line, 20), "a filter that " ELLIPSIS " more");
    segments_init(&line);
    segments_add(&line, ROLE_TEXT, 1, "%s", "a filter that is long")->cols_min = 10;
    segments_add(&line, ROLE_TEXT, 2, " more");
    assert_string_equal(paint(&line, 14), "a filter that" ELLIPSIS);
    segments_init(&line);
    segments_add(&line, ROLE_TEXT, 1, "%s", "a filter that is long")->cols_min = 10;
    assert_string_equal(paint(&line, 9), "a filter" ELLIPSIS);
}

static void segments__more_text_than_a_line_holds__only_what_is_beyond_is_lost(void **state)
{
    (void)state;
    char text[2 * SEGMENT_BYTES];
    struct segments line;
    segments_init(&line);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    int columns = 0;
    for (int i = 0; i < SEGMENTS_MAX; i++) {
        const struct segment *piece = segments_add(&line, ROLE_TEXT, 0, "%s", text);
        assert_int_equal(piece->cols, text_columns(piece->text));
        columns += piece->cols;
    }
    assert_in_range(columns, SEGMENTS_BYTES - 8 * SEGMENTS_MAX, SEGMENTS_BYTES);
    assert_int_equal(line.items[0].text[0], 'x');
    assert_string_equal(line.items[SEGMENTS_MAX - 1].text, "");
    assert_int_equal(segments_cols(&line), columns);
}

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments__little_room__the_highest_rank_leaves_as_a_whole),
        cmocka_unit_test(segments__spring__has_what_follows_at_the_right),
        cmocka_unit_test(segments__piece_that_may_be_cut__is_cut_before_others_leave),
        cmocka_unit_test(segments__more_text_than_a_line_holds__only_what_is_beyond_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
