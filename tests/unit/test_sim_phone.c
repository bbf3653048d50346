/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/buffer.h"
#include "model/extension.h"
#include "sim/phone.h"
#include "uapi/entry.h"

#define FLEET 2000

static const struct phone_rules calm = {.seed = 7, .churn = 0.002};
static const struct phone_dating dating = {.origin_s = 1700000000, .speed = 1};

/* A phone at a time. */
static struct phone look(const struct phone_rules *rules, uint32_t index, int64_t t)
{
    struct phone phone;
    phone_at(&phone, rules, index, 3, t);
    return phone;
}

/* The phone as an entry. */
static void render(struct buffer *out, const struct phone *phone, const struct phone_dating *dates)
{
    buffer_reset(out);
    phone_write(out, phone, "0003*210", dates);
}

/* A state holds until the time it says, and not a moment longer. */
static void phone__at__nothing_changes_before_until(void **state)
{
    (void)state;
    struct buffer before;
    struct buffer after;
    buffer_init(&before, 0);
    buffer_init(&after, 0);
    for (uint32_t i = 0; i < FLEET; i++) {
        struct phone phone = look(&calm, i, 5000);
        render(&before, &phone, &dating);
        assert_true(phone.until_ms > 5000);
        if (phone.until_ms == PHONE_NEVER)
            continue;
        struct phone later = look(&calm, i, phone.until_ms - 1);
        render(&after, &later, &dating);
        assert_string_equal(before.data, after.data);
        assert_int_equal(later.exists, phone.exists);
    }
    buffer_clear(&before);
    buffer_clear(&after);
}

/* Changes in the fleet's bytes over ten minutes come to what churn says. */
static void phone__at__churn_is_the_share_that_changes_in_a_second(void **state)
{
    (void)state;
    struct buffer before;
    struct buffer after;
    buffer_init(&before, 0);
    buffer_init(&after, 0);
    int changes = 0;
    const int64_t span = 600000;
    for (uint32_t i = 0; i < FLEET; i++) {
        struct phone phone = look(&calm, i, 0);
        while (phone.until_ms <= span) {
            struct phone next = look(&calm, i, phone.until_ms);
            render(&before, &phone, &dating);
            render(&after, &next, &dating);
            changes += strcmp(before.data, after.data) != 0 || phone.exists != next.exists;
            phone = next;
        }
    }
    double share = changes / (double)FLEET / ((double)span / 1000);
    assert_true(share > 0.0018 && share < 0.0022);
    buffer_clear(&before);
    buffer_clear(&after);
}

/* With churn 0 a day changes nothing, and registrations are still good after it. */
static void phone__at__frozen_fleet_stays(void **state)
{
    (void)state;
    struct phone_rules frozen = {.seed = 7, .churn = 0};
    for (uint32_t i = 0; i < FLEET; i++) {
        struct phone phone = look(&frozen, i, 0);
        assert_true(phone.until_ms == PHONE_NEVER && phone.exists);
        for (uint32_t c = 0; c < phone.contact_count; c++)
            if (phone.contacts[c].state == REGISTRATION_REGISTERED)
                assert_true(phone.contacts[c].expires_ms > 86400000);
    }
}

/* A registered contact has not expired yet, an expired one names no time. */
static void phone__at__expiry_fits_the_state(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < FLEET; i++) {
        int64_t t = (int64_t)i * 7919;
        struct phone phone = look(&calm, i, t);
        for (uint32_t c = 0; phone.exists && c < phone.contact_count; c++) {
            const struct phone_contact *contact = &phone.contacts[c];
            if (contact->state == REGISTRATION_REGISTERED)
                assert_true(contact->expires_ms > t && contact->expires_ms < PHONE_NEVER);
            else if (contact->state == REGISTRATION_NOT_REGISTERED)
                assert_true(contact->expires_ms <= t);
            else
                assert_true(contact->expires_ms == PHONE_NEVER);
        }
    }
}

