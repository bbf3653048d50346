/* SPDX-License-Identifier: MIT */
#include "support/invariant.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "ui/layout.h"

#define PAUSED_WORDS_COLS_MIN 21

/* One frame being judged. */
struct judge {
    const struct frame *frame;
    const struct board *board;
    struct layout layout;
    int64_t shown; /* the time that durations on screen are told by */
    int64_t now;
    char *why;
};

/* Says what does not hold. */
__attribute__((format(printf, 2, 3))) static bool fail(const struct judge *judge,
                                                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(judge->why, INVARIANT_TEXT_MAX, format, args);
    va_end(args);
    return false;
}

/* The cell at a place. */
static const struct cell *cell_at(const struct judge *judge, int row, int col)
{
    return &judge->frame->cells[row * judge->frame->cols + col];
}

/* Does this row of the frame hold the text? */
static bool row_holds(const struct judge *judge, int row, const char *text)
{
    struct buffer line;
    buffer_init(&line, 0);
    buffer_puts(&line, "");
    for (int col = 0; col < judge->frame->cols; col++) {
        uint32_t base = cell_at(judge, row, col)->base;
        if (base != 0) {
            char bytes[4];
            buffer_append(&line, bytes, text_encode(bytes, base));
        }
    }
    bool holds = line.data && strstr(line.data, text);
    buffer_clear(&line);
    return holds;
}

/* Do all cells, or none, of a part of a row have the style of what is old? */
static bool is_styled(const struct judge *judge, int row, int col, int cols, bool stale)
{
    for (int i = col; i < col + cols; i++) {
        if (((cell_at(judge, row, i)->flags & STYLE_STALE) != 0) != stale)
            return false;
    }
    return true;
}

/* Has this server not been read whole for two intervals, or only in part at the last attempt? */
static bool is_feed_old(const struct server_status *feed, int64_t now)
{
    if (feed->partial_since_ms != SERVER_STATUS_NEVER)
        return true;
    if (feed->last_good_ms == SERVER_STATUS_NEVER)
        return feed->failing_since_ms != SERVER_STATUS_NEVER;
    return now - feed->last_good_ms > 2 * feed->interval_ms;
}

/* Is any server in that state? */
static bool is_any_old(const struct judge *judge, int64_t now)
{
    for (size_t i = 0; i < judge->board->server_status_count; i++) {
        if (is_feed_old(&judge->board->feeds[i], now))
            return true;
    }
    return false;
}

/* Is this extension old at a time? One that is gone is marked by its glyph. */
static bool is_row_old(const struct judge *judge, const struct row *row, int64_t time)
{
    const struct server_status *feed = &judge->board->feeds[row->server];
    int64_t heard = row->gone_polls > 0 ? feed->last_good_ms : row->last_seen_ms;
    if (time - heard > 2 * feed->interval_ms)
        return true;
    return row->gone_polls == 0 && feed->partial_since_ms != SERVER_STATUS_NEVER &&
           row->last_seen_ms < feed->partial_since_ms;
}

/* The oldest whole poll among the servers; -1 if none was ever heard. */
static int64_t oldest_age(const struct judge *judge)
{
    int64_t oldest = -1;
    for (size_t i = 0; i < judge->board->server_status_count; i++) {
        int64_t age = server_status_age(&judge->board->feeds[i], judge->now);
        oldest = age > oldest ? age : oldest;
    }
    return oldest;
}

/* Is the age of the data in this row? */
static bool check_age(const struct judge *judge, int row)
{
    int64_t age = oldest_age(judge);
    char words[CLOCK_SPAN_MAX];
    char span[CLOCK_SPAN_MAX];

    clock_format_wait(words, age);
    clock_format_span(span, age);
    if (age < 0 || row_holds(judge, row, words) || row_holds(judge, row, span))
        return true;
    return fail(judge, "row %d does not tell the age of the data, %s", row, words);
}

/* Has the row room for two words and an age? Where not, PAUSED stands for what was old before. */
static bool has_room(const struct judge *judge)
{
    return !judge->layout.is_too_small || !judge->board->is_paused ||
           judge->frame->cols >= PAUSED_WORDS_COLS_MIN;
}

/* Does the row say in a word that something is not live, if it is so, and only then? */
static bool check_word(const struct judge *judge, int row)
{
    static const char *const words[] = {"STALE", "NO DATA", "INCOMPLETE", "PARTLY"};
    bool is_old = is_any_old(judge, judge->shown);
    bool is_told = false;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        is_told = is_told || row_holds(judge, row, words[i]);
    if (judge->board->is_paused && !row_holds(judge, row, "PAUSED"))
        return fail(judge, "row %d does not say PAUSED", row);
    if (is_old && !is_told && has_room(judge))
        return fail(judge, "row %d has no word for data that is old", row);
    if (is_told && !is_old && !judge->board->is_paused)
        return fail(judge, "row %d calls data old that is not", row);
    return true;
}

/* A line that counts extensions is marked if some of them are old. */
static bool check_sums(const struct judge *judge, const struct rect *place)
{
    bool is_old = is_any_old(judge, judge->now);
    bool is_stale = is_any_old(judge, judge->shown);
    if (place->rows == 0)
        return true;
    if (!is_styled(judge, place->row, 0, place->cols, is_stale))
        return fail(judge, "row %d: sums %s", place->row, is_stale ? "not styled" : "styled");
    if ((cell_at(judge, place->row, 0)->base == '-') != is_old)
        return fail(judge, "row %d: sums %s", place->row, is_old ? "not marked" : "marked");
    return true;
}

