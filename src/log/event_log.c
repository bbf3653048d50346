/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "log/event_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "log/log_file.h"

/* What was last written of a server. */
struct told {
    uint64_t polls;
    uint64_t failures;        /* when the present row of them began */
    int64_t failing_since_ms; /* SERVER_STATUS_NEVER: it is not failing */
    int64_t stale_since_ms;   /* likewise */
    int64_t last_good_ms;     /* SERVER_STATUS_NEVER: never */
    bool is_incomplete;
    bool is_inherited; /* it failed before the settings were read again, how often is not known */
    uint64_t tokens;
    uint64_t renewal_failures;
    struct error error;
};

struct event_log {
    struct log_file file;
    int64_t began_ms;
    struct told *told; /* one a server; NULL before the first look */
    uint64_t polls;    /* of all servers */
    uint64_t failures;
    uint64_t past_polls; /* of them, before the settings were last read again */
    uint64_t past_failures;
};

struct event_log *event_log_open(const char *path, const char *settings, struct moment now,
                                 struct error *error)
{
    struct log_file file;
    if (!log_file_open(&file, path, now, error))
        return NULL;
    struct event_log *event_log = mem_new(1, sizeof *event_log);
    event_log->file = file;
    event_log->began_ms = now.ms;
    log_file_add(&event_log->file, now, "blftop: begins, version " PACKAGE_VERSION ", settings %s",
                 settings ? settings : "none but options");
    return event_log;
}

void event_log_close(struct event_log *event_log, struct moment now, const char *why)
{
    char span[CLOCK_SPAN_MAX];
    if (!event_log)
        return;
    clock_format_wait(span, now.ms - event_log->began_ms);
    log_file_add(&event_log->file, now,
                 "blftop: ends, %s, after %s: %" PRIu64 " polls, %" PRIu64 " of them failed", why,
                 span, event_log->polls, event_log->failures);
    log_file_close(&event_log->file);
    free(event_log->told);
    free(event_log);
}

bool event_log_reopen(struct event_log *event_log, struct moment now, struct error *error)
{
    if (!event_log)
        return true;
    struct error reason = {0};
    if (log_file_reopen(&event_log->file, &reason)) {
        log_file_add(&event_log->file, now, "blftop: goes on in this file");
        return true;
    }
    log_file_add(&event_log->file, now, "blftop: stays with this file: %s", reason.text);
    if (error)
        *error = reason;
    return false;
}

void event_log_reload(struct event_log *event_log, struct moment now, const char *why_not)
{
    if (!event_log)
        return;
    if (why_not) {
        log_file_add(&event_log->file, now, "blftop: keeps its settings: %s", why_not);
        return;
    }
    log_file_add(&event_log->file, now, "blftop: has read its settings again");
    event_log->past_polls = event_log->polls;
    event_log->past_failures = event_log->failures;
    free(event_log->told);
    event_log->told = NULL;
}

const char *event_log_trouble(const struct event_log *event_log)
{
    return event_log && event_log->file.trouble != 0 ? strerror(event_log->file.trouble) : NULL;
}

/* Nothing has been told of a server. */
static const struct told untold = {.failing_since_ms = SERVER_STATUS_NEVER,
                                   .stale_since_ms = SERVER_STATUS_NEVER,
                                   .last_good_ms = SERVER_STATUS_NEVER};

/* What was told of a server before its settings were read again, as its feed still knows it. */
static struct told inherit_told(const struct server_status *feed, int64_t now)
{
    struct told told = untold;
    told.last_good_ms = feed->last_good_ms;
    told.failing_since_ms = feed->failing_since_ms;
    told.error = feed->error;
    told.is_inherited = feed->failing_since_ms != SERVER_STATUS_NEVER;
    if (feed->last_good_ms == SERVER_STATUS_NEVER)
        return told;
    told.is_incomplete = !feed->is_complete && !error_is_set(&feed->error);
    if (server_status_is_stale(feed, now))
        told.stale_since_ms = server_status_stale_from(feed, feed->last_good_ms);
    return told;
}

/* What there is to tell of servers that were not looked at yet. */
static void begin_told(struct event_log *event_log, const struct server_status *feeds, size_t count,
                       struct moment now)
{
    event_log->told = mem_new(count, sizeof *event_log->told);
    for (size_t i = 0; i < count; i++) {
        event_log->told[i] = feeds[i].polls == 0 ? inherit_told(&feeds[i], now.ms) : untold;
        log_file_add(&event_log->file, now, "%s: watched, %s, every %g s%s", feeds[i].name,
                     feeds[i].url, (double)feeds[i].interval_ms / 1000.0,
                     feeds[i].is_insecure ? ", NOT SECURE" : "");
    }
}

