/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ui/board_measure.h"

#include "base/text.h"
#include "ui/board.h"

#define WIDTH_MAX 64  /* columns of a number that are told apart */
#define WIDTH_SPARE 4 /* columns that no number is cut for */
#define FEW 20        /* one number of so many may be longer than a cell */

/* How many bytes all listed numbers share, up to and with the last '*' of each. */
static size_t shared_prefix(const struct board *board)
{
    const struct listing *listing = &board->listing;
    const struct row *rows = board->roster->rows;
    if (listing->count == 0)
        return 0;
    const struct row *first = &rows[listing->ids[0]];
    size_t length = first->number_tail;
    for (size_t i = 1; i < listing->count && length > 0; i++) {
        const struct row *row = &rows[listing->ids[i]];
        if (row->number_tail != length ||
            memcmp(row->extension.number, first->extension.number, length) != 0)
            length = 0;
    }
    return length;
}

/* The columns that so many of the counted widths fit in, all but one in FEW; a width little beyond
 * is no reason to cut. */
static int common_width(const size_t widths[static WIDTH_MAX + 1], size_t count)
{
    int cols = 1;
    int longest = WIDTH_MAX;
    size_t fit = widths[0] + widths[1];
    while (longest > 1 && widths[longest] == 0)
        longest--;
    while (cols < longest && (count - fit) * FEW > count)
        fit += widths[++cols];
    return longest <= cols + WIDTH_SPARE ? longest : cols;
}

/* Columns of what all listed numbers share. */
static int prefix_cols(const struct board *board)
{
    if (board->prefix_length == 0)
        return 0;
    const char *first = board->roster->rows[board->listing.ids[0]].extension.number;
    return text_columns(first) - text_columns(first + board->prefix_length);
}

void board_measure(struct board *board)
{
    size_t widths[WIDTH_MAX + 1] = {0};
    if (board->measured == board->listing.members)
        return;
    board->measured = board->listing.members;
    board->prefix_length = shared_prefix(board);
    board->name_cols = 0;
    int shared = prefix_cols(board);
    for (size_t i = 0; i < board->listing.count; i++) {
        const struct row *row = &board->roster->rows[board->listing.ids[i]];
        int number = row->number_cols - shared;
        widths[number < WIDTH_MAX ? number : WIDTH_MAX]++;
        int name = row->name ? text_columns(row->name) : 0;
        if (name > board->name_cols)
            board->name_cols = name;
    }
    board->number_cols = common_width(widths, board->listing.count);
}
