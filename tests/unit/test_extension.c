/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/extension.h"

#define CONTACTS_MAX 3
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const int32_t all_statuses[] = {NUMBER_NONE, 0, 1, 2, 3, 7};
static const int32_t all_states[] = {-2, -1, 0, 1, 2, 9, NUMBER_NONE};

/* A record that borrows all it points to. */
struct sample {
    struct extension extension;
    struct registration contacts[CONTACTS_MAX];
    char number[16];
};

/* Fills a sample with a status and a list of states; count < 0: no list was sent. */
static const struct extension *fill_sample(struct sample *sample, int32_t status, int count,
                                           const int32_t *states)
{
    memset(sample, 0, sizeof *sample);
    snprintf(sample->number, sizeof sample->number, "0003*210");
    sample->extension.number = sample->number;
    sample->extension.status = status;
    sample->extension.has_list = count >= 0;
    for (int i = 0; i < count; i++) {
        sample->contacts[i].state = states[i];
        sample->contacts[i].expires = EXPIRES_NONE;
    }
    if (count > 0) {
        sample->extension.registrations = sample->contacts;
        sample->extension.registration_count = (uint32_t)count;
    }
    return &sample->extension;
}

/* How many of the sample's contacts have this state? */
static int tally(const struct extension *extension, int32_t state)
{
    int found = 0;
    for (uint32_t i = 0; i < extension->registration_count; i++)
        found += extension->registrations[i].state == state ? 1 : 0;
    return found;
}

/* The design's table read row by row: every row on its own, `unknown` is none of the others, and
 * no two rows may claim the same record. */
static enum lamp read_table(const struct extension *extension)
{
    int status = extension->status;
    bool listed = extension->has_list;
    bool calls = status == 1 || status == 2 || status == 3;
    bool registered = tally(extension, 1) > 0;
    bool live = registered || tally(extension, 2) > 0;
    bool lapsed = tally(extension, -2) > 0;
    bool refused_all = tally(extension, -1) == (int)extension->registration_count;
    bool claims[LAMP_COUNT] = {
        [LAMP_OFFLINE] = listed && !live && !calls && refused_all,
        [LAMP_EXPIRED] = listed && !live && lapsed,
        [LAMP_MISMATCH] = listed && !live && !lapsed && calls,
        [LAMP_RINGING] = status == 2 && (live || !listed),
        [LAMP_BUSY] = status == 3 && (live || !listed),
        [LAMP_ONLINE] = status == 1 && (registered || !listed),
        [LAMP_STATIC] = status == 1 && live && !registered,
    };
    enum lamp lamp = LAMP_UNKNOWN;
    int claimed = 0;
    for (int i = 0; i < LAMP_COUNT; i++) {
        if (claims[i]) {
            lamp = (enum lamp)i;
            claimed++;
        }
    }
    assert_true(claimed <= 1);
    return lamp;
}

/* The function and the table agree, for this status and every list of `count` states. */
static void check_lists(int32_t status, int count)
{
    struct sample sample;
    size_t base = COUNT_OF(all_states);
    size_t lists = 1;
    for (int i = 0; i < count; i++)
        lists *= base;
    for (size_t list = 0; list < lists; list++) {
        int32_t states[CONTACTS_MAX] = {all_states[list % base], all_states[list / base % base],
                                        all_states[list / base / base]};
        const struct extension *extension = fill_sample(&sample, status, count, states);
        assert_int_equal(extension_lamp(extension), read_table(extension));
    }
}

static void extension_lamp__agrees_with_table_for_every_record(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT_OF(all_statuses); s++) {
        for (int count = -1; count <= CONTACTS_MAX; count++)
            check_lists(all_statuses[s], count);
    }
}

static void extension_lamp__reads_documented_example_as_offline(void **state)
{
    (void)state;
    struct sample sample;
    const int32_t refused[] = {-1};
    assert_int_equal(extension_lamp(fill_sample(&sample, 0, 1, refused)), LAMP_OFFLINE);
}

