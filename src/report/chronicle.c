/* SPDX-License-Identifier: MIT */
#include "report/chronicle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/logfile.h"

/* What was last written of a server. */
struct told {
    uint64_t polls;
    uint64_t failures;        /* when the present row of them began */
    int64_t failing_since_ms; /* FEED_NEVER: it is not failing */
    int64_t stale_since_ms;   /* likewise */
    int64_t last_good_ms;     /* FEED_NEVER: never */
    bool is_incomplete;
    bool is_inherited; /* it failed before the settings were read again, how often is not known */
    uint64_t tokens;
    uint64_t renewal_failures;
    struct error error;
};

struct chronicle {
    struct logfile file;
    int64_t began_ms;
    struct told *told; /* one a server; NULL before the first look */
    uint64_t polls;    /* of all servers */
    uint64_t failures;
    uint64_t past_polls; /* of them, before the settings were last read again */
    uint64_t past_failures;
};

struct chronicle *chronicle_open(const char *path, const char *settings, struct moment now,
                                 struct error *error)
{
    struct logfile file;
    if (!logfile_open(&file, path, now, error))
        return NULL;
    struct chronicle *chronicle = mem_new(1, sizeof *chronicle);
    chronicle->file = file;
    chronicle->began_ms = now.ms;
    logfile_add(&chronicle->file, now, "blftop: begins, version " PACKAGE_VERSION ", settings %s",
                settings ? settings : "none but options");
    return chronicle;
}

void chronicle_close(struct chronicle *chronicle, struct moment now, const char *why)
{
    char span[CLOCK_SPAN_MAX];
    if (!chronicle)
        return;
    clock_format_wait(span, now.ms - chronicle->began_ms);
    logfile_add(&chronicle->file, now,
                "blftop: ends, %s, after %s: %" PRIu64 " polls, %" PRIu64 " of them failed", why,
                span, chronicle->polls, chronicle->failures);
    logfile_close(&chronicle->file);
    free(chronicle->told);
    free(chronicle);
}

bool chronicle_reopen(struct chronicle *chronicle, struct moment now, struct error *error)
{
    if (!chronicle)
        return true;
    struct error reason = {0};
    if (logfile_reopen(&chronicle->file, &reason)) {
        logfile_add(&chronicle->file, now, "blftop: goes on in this file");
        return true;
    }
    logfile_add(&chronicle->file, now, "blftop: stays with this file: %s", reason.text);
    if (error)
        *error = reason;
    return false;
}

void chronicle_reload(struct chronicle *chronicle, struct moment now, const char *why_not)
{
    if (!chronicle)
        return;
    if (why_not) {
        logfile_add(&chronicle->file, now, "blftop: keeps its settings: %s", why_not);
        return;
    }
    logfile_add(&chronicle->file, now, "blftop: has read its settings again");
    chronicle->past_polls = chronicle->polls;
    chronicle->past_failures = chronicle->failures;
    free(chronicle->told);
    chronicle->told = NULL;
}

const char *chronicle_trouble(const struct chronicle *chronicle)
{
    return chronicle && chronicle->file.trouble != 0 ? strerror(chronicle->file.trouble) : NULL;
}

/* Nothing has been told of a server. */
static const struct told untold = {
    .failing_since_ms = FEED_NEVER, .stale_since_ms = FEED_NEVER, .last_good_ms = FEED_NEVER};

/* What was told of a server before its settings were read again, as its feed still knows it. */
static struct told inherit_told(const struct feed *feed, int64_t now)
{
    struct told told = untold;
    told.last_good_ms = feed->last_good_ms;
    told.failing_since_ms = feed->failing_since_ms;
    told.error = feed->error;
    told.is_inherited = feed->failing_since_ms != FEED_NEVER;
    if (feed->last_good_ms == FEED_NEVER)
        return told;
    told.is_incomplete = !feed->is_complete && !error_is_set(&feed->error);
    if (feed_is_stale(feed, now))
        told.stale_since_ms = feed_stale_from(feed, feed->last_good_ms);
    return told;
}

/* What there is to tell of servers that were not looked at yet. */
static void begin_told(struct chronicle *chronicle, const struct feed *feeds, size_t count,
                       struct moment now)
{
    chronicle->told = mem_new(count, sizeof *chronicle->told);
    for (size_t i = 0; i < count; i++) {
        chronicle->told[i] = feeds[i].polls == 0 ? inherit_told(&feeds[i], now.ms) : untold;
        logfile_add(&chronicle->file, now, "%s: watched, %s, every %g s%s", feeds[i].name,
                    feeds[i].url, (double)feeds[i].interval_ms / 1000.0,
                    feeds[i].is_insecure ? ", NOT SECURE" : "");
    }
}

