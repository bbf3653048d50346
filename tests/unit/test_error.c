/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/text.h"

static void error_set__the_first_one__wins(void **state)
{
    (void)state;
    struct error error = {0};
    assert_false(error_is_set(&error));
    assert_false(error_set(&error, ERROR_REFUSED, "page %d", 3));
    assert_false(error_set(&error, ERROR_USAGE, "later"));
    assert_true(error_is_set(&error));
    assert_int_equal(error.kind, ERROR_REFUSED);
    assert_string_equal(error.text, "page 3");
    error_clear(&error);
    assert_false(error_is_set(&error));
    assert_string_equal(error.text, "");
}

static void error__nobody_interested__is_allowed_everywhere(void **state)
{
    (void)state;
    assert_false(error_set(NULL, ERROR_USAGE, "x"));
    error_prefix(NULL, "hq");
    error_clear(NULL);
    assert_false(error_is_set(NULL));
}

static void error_prefix__is_put_before_an_error_and_makes_none(void **state)
{
    (void)state;
    struct error error = {0};
    error_prefix(&error, "hq");
    assert_false(error_is_set(&error));
    assert_string_equal(error.text, "");
    error_set(&error, ERROR_REPLY, "no entries");
    error_prefix(&error, "hq\033c");
    assert_string_equal(error.text, "hq\xE2\x90\x9B"
                                    "c: no entries");
}

static void error_set__quoted_bytes__cannot_act_on_a_terminal__A20__D12(void **state)
{
    (void)state;
    struct error error = {0};
    error_set(&error, ERROR_REPLY, "near '%s'", "\033]0;x\a\xC2\x9B\xE2\x80\xAE\xFF");
    assert_string_equal(error.text, "near '\xE2\x90\x9B]0;x\xE2\x90\x87"
                                    "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD'");
}

static void error_set__long_text__is_cut_at_a_whole_character_and_marked(void **state)
{
    (void)state;
    char wide[3 * 400 + 1] = "";
    for (size_t i = 0; i < 400; i++)
        memcpy(wide + 3 * i, "\xE4\xB8\xAD", 4);
    for (int lead = 0; lead < 4; lead++) {
        struct error error = {0};
        error_set(&error, ERROR_REPLY, "%.*s%s", lead, "abc", wide);
        size_t length = strlen(error.text);
        assert_in_range(length, ERROR_TEXT_MAX - 4, ERROR_TEXT_MAX - 1);
        assert_string_equal(error.text + length - 3, "\xE2\x80\xA6");
        assert_null(strstr(error.text, "\xEF\xBF\xBD"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_set__the_first_one__wins),
        cmocka_unit_test(error__nobody_interested__is_allowed_everywhere),
        cmocka_unit_test(error_prefix__is_put_before_an_error_and_makes_none),
        cmocka_unit_test(error_set__quoted_bytes__cannot_act_on_a_terminal__A20__D12),
        cmocka_unit_test(error_set__long_text__is_cut_at_a_whole_character_and_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
