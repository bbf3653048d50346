/* SPDX-License-Identifier: MIT */
#include "ui/keys.h"

/* What each press does; the rows below show these keys and no others (a test holds both
 * together). */
static const struct {
    uint32_t press;
    enum action action;
} bindings[] = {
    {'?', ACTION_HELP},
    {KEYCODE_F1, ACTION_HELP},
    {KEYCODE_ESCAPE, ACTION_BACK},
    {'q', ACTION_QUIT},
    {'Q', ACTION_QUIT},
    {KEYCODE_F10, ACTION_QUIT},
    {'C', ACTION_PALETTE},
    {KEYCODE_CTRL('L'), ACTION_REDRAW},

    {KEYCODE_UP, ACTION_UP},
    {'k', ACTION_UP},
    {KEYCODE_DOWN, ACTION_DOWN},
    {'j', ACTION_DOWN},
    {KEYCODE_LEFT, ACTION_LEFT},
    {'h', ACTION_LEFT},
    {KEYCODE_RIGHT, ACTION_RIGHT},
    {'l', ACTION_RIGHT},
    {KEYCODE_PAGE_DOWN, ACTION_PAGE_DOWN},
    {' ', ACTION_PAGE_DOWN},
    {KEYCODE_CTRL('F'), ACTION_PAGE_DOWN},
    {KEYCODE_PAGE_UP, ACTION_PAGE_UP},
    {'b', ACTION_PAGE_UP},
    {KEYCODE_CTRL('B'), ACTION_PAGE_UP},
    {KEYCODE_CTRL('D'), ACTION_HALF_DOWN},
    {KEYCODE_CTRL('U'), ACTION_HALF_UP},
    {'g', ACTION_FIRST},
    {KEYCODE_HOME, ACTION_FIRST},
    {'G', ACTION_LAST},
    {KEYCODE_END, ACTION_LAST},

    {'/', ACTION_FILTER},
    {'&', ACTION_FILTER},
    {'\\', ACTION_FILTER},
    {KEYCODE_F1 + 3, ACTION_FILTER},
    {'!', ACTION_PROBLEMS},
    {'n', ACTION_NEXT},
    {'N', ACTION_PREVIOUS},
    {'0', ACTION_JUMP},
    {'1', ACTION_JUMP},
    {'2', ACTION_JUMP},
    {'3', ACTION_JUMP},
    {'4', ACTION_JUMP},
    {'5', ACTION_JUMP},
    {'6', ACTION_JUMP},
    {'7', ACTION_JUMP},
    {'8', ACTION_JUMP},
    {'9', ACTION_JUMP},

    {'>', ACTION_SORT_ON},
    {KEYCODE_F1 + 5, ACTION_SORT_ON},
    {'<', ACTION_SORT_BACK},
    {'R', ACTION_SORT_REVERSE},
    {'v', ACTION_VIEW},
    {'S', ACTION_SERVERS},
    {'z', ACTION_DENSITY},
    {KEYCODE_ENTER, ACTION_OPEN},
    {'d', ACTION_DETAIL},
    {'r', ACTION_POLL},
    {KEYCODE_F1 + 4, ACTION_POLL},
    {'p', ACTION_PAUSE},
    {'Z', ACTION_PAUSE},
};

#define PROGRAM "blftop"
#define MOVING "Moving"
#define FINDING "Finding"
#define LOOKING "Looking"

/* How to leave and how to get help come first: a narrow footer is cut at its end. */
/* clang-format off */
static const struct key_row rows[] = {
    {ACTION_HELP, "? F1", "this page, and back", PROGRAM, "? help", "? help"},
    {ACTION_BACK, "Esc", "back: closes what is open, then clears the filter", PROGRAM,
     NULL, "Esc back"},
    {ACTION_QUIT, "q Q F10", "leave (as Ctrl-C does)", PROGRAM, "q quit", "q quit"},
    {ACTION_PALETTE, "C", "next palette: default, noc, cb, mono", PROGRAM, NULL, NULL},
    {ACTION_REDRAW, "^L", "draw the screen afresh", PROGRAM, NULL, NULL},

    {ACTION_UP, "Up k", "one line up", MOVING, NULL, NULL},
    {ACTION_DOWN, "Down j", "one line down", MOVING, NULL, "j/k next phone"},
    {ACTION_LEFT, "Left h", "one lamp to the left", MOVING, NULL, NULL},
    {ACTION_RIGHT, "Right l", "one lamp to the right", MOVING, NULL, NULL},
    {ACTION_PAGE_DOWN, "PgDn Space ^F", "one page down", MOVING, NULL, "Space scroll"},
    {ACTION_PAGE_UP, "PgUp b ^B", "one page up", MOVING, NULL, NULL},
    {ACTION_HALF_DOWN, "^D", "half a page down", MOVING, NULL, NULL},
    {ACTION_HALF_UP, "^U", "half a page up", MOVING, NULL, NULL},
    {ACTION_FIRST, "Home g", "to the first extension", MOVING, NULL, NULL},
    {ACTION_LAST, "End G", "to the last extension", MOVING, NULL, NULL},

    {ACTION_FILTER, "/ & \\ F4", "show only what matches, as you type", FINDING, "/ filter", NULL},
    {ACTION_PROBLEMS, "!", "show only problems, and all again", FINDING, "! problems", NULL},
    {ACTION_JUMP, "0-9", "to the extension whose number you type", FINDING, NULL, NULL},
    {ACTION_NEXT, "n", "to the next such number, or the next problem", FINDING, NULL, NULL},
    {ACTION_PREVIOUS, "N", "to the previous one", FINDING, NULL, NULL},

    {ACTION_OPEN, "Enter", "all details of one extension, and back", LOOKING,
     "Enter open", NULL},
    {ACTION_DETAIL, "d", "the detail pane, on or off", LOOKING, NULL, NULL},
    {ACTION_VIEW, "v", "lamps or table", LOOKING, "v view", NULL},
    {ACTION_SERVERS, "S", "all servers, worst first; Enter lists the phones of one", LOOKING,
     "S servers", NULL},
    {ACTION_DENSITY, "z", "lamps as cards, numbers, marks, or as large as fits", LOOKING,
     NULL, NULL},
    {ACTION_SORT_ON, "> F6", "sort by the next column", LOOKING, "> sort", NULL},
    {ACTION_SORT_BACK, "<", "sort by the column before", LOOKING, NULL, NULL},
    {ACTION_SORT_REVERSE, "R", "sort the other way round", LOOKING, NULL, NULL},
    {ACTION_PAUSE, "p Z", "pause or resume the display", LOOKING, "p pause", "p pause"},
    {ACTION_POLL, "r F5", "ask the servers now", LOOKING, NULL, "r poll now"},
};
/* clang-format on */

enum action keys_action(uint32_t press)
{
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) {
        if (bindings[i].press == press)
            return bindings[i].action;
    }
    return ACTION_NONE;
}

const struct key_row *keys_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}