/* A token was got, or was not while there was another. */
static void tell_tokens(struct chronicle *chronicle, struct told *told, const struct feed *feed,
                        struct moment now)
{
    if (feed->renewal_failures != told->renewal_failures)
        logfile_add(&chronicle->file, now, "%s: keeps its old token: %s", feed->name,
                    feed->renewal_error.text);
    if (feed->tokens != told->tokens)
        logfile_add(&chronicle->file, now, "%s: has %s token", feed->name,
                    told->tokens == 0 ? "its first" : "a new");
    told->renewal_failures = feed->renewal_failures;
    told->tokens = feed->tokens;
}

/* Polls fail, or fail for another reason than before. */
static void tell_failure(struct chronicle *chronicle, struct told *told, const struct feed *feed,
                         struct moment now)
{
    bool is_new = told->failing_since_ms == FEED_NEVER;
    if (is_new) {
        told->failing_since_ms = feed->failing_since_ms;
        told->failures = feed->failures - 1;
    }
    if (is_new || strcmp(told->error.text, feed->error.text) != 0)
        logfile_add(&chronicle->file, now, "%s: %s: %s", feed->name,
                    is_new ? "fails" : "now fails otherwise", feed->error.text);
    told->error = feed->error;
}

/* The end of failed polls: how long nothing was known, not only since when that was noticed. */
static void tell_return(struct chronicle *chronicle, const struct told *told,
                        const struct feed *feed, struct moment now)
{
    char span[CLOCK_SPAN_MAX];
    char count[48] = "";
    uint64_t failed = feed->failures - told->failures;
    bool was_read = told->last_good_ms != FEED_NEVER;
    clock_format_wait(span, now.ms - (was_read ? told->last_good_ms : chronicle->began_ms));
    if (!told->is_inherited)
        snprintf(count, sizeof count, ", %" PRIu64 " poll%s failed", failed,
                 failed == 1 ? "" : "s");
    logfile_add(&chronicle->file, now, "%s: is back, nothing was read for %s%s", feed->name, span,
                count);
}

/* A poll was good. */
static void tell_success(struct chronicle *chronicle, struct told *told, const struct feed *feed,
                         struct moment now)
{
    if (told->failing_since_ms != FEED_NEVER)
        tell_return(chronicle, told, feed, now);
    if (told->last_good_ms == FEED_NEVER)
        logfile_add(&chronicle->file, now,
                    "%s: read for the first time, %zu extensions in %" PRId64 " ms", feed->name,
                    feed->read, feed->latency_ms);
    if (feed->is_complete == told->is_incomplete && feed->is_complete)
        logfile_add(&chronicle->file, now, "%s: is whole again, %zu extensions", feed->name,
                    feed->read);
    else if (feed->is_complete == told->is_incomplete)
        logfile_add(&chronicle->file, now, "%s: is not whole, %zu of %" PRId64 " extensions",
                    feed->name, feed->read, feed->total);
    told->is_incomplete = !feed->is_complete;
    told->failing_since_ms = FEED_NEVER;
    told->is_inherited = false;
    told->last_good_ms = feed->last_good_ms;
    error_clear(&told->error);
}

/* What is known of it became old, or fresh again. */
static void tell_staleness(struct chronicle *chronicle, struct told *told, const struct feed *feed,
                           struct moment now)
{
    char span[CLOCK_SPAN_MAX];
    bool is_stale = feed_is_stale(feed, now.ms);
    if (is_stale == (told->stale_since_ms != FEED_NEVER))
        return;
    if (is_stale && feed->last_good_ms == FEED_NEVER) {
        logfile_add(&chronicle->file, now, "%s: is stale, it was never read", feed->name);
    } else if (is_stale) {
        clock_format_wait(span, feed_age(feed, now.ms));
        logfile_add(&chronicle->file, now, "%s: is stale, last read %s ago", feed->name, span);
    } else {
        clock_format_wait(span, now.ms - told->stale_since_ms);
        logfile_add(&chronicle->file, now, "%s: is fresh again, it was stale for %s", feed->name,
                    span);
    }
    told->stale_since_ms = is_stale ? now.ms : FEED_NEVER;
}

void chronicle_watch(struct chronicle *chronicle, const struct feed *feeds, size_t count,
                     struct moment now)
{
    if (!chronicle)
        return;
    if (!chronicle->told)
        begin_told(chronicle, feeds, count, now);
    chronicle->polls = chronicle->past_polls;
    chronicle->failures = chronicle->past_failures;
    for (size_t i = 0; i < count; i++) {
        struct told *told = &chronicle->told[i];
        tell_tokens(chronicle, told, &feeds[i], now);
        if (feeds[i].polls != told->polls)
            (error_is_set(&feeds[i].error) ? tell_failure : tell_success)(chronicle, told,
                                                                          &feeds[i], now);
        told->polls = feeds[i].polls;
        tell_staleness(chronicle, told, &feeds[i], now);
        chronicle->polls += feeds[i].polls;
        chronicle->failures += feeds[i].failures;
    }
}
