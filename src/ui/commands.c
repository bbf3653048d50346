/* SPDX-License-Identifier: MIT */
#include "ui/commands.h"

#include <stdio.h>
#include <string.h>

#include "ui/cursor.h"

typedef void (*action_fn)(struct board *board, struct moment now);

/* Goes back from the story to the list. */
static void close_story(struct board *board)
{
    board->is_open = false;
    board->detail_top = 0;
    board_show_selection(board);
}

/* ACTION_UP */
static void act_up(struct board *board, struct moment now)
{
    cursor_lines(board, -1, now);
}

/* ACTION_DOWN */
static void act_down(struct board *board, struct moment now)
{
    cursor_lines(board, 1, now);
}

/* ACTION_LEFT: only lamps have left and right. */
static void act_left(struct board *board, struct moment now)
{
    if (board->view == VIEW_LAMPS && !board->is_servers)
        cursor_places(board, -1, now);
}

/* ACTION_RIGHT */
static void act_right(struct board *board, struct moment now)
{
    if (board->view == VIEW_LAMPS && !board->is_servers)
        cursor_places(board, 1, now);
}

/* ACTION_PAGE_UP */
static void act_page_up(struct board *board, struct moment now)
{
    cursor_window(board, -1, 1, now);
}

/* ACTION_PAGE_DOWN */
static void act_page_down(struct board *board, struct moment now)
{
    cursor_window(board, 1, 1, now);
}

/* ACTION_HALF_UP */
static void act_half_up(struct board *board, struct moment now)
{
    cursor_window(board, -1, 2, now);
}

/* ACTION_HALF_DOWN */
static void act_half_down(struct board *board, struct moment now)
{
    cursor_window(board, 1, 2, now);
}

/* ACTION_FIRST */
static void act_first(struct board *board, struct moment now)
{
    if (board->is_servers)
        server_list_move(&board->servers, -(ptrdiff_t)board->servers.count);
    else
        listing_select(&board->listing, 0);
    cursor_settle(board, now);
}

/* ACTION_LAST */
static void act_last(struct board *board, struct moment now)
{
    if (board->is_servers)
        server_list_move(&board->servers, (ptrdiff_t)board->servers.count);
    else
        listing_select(&board->listing, SIZE_MAX);
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

/* ACTION_NEXT */
static void act_next(struct board *board, struct moment now)
{
    go_on(board, false, now);
}

/* ACTION_PREVIOUS */
static void act_previous(struct board *board, struct moment now)
{
    go_on(board, true, now);
}

/* ACTION_FILTER: opens the prompt on the filter in effect, which what is typed replaces. */
static void act_filter(struct board *board, struct moment now)
{
    (void)now;
    close_story(board);
    snprintf(board->filter_before, sizeof board->filter_before, "%s", board->filter);
    lineedit_set(&board->prompt, board->filter);
    lineedit_mark_whole(&board->prompt);
    board->is_prompting = true;
}

/* ACTION_PROBLEMS */
static void act_problems(struct board *board, struct moment now)
{
    board->is_problems_only = !board->is_problems_only;
    board_set_filter(board, board->filter, now);
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

/* ACTION_SORT_BACK */
static void act_sort_back(struct board *board, struct moment now)
{
    sort_step(board, -1, now);
}

/* ACTION_SORT_ON */
static void act_sort_on(struct board *board, struct moment now)
{
    sort_step(board, 1, now);
}

/* ACTION_SORT_REVERSE */
static void act_sort_reverse(struct board *board, struct moment now)
{
    board->sort.reversed[0] = !board->sort.reversed[0];
    board_relist(board, now);
}

/* ACTION_VIEW */
static void act_view(struct board *board, struct moment now)
{
    board->view = board->view == VIEW_LAMPS ? VIEW_TABLE : VIEW_LAMPS;
    if (board->has_groups && board->server_status_count > 1)
        board_relist(board, now); /* one of both may have groups */
    close_story(board);
}

/* ACTION_SERVERS */
static void act_servers(struct board *board, struct moment now)
{
    if (board->server_status_count > 1)
        board_show_servers(board, true, now);
    else
        board_notify(board, now, "there is one server only");
}

/* ACTION_DENSITY */
static void act_density(struct board *board, struct moment now)
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

/* ACTION_OPEN: the whole story of the extension, and back. */
static void act_open(struct board *board, struct moment now)
{
    if (board->is_open)
        close_story(board);
    else if (!board_open(board))
        board_notify(board, now, "nothing to open");
}

/* ACTION_DETAIL */
static void act_detail(struct board *board, struct moment now)
{
    (void)now;
    board->has_pane = board->is_open || !board->has_pane;
    close_story(board);
}

/* ACTION_POLL */
static void act_poll(struct board *board, struct moment now)
{
    (void)now;
    board->requests.poll = true;
}

/* ACTION_PAUSE */
static void act_pause(struct board *board, struct moment now)
{
    board_pause(board, !board->is_paused, now);
}

/* ACTION_PALETTE */
static void act_palette(struct board *board, struct moment now)
{
    (void)now;
    board->requests.next_palette = true;
}

/* ACTION_HELP */
static void act_help(struct board *board, struct moment now)
{
    (void)now;
    board->is_help = true;
    board->help_top = 0;
}

/* ACTION_BACK: undoes the innermost thing that was opened. */
static void act_back(struct board *board, struct moment now)
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
        board_notify(board, now, "nothing to go back from; q quits");
    }
}

/* ACTION_REDRAW */
static void act_redraw(struct board *board, struct moment now)
{
    (void)now;
    board->requests.redraw = true;
}

/* ACTION_QUIT */
static void act_quit(struct board *board, struct moment now)
{
    (void)now;
    board->requests.quit = true;
}

static const action_fn actions[ACTION_COUNT] = {
    [ACTION_UP] = act_up,
    [ACTION_DOWN] = act_down,
    [ACTION_LEFT] = act_left,
    [ACTION_RIGHT] = act_right,
    [ACTION_PAGE_UP] = act_page_up,
    [ACTION_PAGE_DOWN] = act_page_down,
    [ACTION_HALF_UP] = act_half_up,
    [ACTION_HALF_DOWN] = act_half_down,
    [ACTION_FIRST] = act_first,
    [ACTION_LAST] = act_last,
    [ACTION_NEXT] = act_next,
    [ACTION_PREVIOUS] = act_previous,
    [ACTION_FILTER] = act_filter,
    [ACTION_PROBLEMS] = act_problems,
    [ACTION_SORT_BACK] = act_sort_back,
    [ACTION_SORT_ON] = act_sort_on,
    [ACTION_SORT_REVERSE] = act_sort_reverse,
    [ACTION_VIEW] = act_view,
    [ACTION_SERVERS] = act_servers,
    [ACTION_DENSITY] = act_density,
    [ACTION_OPEN] = act_open,
    [ACTION_DETAIL] = act_detail,
    [ACTION_POLL] = act_poll,
    [ACTION_PAUSE] = act_pause,
    [ACTION_PALETTE] = act_palette,
    [ACTION_HELP] = act_help,
    [ACTION_BACK] = act_back,
    [ACTION_REDRAW] = act_redraw,
    [ACTION_QUIT] = act_quit,
};

void act(struct board *board, enum action action, struct moment now)
{
    if (actions[action] != NULL)
        actions[action](board, now);
}
