/* SPDX-License-Identifier: MIT */
#include "net/source.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/access.h"
#include "net/course.h"
#include "net/poller.h"
#include "uapi/fault.h"
#include "uapi/request.h"

/* What the source is at. A poll is everything but STAGE_IDLE. */
enum stage {
    STAGE_IDLE,
    STAGE_ASKING, /* a page is to be asked for, as soon as there is a token */
    STAGE_AWAITS_PAGE,
    STAGE_WORKING,
};

struct source {
    struct source_setup setup;
    struct fetch_endpoint endpoint;
    struct poller poller;
    struct access access;
    struct course course;
    enum stage stage;
    uint64_t tag;        /* of the last request */
    uint64_t page_tag;   /* of the last one for a page */
    uint64_t token_tag;  /* of the last one for a token */
    uint64_t page_birth; /* of the token that the last page was asked for with */
    bool is_renewing;    /* a token has been asked for, which may well be beside a page */
    bool is_locked_out;  /* the next page waits for it */
    int64_t ended_ms;    /* end of the last poll */
    struct buffer url;
    struct buffer form; /* secret */

    /* The poll under way. */
    uint64_t first_birth;        /* of the token there was at its start */
    enum poller_trouble trouble; /* what its error means for the next one */
};

/* Are extensions asked for by number? Then start_index and the filter, which are about the
 * collection in the settings, are left out. */
static bool is_listed(const struct source *source)
{
    return source->setup.extension_count > 0;
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
    course_init(&source->course, setup->roster, setup->index,
                is_listed(source) ? setup->extension_count : 1);
    source->course.first = is_listed(source) ? 0 : (long)server->start_index;
    source->course.page_size = (long)setup->settings->page_size;
    source->ended_ms = now - 1;
    setup->feed->next_poll_ms = source_deadline(source);
    return source;
}

