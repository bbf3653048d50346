/* SPDX-License-Identifier: MIT */
/* The table: one row an extension. Its columns are a table here. */
#include "draw/draw_table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "draw/draw_group.h"
#include "draw/widgets.h"
#include "model/staleness.h"

#define LEAD_COLS 4 /* cursor, stale mark, glyph, blank */
#define GAP_COLS 2
#define NAME_COLS_MIN 12
#define NAME_COLS_MAX 24
#define SERVER_COLS_MAX 20
#define AGENT_COLS_MIN 16
#define AGENT_COLS_MAX 64
#define TEXT_BYTES 512

/* What a cell's text is made from. */
struct subject {
    const struct board *board;
    const struct row *row;
    const struct registration *best; /* NULL: no contact */
    struct moment now;
    bool is_ascii;
};

/* Writes a cell's text; returns its role. */
typedef enum role (*write_fn)(const struct subject *subject, char *out, size_t size);

enum column_id {
    COLUMN_EXTENSION,
    COLUMN_NAME,
    COLUMN_SERVER,
    COLUMN_STATE,
    COLUMN_FOR,
    COLUMN_REGISTERED,
    COLUMN_CONTACTS,
    COLUMN_AGENT,
    COLUMN_EXPIRES,
    COLUMN_COUNT,
};

/* Widths of the columns shown; 0 for those that are not. */
struct widths {
    int cols[COLUMN_COUNT];
};

/* "-", for what there is nothing of. */
static enum role write_none(char *out, size_t size)
{
    snprintf(out, size, "-");
    return ROLE_DIM;
}

/* COLUMN_EXTENSION */
static enum role write_extension(const struct subject *subject, char *out, size_t size)
{
    snprintf(out, size, "%s", subject->row->extension.number);
    return ROLE_STRONG;
}

/* COLUMN_NAME */
static enum role write_name(const struct subject *subject, char *out, size_t size)
{
    const char *name = subject->row->name;
    text_make_safe(out, size, name ? name : "", name ? strlen(name) : 0);
    return ROLE_TEXT;
}

/* COLUMN_SERVER */
static enum role write_server(const struct subject *subject, char *out, size_t size)
{
    size_t server = subject->row->server;
    snprintf(out, size, "%s",
             server < subject->board->server_status_count ? subject->board->feeds[server].name
                                                          : "?");
    return ROLE_TEXT;
}

/* COLUMN_STATE */
static enum role write_state(const struct subject *subject, char *out, size_t size)
{
    const char *name =
        subject->row->gone_polls > 0 ? "gone" : lamp_info((enum lamp)subject->row->lamp)->name;
    snprintf(out, size, "%s", name);
    for (char *letter = out; *letter != '\0'; letter++)
        *letter = (char)toupper((unsigned char)*letter);
    return widget_role(subject->row);
}

/* COLUMN_FOR */
static enum role write_for(const struct subject *subject, char *out, size_t size)
{
    const struct board *board = subject->board;
    struct staleness_span age =
        staleness_in_state(board->feeds, board->server_status_count, subject->row, subject->now.ms);
    char text[CLOCK_SPAN_MAX];

    if (age.ms < INT64_C(24) * 3600 * 1000)
        clock_format_span(text, age.ms);
    else
        clock_format_short(text, age.ms);
    snprintf(out, size, "%s%s",
             age.is_exact ? "" : widget_symbol(SYMBOL_AT_LEAST, subject->is_ascii), text);
    return ROLE_TEXT;
}

/* COLUMN_REGISTERED */
static enum role write_registered(const struct subject *subject, char *out, size_t size)
{
    const struct registration *best = subject->best;
    if (!subject->row->extension.has_list)
        return write_none(out, size);
    int32_t state = best ? best->state : REGISTRATION_NOT_REGISTERED;
    const char *word = state == REGISTRATION_REGISTERED       ? "yes"
                       : state == REGISTRATION_NOT_NECESSARY  ? "n/a"
                       : state == REGISTRATION_EXPIRED        ? "exp"
                       : state == REGISTRATION_NOT_REGISTERED ? "no"
                                                              : "?";
    snprintf(out, size, "%s", word);
    return ROLE_TEXT;
}

/* COLUMN_CONTACTS */
static enum role write_contacts(const struct subject *subject, char *out, size_t size)
{
    snprintf(out, size, "%u", (unsigned)subject->row->extension.registration_count);
    return subject->best ? ROLE_TEXT : ROLE_DIM;
}

/* COLUMN_AGENT */
static enum role write_agent(const struct subject *subject, char *out, size_t size)
{
    if (subject->best == NULL || subject->best->agent == NULL)
        return write_none(out, size);
    text_make_safe(out, size, subject->best->agent, strlen(subject->best->agent));
    return ROLE_TEXT;
}