/* One listed extension in its cells. */
static bool check_row(const struct judge *judge, const struct row *row, int line, int col, int cols)
{
    bool is_lamp = judge->board->view == VIEW_LAMPS;
    uint32_t lead = cell_at(judge, line, is_lamp ? col : col + 1)->base;
    uint32_t glyph = cell_at(judge, line, is_lamp ? col + 1 : col + 2)->base;
    bool is_old = is_row_old(judge, row, judge->now);
    const char *number = row->extension.number;

    if ((lead == '-' || lead == '{') != is_old)
        return fail(judge, "%s at row %d column %d %s", number, line, col,
                    is_old ? "is old and not marked" : "is marked and not old");
    if (!is_styled(judge, line, col, cols, is_row_old(judge, row, judge->shown)))
        return fail(judge, "%s at row %d column %d has the wrong style", number, line, col);
    if ((glyph == '_') != (row->gone_polls > 0))
        return fail(judge, "%s at row %d column %d: gone or not?", number, line, col);
    return true;
}

/* One server's counts, and the mark before it. */
static bool check_server(const struct judge *judge, uint16_t server, int line)
{
    const struct server_status *feed = &judge->board->feeds[server];
    bool is_old = is_feed_old(feed, judge->now);
    if ((cell_at(judge, line, 1)->base == '-') != is_old)
        return fail(judge, "server %s at row %d %s", feed->name, line,
                    is_old ? "is old and not marked" : "is marked and not old");
    return true;
}

/* All servers that are in sight. */
static bool check_servers(const struct judge *judge)
{
    const struct server_list *servers = &judge->board->servers;
    for (int i = 0; i < judge->layout.visible; i++) {
        size_t place = servers->top + (size_t)i;
        if (place < servers->count &&
            !check_server(judge, servers->ids[place], judge->layout.body.row + 1 + i))
            return false;
    }
    return true;
}

/* The line above the extensions of a server. */
static bool check_head(const struct judge *judge, uint16_t server, int line)
{
    const struct server_status *feed = &judge->board->feeds[server];
    bool is_old = is_feed_old(feed, judge->now);
    if ((cell_at(judge, line, judge->layout.body.col)->base == '-') != is_old)
        return fail(judge, "the line of %s at row %d %s", feed->name, line,
                    is_old ? "is old and not marked" : "is marked and not old");
    return true;
}

/* One line of extensions. */
static bool check_line(const struct judge *judge, const struct list_line *cells, int line)
{
    const struct layout *layout = &judge->layout;
    const struct board *board = judge->board;
    bool is_lamps = board->view == VIEW_LAMPS;
    int cols = is_lamps ? layout->cell_cols : layout->body.cols - 2;

    for (size_t i = 0; i < cells->count; i++) {
        int col = is_lamps ? layout_cell_col(layout, (int)i) : 0;
        const struct row *row = &board->roster->rows[board->listing.ids[cells->first + i]];
        if (!check_row(judge, row, line, col, cols))
            return false;
    }
    return true;
}

/* All listed extensions that are in sight. */
static bool check_list(const struct judge *judge)
{
    const struct layout *layout = &judge->layout;
    const struct board *board = judge->board;
    size_t per_row = (size_t)layout->per_row;

    for (int i = 0; i < layout->visible; i++) {
        struct list_line cells = list_lines_line(&board->groups, per_row, board->top + (size_t)i);
        int line = layout->body.row + i + (board->view == VIEW_LAMPS ? 0 : 1);
        if (cells.first >= board->listing.count)
            return true;
        const struct row *row = &board->roster->rows[board->listing.ids[cells.first]];
        if (cells.is_head ? !check_head(judge, row->server, line)
                          : !check_line(judge, &cells, line))
            return false;
    }
    return true;
}

/* The detail says that the extension it tells of is old, and all of it is styled so. */
static bool check_detail(const struct judge *judge)
{
    const struct rect *place = &judge->layout.detail;
    const struct row *row = board_selected(judge->board);
    if (place->rows == 0 || row == NULL)
        return true;
    bool is_stale = is_row_old(judge, row, judge->shown);
    if (is_row_old(judge, row, judge->now) && !row_holds(judge, place->row, "STALE"))
        return fail(judge, "the detail does not say STALE");
    for (int i = 0; i < place->rows; i++) {
        if (!is_styled(judge, place->row + i, place->col, place->cols, is_stale))
            return fail(judge, "the detail has the wrong style in row %d", place->row + i);
    }
    return true;
}

bool invariant_holds(const struct frame *frame, const struct board *board, struct moment now,
                     char why[static INVARIANT_TEXT_MAX])
{
    struct judge judge = {.frame = frame,
                          .board = board,
                          .layout = board_layout(board),
                          .shown = board_time(board, now).ms,
                          .now = now.ms,
                          .why = why};
    why[0] = '\0';
    if (frame->rows != board->rows || frame->cols != board->cols)
        return fail(&judge, "the frame has not the board's size");
    if (judge.layout.is_too_small) {
        int row = (frame->rows - 1) / 2;
        bool is_typing = board->is_prompting;
        return is_typing || frame->cols < 12 || (check_age(&judge, row) && check_word(&judge, row));
    }
    if (!check_age(&judge, judge.layout.header.row) || !check_word(&judge, judge.layout.header.row))
        return false;
    return board->is_help ||
           (check_sums(&judge, &judge.layout.totals) &&
            check_sums(&judge, &(struct rect){judge.layout.summary.row, 0,
                                              judge.layout.summary.rows > 0, frame->cols}) &&
            (board->is_servers ? check_servers(&judge) : check_list(&judge)) &&
            check_detail(&judge));
}
