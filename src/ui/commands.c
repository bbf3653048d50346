/* SPDX-License-Identifier: MIT */
#include "ui/commands.h"

#include <stdio.h>
#include <string.h>

#include "ui/board_servers.h"
#include "ui/cursor.h"

/* Goes back from the story to the list. */
static void close_story(struct board *board)
{
    board->is_open = false;
    board->detail_top = 0;
    board_show_selection(board);
}

/* Selects the first or the last of what is listed. */
static void go_to_end(struct board *board, bool first, struct moment now)
{
    ptrdiff_t all = (ptrdiff_t)board->servers.count;
    if (board->is_servers)
        server_list_move(&board->servers, first ? -all : all);
    else
        listing_select(&board->listing, first ? 0 : SIZE_MAX);
    cursor_settle(board, now);
}

void act_seek(struct board *board, int step, struct moment now)
{
    board->jump_result = listing_jump(&board->listing, board->roster, board->jump_digits, step);
    board->jump_digits_until_ms = now.ms + BOARD_JUMP_DIGITS_MS;
    cursor_settle(board, now);
}

/* The next number like the one that was typed, or the next problem. */
static void go_on(struct board *board, bool backwards, struct moment now)
{
    if (board->jump_digits[0] != '\0') {
        act_seek(board, backwards ? -1 : 1, now);
        return;
    }
    if (!listing_next_problem(&board->listing, board->roster, backwards))
        board_notify(board, now, "no other problem here");
    cursor_settle(board, now);
}

/* Opens the prompt on the filter in effect, which what is typed replaces. */
static void open_prompt(struct board *board)
{
    close_story(board);
    snprintf(board->filter_before, sizeof board->filter_before, "%s", board->filter);
    lineedit_set(&board->prompt, board->filter);
    lineedit_mark_whole(&board->prompt);
    board->is_prompting = true;
}

/* Sorts by another key, ties by number. */
static void sort_by(struct board *board, enum sort_key key, struct moment now)
{
    board->sort = (struct sort_order){.keys = {key, SORT_EXTENSION}, .count = 2};
    if (key == SORT_EXTENSION)
        board->sort.count = 1;
    board_relist(board, now);
    board_notify(board, now, "sorted by %s", sort_key_name(key));
}

/* Is there anything to tell rows apart by? */
static bool is_sortable(const struct board *board, enum sort_key key)
{
    if (key == SORT_SERVER)
        return board->server_status_count > 1;
    return key != SORT_NAME || board->name_cols > 0;
}

/* Sorts by the next key of use, on or back. */
static void sort_step(struct board *board, int step, struct moment now)
{
    int key = (int)board->sort.keys[0];
    do
        key = (key + step + SORT_COUNT) % SORT_COUNT;
    while (!is_sortable(board, (enum sort_key)key));
    sort_by(board, (enum sort_key)key, now);
}

/* Shows lamps in place of the table, or the table. */
static void switch_view(struct board *board, struct moment now)
{
    board->view = board->view == VIEW_LAMPS ? VIEW_TABLE : VIEW_LAMPS;
    if (board->has_groups && board->server_status_count > 1)
        board_relist(board, now); /* one of both may have groups */
    close_story(board);
}

static void show_servers(struct board *board, struct moment now)
{
    if (board->server_status_count > 1)
        board_show_servers(board, true, now);
    else
        board_notify(board, now, "there is one server only");
}

static void next_density(struct board *board, struct moment now)
{
    static const char *const names[] = {"cards", "numbers", "marks", "as large as fits"};
    if (board->view != VIEW_LAMPS) {
        board_notify(board, now, "z is for lamps; v shows them");
        return;
    }
    board->density_choice = (enum density)((board->density_choice + 1) % (DENSITY_COUNT + 1));
    board_notify(board, now, "lamps: %s", names[board->density_choice]);
    board_show_selection(board);
}

