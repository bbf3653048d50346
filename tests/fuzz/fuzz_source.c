/* SPDX-License-Identifier: MIT */
/*
 * The whole poll state machine: a script of answers and a clock, played to a real source.
 *
 * The first byte says how the source is set up, each byte after it what happens next. Whatever
 * happens: never more requests of a kind at a time than there may be, no deadline that makes the
 * loop spin, a roster and a feed that agree with themselves, nothing heard in the future. At the
 * end the server is well again, and then the roster is exactly what it says.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/cycle.h"
#include "poll/schedule.h"
#include "support/source_fixture.h"
#include "uapi/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SERVER 3 /* the rig's */
#define STEPS_MAX 400
#define ENTRIES_MAX 24
#define STARTS_REMEMBERED 12  /* so many polls never start within one second */
#define REFUSED_MAX 8         /* answers without a page that one poll asks for more after */
#define REFUSED_PARTS_MAX 400 /* likewise, of a collection in parts: most are empty */
#define QUIET_POLLS_MAX 300   /* of a well server, until splitting is tried once more */
#define WAIT_MAX_MS (SCHEDULE_RETRY_AFTER_MAX_MS + SCHEDULE_BACKOFF_CAP_MS)

/* A request that waits for its answer. */
struct waiting {
    bool is_there;
    uint64_t tag;
    struct source_fixture_request asked;
};

/* One run. */
struct play {
    struct source_fixture rig;
    const uint8_t *at;
    const uint8_t *end;
    struct waiting pages[CYCLE_SLOTS_MAX];
    struct waiting token;
    uint64_t old_tag;
    uint64_t newest_tag;
    int64_t starts[STARTS_REMEMBERED]; /* of polls, a ring */
    size_t polls;
    unsigned refused; /* answers of the poll under way that brought nothing */
    bool is_polling;
    bool is_listed; /* extensions are asked for by number */
    bool is_small;  /* a query reaches few, so that the collection may be read in parts */
    bool was_asked; /* by the viewer, since the last poll began */
};

/* What is asked for by number. */
static const char *const listed[] = {"0003*001", "0003*002"};

/* A query that reaches six entries. */
static const struct pager_reach small_reach = {.start_max = 3, .count_max = 3};

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The next byte of the script; 0 behind its end. */
static uint8_t next(struct play *play)
{
    return play->at < play->end ? *play->at++ : 0;
}

/* Remembers when a poll began; so many within a second are a loop. */
static void note_poll(struct play *play, int64_t now)
{
    int64_t *start = &play->starts[play->polls % STARTS_REMEMBERED];
    if (!play->was_asked) {
        require(play->polls < STARTS_REMEMBERED || now - *start >= 1000);
        *start = now;
        play->polls++;
    }
    play->was_asked = false;
    play->refused = 0;
}

/* A place for a request of this kind; there is one if there are not too many. */
static struct waiting *find_place(struct play *play, bool is_token)
{
    size_t most = play->is_small ? CYCLE_SLOTS_MAX : 1;
    struct waiting *free_place = is_token ? &play->token : NULL;
    for (size_t i = 0; i < most && !is_token; i++)
        free_place = !play->pages[i].is_there ? &play->pages[i] : free_place;
    require(free_place != NULL && !free_place->is_there);
    return free_place;
}

/* Is some page waited for? */
static bool is_page_awaited(const struct play *play)
{
    bool is_awaited = false;
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        is_awaited = is_awaited || play->pages[i].is_there;
    return is_awaited;
}

/* Takes every request that the source has now. */
static void take_requests(struct play *play)
{
    struct http_request request;
    while (source_next_request(play->rig.source, play->rig.now.ms, &request)) {
        struct waiting *waiting = find_place(play, request.form != NULL);
        if (!play->is_polling)
            note_poll(play, play->rig.now.ms);
        play->is_polling = true;
        require(request.tag > play->newest_tag);
        require(request.owner == play->rig.source && request.body_max > 0);
        play->old_tag = waiting->tag;
        play->newest_tag = request.tag;
        *waiting = (struct waiting){
            .is_there = true, .tag = request.tag, .asked = source_fixture_read_request(&request)};
    }
}

/* Rows are one a number, none was heard later than now, and the counts are theirs. */
static void check_roster(const struct play *play)
{
    const struct roster *roster = &play->rig.roster;
    size_t lamps[LAMP_COUNT] = {0};
    size_t count = 0;
    size_t gone = 0;
    for (uint32_t id = 0; id < roster->row_limit; id++) {
        const struct row *row = roster_row(roster, id);
        if (row == NULL)
            continue;
        count++;
        gone += row->gone_polls > 0;
        lamps[row->lamp] += row->gone_polls == 0;
        require(roster_find(roster, SERVER, row->extension.number) == id);
        require(row->last_seen_ms <= play->rig.now.ms && row->since_ms <= play->rig.now.ms);
        require(row->gone_ms <= play->rig.now.ms);
        require(row->lamp == extension_lamp(&row->extension));
    }
    require(count == roster->count && gone == roster->gone);
    require(memcmp(lamps, roster->lamps, sizeof lamps) == 0);
}

