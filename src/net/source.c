/* SPDX-License-Identifier: MIT */
#include "net/source.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/access.h"
#include "net/ask.h"
#include "net/course.h"
#include "net/poller.h"
#include "net/refusal.h"

/* A page that was asked for. */
struct asked {
    uint64_t tag;
    uint64_t birth; /* of the token it was asked for with */
};

struct source {
    struct source_setup setup;
    struct fetch_endpoint endpoint;
    struct poller poller;
    struct access access;
    struct course course;
    struct asked asked[COURSE_LANES_MAX]; /* by lane */
    uint64_t tag;                         /* of the last request */
    uint64_t token_tag;                   /* of the last one for a token */
    bool is_polling;
    bool is_renewing;   /* a token has been asked for, which may well be beside pages */
    bool is_locked_out; /* the next page waits for it */
    int64_t ended_ms;   /* end of the last poll */
    struct buffer url;
    struct buffer form; /* secret */

    /* The poll under way. */
    uint64_t first_birth;        /* of the token there was at its start */
    enum poller_trouble trouble; /* these two: what its error means for the next one */
    int64_t retry_after_s;
};

/* Are extensions asked for by number? Then start_index and the filter, which are about the
 * collection in the settings, are left out. */
static bool is_listed(const struct source *source)
{
    return source->setup.extension_count > 0;
}

/* Sets up the course through what the settings name. */
static void init_course(struct source *source)
{
    const struct source_setup *setup = &source->setup;
    const struct server_settings *server = setup->server;
    course_init(&source->course, &(struct course_setup){
                                     .roster = setup->roster,
                                     .spare = setup->spare,
                                     .server = setup->index,
                                     .listed = setup->extension_count,
                                     .prefix = server->filter != NULL ? server->filter : "",
                                     .is_plain = !ask_may_narrow(server),
                                     .first = is_listed(source) ? 0 : (long)server->start_index,
                                     .page_size = (long)setup->settings->page_size,
                                     .reach = setup->reach != NULL ? *setup->reach : walk_reach_all,
                                 });
}

struct source *source_new(const struct source_setup *setup, int64_t now)
{
    const struct server_settings *server = setup->server;
    struct source *source = mem_new(1, sizeof *source);
    source->setup = *setup;
    source->endpoint = (struct fetch_endpoint){
        .ca_file = server->ca_file,
        .proxy = server->proxy,
        .allow_http = !server->url.is_https && (server->allow_http || server->url.is_loopback),
        .is_insecure = server->insecure,
        .timeout_ms = setup->settings->timeout_ms,
    };
    double spread = now < SOURCE_BOOT_MS ? rng_unit(setup->rng) : 0.0;
    poller_init(&source->poller, setup->settings->interval_ms, now, spread);
    access_init(&source->access, server);
    buffer_init_secret(&source->form, 0);
    init_course(source);
    source->ended_ms = now - 1;
    setup->feed->next_poll_ms = source_deadline(source);
    return source;
}

/* Forgets the last request, which may hold a secret. */
static void forget_request(struct source *source)
{
    buffer_reset(&source->form);
    buffer_reset(&source->url);
}

void source_free(struct source *source)
{
    if (source == NULL)
        return;
    forget_request(source);
    buffer_clear(&source->url);
    buffer_clear(&source->form);
    access_clear(&source->access);
    course_clear(&source->course);
    free(source);
}

/* Begins a poll. */
static void begin_poll(struct source *source, int64_t now)
{
    poller_start(&source->poller, now);
    course_begin(&source->course, now);
    source->first_birth = source->access.births;
    source->trouble = POLLER_TROUBLED;
    source->retry_after_s = -1;
    source->is_polling = true;
    source->setup.feed->is_polling = true;
}

/* Fills in a request for a token. */
static void ask_for_token(struct source *source, struct fetch_request *request)
{
    bool is_written = access_write_request(&source->access, &source->url, &source->form);
    assert(is_written);
    (void)is_written;
    request->form = source->form.data;
    request->body_max = SOURCE_TOKEN_BODY_MAX;
    source->token_tag = request->tag;
    source->is_renewing = true;
}

/* Fills in a request for the page that a lane is at. */
static void ask_for_page(struct source *source, struct lane *lane, struct fetch_request *request)
{
    const struct course *course = &source->course;
    bool is_written = ask_write(&source->url, source->setup.server,
                                is_listed(source) ? source->setup.extensions[lane->part] : NULL,
                                &course->plan.parts[lane->part], &lane->walk);
    assert(is_written);
    (void)is_written;
    request->bearer = source->access.token.value;
    request->body_max = SOURCE_BODY_MAX;
    request->spare = source->setup.spare;
    source->asked[lane - course->lanes] =
        (struct asked){.tag = request->tag, .birth = source->access.births};
    lane->state = LANE_AWAITS;
}

