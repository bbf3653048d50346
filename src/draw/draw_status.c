/* SPDX-License-Identifier: MIT */
/* The last two rows: place in the list, notices, the prompt and its mistakes, keys. */
#include "draw/draw_status.h"

#include <stdio.h>
#include <string.h>

#include "draw/draw_detail.h"
#include "draw/widgets.h"
#include "model/health.h"

#define TROUBLE_COLS_MIN 16

/* "1-17 of 32" */
static void add_range(struct segments *line, size_t first, size_t end, size_t count)
{
    if (end == first + 1)
        segments_add(line, ROLE_TEXT, 0, " %zu of %zu", end, count);
    else
        segments_add(line, ROLE_TEXT, 0, " %zu-%zu of %zu", first + 1, end, count);
}

/* "page 1/3" */
static void add_page(struct segments *line, size_t top, size_t visible, size_t lines)
{
    size_t pages = (lines + visible - 1) / visible;
    size_t page = top + visible >= lines ? pages : (top + visible - 1) / visible + 1;
    if (pages > 1)
        segments_add(line, ROLE_DIM, 4, "  page %zu/%zu", page, pages);
}

/* Which of the servers are in sight. */
static void add_servers_position(struct segments *line, const struct server_list *servers,
                                 size_t visible)
{
    size_t end = servers->top + visible;
    if (servers->count == 0 || visible == 0)
        return;
    add_range(line, servers->top, end < servers->count ? end : servers->count, servers->count);
    add_page(line, servers->top, visible, servers->count);
}

/* "1-162 of 412  page 1/3" */
static void add_position(struct segments *line, const struct board *board,
                         const struct layout *layout)
{
    const struct list_lines *groups = &board->groups;
    size_t count = board->listing.count;
    if (count == 0 || !board_lists_selected(board))
        return;
    if (layout->visible <= 0) {
        segments_add(line, ROLE_TEXT, 0, " %zu of %zu", board->listing.selected + 1, count);
        return;
    }
    size_t per_row = (size_t)layout->per_row;
    size_t visible = (size_t)layout->visible;
    struct list_line first = list_lines_line(groups, per_row, board->top);
    struct list_line last = list_lines_line(groups, per_row, board->top + visible - 1);
    size_t end = last.first + last.count;

    add_range(line, first.first, end < count ? end : count, count);
    if (board_is_filtered(board) && layout->summary.rows == 0)
        segments_add(line, ROLE_TEXT, 3, " (%zu in all)", board->roster->count);
    add_page(line, board->top, visible, list_lines_lines(groups, per_row));
}

/* How far the detail is scrolled. */
static void add_scroll(struct segments *line, const struct board *board,
                       const struct layout *layout, struct moment now)
{
    size_t visible;
    size_t lines = draw_detail_lines(board, layout, now, &visible);
    if (lines <= visible)
        return;
    size_t top = board->detail_top < lines - visible ? board->detail_top : lines - visible;
    segments_add(line, ROLE_DIM, 2, "   lines %zu-%zu of %zu", top + 1, top + visible, lines);
}

/* What there is to tell of the server under the cursor. */
static void add_server(struct segments *line, const struct board *board, int64_t now)
{
    uint16_t server = server_list_selected(&board->servers);
    char text[HEALTH_TROUBLE_MAX];
    char next[CLOCK_SPAN_MAX];
    if (server == SERVER_NONE)
        return;
    const struct server_status *feed = &board->feeds[server];
    bool is_told = health_tell(feed, text);
    segments_add(line, is_told ? ROLE_STALE : ROLE_TEXT, 2, "   %s%s%s", feed->name,
                 is_told ? ": " : "  ", is_told ? text : feed->url)
        ->cols_min = TROUBLE_COLS_MIN;
    clock_format_wait(next, feed->next_poll_ms - now + 999);
    if (error_is_set(&feed->error) && feed->is_polling)
        segments_add(line, ROLE_STALE, 1, "  trying now");
    else if (error_is_set(&feed->error))
        segments_add(line, ROLE_STALE, 1, "  next try in %s", next);
}

/* The server whose trouble is told: the worst one's, else that of any. */
static const struct server_status *troubled(const struct board *board, const struct health *health)
{
    if (health->worst && error_is_set(&health->worst->error))
        return health->worst;
    for (size_t i = 0; i < board->server_status_count; i++) {
        if (error_is_set(&board->feeds[i].error))
            return &board->feeds[i];
    }
    return NULL;
}

