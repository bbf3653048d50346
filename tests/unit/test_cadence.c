/* SPDX-License-Identifier: MIT */
/*
 * Of many servers on one board, one in trouble changes nothing for the others: each of them is
 * asked at the very moments at which it would be asked if all were well (row G8 of the list of
 * faults).
 *
 * Simulated with real sources that share one roster and one source of chance, as in the program,
 * under a made-up clock.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/source.h"

#define SERVERS 32
#define INTERVAL 2000
#define TIMEOUT 5000
#define LATENCY 30
#define BEGIN 1000000
#define TROUBLE_FROM (BEGIN + 20 * INTERVAL)
#define END (BEGIN + 80 * INTERVAL)
#define HEARD_MAX 8192

enum trouble { ALL_WELL, REFUSED, HANGING, SLOW, GARBLED, BUSY, EMPTY, TROUBLES };

struct server {
    struct server_settings settings;
    struct server_status feed;
    struct source *source;
    struct http_reply reply; /* on its way */
    int64_t reply_at;        /* INT64_MAX: none is */
};

/* Who was asked when. */
struct heard {
    int64_t at;
    size_t server;
};

struct fleet {
    struct settings settings;
    struct roster roster;
    struct rng rng;
    struct server servers[SERVERS]; /* the first of them is the one in trouble */
    enum trouble trouble;
    struct heard heard[HEARD_MAX]; /* without those of the first */
    size_t heard_count;
};

/* A fleet whose polls are all due at once. */
static struct fleet *fleet_new(enum trouble trouble)
{
    struct fleet *fleet = mem_new(1, sizeof *fleet);
    fleet->settings =
        (struct settings){.interval_ms = INTERVAL, .timeout_ms = TIMEOUT, .page_size = 1000};
    fleet->trouble = trouble;
    roster_init(&fleet->roster, NULL, 0);
    rng_seed(&fleet->rng, 32);
    for (size_t i = 0; i < SERVERS; i++) {
        struct server *server = &fleet->servers[i];
        server->settings = (struct server_settings){
            .name = (char *)"pbx",
            .url = {.base = (char *)"https://pbx.test", .host = (char *)"pbx.test"},
            .user = (char *)"@me",
            .extension = (char *)"@self",
            .token = (char *)"t",
        };
        server->reply_at = INT64_MAX;
        server_status_init(&server->feed, "pbx", "https://pbx.test", INTERVAL);
        server->source = source_new(&(struct source_setup){.settings = &fleet->settings,
                                                           .server = &server->settings,
                                                           .index = (uint16_t)i,
                                                           .roster = &fleet->roster,
                                                           .feed = &server->feed,
                                                           .rng = &fleet->rng},
                                    BEGIN);
    }
    return fleet;
}

static void fleet_free(struct fleet *fleet)
{
    for (size_t i = 0; i < SERVERS; i++) {
        struct server *server = &fleet->servers[i];
        if (server->reply_at != INT64_MAX)
            buffer_clear(&server->reply.body);
        source_free(server->source);
        server_status_clear(&server->feed);
    }
    roster_clear(&fleet->roster);
    free(fleet);
}

/* A page of one extension, or of nothing, or of what is no page. */
static void answer_well(struct http_reply *reply, enum trouble trouble)
{
    static const char page[] = "{\"totalResults\":\"1\",\"entry\":[{\"extension\":\"0003*210\","
                               "\"status\":\"1\",\"registration\":[]}]}";
    reply->status = trouble == EMPTY ? 204 : trouble == BUSY ? 503 : 200;
    reply->elapsed_ms = trouble == SLOW ? 2 * INTERVAL : LATENCY;
    if (trouble != EMPTY)
        buffer_puts(&reply->body, trouble == GARBLED ? "{\"entry\":[" : page);
}

/* A server is asked for a page. */
static void ask(struct fleet *fleet, size_t index, const struct http_request *request, int64_t now)
{
    struct server *server = &fleet->servers[index];
    enum trouble trouble = index == 0 && now >= TROUBLE_FROM ? fleet->trouble : ALL_WELL;
    assert_int_equal(server->reply_at, INT64_MAX);
    if (index > 0) {
        assert_true(fleet->heard_count < HEARD_MAX);
        fleet->heard[fleet->heard_count++] = (struct heard){now, index};
    }
    server->reply = (struct http_reply){
        .owner = request->owner, .tag = request->tag, .retry_after_s = trouble == BUSY ? 30 : -1};
    if (trouble == REFUSED || trouble == HANGING) {
        server->reply.is_unreached = trouble == REFUSED;
        server->reply.elapsed_ms = trouble == REFUSED ? 1 : TIMEOUT;
        error_set(&server->reply.error, ERROR_UNREACHABLE, "no answer");
    } else {
        answer_well(&server->reply, trouble);
    }
    server->reply_at = now + server->reply.elapsed_ms;
}

/* Lets a server and its source do what they do now. */
static void step(struct fleet *fleet, size_t index, int64_t now)
{
    struct server *server = &fleet->servers[index];
    struct moment moment = {.ms = now, .wall_ms = now};
    struct http_request request;
    if (server->reply_at <= now) {
        server->reply_at = INT64_MAX;
        source_take_reply(server->source, &server->reply, moment);
        buffer_clear(&server->reply.body);
    }
    while (source_has_work(server->source))
        source_work(server->source, moment);
    while (source_next_request(server->source, now, &request))
        ask(fleet, index, &request, now);
}

/* Runs it to the end, a millisecond at a time, all servers in turn, as the loop does. */
static void run(struct fleet *fleet)
{
    for (int64_t now = BEGIN; now < END; now++) {
        for (size_t i = 0; i < SERVERS; i++) {
            if (fleet->servers[i].reply_at <= now ||
                source_deadline(fleet->servers[i].source) <= now)
                step(fleet, i, now);
        }
    }
}

/* How the server in trouble must look in the end: it was in trouble indeed. */
static void check_trouble(const struct fleet *fleet)
{
    const struct server_status *feed = &fleet->servers[0].feed;
    if (fleet->trouble == SLOW)
        assert_true(feed->skipped > 0);
    else if (fleet->trouble == EMPTY)
        assert_int_equal(feed->read, 0);
    else
        assert_true(feed->failures > 0);
    for (size_t i = 1; i < SERVERS; i++) {
        assert_int_equal(fleet->servers[i].feed.failures, 0);
        assert_int_equal(fleet->servers[i].feed.skipped, 0);
        assert_int_equal(roster_count_server(&fleet->roster, (uint16_t)i).gone, 0);
    }
}

static void cadence__one_of_32_in_trouble__others_are_asked_as_if_all_were_well__G8(void **state)
{
    (void)state;
    struct fleet *well = fleet_new(ALL_WELL);
    run(well);
    assert_true(well->heard_count > (size_t)(SERVERS - 1) * 70);
    for (int trouble = ALL_WELL + 1; trouble < TROUBLES; trouble++) {
        struct fleet *fleet = fleet_new((enum trouble)trouble);
        run(fleet);
        check_trouble(fleet);
        assert_int_equal(fleet->heard_count, well->heard_count);
        for (size_t i = 0; i < well->heard_count; i++) {
            assert_int_equal(fleet->heard[i].at, well->heard[i].at);
            assert_int_equal(fleet->heard[i].server, well->heard[i].server);
        }
        fleet_free(fleet);
    }
    fleet_free(well);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cadence__one_of_32_in_trouble__others_are_asked_as_if_all_were_well__G8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
