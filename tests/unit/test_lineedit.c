/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "ui/keys.h"
#include "ui/lineedit.h"

#define WIDE 0x6F22u /* two columns, three bytes */
#define ACUTE 0x301u /* a combining mark */
#define BIDI 0x202Eu /* turns the text around: never */

/* An editor with a text. */
static struct lineedit edit_of(const char *text)
{
    struct lineedit edit;
    lineedit_set(&edit, text);
    return edit;
}

/* Types presses up to a 0; how many of them changed the text. */
static int press_all(struct lineedit *edit, const uint32_t *presses)
{
    int changed = 0;
    while (*presses != 0)
        changed += lineedit_press(edit, *presses++);
    return changed;
}

#define KEYCODE_ALL(edit, ...) press_all(edit, (const uint32_t[]){__VA_ARGS__, 0})

static void lineedit__set__puts_the_cursor_at_the_end(void **state)
{
    struct lineedit edit = edit_of("ab\xE6\xBC\xA2");
    (void)state;
    assert_string_equal(edit.text, "ab\xE6\xBC\xA2");
    assert_int_equal(edit.length, 5);
    assert_int_equal(edit.cursor, 5);
    assert_int_equal(lineedit_cursor_column(&edit), 4);
}

static void lineedit__set__takes_only_safe_text(void **state)
{
    struct lineedit edit = edit_of("a\x1B[\xFF\x7F\xE2\x80\xAE b");
    (void)state;
    assert_string_equal(edit.text, "a[\xEF\xBF\xBD b");
}

static void lineedit__set__cuts_at_a_character(void **state)
{
    char text[1000];
    (void)state;
    memset(text, 'a', sizeof text);
    text[510] = '\xC3';
    text[511] = '\xA9';
    text[sizeof text - 1] = '\0';
    struct lineedit edit = edit_of(text);
    assert_int_equal(edit.length, 510);
    assert_int_equal(edit.text[510], '\0');
}

static void lineedit__press__types_at_the_cursor(void **state)
{
    struct lineedit edit = edit_of("ad");
    (void)state;
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_LEFT, 'b', WIDE, 'c'), 3);
    assert_string_equal(edit.text, "ab\xE6\xBC\xA2"
                                   "cd");
    assert_int_equal(lineedit_cursor_column(&edit), 5);
}

static void lineedit__press__every_printable_key_types(void **state)
{
    (void)state;
    for (uint32_t press = ' '; press <= '~'; press++) {
        struct lineedit edit = edit_of("");
        assert_true(lineedit_press(&edit, press));
        assert_int_equal(edit.text[0], press);
    }
}

static void lineedit__press__ignores_what_is_no_text(void **state)
{
    struct lineedit edit = edit_of("ab");
    (void)state;
    assert_int_equal(KEYCODE_ALL(&edit, 27, '\r', '\t', BIDI, 0x9B, 0xD800, 0xFFFF, KEYCODE_NONE,
                                 KEYCODE_LOST, KEYCODE_RESIZE, KEYCODE_F1, KEYCODE_OTHER,
                                 UINT32_MAX),
                     0);
    assert_string_equal(edit.text, "ab");
}

static void lineedit__press__keeps_two_marks_on_a_character(void **state)
{
    struct lineedit edit = edit_of("");
    (void)state;
    assert_int_equal(KEYCODE_ALL(&edit, ACUTE, 'e', ACUTE, ACUTE, ACUTE), 3);
    assert_string_equal(edit.text, "e\xCC\x81\xCC\x81");
    assert_int_equal(lineedit_cursor_column(&edit), 1);
}

static void lineedit__press__stops_at_the_end_of_its_room(void **state)
{
    struct lineedit edit = edit_of("");
    (void)state;
    for (int i = 0; i < LINEEDIT_BYTES_MAX - 2; i++)
        assert_true(lineedit_press(&edit, 'a'));
    assert_false(lineedit_press(&edit, WIDE));
    assert_true(lineedit_press(&edit, 'a'));
    assert_false(lineedit_press(&edit, 'a'));
    assert_int_equal(strlen(edit.text), LINEEDIT_BYTES_MAX - 1);
}

static void lineedit__press__moves_by_whole_characters(void **state)
{
    struct lineedit edit = edit_of("ae\xCC\x81\xE6\xBC\xA2");
    (void)state;
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_LEFT), 0);
    assert_int_equal(edit.cursor, 4);
    KEYCODE_ALL(&edit, KEYCODE_CTRL('B'));
    assert_int_equal(edit.cursor, 1);
    KEYCODE_ALL(&edit, KEYCODE_CTRL('F'));
    assert_int_equal(edit.cursor, 4);
    KEYCODE_ALL(&edit, KEYCODE_HOME, KEYCODE_LEFT);
    assert_int_equal(edit.cursor, 0);
    KEYCODE_ALL(&edit, KEYCODE_END, KEYCODE_RIGHT);
    assert_int_equal(edit.cursor, 7);
    KEYCODE_ALL(&edit, KEYCODE_CTRL('A'));
    assert_int_equal(edit.cursor, 0);
    KEYCODE_ALL(&edit, KEYCODE_CTRL('E'));
    assert_int_equal(edit.cursor, 7);
}

static void lineedit__press__deletes_whole_characters(void **state)
{
    struct lineedit edit = edit_of("ae\xCC\x81\xE6\xBC\xA2z");
    (void)state;
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_BACKSPACE, KEYCODE_CTRL('H')), 2);
    assert_string_equal(edit.text, "ae\xCC\x81");
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_HOME, KEYCODE_RIGHT, KEYCODE_DELETE), 1);
    assert_string_equal(edit.text, "a");
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_CTRL('D'), KEYCODE_HOME, 127), 0);
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_CTRL('D'), KEYCODE_CTRL('D')), 1);
    assert_string_equal(edit.text, "");
}

static void lineedit__press__cuts_lines_and_words(void **state)
{
    struct lineedit edit = edit_of("one two  three");
    (void)state;
    assert_true(lineedit_press(&edit, KEYCODE_CTRL('W')));
    assert_string_equal(edit.text, "one two  ");
    assert_true(lineedit_press(&edit, KEYCODE_CTRL('W')));
    assert_string_equal(edit.text, "one ");
    edit = edit_of("one two");
    KEYCODE_ALL(&edit, KEYCODE_HOME, KEYCODE_RIGHT, KEYCODE_CTRL('K'));
    assert_string_equal(edit.text, "o");
    edit = edit_of("one two");
    KEYCODE_ALL(&edit, KEYCODE_LEFT, KEYCODE_CTRL('U'));
    assert_string_equal(edit.text, "o");
    assert_int_equal(edit.cursor, 0);
    assert_int_equal(KEYCODE_ALL(&edit, KEYCODE_CTRL('U'), KEYCODE_CTRL('W')), 0);
}

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lineedit__set__puts_the_cursor_at_the_end),
        cmocka_unit_test(lineedit__set__takes_only_safe_text),
        cmocka_unit_test(lineedit__set__cuts_at_a_character),
        cmocka_unit_test(lineedit__press__types_at_the_cursor),
        cmocka_unit_test(lineedit__press__every_printable_key_types),
        cmocka_unit_test(lineedit__press__ignores_what_is_no_text),
        cmocka_unit_test(lineedit__press__keeps_two_marks_on_a_character),
        cmocka_unit_test(lineedit__press__stops_at_the_end_of_its_room),
        cmocka_unit_test(lineedit__press__moves_by_whole_characters),
        cmocka_unit_test(lineedit__press__deletes_whole_characters),
        cmocka_unit_test(lineedit__press__cuts_lines_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
