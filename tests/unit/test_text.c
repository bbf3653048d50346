/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/text.h"

#define CODE_POINTS 0x110000u

/* What a terminal would do with this text: every base 1 or 2 wide, marks only after a base, and no
 * more than allowed; no byte that is not part of valid UTF-8. Written apart from the code. */
static void assert_safe(const char *text, size_t length)
{
    int marks = -1;
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        bool valid;
        at += text_decode(text + at, length - at, &code_point, &valid);
        assert_true(valid);
        assert_true(code_point >= 0x20 && !(code_point >= 0x7F && code_point < 0xA0));
        assert_false(code_point >= 0x200B && code_point <= 0x200F);
        assert_false(code_point >= 0x2028 && code_point <= 0x202E);
        assert_false(code_point >= 0x2060 && code_point <= 0x206F);
        assert_false(code_point >= 0xD800 && code_point <= 0xF8FF);
        assert_false(code_point == 0xFEFF || code_point == 0xAD || code_point == 0x61C);
        assert_false(code_point >= 0xE0000);
        int width = text_width_of(code_point);
        if (width == 0) {
            assert_true(marks >= 0 && ++marks <= TEXT_MARKS_MAX);
        } else {
            assert_true(width == 1 || width == 2);
            marks = 0;
        }
    }
}

static void text__every_code_point__becomes_safe__A1(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point < CODE_POINTS; code_point++) {
        char in[8] = "a", out[64];
        size_t length = 1 + text_encode(in + 1, code_point);
        in[length++] = 'z';
        size_t written = text_make_safe(out, sizeof out, in, length);
        assert_safe(out, written);
        assert_int_equal(out[0], 'a');
        assert_int_equal(out[written - 1], 'z');
        if (text_width_of(code_point) >= 0 && code_point != 0xFFFD)
            assert_memory_equal(out, in, length);
    }
}

static void text__random_bytes__become_safe_and_stay_as_they_are__A2__A3__A4(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 1);
    for (int round = 0; round < 20000; round++) {
        char in[64], out[256], again[256];
        size_t length = rng_below(&rng, sizeof in);
        for (size_t i = 0; i < length; i++)
            in[i] = (char)rng_below(&rng, rng_below(&rng, 2) ? 256 : 128);
        size_t size = 1 + rng_below(&rng, sizeof out - 1);
        size_t written = text_make_safe(out, size, in, length);
        assert_true(written < size);
        assert_int_equal(strlen(out), written);
        assert_safe(out, written);
        assert_int_equal(text_make_safe(again, size, out, written), written);
        assert_string_equal(again, out);
    }
}

static void text__escape_payloads__are_shown_as_text__A1(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"\033[2J", "\xE2\x90\x9B[2J"},
        {"\033]52;c;QQ==\a", "\xE2\x90\x9B]52;c;QQ==\xE2\x90\x87"},
        {"a\r\n\tb\b", "a\xE2\x90\x8D\xE2\x90\x8A\xE2\x90\x89"
                       "b\xE2\x90\x88"},
        {"\x7F", "\xE2\x90\xA1"},
        {"\xC2\x9B"
         "2J",
         "\xEF\xBF\xBD"
         "2J"},
        {"\x9B"
         "2J",
         "\xEF\xBF\xBD"
         "2J"},
        {"a\xE2\x80\xAE"
         "b",
         "a\xEF\xBF\xBD"
         "b"},
        {"a\xC2\xA0"
         "b",
         "a b"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\033]8;;http://x\033\\y", "\xE2\x90\x9B]8;;http://x\xE2\x90\x9B\\y"},
        {"\033P1$r\033\\", "\xE2\x90\x9BP1$r\xE2\x90\x9B\\"},
        {"\033[6n\033c", "\xE2\x90\x9B[6n\xE2\x90\x9B"
                         "c"},
        {"\xE2\x80\x8B\xEF\xBB\xBF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xF3\xA0\x81\x81\xEF\xB8\x8F", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xE1\x85\x9F\xE3\x85\xA4\xC2\xAD", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char out[64];
        text_make_safe(out, sizeof out, pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(out, pairs[i][1]);
    }
}

/* The picture of a C0 control or DEL (Unicode, Control Pictures), what stands for any other. */
static uint32_t picture_of(uint32_t code_point)
{
    if (code_point < 0x20)
        return 0x2400 + code_point;
    return code_point == 0x7F ? 0x2421 : TEXT_REPLACEMENT;
}