static void lamp_info__holds_the_table(void **state)
{
    (void)state;
    static const struct lamp_info expected[LAMP_COUNT] = {
        {"online", "●", "o", "ONL", 1},  {"ringing", "◆", "*", "RNG", 3},
        {"busy", "■", "#", "BSY", 2},    {"offline", "×", "x", "OFF", 7},
        {"expired", "!", "!", "EXP", 6}, {"mismatch", "~", "~", "MIS", 5},
        {"unknown", "?", "?", "UNK", 4}, {"static", "○", ".", "N/A", 0},
    };
    for (int i = 0; i < LAMP_COUNT; i++) {
        const struct lamp_info *info = lamp_info((enum lamp)i);
        assert_string_equal(info->name, expected[i].name);
        assert_string_equal(info->glyph, expected[i].glyph);
        assert_string_equal(info->ascii, expected[i].ascii);
        assert_string_equal(info->code, expected[i].code);
        assert_int_equal(info->severity, expected[i].severity);
        assert_int_equal(text_columns(info->glyph), 1);
    }
}

static void lamp_find__takes_names_and_codes_in_any_case(void **state)
{
    (void)state;
    for (int i = 0; i < LAMP_COUNT; i++) {
        enum lamp lamp = LAMP_COUNT;
        const struct lamp_info *info = lamp_info((enum lamp)i);
        assert_true(lamp_find(info->name, strlen(info->name), &lamp));
        assert_int_equal(lamp, i);
        lamp = LAMP_COUNT;
        assert_true(lamp_find(info->code, strlen(info->code), &lamp));
        assert_int_equal(lamp, i);
    }
    enum lamp lamp = LAMP_COUNT;
    assert_true(lamp_find("BuSy,", 4, &lamp));
    assert_int_equal(lamp, LAMP_BUSY);
    assert_true(lamp_find("n/a", 3, &lamp));
    assert_int_equal(lamp, LAMP_STATIC);
}

static void lamp_find__refuses_what_is_not_the_whole_word(void **state)
{
    (void)state;
    enum lamp lamp = LAMP_COUNT;
    assert_false(lamp_find("", 0, &lamp));
    assert_false(lamp_find("onl", 2, &lamp));
    assert_false(lamp_find("onlinee", 7, &lamp));
    assert_false(lamp_find("n\x0f"
                           "a",
                           3, &lamp));
    assert_int_equal(lamp, LAMP_COUNT);
}

static void words__name_every_documented_number(void **state)
{
    (void)state;
    assert_string_equal(status_words(0), "unknown");
    assert_string_equal(status_words(1), "online");
    assert_string_equal(status_words(2), "ringing");
    assert_string_equal(status_words(3), "busy");
    assert_string_equal(status_words(4), "unknown");
    assert_string_equal(status_words(NUMBER_NONE), "unknown");
    assert_string_equal(registration_words(-2), "expired");
    assert_string_equal(registration_words(-1), "not registered");
    assert_string_equal(registration_words(0), "unknown");
    assert_string_equal(registration_words(1), "registered");
    assert_string_equal(registration_words(2), "not necessary");
    assert_string_equal(registration_words(9), "unknown");
    assert_string_equal(registration_words(NUMBER_NONE), "unknown");
}

