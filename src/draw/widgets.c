/* SPDX-License-Identifier: MIT */
#include "draw/widgets.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    const char *ascii;
} symbols[SYMBOL_COUNT] = {
    [SYMBOL_RULE] = {"─", "-"},     [SYMBOL_BAR] = {"│", "|"},     [SYMBOL_THUMB] = {"█", "|"},
    [SYMBOL_TRACK] = {"│", ":"},    [SYMBOL_RUNNING] = {"▸", ">"}, [SYMBOL_CURSOR] = {"▶", ">"},
    [SYMBOL_UP] = {"▲", "^"},       [SYMBOL_DOWN] = {"▼", "v"},    [SYMBOL_CUT] = {"…", ">"},
    [SYMBOL_AT_LEAST] = {"≥", ">"}, [SYMBOL_GONE] = {"_", "_"},
};

const char *widget_symbol(enum symbol symbol, bool is_ascii)
{
    return is_ascii ? symbols[symbol].ascii : symbols[symbol].text;
}

const char *widget_glyph(const struct row *row, bool is_ascii)
{
    if (row->gone_polls > 0)
        return widget_symbol(SYMBOL_GONE, is_ascii);
    const struct lamp_info *info = lamp_info((enum lamp)row->lamp);
    return is_ascii ? info->ascii : info->glyph;
}

enum role widget_role(const struct row *row)
{
    return row->gone_polls > 0 ? ROLE_GONE : (enum role)(ROLE_LAMP + row->lamp);
}

enum symbol widget_direction(const struct sort_order *sort)
{
    bool is_falling = sort->keys[0] == SORT_SEVERITY || sort->keys[0] == SORT_FOR;
    return is_falling != sort->reversed[0] ? SYMBOL_DOWN : SYMBOL_UP;
}

int widget_cut(struct frame *frame, int row, int col, int limit, enum role role, const char *safe)
{
    if (limit > frame->cols)
        limit = frame->cols;
    if (limit <= col || text_columns(safe) <= limit - col)
        return frame_put(frame, row, col, limit, role, safe);
    col = frame_put(frame, row, col, limit - 1, role, safe);
    return frame_put(frame, row, col, limit, role, widget_symbol(SYMBOL_CUT, frame->is_ascii));
}

int widget_cut_start(struct frame *frame, int row, int col, int limit, enum role role,
                     const char *safe)
{
    if (limit > frame->cols)
        limit = frame->cols;
    int excess = text_columns(safe) - (limit - col);
    if (limit <= col || excess <= 0)
        return frame_put(frame, row, col, limit, role, safe);
    int used;
    size_t skipped = text_fit(safe, excess + 1, &used);
    if (used <= excess) /* a wide character stands across the place */
        skipped = text_fit(safe, excess + 2, &used);
    safe += skipped;
    col = frame_put(frame, row, col, limit, role, widget_symbol(SYMBOL_CUT, frame->is_ascii));
    return frame_put(frame, row, col, limit, role, safe);
}

int widget_rule(struct frame *frame, int row, int col, int cols, const char *title)
{
    const char *rule = widget_symbol(SYMBOL_RULE, frame->is_ascii);
    int limit = col + cols;

    frame_fill(frame, row, col, cols, ROLE_DIM, rule);
    if (title == NULL || cols < 6)
        return col;
    frame_put(frame, row, col + 2, limit, ROLE_TEXT, " ");
    col = widget_cut(frame, row, col + 3, limit - 3, ROLE_STRONG, title);
    return frame_put(frame, row, col, limit, ROLE_TEXT, " ");
}

void widget_old_line(struct frame *frame, int row, int cols, bool is_styled)
{
    frame_put(frame, row, 0, 1, ROLE_STALE, "-");
    if (is_styled)
        frame_flag(frame, row, 0, cols, STYLE_STALE);
}

void widget_scroll_bar(struct frame *frame, struct rect bar, size_t top, size_t shown, size_t all)
{
    size_t rows = (size_t)bar.rows;
    if (all == 0 || rows == 0)
        return;
    size_t length = shown >= all ? rows : (rows * shown + all - 1) / all;
    size_t rest = all > shown ? all - shown : 0;
    size_t start = rest == 0 ? 0 : (rows - length) * (top < rest ? top : rest) / rest;
    for (size_t i = 0; i < rows; i++) {
        bool is_thumb = i >= start && i < start + length;
        frame_put(frame, bar.row + (int)i, bar.col, bar.col + 1, ROLE_DIM,
                  widget_symbol(is_thumb ? SYMBOL_THUMB : SYMBOL_TRACK, frame->is_ascii));
    }
}

void segments_init(struct segments *segments)
{
    segments->count = 0;
    segments->used = 0;
    segments->spring = SEGMENTS_MAX;
}

