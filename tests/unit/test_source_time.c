/* SPDX-License-Identifier: MIT */
/*
 * Time, as it passes over months and as it jumps: rows G1 to G4, G7 and F7 of the list of faults.
 * A source and a board under a made-up clock, and signals that come at any moment.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/signals.h"
#include "draw/draw.h"
#include "http/client.h"
#include "poll/schedule.h"
#include "support/invariant.h"
#include "support/source_fixture.h"

#define INTERVAL 5000
#define DAY_MS INT64_C(86400000)
#define RACES 100000
#define KILLS 10000
#define OVERSLEPT_MS 10000

/* A rig with three extensions whose clock shows `ms`; its server is the only one of a board. */
static void open_rig(struct source_fixture *rig, int64_t ms)
{
    source_fixture_init(rig);
    source_fixture_fill(rig, 3);
    rig->now.ms = ms;
    rig->source = source_new(&(struct source_setup){.settings = &rig->settings,
                                                    .server = &rig->server,
                                                    .roster = &rig->roster,
                                                    .feed = &rig->feed,
                                                    .rng = &rig->rng},
                             ms);
}

/* A board of that rig, as large as shows all of a header. */
static void open_board(struct board *board, struct source_fixture *rig)
{
    struct sort_order sort = {.keys = {SORT_EXTENSION}, .count = 1};
    struct board_setup setup = {
        .roster = &rig->roster,
        .feeds = &rig->feed,
        .server_status_count = 1,
        .sort = &sort,
        .palette = palette_find("default", NULL),
    };
    assert_true(board_init(board, &setup, rig->now, NULL));
    board_resize(board, 24, 120);
}

/* What the board draws now, which must hold what holds of every frame; valid until the next call.
 */
static const char *draw(struct board *board, struct moment now)
{
    static char text[24 * 120 * 4];
    char why[INVARIANT_TEXT_MAX];
    struct frame frame;
    struct buffer out;
    frame_init(&frame);
    buffer_init(&out, 0);
    board_refresh(board, now);
    draw_board(board, &frame, now);
    if (!invariant_holds(&frame, board, now, why))
        fail_msg("%s", why);
    frame_write_text(&frame, &out);
    snprintf(text, sizeof text, "%s", out.data);
    buffer_clear(&out);
    frame_clear(&frame);
    return text;
}

/* The words stand on the screen. */
static void assert_shows(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in:\n%s", words, text);
}

static void source__wall_clock_that_jumps__changes_no_interval__G1(void **state)
{
    (void)state;
    static const int64_t jumps[] = {3600000, -3600000, 10 * 365 * DAY_MS, -10 * 365 * DAY_MS, 1000};
    struct source_fixture rig;
    struct board board;
    struct rng rng;
    rng_seed(&rng, 1);
    open_rig(&rig, DAY_MS);
    source_fixture_poll(&rig);
    int64_t due = rig.feed.next_poll_ms;
    for (int i = 0; i < 200; i++) {
        rig.now.wall_ms += i < 5 ? jumps[i]
                                 : (int64_t)rng_below(&rng, 20 * 365) * DAY_MS - 10 * 365 * DAY_MS +
                                       (int64_t)rng_below(&rng, 1000);
        if (rig.now.wall_ms < 0)
            rig.now.wall_ms += 20 * 365 * DAY_MS;
        source_fixture_poll(&rig);
        assert_true(rig.feed.next_poll_ms == due + INTERVAL);
        due = rig.feed.next_poll_ms;
        assert_true(server_status_age(&rig.feed, rig.now.ms + 1500) == 1500);
        assert_true(rig.feed.last_good_wall == rig.now.wall_ms / 1000);
        open_board(&board, &rig);
        char time[CLOCK_SPAN_MAX];
        clock_format_time(time, rig.now.wall_ms / 1000);
        const char *text = draw(&board, rig.now);
        assert_shows(text, "LIVE");
        assert_shows(text, "data 0s old");
        assert_shows(text, time);
        board_clear(&board);
    }
    assert_int_equal(rig.feed.skipped, 0);
    assert_int_equal(rig.feed.failures, 0);
    source_fixture_clear(&rig);
}