/* Between two letters the character becomes what stands for it, one cell wide. */
static void assert_replaced(const char *bytes, size_t length, uint32_t by)
{
    char in[8] = "a", out[32], expected[8] = "a";
    memcpy(in + 1, bytes, length);
    in[1 + length] = 'z';
    size_t end = 1 + text_encode(expected + 1, by);
    expected[end] = 'z';
    assert_int_equal(text_make_safe(out, sizeof out, in, length + 2), end + 1);
    assert_memory_equal(out, expected, end + 1);
    assert_int_equal(text_columns(out), 3);
}

static void text__each_control__has_one_visible_cell__A2__A3(void **state)
{
    (void)state;
    int count = 0;
    for (uint32_t c = 0; c < 0xA0; c++) {
        char bytes[4] = {(char)c};
        if (c >= 0x20 && c < 0x7F)
            continue;
        assert_replaced(bytes, 1, c < 0x80 ? picture_of(c) : TEXT_REPLACEMENT);
        assert_replaced(bytes, text_encode(bytes, c), picture_of(c));
        count++;
    }
    assert_int_equal(count, 65);
}

static void text__each_bidirectional_control__is_replaced__A4(void **state)
{
    (void)state;
    static const uint32_t controls[] = {0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C,
                                        0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069};
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        char bytes[4];
        assert_replaced(bytes, text_encode(bytes, controls[i]), TEXT_REPLACEMENT);
    }
}

static void text__nul_inside__is_shown_and_does_not_end_the_text(void **state)
{
    (void)state;
    char out[32];
    text_make_safe(out, sizeof out, "a\0b", 3);
    assert_string_equal(out, "a\xE2\x90\x80"
                             "b");
}

static void text__every_code_point_alone__comes_through_or_is_replaced(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point < CODE_POINTS; code_point++) {
        char in[4], out[16];
        size_t length = text_encode(in, code_point);
        size_t written = text_make_safe(out, sizeof out, in, length);
        int width = text_columns(out);
        assert_true(written > 0 && (width == 1 || width == 2));
        assert_safe(out, written);
        if (text_width_of(code_point) > 0)
            assert_memory_equal(out, in, length);
    }
}

static void text__many_marks__are_capped_at_two(void **state)
{
    (void)state;
    static const char mark[] = "\xCC\x81";
    char *in = mem_new(200001, 1);
    char out[64];
    in[0] = 'e';
    for (size_t i = 0; i < 100000; i++)
        memcpy(in + 1 + 2 * i, mark, 2);
    assert_int_equal(text_make_safe(out, sizeof out, in, 200001), 5);
    assert_string_equal(out, "e\xCC\x81\xCC\x81");
    free(in);
}

static void text__leading_mark__gets_a_visible_stand_in(void **state)
{
    (void)state;
    char out[16];
    text_make_safe(out, sizeof out, "\xCC\x81", 2);
    assert_string_equal(out, "\xEF\xBF\xBD");
}

static void text__cut__ends_at_a_whole_character_with_an_ellipsis(void **state)
{
    (void)state;
    char out[32];
    text_make_safe(out, 8, "abcdefgh", 8);
    assert_string_equal(out, "abcd\xE2\x80\xA6");
    text_make_safe(out, 9, "abcdefgh", 8);
    assert_string_equal(out, "abcdefgh");
    text_make_safe(out, 3, "abcdefgh", 8);
    assert_string_equal(out, "ab");
    text_make_safe(out, 1, "abc", 3);
    assert_string_equal(out, "");
}

static void text__cut_at_every_size__is_safe_and_stays_as_it_is(void **state)
{
    (void)state;
    /* ASCII, a mark, two wide ones, an emoji, a control, a broken byte, a third mark */
    static const char in[] = "ae\xCC\x81\xE4\xB8\xAD\xE6\x96\x87\xF0\x9F\x98\x80\x1B\xFF"
                             "o\xCC\x81\xCC\x82\xCC\x83 end";
    char whole[64];
    size_t full = text_make_safe(whole, sizeof whole, in, sizeof in - 1);
    for (size_t size = 1; size <= full + 2; size++) {
        char out[64], again[64];
        size_t written = text_make_safe(out, size, in, sizeof in - 1);
        assert_true(written < size);
        assert_safe(out, written);
        for (size_t room = written + 1; room < written + 6; room++) {
            assert_int_equal(text_make_safe(again, room, out, written), written);
            assert_string_equal(again, out);
        }
        size_t kept = written;
        if (size <= full && size > 3) {
            kept -= 3;
            assert_string_equal(out + kept, "\xE2\x80\xA6");
        }
        assert_memory_equal(out, whole, kept);
    }
}

