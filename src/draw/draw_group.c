/* SPDX-License-Identifier: MIT */
/* The line above a server's extensions: its name, its state unless it is live, and its counts. */
#include "draw/draw_group.h"

#include "draw/widgets.h"
#include "model/health.h"
#include "model/staleness.h"

#define NAME_COLS_MIN 8

/* "STALE 1m15s" */
static void add_state(struct segments *line, const struct server_status *feed, int64_t shown,
                      int64_t now)
{
    char age[CLOCK_SPAN_MAX];
    enum health_kind kind = health_of_feed(feed, shown);
    int64_t staleness_ms = health_age(feed, now);
    if (kind == HEALTH_LIVE)
        return;
    clock_format_wait(age, staleness_ms);
    segments_add(line, kind == HEALTH_WAITING ? ROLE_PAUSED : ROLE_STALE, 1, "  %s%s%s",
                 health_word(kind), staleness_ms < 0 ? "" : " ", staleness_ms < 0 ? "" : age);
}

/* "100 ext ×7 !2 ●91", the worst first; the good news leave first. */
static void add_counts(struct segments *line, const struct counts *counts, bool is_ascii)
{
    static const enum lamp order[LAMP_COUNT] = {
        LAMP_OFFLINE, LAMP_EXPIRED, LAMP_MISMATCH, LAMP_UNKNOWN,
        LAMP_RINGING, LAMP_BUSY,    LAMP_ONLINE,   LAMP_STATIC,
    };
    segments_add(line, ROLE_TEXT, 3, "  %zu ext ", counts_present(counts));
    if (counts->gone > 0)
        segments_add(line, ROLE_GONE, 4, " %s%zu", widget_symbol(SYMBOL_GONE, is_ascii),
                     counts->gone);
    for (int i = 0; i < LAMP_COUNT; i++) {
        const struct lamp_info *info = lamp_info(order[i]);
        size_t count = counts->lamps[order[i]];
        if (count > 0)
            segments_add(line, (enum role)(ROLE_LAMP + order[i]), 4 + i, " %s%zu",
                         is_ascii ? info->ascii : info->glyph, count);
    }
}

/* Is what is told of the server old at a time? */
static bool is_old(const struct board *board, uint16_t server, int64_t now)
{
    return health_of_feed(&board->feeds[server], now) >= HEALTH_INCOMPLETE ||
           staleness_server_is_stale(board->feeds, board->server_status_count, board->roster,
                                     server, now);
}

void draw_group(const struct board *board, uint16_t server, const struct rect *place,
                struct frame *frame, struct moment now)
{
    struct segments line;
    int64_t shown = board_time(board, now).ms;
    struct counts counts = roster_count_server(board->roster, server);
    int limit = place->col + place->cols;
    if (server >= board->server_status_count)
        return;
    segments_init(&line);
    segments_add(&line, ROLE_STRONG, 0, " %s", board->feeds[server].name)->cols_min = NAME_COLS_MIN;
    add_state(&line, &board->feeds[server], shown, now.ms);
    int counts_col = place->col + segments_cols(&line);
    add_counts(&line, &counts, frame->is_ascii);
    int end = segments_paint(&line, frame, place->row, place->col, place->cols);
    if (end + 1 < limit)
        frame_fill(frame, place->row, end + 1, limit - end - 1, ROLE_DIM,
                   widget_symbol(SYMBOL_RULE, frame->is_ascii));
    if (is_old(board, server, now.ms))
        frame_put(frame, place->row, place->col, limit, ROLE_STALE, "-");
    if (is_old(board, server, shown) && counts_col < end)
        frame_flag(frame, place->row, counts_col, end - counts_col, STYLE_STALE);
}
