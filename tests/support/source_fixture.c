/* SPDX-License-Identifier: MIT */
#include "support/source_fixture.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TURNS_MAX 200000 /* of one poll; more is a loop without end */

void source_fixture_init(struct source_fixture *rig)
{
    *rig = (struct source_fixture){
        .total = RIG_TOTAL_TRUE,
        .latency_ms = 20,
        .settings = {.interval_ms = 5000, .timeout_ms = 10000, .page_size = 1000},
        .now = {.ms = 3600000, .wall_ms = 1795468304000},
    };
    rig->server = (struct server_settings){
        .name = (char *)"pbx",
        .url = {.base = (char *)"https://pbx.test", .host = (char *)"pbx.test", .is_https = true},
        .user = (char *)"@me",
        .extension = (char *)"@self",
        .filter_by = (char *)"extension",
        .filter_op = (char *)"startsWith",
        .token = (char *)"ready",
    };
    roster_init(&rig->roster, NULL, 0);
    server_status_init(&rig->feed, "pbx", "https://pbx.test", rig->settings.interval_ms);
    rng_seed(&rig->rng, 1);
}

void source_fixture_clear(struct source_fixture *rig)
{
    source_free(rig->source);
    roster_clear(&rig->roster);
    server_status_clear(&rig->feed);
    buffer_clear(&rig->spare);
    while (rig->entry_count > 0)
        free(rig->entries[--rig->entry_count]);
    free(rig->entries);
}

void source_fixture_start(struct source_fixture *rig, const char *const *extensions, size_t count)
{
    rig->feed.interval_ms = rig->settings.interval_ms;
    rig->source = source_new(
        &(struct source_setup){
            .settings = &rig->settings,
            .server = &rig->server,
            .extensions = extensions,
            .extension_count = count,
            .index = 3,
            .roster = &rig->roster,
            .feed = &rig->feed,
            .rng = &rig->rng,
            .reach = rig->reach,
            .spare = &rig->spare,
        },
        rig->now.ms);
}

void source_fixture_use_credentials(struct source_fixture *rig, int64_t fleet_generator_s)
{
    rig->server.token = NULL;
    rig->server.client_id = (char *)"app";
    rig->server.client_secret = (char *)"S3CR3T-CANARY";
    rig->token_life_s = fleet_generator_s;
}

void source_fixture_add_raw(struct source_fixture *rig, const char *json)
{
    rig->entries = mem_resize(rig->entries, rig->entry_count + 1, sizeof *rig->entries);
    rig->entries[rig->entry_count++] = mem_strdup(json);
}

/* The JSON of an extension; the caller frees. */
static char *make_entry(int number, int status, int expire)
{
    return mem_printf("{\"extension\":\"0003*%03d\",\"status\":%d,\"registration\":[{\"agent\":"
                      "\"Yealink SIP-T46U 108.86.0.45\",\"registration\":\"1\",\"expire\":"
                      "\"2026-11-23T20:51:%02dZ\"}]}",
                      number, status, expire % 60);
}

void source_fixture_add(struct source_fixture *rig, int number, int status, int expire)
{
    char *entry = make_entry(number, status, expire);
    source_fixture_add_raw(rig, entry);
    free(entry);
}

void source_fixture_set(struct source_fixture *rig, size_t index, int number, int status,
                        int expire)
{
    free(rig->entries[index]);
    rig->entries[index] = make_entry(number, status, expire);
}

void source_fixture_remove(struct source_fixture *rig, size_t index)
{
    free(rig->entries[index]);
    rig->entry_count--;
    memmove(&rig->entries[index], &rig->entries[index + 1],
            (rig->entry_count - index) * sizeof *rig->entries);
}

void source_fixture_fill(struct source_fixture *rig, int count)
{
    for (int i = 0; i < count; i++)
        source_fixture_add(rig, i, 1, i);
}

bool source_fixture_reply(struct http_reply *reply, long status, const char *body)
{
    reply->status = status;
    buffer_puts(&reply->body, body);
    return true;
}

bool source_fixture_break(struct http_reply *reply, const char *why)
{
    error_set(&reply->error, ERROR_UNREACHABLE, "%s", why);
    return true;
}