static void text_safe_copy__clean_and_damaged_text__are_told_apart(void **state)
{
    (void)state;
    bool damaged;
    char *copy = text_safe_copy("Yealink", 7, 100, &damaged);
    assert_string_equal(copy, "Yealink");
    assert_false(damaged);
    free(copy);
    copy = text_safe_copy("Caf\xE9", 4, 100, &damaged);
    assert_string_equal(copy, "Caf\xEF\xBF\xBD");
    assert_true(damaged);
    free(copy);
    copy = text_safe_copy("0123456789", 10, 6, &damaged);
    assert_int_equal(strlen(copy), 6);
    assert_true(damaged);
    free(copy);
    copy = text_safe_copy("Gr\xC3\xBC\xC3\x9F", 6, 100, &damaged);
    assert_false(damaged);
    free(copy);
}

static void text_fit__wide_character_at_the_edge__is_left_out__A7(void **state)
{
    (void)state;
    int used;
    static const char wide[] = "a\xE4\xB8\xAD"
                               "b"; /* a, a wide character, b */
    assert_int_equal(text_columns(wide), 4);
    assert_int_equal(text_fit(wide, 2, &used), 1);
    assert_int_equal(used, 1);
    assert_int_equal(text_fit(wide, 3, &used), 4);
    assert_int_equal(used, 3);
    for (int columns = 0; columns < 8; columns++) {
        text_fit(wide, columns, &used);
        assert_true(used <= columns);
    }
}

static void text_fit__any_width__takes_whole_characters_and_never_overruns__A7(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 200; lead++) {
        char text[512];
        memset(text, 'x', lead);
        memcpy(text + lead, "\xE4\xB8\xAD\xCC\x81yz", 8);
        for (int columns = 0; columns <= 210; columns++) {
            int used;
            size_t bytes = text_fit(text, columns, &used);
            int before = (int)lead;
            int expected = columns <= before ? columns : columns == before + 1 ? before : columns;
            if (expected > before + 4)
                expected = before + 4;
            assert_int_equal(used, expected);
            assert_true(((unsigned char)text[bytes] & 0xC0) != 0x80);
            assert_true(bytes != lead + 3); /* the mark stays with its base */
        }
    }
}

static void text_decode__bad_sequences__take_at_least_one_byte(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xC2",
                                      "\xC2z",
                                      "\xE0\x80\x80",
                                      "\xED\xA0\x80",
                                      "\xF0\x80\x80\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xF8",
                                      "\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t code_point;
        bool valid;
        size_t taken = text_decode(bad[i], strlen(bad[i]), &code_point, &valid);
        assert_false(valid);
        assert_int_equal(code_point, TEXT_REPLACEMENT);
        assert_true(taken >= 1 && taken <= strlen(bad[i]));
    }
}

static void text_encode__what_is_no_character__becomes_the_replacement(void **state)
{
    (void)state;
    static const uint32_t none[] = {0xD800, 0xDFFF, 0x110000, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        char bytes[4];
        assert_int_equal(text_encode(bytes, none[i]), 3);
        assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
    }
}

static void text_make_safe__no_room_at_all__writes_nothing(void **state)
{
    (void)state;
    char out[] = "untouched";
    assert_int_equal(text_make_safe(out, 0, "a\x1B", 2), 0);
    assert_int_equal(text_make_safe(out, 0, "", 0), 0);
    assert_string_equal(out, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__every_code_point__becomes_safe__A1),
        cmocka_unit_test(text__random_bytes__become_safe_and_stay_as_they_are__A2__A3__A4),
        cmocka_unit_test(text__escape_payloads__are_shown_as_text__A1),
        cmocka_unit_test(text__each_control__has_one_visible_cell__A2__A3),
        cmocka_unit_test(text__each_bidirectional_control__is_replaced__A4),
        cmocka_unit_test(text__nul_inside__is_shown_and_does_not_end_the_text),
        cmocka_unit_test(text__every_code_point_alone__comes_through_or_is_replaced),
        cmocka_unit_test(text__many_marks__are_capped_at_two),
        cmocka_unit_test(text__leading_mark__gets_a_visible_stand_in),
        cmocka_unit_test(text__cut__ends_at_a_whole_character_with_an_ellipsis),
        cmocka_unit_test(text__cut_at_every_size__is_safe_and_stays_as_it_is),
        cmocka_unit_test(text_safe_copy__clean_and_damaged_text__are_told_apart),
        cmocka_unit_test(text_fit__wide_character_at_the_edge__is_left_out__A7),
        cmocka_unit_test(text_fit__any_width__takes_whole_characters_and_never_overruns__A7),
        cmocka_unit_test(text_decode__bad_sequences__take_at_least_one_byte),
        cmocka_unit_test(text_encode__what_is_no_character__becomes_the_replacement),
        cmocka_unit_test(text_make_safe__no_room_at_all__writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
