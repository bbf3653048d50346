/* SPDX-License-Identifier: MIT */
#include "net/course.h"

#include <assert.h>
#include <string.h>

void course_init(struct course *course, const struct course_setup *setup)
{
    *course = (struct course){
        .reach = setup->reach,
        .first = setup->first,
        .page_size = setup->page_size,
        .is_listed = setup->listed > 0,
    };
    int64_t window = (int64_t)setup->reach.start_max + setup->reach.count_max;
    if (course->is_listed || setup->is_plain || setup->first > 0)
        plan_init(&course->plan, course->is_listed ? setup->listed : 1);
    else
        plan_init_collection(&course->plan, setup->prefix, window);
    pages_init(&course->pages, setup->roster, setup->server, course->plan.count);
    course->pages.spare = setup->spare;
}

void course_clear(struct course *course)
{
    for (size_t i = 0; i < COURSE_LANES_MAX; i++)
        buffer_clear(&course->lanes[i].body);
    pages_clear(&course->pages);
    plan_clear(&course->plan);
    *course = (struct course){0};
}

size_t course_heard(const struct course *course)
{
    return course->pages.tally.read + course->pages.tally.rejected;
}

/* Goes to the first page of a part. */
static void open_lane(struct course *course, struct lane *lane, size_t part)
{
    bool is_census = plan_is_census(&course->plan, part);
    pages_fit(&course->pages, course->plan.count);
    lane->state = LANE_ASKS;
    lane->part = part;
    lane->broken = 0;
    walk_begin(&lane->walk, &course->reach, course->first, is_census ? 1 : course->page_size,
               course->plan.parts[part].total);
}

/* Gives free lanes the parts that are next. */
static void open_lanes(struct course *course)
{
    for (size_t i = 0; i < COURSE_LANES_MAX && !course->is_stopped; i++) {
        struct lane *lane = &course->lanes[i];
        bool is_alone = !plan_is_split(&course->plan) && course->plan.under_way > 0;
        if (lane->state != LANE_FREE || is_alone)
            continue;
        size_t part = plan_next(&course->plan, course_heard(course));
        if (part != PLAN_NONE)
            open_lane(course, lane, part);
    }
    course->pages.is_lapped = plan_is_split(&course->plan);
}

void course_begin(struct course *course, int64_t now)
{
    course->failed = 0;
    course->wire_ms = 0;
    course->wire_end_ms = now;
    course->has_page = false;
    course->is_stopped = false;
    error_clear(&course->error);
    pages_begin_poll(&course->pages, now);
    plan_begin(&course->plan);
    open_lanes(course);
}

struct lane *course_asking(struct course *course)
{
    for (size_t i = 0; i < COURSE_LANES_MAX; i++)
        if (course->lanes[i].state == LANE_ASKS)
            return &course->lanes[i];
    return NULL;
}

bool course_is_asking(const struct course *course)
{
    for (size_t i = 0; i < COURSE_LANES_MAX; i++)
        if (course->lanes[i].state == LANE_ASKS)
            return true;
    return false;
}

bool course_is_over(const struct course *course)
{
    for (size_t i = 0; i < COURSE_LANES_MAX; i++)
        if (course->lanes[i].state != LANE_FREE)
            return false;
    return true;
}

void course_note_wire(struct course *course, int64_t elapsed_ms, int64_t now)
{
    int64_t alone_ms = now - course->wire_end_ms;
    course->wire_ms += elapsed_ms < alone_ms ? elapsed_ms : alone_ms;
    course->wire_end_ms = now;
}

/* Where the page is that a lane is at. */
static struct page_place place_of(const struct lane *lane)
{
    return (struct page_place){.target = lane->part, .number = lane->walk.page};
}

/* Notes what kept the poll from being whole; of a part by its name. */
static void note_error(struct course *course, const struct lane *lane, const struct error *why)
{
    const struct plan_part *part = &course->plan.parts[lane->part];
    bool is_of_part = part->parent != PLAN_NONE;
    error_set(&course->error, why->kind, "%s%s%s%s", is_of_part ? "extensions from " : "",
              is_of_part ? part->prefix : "", is_of_part ? ": " : "", why->text);
}

