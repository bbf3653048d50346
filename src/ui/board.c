/* SPDX-License-Identifier: MIT */
#include "ui/board.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/staleness.h"
#include "ui/board_measure.h"
#include "ui/board_servers.h"

static_assert(LINEEDIT_BYTES_MAX > FILTER_BYTES_MAX, "a filter is never cut");

/* What listing and query judge rows against. */
static struct filter_scope scope_of(const struct board *board, struct moment now)
{
    return (struct filter_scope){
        .now = board_time(board, now),
        .feeds = board->feeds,
        .server_status_count = board->server_status_count,
    };
}

bool board_init(struct board *board, const struct board_setup *setup, struct moment now,
                struct error *error)
{
    *board = (struct board){
        .roster = setup->roster,
        .feeds = setup->feeds,
        .server_status_count = setup->server_status_count,
        .live_roster = setup->roster,
        .live_feeds = setup->feeds,
        .view = setup->view,
        .density_choice = DENSITY_COUNT,
        .has_groups = setup->has_groups,
        .has_pane = true,
        .is_open = setup->is_detail_first,
        .is_servers = setup->is_servers && !setup->is_detail_first,
        .open_id = ROW_NONE,
        .is_opening = true,
        .watched = {.id = ROW_NONE},
        .measured = UINT64_MAX,
        .sort = *setup->sort,
        .palette = setup->palette,
        .is_ascii = setup->is_ascii,
        .rows = 24,
        .cols = 80,
    };
    server_list_init(&board->servers);
    list_lines_init(&board->groups);
    listing_init(&board->listing);
    if (!board_set_filter(board, setup->filter ? setup->filter : "", now)) {
        error_set(error, ERROR_USAGE, "--filter: %s", board->mistake.text);
        board_clear(board);
        return false;
    }
    return true;
}

/* Frees the copies that a paused screen shows. */
static void free_frozen(struct board *board)
{
    if (!board->is_paused)
        return;
    roster_clear(&board->frozen);
    for (size_t i = 0; i < board->server_status_count; i++)
        server_status_clear(&board->frozen_feeds[i]);
    free(board->frozen_feeds);
    board->frozen_feeds = NULL;
    board->is_paused = false;
}

void board_clear(struct board *board)
{
    free_frozen(board);
    filter_clear(&board->query);
    server_list_clear(&board->servers);
    list_lines_clear(&board->groups);
    listing_clear(&board->listing);
}

void board_resize(struct board *board, int rows, int cols)
{
    board->rows = rows;
    board->cols = cols;
    board_show_selection(board);
}

struct moment board_time(const struct board *board, struct moment now)
{
    return board->is_paused ? board->paused_at : now;
}

/* The row whose story is open; NULL if none is, or if it has been forgotten. */
static const struct row *open_row(const struct board *board)
{
    const struct row *row = board->is_open ? roster_row(board->roster, board->open_id) : NULL;
    return row != NULL && row->serial == board->open_birth ? row : NULL;
}

const struct row *board_selected(const struct board *board)
{
    const struct row *row = open_row(board);
    uint32_t id = board->listing.selected_id;
    if (row != NULL || id == ROW_NONE)
        return row;
    return &board->roster->rows[id];
}

bool board_is_old(const struct board *board, const struct row *row, struct moment now)
{
    return staleness_is_stale(board->feeds, board->server_status_count, row, now.ms);
}

bool board_open(struct board *board)
{
    uint32_t id = board->listing.selected_id;
    if (id == ROW_NONE)
        return false;
    board->is_open = true;
    board->open_id = id;
    board->open_birth = board->roster->rows[id].serial;
    board->detail_top = 0;
    return true;
}

enum layout_detail board_detail(const struct board *board)
{
    if (board->is_servers)
        return DETAIL_OFF;
    if (open_row(board) != NULL)
        return DETAIL_FULL;
    return board->has_pane && board->listing.count > 0 ? DETAIL_PANE : DETAIL_OFF;
}

