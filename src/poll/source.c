/* SPDX-License-Identifier: MIT */
#include "poll/source.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "poll/auth.h"
#include "poll/cycle.h"
#include "poll/cycle_end.h"
#include "poll/page_url.h"
#include "poll/refusal.h"
#include "poll/schedule.h"

/* A page that was asked for. */
struct asked {
    uint64_t tag;
    uint64_t serial; /* of the token it was asked for with */
};

struct source {
    struct source_setup setup;
    struct http_endpoint endpoint;
    struct schedule schedule;
    struct auth access;
    struct cycle cycle;
    struct asked asked[CYCLE_SLOTS_MAX]; /* by lane */
    uint64_t tag;                        /* of the last request */
    uint64_t token_tag;                  /* of the last one for a token */
    bool is_polling;
    bool is_renewing;   /* a token has been asked for, which may well be beside pages */
    bool is_locked_out; /* the next page waits for it */
    int64_t ended_ms;   /* end of the last poll */
    struct buffer url;
    struct buffer form; /* secret */

    /* The poll under way. */
    uint64_t first_birth;          /* of the token there was at its start */
    enum schedule_trouble trouble; /* these two: what its error means for the next one */
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
    cycle_init(&source->cycle, &(struct cycle_setup){
                                   .roster = setup->roster,
                                   .spare = setup->spare,
                                   .server = setup->index,
                                   .listed = setup->extension_count,
                                   .prefix = server->filter != NULL ? server->filter : "",
                                   .is_plain = !page_url_may_narrow(server),
                                   .first = is_listed(source) ? 0 : (long)server->start_index,
                                   .page_size = (long)setup->settings->page_size,
                                   .reach = setup->reach != NULL ? *setup->reach : pager_reach_all,
                               });
}

struct source *source_new(const struct source_setup *setup, int64_t now)
{
    const struct server_settings *server = setup->server;
    struct source *source = mem_new(1, sizeof *source);
    source->setup = *setup;
    source->endpoint = (struct http_endpoint){
        .ca_file = server->ca_file,
        .proxy = server->proxy,
        .allow_http = !server->url.is_https && (server->allow_http || server->url.is_loopback),
        .is_insecure = server->insecure,
        .timeout_ms = setup->settings->timeout_ms,
    };
    double spread = now < SOURCE_BOOT_MS ? rng_unit(setup->rng) : 0.0;
    schedule_init(&source->schedule, setup->settings->interval_ms, now, spread);
    auth_init(&source->access, server);
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
    auth_clear(&source->access);
    cycle_clear(&source->cycle);
    free(source);
}

/* Begins a poll. */
static void begin_poll(struct source *source, int64_t now)
{
    schedule_start(&source->schedule, now);
    cycle_begin(&source->cycle, now);
    source->first_birth = source->access.generation;
    source->trouble = SCHEDULE_TROUBLED;
    source->retry_after_s = -1;
    source->is_polling = true;
    source->setup.feed->is_polling = true;
}

/* Fills in a request for a token. */
static void ask_for_token(struct source *source, struct http_request *request)
{
    bool is_written = auth_write_request(&source->access, &source->url, &source->form);
    assert(is_written);
    (void)is_written;
    request->form = source->form.data;
    request->body_max = SOURCE_TOKEN_BODY_MAX;
    source->token_tag = request->tag;
    source->is_renewing = true;
}

/* Fills in a request for the page that a lane is at. */
static void ask_for_page(struct source *source, struct slot *slot, struct http_request *request)
{
    const struct cycle *cycle = &source->cycle;
    bool is_written =
        page_url_write(&source->url, source->setup.server,
                       is_listed(source) ? source->setup.extensions[slot->part] : NULL,
                       &cycle->partition.parts[slot->part], &slot->pager);
    assert(is_written);
    (void)is_written;
    request->bearer = source->access.token.value;
    request->body_max = SOURCE_BODY_MAX;
    request->spare = source->setup.spare;
    source->asked[slot - cycle->slots] =
        (struct asked){.tag = request->tag, .serial = source->access.generation};
    slot->state = SLOT_AWAITS;
}

/* Begins a poll if it is time to, unless the machine slept through that time just now. */
static void begin_if_due(struct source *source, int64_t now)
{
    if (source->is_polling || now < source_deadline(source))
        return;
    if (schedule_wake(&source->schedule, now, rng_unit(source->setup.rng)))
        source->setup.feed->next_poll_ms = source_deadline(source);
    if (now >= source_deadline(source))
        begin_poll(source, now);
}

