/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/keys.h"

/* What help calls the keys that are no characters. */
static const struct {
    const char *name;
    uint32_t press;
} named[] = {
    {"Up", KEYCODE_UP},
    {"Down", KEYCODE_DOWN},
    {"Left", KEYCODE_LEFT},
    {"Right", KEYCODE_RIGHT},
    {"PgDn", KEYCODE_PAGE_DOWN},
    {"PgUp", KEYCODE_PAGE_UP},
    {"Home", KEYCODE_HOME},
    {"End", KEYCODE_END},
    {"Enter", KEYCODE_ENTER},
    {"Esc", KEYCODE_ESCAPE},
    {"Space", ' '},
};

/* The press that a word of help means, KEYCODE_NONE if it means none. */
static uint32_t press_of(const char *word)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (strcmp(named[i].name, word) == 0)
            return named[i].press;
    }
    if (word[0] == 'F' && word[1] != '\0')
        return KEYCODE_F1 + (uint32_t)atoi(word + 1) - 1;
    if (word[0] == '^' && word[1] != '\0')
        return KEYCODE_CTRL(word[1]);
    return word[1] == '\0' ? (uint32_t)(unsigned char)word[0] : KEYCODE_NONE;
}

/* Calls `visit` with every press that help shows and its row. */
static void visit_help(void (*visit)(uint32_t press, const struct key_row *row, void *context),
                       void *context)
{
    size_t count;
    const struct key_row *rows = keys_rows(&count);
    for (size_t i = 0; i < count; i++) {
        char words[64];
        char *rest;
        snprintf(words, sizeof words, "%s", rows[i].keys);
        for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
            if (strcmp(word, "0-9") != 0)
                visit(press_of(word), &rows[i], context);
            for (uint32_t digit = '0'; strcmp(word, "0-9") == 0 && digit <= '9'; digit++)
                visit(digit, &rows[i], context);
        }
    }
}

/* The press does what its row says. */
static void expect_action(uint32_t press, const struct key_row *row, void *context)
{
    (void)context;
    assert_int_not_equal(press, KEYCODE_NONE);
    assert_int_equal(keys_action(press), row->action);
}

static void keys__rows__every_key_shown_acts(void **state)
{
    (void)state;
    visit_help(expect_action, NULL);
}

struct search {
    uint32_t press;
    int found;
};

/* Counts a press. */
static void count_press(uint32_t press, const struct key_row *row, void *context)
{
    struct search *search = context;
    (void)row;
    search->found += press == search->press;
}

static void keys__action__every_bound_press_is_shown_once(void **state)
{
    (void)state;
    for (uint32_t press = 0; press <= KEYCODE_OTHER; press++) {
        struct search search = {.press = press};
        if (keys_action(press) == ACTION_NONE)
            continue;
        visit_help(count_press, &search);
        assert_int_equal(search.found, 1);
    }
}

static void keys__rows__every_action_has_one(void **state)
{
    size_t count;
    const struct key_row *rows = keys_rows(&count);
    (void)state;
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        int found = 0;
        for (size_t i = 0; i < count; i++)
            found += (int)rows[i].action == action;
        assert_int_equal(found, 1);
    }
}

static void keys__rows__are_whole_and_fit(void **state)
{
    size_t count;
    const struct key_row *rows = keys_rows(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_non_null(rows[i].group);
        assert_in_range(strlen(rows[i].keys), 1, 14);
        assert_in_range(strlen(rows[i].help), 5, 60);
    }
}

static void keys__rows__groups_are_not_torn(void **state)
{
    size_t count;
    const struct key_row *rows = keys_rows(&count);
    (void)state;
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i && strcmp(rows[i].group, rows[i - 1].group) != 0; j++)
            assert_string_not_equal(rows[j].group, rows[i].group);
    }
}

static void keys__footer__begins_with_a_key_of_its_row_and_fits_80_columns(void **state)
{
    size_t count;
    const struct key_row *rows = keys_rows(&count);
    size_t columns = 0;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].footer)
            continue;
        size_t length = strcspn(rows[i].footer, " ");
        assert_memory_equal(rows[i].footer, rows[i].keys, length);
        if (rows[i].action != ACTION_SERVERS) /* with several servers the last hint leaves for it */
            columns += strlen(rows[i].footer) + 2;
    }
    assert_in_range(columns, 1, 80);
}

static void keys__action__leaves_the_terminal_its_keys(void **state)
{
    const uint32_t never[] = {KEYCODE_CTRL('Z'), KEYCODE_CTRL('S'), KEYCODE_CTRL('Q'),
                              KEYCODE_CTRL('C'), KEYCODE_NONE,      KEYCODE_LOST,
                              KEYCODE_RESIZE,    KEYCODE_OTHER};
    (void)state;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_int_equal(keys_action(never[i]), ACTION_NONE);
}

static void keys__action__knows_what_hands_know(void **state)
{
    (void)state;
    assert_int_equal(keys_action('q'), ACTION_QUIT);
    assert_int_equal(keys_action('/'), ACTION_FILTER);
    assert_int_equal(keys_action('?'), ACTION_HELP);
    assert_int_equal(keys_action('j'), ACTION_DOWN);
    assert_int_equal(keys_action('k'), ACTION_UP);
    assert_int_equal(keys_action(' '), ACTION_PAGE_DOWN);
    assert_int_equal(keys_action(KEYCODE_CTRL('F')), ACTION_PAGE_DOWN);
    assert_int_equal(keys_action(KEYCODE_F10), ACTION_QUIT);
}

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys__rows__every_key_shown_acts),
        cmocka_unit_test(keys__action__every_bound_press_is_shown_once),
        cmocka_unit_test(keys__rows__every_action_has_one),
        cmocka_unit_test(keys__rows__are_whole_and_fit),
        cmocka_unit_test(keys__rows__groups_are_not_torn),
        cmocka_unit_test(keys__footer__begins_with_a_key_of_its_row_and_fits_80_columns),
        cmocka_unit_test(keys__action__leaves_the_terminal_its_keys),
        cmocka_unit_test(keys__action__knows_what_hands_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