/* Begins a poll if it is time to, unless the machine slept through that time just now. */
static void begin_if_due(struct source *source, int64_t now)
{
    if (source->is_polling || now < source_deadline(source))
        return;
    if (poller_wake(&source->poller, now, rng_unit(source->setup.rng)))
        source->setup.feed->next_poll_ms = source_deadline(source);
    if (now >= source_deadline(source))
        begin_poll(source, now);
}

bool source_next_request(struct source *source, int64_t now, struct fetch_request *request)
{
    begin_if_due(source, now);
    struct lane *lane = course_asking(&source->course);
    if (lane == NULL)
        return false;
    bool is_due = !source->is_renewing && access_is_due(&source->access, now);
    source->is_locked_out =
        !is_due && source->is_renewing && !access_is_fresh(&source->access, now);
    if (source->is_locked_out)
        return false;
    forget_request(source);
    *request = (struct fetch_request){
        .endpoint = &source->endpoint, .owner = source, .tag = ++source->tag};
    if (is_due)
        ask_for_token(source, request);
    else
        ask_for_page(source, lane, request);
    request->url = source->url.data;
    return true;
}

/* Ends the poll if there is nothing more to do for it. One that read some of it keeps its pace, so
 * that this stays fresh, unless it was broken off. */
static void end_if_over(struct source *source, struct moment now)
{
    const struct course *course = &source->course;
    struct feed *feed = source->setup.feed;
    if (!source->is_polling || !course_is_over(course))
        return;
    bool is_failed = course->is_stopped || (error_is_set(&course->error) && !course->has_page);
    double chance = rng_unit(source->setup.rng);
    (void)course_end(&source->course, feed, now);
    if (is_failed)
        poller_fail(&source->poller, now.ms, chance, source->retry_after_s, source->trouble);
    else
        poller_succeed(&source->poller, now.ms, chance);
    source->is_polling = false;
    source->ended_ms = now.ms;
    feed->is_polling = false;
    feed->skipped = source->poller.skipped;
    feed->next_poll_ms = source_deadline(source);
}

/* Breaks the poll off, for a reply that says why. */
static void stop_poll(struct source *source, const struct fetch_reply *reply,
                      const struct error *why)
{
    if (!source->course.is_stopped)
        source->retry_after_s = reply->retry_after_s;
    course_stop(&source->course, why);
}

/* What a transfer that failed means for the next one. */
static enum poller_trouble trouble_of(const struct fetch_reply *reply)
{
    return reply->is_unreached ? POLLER_UNREACHED : POLLER_TROUBLED;
}

/* How much of a transfer's time belongs to the poll: a renewal may have begun before it. */
static int64_t elapsed_in_poll(const struct source *source, const struct fetch_reply *reply,
                               int64_t now)
{
    int64_t polling = now - source->poller.started_ms;
    return reply->elapsed_ms < polling ? reply->elapsed_ms : polling;
}

/* Notes in the feed what came of a request for a token. One that is awaited and does not come fails
 * the poll, which says so itself. */
static void note_token(const struct source *source, const struct error *error, bool is_awaited)
{
    struct feed *feed = source->setup.feed;
    feed->tokens = source->access.births;
    if (error_is_set(error) && !is_awaited) {
        feed->renewal_failures++;
        feed->renewal_error = *error;
    }
}

/* Takes the reply to a token request. */
static void take_token(struct source *source, struct fetch_reply *reply, struct moment now)
{
    struct error error = {0};
    double chance = rng_unit(source->setup.rng);
    bool is_awaited =
        course_asking(&source->course) != NULL && !access_is_fresh(&source->access, now.ms);
    source->is_renewing = false;
    source->is_locked_out = false;
    if (is_awaited)
        course_note_wire(&source->course, elapsed_in_poll(source, reply, now.ms), now.ms);
    bool is_usable = access_take_reply(&source->access, reply, now.ms, chance, &error);
    note_token(source, &error, is_awaited);
    if (is_usable || !is_awaited)
        return;
    source->trouble = error.kind == ERROR_REFUSED ? POLLER_REFUSED : trouble_of(reply);
    stop_poll(source, reply, &error);
}