bool source_next_request(struct source *source, int64_t now, struct http_request *request)
{
    begin_if_due(source, now);
    struct slot *slot = cycle_asking(&source->cycle);
    if (slot == NULL)
        return false;
    bool is_due = !source->is_renewing && auth_is_due(&source->access, now);
    source->is_locked_out = !is_due && source->is_renewing && !auth_is_fresh(&source->access, now);
    if (source->is_locked_out)
        return false;
    forget_request(source);
    *request =
        (struct http_request){.endpoint = &source->endpoint, .owner = source, .tag = ++source->tag};
    if (is_due)
        ask_for_token(source, request);
    else
        ask_for_page(source, slot, request);
    request->url = source->url.data;
    return true;
}

/* Ends the poll if there is nothing more to do for it. One that read some of it keeps its pace, so
 * that this stays fresh, unless it was broken off. */
static void end_if_over(struct source *source, struct moment now)
{
    const struct cycle *cycle = &source->cycle;
    struct server_status *feed = source->setup.feed;
    if (!source->is_polling || !cycle_is_over(cycle))
        return;
    bool is_failed = cycle->is_stopped || (error_is_set(&cycle->error) && !cycle->has_page);
    double chance = rng_unit(source->setup.rng);
    (void)cycle_end(&source->cycle, feed, now);
    if (is_failed)
        schedule_fail(&source->schedule, now.ms, chance, source->retry_after_s, source->trouble);
    else
        schedule_succeed(&source->schedule, now.ms, chance);
    source->is_polling = false;
    source->ended_ms = now.ms;
    feed->is_polling = false;
    feed->skipped = source->schedule.skipped;
    feed->next_poll_ms = source_deadline(source);
}

/* Breaks the poll off, for a reply that says why. */
static void stop_poll(struct source *source, const struct http_reply *reply,
                      const struct error *why)
{
    if (!source->cycle.is_stopped)
        source->retry_after_s = reply->retry_after_s;
    cycle_stop(&source->cycle, why);
}

/* What a transfer that failed means for the next one. */
static enum schedule_trouble trouble_of(const struct http_reply *reply)
{
    return reply->is_unreached ? SCHEDULE_UNREACHED : SCHEDULE_TROUBLED;
}

/* How much of a transfer's time belongs to the poll: a renewal may have begun before it. */
static int64_t elapsed_in_poll(const struct source *source, const struct http_reply *reply,
                               int64_t now)
{
    int64_t polling = now - source->schedule.started_ms;
    return reply->elapsed_ms < polling ? reply->elapsed_ms : polling;
}

/* Notes in the feed what came of a request for a token. One that is awaited and does not come fails
 * the poll, which says so itself. */
static void note_token(const struct source *source, const struct error *error, bool is_awaited)
{
    struct server_status *feed = source->setup.feed;
    feed->tokens = source->access.generation;
    if (error_is_set(error) && !is_awaited) {
        feed->renewal_failures++;
        feed->renewal_error = *error;
    }
}

/* Takes the reply to a token request. */
static void take_token(struct source *source, struct http_reply *reply, struct moment now)
{
    struct error error = {0};
    double chance = rng_unit(source->setup.rng);
    bool is_awaited =
        cycle_asking(&source->cycle) != NULL && !auth_is_fresh(&source->access, now.ms);
    source->is_renewing = false;
    source->is_locked_out = false;
    if (is_awaited)
        cycle_note_wire(&source->cycle, elapsed_in_poll(source, reply, now.ms), now.ms);
    bool is_usable = auth_take_reply(&source->access, reply, now.ms, chance, &error);
    note_token(source, &error, is_awaited);
    if (is_usable || !is_awaited)
        return;
    source->trouble = error.kind == ERROR_REFUSED ? SCHEDULE_REFUSED : trouble_of(reply);
    stop_poll(source, reply, &error);
}

/* May a page that was refused with 401 be asked for again, since there is or will be another token
 * than it was asked for with? Pages side by side may all be refused for the same one. */
