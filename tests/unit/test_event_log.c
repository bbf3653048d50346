/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "log/event_log.h"
#include "support/program.h"

#define INTERVAL_MS 5000
#define WALL_MS ((int64_t)1764090000 * 1000) /* 2025-11-25T17:00:00Z */
#define STAMP_LENGTH 21                      /* of the time and a blank */
#define TEXT_MAX 16384

struct source_fixture {
    char *folder;
    char *path;
    struct server_status feed;
    struct moment now;
    struct event_log *event_log;
};

static int set_up(void **state)
{
    static struct source_fixture rig;
    rig.folder = folder_new();
    rig.path = mem_printf("%s/blftop.log", rig.folder);
    rig.now = (struct moment){.ms = 1000, .wall_ms = WALL_MS};
    server_status_init(&rig.feed, "hq", "https://pbx.example.net", INTERVAL_MS);
    rig.event_log = event_log_open(rig.path, "/etc/blftop.conf", rig.now, NULL);
    *state = &rig;
    return rig.event_log ? 0 : -1;
}

static int tear_down(void **state)
{
    struct source_fixture *rig = *state;
    if (rig->event_log)
        event_log_close(rig->event_log, rig->now, "exit code 0");
    server_status_clear(&rig->feed);
    free(rig->path);
    folder_free(rig->folder);
    return 0;
}

/* Time passes, and the chronicle looks. */
static void pass(struct source_fixture *rig, int64_t ms)
{
    rig->now.ms += ms;
    rig->now.wall_ms += ms;
    event_log_watch(rig->event_log, &rig->feed, 1, rig->now);
}

/* A poll ends well. */
static void succeed(struct source_fixture *rig, size_t read)
{
    struct server_status *feed = &rig->feed;
    feed->polls++;
    feed->last_good_ms = rig->now.ms;
    feed->failing_since_ms = SERVER_STATUS_NEVER;
    feed->is_complete = true;
    feed->read = read;
    feed->latency_ms = 84;
    error_clear(&feed->error);
    pass(rig, 0);
}

/* A poll fails. */
static void break_off(struct source_fixture *rig, const char *why)
{
    struct server_status *feed = &rig->feed;
    feed->polls++;
    feed->failures++;
    if (feed->failing_since_ms == SERVER_STATUS_NEVER)
        feed->failing_since_ms = rig->now.ms;
    error_clear(&feed->error);
    error_set(&feed->error, ERROR_UNREACHABLE, "%s", why);
    pass(rig, 0);
}

/* The lines without their times and without the two that each file begins with. */
static void assert_tells(const struct source_fixture *rig, const char *expected)
{
    char text[TEXT_MAX] = "";
    char line[1024];
    FILE *file = fopen(rig->path, "r");
    assert_non_null(file);
    for (int i = 0; fgets(line, sizeof line, file); i++) {
        if (i >= 2)
            strncat(text, line + STAMP_LENGTH, sizeof text - strlen(text) - 1);
    }
    fclose(file);
    assert_string_equal(text, expected);
}

static void event_log__begin__tells_version_settings_and_servers(void **state)
{
    struct source_fixture *rig = *state;
    char line[256];
    pass(rig, 0);
    FILE *file = fopen(rig->path, "r");
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "2025-11-25T17:00:00Z blftop: begins, version " PACKAGE_VERSION
                              ", settings /etc/blftop.conf\n");
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line,
                        "2025-11-25T17:00:00Z hq: watched, https://pbx.example.net, every 5 s\n");
    fclose(file);
}

static void event_log__healthy_polls__add_no_lines(void **state)
{
    struct source_fixture *rig = *state;
    for (int i = 0; i < 100; i++) {
        succeed(rig, 412);
        pass(rig, INTERVAL_MS);
    }
    assert_tells(rig, "hq: read for the first time, 412 extensions in 84 ms\n");
}

static void event_log__outage__tells_reason_staleness_and_how_long(void **state)
{
    struct source_fixture *rig = *state;
    succeed(rig, 412);
    pass(rig, INTERVAL_MS);
    break_off(rig, "no connection");
    pass(rig, 3000);
    break_off(rig, "no connection");
    pass(rig, 3000);
    break_off(rig, "503");
    pass(rig, 60000);
    succeed(rig, 412);
    assert_tells(rig, "hq: read for the first time, 412 extensions in 84 ms\n"
                      "hq: fails: no connection\n"
                      "hq: is stale, last read 11s ago\n"
                      "hq: error changed: 503\n"
                      "hq: is back, nothing was read for 1m11s, 3 polls failed\n"
                      "hq: is fresh again, it was stale for 1m\n");
}

static void event_log__never_read__says_so(void **state)
{
    struct source_fixture *rig = *state;
    pass(rig, 0);
    break_off(rig, "no connection");
    pass(rig, 20000);
    succeed(rig, 1);
    assert_tells(rig, "hq: fails: no connection\n"
                      "hq: is stale, it was never read\n"
                      "hq: is back, nothing was read for 20s, 1 poll failed\n"
                      "hq: read for the first time, 1 extensions in 84 ms\n"
                      "hq: is fresh again, it was stale for 20s\n");
}

static void event_log__settings_read_again__are_told_and_counts_go_on(void **state)
{
    struct source_fixture *rig = *state;
    succeed(rig, 412);
    event_log_reload(rig->event_log, rig->now, "blftop.conf:3: no");
    event_log_reload(rig->event_log, rig->now, NULL);
    rig->feed.polls = 0;
    rig->feed.last_good_ms = SERVER_STATUS_NEVER; /* they name another server */
    pass(rig, 0);
    succeed(rig, 31);
    assert_tells(rig, "hq: read for the first time, 412 extensions in 84 ms\n"
                      "blftop: keeps its settings: blftop.conf:3: no\n"
                      "blftop: has read its settings again\n"
                      "hq: watched, https://pbx.example.net, every 5 s\n"
                      "hq: read for the first time, 31 extensions in 84 ms\n");
}