/* The fleet is mostly online, around 7 % busy, and has every lamp, also under another seed. */
static void phone__at__mix_of_lamps_is_believable(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct phone_rules rules = {.seed = seed, .churn = 0.01};
        struct buffer json;
        buffer_init(&json, 0);
        int lamps[LAMP_COUNT] = {0};
        for (uint32_t i = 0; i < FLEET; i++) {
            struct phone phone = look(&rules, i, 3600000);
            struct extension extension;
            render(&json, &phone, &dating);
            assert_true(entry_decode(&extension, json.data, json.length, NULL));
            assert_false(extension.was_repaired);
            lamps[extension_lamp(&extension)]++;
            extension_clear(&extension);
        }
        buffer_clear(&json);
        assert_in_range(lamps[LAMP_ONLINE], FLEET * 70 / 100, FLEET * 85 / 100);
        assert_in_range(lamps[LAMP_BUSY], FLEET * 5 / 100, FLEET * 9 / 100);
        for (int lamp = 0; lamp < LAMP_COUNT; lamp++)
            assert_in_range(lamps[lamp], 1, FLEET);
    }
}

/* Even a small fleet has every status and registration value, and zero to three contacts. */
static void phone__at__small_fleet_has_every_value(void **state)
{
    (void)state;
    unsigned statuses = 0;
    unsigned states = 0;
    unsigned counts = 0;
    for (uint32_t i = 0; i < 240; i++) {
        struct phone phone = look(&calm, i, 0);
        statuses |= 1u << phone.status;
        counts |= 1u << phone.contact_count;
        for (uint32_t c = 0; c < phone.contact_count; c++)
            states |= 1u << (phone.contacts[c].state + 2);
    }
    assert_int_equal(statuses, 0xF);
    assert_int_equal(counts, 0xF);
    assert_int_equal(states, 0x1F);
}

/* Numbers as numbers or as text, a list or none, a date where there is one. */
static void phone__write__forms(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 0);
    struct phone phone = {.status = 1, .exists = true, .status_is_text = true};
    render(&out, &phone, &dating);
    assert_string_equal(out.data, "{\"extension\":\"0003*210\",\"status\":\"1\"}");
    phone.has_list = true;
    phone.status_is_text = false;
    render(&out, &phone, &dating);
    assert_string_equal(out.data, "{\"extension\":\"0003*210\",\"status\":1,\"registration\":[]}");
    phone.contact_count = 2;
    phone.contacts[0] = (struct phone_contact){"A \"1\"", 1, 60000};
    phone.contacts[1] = (struct phone_contact){"B", -2, PHONE_NEVER};
    render(&out, &phone, &dating);
    assert_string_equal(out.data, "{\"extension\":\"0003*210\",\"status\":1,\"registration\":["
                                  "{\"agent\":\"A \\\"1\\\"\",\"registration\":1,"
                                  "\"expire\":\"2023-11-14T22:14:20Z\"},"
                                  "{\"agent\":\"B\",\"registration\":-2}]}");
    buffer_clear(&out);
}

/* A fast clock runs out of a minute's registration in a second. */
static void phone__write__expiry_follows_the_speed(void **state)
{
    (void)state;
    struct phone_dating fast = {.origin_s = 1700000000, .speed = 60};
    struct phone phone = {.has_list = true, .contact_count = 1};
    phone.contacts[0] = (struct phone_contact){"A", 1, 60000};
    struct buffer out;
    buffer_init(&out, 0);
    render(&out, &phone, &fast);
    assert_non_null(strstr(out.data, "\"expire\":\"2023-11-14T22:13:21Z\""));
    buffer_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phone__at__nothing_changes_before_until),
        cmocka_unit_test(phone__at__churn_is_the_share_that_changes_in_a_second),
        cmocka_unit_test(phone__at__frozen_fleet_stays),
        cmocka_unit_test(phone__at__expiry_fits_the_state),
        cmocka_unit_test(phone__at__mix_of_lamps_is_believable),
        cmocka_unit_test(phone__at__small_fleet_has_every_value),
        cmocka_unit_test(phone__write__forms),
        cmocka_unit_test(phone__write__expiry_follows_the_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