/* What the feed says is possible. */
static void check_feed(const struct play *play)
{
    const struct server_status *feed = &play->rig.feed;
    int64_t now = play->rig.now.ms;
    require(feed->failures <= feed->polls);
    require(feed->last_good_ms <= now && feed->failing_since_ms <= now);
    require(feed->partial_since_ms <= now && feed->latency_ms >= 0);
    require(!feed->is_complete || !error_is_set(&feed->error));
    require(feed->is_complete || feed->polls == 0 || error_is_set(&feed->error) ||
            feed->partial_since_ms == SERVER_STATUS_NEVER);
}

/* When nothing is to be done now, the source says when there is: later, but not too late. */
static void check_deadline(const struct play *play)
{
    int64_t deadline = source_deadline(play->rig.source);
    int64_t wait = deadline - play->rig.now.ms;
    bool is_awaiting = is_page_awaited(play) || play->token.is_there;
    if (source_has_work(play->rig.source))
        return;
    require(deadline != INT64_MAX || is_awaiting);
    require(deadline == INT64_MAX || (wait > 0 && wait <= WAIT_MAX_MS));
    if (!play->rig.feed.is_polling)
        require(play->rig.feed.next_poll_ms == deadline);
}

/* Lets the source do what it can, and looks at what came of it. */
static void settle(struct play *play)
{
    for (unsigned turn = 0;; turn++) {
        require(turn < 1000);
        take_requests(play);
        if (!source_has_work(play->rig.source))
            break;
        source_work(play->rig.source, play->rig.now);
        play->is_polling = play->rig.feed.is_polling;
    }
    check_roster(play);
    check_feed(play);
    check_deadline(play);
}

/* Is an entry one of those that a request is about? */
static bool is_about(const char *entry, const char *extension)
{
    char member[96];
    snprintf(member, sizeof member, "\"%s\"", extension);
    return strcmp(extension, "@self") == 0 || strstr(entry, member) != NULL;
}

/* Appends a page of the server's entries, with one thing about it wrong, perhaps. */
static void write_page(struct play *play, const struct waiting *asked, struct buffer *body)
{
    static const long totals[] = {0, 0, 0, 0, -1, 1, 100, 1000000};
    uint8_t how = next(play);
    bool is_deaf = (how & 0x08) != 0;
    long start = is_deaf ? 0 : asked->asked.start;
    long total = (long)play->rig.entry_count + totals[how & 7];
    buffer_printf(body, "{\"startIndex\":%ld,\"itemsPerPage\":%ld,", asked->asked.start,
                  asked->asked.count);
    if ((how & 0x10) == 0)
        buffer_printf(body, "\"totalResults\":%ld,", total);
    buffer_puts(body, "\"entry\":[");
    long matches = 0;
    long given = 0;
    for (size_t i = 0; i < play->rig.entry_count && given < asked->asked.count; i++)
        if (source_fixture_is_asked_for(&play->rig, play->rig.entries[i], &asked->asked) &&
            matches++ >= start)
            buffer_printf(body, "%s%s", given++ > 0 ? "," : "", play->rig.entries[i]);
    buffer_puts(body, (how & 0x20) != 0 && given > 0 ? ",{\"extension\":\"0003*000\"}]}" : "]}");
    if ((how & 0x40) != 0)
        body->length = body->length * next(play) / 256;
    if ((how & 0x80) != 0)
        body->data[body->length * next(play) / 256] = (char)next(play);
}

/* Appends bytes of the script. */
static void write_raw(struct play *play, struct buffer *body)
{
    size_t length = next(play);
    size_t left = (size_t)(play->end - play->at);
    length = length < left ? length : left;
    buffer_append(body, play->at, length);
    play->at += length;
}

/* Fills in an answer that is no good one: a refusal, or none at all. */
static void write_trouble(struct play *play, struct http_reply *reply)
{
    static const long statuses[] = {400, 401, 403, 404, 302, 429, 500, 503};
    static const int64_t waits[] = {-1, 0, 1, 30, 900, 901, 21600, 7};
    uint8_t how = next(play);
    reply->retry_after_s = waits[how >> 3 & 7];
    if ((how & 0x80) != 0) {
        error_set(&reply->error, ERROR_UNREACHABLE, "no answer");
        reply->is_unreached = (how & 0x40) != 0;
        return;
    }
    reply->status = statuses[how & 7];
    if (reply->status == 302)
        snprintf(reply->redirect, sizeof reply->redirect, "https://b.test");
    if ((how & 0x40) != 0)
        write_raw(play, &reply->body);
}