bool board_lists_selected(const struct board *board)
{
    uint32_t id = board->listing.selected_id;
    return id != ROW_NONE && board_selected(board) == &board->roster->rows[id];
}

bool board_is_filtered(const struct board *board)
{
    return board->filter[0] != '\0' || board->is_problems_only || board->is_one_server;
}

struct layout board_layout(const struct board *board)
{
    return layout_compute(&(struct layout_input){
        .rows = board->rows,
        .cols = board->cols,
        .is_lamps = board->view == VIEW_LAMPS && !board->is_servers,
        .detail = board_detail(board),
        .count = board->is_servers ? board->server_status_count : board->listing.count,
        .groups = board->is_servers ? NULL : &board->groups,
        .density_choice = board->density_choice,
        .is_in_order = board->sort.keys[0] == SORT_EXTENSION,
        .number_cols = board->number_cols,
        .name_cols = board->name_cols,
    });
}

bool board_set_filter(struct board *board, const char *text, struct moment now)
{
    struct filter query;

    error_clear(&board->mistake);
    if (!filter_compile(&query, text, &board->mistake_at, &board->mistake))
        return false;
    query.only_problems = board->is_problems_only;
    query.only_server = board->is_one_server;
    query.server = board->server;
    filter_clear(&board->query);
    board->query = query;
    if (text != board->filter)
        snprintf(board->filter, sizeof board->filter, "%s", text);
    board_relist(board, now);
    return true;
}

void board_show_selection(struct board *board)
{
    struct layout layout = board_layout(board);
    if (layout.is_too_small || layout.visible <= 0)
        return;
    size_t visible = (size_t)layout.visible;
    if (board->is_servers) {
        server_list_show_selection(&board->servers, visible);
        return;
    }
    size_t per_row = (size_t)layout.per_row;
    size_t lines = list_lines_lines(&board->groups, per_row);
    size_t line = list_lines_line_of(&board->groups, per_row, board->listing.selected);
    bool has_head =
        line > 0 && visible > 1 && list_lines_line(&board->groups, per_row, line - 1).is_head;

    if (line - has_head < board->top)
        board->top = line - has_head;
    if (line >= board->top + visible)
        board->top = line - visible + 1;
    size_t last_top = lines > visible ? lines - visible : 0;
    if (board->top > last_top)
        board->top = last_top;
}

void board_relist(struct board *board, struct moment now)
{
    struct filter_scope scope = scope_of(board, now);
    struct sort_order order = board_order(board);
    uint32_t selected = board->listing.selected_id;

    listing_update(&board->listing, board->roster, &board->query, &order, &scope);
    board_find_groups(board);
    if (board->is_opening && !board->is_open)
        listing_select(&board->listing, 0); /* what comes first may come last */
    board->seen_generation = board->roster->generation;
    board->is_listed = true;
    if (board->listing.selected_id != selected && open_row(board) == NULL)
        board->detail_top = 0;
    if (board->is_open && board->open_id == ROW_NONE)
        board_open(board);
    board_measure(board);
    board_show_selection(board);
}

/* Does what is listed no longer follow from what is known? */
static bool is_outdated(const struct board *board)
{
    return !board->is_listed || board->seen_generation != board->roster->generation ||
           board->query.depends_on_time;
}

/* May rows stay where they are for a while longer, for the viewer's sake? */
static bool is_held(const struct board *board, struct moment now)
{
    return board->is_listed && now.ms < board->hold_until_ms && board->listing.count > 0;
}

/* The id of the row the detail is about, whether there still is one or not. */
static uint32_t watched_id(const struct board *board)
{
    return board->is_open ? board->open_id : board->listing.selected_id;
}

/* Which extension the detail tells of now. */
static struct watched watch(const struct board *board)
{
    const struct row *row = board_selected(board);
    struct watched watched = {.id = ROW_NONE};
    if (row == NULL || !row->is_used)
        return watched;
    watched.id = (uint32_t)(row - board->roster->rows);
    watched.serial = row->serial;
    snprintf(watched.number, sizeof watched.number, "%s", row->extension.number);
    return watched;
}

