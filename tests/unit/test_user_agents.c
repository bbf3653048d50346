/* SPDX-License-Identifier: MIT */
#include "model/user_agents.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/rng.h"

#define MODELS 300
#define HOLDERS 2000

static void user_agents_hold__same_text__is_kept_once(void **state)
{
    (void)state;
    struct user_agents agents;
    user_agents_init(&agents);
    char text[] = "Yealink SIP-T46S";
    char *first = user_agents_intern(&agents, text);
    text[0] = 'y';
    char *other = user_agents_intern(&agents, text);
    assert_string_equal(first, "Yealink SIP-T46S");
    assert_string_equal(other, "yealink SIP-T46S");
    assert_ptr_equal(user_agents_intern(&agents, "Yealink SIP-T46S"), first);
    assert_int_equal(agents.count, 2);
    user_agents_clear(&agents);
    assert_int_equal(agents.count, 0);
}

static void user_agents_drop__text_lives_until_the_last_holder_is_gone(void **state)
{
    (void)state;
    struct user_agents agents;
    user_agents_init(&agents);
    char *text = user_agents_intern(&agents, "snom");
    (void)user_agents_intern(&agents, "snom");
    user_agents_release(&agents, text);
    assert_string_equal(text, "snom");
    assert_int_equal(agents.count, 1);
    user_agents_release(&agents, text);
    user_agents_release(&agents, NULL);
    assert_int_equal(agents.count, 0);
    user_agents_clear(&agents);
}

/* Thousands of phones come, change their software and go: each has the text it was given, equal
 * texts are one, and nothing is left in the end. */
static void user_agents__random_holders__always_have_their_text(void **state)
{
    (void)state;
    static char *held[HOLDERS];
    static uint64_t models[HOLDERS];
    struct user_agents agents;
    struct rng rng;
    char text[32];
    rng_seed(&rng, 7);
    user_agents_init(&agents);
    memset(held, 0, sizeof held);
    for (int round = 0; round < 20000; round++) {
        size_t holder = (size_t)rng_below(&rng, HOLDERS);
        user_agents_release(&agents, held[holder]);
        models[holder] = rng_below(&rng, MODELS);
        snprintf(text, sizeof text, "phone %u", (unsigned)models[holder]);
        held[holder] = rng_below(&rng, 4) > 0 ? user_agents_intern(&agents, text) : NULL;
    }
    for (size_t i = 0; i < HOLDERS; i++) {
        snprintf(text, sizeof text, "phone %u", (unsigned)models[i]);
        if (held[i] != NULL)
            assert_string_equal(held[i], text);
    }
    assert_in_range(agents.count, MODELS / 2, MODELS);
    for (size_t i = 0; i < HOLDERS; i++)
        user_agents_release(&agents, held[i]);
    assert_int_equal(agents.count, 0);
    user_agents_clear(&agents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(user_agents_hold__same_text__is_kept_once),
        cmocka_unit_test(user_agents_drop__text_lives_until_the_last_holder_is_gone),
        cmocka_unit_test(user_agents__random_holders__always_have_their_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