static void
source__machine_that_slept__says_so_at_once_and_polls_within_two_seconds__G2(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct source_fixture rig;
        struct board board;
        struct http_request request;
        open_rig(&rig, DAY_MS);
        rng_seed(&rig.rng, seed);
        source_fixture_poll(&rig);
        open_board(&board, &rig);
        int64_t woken = rig.now.ms + 8 * 3600000;
        rig.now = (struct moment){.ms = woken, .wall_ms = rig.now.wall_ms + 8 * 3600000};
        assert_shows(draw(&board, rig.now), "STALE 08:00:00");
        assert_false(source_next_request(rig.source, woken, &request));
        int64_t wait = source_deadline(rig.source) - woken;
        assert_in_range(wait, 0, SCHEDULE_WAKE_MS);
        assert_true(rig.feed.next_poll_ms == woken + wait);
        source_fixture_poll(&rig);
        assert_shows(draw(&board, rig.now), "LIVE");
        assert_int_equal(rig.feed.skipped, 0);
        board_clear(&board);
        source_fixture_clear(&rig);
    }
}

static void source__poll_longer_than_the_interval__neither_overlaps_nor_queues__G3(void **state)
{
    (void)state;
    struct source_fixture rig;
    struct http_request request;
    open_rig(&rig, DAY_MS);
    source_fixture_poll(&rig);
    for (int i = 0; i < 100; i++) {
        int64_t due = source_deadline(rig.source);
        uint64_t skipped = rig.feed.skipped;
        int64_t took = 1 + i * 331;
        int64_t ticks = (took + INTERVAL - 1) / INTERVAL;
        assert_true(source_next_request(rig.source, due, &request));
        for (int64_t at = due; at < due + took; at += 97) {
            struct http_request other;
            assert_false(source_next_request(rig.source, at, &other));
            assert_false(source_poll_now(rig.source, at));
        }
        rig.now.ms = due + took;
        struct http_reply reply = {.tag = request.tag, .status = 204, .retry_after_s = -1};
        source_take_reply(rig.source, &reply, rig.now);
        assert_int_equal(rig.feed.skipped - skipped, ticks - 1);
        assert_true(source_deadline(rig.source) ==
                    due + (took % INTERVAL == 0 ? 1 : 0) + ticks * INTERVAL);
    }
    source_fixture_clear(&rig);
}

static void board__server_that_hangs__age_goes_on_every_second_for_ten_minutes__G4(void **state)
{
    (void)state;
    struct source_fixture rig;
    struct board board;
    struct http_request request;
    open_rig(&rig, DAY_MS);
    source_fixture_poll(&rig);
    open_board(&board, &rig);
    struct moment heard = rig.now;
    char before[128] = "";
    for (int second = 0; second <= 600; second++) {
        struct moment now = {.ms = heard.ms + second * 1000, .wall_ms = heard.wall_ms};
        char age[CLOCK_SPAN_MAX], words[128];
        (void)source_next_request(rig.source, now.ms, &request); /* which is never answered */
        bool is_stale = second > 2 * INTERVAL / 1000;
        (is_stale ? clock_format_span : clock_format_wait)(age, second * 1000);
        snprintf(words, sizeof words, is_stale ? "STALE %s" : "data %s old", age);
        const char *text = draw(&board, now);
        assert_shows(text, words);
        if (!is_stale)
            assert_shows(text, "LIVE");
        assert_string_not_equal(words, before);
        snprintf(before, sizeof before, "%s", words);
    }
    board_clear(&board);
    source_fixture_clear(&rig);
}

