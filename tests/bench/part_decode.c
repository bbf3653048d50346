/* SPDX-License-Identifier: MIT */
/* Row 2: what decoding a poll and finding what changed costs, against jansson reading the same
 * bytes and dropping the result. */
#include "bench/bench.h"
#include "bench/subject.h"

#define EXTENSIONS 5000
#define PAGE_SIZE 4999
#define POLLS 60
#define WARM_UP 3

/* How the fleet changes between two polls, and what that may cost. */
struct change {
    const char *name;
    void (*apply)(struct crowd *crowd);
    double goal;
    const char *means;
};

/* The fleet stays as it is. */
static void change_nothing(struct crowd *crowd)
{
    (void)crowd;
}

/* One phone in a hundred changes. */
static void change_hundredth(struct crowd *crowd)
{
    crowd_change(crowd, crowd->count / 100);
}

/* All phones change. */
static void change_all(struct crowd *crowd)
{
    crowd_change(crowd, crowd->count);
    crowd_renew(crowd);
}

static const struct change changes[] = {
    {"nothing changed", change_nothing, 0.01,
     "Slices that equal the last poll's are compared, not decoded."},
    {"1 % changed", change_hundredth, 0.02, "50 of 5,000 phones took another status."},
    {"100 % changed", change_all, 1.0,
     "Every phone took another status and registered anew: each entry is decoded."},
    {"rows re-ordered", crowd_shuffle, 0.1,
     "The same entries in another order each time: found again by a hash of their bytes."},
    {"expire rewritten in all", crowd_renew, 1.0,
     "Every phone registered anew and nothing else changed."},
};

/* Measures one way to change, both sides in turn on the same bytes. */
static void measure(struct bench *bench, const struct change *change)
{
    struct crowd crowd;
    struct subject subject;
    struct table_row *row = table_add(&bench->table, 2, "ms", GOAL_RATIO, change->goal);
    crowd_init(&crowd, EXTENSIONS, 1);
    subject_init(&subject, &crowd, PAGE_SIZE);
    subject.keeps_bodies = true;
    for (size_t i = 0; i < WARM_UP + POLLS; i++) {
        change->apply(&crowd);
        double ours = subject_poll(&subject) * 1e3;
        double theirs = subject_decode_bare(&subject) * 1e3;
        if (i < WARM_UP)
            continue;
        figures_add(&row->ours, ours);
        figures_add(&row->theirs, theirs);
    }
    table_describe(row, "json_loadb and json_decref of the same bytes", change->means,
                   "decode and diff of 5,000, %s", change->name);
    subject_clear(&subject);
    crowd_clear(&crowd);
}

void part_decode(struct bench *bench)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        measure(bench, &changes[i]);
}