/* A number of the URL's query. */
static long read_query(const char *url, const char *name)
{
    const char *at = strstr(url, name);
    return at != NULL ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* A text of the URL's query, its escapes undone. */
static void read_text(const char *url, const char *name, char *text, size_t size)
{
    const char *at = strstr(url, name);
    size_t length = 0;
    for (at = at != NULL ? at + strlen(name) : ""; *at != '\0' && *at != '&'; at++) {
        unsigned byte = (unsigned char)*at;
        if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1)
            at += 2;
        assert(length + 1 < size);
        text[length++] = (char)byte;
    }
    text[length] = '\0';
}

struct source_fixture_request source_fixture_read_request(const struct http_request *request)
{
    struct source_fixture_request asked = {.is_token = strstr(request->url, "/oauth/") != NULL,
                                           .request = request};
    const char *extension = strstr(request->url, "/extensions/@me/");
    if (extension != NULL) {
        extension += strlen("/extensions/@me/");
        snprintf(asked.extension, sizeof asked.extension, "%.*s", (int)strcspn(extension, "/"),
                 extension);
    }
    asked.start = read_query(request->url, "startIndex=");
    asked.count = read_query(request->url, "count=");
    read_text(request->url, "filterValue=", asked.filter, sizeof asked.filter);
    read_text(request->url, "filterOp=", asked.filter_op, sizeof asked.filter_op);
    return asked;
}

/* The server gives a token, named by how many it gave. */
static void give_token(struct source_fixture *rig, struct http_reply *reply)
{
    rig->tokens_given++;
    char body[128];
    snprintf(body, sizeof body,
             "{\"access_token\":\"t%u\",\"token_type\":\"Bearer\",\"expires_in\":%lld}",
             rig->tokens_given, (long long)rig->token_life_s);
    rig->token_ends_ms = rig->now.ms + rig->token_life_s * 1000;
    source_fixture_reply(reply, 200, body);
}

/* Does the server know the token of a request? */
static bool is_let_in(const struct source_fixture *rig, const char *bearer)
{
    if (bearer == NULL)
        return false;
    char newest[32];
    snprintf(newest, sizeof newest, "t%u", rig->tokens_given);
    return rig->server.token != NULL
               ? strcmp(bearer, rig->server.token) == 0
               : strcmp(bearer, newest) == 0 && rig->now.ms < rig->token_ends_ms;
}

/* Is an entry's number the text, or does it begin with or hold it? */
static bool is_filtered(const char *entry, const char *op, const char *text)
{
    static const char member[] = "\"extension\":\"";
    const char *number = strstr(entry, member);
    size_t length = strlen(text);
    if (number == NULL)
        return false;
    number += sizeof member - 1;
    if (strcmp(op, "contains") == 0) {
        const char *found = strstr(number, text);
        return found != NULL && found < strchr(number, '"');
    }
    return strncmp(number, text, length) == 0 &&
           (strcmp(op, "equals") != 0 || number[length] == '"');
}

bool source_fixture_is_asked_for(const struct source_fixture *rig, const char *entry,
                                 const struct source_fixture_request *asked)
{
    bool is_self = strcmp(asked->extension, "@self") == 0;
    if (!is_self)
        return is_filtered(entry, "equals", asked->extension);
    return asked->filter[0] == '\0' || rig->is_unfiltered ||
           is_filtered(entry, asked->filter_op, asked->filter);
}

/* The server gives a page. */
static void give_page(const struct source_fixture *rig, const struct source_fixture_request *asked,
                      struct http_reply *reply)
{
    struct buffer list;
    buffer_init(&list, 0);
    long start = rig->is_deaf ? 0 : asked->start;
    long most = rig->page_cap > 0 && rig->page_cap < asked->count ? rig->page_cap : asked->count;
    long matches = 0;
    long given = 0;
    for (size_t i = 0; i < rig->entry_count; i++) {
        if (source_fixture_is_asked_for(rig, rig->entries[i], asked) && matches++ >= start &&
            given < most)
            buffer_printf(&list, "%s%s", given++ > 0 ? ",\n" : "", rig->entries[i]);
    }
    int64_t total = rig->total == RIG_TOTAL_TRUE ? matches : rig->total;
    reply->status = given == 0 && rig->is_empty_204 ? 204 : 200;
    if (reply->status == 200) {
        buffer_printf(&reply->body, "{\"startIndex\":%ld,", start);
        if (total >= 0)
            buffer_printf(&reply->body, "\"totalResults\":%lld,", (long long)total);
        buffer_printf(&reply->body, "\"itemsPerPage\":%ld,\"filtered\":false,\"entry\":[%s]}",
                      asked->count, list.data != NULL ? list.data : "");
    }
    buffer_clear(&list);
}