static void source__counters_at_the_ends_of_their_types__go_on__G7(void **state)
{
    (void)state;
    /* Milliseconds of 32 bits end after 49.7 days; nanoseconds of 64 bits after 292 years. */
    static const int64_t starts[] = {((int64_t)1 << 31) - 10000, ((int64_t)1 << 32) - 10000,
                                     (INT64_MAX - 1000000000) / 1000000};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct source_fixture rig;
        struct board board;
        open_rig(&rig, starts[i]);
        source_fixture_poll(&rig);
        open_board(&board, &rig);
        int64_t due = source_deadline(rig.source);
        for (int poll = 0; poll < 100; poll++) {
            assert_true(source_deadline(rig.source) == due + poll * INTERVAL);
            rig.feed.polls += (uint64_t)UINT32_MAX - 50; /* polls of many years */
            source_fixture_poll(&rig);
            assert_shows(draw(&board, rig.now), "data 0s old");
        }
        assert_true(rig.feed.polls > (uint64_t)99 * (UINT32_MAX - 50));
        assert_int_equal(rig.feed.failures, 0);
        assert_int_equal(rig.feed.skipped, 0);
        board_clear(&board);
        source_fixture_clear(&rig);
    }
}

/* Waits as the loop does. False if the wait had to end by itself. */
static bool is_woken(struct http *http)
{
    struct pollfd fd = {.fd = signals_fd(), .events = POLLIN};
    int64_t before = clock_read().ms;
    http_wait(http, &fd, 1, OVERSLEPT_MS);
    return clock_read().ms - before < OVERSLEPT_MS;
}

/* In the child: signals in the time between the look at them and the wait, of which none may be
 * slept over. Ends with 0 if none was. */
_Noreturn static void race_signals(void)
{
    struct rng rng;
    sigset_t all;
    struct http *http = http_new(NULL);
    signals_open(true);
    sigfillset(&all);
    rng_seed(&rng, 1);
    for (int i = 0; i < RACES; i++) {
        int sent = i % 2 == 0 ? SIGTERM : SIGTSTP;
        if (signals_take() != 0)
            _exit(2); /* there was one too many */
        sigprocmask(SIG_BLOCK, &all, NULL);
        raise(sent);
        for (volatile uint64_t spin = rng_below(&rng, 200); spin > 0; spin--)
            ;
        sigprocmask(SIG_UNBLOCK, &all, NULL); /* it is handled here, before the wait */
        if (!is_woken(http) || signals_take() != sent)
            _exit(1);
    }
    http_free(http);
    _exit(0);
}

static void signals__one_between_the_look_and_the_wait__wakes_the_wait__F7(void **state)
{
    (void)state;
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        race_signals();
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* In the child: waits for as many signals as come, and answers each with a byte. */
_Noreturn static void answer_signals(int out)
{
    struct http *http = http_new(NULL);
    signals_open(true);
    if (write(out, "!", 1) != 1)
        _exit(3);
    for (int i = 0; i < KILLS; i++) {
        int number = signals_take(); /* the look; then the wait */
        while (number == 0) {
            if (!is_woken(http))
                _exit(1);
            number = signals_take();
        }
        if (number != SIGHUP || write(out, "!", 1) != 1)
            _exit(2);
    }
    _exit(0);
}

static void signals__from_another_process_at_any_moment__are_all_heard__F7(void **state)
{
    (void)state;
    int answers[2], status = -1;
    char byte;
    struct rng rng;
    rng_seed(&rng, 2);
    assert_int_equal(pipe(answers), 0);
    pid_t child = fork();
    if (child == 0)
        answer_signals(answers[1]);
    close(answers[1]);
    for (int i = 0; i <= KILLS && read(answers[0], &byte, 1) == 1; i++) {
        for (volatile uint64_t spin = rng_below(&rng, 2000); spin > 0; spin--)
            ;
        if (i < KILLS)
            kill(child, SIGHUP);
    }
    waitpid(child, &status, 0);
    close(answers[0]);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source__wall_clock_that_jumps__changes_no_interval__G1),
        cmocka_unit_test(
            source__machine_that_slept__says_so_at_once_and_polls_within_two_seconds__G2),
        cmocka_unit_test(source__poll_longer_than_the_interval__neither_overlaps_nor_queues__G3),
        cmocka_unit_test(board__server_that_hangs__age_goes_on_every_second_for_ten_minutes__G4),
        cmocka_unit_test(source__counters_at_the_ends_of_their_types__go_on__G7),
        cmocka_unit_test(signals__one_between_the_look_and_the_wait__wakes_the_wait__F7),
        cmocka_unit_test(signals__from_another_process_at_any_moment__are_all_heard__F7),
    };
    setenv("TZ", "UTC0", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