static bool is_let_in_anew(struct source *source, uint64_t serial)
{
    if (serial != source->access.generation)
        return true; /* it was asked for with the token before this one */
    bool is_first = source->access.generation == source->first_birth;
    if (!auth_invalidate(&source->access) || !is_first)
        return false;
    source->setup.feed->tokens = source->access.generation; /* one may have come from its file */
    return true;
}

/* A page could not be had. What the server asks to be waited for, or refuses whatever is asked for,
 * ends the poll; else it may be about that page alone. */
static void lose_page(struct source *source, struct slot *slot, const struct http_reply *reply,
                      const struct error *why)
{
    bool is_of_all = refusal_is_lasting(reply->status) || reply->status == 401 ||
                     reply->status == 429 || reply->retry_after_s >= 0;
    if (is_of_all)
        stop_poll(source, reply, why);
    cycle_page_failed(&source->cycle, slot, why);
}

/* Takes an answer that is neither a page nor a 204. */
static void take_refusal(struct source *source, struct slot *slot, const struct http_reply *reply)
{
    struct cycle *cycle = &source->cycle;
    bool is_401 = reply->status == 401;
    if (is_401 && is_let_in_anew(source, source->asked[slot - cycle->slots].serial)) {
        cycle_ask_again(cycle, slot);
        return;
    }
    bool is_of_target = refusal_is_of_target(reply->status);
    if (is_of_target && cycle_may_be_past_end(slot)) {
        cycle_page_empty(cycle, slot);
        return;
    }
    struct error error = {0};
    refusal_explain(reply, is_listed(source) ? source->setup.extensions[slot->part] : NULL,
                    source->access.token.value, &error);
    if (refusal_is_lasting(reply->status) || (is_401 && !auth_may_change(&source->access)))
        source->trouble = SCHEDULE_REFUSED;
    if (is_of_target && cycle_may_skip(cycle, slot))
        cycle_part_refused(cycle, slot, &error);
    else
        lose_page(source, slot, reply, &error);
}

/* Takes the reply to a request for a page. */
static void take_page(struct source *source, struct slot *slot, struct http_reply *reply,
                      struct moment now)
{
    struct cycle *cycle = &source->cycle;
    if (error_is_set(&reply->error)) {
        source->trouble = trouble_of(reply);
        lose_page(source, slot, reply, &reply->error);
    } else if (reply->status == 200) {
        cycle_page_received(cycle, slot, &reply->body,
                            server_status_is_stale(source->setup.feed, now.ms));
    } else if (reply->status == 204) {
        cycle_page_empty(cycle, slot);
    } else {
        take_refusal(source, slot, reply);
    }
}

/* The lane that awaits a reply, or NULL. */
static struct slot *find_lane(struct source *source, uint64_t tag)
{
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++) {
        struct slot *slot = &source->cycle.slots[i];
        if (slot->state == SLOT_AWAITS && source->asked[i].tag == tag)
            return slot;
    }
    return NULL;
}

void source_take_reply(struct source *source, struct http_reply *reply, struct moment now)
{
    struct slot *slot = find_lane(source, reply->tag);
    if (source->is_renewing && reply->tag == source->token_tag) {
        forget_request(source);
        take_token(source, reply, now);
    } else if (slot != NULL) {
        cycle_note_wire(&source->cycle, reply->elapsed_ms, now.ms);
        forget_request(source);
        take_page(source, slot, reply, now);
    }
    end_if_over(source, now);
    page_cache_recycle(&source->cycle.pages, &reply->body);
}

bool source_has_work(const struct source *source)
{
    return cycle_has_work(&source->cycle);
}

void source_work(struct source *source, struct moment now)
{
    source->cycle.pages.secret = source->access.token.value;
    if (source_has_work(source))
        cycle_work(&source->cycle, SOURCE_ENTRIES_MAX, now.ms);
    end_if_over(source, now);
}

int64_t source_deadline(const struct source *source)
{
    if (source->is_polling && !source->is_locked_out && cycle_is_asking(&source->cycle))
        return source->schedule.started_ms;
    if (source->is_polling)
        return INT64_MAX;
    /* Rows heard in one poll must be older than the start of the next. */
    int64_t next = source->schedule.next_ms;
    return next > source->ended_ms ? next : source->ended_ms + 1;
}

bool source_poll_now(struct source *source, int64_t now)
{
    if (!schedule_ask_now(&source->schedule, now))
        return false;
    source->setup.feed->next_poll_ms = source_deadline(source);
    return true;
}