/* Forgets the last request, which may hold a secret. */
static void forget_request(struct source *source)
{
    if (source->form.data != NULL)
        mem_wipe(source->form.data, source->form.capacity);
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
    source->stage = STAGE_ASKING;
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

/* Fills in a request for the page that the course is at. */
static void ask_for_page(struct source *source, struct fetch_request *request)
{
    const struct server_settings *server = source->setup.server;
    const struct course *course = &source->course;
    bool is_one = is_listed(source);
    bool is_written = request_write(
        &source->url,
        &(struct request){
            .base = server->url.base,
            .user = server->user,
            .extension = is_one ? source->setup.extensions[course->target] : server->extension,
            .filter_by = server->filter_by,
            .filter_op = server->filter_op,
            .filter_value = is_one ? NULL : server->filter,
            .fields = server->fields,
            .count = course->walk.count,
            .start_index = course->walk.start,
        });
    assert(is_written);
    (void)is_written;
    request->bearer = source->access.token.value;
    request->body_max = SOURCE_BODY_MAX;
    source->page_tag = request->tag;
    source->page_birth = source->access.births;
    source->stage = STAGE_AWAITS_PAGE;
}

/* Begins a poll if it is time to, unless the machine slept through that time just now. */
static void begin_if_due(struct source *source, int64_t now)
{
    if (source->stage != STAGE_IDLE || now < source_deadline(source))
        return;
    if (poller_wake(&source->poller, now, rng_unit(source->setup.rng)))
        source->setup.feed->next_poll_ms = source_deadline(source);
    if (now >= source_deadline(source))
        begin_poll(source, now);
}

bool source_next_request(struct source *source, int64_t now, struct fetch_request *request)
{
    begin_if_due(source, now);
    if (source->stage != STAGE_ASKING)
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
        ask_for_page(source, request);
    request->url = source->url.data;
    return true;
}

/* The poll is over and the next one has its time. */
static void close_poll(struct source *source, struct moment now)
{
    struct feed *feed = source->setup.feed;
    source->stage = STAGE_IDLE;
    source->ended_ms = now.ms;
    feed->is_polling = false;
    feed->skipped = source->poller.skipped;
    feed->next_poll_ms = source_deadline(source);
}

/* The poll was broken off: the course's error says why. */
static void fail_poll(struct source *source, struct moment now, int64_t retry_after_s)
{
    (void)course_end(&source->course, source->setup.feed, now);
    poller_fail(&source->poller, now.ms, rng_unit(source->setup.rng), retry_after_s,
                source->trouble);
    close_poll(source, now);
}

/* Everything has been tried. A poll that read some of it keeps its pace, so that this stays
 * fresh. */
static void end_poll(struct source *source, struct moment now)
{
    if (error_is_set(&source->course.error) && !source->course.has_page) {
        fail_poll(source, now, -1);
        return;
    }
    (void)course_end(&source->course, source->setup.feed, now);
    poller_succeed(&source->poller, now.ms, rng_unit(source->setup.rng));
    close_poll(source, now);
}

/* Does what the course says is next. */
static void follow_course(struct source *source, enum course_next next, struct moment now)
{
    switch (next) {
    case COURSE_ASKS:
        source->stage = STAGE_ASKING;
        break;
    case COURSE_WORKS:
        source->stage = STAGE_WORKING;
        break;
    case COURSE_ENDS:
        end_poll(source, now);
        break;
    }
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
    bool is_awaited = source->stage == STAGE_ASKING && !access_is_fresh(&source->access, now.ms);
    source->is_renewing = false;
    source->is_locked_out = false;
    if (is_awaited)
        source->course.wire_ms += elapsed_in_poll(source, reply, now.ms);
    bool is_usable = access_take_reply(&source->access, reply, now.ms, chance, &error);
    note_token(source, &error, is_awaited);
    if (is_usable || !is_awaited)
        return;
    source->trouble = error.kind == ERROR_REFUSED ? POLLER_REFUSED : trouble_of(reply);
    error_set(&source->course.error, error.kind, "%s", error.text);
    fail_poll(source, now, reply->retry_after_s);
}

/* Is it a refusal of what was asked, which asking again soon will not change? */
static bool is_lasting_status(long status)
{
    return status >= 300 && status < 500 && status != 401 && status != 408 && status != 429;
}

/* Is it a refusal that may be about one extension alone? */
static bool is_refusal_of_target(long status)
{
    return status == 400 || status == 403 || status == 404;
}

/* Says in words what a refusal means, and what it is about where that is not plain. */
static void explain_refusal(const struct source *source, const struct fetch_reply *reply,
                            struct error *error)
{
    fault_explain(error, reply->status, reply->body.data, reply->body.length);
    if (is_listed(source))
        error_prefix(error, source->setup.extensions[source->course.target]);
    if (reply->redirect[0] != '\0')
        error_prefix(error, reply->redirect);
}

/* Takes an answer that is neither a page nor a 204. */
static void take_refusal(struct source *source, const struct fetch_reply *reply, struct moment now)
{
    bool is_401 = reply->status == 401;
    if (is_401 && source->page_birth != source->access.births) {
        source->stage = STAGE_ASKING; /* it was asked for with the token before this one */
        return;
    }
    bool is_first = source->access.births == source->first_birth;
    if (is_401 && access_drop(&source->access) && is_first) {
        source->setup.feed->tokens = source->access.births; /* one may have come from its file */
        source->stage = STAGE_ASKING;
        return;
    }
    if (course_may_be_past_end(&source->course) && is_refusal_of_target(reply->status)) {
        follow_course(source, course_take_nothing(&source->course), now);
        return;
    }
    struct error error = {0};
    explain_refusal(source, reply, &error);
    bool is_of_target = is_listed(source) && is_refusal_of_target(reply->status);
    if (is_lasting_status(reply->status) || (is_401 && !access_may_change(&source->access)))
        source->trouble = POLLER_REFUSED;
    if (is_of_target) {
        follow_course(source, course_skip_target(&source->course, &error), now);
        return;
    }
    error_set(&source->course.error, error.kind, "%s", error.text);
    fail_poll(source, now, reply->retry_after_s);
}

/* Takes the reply to a request for a page. */
static void take_page(struct source *source, struct fetch_reply *reply, struct moment now)
{
    struct course *course = &source->course;
    bool is_blind = feed_is_stale(source->setup.feed, now.ms);
    if (error_is_set(&reply->error)) {
        error_set(&course->error, reply->error.kind, "%s", reply->error.text);
        source->trouble = trouble_of(reply);
        fail_poll(source, now, reply->retry_after_s);
    } else if (reply->status == 200) {
        follow_course(source, course_take(course, &reply->body, SOURCE_ENTRIES_MAX, is_blind), now);
    } else if (reply->status == 204) {
        follow_course(source, course_take_nothing(course), now);
    } else {
        take_refusal(source, reply, now);
    }
}

void source_take_reply(struct source *source, struct fetch_reply *reply, struct moment now)
{
    if (source->is_renewing && reply->tag == source->token_tag) {
        forget_request(source);
        take_token(source, reply, now);
    } else if (source->stage == STAGE_AWAITS_PAGE && reply->tag == source->page_tag) {
        source->course.wire_ms += reply->elapsed_ms;
        forget_request(source);
        take_page(source, reply, now);
    }
    buffer_clear(&reply->body);
}

bool source_has_work(const struct source *source)
{
    return source->stage == STAGE_WORKING;
}

void source_work(struct source *source, struct moment now)
{
    if (source->stage == STAGE_WORKING)
        follow_course(source, course_work(&source->course, now.ms), now);
}

int64_t source_deadline(const struct source *source)
{
    if (source->stage == STAGE_ASKING && !source->is_locked_out)
        return source->poller.started_ms;
    if (source->stage != STAGE_IDLE)
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
