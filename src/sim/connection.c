/* SPDX-License-Identifier: MIT */
#include "sim/connection.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "sim/broken_response.h"
#include "sim/message.h"
#include "sim/router.h"

#define REQUEST_BODY_MAX 65536
#define CONNECTION_MEMORY 65536 /* bytes for a request's head: long inArray lists fit in */
#define KEEP_ALIVE_S 300        /* beyond any sensible poll interval */
#define NEVER_MS 600000         /* an answer that never comes: nobody waits so long */

/* One request from its first line to the last byte of the answer. */
struct request {
    char *target; /* owned */
    struct buffer body;
    struct MHD_Connection *connection;
    int64_t due_ms; /* when a held answer is let go */
    bool is_begun;  /* the head has been seen */
    bool is_held;   /* was held back for --delay; not twice */
    bool is_mute;   /* is never answered */
    bool is_too_large;
    struct connection *intake;
    struct request *next_held;
};

void connection_init(struct connection *intake, const struct sim_options *options,
                     struct sim_state *world)
{
    *intake = (struct connection){.options = options, .world = world};
}

void connection_clear(struct connection *intake)
{
    free(intake->host);
    intake->host = NULL;
}

/* MHD_OPTION_URI_LOG_CALLBACK: the only place that sees the target as it was sent. */
static void *begin_request(void *context, const char *target, struct MHD_Connection *connection)
{
    struct request *request = mem_new(1, sizeof *request);
    request->intake = context;
    request->target = mem_strdup(target);
    request->connection = connection;
    buffer_init(&request->body, REQUEST_BODY_MAX);
    return request;
}

/* MHD_OPTION_NOTIFY_COMPLETED: frees the request. */
static void end_request(void *context, struct MHD_Connection *connection, void **request_slot,
                        enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct request *request = *request_slot;
    if (request == NULL)
        return;
    buffer_clear(&request->body);
    free(request->target);
    free(request);
    *request_slot = NULL;
}

/* MHD_OPTION_NOTIFY_CONNECTION: counts. */
static void count_connection(void *context, struct MHD_Connection *connection, void **slot,
                             enum MHD_ConnectionNotificationCode code)
{
    (void)connection;
    (void)slot;
    struct connection *intake = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        intake->world->stats.connections++;
        intake->world->stats.open_connections++;
    } else {
        intake->world->stats.open_connections--;
    }
}

/* Writes the line of --log. */
static void log_request(const struct connection *intake, const char *method, const char *target,
                        const struct reply *reply)
{
    if (!intake->options->log)
        return;
    struct buffer line;
    buffer_init(&line, 0);
    router_write_target(&line, target);
    fprintf(stderr, "%s %s %d %zu\n", method, line.data, (int)reply->status, reply->body.length);
    buffer_clear(&line);
}

/* Holds a request up until a time; the first one due comes first. */
static void hold_until(struct connection *intake, struct request *request, int64_t due_ms)
{
    struct request **slot = &intake->held;
    while (*slot != NULL && (*slot)->due_ms <= due_ms)
        slot = &(*slot)->next_held;
    request->due_ms = due_ms;
    request->next_held = *slot;
    *slot = request;
    MHD_suspend_connection(request->connection);
}

/* Suspends a request whose body comes slowly. */
static void wait_for_more(void *context, int ms)
{
    struct request *request = context;
    hold_until(request->intake, request, clock_read().ms + ms);
}

/* The response of a reply, whose body is taken over. */
static struct MHD_Response *make_response(struct request *request, struct reply *reply)
{
    size_t length = reply->body.length;
    if (length == 0)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (reply->way != REPLY_WHOLE)
        return broken_response_respond(request->connection, reply, wait_for_more, request);
    return MHD_create_response_from_buffer(length, buffer_take(&reply->body),
                                           MHD_RESPMEM_MUST_FREE);
}

