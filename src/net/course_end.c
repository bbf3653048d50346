/* SPDX-License-Identifier: MIT */
/* The end of a course: what becomes of the rows, and what the feed says. */
#include <assert.h>

#include "net/course.h"

/* Writes what a good poll says of the server. */
static void write_success(const struct course *course, struct feed *feed, struct moment now)
{
    feed->last_good_ms = now.ms;
    feed->last_good_wall = now.wall_ms / 1000;
    feed->failing_since_ms = FEED_NEVER;
    feed->partial_since_ms = FEED_NEVER;
    feed->latency_ms = course->wire_ms;
    feed_note_read(feed, course->pages.tally.read);
    feed->is_complete = plan_is_whole(&course->plan, course_heard(course));
    error_clear(&feed->error);
}

/* Writes what a poll that was not good says. Rows that a poll before it left marked as old stay so
 * unless this one read some. */
static void write_failure(const struct course *course, struct feed *feed, struct moment now)
{
    feed->failures++;
    feed->is_complete = false;
    feed->error = course->error;
    if (feed->failing_since_ms == FEED_NEVER)
        feed->failing_since_ms = now.ms;
    if (course->has_page)
        feed->partial_since_ms = course->pages.started_ms;
}

/* What rows are judged by. */
struct verdicts {
    const struct course *course;
    enum roster_verdict of_nobody; /* on numbers that no part was asked for */
    enum roster_verdict of_short;  /* on those of a part that brought less than its total */
};

/* What becomes of a row that was not heard: what its part says, if that was read. */
static enum roster_verdict judge(const void *context, const char *number)
{
    const struct verdicts *verdicts = context;
    const struct plan *plan = &verdicts->course->plan;
    size_t holder = plan_holder(plan, number);
    if (holder == PLAN_NONE)
        return verdicts->of_nobody;
    const struct plan_part *part = &plan->parts[holder];
    switch ((enum plan_state)part->state) {
    case PLAN_SLEEPS:
        return verdicts->of_nobody;
    case PLAN_WHOLE:
        return (int64_t)part->heard >= part->total ? ROSTER_MISSED : verdicts->of_short;
    case PLAN_LOOSE:
    case PLAN_CUT:
        return ROSTER_LOOSE;
    default:
        return ROSTER_STAYS;
    }
}

/* Settles the rows of a collection in parts. What is less than its total may have stepped over some
 * of it, unless entries were heard with other parts before, and nothing is missed in all. */
static void settle_parts(struct course *course, struct moment now)
{
    const struct pages *pages = &course->pages;
    enum roster_verdict of_whole =
        plan_is_whole(&course->plan, course_heard(course)) ? ROSTER_MISSED : ROSTER_LOOSE;
    struct verdicts verdicts = {
        .course = course,
        .of_nobody = error_is_set(&course->error) ? ROSTER_STAYS : of_whole,
        .of_short = course->plan.was_lapped ? of_whole : ROSTER_LOOSE,
    };
    roster_end_judged_poll(pages->roster, pages->server, pages->started_ms, now.ms, judge,
                           &verdicts);
}

/* Settles the rows that were not heard. Nothing is called gone that may only have been stepped
 * over, or that nobody asked for. */
static void settle_roster(struct course *course, struct moment now)
{
    const struct pages *pages = &course->pages;
    if (plan_is_split(&course->plan))
        settle_parts(course, now);
    else if (error_is_set(&course->error))
        return;
    else if (plan_is_whole(&course->plan, course_heard(course)))
        roster_end_poll(pages->roster, pages->server, pages->started_ms, now.ms);
    else
        roster_end_loose_poll(pages->roster, pages->server, pages->started_ms);
}

/* Ends the plan's poll; what is no part to be read any more keeps no pages. */
static void end_plan(struct course *course)
{
    struct plan *plan = &course->plan;
    plan_end(plan, course_heard(course));
    pages_fit(&course->pages, plan->count);
    for (size_t part = 0; part < plan->count; part++)
        if (plan->parts[part].kind != PLAN_LEAF && plan->parts[part].kind != PLAN_EXACT)
            pages_cut(&course->pages, (struct page_place){.target = part});
}

bool course_end(struct course *course, struct feed *feed, struct moment now)
{
    struct pages *pages = &course->pages;
    bool is_good = !error_is_set(&course->error);
    assert(course_is_over(course));
    pages_end_poll(pages);
    settle_roster(course, now);
    /* Rows of what was not read stay. New ones at each poll that fails would be without end. */
    if (plan_is_settled(&course->plan))
        pages->newcomers = 0;
    feed->polls++;
    if (course->has_page) {
        feed->repaired = pages->tally.repaired;
        feed->rejected = pages->tally.rejected;
        feed->total = plan_total(&course->plan, course->first);
    }
    (is_good ? write_success : write_failure)(course, feed, now);
    end_plan(course);
    return is_good;
}