/* Fills in the answer to a request for a token. */
static void write_token(struct play *play, struct http_reply *reply)
{
    static const char *const lives[] = {"0", "1", "61", "3600", "1e9", "-5", "\"900\"", "null"};
    uint8_t how = next(play);
    reply->status = 200;
    if ((how & 0x08) != 0)
        write_raw(play, &reply->body);
    else
        buffer_printf(&reply->body, "{\"access_token\":\"t%u\",\"expires_in\":%s}", how,
                      lives[how & 7]);
}

/* Answers a request: 0 and 1 well, 2 with trouble, 3 with nothing or with anything. */
static void answer(struct play *play, struct waiting *waiting, uint8_t kind)
{
    struct http_reply reply = {.owner = play->rig.source,
                               .tag = waiting->tag,
                               .status = 200,
                               .elapsed_ms = kind,
                               .retry_after_s = -1};
    bool is_token = waiting == &play->token;
    if (!waiting->is_there)
        return;
    buffer_init(&reply.body, is_token ? SOURCE_TOKEN_BODY_MAX : SOURCE_BODY_MAX);
    waiting->is_there = false;
    if ((kind & 3) == 2)
        write_trouble(play, &reply);
    else if (is_token)
        write_token(play, &reply);
    else if ((kind & 7) == 3)
        reply.status = 204;
    else if ((kind & 3) == 3)
        write_raw(play, &reply.body);
    else
        write_page(play, waiting, &reply.body);
    if (reply.status != 200)
        require(++play->refused <= (play->is_small ? REFUSED_PARTS_MAX : REFUSED_MAX));
    source_take_reply(play->rig.source, &reply, play->rig.now);
    require(reply.body.data == NULL || reply.body.length == 0);
    buffer_clear(&reply.body);
    play->is_polling = play->rig.feed.is_polling;
}

/* An answer nobody waits for changes nothing. */
static void answer_stale(struct play *play)
{
    uint64_t polls = play->rig.feed.polls;
    struct http_reply reply = {.owner = play->rig.source, .tag = play->old_tag, .status = 401};
    bool is_awaited = play->token.is_there && play->token.tag == play->old_tag;
    for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
        is_awaited = is_awaited || (play->pages[i].is_there && play->pages[i].tag == play->old_tag);
    if (play->old_tag == 0 || is_awaited)
        return;
    buffer_init(&reply.body, 0);
    source_take_reply(play->rig.source, &reply, play->rig.now);
    require(play->rig.feed.polls == polls);
    buffer_clear(&reply.body);
}

/* Time goes on; the wall's clock may jump. */
static void advance(struct play *play, int64_t ms)
{
    uint8_t jump = ms == 0 ? next(play) : 0;
    play->rig.now.ms += ms;
    play->rig.now.wall_ms += ms + ((int64_t)(int8_t)jump) * 3600000;
}

/* Goes to the moment the source waits for. */
static void advance_to_deadline(struct play *play)
{
    int64_t deadline = source_deadline(play->rig.source);
    if (deadline != INT64_MAX && deadline > play->rig.now.ms)
        advance(play, deadline - play->rig.now.ms);
}

/* The server's own list changes. */
static void change_entries(struct play *play)
{
    struct source_fixture *rig = &play->rig;
    uint8_t what = next(play);
    int number = what & 0x1F;
    if (rig->entry_count == 0 || ((what & 0xC0) == 0 && rig->entry_count < ENTRIES_MAX)) {
        for (size_t i = 0; i < rig->entry_count; i++) {
            char mine[16];
            snprintf(mine, sizeof mine, "0003*%03d\"", number);
            if (strstr(rig->entries[i], mine) != NULL)
                return;
        }
        source_fixture_add(rig, number, what % 4, what);
    } else if ((what & 0xC0) == 0x40) {
        source_fixture_remove(rig, what % rig->entry_count);
    } else {
        size_t index = what % rig->entry_count;
        const char *digits = strstr(rig->entries[index], "0003*");
        source_fixture_set(rig, index, atoi(digits + strlen("0003*")), what % 5, next(play));
    }
}

/* One step of the script. */
static void step(struct play *play)
{
    static const int64_t spans[] = {1, 10, 500, 1000, 2000, 5000, 60000, 0, 900000, 86400000};
    uint8_t what = next(play);
    switch (what & 7) {
    case 0:
    case 1:
        answer(play, &play->pages[play->is_small ? what >> 6 : 0], what >> 3);
        break;
    case 2:
        answer(play, &play->token, what >> 3);
        break;
    case 3:
        advance(play, spans[(what >> 3) % (sizeof spans / sizeof *spans)]);
        break;
    case 4:
        advance_to_deadline(play);
        break;
    case 5:
        play->was_asked |= source_poll_now(play->rig.source, play->rig.now.ms);
        break;
    case 6:
        change_entries(play);
        break;
    default:
        answer_stale(play);
        break;
    }
    settle(play);
}