/* That answers take longer than the interval: then the pace is not the one asked for. */
static bool add_slowness(struct segments *line, const struct board *board)
{
    for (size_t i = 0; i < board->server_status_count; i++) {
        const struct server_status *feed = &board->feeds[i];
        if (feed->latency_ms <= feed->interval_ms)
            continue;
        bool is_one = board->server_status_count == 1;
        segments_add(line, ROLE_STALE, 2, "   %s%sanswers take %.1f s, longer than the interval",
                     is_one ? "" : feed->name, is_one ? "" : ": ", (double)feed->latency_ms / 1000)
            ->cols_min = TROUBLE_COLS_MIN;
        segments_add(line, ROLE_STALE, 3, "  %llu polls skipped",
                     (unsigned long long)feed->skipped);
        return true;
    }
    return false;
}

/* What could not be read of what came. */
static void add_rejected(struct segments *line, const struct health *health)
{
    if (health->rejected == 1)
        segments_add(line, ROLE_STALE, 2, "   1 entry could not be read");
    else if (health->rejected > 1)
        segments_add(line, ROLE_STALE, 2, "   %llu entries could not be read",
                     (unsigned long long)health->rejected);
}

/* What went wrong and when it is tried again; or what could not be read. */
static void add_trouble(struct segments *line, const struct board *board, int64_t now)
{
    struct health health = health_of(board->feeds, board->server_status_count, now);
    const struct server_status *feed = troubled(board, &health);
    enum role role = health.kind >= HEALTH_INCOMPLETE ? ROLE_STALE : ROLE_TEXT;
    bool is_one = board->server_status_count == 1;
    char next[CLOCK_SPAN_MAX];

    if (feed == NULL) {
        if (!add_slowness(line, board))
            add_rejected(line, &health);
        return;
    }
    segments_add(line, role, 2, "   %s%s%s", is_one ? "" : feed->name, is_one ? "" : ": ",
                 feed->error.text)
        ->cols_min = TROUBLE_COLS_MIN;
    clock_format_wait(next, feed->next_poll_ms - now + 999);
    if (feed->is_polling)
        segments_add(line, role, 1, "  trying now");
    else
        segments_add(line, role, 1, "  next try in %s", next);
}

/* The number that was jumped to, and which of those like it is selected. */
static void add_search(struct segments *line, const struct board *board)
{
    if (board->jump_result.count == 0)
        segments_add(line, ROLE_MISTAKE, 1, "   no %s here", board->jump_digits);
    else if (board->jump_result.count == 1)
        segments_add(line, ROLE_STRONG, 1, "   go to %s", board->jump_digits);
    else
        segments_add(line, ROLE_STRONG, 1, "   go to %s (%zu of %zu, n goes on)",
                     board->jump_digits, board->jump_result.place, board->jump_result.count);
}

/* Place in the list, and what has just happened. */
static void draw_place(const struct board *board, const struct layout *layout,
                       const struct rect *place, struct frame *frame, struct moment now)
{
    struct segments line;
    segments_init(&line);
    if (board->is_servers)
        add_servers_position(&line, &board->servers, (size_t)layout->visible);
    else
        add_position(&line, board, layout);
    if (board_detail(board) == DETAIL_FULL)
        add_scroll(&line, board, layout, now);
    if (board->jump_digits[0] != '\0')
        add_search(&line, board);
    segments_spring(&line);
    if (board->notice[0] != '\0')
        segments_add(&line, ROLE_STRONG, 0, "   %s", board->notice);
    else if (board->is_servers)
        add_server(&line, board, board_time(board, now).ms);
    else if (board->roster->count > 0)
        add_trouble(&line, board, board_time(board, now).ms);
    segments_paint(&line, frame, place->row, place->col, place->cols - 1);
}

/* Columns that the text being typed is moved to the left so that the cursor is in sight. */
static int prompt_shift(const struct board *board, int cols)
{
    int cursor = lineedit_cursor_column(&board->prompt);
    return cursor < cols ? 0 : cursor - cols + 1;
}