struct segment *segments_add(struct segments *segments, enum role role, int rank,
                             const char *format, ...)
{
    char text[SEGMENT_BYTES];
    assert(segments->count < SEGMENTS_MAX);
    struct segment *segment = &segments->items[segments->count++];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    segment->text = segments->texts + segments->used;
    size_t room = sizeof segments->texts - segments->used;
    room = room < SEGMENT_BYTES ? room : SEGMENT_BYTES;
    segments->used += text_make_safe(segment->text, room, text, strlen(text));
    segments->used += segments->used + 1 < sizeof segments->texts;
    segment->role = role;
    segment->rank = rank;
    segment->cols = text_columns(segment->text);
    segment->cols_min = 0;
    return segment;
}

void segments_spring(struct segments *segments)
{
    segments->spring = segments->count;
}

int segments_cols(const struct segments *segments)
{
    int cols = 0;
    for (int i = 0; i < segments->count; i++)
        cols += segments->items[i].cols;
    return cols;
}

/* The rank that leaves next; 0 if all stay. */
static int highest_rank(const struct segments *segments)
{
    int rank = 0;
    for (int i = 0; i < segments->count; i++) {
        if (segments->items[i].rank > rank)
            rank = segments->items[i].rank;
    }
    return rank;
}

/* Columns of a piece that has been cut as far as it may be. */
static int least_cols_of(const struct segment *segment)
{
    bool is_cut = segment->cols_min > 0 && segment->cols_min < segment->cols;
    return is_cut ? segment->cols_min : segment->cols;
}

/* The same of all pieces. */
static int least_cols(const struct segments *segments)
{
    int cols = 0;
    for (int i = 0; i < segments->count; i++)
        cols += least_cols_of(&segments->items[i]);
    return cols;
}

/* Lets a piece whose turn to leave it is be cut further instead, if that is enough. */
static bool squeeze_rank(struct segments *segments, int rank, int excess)
{
    for (int i = 0; i < segments->count; i++) {
        struct segment *segment = &segments->items[i];
        int low = least_cols_of(segment) - excess;
        if (segment->rank == rank && segment->cols_min > 0 && low >= SEGMENT_COLS_LOW) {
            segment->cols_min = low;
            return true;
        }
    }
    return false;
}

/* Cuts pieces until all are together `cols` columns, the last ones first. */
static void shorten(struct segments *segments, int cols)
{
    int excess = segments_cols(segments) - cols;
    for (int i = segments->count - 1; i >= 0 && excess > 0; i--) {
        struct segment *segment = &segments->items[i];
        int spare = segment->cols - least_cols_of(segment);
        int cut = spare < excess ? spare : excess;
        segment->cols -= cut;
        excess -= cut;
    }
}

/* Takes all pieces of a rank out. */
static void remove_rank(struct segments *segments, int rank)
{
    int kept = 0;
    int spring = segments->spring;
    for (int i = 0; i < segments->count; i++) {
        if (segments->items[i].rank == rank)
            spring -= i < segments->spring;
        else if (kept++ != i)
            segments->items[kept - 1] = segments->items[i];
    }
    segments->spring = segments->spring < SEGMENTS_MAX ? spring : SEGMENTS_MAX;
    segments->count = kept;
}

/* Leaves one blank where the line now begins, of those that kept its pieces apart. */
static void trim_start(struct segments *segments)
{
    struct segment *first = &segments->items[0];
    size_t blanks = segments->count > 0 ? strspn(first->text, " ") : 0;
    if (blanks < 2)
        return;
    memmove(first->text, first->text + blanks - 1, strlen(first->text) - blanks + 2);
    first->cols -= (int)blanks - 1;
}

void segments_fit(struct segments *segments, int cols)
{
    int rank;
    while (least_cols(segments) > cols && (rank = highest_rank(segments)) > 0) {
        if (squeeze_rank(segments, rank, least_cols(segments) - cols))
            break;
        remove_rank(segments, rank);
        trim_start(segments);
    }
    shorten(segments, cols);
}

/* Puts one piece. The blanks it begins with are left as they are: they keep it apart. */
static void widget_segment(const struct segment *segment, struct frame *frame, int row, int col,
                           int limit)
{
    int blanks = (int)strspn(segment->text, " ");
    if (col + blanks < limit)
        widget_cut(frame, row, col + blanks, limit, segment->role, segment->text + blanks);
}

int segments_paint(struct segments *segments, struct frame *frame, int row, int col, int cols)
{
    int limit = col + cols;
    segments_fit(segments, cols);
    int room = cols - segments_cols(segments);
    for (int i = 0; i < segments->count; i++) {
        const struct segment *segment = &segments->items[i];
        if (i == segments->spring && room > 0)
            col += room;
        int end = col + segment->cols < limit ? col + segment->cols : limit;
        widget_segment(segment, frame, row, col, end);
        col = end;
    }
    return col;
}