/* Is the row what a first look at the entry says? */
static void check_row(const struct play *play, const char *json)
{
    struct extension fresh;
    bool is_decoded = entry_decode(&fresh, json, strlen(json), NULL);
    require(is_decoded);
    const struct row *row =
        roster_row(&play->rig.roster, roster_find(&play->rig.roster, SERVER, fresh.number));
    require(row != NULL && row->gone_polls == 0);
    require(row->extension.status == fresh.status);
    require(row->extension.registration_count == fresh.registration_count);
    for (uint32_t i = 0; i < fresh.registration_count; i++) {
        const struct registration *a = &row->extension.registrations[i];
        const struct registration *b = &fresh.registrations[i];
        require(a->state == b->state && a->expires == b->expires);
        require(strcmp(a->agent, b->agent) == 0);
    }
    extension_clear(&fresh);
}

/* What is still on its way comes to nothing, so that no request is out. */
static void end_waiting(struct play *play, struct waiting *waiting)
{
    struct http_reply reply = {.owner = play->rig.source, .tag = waiting->tag, .retry_after_s = -1};
    if (!waiting->is_there)
        return;
    waiting->is_there = false;
    buffer_init(&reply.body, 0);
    error_set(&reply.error, ERROR_UNREACHABLE, "the script has ended");
    source_take_reply(play->rig.source, &reply, play->rig.now);
    buffer_clear(&reply.body);
}

/* How many of the server's entries the source asks for; each is looked at. */
static size_t check_rows(const struct play *play)
{
    const struct source_fixture *rig = &play->rig;
    size_t count = 0;
    for (size_t i = 0; i < rig->entry_count; i++) {
        const char *entry = rig->entries[i];
        if (play->is_listed && !is_about(entry, listed[0]) && !is_about(entry, listed[1]))
            continue;
        check_row(play, entry);
        count++;
    }
    return count;
}

/* The server is well again: the very next poll is right. Of a collection in parts it may be a later
 * one; until then what is shown is told to be a part. */
static void recover(struct play *play)
{
    struct source_fixture *rig = &play->rig;
    while (is_page_awaited(play) || play->token.is_there) {
        for (size_t i = 0; i < CYCLE_SLOTS_MAX; i++)
            end_waiting(play, &play->pages[i]);
        end_waiting(play, &play->token);
        if (rig->feed.is_polling)
            take_requests(play);
    }
    advance_to_deadline(play);
    source_fixture_poll(rig);
    for (int polls = 0; play->is_small && !rig->feed.is_complete; polls++) {
        require(polls < QUIET_POLLS_MAX);
        require(rig->feed.total == (int64_t)rig->entry_count);
        source_fixture_poll(rig);
    }
    require(rig->feed.is_complete && !error_is_set(&rig->feed.error));
    require(rig->feed.failing_since_ms == SERVER_STATUS_NEVER &&
            rig->feed.partial_since_ms == SERVER_STATUS_NEVER);
    size_t count = check_rows(play);
    require(rig->feed.last_good_ms == rig->now.ms && rig->feed.read == count);
    require(rig->roster.count - rig->roster.gone == count);
    check_roster(play);
    for (int i = 0; i < ROSTER_GONE_POLLS + 1; i++)
        source_fixture_poll(rig);
    require(rig->roster.count == count && rig->roster.gone == 0);
}

/* Sets the stage as the first byte says. */
static void begin(struct play *play)
{
    static const int64_t page_sizes[] = {1, 2, 3, 1000};
    uint8_t how = next(play);
    source_fixture_init(&play->rig);
    play->rig.settings.page_size = page_sizes[how & 3];
    play->rig.settings.interval_ms = (how & 4) != 0 ? 1000 : 5000;
    if ((how & 8) != 0)
        source_fixture_use_credentials(&play->rig, 3600);
    source_fixture_fill(&play->rig, how >> 4);
    play->is_listed = how >> 4 == 15;
    play->is_small = how >> 4 == 14 || how >> 4 == 13;
    if (play->is_small) {
        play->rig.reach = &small_reach;
        play->rig.settings.page_size = page_sizes[how & 3] < 3 ? page_sizes[how & 3] : 3;
        play->rig.at_once = CYCLE_SLOTS_MAX;
    }
    source_fixture_start(&play->rig, play->is_listed ? listed : NULL, play->is_listed ? 2 : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play play = {.at = data, .end = data + size};
    begin(&play);
    settle(&play);
    for (int steps = 0; steps < STEPS_MAX && play.at < play.end; steps++)
        step(&play);
    recover(&play);
    source_fixture_clear(&play.rig);
    return 0;
}