static void event_log__tokens__are_told_without_their_value(void **state)
{
    struct source_fixture *rig = *state;
    pass(rig, 0);
    rig->feed.tokens = 1;
    pass(rig, 1000);
    rig->feed.renewal_failures = 1;
    error_set(&rig->feed.renewal_error, ERROR_UNREACHABLE, "no token: timed out");
    pass(rig, 1000);
    pass(rig, 1000);
    rig->feed.tokens = 2;
    pass(rig, 1000);
    assert_tells(rig, "hq: has its first token\n"
                      "hq: keeps its old token: no token: timed out\n"
                      "hq: has a new token\n");
}

static void event_log__collection_not_whole__is_told_once(void **state)
{
    struct source_fixture *rig = *state;
    succeed(rig, 412);
    for (int i = 0; i < 3; i++) {
        rig->feed.polls++;
        rig->feed.is_complete = false;
        rig->feed.read = 9998;
        rig->feed.total = 20000;
        rig->feed.last_good_ms = rig->now.ms;
        pass(rig, 1000);
    }
    succeed(rig, 9000);
    assert_tells(rig, "hq: read for the first time, 412 extensions in 84 ms\n"
                      "hq: is not whole, 9998 of 20000 extensions\n"
                      "hq: is whole again, 9000 extensions\n");
}

static void event_log__end__tells_why_and_counts(void **state)
{
    struct source_fixture *rig = *state;
    succeed(rig, 412);
    pass(rig, INTERVAL_MS);
    break_off(rig, "no connection");
    event_log_close(rig->event_log, rig->now, "signal 15 (Terminated)");
    rig->event_log = NULL;
    assert_tells(rig, "hq: read for the first time, 412 extensions in 84 ms\n"
                      "hq: fails: no connection\n"
                      "blftop: ends, signal 15 (Terminated), after 5s: 2 polls, 1 of them "
                      "failed\n");
}

static void event_log__none__is_allowed_everywhere(void **state)
{
    struct source_fixture *rig = *state;
    event_log_watch(NULL, &rig->feed, 1, rig->now);
    assert_true(event_log_reopen(NULL, rig->now, NULL));
    assert_null(event_log_trouble(NULL));
    event_log_close(NULL, rig->now, "exit code 0");
}

static void event_log__reopened__tells_that_it_goes_on(void **state)
{
    struct source_fixture *rig = *state;
    pass(rig, 0);
    assert_true(event_log_reopen(rig->event_log, rig->now, NULL));
    assert_tells(rig, "blftop: goes on in this file\n");
    assert_null(event_log_trouble(rig->event_log));
}

/* Asserts that a file's last line holds some words. */
static void assert_holds(const char *path, const char *words)
{
    char line[1024] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        continue;
    fclose(file);
    assert_non_null(strstr(line, words));
}

/* Somebody rotates logs into a folder that is no more, while nobody waits for the reason. */
static void event_log__cannot_be_reopened__stays_with_its_file_and_says_why(void **state)
{
    struct source_fixture *rig = *state;
    struct error error = {0};
    pass(rig, 0);
    char *old = mem_printf("%s.1", rig->path);
    assert_int_equal(rename(rig->path, old), 0);
    assert_int_equal(mkdir(rig->path, 0700), 0);
    assert_false(event_log_reopen(rig->event_log, rig->now, NULL));
    assert_false(event_log_reopen(rig->event_log, rig->now, &error));
    assert_non_null(strstr(error.text, rig->path));
    assert_holds(old, "blftop: stays with this file: ");
    free(old);
    assert_int_equal(rmdir(rig->path), 0);
    assert_true(event_log_reopen(rig->event_log, rig->now, NULL));
}

/* Goes on with what was known of the server before. */
static void event_log__settings_read_again_in_an_outage__tell_how_long_it_was_stale(void **state)
{
    struct source_fixture *rig = *state;
    succeed(rig, 412);
    pass(rig, 10 * INTERVAL_MS);
    break_off(rig, "no connection");
    event_log_reload(rig->event_log, rig->now, NULL);
    rig->feed.polls = 0;
    rig->feed.failures = 0;
    pass(rig, 0);
    break_off(rig, "no connection");
    succeed(rig, 412);
    assert_tells(rig, "hq: read for the first time, 412 extensions in 84 ms\n"
                      "hq: is stale, last read 50s ago\n"
                      "hq: fails: no connection\n"
                      "blftop: has read its settings again\n"
                      "hq: watched, https://pbx.example.net, every 5 s\n"
                      "hq: is back, nothing was read for 50s\n"
                      "hq: is fresh again, it was stale for 39s\n");
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(event_log__begin__tells_version_settings_and_servers),
        WITH_RIG(event_log__healthy_polls__add_no_lines),
        WITH_RIG(event_log__outage__tells_reason_staleness_and_how_long),
        WITH_RIG(event_log__never_read__says_so),
        WITH_RIG(event_log__settings_read_again__are_told_and_counts_go_on),
        WITH_RIG(event_log__tokens__are_told_without_their_value),
        WITH_RIG(event_log__collection_not_whole__is_told_once),
        WITH_RIG(event_log__end__tells_why_and_counts),
        WITH_RIG(event_log__none__is_allowed_everywhere),
        WITH_RIG(event_log__reopened__tells_that_it_goes_on),
        WITH_RIG(event_log__cannot_be_reopened__stays_with_its_file_and_says_why),
        WITH_RIG(event_log__settings_read_again_in_an_outage__tell_how_long_it_was_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
