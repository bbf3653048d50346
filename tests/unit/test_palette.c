/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "draw/frame.h"
#include "draw/palette.h"

#define CONTRAST_MIN 2.5 /* of bold or coloured single marks; WCAG asks 3 of large text */

static const char *const names[] = {"default", "noc", "cb", "mono"};
#define NAME_COUNT (sizeof names / sizeof *names)

/* The numbers of colours that terminals have. */
static const int depths[] = {256, 16, 8, 0};
#define DEPTH_COUNT (sizeof depths / sizeof *depths)

/* The look of a lamp in a palette. */
static struct look lamp_look(const char *name, int lamp, unsigned flags, int colors)
{
    enum role role = (enum role)(ROLE_LAMP + lamp);
    return palette_look(palette_find(name, NULL), role, flags, colors);
}

/* Do both look the same? */
static bool is_same(struct look a, struct look b)
{
    return a.foreground == b.foreground && a.background == b.background && a.bold == b.bold &&
           a.dim == b.dim && a.reverse == b.reverse && a.underline == b.underline;
}

/* Relative luminance (WCAG 2) of an ANSI colour with the values of the VGA palette. */
static double luminance(int color)
{
    const double none = 0;
    const double quarter = 0.0908; /* of 0x55, by the sRGB curve */
    const double half = 0.4020;    /* of 0xAA */
    double low = color >= 8 ? quarter : none;
    double high = color >= 8 ? 1 : half;
    double red = color & 1 ? high : low;
    double green = color & 2 ? high : low;
    double blue = color & 4 ? high : low;
    if (color == 3)
        green = quarter; /* the VGA's dark yellow is brown */
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/* Contrast of two luminances (WCAG 2). */
static double contrast(double a, double b)
{
    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

static void palette__find__knows_four_and_names_them(void **state)
{
    struct error error = {0};
    (void)state;
    for (size_t i = 0; i < NAME_COUNT; i++)
        assert_string_equal(palette_name(palette_find(names[i], &error)), names[i]);
    assert_false(error_is_set(&error));
    assert_null(palette_find("solarized", &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    for (size_t i = 0; i < NAME_COUNT; i++)
        assert_non_null(strstr(error.text, names[i]));
}

static void palette__next__goes_around(void **state)
{
    const struct palette *first = palette_find("default", NULL);
    const struct palette *palette = first;
    (void)state;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        assert_string_equal(palette_name(palette), names[i]);
        palette = palette_next(palette);
    }
    assert_ptr_equal(palette, first);
}

static void palette__letter__tells_every_role(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++) {
        assert_true(islower((unsigned char)palette_letter((enum role)i)));
        for (int j = 0; j < i; j++)
            assert_int_not_equal(palette_letter((enum role)i), palette_letter((enum role)j));
    }
}

static void palette__look__tells_every_pair_of_lamps_apart(void **state)
{
    (void)state;
    for (size_t name = 0; name < NAME_COUNT; name++) {
        for (size_t depth = 0; depth < DEPTH_COUNT; depth++) {
            for (int a = 0; a < LAMP_COUNT; a++) {
                for (int b = 0; b < a; b++)
                    assert_false(is_same(lamp_look(names[name], a, 0, depths[depth]),
                                         lamp_look(names[name], b, 0, depths[depth])));
            }
        }
    }
}

static void palette__look__is_mono_without_colors__E10(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct look mono = palette_look(palette_find("mono", NULL), (enum role)role, 0, 256);
        struct look none = palette_look(palette_find("noc", NULL), (enum role)role, 0, 0);
        assert_true(is_same(mono, none));
        assert_int_equal(mono.foreground, LOOK_DEFAULT);
        assert_int_equal(mono.background, LOOK_DEFAULT);
    }
}

static void palette__look__selected_stands_out(void **state)
{
    (void)state;
    for (size_t name = 0; name < NAME_COUNT; name++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            const struct palette *palette = palette_find(names[name], NULL);
            for (unsigned stale = 0; stale <= STYLE_STALE; stale += STYLE_STALE) {
                struct look plain = palette_look(palette, (enum role)role, stale, 256);
                struct look selected =
                    palette_look(palette, (enum role)role, stale | STYLE_SELECTED, 256);
                assert_int_not_equal(plain.reverse, selected.reverse);
            }
        }
    }
}

static void palette__look__selected_mono_text_is_no_lamp(void **state)
{
    struct look selected = palette_look(palette_find("mono", NULL), ROLE_TEXT, STYLE_SELECTED, 0);
    (void)state;
    for (int lamp = 0; lamp < LAMP_COUNT; lamp++)
        assert_false(is_same(selected, lamp_look("mono", lamp, 0, 0)));
}

