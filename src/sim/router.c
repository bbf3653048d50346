/* SPDX-License-Identifier: MIT */
#include "sim/router.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/fault.h"
#include "sim/oauth.h"
#include "sim/params.h"
#include "sim/presence.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define SEGMENTS_MAX 5
#define LOGGED_MAX 4096 /* bytes of a target that are logged */

/* A request taken apart. */
struct inquiry {
    const struct ask *ask;
    char *segments[SEGMENTS_MAX]; /* of the path, decoded; owned */
    size_t segment_count;         /* SEGMENTS_MAX + 1: more than any resource has */
    struct params params;
};

typedef void (*resource_answer)(struct sim_state *world, const struct inquiry *inquiry,
                                struct reply *reply);

/* Answers the token endpoint. */
static void answer_token(struct sim_state *world, const struct inquiry *inquiry,
                         struct reply *reply)
{
    world->stats.token_requests++;
    oauth_answer(world, inquiry->ask, reply);
}

/* The token in an Authorization header: "" for none, NULL for no header at all. */
static const char *bearer_token(const char *authorization)
{
    if (authorization == NULL)
        return NULL;
    if (strncasecmp(authorization, "Bearer ", 7) != 0)
        return "";
    return authorization + 7 + strspn(authorization + 7, " ");
}

/* Does the request carry a good token? If not, the reply is the refusal (RFC 6750, 3). */
static bool is_authorized(const struct sim_state *world, const struct ask *ask, struct reply *reply)
{
    const char *token = bearer_token(ask->authorization);
    if (token != NULL && issued_tokens_knows(&world->keyring, token, ask->now.ms))
        return true;
    reply_fail(reply, REPLY_UNAUTHORIZED, "access_token_invalid",
               token == NULL ? "The access token is missing."
                             : "The access token is invalid or has expired.");
    reply_add_header(reply, "WWW-Authenticate",
                     token == NULL ? "Bearer realm=\"uapi\""
                                   : "Bearer realm=\"uapi\", error=\"invalid_token\"");
    return false;
}

/* Answers List Presence. */
static void answer_presence(struct sim_state *world, const struct inquiry *inquiry,
                            struct reply *reply)
{
    world->stats.presence_requests++;
    if (is_authorized(world, inquiry->ask, reply))
        presence_answer(world, inquiry->ask, inquiry->segments[2], inquiry->segments[3],
                        &inquiry->params, reply);
}

/* Answers with the counters. */
static void answer_stats(struct sim_state *world, const struct inquiry *inquiry,
                         struct reply *reply)
{
    (void)inquiry;
    sim_state_write_stats(world, &reply->body);
}

/* What can be asked for. */
static const struct resource {
    const char *path[SEGMENTS_MAX + 1]; /* NULL-terminated; "" stands for any segment */
    const char *method;
    resource_answer answer;
    bool is_immediate; /* not held back by --delay */
} resources[] = {
    {{"uapi", "extensions", "", "", "presence"}, "GET", answer_presence, false},
    {{"oauth", "token.php"}, "POST", answer_token, false},
    {{"sim", "stats"}, "GET", answer_stats, true},
};

/* Splits and decodes a path; a slash at its end does not count. */
static void split_path(struct inquiry *inquiry, const char *path, size_t length)
{
    if (length > 0 && path[length - 1] == '/')
        length--;
    for (size_t at = 0; at < length;) {
        if (inquiry->segment_count == SEGMENTS_MAX) {
            inquiry->segment_count++;
            return;
        }
        const char *start = path + at + 1;
        const char *end = memchr(start, '/', length - at - 1);
        size_t segment = end != NULL ? (size_t)(end - start) : length - at - 1;
        inquiry->segments[inquiry->segment_count++] = params_decode_path(start, segment);
        at += 1 + segment;
    }
}

/* Takes a target apart. */
static void open_inquiry(struct inquiry *inquiry, const struct ask *ask)
{
    *inquiry = (struct inquiry){.ask = ask};
    size_t path = strcspn(ask->target, "?");
    const char *query = ask->target + path + (ask->target[path] == '?');
    if (ask->target[0] == '/')
        split_path(inquiry, ask->target, path);
    params_parse(&inquiry->params, query, strlen(query));
}

