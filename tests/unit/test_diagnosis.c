/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "model/diagnosis.h"
#include "model/extension.h"

#define CONTACTS_MAX 3
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A record that borrows all it points to. */
struct sample {
    struct extension extension;
    struct registration contacts[CONTACTS_MAX];
};

/* Fills a sample with a status and a list of states; count < 0: no list was sent. */
static const struct extension *fill_sample(struct sample *sample, int32_t status, int count,
                                           const int32_t *states)
{
    memset(sample, 0, sizeof *sample);
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

static void verdict__tells_each_case_in_its_own_words(void **state)
{
    (void)state;
    static const struct {
        int32_t status;
        int count;
        int32_t states[CONTACTS_MAX];
        const char *sentence;
    } cases[] = {
        {1, 1, {1}, "The phone is registered and idle; calls reach it."},
        {2, 1, {1}, "The phone is registered and ringing; a call is coming in."},
        {3, 1, {1}, "The phone is registered and on a call; a further call may find it busy."},
        {1, 3, {1, 1, -1}, "The extension has 2 live contacts and is idle; calls reach it."},
        {3,
         2,
         {1, 2},
         "The extension has 2 live contacts and is on a call; a further call may find it busy."},
        {1,
         1,
         {2},
         "No registration is needed here (fixed address), and the phone is idle; calls reach it."},
        {2,
         2,
         {2, 2},
         "No registration is needed here (2 fixed addresses), and the extension is ringing; a call "
         "is coming in."},
        {3,
         -1,
         {0},
         "Presence says the phone is on a call; its registration was not asked for or not sent."},
        {0, 1, {-1}, "No phone is registered; calls go to voicemail or fail."},
        {0, 0, {0}, "No phone is registered; calls go to voicemail or fail."},
        {1,
         1,
         {-2},
         "The phone stopped refreshing its registration; calls will go unanswered until it "
         "registers again."},
        {3,
         0,
         {0},
         "Presence says busy, but no phone is registered: the server's two answers disagree."},
        {3,
         3,
         {0, 9, 0},
         "Presence says busy, but no registration is known (0, 9): the server's two answers "
         "disagree."},
        {7, -1, {0}, "Presence is unknown (7); registration was not asked for or not sent."},
        {NUMBER_NONE,
         1,
         {1},
         "The phone can be reached, but its presence is unknown (none sent); calls should reach "
         "it."},
        {0,
         2,
         {1, 1},
         "The extension has 2 live contacts, but presence is unknown (0); calls should reach it."},
        {0,
         3,
         {0, -1, NUMBER_NONE},
         "The server knows neither presence (0) nor registration (0, none sent); calls may fail."},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sample sample;
        char out[DIAGNOSIS_MAX];
        extension_describe(fill_sample(&sample, cases[i].status, cases[i].count, cases[i].states),
                           out, sizeof out);
        assert_string_equal(out, cases[i].sentence);
    }
}

/* Any verdict is a whole sentence of ASCII, and is cut to the space there is. */
static void check_verdict(const struct extension *extension)
{
    char out[DIAGNOSIS_MAX];
    char small[8];
    extension_describe(extension, out, sizeof out);
    size_t length = strlen(out);
    assert_in_range(length, 20, sizeof out - 2);
    assert_int_equal(out[length - 1], '.');
    for (size_t i = 0; i < length; i++)
        assert_in_range(out[i], ' ', '~');
    extension_describe(extension, small, sizeof small);
    assert_int_equal(strlen(small), sizeof small - 1);
    assert_memory_equal(small, out, sizeof small - 1);
}

static void verdict__is_a_whole_sentence_for_every_record(void **state)
{
    (void)state;
    static const int32_t statuses[] = {NUMBER_NONE, 0, 1, 2, 3, 7};
    static const int32_t states[] = {-2, -1, 0, 1, 2, 9, NUMBER_NONE};
    struct sample sample;
    for (size_t s = 0; s < COUNT_OF(statuses); s++) {
        check_verdict(fill_sample(&sample, statuses[s], -1, NULL));
        check_verdict(fill_sample(&sample, statuses[s], 0, NULL));
        for (size_t i = 0; i < COUNT_OF(states) * COUNT_OF(states); i++) {
            const int32_t pair[] = {states[i % COUNT_OF(states)], states[i / COUNT_OF(states)]};
            check_verdict(fill_sample(&sample, statuses[s], 2, pair));
        }
    }
}

static void verdict__holds_the_longest_numbers(void **state)
{
    (void)state;
    struct sample sample;
    const int32_t longest[] = {INT32_MIN + 1, INT32_MIN + 2, INT32_MIN + 3};
    check_verdict(fill_sample(&sample, INT32_MIN + 1, 3, longest));
    check_verdict(fill_sample(&sample, 3, 3, longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdict__tells_each_case_in_its_own_words),
        cmocka_unit_test(verdict__is_a_whole_sentence_for_every_record),
        cmocka_unit_test(verdict__holds_the_longest_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