static void palette__look__stale_has_no_lamp_color(void **state)
{
    (void)state;
    for (size_t name = 0; name < NAME_COUNT; name++) {
        for (int lamp = 0; lamp < LAMP_COUNT; lamp++) {
            struct look look = lamp_look(names[name], lamp, STYLE_STALE, 256);
            assert_true(is_same(look, (struct look){.foreground = LOOK_DEFAULT,
                                                    .background = LOOK_DEFAULT,
                                                    .dim = true}));
        }
    }
}

static void palette__look__eight_colors_have_bold_for_bright(void **state)
{
    struct look sixteen = lamp_look("cb", LAMP_ONLINE, 0, 16);
    struct look eight = lamp_look("cb", LAMP_ONLINE, 0, 8);
    (void)state;
    assert_int_equal(sixteen.foreground, 12);
    assert_false(sixteen.bold);
    assert_int_equal(eight.foreground, 4);
    assert_true(eight.bold);
    for (size_t name = 0; name < NAME_COUNT; name++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            struct look look = palette_look(palette_find(names[name], NULL), (enum role)role, 0, 8);
            assert_in_range(look.foreground + 1, 0, 8);
            assert_in_range(look.background + 1, 0, 8);
        }
    }
}

static void palette__look__is_readable_on_dark_and_light(void **state)
{
    (void)state;
    for (size_t name = 0; name < NAME_COUNT; name++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            const struct palette *palette = palette_find(names[name], NULL);
            struct look look = palette_look(palette, (enum role)role, 0, 256);
            if (look.foreground == LOOK_DEFAULT) {
                assert_int_equal(look.background, LOOK_DEFAULT);
                continue;
            }
            double ink = luminance(look.foreground);
            bool has_block = look.background != LOOK_DEFAULT;
            double dark = has_block ? luminance(look.background) : 0;
            double light = has_block ? dark : 1;
            assert_true(contrast(ink, dark) >= CONTRAST_MIN);
            assert_true(contrast(ink, light) >= CONTRAST_MIN);
        }
    }
}

static void palette__look__problems_stand_out_without_hue(void **state)
{
    (void)state;
    for (size_t name = 0; name < NAME_COUNT; name++) {
        for (int lamp = 0; lamp < LAMP_COUNT; lamp++) {
            struct look look = lamp_look(names[name], lamp, 0, 256);
            bool is_marked = look.background != LOOK_DEFAULT || look.reverse || look.underline;
            int severity = lamp_info((enum lamp)lamp)->severity;
            if (severity >= SEVERITY_PROBLEM)
                assert_true(is_marked);
            if (severity <= lamp_info(LAMP_ONLINE)->severity)
                assert_false(is_marked);
        }
    }
}

static void palette__noc__red_is_a_fault_and_nothing_else(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct look look = palette_look(palette_find("noc", NULL), (enum role)role, 0, 256);
        bool is_red = look.foreground % 8 == 1 || look.background % 8 == 1;
        bool is_fault = role == ROLE_LAMP + LAMP_OFFLINE || role == ROLE_LAMP + LAMP_EXPIRED;
        assert_int_equal(is_red, is_fault);
    }
}

static void palette__cb__has_neither_red_nor_green(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct look look = palette_look(palette_find("cb", NULL), (enum role)role, 0, 256);
        const int colors[] = {look.foreground, look.background};
        for (int i = 0; i < 2; i++) {
            assert_int_not_equal(colors[i] % 8, 1);
            assert_int_not_equal(colors[i] % 8, 2);
            assert_int_not_equal(colors[i] % 8, 5);
        }
    }
}

/* Runs the tests. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(palette__find__knows_four_and_names_them),
        cmocka_unit_test(palette__next__goes_around),
        cmocka_unit_test(palette__letter__tells_every_role),
        cmocka_unit_test(palette__look__tells_every_pair_of_lamps_apart),
        cmocka_unit_test(palette__look__is_mono_without_colors__E10),
        cmocka_unit_test(palette__look__selected_stands_out),
        cmocka_unit_test(palette__look__selected_mono_text_is_no_lamp),
        cmocka_unit_test(palette__look__stale_has_no_lamp_color),
        cmocka_unit_test(palette__look__eight_colors_have_bold_for_bright),
        cmocka_unit_test(palette__look__is_readable_on_dark_and_light),
        cmocka_unit_test(palette__look__problems_stand_out_without_hue),
        cmocka_unit_test(palette__noc__red_is_a_fault_and_nothing_else),
        cmocka_unit_test(palette__cb__has_neither_red_nor_green),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
