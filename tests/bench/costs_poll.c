/* SPDX-License-Identifier: MIT */
/* One client, one server, one poll at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "bench/costs.h"
#include "bench/figures.h"
#include "config/settings_validate.h"

#define START_MS INT64_C(86400000) /* long after the machine's start */
#define WALL_MS INT64_C(1795636800000)
#define TIMEOUT_MS 300000
#define WAIT_MS 1000

/* Seconds of CPU of this process. */
static double own_cpu(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double costs_server_cpu(const struct costs_server *server)
{
    return child_cpu(&server->child);
}

void costs_client_init(struct costs_client *client, const struct costs_server *server, int port,
                       const char *folder, long page_size)
{
    struct error error = {0};
    char *url = mem_printf("%s://127.0.0.1:%d", server->is_tls ? "https" : "http", port);
    *client = (struct costs_client){.now = {START_MS, WALL_MS}};
    settings_init(&client->settings);
    if (!settings_add_server(&client->settings, "costs", url, "t", &error))
        die("%s", error.text);
    client->settings.servers[0].ca_file = mem_printf("%s/cert.pem", folder);
    if (!server->is_tls) {
        free(client->settings.servers[0].ca_file);
        client->settings.servers[0].ca_file = NULL;
    }
    client->settings.page_size = page_size;
    client->settings.timeout_ms = TIMEOUT_MS;
    roster_init(&client->roster, NULL, 0);
    rng_seed(&client->rng, 1);
    server_status_init(&client->feed, "costs", url, client->settings.interval_ms);
    client->source = source_new(&(struct source_setup){.settings = &client->settings,
                                                       .server = &client->settings.servers[0],
                                                       .roster = &client->roster,
                                                       .feed = &client->feed,
                                                       .rng = &client->rng},
                                client->now.ms);
    client->http = http_new(&error);
    if (client->http == NULL)
        die("%s", error.text);
    free(url);
}

void costs_client_clear(struct costs_client *client)
{
    http_free(client->http);
    source_free(client->source);
    server_status_clear(&client->feed);
    roster_clear(&client->roster);
    settings_clear(&client->settings);
}

/* Starts what the source wants to ask. How many requests that was. */
static size_t ask(struct costs_client *client)
{
    struct http_request request;
    size_t count = 0;
    for (; source_next_request(client->source, client->now.ms, &request); count++)
        http_start(client->http, &request);
    return count;
}

/* Hands the source what came. How many replies that was. */
static size_t take(struct costs_client *client)
{
    struct http_reply reply;
    size_t count = 0;
    for (; http_next_reply(client->http, &reply); count++)
        source_take_reply(client->source, &reply, client->now);
    return count;
}

/* Asks and works until the source has nothing more to ask. How many requests that was. */
static size_t run_poll(struct costs_client *client)
{
    size_t asked = 0, pending = 0, fresh;
    while ((fresh = ask(client)) > 0 || pending > 0 || source_has_work(client->source)) {
        asked += fresh;
        pending += fresh;
        if (source_has_work(client->source))
            source_work(client->source, client->now);
        else if (pending > 0)
            http_wait(client->http, NULL, 0, WAIT_MS);
        http_perform(client->http);
        pending -= take(client);
    }
    return asked;
}

struct costs_poll costs_poll(struct costs_client *client, const struct costs_server *server)
{
    int64_t due = source_deadline(client->source);
    if (due > client->now.ms) {
        client->now.wall_ms += due - client->now.ms;
        client->now.ms = due;
    }
    double server_before = costs_server_cpu(server);
    double before = own_cpu();
    size_t requests = run_poll(client);
    double after = own_cpu();
    if (error_is_set(&client->feed.error))
        die("a poll failed: %s", client->feed.error.text);
    return (struct costs_poll){.requests = (double)requests,
                               .entries = (double)client->feed.read,
                               .client_cpu = after - before,
                               .server_cpu = costs_server_cpu(server) - server_before};
}

struct costs_poll costs_poll_often(const struct costs_server *server, const char *folder,
                                   long page_size, size_t polls)
{
    struct costs_client client;
    struct figures ours, theirs;
    struct costs_poll poll = {0};
    figures_init(&ours);
    figures_init(&theirs);
    costs_client_init(&client, server, server->port, folder, page_size);
    (void)costs_poll(&client, server);
    (void)costs_poll(&client, server);
    for (size_t i = 0; i < polls; i++) {
        poll = costs_poll(&client, server);
        figures_add(&ours, poll.client_cpu);
        figures_add(&theirs, poll.server_cpu);
    }
    poll.client_cpu = figures_quantile(&ours, COSTS_QUANTILE);
    poll.server_cpu = figures_quantile(&theirs, COSTS_QUANTILE);
    costs_client_clear(&client);
    figures_clear(&ours);
    figures_clear(&theirs);
    return poll;
}