static void best_registration__goes_by_state_then_later_expiry(void **state)
{
    (void)state;
    struct sample sample;
    const struct extension *extension = fill_sample(&sample, 1, -1, NULL);
    assert_null(extension_best_registration(extension));
    static const int32_t worst_first[][2] = {{-1, 0}, {-1, 9}, {0, -2}, {9, -2},
                                             {-2, 1}, {0, 1},  {9, 2}};
    for (size_t i = 0; i < COUNT_OF(worst_first); i++) {
        extension = fill_sample(&sample, 1, 2, worst_first[i]);
        sample.contacts[0].expires = 1000;
        assert_ptr_equal(extension_best_registration(extension), &sample.contacts[1]);
    }
    const int32_t live[] = {1, 2, 1};
    extension = fill_sample(&sample, 1, 3, live);
    assert_ptr_equal(extension_best_registration(extension), &sample.contacts[0]);
    sample.contacts[2].expires = 20;
    sample.contacts[1].expires = 10;
    assert_ptr_equal(extension_best_registration(extension), &sample.contacts[2]);
    assert_int_equal(extension_count_live(extension), 3);
}

static void overdue__is_told_by_the_live_contact_that_has_most_time(void **state)
{
    (void)state;
    struct sample sample;
    const int32_t states[] = {1, 1, -1};
    const struct extension *extension = fill_sample(&sample, 1, 3, states);
    assert_int_equal(extension_overdue_s(extension, 1000), 0); /* no expiry is told */
    sample.contacts[0].expires = 900;
    sample.contacts[1].expires = 700;
    sample.contacts[2].expires = 5000;
    assert_int_equal(extension_overdue_s(extension, 1000), 100);
    assert_int_equal(extension_overdue_s(extension, 900), 0);
    sample.contacts[1].state = REGISTRATION_NOT_NECESSARY;
    assert_int_equal(extension_overdue_s(extension, 1000), 0);
    sample.contacts[0].state = sample.contacts[1].state = REGISTRATION_EXPIRED;
    assert_int_equal(extension_overdue_s(extension, 1000), 0);
}

/* A record with two contacts that owns its memory. */
static struct extension make_owned(void)
{
    struct extension extension = {.number = mem_strdup("0003*210"),
                                  .registrations = mem_new(2, sizeof(struct registration)),
                                  .registration_count = 2,
                                  .status = 1,
                                  .has_list = true};
    extension.registrations[0] = (struct registration){mem_strdup("Yealink"), 100, 1};
    extension.registrations[1] = (struct registration){NULL, EXPIRES_NONE, -2};
    return extension;
}

static void extension_equals__sees_every_field(void **state)
{
    (void)state;
    struct extension a = make_owned();
    struct extension b = make_owned();
    assert_true(extension_equals(&a, &b));
    b.status = 2;
    assert_false(extension_equals(&a, &b));
    b.status = a.status;
    b.has_list = false;
    assert_false(extension_equals(&a, &b));
    b.has_list = true;
    b.was_repaired = true;
    assert_false(extension_equals(&a, &b));
    b.was_repaired = false;
    b.number[0] = '1';
    assert_false(extension_equals(&a, &b));
    b.number[0] = '0';
    b.registration_count = 1;
    assert_false(extension_equals(&a, &b));
    b.registration_count = 2;
    b.registrations[1].state = -1;
    assert_false(extension_equals(&a, &b));
    b.registrations[1].state = -2;
    b.registrations[1].expires = 0;
    assert_false(extension_equals(&a, &b));
    b.registrations[1].expires = EXPIRES_NONE;
    b.registrations[1].agent = mem_strdup("");
    assert_false(extension_equals(&a, &b));
    assert_false(extension_equals(&b, &a));
    extension_clear(&a);
    extension_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extension_lamp__agrees_with_table_for_every_record),
        cmocka_unit_test(extension_lamp__reads_documented_example_as_offline),
        cmocka_unit_test(lamp_info__holds_the_table),
        cmocka_unit_test(lamp_find__takes_names_and_codes_in_any_case),
        cmocka_unit_test(lamp_find__refuses_what_is_not_the_whole_word),
        cmocka_unit_test(words__name_every_documented_number),
        cmocka_unit_test(overdue__is_told_by_the_live_contact_that_has_most_time),
        cmocka_unit_test(best_registration__goes_by_state_then_later_expiry),
        cmocka_unit_test(extension_equals__sees_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