/* The lane is done with its part. */
static void close_lane(struct course *course, struct lane *lane)
{
    lane->state = LANE_FREE;
    buffer_clear(&lane->body);
    open_lanes(course);
}

/* Leaves the part as it is, which is not whole. */
static void abandon(struct course *course, struct lane *lane)
{
    plan_finish(&course->plan, lane->part, PLAN_FAILED);
    close_lane(course, lane);
}

void course_ask_again(struct course *course, struct lane *lane)
{
    if (course->is_stopped)
        abandon(course, lane);
    else
        lane->state = LANE_ASKS;
}

/* The characters that the known numbers of a part have behind its prefix. */
static struct plan_seen see_numbers(const struct course *course, const char *prefix)
{
    struct plan_seen seen = {0};
    const struct roster *roster = course->pages.roster;
    size_t length = strlen(prefix);
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        const struct row *row = &roster->rows[id];
        if (!row->is_used || row->server != course->pages.server ||
            strncmp(row->extension.number, prefix, length) != 0)
            continue;
        unsigned char next = (unsigned char)row->extension.number[length];
        if (next < sizeof seen.is_there)
            seen.is_there[next] = true;
    }
    return seen;
}

/* Splits a part. */
static void split(struct course *course, size_t part)
{
    struct plan_seen seen = see_numbers(course, course->plan.parts[part].prefix);
    plan_split(&course->plan, part, &seen);
}

/* A part of which a page was broken, one that was cut, one that changed, or one read whole. */
static void finish_part(struct course *course, struct lane *lane, int64_t reached)
{
    const struct walk *walk = &lane->walk;
    struct plan *plan = &course->plan;
    bool is_explored = plan->parts[lane->part].kind == PLAN_SPLIT;
    if (lane->broken > 0)
        plan_finish(plan, lane->part, PLAN_FAILED);
    else if (walk->was_cut && !walk->was_deaf && plan_cut(plan, lane->part, reached))
        split(course, lane->part);
    else if (walk->was_cut && walk->was_deaf)
        plan_finish(plan, lane->part, PLAN_CUT);
    else if (!walk->was_cut)
        plan_finish(plan, lane->part, walk->was_moving ? PLAN_LOOSE : PLAN_WHOLE);
    if (is_explored) /* numbers seen there may be such as no part has */
        split(course, lane->part);
}

/* The lane's part has been read; `place` is the first page that it does not have. */
static void end_part(struct course *course, struct lane *lane, struct page_place place,
                     int64_t reached)
{
    pages_cut(&course->pages, place);
    finish_part(course, lane, reached);
    close_lane(course, lane);
}

void course_take(struct course *course, struct lane *lane, struct buffer *body, bool is_blind)
{
    (void)course;
    buffer_swap(&lane->body, body);
    lane->is_blind = is_blind;
    lane->state = LANE_HAS;
}

void course_take_nothing(struct course *course, struct lane *lane)
{
    course->has_page = true;
    if (lane->walk.page > 0) {
        end_part(course, lane, place_of(lane), lane->walk.start);
        return;
    }
    pages_cut(&course->pages, place_of(lane));
    plan_finish_empty(&course->plan, lane->part);
    close_lane(course, lane);
}

/* The page is in the roster: goes on behind it. */
static void go_on(struct course *course, struct lane *lane)
{
    struct page_place place = place_of(lane);
    const struct pages_news *news = &course->pages.news;
    int64_t reached = lane->walk.start + (int64_t)news->received;
    course->has_page = true;
    bool has_next = walk_on(&lane->walk, &(struct walk_page){
                                             .received = news->received,
                                             .has_new = news->has_new,
                                             .total = news->total,
                                             .items_per_page = news->items_per_page,
                                             .start_index = news->start_index,
                                         });
    enum plan_turn turn = plan_hear(&course->plan, lane->part,
                                    &(struct plan_page){
                                        .received = news->received,
                                        .heard = news->heard,
                                        .strays = news->strays,
                                        .total = news->total,
                                    });
    place.number++;
    if (turn == PLAN_SPLITS)
        split(course, lane->part);
    if (turn != PLAN_GOES_ON)
        close_lane(course, lane);
    else if (has_next)
        course_ask_again(course, lane);
    else
        end_part(course, lane, place, reached);
}

