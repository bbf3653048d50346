/* SPDX-License-Identifier: MIT */
/* The whole screen put together, and what is shown where there is nothing, or no room. */
#include "draw/draw.h"
#include "draw/draw_help.h"

#include <stdio.h>
#include <string.h>

#include "draw/draw_detail.h"
#include "draw/draw_header.h"
#include "draw/draw_lamps.h"
#include "draw/draw_servers.h"
#include "draw/draw_status.h"
#include "draw/draw_table.h"
#include "draw/draw_totals.h"
#include "draw/text_block.h"
#include "draw/widgets.h"
#include "model/health.h"

#define PAUSED_WORDS_COLS_MIN 21 /* hold two words and an age */
#define MESSAGE_COLS_MAX 64

/* What is said in place of rows. */
struct message {
    char text[SEGMENT_BYTES];
    char reason[SEGMENT_BYTES]; /* empty: none */
    char hint[SEGMENT_BYTES];   /* empty: none */
};

/* Rows there are, but the viewer's choice hides them all. */
static void explain_filter(struct message *message, const struct board *board)
{
    size_t count = board->roster->count;
    if (board->is_prompting)
        snprintf(message->text, sizeof message->text, "0 of %zu match", count);
    else if (board->filter[0] == '\0')
        snprintf(message->text, sizeof message->text, "0 of %zu are problems; Esc shows all",
                 count);
    else
        snprintf(message->text, sizeof message->text, "0 of %zu match; Esc clears the filter",
                 count);
}

/* The first attempt has failed: why, and when it is tried again. */
static void explain_failure(struct message *message, const struct server_status *feed, int64_t now)
{
    char next[CLOCK_SPAN_MAX];
    clock_format_wait(next, feed->next_poll_ms - now + 999);
    snprintf(message->text, sizeof message->text, "no data from %s yet", feed->name);
    snprintf(message->reason, sizeof message->reason, "%s", feed->error.text);
    if (feed->is_polling)
        snprintf(message->hint, sizeof message->hint, "trying again now");
    else
        snprintf(message->hint, sizeof message->hint, "next try in %s; r tries at once", next);
}

/* The servers have answered, with nothing. */
static void explain_empty(struct message *message, const struct board *board)
{
    snprintf(message->text, sizeof message->text, "%s no extensions for this user",
             board->server_status_count > 1 ? "the servers list" : "the server lists");
    snprintf(message->hint, sizeof message->hint,
             "user, extension and filter in the settings say what is asked for");
}

/* Nothing but the list of one server hides rows, and that has none: the feed; else NULL. */
static const struct server_status *bare_server(const struct board *board)
{
    bool is_bare = board->is_one_server && !board->is_problems_only && board->filter[0] == '\0';
    return is_bare ? &board->feeds[board->server] : NULL;
}

/* Why one server's list is empty. */
static void explain_server(struct message *message, const struct server_status *feed, int64_t now)
{
    if (error_is_set(&feed->error))
        explain_failure(message, feed, now);
    else if (feed->polls == 0)
        snprintf(message->text, sizeof message->text, "waiting for the first answer of %s",
                 feed->name);
    else
        snprintf(message->text, sizeof message->text, "%s lists no extensions; Esc shows all",
                 feed->name);
}

/* Why no row is listed. */
static struct message explain(const struct board *board, int64_t now)
{
    struct health health = health_of(board->feeds, board->server_status_count, now);
    struct message message = {.text = ""};

    if (bare_server(board) != NULL)
        explain_server(&message, bare_server(board), now);
    else if (board->roster->count > 0)
        explain_filter(&message, board);
    else if (health.kind == HEALTH_WAITING && board->server_status_count == 1)
        snprintf(message.text, sizeof message.text, "waiting for the first answer of %s",
                 health.worst->name);
    else if (health.kind == HEALTH_WAITING)
        snprintf(message.text, sizeof message.text, "waiting for the first answer");
    else if (health.worst && error_is_set(&health.worst->error))
        explain_failure(&message, health.worst, now);
    else
        explain_empty(&message, board);
    return message;
}

/* The wider one. */
static int wider(int cols, const char *safe)
{
    int other = text_columns(safe);
    return other > cols ? other : cols;
}

void draw_nothing(const struct board *board, const struct layout *layout, struct frame *frame,
                  struct moment now)
{
    struct message message = explain(board, board_time(board, now).ms);
    struct rect place = layout->body;
    int cols = wider(wider(text_columns(message.text), message.reason), message.hint);
    int room = place.cols - 2 < MESSAGE_COLS_MAX ? place.cols - 2 : MESSAGE_COLS_MAX;