/* May a page that was refused with 401 be asked for again, since there is or will be another token
 * than it was asked for with? Pages side by side may all be refused for the same one. */
static bool is_let_in_anew(struct source *source, uint64_t birth)
{
    if (birth != source->access.births)
        return true; /* it was asked for with the token before this one */
    bool is_first = source->access.births == source->first_birth;
    if (!access_drop(&source->access) || !is_first)
        return false;
    source->setup.feed->tokens = source->access.births; /* one may have come from its file */
    return true;
}

/* A page could not be had. What the server asks to be waited for, or refuses whatever is asked for,
 * ends the poll; else it may be about that page alone. */
static void lose_page(struct source *source, struct lane *lane, const struct fetch_reply *reply,
                      const struct error *why)
{
    bool is_of_all = refusal_is_lasting(reply->status) || reply->status == 401 ||
                     reply->status == 429 || reply->retry_after_s >= 0;
    if (is_of_all)
        stop_poll(source, reply, why);
    course_lose(&source->course, lane, why);
}

/* Takes an answer that is neither a page nor a 204. */
static void take_refusal(struct source *source, struct lane *lane, const struct fetch_reply *reply)
{
    struct course *course = &source->course;
    bool is_401 = reply->status == 401;
    if (is_401 && is_let_in_anew(source, source->asked[lane - course->lanes].birth)) {
        course_ask_again(course, lane);
        return;
    }
    bool is_of_target = refusal_is_of_target(reply->status);
    if (is_of_target && course_may_be_past_end(lane)) {
        course_take_nothing(course, lane);
        return;
    }
    struct error error = {0};
    refusal_explain(reply, is_listed(source) ? source->setup.extensions[lane->part] : NULL,
                    source->access.token.value, &error);
    if (refusal_is_lasting(reply->status) || (is_401 && !access_may_change(&source->access)))
        source->trouble = POLLER_REFUSED;
    if (is_of_target && course_may_skip(course, lane))
        course_skip(course, lane, &error);
    else
        lose_page(source, lane, reply, &error);
}

/* Takes the reply to a request for a page. */
static void take_page(struct source *source, struct lane *lane, struct fetch_reply *reply,
                      struct moment now)
{
    struct course *course = &source->course;
    if (error_is_set(&reply->error)) {
        source->trouble = trouble_of(reply);
        lose_page(source, lane, reply, &reply->error);
    } else if (reply->status == 200) {
        course_take(course, lane, &reply->body, feed_is_stale(source->setup.feed, now.ms));
    } else if (reply->status == 204) {
        course_take_nothing(course, lane);
    } else {
        take_refusal(source, lane, reply);
    }
}

/* The lane that awaits a reply, or NULL. */
static struct lane *find_lane(struct source *source, uint64_t tag)
{
    for (size_t i = 0; i < COURSE_LANES_MAX; i++) {
        struct lane *lane = &source->course.lanes[i];
        if (lane->state == LANE_AWAITS && source->asked[i].tag == tag)
            return lane;
    }
    return NULL;
}

void source_take_reply(struct source *source, struct fetch_reply *reply, struct moment now)
{
    struct lane *lane = find_lane(source, reply->tag);
    if (source->is_renewing && reply->tag == source->token_tag) {
        forget_request(source);
        take_token(source, reply, now);
    } else if (lane != NULL) {
        course_note_wire(&source->course, reply->elapsed_ms, now.ms);
        forget_request(source);
        take_page(source, lane, reply, now);
    }
    end_if_over(source, now);
    pages_recycle(&source->course.pages, &reply->body);
}

bool source_has_work(const struct source *source)
{
    return course_has_work(&source->course);
}

void source_work(struct source *source, struct moment now)
{
    source->course.pages.secret = source->access.token.value;
    if (source_has_work(source))
        course_work(&source->course, SOURCE_ENTRIES_MAX, now.ms);
    end_if_over(source, now);
}

int64_t source_deadline(const struct source *source)
{
    if (source->is_polling && !source->is_locked_out && course_is_asking(&source->course))
        return source->poller.started_ms;
    if (source->is_polling)
        return INT64_MAX;
    /* Rows heard in one poll must be older than the start of the next. */
    int64_t next = source->poller.next_ms;
    return next > source->ended_ms ? next : source->ended_ms + 1;
}

bool source_poll_now(struct source *source, int64_t now)
{
    if (!poller_ask_now(&source->poller, now))
        return false;
    source->setup.feed->next_poll_ms = source_deadline(source);
    return true;
}