/* A token was got, or was not while there was another. */
static void tell_tokens(struct event_log *event_log, struct told *told,
                        const struct server_status *feed, struct moment now)
{
    if (feed->renewal_failures != told->renewal_failures)
        log_file_add(&event_log->file, now, "%s: keeps its old token: %s", feed->name,
                     feed->renewal_error.text);
    if (feed->tokens != told->tokens)
        log_file_add(&event_log->file, now, "%s: has %s token", feed->name,
                     told->tokens == 0 ? "its first" : "a new");
    told->renewal_failures = feed->renewal_failures;
    told->tokens = feed->tokens;
}

/* Polls fail, or fail for another reason than before. */
static void tell_failure(struct event_log *event_log, struct told *told,
                         const struct server_status *feed, struct moment now)
{
    bool is_new = told->failing_since_ms == SERVER_STATUS_NEVER;
    if (is_new) {
        told->failing_since_ms = feed->failing_since_ms;
        told->failures = feed->failures - 1;
    }
    if (is_new || strcmp(told->error.text, feed->error.text) != 0)
        log_file_add(&event_log->file, now, "%s: %s: %s", feed->name,
                     is_new ? "fails" : "error changed", feed->error.text);
    told->error = feed->error;
}

/* The end of failed polls: how long nothing was known, not only since when that was noticed. */
static void tell_return(struct event_log *event_log, const struct told *told,
                        const struct server_status *feed, struct moment now)
{
    char span[CLOCK_SPAN_MAX];
    char count[48] = "";
    uint64_t failed = feed->failures - told->failures;
    bool was_read = told->last_good_ms != SERVER_STATUS_NEVER;
    clock_format_wait(span, now.ms - (was_read ? told->last_good_ms : event_log->began_ms));
    if (!told->is_inherited)
        snprintf(count, sizeof count, ", %" PRIu64 " poll%s failed", failed,
                 failed == 1 ? "" : "s");
    log_file_add(&event_log->file, now, "%s: is back, nothing was read for %s%s", feed->name, span,
                 count);
}

/* A poll was good. */
static void tell_success(struct event_log *event_log, struct told *told,
                         const struct server_status *feed, struct moment now)
{
    if (told->failing_since_ms != SERVER_STATUS_NEVER)
        tell_return(event_log, told, feed, now);
    if (told->last_good_ms == SERVER_STATUS_NEVER)
        log_file_add(&event_log->file, now,
                     "%s: read for the first time, %zu extensions in %" PRId64 " ms", feed->name,
                     feed->read, feed->latency_ms);
    if (feed->is_complete == told->is_incomplete && feed->is_complete)
        log_file_add(&event_log->file, now, "%s: is whole again, %zu extensions", feed->name,
                     feed->read);
    else if (feed->is_complete == told->is_incomplete)
        log_file_add(&event_log->file, now, "%s: is not whole, %zu of %" PRId64 " extensions",
                     feed->name, feed->read, feed->total);
    told->is_incomplete = !feed->is_complete;
    told->failing_since_ms = SERVER_STATUS_NEVER;
    told->is_inherited = false;
    told->last_good_ms = feed->last_good_ms;
    error_clear(&told->error);
}

/* What is known of it became old, or fresh again. */
static void tell_staleness(struct event_log *event_log, struct told *told,
                           const struct server_status *feed, struct moment now)
{
    char span[CLOCK_SPAN_MAX];
    bool is_stale = server_status_is_stale(feed, now.ms);
    if (is_stale == (told->stale_since_ms != SERVER_STATUS_NEVER))
        return;
    if (is_stale && feed->last_good_ms == SERVER_STATUS_NEVER) {
        log_file_add(&event_log->file, now, "%s: is stale, it was never read", feed->name);
    } else if (is_stale) {
        clock_format_wait(span, server_status_age(feed, now.ms));
        log_file_add(&event_log->file, now, "%s: is stale, last read %s ago", feed->name, span);
    } else {
        clock_format_wait(span, now.ms - told->stale_since_ms);
        log_file_add(&event_log->file, now, "%s: is fresh again, it was stale for %s", feed->name,
                     span);
    }
    told->stale_since_ms = is_stale ? now.ms : SERVER_STATUS_NEVER;
}

void event_log_watch(struct event_log *event_log, const struct server_status *feeds, size_t count,
                     struct moment now)
{
    if (!event_log)
        return;
    if (!event_log->told)
        begin_told(event_log, feeds, count, now);
    event_log->polls = event_log->past_polls;
    event_log->failures = event_log->past_failures;
    for (size_t i = 0; i < count; i++) {
        struct told *told = &event_log->told[i];
        tell_tokens(event_log, told, &feeds[i], now);
        if (feeds[i].polls != told->polls)
            (error_is_set(&feeds[i].error) ? tell_failure : tell_success)(event_log, told,
                                                                          &feeds[i], now);
        told->polls = feeds[i].polls;
        tell_staleness(event_log, told, &feeds[i], now);
        event_log->polls += feeds[i].polls;
        event_log->failures += feeds[i].failures;
    }
}