/* Frees the parts. */
static void close_inquiry(struct inquiry *inquiry)
{
    for (size_t i = 0; i < inquiry->segment_count && i < SEGMENTS_MAX; i++)
        free(inquiry->segments[i]);
    params_clear(&inquiry->params);
}

/* Is this the resource that is asked for? */
static bool is_resource(const struct resource *resource, const struct inquiry *inquiry)
{
    size_t i = 0;
    for (; resource->path[i] != NULL; i++) {
        if (i >= inquiry->segment_count)
            return false;
        if (*resource->path[i] != '\0' && strcmp(resource->path[i], inquiry->segments[i]) != 0)
            return false;
    }
    return i == inquiry->segment_count;
}

/* The resource asked for, or NULL. */
static const struct resource *find_resource(const struct inquiry *inquiry)
{
    for (size_t i = 0; i < COUNT_OF(resources); i++)
        if (is_resource(&resources[i], inquiry))
            return &resources[i];
    return NULL;
}

/* Lets the resource answer. */
static void dispatch(struct sim_state *world, const struct inquiry *inquiry, struct reply *reply)
{
    const struct resource *resource = find_resource(inquiry);
    if (resource == NULL) {
        reply_fail(reply, REPLY_NOT_FOUND, "not_found", "There is nothing at this address.");
        return;
    }
    if (strcmp(inquiry->ask->method, resource->method) != 0) {
        reply_fail(reply, REPLY_NOT_ALLOWED, "method_not_allowed",
                   "The resource does not support this method.");
        reply_add_header(reply, "Allow", resource->method);
        return;
    }
    resource->answer(world, inquiry, reply);
    if (resource->is_immediate)
        return;
    struct fault_scene scene = {.ask = inquiry->ask,
                                .keyring = &world->keyring,
                                .is_token = resource->answer == answer_token};
    faults_apply(&world->options->faults, &world->chance, &scene, reply);
}

void router_request(struct sim_state *world, const struct ask *ask, struct reply *reply)
{
    struct inquiry inquiry;
    open_inquiry(&inquiry, ask);
    world->stats.requests++;
    dispatch(world, &inquiry, reply);
    close_inquiry(&inquiry);
    if (reply->status == REPLY_UNAUTHORIZED)
        world->stats.unauthorized++;
    else if (reply->status >= REPLY_BAD_REQUEST)
        world->stats.refused++;
    world->stats.bytes += reply->body.length;
}

/* The resource that a target names, or NULL. */
static const struct resource *resource_of(const char *target)
{
    struct ask ask = {.target = target};
    struct inquiry inquiry;
    open_inquiry(&inquiry, &ask);
    const struct resource *resource = find_resource(&inquiry);
    close_inquiry(&inquiry);
    return resource;
}

bool router_is_delayed(const char *target)
{
    const struct resource *resource = resource_of(target);
    return resource == NULL || !resource->is_immediate;
}

/* Appends a query without the values of parameters that carry a token. */
static void write_query(struct buffer *out, const char *query)
{
    struct params params;
    params_parse(&params, query, strlen(query));
    for (size_t i = 0; i < params.count; i++) {
        const struct param *param = &params.items[i];
        bool is_secret =
            strcasestr(param->name, "token") != NULL || strcasestr(param->name, "secret") != NULL;
        buffer_puts(out, i > 0 ? "&" : "?");
        buffer_append(out, param->raw, is_secret ? strcspn(param->raw, "=&") : param->raw_length);
        buffer_puts(out, is_secret ? "=..." : "");
    }
    params_clear(&params);
}

void router_write_target(struct buffer *out, const char *target)
{
    struct buffer shown;
    buffer_init(&shown, 0);
    size_t path = strcspn(target, "?");
    buffer_append(&shown, target, path);
    if (target[path] == '?')
        write_query(&shown, target + path + 1);
    char *safe =
        text_safe_copy(shown.data != NULL ? shown.data : "", shown.length, LOGGED_MAX, NULL);
    buffer_puts(out, safe);
    free(safe);
    buffer_clear(&shown);
}