/* Does totalResults say that the page asked for is not there? */
static bool is_past_end(const struct walk *walk)
{
    return walk->page > 0 && walk->total >= 0 && walk->start >= walk->total;
}

bool course_may_be_past_end(const struct lane *lane)
{
    return is_past_end(&lane->walk) || (lane->walk.page > 0 && lane->walk.was_short);
}

/* Breaks off what has lost too many parts. */
static void note_lost_part(struct course *course, const struct error *why)
{
    if (plan_is_split(&course->plan) && ++course->failed >= COURSE_FAILED_MAX)
        course_stop(course, why);
}

/* The page is broken: goes on behind it, where that can be guessed. */
static void skip_page(struct course *course, struct lane *lane, const struct error *why)
{
    struct page_place place = place_of(lane);
    if (is_past_end(&lane->walk)) {
        end_part(course, lane, place, lane->walk.start);
        return;
    }
    note_error(course, lane, why);
    size_t expected = pages_expected(&course->pages, place);
    place.number++;
    bool has_next = expected > 0 && pages_expected(&course->pages, place) > 0;
    if (lane->broken == 0)
        note_lost_part(course, why);
    if (++lane->broken < COURSE_BROKEN_MAX && walk_skip(&lane->walk, expected, has_next))
        course_ask_again(course, lane);
    else
        abandon(course, lane);
}

/* Which lane's page is worked on, or is next; COURSE_LANES_MAX if none has one. */
static size_t find_work(const struct course *course)
{
    size_t found = COURSE_LANES_MAX;
    for (size_t i = 0; i < COURSE_LANES_MAX; i++) {
        if (course->lanes[i].state == LANE_WORKS)
            return i;
        if (course->lanes[i].state == LANE_HAS && found == COURSE_LANES_MAX)
            found = i;
    }
    return found;
}

bool course_has_work(const struct course *course)
{
    return find_work(course) < COURSE_LANES_MAX;
}

void course_work(struct course *course, size_t max_entries, int64_t now)
{
    size_t working = find_work(course);
    struct error error = {0};
    assert(working < COURSE_LANES_MAX);
    struct lane *lane = &course->lanes[working];
    if (lane->state == LANE_HAS) {
        course->pages.is_blind = lane->is_blind;
        pages_take(&course->pages, place_of(lane), &lane->body, max_entries);
        lane->state = LANE_WORKS;
    }
    /* Each time: since the last one another lane may have split a part, which moves them all. */
    course->pages.prefix = course->plan.parts[lane->part].prefix;
    enum pages_state state = pages_work(&course->pages, now, &error);
    if (state == PAGES_DONE)
        go_on(course, lane);
    else if (state == PAGES_BROKEN)
        skip_page(course, lane, &error);
}

bool course_may_skip(const struct course *course, const struct lane *lane)
{
    return course->is_listed || course->plan.parts[lane->part].parent != PLAN_NONE;
}

void course_skip(struct course *course, struct lane *lane, const struct error *why)
{
    if (course->is_listed)
        note_error(course, lane, why);
    plan_finish(&course->plan, lane->part, course->is_listed ? PLAN_FAILED : PLAN_REFUSED);
    close_lane(course, lane);
}

void course_lose(struct course *course, struct lane *lane, const struct error *why)
{
    note_error(course, lane, why);
    if (plan_is_split(&course->plan))
        note_lost_part(course, why);
    else
        course_stop(course, why);
    abandon(course, lane);
}

void course_stop(struct course *course, const struct error *why)
{
    error_set(&course->error, why->kind, "%s", why->text);
    course->is_stopped = true;
    for (size_t i = 0; i < COURSE_LANES_MAX; i++)
        if (course->lanes[i].state == LANE_ASKS)
            abandon(course, &course->lanes[i]);
}
