/* SPDX-License-Identifier: MIT */
/*
 * window_rig: a rig (support/source_rig) whose server lets a query reach no more than 40 entries,
 * and fleets of every shape of numbers for it.
 *
 * The arithmetic of a plan is test_plan's; here small numbers make large collections. Owns nothing:
 * what it adds to a rig is the rig's. A failed assertion fails the test.
 */
#ifndef BLFTOP_TESTS_SUPPORT_WINDOW_FIXTURE_H
#define BLFTOP_TESTS_SUPPORT_WINDOW_FIXTURE_H

#include "support/source_fixture.h"

#define WINDOW_FLEET_MAX 700 /* entries of a random fleet */

/* What a query reaches: 40 entries. */
extern const struct pager_reach window_reach;

/* What the numbers of a fleet look like. */
struct window_fleet {
    int shape;     /* 0 to 5 */
    size_t serial; /* of the next entry */
};

/* A number below a bound, by the rig's own chance. */
size_t window_below(struct source_fixture *rig, size_t bound);

/* Adds up to `count` extensions of the shape, anywhere in the list. */
void window_grow(struct source_fixture *rig, struct window_fleet *fleet, size_t count);

/* Takes some out. */
void window_shrink(struct source_fixture *rig, size_t count);

/* Makes a rig with a fleet of `count` extensions of a shape, and reads it once. */
void window_begin(struct source_fixture *rig, int shape, size_t count);

/* Every row is one of the fleet as it stands, and every one of the fleet has a row. */
void window_assert_rows(const struct source_fixture *rig);

/* What holds after any poll: what is shown is whole, or is told not to be. (Of a collection inside
 * the window fewer than totalResults are no failure: the documented example is such. The header
 * tells them.) */
void window_assert_told(const struct source_fixture *rig);

#endif
