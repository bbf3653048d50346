/* SPDX-License-Identifier: MIT */
#include "monitor.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signals.h"

#define WORK_MS 2 /* a turn works on pages for about so long */

/* Copies the settings' names into the form the roster borrows. */
static struct roster_name *borrow_names(const struct settings *settings)
{
    struct roster_name *names = mem_new(settings->name_count, sizeof *names);
    for (size_t i = 0; i < settings->name_count; i++) {
        names[i].number = settings->names[i].number;
        names[i].name = settings->names[i].name;
    }
    return names;
}

/* Makes a feed and a source for each server. */
static void open_sources(struct monitor *loop, const struct settings *settings)
{
    int64_t now = clock_read().ms;
    loop->count = settings->server_count;
    loop->feeds = mem_new(loop->count, sizeof *loop->feeds);
    loop->sources = mem_new(loop->count, sizeof(struct source *));
    for (size_t i = 0; i < loop->count; i++) {
        const struct server_settings *server = &settings->servers[i];
        server_status_init(&loop->feeds[i], server->name, server->url.base, settings->interval_ms);
        loop->feeds[i].is_insecure =
            server->insecure || (!server->url.is_https && !server->url.is_loopback);
        loop->sources[i] =
            source_new(&(struct source_setup){.settings = settings,
                                              .server = server,
                                              .extensions = loop->extensions,
                                              .extension_count = loop->extension_count,
                                              .index = (uint16_t)i,
                                              .roster = &loop->roster,
                                              .spare = &loop->spare,
                                              .feed = &loop->feeds[i],
                                              .rng = &loop->rng},
                       now);
    }
}

/* Ends them; their feeds stay. */
static void close_sources(struct monitor *loop)
{
    for (size_t i = 0; i < loop->count && loop->sources; i++)
        source_free(loop->sources[i]);
    free(loop->sources);
}

/* Frees what was known of so many servers. */
static void free_feeds(struct server_status *feeds, size_t count)
{
    for (size_t i = 0; i < count && feeds; i++)
        server_status_clear(&feeds[i]);
    free(feeds);
}

bool monitor_open(struct monitor *loop, const struct settings *settings,
                  const char *const *extensions, size_t extension_count, struct error *error)
{
    *loop = (struct monitor){
        .http = http_new(error), .extensions = extensions, .extension_count = extension_count};
    if (!loop->http)
        return false;
    rng_seed_system(&loop->rng);
    loop->names = borrow_names(settings);
    roster_init(&loop->roster, loop->names, settings->name_count);
    open_sources(loop, settings);
    return true;
}

void monitor_close(struct monitor *loop)
{
    http_free(loop->http);
    close_sources(loop);
    free_feeds(loop->feeds, loop->count);
    buffer_clear(&loop->spare);
    roster_clear(&loop->roster);
    free(loop->names);
}

/* Are two texts, or none, the same? */
static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Do two servers list the same extensions, each in the same way? */
static bool is_same_server(const struct server_settings *a, const struct server_settings *b)
{
    return strcmp(a->url.base, b->url.base) == 0 && strcmp(a->user, b->user) == 0 &&
           strcmp(a->extension, b->extension) == 0 && is_same_text(a->filter, b->filter) &&
           is_same_text(a->filter_by, b->filter_by) && is_same_text(a->filter_op, b->filter_op) &&
           is_same_text(a->fields, b->fields) && a->start_index == b->start_index;
}

/* Do these settings watch the same as those before? */
static bool is_same_fleet(const struct settings *a, const struct settings *b)
{
    bool is_same = a->server_count == b->server_count;
    for (size_t i = 0; is_same && i < a->server_count; i++)
        is_same = is_same_server(&a->servers[i], &b->servers[i]);
    return is_same;
}

void monitor_replace(struct monitor *loop, const struct settings *before,
                     const struct settings *after)
{
    for (size_t i = 0; i < loop->count; i++)
        http_cancel(loop->http, loop->sources[i]);
    close_sources(loop);
    bool is_same = is_same_fleet(before, after);
    struct server_status *past = loop->feeds;
    size_t past_count = loop->count;
    if (!is_same)
        roster_forget(&loop->roster);
    struct roster_name *names = borrow_names(after);
    roster_rename(&loop->roster, names, after->name_count);
    free(loop->names);
    loop->names = names;
    open_sources(loop, after);
    for (size_t i = 0; i < loop->count && is_same; i++)
        server_status_inherit(&loop->feeds[i], &past[i]);
    free_feeds(past, past_count);
}

/* Starts every transfer that a source wants now. */
static void start_requests(struct monitor *loop)
{
    struct http_request request;
    for (size_t i = 0; i < loop->count; i++) {
        while (source_next_request(loop->sources[i], clock_read().ms, &request))
            http_start(loop->http, &request);
    }
}

/* Hands finished transfers to their sources. True if there were any. */
static bool take_replies(struct monitor *loop)
{
    struct http_reply reply;
    bool any = false;
    http_perform(loop->http);
    while (http_next_reply(loop->http, &reply)) {
        source_take_reply(reply.owner, &reply, clock_read());
        buffer_clear(&reply.body);
        any = true;
    }
    return any;
}

/* Does any source have a page to work through? */
static bool has_work(const struct monitor *loop)
{
    for (size_t i = 0; i < loop->count; i++) {
        if (source_has_work(loop->sources[i]))
            return true;
    }
    return false;
}

/* Works on pages, a portion for each source in turn, for about WORK_MS. True if any was done. */
static bool work(struct monitor *loop)
{
    struct moment now = clock_read();
    int64_t until = now.ms + WORK_MS;
    bool any = false;
    while (now.ms < until && has_work(loop)) {
        for (size_t i = 0; i < loop->count; i++) {
            if (source_has_work(loop->sources[i]))
                source_work(loop->sources[i], now);
        }
        any = true;
        now = clock_read();
    }
    return any;
}

/* How long the sources can be left alone, at most `longest` ms. */
static int wait_for_sources(const struct monitor *loop, int64_t now, int longest)
{
    if (has_work(loop))
        return 0;
    for (size_t i = 0; i < loop->count; i++) {
        int64_t deadline = source_deadline(loop->sources[i]);
        if (deadline <= now)
            return 0;
        if (deadline - now < longest)
            longest = (int)(deadline - now);
    }
    return longest;
}

bool monitor_turn(struct monitor *loop, const struct pollfd *fds, size_t count, int longest)
{
    start_requests(loop);
    http_wait(loop->http, fds, count, wait_for_sources(loop, clock_read().ms, longest));
    bool replied = take_replies(loop);
    bool worked = work(loop);
    event_log_watch(loop->event_log, loop->feeds, loop->count, clock_read());
    return replied || worked;
}

int monitor_run_once(struct monitor *loop)
{
    struct pollfd fds[1] = {{.fd = signals_fd(), .events = POLLIN}};
    for (size_t i = 0; i < loop->count; i++)
        (void)source_poll_now(loop->sources[i], clock_read().ms); /* somebody waits for it */
    for (;;) {
        bool is_done = true;
        for (size_t i = 0; i < loop->count; i++)
            is_done = is_done && loop->feeds[i].polls > 0;
        if (is_done)
            return 0;
        monitor_turn(loop, fds, 1, MONITOR_WAIT_MAX_MS);
        int number = signals_take();
        if (number == SIGUSR1)
            (void)event_log_reopen(loop->event_log, clock_read(), NULL);
        else if (number != 0 && number != SIGUSR2)
            return number;
    }
}
