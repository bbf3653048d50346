/* SPDX-License-Identifier: MIT */
#include "ui/cursor.h"

#include "draw/draw_detail.h"

void cursor_settle(struct board *board, struct moment now)
{
    board->hold_until_ms = now.ms + BOARD_HOLD_MS;
    board->detail_top = 0;
    if (board->is_open)
        board_open(board);
    board_show_selection(board);
}

void cursor_places(struct board *board, ptrdiff_t places, struct moment now)
{
    if (board->is_servers)
        server_list_move(&board->servers, places);
    else
        listing_move(&board->listing, places);
    cursor_settle(board, now);
}

/* The place in the list so many lines away: in the same column, or the last one where the line is
 * too short. Lines with a server's name are stepped over; where there is no such line it is the
 * first one or the last. */
static size_t place_at(const struct board *board, ptrdiff_t lines)
{
    int columns = board_layout(board).per_row;
    size_t per_row = columns > 0 ? (size_t)columns : 1;
    size_t selected = board->listing.selected;
    size_t from = list_lines_line_of(&board->groups, per_row, selected);
    ptrdiff_t last = (ptrdiff_t)list_lines_lines(&board->groups, per_row) - 1;
    ptrdiff_t line = (ptrdiff_t)from + lines;
    size_t column = selected - list_lines_line(&board->groups, per_row, from).first;

    line = line > last ? last : line;
    line = line < 0 ? 0 : line;
    struct list_line target = list_lines_line(&board->groups, per_row, (size_t)line);
    if (target.is_head)
        target = list_lines_line(&board->groups, per_row,
                                 (size_t)(lines < 0 && line > 0 ? line - 1 : line + 1));
    return target.first + (column < target.count ? column : target.count - 1);
}

void cursor_lines(struct board *board, ptrdiff_t lines, struct moment now)
{
    ptrdiff_t places = lines; /* stories and servers have a line each */
    if (!board->is_servers && board_detail(board) != DETAIL_FULL && board->listing.count > 0)
        places = (ptrdiff_t)place_at(board, lines) - (ptrdiff_t)board->listing.selected;
    cursor_places(board, places, now);
}

/* Scrolls the story by a page, no further than to its end. */
static void scroll_story(struct board *board, const struct layout *layout, int direction,
                         struct moment now)
{
    size_t visible;
    size_t lines = draw_detail_lines(board, layout, now, &visible);
    size_t last = lines > visible ? lines - visible : 0;
    size_t by = visible > 1 ? visible - 1 : 1;
    size_t top = board->detail_top < last ? board->detail_top : last;
    if (direction < 0)
        board->detail_top = top > by ? top - by : 0;
    else
        board->detail_top = top + by < last ? top + by : last;
}

void cursor_window(struct board *board, int direction, int divisor, struct moment now)
{
    struct layout layout = board_layout(board);
    int lines = layout.visible / divisor > 0 ? layout.visible / divisor : 1;
    size_t *top = board->is_servers ? &board->servers.top : &board->top;

    if (board_detail(board) == DETAIL_FULL) {
        scroll_story(board, &layout, direction, now);
        return;
    }
    if (direction > 0)
        *top += (size_t)lines;
    else
        *top = *top > (size_t)lines ? *top - (size_t)lines : 0;
    cursor_lines(board, (ptrdiff_t)direction * lines, now);
}
