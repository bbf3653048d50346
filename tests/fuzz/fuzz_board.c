/* SPDX-License-Identifier: MIT */
/*
 * Keys: bytes as a terminal sends them, and presses into a whole board, with resizes, a clock that
 * goes on and servers that come and go. A frame is drawn after each and has to be true: every cell
 * in its place, every value older than two intervals marked.
 *
 * The first byte says which fleet; then a byte below 0x80 is that key, one from 0x80 to 0xBF is
 * something else that happens, and the others begin a character in UTF-8.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "golden/fixture.h"
#include "support/invariant.h"
#include "term/typed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EVENTS_MAX 40
#define SERVERS 2

/* Ends the run as a crash would. */
static void require(bool holds, const char *why)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", why);
    abort();
}

/* Every cell holds what may be shown, and a wide character has both of its halves. */
static void check_cells(const struct frame *frame)
{
    for (int i = 0; i < frame->rows * frame->cols; i++) {
        const struct cell *cell = &frame->cells[i];
        int width = cell->base != 0 ? text_width_of(cell->base) : 0;
        bool is_last = i % frame->cols == frame->cols - 1;
        require(cell->base == 0 || width == 1 || width == 2, "a cell holds what has no width");
        require(width != 2 || (!is_last && cell[1].base == 0), "half a wide character");
        require(cell->base != 0 || (i % frame->cols > 0 && cell[-1].base != 0 &&
                                    text_width_of(cell[-1].base) == 2),
                "a right half without a left one");
        require(!frame->is_ascii || (cell->base >= ' ' && cell->base < 0x7F), "beyond ASCII");
    }
}

/* Draws and judges. */
static void check_frame(struct fixture *stage)
{
    char why[INVARIANT_TEXT_MAX];
    fixture_draw(stage);
    check_cells(&stage->frame);
    require(invariant_holds(&stage->frame, &stage->board, stage->now, why), why);
    require(stage->board.listing.count <= stage->board.roster->count, "too many rows");
}

/* Time goes on, which the feeds' times are not told of. */
static void pass(struct fixture *stage, int64_t ms)
{
    stage->now.ms += ms;
    stage->now.wall_ms += ms;
}

/* A poll that ended, well or not. */
static void poll_server(struct fixture *stage, unsigned how)
{
    uint16_t server = how & 1;
    struct server_status *feed = &stage->feeds[server];
    int64_t started = stage->now.ms;
    pass(stage, 1);
    if ((how & 2) != 0) {
        if (feed->failing_since_ms == SERVER_STATUS_NEVER)
            fixture_fail(stage, server, 0, "no answer within 10 s");
        return;
    }
    fixture_fill(stage, server, how >> 2, 0);
    roster_end_poll(&stage->roster, server, started, stage->now.ms);
    error_clear(&feed->error);
    feed->failing_since_ms = SERVER_STATUS_NEVER;
    fixture_succeed(stage, server, 0);
}

/* What is no key. */
static void happen(struct fixture *stage, const uint8_t **at, const uint8_t *end)
{
    static const int64_t spans[] = {1, 900, 3000, 5001, 10001, 60000, 7200000, 1};
    uint8_t what = *(*at)++;
    uint8_t more = *at < end ? *(*at)++ : 0;
    if (what < 0x80 + 32) {
        fixture_press(stage, (uint32_t)KEYCODE_NONE + (what & 31u));
    } else if (what < 0x80 + 40) {
        board_resize(&stage->board, 1 + more % 40, 1 + (more >> 1) % 100);
    } else if (what < 0x80 + 48) {
        pass(stage, spans[more & 7]);
    } else {
        poll_server(stage, more);
    }
}

/* Bytes of a character that is typed, as the screen hands them on. */
static void type(struct fixture *stage, struct typed *typed, uint8_t byte)
{
    uint32_t press = typed_add(typed, byte);
    require(typed->count <= TYPED_BYTES_MAX, "too many bytes wait");
    require(press <= KEYCODE_OTHER, "a press that is none");
    if (press != KEYCODE_NONE)
        fixture_press(stage, press);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fixture stage;
    struct typed typed = {.count = 0};
    const uint8_t *at = data;
    const uint8_t *end = data + size;
    uint8_t how = size > 0 ? *at++ : 0;
    fixture_open(&stage, 1 + (how & 1));
    if ((how & 2) != 0)
        fixture_name(&stage);
    fixture_fill(&stage, 0, how >> 3, 0);
    fixture_succeed(&stage, 0, 0);
    fixture_show(&stage, 24, 80, (how & 4) != 0);
    check_frame(&stage);
    for (int i = 0; i < EVENTS_MAX && at < end && !stage.board.requests.quit; i++) {
        if (*at >= 0xC0 || typed.count > 0)
            type(&stage, &typed, *at++);
        else if (*at < 0x80)
            fixture_press(&stage, *at++);
        else if (stage.server_status_count == SERVERS || (at + 1 < end && (at[1] & 1) == 0) ||
                 *at < 0xB0)
            happen(&stage, &at, end);
        else
            at++;
        check_frame(&stage);
    }
    fixture_close(&stage);
    return 0;
}