void draw_prompt(const struct board *board, const struct rect *place, struct frame *frame)
{
    char matches[48];
    int limit = place->col + place->cols - 1;
    int used;

    snprintf(matches, sizeof matches, "  %zu of %zu", board->listing.count, board->roster->count);
    int start = limit - (int)strlen(matches);
    if (start >= place->col + place->cols / 2)
        limit = frame_put_right(frame, place->row, start, limit, ROLE_DIM, matches);
    bool is_wrong = error_is_set(&board->mistake);
    int col = frame_put(frame, place->row, place->col, limit, is_wrong ? ROLE_MISTAKE : ROLE_KEY,
                        is_wrong ? "!/" : " /");
    int shift = prompt_shift(board, limit - col);
    size_t skipped = text_fit(board->prompt.text, shift, &used);
    int end = frame_put(frame, place->row, col, limit, ROLE_PROMPT, board->prompt.text + skipped);
    if (board->prompt.is_whole_marked)
        frame_flag(frame, place->row, col, end - col, STYLE_SELECTED);
    frame->cursor_row = place->row;
    frame->cursor_col = col + lineedit_cursor_column(&board->prompt) - used;
    frame->is_cursor_shown = true;
}

/* The mistake in the text above, pointed at if there is room to. */
static void draw_mistake(const struct board *board, const struct rect *place, struct frame *frame)
{
    char before[LINEEDIT_BYTES_MAX];
    int limit = place->col + place->cols - 1;
    int shift = prompt_shift(board, limit - place->col - 2);

    snprintf(before, sizeof before, "%.*s", (int)board->mistake_at, board->prompt.text);
    int col = place->col + 2 + text_columns(before) - shift;
    if (col < place->col + 2 || col + 2 + text_columns(board->mistake.text) > limit) {
        widget_cut(frame, place->row, place->col + 1, limit, ROLE_MISTAKE, board->mistake.text);
        return;
    }
    col = frame_put(frame, place->row, col, limit, ROLE_MISTAKE, "^ ");
    frame_put(frame, place->row, col, limit, ROLE_MISTAKE, board->mistake.text);
}

/* Keys and what they do: "? help  q quit". The key is what stands before the first blank. */
static void draw_keys(const char *const *labels, size_t count, const struct rect *place,
                      struct frame *frame)
{
    int col = place->col + 1;
    int limit = place->col + place->cols - 1;
    for (size_t i = 0; i < count; i++) {
        if (col + text_columns(labels[i]) > limit)
            return;
        int length = (int)strcspn(labels[i], " ");
        frame_put(frame, place->row, col, limit, ROLE_DIM, labels[i]);
        frame_paint(frame, place->row, col, length, ROLE_KEY);
        col += text_columns(labels[i]) + 2;
    }
}

/* Is there nothing for a key to do? */
static bool is_idle(const struct board *board, enum action action)
{
    bool is_empty = board->listing.count == 0 && !board->is_servers;
    return (action == ACTION_OPEN && is_empty) ||
           (action == ACTION_SERVERS && board->server_status_count <= 1);
}

/* The keys that work now. */
static void draw_hints(const struct board *board, const struct rect *place, struct frame *frame)
{
    static const char *const prompt_labels[] = {"Enter keep", "Esc cancel", "^U clear"};
    const char *labels[ACTION_COUNT];
    size_t row_count, count = 0;
    const struct key_row *rows = keys_rows(&row_count);

    if (board->is_prompting) {
        draw_keys(prompt_labels, sizeof prompt_labels / sizeof *prompt_labels, place, frame);
        return;
    }
    bool is_open = board_detail(board) == DETAIL_FULL;
    for (size_t i = 0; i < row_count && count < ACTION_COUNT; i++) {
        const char *label = is_open ? rows[i].footer_open : rows[i].footer;
        if (rows[i].action == ACTION_PAUSE && board->is_paused)
            label = KEYS_RESUME;
        if (board->is_servers && rows[i].action == ACTION_BACK)
            label = "Esc back";
        if (label != NULL && !is_idle(board, rows[i].action))
            labels[count++] = label;
    }
    draw_keys(labels, count, place, frame);
}

void draw_status(const struct board *board, const struct layout *layout, struct frame *frame,
                 struct moment now)
{
    const struct rect *place = &layout->status;
    if (place->rows == 0)
        return;
    if (board->is_prompting)
        draw_prompt(board, place, frame);
    else
        draw_place(board, layout, place, frame, now);
}

void draw_footer(const struct board *board, const struct layout *layout, struct frame *frame)
{
    const struct rect *place = &layout->footer;
    bool has_status = layout->status.rows > 0;

    if (board->is_prompting && !has_status)
        draw_prompt(board, place, frame);
    else if (board->is_prompting && error_is_set(&board->mistake))
        draw_mistake(board, place, frame);
    else if (!has_status && board->notice[0] != '\0')
        widget_cut(frame, place->row, place->col + 1, place->cols - 1, ROLE_STRONG, board->notice);
    else
        draw_hints(board, place, frame);
}