/* Hands a reply to the library. */
static enum MHD_Result send_reply(struct connection *intake, struct request *request,
                                  struct reply *reply)
{
    if (reply->way == REPLY_NEVER) {
        request->is_mute = true;
        hold_until(intake, request, clock_read().ms + NEVER_MS);
        return MHD_YES;
    }
    if (reply->way >= REPLY_CLOSE && reply->way <= REPLY_RESET_HEAD) {
        broken_response_break_off(request->connection, reply->way, intake->options->cert == NULL);
        return MHD_NO;
    }
    bool has_body = reply->body.length > 0;
    struct MHD_Response *response = make_response(request, reply);
    if (response == NULL)
        return MHD_NO;
    if (has_body)
        MHD_add_response_header(response, "Content-Type", reply->content_type);
    for (size_t i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    enum MHD_Result result =
        MHD_queue_response(request->connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* A header of a request, or NULL. */
static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Brings the fleet up to date; tells once when its file has gone bad. */
static void advance_world(struct connection *intake, struct moment now)
{
    struct error error = {0};
    sim_state_advance(intake->world, now, &error);
    if (error_is_set(&error))
        fprintf(stderr, "uapi-sim: %s; the fleet stays as it was\n", error.text);
}

/* Answers a request that is complete. */
static enum MHD_Result answer(struct connection *intake, struct request *request,
                              const char *method)
{
    const char *host = header_of(request->connection, MHD_HTTP_HEADER_HOST);
    struct ask ask = {
        .method = method,
        .target = request->target,
        .scheme = intake->options->cert != NULL ? "https" : "http",
        .host = host != NULL ? host : intake->host,
        .authorization = header_of(request->connection, MHD_HTTP_HEADER_AUTHORIZATION),
        .content_type = header_of(request->connection, MHD_HTTP_HEADER_CONTENT_TYPE),
        .body = request->body.data,
        .body_length = request->body.length,
        .now = clock_read(),
    };
    struct reply reply;
    reply_init(&reply);
    advance_world(intake, ask.now);
    if (request->is_too_large)
        reply_fail(&reply, REPLY_TOO_LARGE, "body_too_large", "The body is too large.");
    else
        router_request(intake->world, &ask, &reply);
    log_request(intake, method, request->target, &reply);
    enum MHD_Result result = send_reply(intake, request, &reply);
    reply_clear(&reply);
    return result;
}

/* MHD_AccessHandlerCallback: once for the head, for each portion of a body, and at the end. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_size, void **request_slot)
{
    (void)connection;
    (void)url;
    (void)version;
    struct connection *intake = context;
    struct request *request = *request_slot;
    if (!request->is_begun) {
        request->is_begun = true;
        return MHD_YES;
    }
    if (*data_size > 0) {
        if (!buffer_append(&request->body, data, *data_size))
            request->is_too_large = true;
        *data_size = 0;
        return MHD_YES;
    }
    if (intake->options->delay_ms > 0 && !request->is_held && router_is_delayed(request->target)) {
        request->is_held = true;
        hold_until(intake, request, clock_read().ms + intake->options->delay_ms);
        return MHD_YES;
    }
    if (request->is_mute)
        return MHD_NO;
    return answer(intake, request, method);
}

void connection_release(struct connection *intake, int64_t now_ms)
{
    while (intake->held != NULL && intake->held->due_ms <= now_ms) {
        struct request *request = intake->held;
        intake->held = request->next_held;
        MHD_resume_connection(request->connection);
    }
}

int64_t connection_next_due(const struct connection *intake)
{
    return intake->held != NULL ? intake->held->due_ms : INT64_MAX;
}

struct MHD_Daemon *connection_listen(struct connection *intake,
                                     const struct sockaddr_storage *address, char *cert, char *key)
{
    bool is_tls = cert != NULL;
    struct MHD_OptionItem certificate[] = {
        {is_tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, key},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    flags |= address->ss_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0;
    flags |= is_tls ? (unsigned)MHD_USE_TLS : 0;
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, intake, MHD_OPTION_SOCK_ADDR, address,
                            MHD_OPTION_URI_LOG_CALLBACK, begin_request, intake,
                            MHD_OPTION_NOTIFY_COMPLETED, end_request, intake,
                            MHD_OPTION_NOTIFY_CONNECTION, count_connection, intake,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)KEEP_ALIVE_S, MHD_OPTION_ARRAY,
                            certificate, MHD_OPTION_END);
}