/* COLUMN_EXPIRES */
static enum role write_expires(const struct subject *subject, char *out, size_t size)
{
    char text[CLOCK_SPAN_MAX];
    if (subject->best == NULL || subject->best->expires == EXPIRES_NONE)
        return write_none(out, size);
    int64_t left_s = subject->best->expires - subject->now.wall_ms / 1000;
    int64_t size_s = left_s < 0 ? -left_s : left_s;
    if (left_s < 0 && !registration_is_live(subject->best)) {
        clock_format_short(text, size_s < INT64_MAX / 1000 ? size_s * 1000 : INT64_MAX);
        snprintf(out, size, "%s ago", text);
        return ROLE_DIM;
    }
    if (size_s < INT64_C(24) * 3600) {
        clock_format_span(text, left_s * 1000);
        snprintf(out, size, "%s", text);
    } else {
        clock_format_short(text, size_s < INT64_MAX / 1000 ? size_s * 1000 : INT64_MAX);
        snprintf(out, size, "%s%s", left_s < 0 ? "-" : "", text);
    }
    return left_s < 0 ? ROLE_STRONG : ROLE_TEXT;
}

static const struct {
    const char *title;
    write_fn write;
    enum sort_key sort; /* that marks this column; SORT_COUNT: none */
    int cols;           /* 0: measured */
    int rank;           /* the highest leaves first; 0 stays */
} columns[COLUMN_COUNT] = {
    [COLUMN_EXTENSION] = {"EXTENSION", write_extension, SORT_EXTENSION, 0, 0},
    [COLUMN_NAME] = {"NAME", write_name, SORT_NAME, 0, 4},
    [COLUMN_SERVER] = {"SERVER", write_server, SORT_SERVER, 0, 5},
    [COLUMN_STATE] = {"STATE", write_state, SORT_SEVERITY, 8, 1},
    [COLUMN_FOR] = {"FOR", write_for, SORT_FOR, 9, 2},
    [COLUMN_REGISTERED] = {"REG", write_registered, SORT_REGISTRATIONS, 3, 3},
    [COLUMN_CONTACTS] = {"N", write_contacts, SORT_COUNT, 2, 7},
    [COLUMN_AGENT] = {"AGENT", write_agent, SORT_AGENT, 0, 6},
    [COLUMN_EXPIRES] = {"EXPIRES IN", write_expires, SORT_EXPIRES, 11, 8},
};

/* The value within bounds. */
static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* Columns of the numbers as they are here, with what they share. */
static int measure_numbers(const struct board *board)
{
    int cols = board->number_cols;
    if (board->listing.count > 0 && board->prefix_length > 0) {
        const struct row *first = &board->roster->rows[board->listing.ids[0]];
        int used = text_columns(first->extension.number);
        cols += used - text_columns(first->extension.number + board->prefix_length);
    }
    return cols > (int)strlen("EXTENSION") ? cols : (int)strlen("EXTENSION");
}

/* Columns of the longest server name; 0 when there is one server only. */
static int measure_servers(const struct board *board)
{
    int cols = (int)strlen("SERVER");
    for (size_t i = 0; i < board->server_status_count; i++) {
        int name = text_columns(board->feeds[i].name);
        cols = name > cols ? name : cols;
    }
    return board->server_status_count > 1 ? clamp(cols, 0, SERVER_COLS_MAX) : 0;
}

/* Columns of all that are shown, gaps between them included. */
static int sum_widths(const struct widths *widths)
{
    int sum = LEAD_COLS - GAP_COLS;
    for (int i = 0; i < COLUMN_COUNT; i++)
        sum += widths->cols[i] > 0 ? widths->cols[i] + GAP_COLS : 0;
    return sum;
}

/* Takes away the column that is missed least; false if only those are left that stay. */
static bool drop_column(struct widths *widths)
{
    int least = -1;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (widths->cols[i] > 0 && columns[i].rank > 0 &&
            (least < 0 || columns[i].rank > columns[least].rank))
            least = i;
    }
    if (least < 0)
        return false;
    widths->cols[least] = 0;
    return true;
}

/* Lets a column that is shown have what is left of the room, up to `most` columns. */
static void grow_column(struct widths *widths, enum column_id id, int room, int most)
{
    int *cols = &widths->cols[id];
    int left = room - sum_widths(widths);
    if (*cols > 0 && left > 0 && most > *cols)
        *cols = *cols + left < most ? *cols + left : most;
}

