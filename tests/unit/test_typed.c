/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "term/typed.h"
#include "ui/keys.h"

/* Adds all bytes but the last, which all have to be waited for; returns what the last makes. */
static uint32_t add_all(struct typed *typed, const char *bytes)
{
    size_t length = strlen(bytes);
    for (size_t i = 0; i + 1 < length; i++)
        assert_int_equal(typed_add(typed, (unsigned char)bytes[i]), KEYCODE_NONE);
    return typed_add(typed, (unsigned char)bytes[length - 1]);
}

static void typed__add__gathers_every_character(void **state)
{
    struct typed typed = {0};
    (void)state;
    for (uint32_t code_point = 0x80; code_point <= 0x10FFFF; code_point++) {
        char bytes[5] = {0};
        if (code_point >= 0xD800 && code_point <= 0xDFFF)
            continue;
        text_encode(bytes, code_point);
        if (add_all(&typed, bytes) != code_point)
            fail();
    }
}

static void typed__add__tells_broken_bytes_and_goes_on__E9(void **state)
{
    const char *const broken[] = {"\x80",     "\xFF",     "\xC0",     "\xC3\xC3",
                                  "\xED\xA0", "\xE0\x80", "\xF4\x90", "\xF5"};
    struct typed typed = {0};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        uint32_t press = add_all(&typed, broken[i]);
        if (press == KEYCODE_NONE) /* wrong in a way only the whole shows */
            while ((press = typed_add(&typed, 0x80)) == KEYCODE_NONE) {
            }
        assert_int_equal(press, KEYCODE_OTHER);
        assert_int_equal(add_all(&typed, "\xC3\xA9"), 0xE9);
    }
}

static void typed__add__never_waits_for_more_than_three_bytes(void **state)
{
    (void)state;
    for (unsigned first = 0x80; first <= 0xFF; first++) {
        for (unsigned next = 0x80; next <= 0xFF; next++) {
            struct typed typed = {0};
            int waits = typed_add(&typed, (unsigned char)first) == KEYCODE_NONE;
            while (waits > 0 && typed_add(&typed, (unsigned char)next) == KEYCODE_NONE)
                waits++;
            assert_in_range(waits, 0, 3);
            assert_int_equal(typed.count, 0);
        }
    }
}

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed__add__gathers_every_character),
        cmocka_unit_test(typed__add__tells_broken_bytes_and_goes_on__E9),
        cmocka_unit_test(typed__add__never_waits_for_more_than_three_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
