/* SPDX-License-Identifier: MIT */
#include "net/course.h"

#include <stdlib.h>

#include "base/mem.h"

void course_init(struct course *course, struct roster *roster, uint16_t server, size_t targets)
{
    *course = (struct course){.target_count = targets};
    pages_init(&course->pages, roster, server, targets);
    course->totals = mem_new(targets, sizeof *course->totals);
    for (size_t i = 0; i < targets; i++)
        course->totals[i] = -1;
}

void course_clear(struct course *course)
{
    pages_clear(&course->pages);
    free(course->totals);
    *course = (struct course){0};
}

/* Goes to the first page of a target, if there is such a target. */
static enum course_next begin_target(struct course *course, size_t target)
{
    course->target = target;
    course->broken = 0;
    if (target >= course->target_count)
        return COURSE_ENDS;
    walk_begin(&course->walk, course->first, course->page_size, course->totals[target]);
    return COURSE_ASKS;
}

void course_begin(struct course *course, int64_t now)
{
    course->wire_ms = 0;
    course->has_page = false;
    course->was_cut = false;
    course->was_moving = false;
    error_clear(&course->error);
    pages_begin_poll(&course->pages, now);
    (void)begin_target(course, 0);
}

/* Where the page is that was asked for. */
static struct page_place place_of(const struct course *course)
{
    return (struct page_place){.target = course->target, .number = course->walk.page};
}

enum course_next course_take(struct course *course, struct buffer *body, size_t max_entries,
                             bool is_blind)
{
    course->pages.is_blind = is_blind;
    pages_take(&course->pages, place_of(course), body, max_entries);
    return COURSE_WORKS;
}

/* The present target has been read; `place` is the first that it does not have. */
static enum course_next end_target(struct course *course, struct page_place place)
{
    pages_cut(&course->pages, place);
    course->was_cut = course->was_cut || course->walk.was_cut;
    course->was_moving = course->was_moving || course->walk.was_moving;
    return begin_target(course, course->target + 1);
}

enum course_next course_take_nothing(struct course *course)
{
    course->has_page = true;
    if (course->walk.page == 0)
        course->totals[course->target] = 0;
    return end_target(course, place_of(course));
}

/* The page is in the roster: goes on behind it. */
static enum course_next go_on(struct course *course)
{
    struct page_place place = place_of(course);
    const struct pages_news *news = &course->pages.news;
    course->has_page = true;
    bool has_next = walk_on(&course->walk, &(struct walk_page){
                                               .received = news->received,
                                               .has_new = news->has_new,
                                               .total = news->total,
                                               .items_per_page = news->items_per_page,
                                               .start_index = news->start_index,
                                           });
    course->totals[course->target] = course->walk.total;
    place.number++;
    return has_next ? COURSE_ASKS : end_target(course, place);
}

bool course_is_past_end(const struct course *course)
{
    const struct walk *walk = &course->walk;
    return walk->page > 0 && walk->total >= 0 && walk->start >= walk->total;
}

bool course_may_be_past_end(const struct course *course)
{
    const struct walk *walk = &course->walk;
    return course_is_past_end(course) || (walk->page > 0 && walk->was_short);
}

/* The page is broken: goes on behind it, where that can be guessed. */
static enum course_next skip_page(struct course *course, const struct error *why)
{
    struct page_place place = place_of(course);
    if (course_is_past_end(course))
        return end_target(course, place);
    error_set(&course->error, why->kind, "%s", why->text);
    size_t expected = pages_expected(&course->pages, place);
    place.number++;
    bool has_next = expected > 0 && pages_expected(&course->pages, place) > 0;
    if (++course->broken < COURSE_BROKEN_MAX && walk_skip(&course->walk, expected, has_next))
        return COURSE_ASKS;
    return begin_target(course, course->target + 1);
}

enum course_next course_work(struct course *course, int64_t now)
{
    struct error error = {0};
    switch (pages_work(&course->pages, now, &error)) {
    case PAGES_DONE:
        return go_on(course);
    case PAGES_BROKEN:
        return skip_page(course, &error);
    case PAGES_MORE:
        break;
    }
    return COURSE_WORKS;
}

enum course_next course_skip_target(struct course *course, const struct error *why)
{
    error_set(&course->error, why->kind, "%s", why->text);
    return begin_target(course, course->target + 1);
}

/* Sum of what all targets said of their length, from where they are read; -1 if one of them did
 * not. */
static int64_t sum_totals(const struct course *course)
{
    int64_t sum = 0;
    for (size_t i = 0; i < course->target_count; i++) {
        if (course->totals[i] < 0)
            return -1;
        if (course->totals[i] > INT64_MAX - sum)
            return INT64_MAX;
        sum += course->totals[i] > course->first ? course->totals[i] - course->first : 0;
    }
    return sum;
}

/* Writes what a good poll says of the server. */
static void write_success(const struct course *course, struct feed *feed, struct moment now)
{
    feed->last_good_ms = now.ms;
    feed->last_good_wall = now.wall_ms / 1000;
    feed->failing_since_ms = FEED_NEVER;
    feed->partial_since_ms = FEED_NEVER;
    feed->latency_ms = course->wire_ms;
    feed_note_read(feed, course->pages.tally.read);
    feed->is_complete = !course->was_cut && !course->was_moving;
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

bool course_end(struct course *course, struct feed *feed, struct moment now)
{
    struct pages *pages = &course->pages;
    bool is_good = !error_is_set(&course->error);
    pages_end_poll(pages);
    /* Nothing is called gone that may only have been stepped over. */
    if (is_good && !course->was_cut && !course->was_moving)
        roster_end_poll(pages->roster, pages->server, pages->started_ms, now.ms);
    else if (is_good)
        roster_end_loose_poll(pages->roster, pages->server, pages->started_ms);
    feed->polls++;
    if (course->has_page) {
        feed->repaired = pages->tally.repaired;
        feed->rejected = pages->tally.rejected;
        feed->total = sum_totals(course);
    }
    (is_good ? write_success : write_failure)(course, feed, now);
    return is_good;
}