/* Which columns are shown, and how wide: names first take what the others leave, then agents. */
static struct widths choose_widths(const struct board *board, int room)
{
    struct widths widths;
    int name_cols = clamp(board->name_cols, 0, NAME_COLS_MAX);
    for (int i = 0; i < COLUMN_COUNT; i++)
        widths.cols[i] = columns[i].cols;
    widths.cols[COLUMN_EXTENSION] = measure_numbers(board);
    widths.cols[COLUMN_NAME] =
        name_cols > 0 ? clamp(name_cols, (int)strlen("NAME"), NAME_COLS_MIN) : 0;
    widths.cols[COLUMN_SERVER] = measure_servers(board);
    widths.cols[COLUMN_AGENT] = AGENT_COLS_MIN;
    while (sum_widths(&widths) > room && drop_column(&widths))
        ;
    grow_column(&widths, COLUMN_NAME, room, name_cols);
    grow_column(&widths, COLUMN_AGENT, room, AGENT_COLS_MAX);
    return widths;
}

/* The column titles; the one that is sorted by is marked. */
static void draw_titles(const struct board *board, const struct widths *widths,
                        const struct rect *body, struct frame *frame)
{
    int col = body->col + LEAD_COLS;
    int limit = body->col + body->cols;
    const struct sort_order *sort = &board->sort;

    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (widths->cols[i] == 0)
            continue;
        bool is_sorted = sort->count > 0 && columns[i].sort == sort->keys[0];
        int end = frame_put(frame, body->row, col, limit, is_sorted ? ROLE_STRONG : ROLE_DIM,
                            columns[i].title);
        if (is_sorted)
            frame_put(frame, body->row, end, limit, ROLE_STRONG,
                      widget_symbol(widget_direction(sort), frame->is_ascii));
        col += widths->cols[i] + GAP_COLS;
    }
}

/* One extension. */
static void draw_row(const struct subject *subject, const struct widths *widths,
                     const struct rect *body, int line, struct frame *frame)
{
    char text[TEXT_BYTES];
    int limit = body->col + body->cols;
    int col = body->col + LEAD_COLS;

    frame_put(frame, line, body->col + 2, limit, widget_role(subject->row),
              widget_glyph(subject->row, frame->is_ascii));
    for (int i = 0; i < COLUMN_COUNT; i++) {
        int end = col + widths->cols[i];
        if (widths->cols[i] == 0)
            continue;
        enum role role = columns[i].write(subject, text, sizeof text);
        (i == COLUMN_EXTENSION ? widget_cut_start : widget_cut)(
            frame, line, col, end < limit ? end : limit, role, text);
        col = end + GAP_COLS;
    }
}

/* The marks of a row: under the cursor, old. */
static void mark_row(struct frame *frame, const struct rect *body, int line, bool is_selected,
                     bool is_old, bool is_stale)
{
    int limit = body->col + body->cols;
    if (is_selected)
        frame_put(frame, line, body->col, limit, ROLE_STRONG,
                  widget_symbol(SYMBOL_CURSOR, frame->is_ascii));
    if (is_old)
        frame_put(frame, line, body->col + 1, limit, ROLE_STALE, "-");
    frame_flag(frame, line, body->col, body->cols,
               (is_selected ? STYLE_SELECTED : 0u) | (is_stale ? STYLE_STALE : 0u));
    if (is_selected) {
        frame->cursor_row = line;
        frame->cursor_col = body->col;
    }
}

void draw_table(const struct board *board, const struct layout *layout, struct frame *frame,
                struct moment now)
{
    const struct listing *listing = &board->listing;
    struct rect body = layout->body;
    struct rect bar = {body.row + 1, body.col + body.cols - 1, layout->visible, 1};
    struct subject subject = {
        .board = board, .now = board_time(board, now), .is_ascii = frame->is_ascii};

    body.cols -= layout->is_scrolled ? 2 : 1;
    struct widths widths = choose_widths(board, body.cols);
    draw_titles(board, &widths, &body, frame);
    for (int i = 0; i < layout->visible; i++) {
        struct rect place = {body.row + 1 + i, body.col, 1, body.cols};
        struct list_line line = list_lines_line(&board->groups, 1, board->top + (size_t)i);
        if (line.first >= listing->count)
            break;
        subject.row = &board->roster->rows[listing->ids[line.first]];
        if (line.is_head) {
            draw_group(board, subject.row->server, &place, frame, now);
            continue;
        }
        subject.best = extension_best_registration(&subject.row->extension);
        draw_row(&subject, &widths, &body, place.row, frame);
        mark_row(frame, &body, place.row, line.first == listing->selected,
                 board_is_old(board, subject.row, now),
                 staleness_is_stale(board->feeds, board->server_status_count, subject.row,
                                    subject.now.ms));
    }
    if (layout->is_scrolled)
        widget_scroll_bar(frame, bar, board->top, (size_t)layout->visible,
                          list_lines_lines(&board->groups, 1));
}