/* Nobody may take one extension for another: tells that the one that was looked at has left. */
static void tell_lost(struct board *board, const char *number, bool is_known, struct moment now)
{
    board_notify(board, now,
                 is_known ? "%s no longer matches the filter"
                          : "%s was removed from the server's list",
                 number);
}

/* Tells so if it has. */
static void tell_loss(struct board *board, const struct watched *before, struct moment now)
{
    const struct row *row = roster_row(board->roster, before->id);
    bool is_known = row != NULL && row->serial == before->serial;
    if (before->id == ROW_NONE || (is_known && board_selected(board) == row))
        return;
    tell_lost(board, before->number, is_known, now);
}

/* Is there a server that has not answered yet? */
static bool is_awaited(const struct board *board)
{
    for (size_t i = 0; i < board->server_status_count; i++) {
        if (board->feeds[i].polls == 0)
            return true;
    }
    return false;
}

/* Lists anew, or only drops what is forgotten while rows are held where they are. */
static void follow_roster(struct board *board, struct moment now)
{
    if (!is_held(board, now)) {
        board_relist(board, now);
        return;
    }
    listing_prune(&board->listing, board->roster);
    board_find_groups(board);
    board_show_selection(board);
}

void board_refresh(struct board *board, struct moment now)
{
    struct watched before = board->watched;
    bool has_moved = watched_id(board) != before.id;
    if (now.ms >= board->jump_digits_until_ms)
        board->jump_digits[0] = '\0';
    if (now.ms >= board->notice_until_ms)
        board->notice[0] = '\0';
    if (is_outdated(board))
        follow_roster(board, now);
    if (board->is_open && board->open_id != ROW_NONE && open_row(board) == NULL) {
        board->is_open = false;
        board_show_selection(board);
    }
    if (board->is_servers && (now.ms >= board->hold_until_ms || board->servers.count == 0))
        board_order_servers(board, now);
    if (!has_moved && !board->is_servers && !board->is_opening)
        tell_loss(board, &before, now);
    board->is_opening = board->is_opening && is_awaited(board);
    board->watched = watch(board);
}

/* Goes on showing the live roster, with the same extension selected. */
static void resume(struct board *board, struct moment now)
{
    struct watched before = watch(board);
    const struct row *row = board_selected(board);
    uint32_t id = ROW_NONE;
    if (row)
        id = roster_find(board->live_roster, row->server, row->extension.number);
    free_frozen(board);
    board->roster = board->live_roster;
    board->feeds = board->live_feeds;
    board->listing.selected_id = id;
    board->listing.last_serial = board->roster->last_serial; /* the id is of this roster */
    board_relist(board, now);
    if (before.id != ROW_NONE && board_selected(board) != roster_row(board->roster, id))
        tell_lost(board, before.number, id != ROW_NONE, now);
    board->watched = watch(board);
}

/* Shows copies of everything from now on. */
static void freeze(struct board *board, struct moment now)
{
    roster_copy(&board->frozen, board->live_roster);
    board->frozen_feeds = mem_new(board->server_status_count, sizeof *board->frozen_feeds);
    for (size_t i = 0; i < board->server_status_count; i++)
        server_status_copy(&board->frozen_feeds[i], &board->live_feeds[i]);
    board->roster = &board->frozen;
    board->feeds = board->frozen_feeds;
    board->paused_at = now;
    board->is_paused = true;
}

void board_pause(struct board *board, bool pause, struct moment now)
{
    if (pause == board->is_paused)
        return;
    if (!pause) {
        resume(board, now);
        return;
    }
    freeze(board, now);
    board_relist(board, now);
}

void board_notify(struct board *board, struct moment now, const char *format, ...)
{
    char text[sizeof board->notice];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_make_safe(board->notice, sizeof board->notice, text, strlen(text));
    board->notice_until_ms = now.ms + BOARD_NOTICE_MS;
}