/* Opens all details of the extension, or goes back to the list. */
static void toggle_detail(struct board *board, struct moment now)
{
    if (board->is_open)
        close_story(board);
    else if (!board_open(board))
        board_notify(board, now, "nothing to open");
}

/* Shows or hides the detail pane; details that fill the screen become a pane. */
static void toggle_pane(struct board *board)
{
    board->has_pane = board->is_open || !board->has_pane;
    close_story(board);
}

/* Undoes the innermost thing that was opened. */
static void go_back(struct board *board, struct moment now)
{
    if (board->is_open) {
        close_story(board);
    } else if (board->filter[0] != '\0' || board->is_problems_only) {
        board->is_problems_only = false;
        board_set_filter(board, "", now);
    } else if (board->is_one_server) {
        board_list_server(board, SERVER_NONE, now);
        board_show_servers(board, true, now);
    } else {
        board_notify(board, now, "already at the top; q quits");
    }
}

/* Moves the selection. False if the action is no movement. */
static bool act_move(struct board *board, enum action action, struct moment now)
{
    bool has_columns = board->view == VIEW_LAMPS && !board->is_servers;
    switch (action) {
    case ACTION_UP:
        cursor_lines(board, -1, now);
        return true;
    case ACTION_DOWN:
        cursor_lines(board, 1, now);
        return true;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        if (has_columns)
            cursor_places(board, action == ACTION_LEFT ? -1 : 1, now);
        return true;
    case ACTION_PAGE_UP:
        cursor_window(board, -1, 1, now);
        return true;
    case ACTION_PAGE_DOWN:
        cursor_window(board, 1, 1, now);
        return true;
    case ACTION_HALF_UP:
        cursor_window(board, -1, 2, now);
        return true;
    case ACTION_HALF_DOWN:
        cursor_window(board, 1, 2, now);
        return true;
    case ACTION_FIRST:
    case ACTION_LAST:
        go_to_end(board, action == ACTION_FIRST, now);
        return true;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        go_on(board, action == ACTION_PREVIOUS, now);
        return true;
    default:
        return false;
    }
}

/* Changes which rows are listed, or their order. False if the action does neither. */
static bool act_list(struct board *board, enum action action, struct moment now)
{
    switch (action) {
    case ACTION_FILTER:
        open_prompt(board);
        return true;
    case ACTION_PROBLEMS:
        board->is_problems_only = !board->is_problems_only;
        board_set_filter(board, board->filter, now);
        return true;
    case ACTION_SORT_BACK:
    case ACTION_SORT_ON:
        sort_step(board, action == ACTION_SORT_BACK ? -1 : 1, now);
        return true;
    case ACTION_SORT_REVERSE:
        board->sort.reversed[0] = !board->sort.reversed[0];
        board_relist(board, now);
        return true;
    case ACTION_VIEW:
        switch_view(board, now);
        return true;
    case ACTION_SERVERS:
        show_servers(board, now);
        return true;
    case ACTION_BACK:
        go_back(board, now);
        return true;
    default:
        return false;
    }
}

void act(struct board *board, enum action action, struct moment now)
{
    if (act_move(board, action, now) || act_list(board, action, now))
        return;
    switch (action) {
    case ACTION_DENSITY:
        next_density(board, now);
        break;
    case ACTION_OPEN:
        toggle_detail(board, now);
        break;
    case ACTION_DETAIL:
        toggle_pane(board);
        break;
    case ACTION_HELP:
        board->is_help = true;
        board->help_top = 0;
        break;
    case ACTION_POLL:
        board->requests.poll = true;
        break;
    case ACTION_PAUSE:
        board_pause(board, !board->is_paused, now);
        break;
    case ACTION_PALETTE:
        board->requests.next_palette = true;
        break;
    case ACTION_REDRAW:
        board->requests.redraw = true;
        break;
    case ACTION_QUIT:
        board->requests.quit = true;
        break;
    default:
        break;
    }
}