    cols = cols < room ? cols : room;
    place.col += (place.cols - cols) / 2;
    place.cols = cols;
    int lift = place.rows / 3;
    place.row += lift;
    place.rows -= lift;
    struct text_block text_block = text_block_begin(frame, place, 0);
    text_block_wrap(&text_block, 0, ROLE_STRONG, message.text);
    if (message.reason[0] != '\0')
        text_block_wrap(&text_block, 0, ROLE_STALE, message.reason);
    if (message.hint[0] != '\0')
        text_block_wrap(&text_block, 0, ROLE_DIM, message.hint);
}

/* Problems by lamp, the worst first; the least leave first where there is no room. */
static bool add_problems(struct segments *line, const struct board *board)
{
    static const enum lamp order[] = {LAMP_OFFLINE, LAMP_EXPIRED, LAMP_MISMATCH, LAMP_UNKNOWN};
    bool has_any = board->roster->gone > 0;
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++) {
        size_t count = board->roster->lamps[order[i]];
        const struct lamp_info *info = lamp_info(order[i]);
        has_any = has_any || count > 0;
        if (count > 0)
            segments_add(line, (enum role)(ROLE_LAMP + order[i]), 3 + i, " %s%zu",
                         board->is_ascii ? info->ascii : info->glyph, count);
    }
    if (board->roster->gone > 0)
        segments_add(line, ROLE_GONE, 2, " %s%zu", widget_symbol(SYMBOL_GONE, board->is_ascii),
                     board->roster->gone);
    return has_any;
}

/* The word a small screen has for a state that is not live; empty if all is well. */
static const char *state_word(const struct board *board, enum health_kind kind, int cols)
{
    if (board->is_paused && (kind < HEALTH_INCOMPLETE || cols < PAUSED_WORDS_COLS_MIN))
        return "PAUSED ";
    if (board->is_paused)
        return kind == HEALTH_INCOMPLETE ? "PAUSED PARTLY " : "PAUSED STALE ";
    if (kind == HEALTH_INCOMPLETE)
        return "PARTLY ";
    return kind >= HEALTH_STALE ? "STALE " : "";
}

void draw_line(const struct board *board, struct frame *frame, struct moment now)
{
    struct health health =
        health_of(board->feeds, board->server_status_count, board_time(board, now).ms);
    struct health aged = health_of(board->feeds, board->server_status_count, now.ms);
    char age[CLOCK_SPAN_MAX];
    struct segments line;
    int row = (frame->rows - 1) / 2;

    clock_format_wait(age, aged.staleness_ms);
    segments_init(&line);
    segments_add(&line, ROLE_STALE, 0, "%s", state_word(board, health.kind, frame->cols));
    segments_add(&line, ROLE_STRONG, 1, "%zu:", board->roster->count - board->roster->gone);
    if (!add_problems(&line, board))
        segments_add(&line, ROLE_DIM, 8, " no problems");
    segments_add(&line, ROLE_TEXT, 9, " age");
    segments_add(&line, ROLE_TEXT, 0, " %s", aged.staleness_ms < 0 ? "never" : age);
    if (health.insecure)
        segments_add(&line, ROLE_STALE, 0, " !TLS");
    segments_paint(&line, frame, row, 0, frame->cols);
    if (health.kind >= HEALTH_INCOMPLETE)
        frame_flag(frame, row, 0, frame->cols, STYLE_STALE);
}

/* The list, or why there is none. */
static void draw_body(const struct board *board, const struct layout *layout, struct frame *frame,
                      struct moment now)
{
    if (layout->body.rows == 0)
        return;
    if (board->is_servers)
        draw_servers(board, layout, frame, now);
    else if (board->listing.count == 0)
        draw_nothing(board, layout, frame, now);
    else if (board->view == VIEW_LAMPS)
        draw_lamps(board, layout, frame, now);
    else
        draw_table(board, layout, frame, now);
}

void draw_board(const struct board *board, struct frame *frame, struct moment now)
{
    struct layout layout = board_layout(board);

    frame_reset(frame, board->rows, board->cols, board->is_ascii);
    if (layout.is_too_small && board->is_prompting) {
        draw_prompt(board, &(struct rect){(frame->rows - 1) / 2, 0, 1, frame->cols}, frame);
        return;
    }
    if (layout.is_too_small) {
        draw_line(board, frame, now);
        return;
    }
    draw_header(board, &layout, frame, now);
    if (board->is_help) {
        draw_help(board, frame);
        return;
    }
    draw_sums(board, &layout, frame, now);
    draw_body(board, &layout, frame, now);
    draw_detail(board, &layout, frame, now);
    draw_status(board, &layout, frame, now);
    draw_footer(board, &layout, frame);
}
