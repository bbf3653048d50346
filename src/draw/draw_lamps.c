/* SPDX-License-Identifier: MIT */
/* The lamp grid: every listed extension as one cell. */
#include "draw/draw_lamps.h"

#include <stdio.h>
#include <string.h>

#include "draw/draw_group.h"
#include "draw/widgets.h"
#include "model/staleness.h"

#define NAME_COLS_MIN 8 /* a longer name is not cut to less than this */

/* One cell to draw, and all that is asked of it. */
struct lamp_cell {
    const struct row *row;
    const char *number; /* without what all numbers share */
    int line;           /* of the screen */
    int col;
    struct staleness_span age; /* in its state */
    bool is_selected;
    bool is_old;   /* by the clock, which goes on while the picture stands still */
    bool is_stale; /* in the picture itself */
};

/* The number without what all listed numbers begin with. */
static const char *short_number(const struct board *board, const struct row *row)
{
    const char *number = row->extension.number;
    return strnlen(number, board->prefix_length) < board->prefix_length
               ? number
               : number + board->prefix_length;
}

/* The time a lamp has been so, in at most four columns: what is not known exactly is told in weeks
 * once days need three digits. */
static void write_time(char *out, size_t size, struct staleness_span age, bool is_ascii)
{
    char text[CLOCK_SPAN_MAX];
    int64_t days = age.ms / (INT64_C(24) * 3600 * 1000);

    clock_format_short(text, age.ms);
    if (!age.is_exact && days >= 100 && days < 365)
        snprintf(text, sizeof text, "%dw", (int)(days / 7));
    snprintf(out, size, "%s%s", age.is_exact ? "" : widget_symbol(SYMBOL_AT_LEAST, is_ascii), text);
}

/* The friendly name if there is room for it, else how long a lamp that is not plain online has
 * been so. */
static void draw_extra(const struct lamp_cell *cell, struct frame *frame, int col, int limit)
{
    char time[CLOCK_SPAN_MAX + 4];
    const struct row *row = cell->row;
    bool is_plain = row->gone_polls == 0 && (row->lamp == LAMP_ONLINE || row->lamp == LAMP_STATIC);

    if (row->name != NULL &&
        (limit - col >= NAME_COLS_MIN || text_columns(row->name) <= limit - col)) {
        widget_cut(frame, cell->line, col, limit, ROLE_TEXT, row->name);
    } else if (!is_plain) {
        write_time(time, sizeof time, cell->age, frame->is_ascii);
        frame_put(frame, cell->line, col, limit, ROLE_DIM, time);
    }
}

/* The character before the glyph: selected or not, old or not. */
static const char *lead_of(const struct lamp_cell *cell)
{
    if (cell->is_selected)
        return cell->is_old ? "{" : "[";
    return cell->is_old ? "-" : " ";
}

/* Draws one cell. The gap at its end holds the closing bracket; marks have no gap. */
static void draw_cell(const struct lamp_cell *cell, const struct layout *layout,
                      struct frame *frame)
{
    int limit = cell->col + layout->cell_cols;
    int end = limit - 1;
    enum role role = widget_role(cell->row);
    int number_end = layout->density == DENSITY_CARD ? end - layout->extra_cols - 1 : end;
    int col = frame_put(frame, cell->line, cell->col, limit, cell->is_old ? ROLE_STALE : ROLE_TEXT,
                        lead_of(cell));
    col = frame_put(frame, cell->line, col, limit, role, widget_glyph(cell->row, frame->is_ascii));
    if (layout->density != DENSITY_MARK)
        widget_cut_start(frame, cell->line, col, number_end, role, cell->number);
    if (layout->density == DENSITY_CARD)
        draw_extra(cell, frame, end - layout->extra_cols, end);
    if (cell->is_selected && layout->density != DENSITY_MARK)
        frame_put(frame, cell->line, end, limit, ROLE_TEXT, cell->is_old ? "}" : "]");
    if (cell->is_stale)
        frame_flag(frame, cell->line, cell->col, layout->cell_cols, STYLE_STALE);
    if (!cell->is_selected)
        return;
    frame_flag(frame, cell->line, cell->col, layout->cell_cols, STYLE_SELECTED);
    frame->cursor_row = cell->line;
    frame->cursor_col = cell->col + 1;
}

/* Draws one row of the grid. */
static void draw_row(const struct board *board, const struct layout *layout, struct frame *frame,
                     int line, const struct list_line *cells, struct moment now)
{
    int64_t shown = board_time(board, now).ms;
    const struct listing *listing = &board->listing;
    for (int place = 0; place < (int)cells->count; place++) {
        size_t index = cells->first + (size_t)place;
        const struct row *row = &board->roster->rows[listing->ids[index]];
        struct lamp_cell cell = {
            .row = row,
            .number = short_number(board, row),
            .line = line,
            .col = layout_cell_col(layout, place),
            .is_selected = index == listing->selected,
            .age = staleness_in_state(board->feeds, board->server_status_count, row, shown),
            .is_old = board_is_old(board, row, now),
            .is_stale = staleness_is_stale(board->feeds, board->server_status_count, row, shown),
        };
        if (place == 0 && layout->label_cols > 0)
            widget_cut_start(frame, line, layout->body.col + 1,
                             layout->body.col + layout->label_cols - 1, ROLE_DIM, cell.number);
        draw_cell(&cell, layout, frame);
    }
}

void draw_lamps(const struct board *board, const struct layout *layout, struct frame *frame,
                struct moment now)
{
    const struct rect *body = &layout->body;
    const struct listing *listing = &board->listing;
    size_t per_row = (size_t)layout->per_row;
    struct rect head = {body->row, body->col, 1, body->cols - (layout->is_scrolled ? 2 : 0)};

    for (int i = 0; i < layout->visible; i++, head.row++) {
        struct list_line line = list_lines_line(&board->groups, per_row, board->top + (size_t)i);
        if (line.is_head)
            draw_group(board, board->roster->rows[listing->ids[line.first]].server, &head, frame,
                       now);
        else
            draw_row(board, layout, frame, body->row + i, &line, now);
    }
    if (layout->is_scrolled)
        widget_scroll_bar(
            frame, (struct rect){body->row, body->col + body->cols - 1, body->rows, 1}, board->top,
            (size_t)layout->visible, list_lines_lines(&board->groups, per_row));
}
