/* SPDX-License-Identifier: MIT */
/* The end of a course: what becomes of the rows, and what the feed says. */
#include <assert.h>

#include "poll/cycle_end.h"

#include "poll/cycle.h"
#include "poll/partition_tree.h"

/* Writes what a good poll says of the server. */
static void write_success(const struct cycle *cycle, struct server_status *feed, struct moment now)
{
    feed->last_good_ms = now.ms;
    feed->last_good_wall = now.wall_ms / 1000;
    feed->failing_since_ms = SERVER_STATUS_NEVER;
    feed->partial_since_ms = SERVER_STATUS_NEVER;
    feed->latency_ms = cycle->wire_ms;
    server_status_note_read(feed, cycle->pages.tally.read);
    feed->is_complete = partition_is_whole(&cycle->partition, cycle_received(cycle));
    error_clear(&feed->error);
}

/* Writes what a poll that was not good says. Rows that a poll before it left marked as old stay so
 * unless this one read some. */
static void write_failure(const struct cycle *cycle, struct server_status *feed, struct moment now)
{
    feed->failures++;
    feed->is_complete = false;
    feed->error = cycle->error;
    if (feed->failing_since_ms == SERVER_STATUS_NEVER)
        feed->failing_since_ms = now.ms;
    if (cycle->has_page)
        feed->partial_since_ms = cycle->pages.started_ms;
}

/* What rows are judged by. */
struct verdicts {
    const struct cycle *cycle;
    enum roster_verdict of_nobody; /* on numbers that no part was asked for */
    enum roster_verdict of_short;  /* on those of a part that brought less than its total */
};

/* What becomes of a row that was not heard: what its part says, if that was read. */
static enum roster_verdict judge(const void *context, const char *number)
{
    const struct verdicts *verdicts = context;
    const struct partition *partition = &verdicts->cycle->partition;
    size_t holder = partition_holder(partition, number);
    if (holder == PARTITION_NONE)
        return verdicts->of_nobody;
    const struct partition_part *part = &partition->parts[holder];
    switch ((enum partition_state)part->state) {
    case PART_IDLE:
        return verdicts->of_nobody;
    case PART_WHOLE:
        return (int64_t)part->heard >= part->total ? ROSTER_MISSED : verdicts->of_short;
    case PART_INCONSISTENT:
    case PART_CUT:
        return ROSTER_LOOSE;
    default:
        return ROSTER_STAYS;
    }
}

/* Settles the rows of a collection in parts. What is less than its total may have stepped over some
 * of it, unless entries were heard with other parts before, and nothing is missed in all. */
static void settle_parts(struct cycle *cycle, struct moment now)
{
    const struct page_cache *pages = &cycle->pages;
    enum roster_verdict of_whole =
        partition_is_whole(&cycle->partition, cycle_received(cycle)) ? ROSTER_MISSED : ROSTER_LOOSE;
    struct verdicts verdicts = {
        .cycle = cycle,
        .of_nobody = error_is_set(&cycle->error) ? ROSTER_STAYS : of_whole,
        .of_short = cycle->partition.was_lapped ? of_whole : ROSTER_LOOSE,
    };
    roster_end_partial_poll(pages->roster, pages->server, pages->started_ms, now.ms, judge,
                            &verdicts);
}

/* Settles the rows that were not heard. Nothing is called gone that may only have been stepped
 * over, or that nobody asked for. */
static void settle_roster(struct cycle *cycle, struct moment now)
{
    const struct page_cache *pages = &cycle->pages;
    if (partition_is_split(&cycle->partition))
        settle_parts(cycle, now);
    else if (error_is_set(&cycle->error))
        return;
    else if (partition_is_whole(&cycle->partition, cycle_received(cycle)))
        roster_end_poll(pages->roster, pages->server, pages->started_ms, now.ms);
    else
        roster_end_loose_poll(pages->roster, pages->server, pages->started_ms);
}

/* Ends the plan's poll; what is no part to be read any more keeps no pages. */
static void end_plan(struct cycle *cycle)
{
    struct partition *partition = &cycle->partition;
    partition_end(partition, cycle_received(cycle));
    page_cache_fit(&cycle->pages, partition->count);
    for (size_t part = 0; part < partition->count; part++)
        if (partition->parts[part].kind != PART_LEAF && partition->parts[part].kind != PART_EXACT)
            page_cache_cut(&cycle->pages, (struct page_place){.target = part});
}

bool cycle_end(struct cycle *cycle, struct server_status *feed, struct moment now)
{
    struct page_cache *pages = &cycle->pages;
    bool is_good = !error_is_set(&cycle->error);
    assert(cycle_is_over(cycle));
    page_cache_end_poll(pages);
    settle_roster(cycle, now);
    /* Rows of what was not read stay. New ones at each poll that fails would be without end. */
    if (partition_is_settled(&cycle->partition))
        pages->newcomers = 0;
    feed->polls++;
    if (cycle->has_page) {
        feed->repaired = pages->tally.repaired;
        feed->rejected = pages->tally.rejected;
        feed->total = partition_total(&cycle->partition, cycle->first);
    }
    (is_good ? write_success : write_failure)(cycle, feed, now);
    end_plan(cycle);
    return is_good;
}
