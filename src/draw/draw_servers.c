/* SPDX-License-Identifier: MIT */
/* The servers: one row each. Its columns are a table here. */
#include "draw/draw_servers.h"

#include <stdio.h>
#include <string.h>

#include "draw/widgets.h"
#include "model/health.h"
#include "model/staleness.h"

#define LEAD_COLS 3 /* cursor, stale mark, blank */
#define GAP_COLS 2
#define NAME_COLS_MIN 6
#define NAME_COLS_MAX 24
#define TROUBLE_COLS_MIN 16

/* What a cell's text is made from. */
struct subject {
    const struct server_status *feed;
    struct counts counts;
    int64_t now;    /* the time that goes on */
    int64_t shown;  /* the one that is shown */
    enum lamp lamp; /* that this column counts */
};

/* Writes a cell's text; returns its role. */
typedef enum role (*write_fn)(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX]);

/* A count, or "-" for none. */
static enum role write_number(char *out, size_t count, enum role role)
{
    if (count == 0)
        snprintf(out, HEALTH_TROUBLE_MAX, "-");
    else
        snprintf(out, HEALTH_TROUBLE_MAX, "%zu", count);
    return count > 0 ? role : ROLE_DIM;
}

/* SERVER */
static enum role write_name(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    snprintf(out, HEALTH_TROUBLE_MAX, "%s", subject->feed->name);
    return ROLE_STRONG;
}

/* STATE, in the header's words */
static enum role write_state(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    enum health_kind kind = health_of_feed(subject->feed, subject->shown);
    snprintf(out, HEALTH_TROUBLE_MAX, "%s", health_word(kind));
    return kind == HEALTH_LIVE ? ROLE_LIVE : kind == HEALTH_WAITING ? ROLE_PAUSED : ROLE_STALE;
}

/* AGE of the data: it goes on while the picture stands still */
static enum role write_age(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    char text[CLOCK_SPAN_MAX];
    int64_t age = health_age(subject->feed, subject->now);
    clock_format_wait(text, age);
    snprintf(out, HEALTH_TROUBLE_MAX, "%s", age < 0 ? "never" : text);
    return health_of_feed(subject->feed, subject->now) >= HEALTH_INCOMPLETE ? ROLE_STALE
                                                                            : ROLE_TEXT;
}

/* EXT, extensions that are there */
static enum role write_extensions(const struct subject *subject,
                                  char out[static HEALTH_TROUBLE_MAX])
{
    return write_number(out, counts_present(&subject->counts), ROLE_TEXT);
}

/* PROB, problems of all kinds */
static enum role write_problems(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    return write_number(out, counts_problems(&subject->counts), ROLE_STRONG);
}

/* Extensions of one lamp */
static enum role write_lamp(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    return write_number(out, subject->counts.lamps[subject->lamp],
                        (enum role)(ROLE_LAMP + subject->lamp));
}

/* GONE */
static enum role write_gone(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    return write_number(out, subject->counts.gone, ROLE_GONE);
}

/* TROUBLE, what there is to tell besides */
static enum role write_trouble(const struct subject *subject, char out[static HEALTH_TROUBLE_MAX])
{
    bool is_told = health_tell(subject->feed, out);
    return is_told ? ROLE_STALE : ROLE_DIM;
}

/* Columns in their order; the highest rank leaves first, 0 stays. */
static const struct {
    const char *title;
    write_fn write;
    bool is_number; /* stands at the right of its column, which is as wide as it must be */
    enum lamp lamp;
    int cols;
    int rank;
} columns[] = {
    {"SERVER", write_name, false, LAMP_COUNT, NAME_COLS_MIN, 0},
    {"STATE", write_state, false, LAMP_COUNT, 10, 0},
    {"AGE", write_age, true, LAMP_COUNT, 3, 2},
    {"EXT", write_extensions, true, LAMP_COUNT, 3, 4},
    {"PROB", write_problems, true, LAMP_COUNT, 4, 1},
    {"OFF", write_lamp, true, LAMP_OFFLINE, 3, 5},
    {"EXP", write_lamp, true, LAMP_EXPIRED, 3, 6},
    {"MIS", write_lamp, true, LAMP_MISMATCH, 3, 10},
    {"UNK", write_lamp, true, LAMP_UNKNOWN, 3, 11},
    {"RNG", write_lamp, true, LAMP_RINGING, 3, 9},
    {"BSY", write_lamp, true, LAMP_BUSY, 3, 7},
    {"ONL", write_lamp, true, LAMP_ONLINE, 3, 8},
    {"N/A", write_lamp, true, LAMP_STATIC, 3, 13},
    {"GONE", write_gone, true, LAMP_COUNT, 4, 12},
    {"TROUBLE", write_trouble, false, LAMP_COUNT, TROUBLE_COLS_MIN, 3},
};

#define COLUMNS ((int)(sizeof columns / sizeof *columns))
#define COLUMN_NAME 0
#define COLUMN_TROUBLE (COLUMNS - 1)

/* Widths of the columns; 0 for those that are not shown. */
struct widths {
    int cols[COLUMNS];
};

/* What is told of one server. */
static struct subject subject_of(const struct board *board, uint16_t server, struct moment now)
{
    return (struct subject){
        .feed = &board->feeds[server],
        .counts = roster_count_server(board->roster, server),
        .now = now.ms,
        .shown = board_time(board, now).ms,
    };
}

/* Widens columns to what one server has to say in them. */
static void measure(struct subject *subject, struct widths *widths)
{
    char text[HEALTH_TROUBLE_MAX];
    for (int i = 0; i < COLUMNS; i++) {
        if (!columns[i].is_number && i != COLUMN_NAME)
            continue;
        subject->lamp = columns[i].lamp;
        columns[i].write(subject, text);
        int cols = text_columns(text);
        if (i == COLUMN_NAME && cols > NAME_COLS_MAX)
            cols = NAME_COLS_MAX;
        widths->cols[i] = cols > widths->cols[i] ? cols : widths->cols[i];
    }
}

