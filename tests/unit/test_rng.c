/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"

static void rng__published_sequences__are_met(void **state)
{
    (void)state;
    /* xoshiro256** from the state 1, 2, 3, 4 and splitmix64 from 1234567, as in the test vectors
     * that other implementations of the two papers publish. */
    static const uint64_t starstar[] = {11520, 0, 1509978240, 1215971899390074240u};
    static const uint64_t spread[] = {6457827717110365317u, 3203168211198807973u,
                                      9817491932198370423u, 4593380528125082431u};
    struct rng rng = {{1, 2, 3, 4}};
    for (int i = 0; i < 4; i++)
        assert_true(rng_next(&rng) == starstar[i]);
    rng_seed(&rng, 1234567);
    for (int i = 0; i < 4; i++)
        assert_true(rng.state[i] == spread[i]);
}

static void rng_seed__same_seed__gives_the_same_run(void **state)
{
    (void)state;
    struct rng a, b, other;
    rng_seed(&a, 0);
    rng_seed(&b, 0);
    rng_seed(&other, 1);
    int same = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t number = rng_next(&a);
        assert_true(number == rng_next(&b));
        same += number == rng_next(&other);
    }
    assert_int_equal(same, 0);
}

static void rng_below__any_bound__is_kept_evenly(void **state)
{
    (void)state;
    struct rng rng;
    unsigned counts[7] = {0};
    unsigned high = 0;
    const uint64_t two_thirds = UINT64_MAX / 3 * 2;
    rng_seed(&rng, 5);
    assert_true(rng_below(&rng, 0) == 0);
    assert_true(rng_below(&rng, 1) == 0);
    for (int i = 0; i < 70000; i++)
        counts[rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_in_range(counts[i], 9500, 10500);
    /* A plain modulo would give the lower half of this bound twice as often as the upper. */
    for (int i = 0; i < 10000; i++) {
        uint64_t number = rng_below(&rng, two_thirds);
        assert_true(number < two_thirds);
        high += number >= two_thirds / 2;
    }
    assert_in_range(high, 4800, 5200);
}

static void rng_unit__stays_below_one_and_is_spread(void **state)
{
    (void)state;
    struct rng rng;
    double sum = 0;
    rng_seed(&rng, 6);
    for (int i = 0; i < 10000; i++) {
        double unit = rng_unit(&rng);
        assert_true(unit >= 0 && unit < 1);
        sum += unit;
    }
    assert_true(sum > 4850 && sum < 5150);
}

static void rng_seed_system__two_seeds__differ(void **state)
{
    (void)state;
    struct rng a, b;
    rng_seed_system(&a);
    rng_seed_system(&b);
    assert_memory_not_equal(&a, &b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rng__published_sequences__are_met),
        cmocka_unit_test(rng_seed__same_seed__gives_the_same_run),
        cmocka_unit_test(rng_below__any_bound__is_kept_evenly),
        cmocka_unit_test(rng_unit__stays_below_one_and_is_spread),
        cmocka_unit_test(rng_seed_system__two_seeds__differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
