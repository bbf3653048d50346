/* SPDX-License-Identifier: MIT */
/*
 * board: what the viewer chose: view, filter, sort, selection, prompt, pause.
 *
 * Presses change it, draw_* reads it (const), the loop carries out what it wants. Looks at a
 * roster and feeds that others own; while paused it looks at copies of its own instead, which stay
 * fully usable. Time is a parameter. No curses, no network, no clock.
 */
#ifndef BLFTOP_UI_BOARD_H
#define BLFTOP_UI_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/filter.h"
#include "model/listing.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "ui/keys.h"
#include "ui/layout.h"
#include "ui/lineedit.h"
#include "ui/list_lines.h"
#include "ui/server_list.h"

#define BOARD_JUMP_MS 1000        /* digits typed within this time belong to one number */
#define BOARD_JUMP_DIGITS_MS 8000 /* a number that was jumped to is remembered for so long */
#define BOARD_HOLD_MS 5000        /* after a movement rows keep their places for so long */
#define BOARD_NOTICE_MS 3000      /* a notice stays for so long */
#define BOARD_JUMP_MAX 16
#define BOARD_NUMBER_MAX 64
#define BOARD_SERVER_MAX 132 /* bytes of a server's name */

struct palette;

enum view {
    VIEW_LAMPS,
    VIEW_TABLE,
};

/* What the loop is asked to do; it clears what it has done. */
struct board_requests {
    bool quit;
    bool poll;         /* now, all servers */
    bool redraw;       /* forget what the terminal shows */
    bool next_palette; /* show the next of the palettes */
};

/* The extension that was last looked at, so that it is missed when it goes. */
struct watched {
    uint32_t id; /* of its row; ROW_NONE: none */
    uint64_t serial;
    char number[BOARD_NUMBER_MAX]; /* cut to what fits */
};

struct board {
    /* What it looks at. */
    const struct roster *roster;       /* the live one, or `frozen` while paused */
    const struct server_status *feeds; /* likewise */
    size_t server_status_count;
    const struct roster *live_roster;       /* borrowed */
    const struct server_status *live_feeds; /* borrowed */
    struct roster frozen;
    struct server_status *frozen_feeds;
    struct moment paused_at;
    bool is_paused;

    /* What the viewer chose. */
    enum view view;
    enum density
        density_choice; /* how large lamps are to be; DENSITY_COUNT: as large as shows all */
    bool has_groups;    /* each server's extensions stand together, where that makes sense */
    bool has_pane;      /* the detail pane is wanted */
    bool is_open;       /* the whole story of one extension takes the place of the list */
    bool is_servers;    /* the servers do */
    bool is_one_server; /* only extensions of `server` are listed */
    uint16_t server;    /* index of its feed */
    char server_name[BOARD_SERVER_MAX]; /* which it is when feeds are replaced */
    char server_at[BOARD_SERVER_MAX];   /* which one the cursor is on then */
    struct sort_order sort;
    struct filter query;             /* in effect */
    char filter[LINEEDIT_BYTES_MAX]; /* its text */
    bool is_problems_only;
    const struct palette *palette;
    bool is_ascii;

    /* What is being typed. */
    bool is_prompting;
    struct lineedit prompt;
    char filter_before[LINEEDIT_BYTES_MAX]; /* Esc goes back to it */
    struct error mistake;                   /* of the text in the prompt */
    size_t mistake_at;                      /* byte offset in it */
    char jump_digits[BOARD_JUMP_MAX];       /* digits of a number that was jumped to */
    struct jump jump_result;                /* what came of it */
    int64_t jump_until_ms;                  /* a digit before this one goes on with the number */
    int64_t jump_digits_until_ms;           /* it is shown, and n and N go on with it */

    /* What is seen. */
    struct server_list servers;
    struct listing listing;
    struct list_lines groups; /* of the listing */
    uint64_t seen_generation; /* of the roster, when the listing was made */
    bool is_listed;           /* the listing has been made */
    bool is_opening;          /* servers answer for the first time, and nothing was pressed yet */
    int64_t hold_until_ms;    /* rows keep their places */
    uint32_t open_id;         /* the extension whose story is open; ROW_NONE: not chosen yet */
    uint64_t open_birth;      /* of its row: an id is used again */
    struct watched watched;   /* what the detail told of when it was last looked at */
    uint64_t measured;        /* listing.members of what was measured for the next three */
    size_t prefix_length;     /* bytes of number all listed rows share, up to and with the '*' */
    int number_cols;          /* that nearly all of the numbers fit in */
    int name_cols;
    size_t top; /* first list line shown (of the grid, or of the table) */
    int rows;   /* of the screen */
    int cols;
    bool is_help;
    size_t help_top;
    size_t detail_top;
    char notice[128];
    int64_t notice_until_ms;

    struct board_requests requests;
};

/* What a board starts with; strings and pointers borrowed for the call, roster and feeds for
 * the board's life. */
struct board_setup {
    const struct roster *roster;
    const struct server_status *feeds;
    size_t server_status_count;
    enum view view;
    const struct sort_order *sort;
    const char *filter; /* NULL: none */
    const struct palette *palette;
    bool is_ascii;
    bool is_detail_first; /* extensions were asked for by number */
    bool has_groups;
    bool is_servers; /* the servers are shown first; not if a story is */
};

/* False with the reason if the filter is wrong. */
bool board_init(struct board *board, const struct board_setup *setup, struct moment now,
                struct error *error) __attribute__((warn_unused_result));
void board_clear(struct board *board);

/* The screen has this size now. */
void board_resize(struct board *board, int rows, int cols);

/* Brings the listing up to date with the roster and with time. Call before drawing. */
void board_refresh(struct board *board, struct moment now);

/* Puts a filter in effect; problems-only is added to it. On a mistake false: the last good filter
 * stays, board.mistake says why. */
bool board_set_filter(struct board *board, const char *text, struct moment now);

/* Filters and sorts anew and keeps the selection in sight. */
void board_relist(struct board *board, struct moment now);

/* Scrolls as little as shows the selection. */
void board_show_selection(struct board *board);

/* Freezes what is shown, or goes back to what is live. */
void board_pause(struct board *board, bool pause, struct moment now);

/* Shows a notice for a while; safe text. */
void board_notify(struct board *board, struct moment now, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The time that ages and durations on screen are told by: frozen while paused. */
struct moment board_time(const struct board *board, struct moment now);

/* The extension the detail tells of: the one whose story is open, else the one under the cursor; or
 * NULL. */
const struct row *board_selected(const struct board *board);

/* Must this row be marked as old? Of a paused board that is judged by the time that goes on, though
 * all it tells stands still. */
bool board_is_old(const struct board *board, const struct row *row, struct moment now);

/* Opens the story of the extension under the cursor; false if there is none. */
bool board_open(struct board *board);

/* How much of the screen the detail has now. */
enum layout_detail board_detail(const struct board *board);

/* Does the list hold the extension the detail tells of? A filter may have let it go meanwhile. */
bool board_lists_selected(const struct board *board);

/* Where things are now. */
struct layout board_layout(const struct board *board);

/* Is the filter, or problems-only, or that one server's are listed, hiding rows? */
bool board_is_filtered(const struct board *board);

#endif