/* One transfer: the test's answer, or else the server's. */
static void transfer(struct source_fixture *rig, const struct http_request *request)
{
    struct source_fixture_request asked = source_fixture_read_request(request);
    struct http_reply reply = {.owner = request->owner,
                               .tag = request->tag,
                               .elapsed_ms = rig->latency_ms,
                               .retry_after_s = -1};
    http_init_body(&reply.body, request);
    snprintf(rig->last_url, sizeof rig->last_url, "%s", request->url);
    if (asked.is_token) {
        rig->token_requests++;
    } else {
        rig->page_requests++;
        if (rig->asked < RIG_REQUESTS_MAX) {
            rig->starts[rig->asked] = asked.start;
            rig->counts[rig->asked++] = asked.count;
        }
    }
    rig->now.ms += rig->latency_ms;
    rig->now.wall_ms += rig->latency_ms;
    if (rig->answer == NULL || !rig->answer(rig, &asked, &reply)) {
        if (asked.is_token) {
            give_token(rig, &reply);
        } else if (is_let_in(rig, request->bearer)) {
            give_page(rig, &asked, &reply);
        } else {
            rig->refused++;
            source_fixture_reply(&reply, 401, "");
        }
    }
    source_take_reply(rig->source, &reply, rig->now);
    buffer_clear(&reply.body);
}

/* Requests that are not answered yet. */
struct pending {
    struct http_request requests[RIG_AT_ONCE_MAX];
    size_t count;
};

/* Takes every request there is, as far as they are to wait for an answer. */
static void take_requests(struct source_fixture *rig, struct pending *pending)
{
    size_t most = rig->at_once > 0 ? rig->at_once : 1;
    struct http_request request;
    while (pending->count < most && source_next_request(rig->source, rig->now.ms, &request)) {
        request.url = mem_strdup(request.url);
        request.bearer = request.bearer != NULL ? mem_strdup(request.bearer) : NULL;
        pending->requests[pending->count++] = request;
    }
    rig->most = pending->count > rig->most ? pending->count : rig->most;
}

/* Answers one of the requests, whichever. */
static void answer_one(struct source_fixture *rig, struct pending *pending)
{
    size_t which = pending->count > 1 ? (size_t)rng_below(&rig->rng, pending->count) : 0;
    struct http_request request = pending->requests[which];
    pending->requests[which] = pending->requests[--pending->count];
    transfer(rig, &request);
    free((char *)(uintptr_t)request.url);
    free((char *)(uintptr_t)request.bearer);
}

void source_fixture_poll(struct source_fixture *rig)
{
    uint64_t polls = rig->feed.polls;
    struct pending pending = {.count = 0};
    rig->asked = 0;
    rig->idle_ms = source_deadline(rig->source) - rig->now.ms;
    for (int turn = 0; rig->feed.polls == polls; turn++) {
        assert(turn < TURNS_MAX);
        take_requests(rig, &pending);
        bool has_work = source_has_work(rig->source);
        bool answers = pending.count > 0 && (!has_work || rng_below(&rig->rng, 2) == 0);
        if (answers) {
            answer_one(rig, &pending);
        } else if (has_work) {
            source_work(rig->source, rig->now);
            rig->works++;
        } else {
            int64_t deadline = source_deadline(rig->source);
            assert(deadline != INT64_MAX && deadline > rig->now.ms);
            rig->now.wall_ms += deadline - rig->now.ms;
            rig->now.ms = deadline;
        }
    }
    assert(pending.count == 0);
}

void source_fixture_run(struct source_fixture *rig, int64_t until_ms)
{
    while (source_deadline(rig->source) < until_ms)
        source_fixture_poll(rig);
}

const struct row *source_fixture_row(const struct source_fixture *rig, int number)
{
    char text[32];
    snprintf(text, sizeof text, "0003*%03d", number);
    return roster_row(&rig->roster, roster_find(&rig->roster, 3, text));
}