/* Columns of all that are shown, with the gaps between them. */
static int sum_widths(const struct widths *widths)
{
    int sum = LEAD_COLS - GAP_COLS;
    for (int i = 0; i < COLUMNS; i++)
        sum += widths->cols[i] > 0 ? widths->cols[i] + GAP_COLS : 0;
    return sum;
}

/* Takes away the column that is missed least; false if only those are left that stay. */
static bool drop_column(struct widths *widths)
{
    int least = COLUMN_NAME;
    for (int i = 0; i < COLUMNS; i++) {
        if (widths->cols[i] > 0 && columns[i].rank > columns[least].rank)
            least = i;
    }
    widths->cols[least] = least == COLUMN_NAME ? widths->cols[least] : 0;
    return least != COLUMN_NAME;
}

/* Which columns are shown, and how wide: the trouble takes what the others leave. */
static struct widths choose_widths(const struct board *board, int room, struct moment now)
{
    struct widths widths;
    for (int i = 0; i < COLUMNS; i++)
        widths.cols[i] = columns[i].cols;
    for (size_t i = 0; i < board->server_status_count; i++) {
        struct subject subject = subject_of(board, (uint16_t)i, now);
        measure(&subject, &widths);
    }
    while (sum_widths(&widths) > room && drop_column(&widths))
        ;
    int spare = room - sum_widths(&widths);
    if (widths.cols[COLUMN_TROUBLE] > 0)
        widths.cols[COLUMN_TROUBLE] += spare;
    else if (spare < 0 && widths.cols[COLUMN_NAME] + spare >= NAME_COLS_MIN)
        widths.cols[COLUMN_NAME] += spare;
    else if (spare < 0)
        widths.cols[COLUMN_NAME] = NAME_COLS_MIN;
    return widths;
}

/* Puts one cell's text. */
static void put_cell(struct frame *frame, int line, int col, int end, bool is_number,
                     enum role role, const char *text)
{
    if (is_number)
        frame_put_right(frame, line, col, end, role, text);
    else
        widget_cut(frame, line, col, end, role, text);
}

/* The column titles. */
static void draw_titles(const struct widths *widths, const struct rect *body, struct frame *frame)
{
    int col = body->col + LEAD_COLS;
    int limit = body->col + body->cols;
    for (int i = 0; i < COLUMNS; i++) {
        int end = col + widths->cols[i];
        if (widths->cols[i] == 0)
            continue;
        put_cell(frame, body->row, col, end < limit ? end : limit, columns[i].is_number, ROLE_DIM,
                 columns[i].title);
        col = end + GAP_COLS;
    }
}

/* One server. What is counted of it is as old as its data; its state and trouble are of now. */
static void draw_server(struct subject *subject, const struct widths *widths,
                        const struct rect *body, int line, bool is_stale, struct frame *frame)
{
    char text[HEALTH_TROUBLE_MAX];
    int col = body->col + LEAD_COLS;
    int limit = body->col + body->cols;
    for (int i = 0; i < COLUMNS; i++) {
        int end = col + widths->cols[i];
        if (widths->cols[i] == 0)
            continue;
        subject->lamp = columns[i].lamp;
        enum role role = columns[i].write(subject, text);
        put_cell(frame, line, col, end < limit ? end : limit, columns[i].is_number, role, text);
        if (is_stale && columns[i].is_number && columns[i].write != write_age)
            frame_flag(frame, line, col, widths->cols[i], STYLE_STALE);
        col = end + GAP_COLS;
    }
}

/* Is what is told of a server old at a time? */
static bool is_old(const struct board *board, uint16_t server, int64_t now)
{
    return health_of_feed(&board->feeds[server], now) >= HEALTH_INCOMPLETE ||
           staleness_server_is_stale(board->feeds, board->server_status_count, board->roster,
                                     server, now);
}

/* The mark of the row under the cursor. */
static void mark_selected(struct frame *frame, const struct rect *body, int line)
{
    frame_put(frame, line, body->col, body->col + body->cols, ROLE_STRONG,
              widget_symbol(SYMBOL_CURSOR, frame->is_ascii));
    frame_flag(frame, line, body->col, body->cols, STYLE_SELECTED);
    frame->cursor_row = line;
    frame->cursor_col = body->col;
}

void draw_servers(const struct board *board, const struct layout *layout, struct frame *frame,
                  struct moment now)
{
    const struct server_list *servers = &board->servers;
    struct rect body = layout->body;
    struct rect bar = {body.row + 1, body.col + body.cols - 1, layout->visible, 1};

    body.cols -= layout->is_scrolled ? 2 : 1;
    struct widths widths = choose_widths(board, body.cols, now);
    draw_titles(&widths, &body, frame);
    for (int i = 0; i < layout->visible; i++) {
        size_t place = servers->top + (size_t)i;
        if (place >= servers->count)
            break;
        int line = body.row + 1 + i;
        uint16_t server = servers->ids[place];
        struct subject subject = subject_of(board, server, now);
        draw_server(&subject, &widths, &body, line, is_old(board, server, subject.shown), frame);
        if (is_old(board, server, now.ms))
            frame_put(frame, line, body.col + 1, body.col + body.cols, ROLE_STALE, "-");
        if (place == servers->selected)
            mark_selected(frame, &body, line);
    }
    if (layout->is_scrolled)
        widget_scroll_bar(frame, bar, servers->top, (size_t)layout->visible, servers->count);
}
