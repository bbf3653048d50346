/* SPDX-License-Identifier: MIT */
#include "board/keys.h"

/* What each press does; the rows below show these keys and no others (a test holds both
 * together). */
static const struct {
    uint32_t press;
    enum action action;
} bindings[] = {
    {'?', ACTION_HELP},
    {PRESS_F1, ACTION_HELP},
    {PRESS_ESCAPE, ACTION_BACK},
    {'q', ACTION_QUIT},
    {'Q', ACTION_QUIT},
    {PRESS_F10, ACTION_QUIT},
    {'C', ACTION_PALETTE},
    {PRESS_CTRL('L'), ACTION_REDRAW},

    {PRESS_UP, ACTION_UP},
    {'k', ACTION_UP},
    {PRESS_DOWN, ACTION_DOWN},
    {'j', ACTION_DOWN},
    {PRESS_LEFT, ACTION_LEFT},
    {'h', ACTION_LEFT},
    {PRESS_RIGHT, ACTION_RIGHT},
    {'l', ACTION_RIGHT},
    {PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {' ', ACTION_PAGE_DOWN},
    {PRESS_CTRL('F'), ACTION_PAGE_DOWN},
    {PRESS_PAGE_UP, ACTION_PAGE_UP},
    {'b', ACTION_PAGE_UP},
    {PRESS_CTRL('B'), ACTION_PAGE_UP},
    {PRESS_CTRL('D'), ACTION_HALF_DOWN},
    {PRESS_CTRL('U'), ACTION_HALF_UP},
    {'g', ACTION_FIRST},
    {PRESS_HOME, ACTION_FIRST},
    {'G', ACTION_LAST},
    {PRESS_END, ACTION_LAST},

    {'/', ACTION_FILTER},
    {'&', ACTION_FILTER},
    {'\\', ACTION_FILTER},
    {PRESS_F1 + 3, ACTION_FILTER},
    {'!', ACTION_PROBLEMS},
    {'n', ACTION_NEXT_PROBLEM},
    {'N', ACTION_PREVIOUS_PROBLEM},
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
    {PRESS_F1 + 5, ACTION_SORT_ON},
    {'<', ACTION_SORT_BACK},
    {'R', ACTION_SORT_REVERSE},
    {'v', ACTION_VIEW},
    {PRESS_ENTER, ACTION_OPEN},
    {'d', ACTION_DETAIL},
    {'r', ACTION_POLL},
    {PRESS_F1 + 4, ACTION_POLL},
    {'p', ACTION_PAUSE},
    {'Z', ACTION_PAUSE},
};

#define PROGRAM "blftop"
#define MOVING "Moving"
#define FINDING "Finding"
#define LOOKING "Looking"

/* How to leave and how to get help come first: a narrow footer is cut at its end. */
static const struct key_row rows[] = {
    {ACTION_HELP, "? F1", "? help", "this page, and back", PROGRAM},
    {ACTION_BACK, "Esc", NULL, "back: closes what is open, then clears the filter", PROGRAM},
    {ACTION_QUIT, "q Q F10", "q quit", "leave (as Ctrl-C does)", PROGRAM},
    {ACTION_PALETTE, "C", NULL, "next palette: default, noc, cb, mono", PROGRAM},
    {ACTION_REDRAW, "^L", NULL, "draw the screen afresh", PROGRAM},

    {ACTION_UP, "Up k", NULL, "one line up", MOVING},
    {ACTION_DOWN, "Down j", NULL, "one line down", MOVING},
    {ACTION_LEFT, "Left h", NULL, "one lamp to the left", MOVING},
    {ACTION_RIGHT, "Right l", NULL, "one lamp to the right", MOVING},
    {ACTION_PAGE_DOWN, "PgDn Space ^F", NULL, "one page down", MOVING},
    {ACTION_PAGE_UP, "PgUp b ^B", NULL, "one page up", MOVING},
    {ACTION_HALF_DOWN, "^D", NULL, "half a page down", MOVING},
    {ACTION_HALF_UP, "^U", NULL, "half a page up", MOVING},
    {ACTION_FIRST, "Home g", NULL, "to the first extension", MOVING},
    {ACTION_LAST, "End G", NULL, "to the last extension", MOVING},

    {ACTION_FILTER, "/ & \\ F4", "/ filter", "show only what matches, as you type", FINDING},
    {ACTION_PROBLEMS, "!", "! problems", "show only problems, and all again", FINDING},
    {ACTION_NEXT_PROBLEM, "n", NULL, "to the next problem", FINDING},
    {ACTION_PREVIOUS_PROBLEM, "N", NULL, "to the previous problem", FINDING},
    {ACTION_JUMP, "0-9", NULL, "to the extension whose number you type", FINDING},

    {ACTION_OPEN, "Enter", "Enter open", "the whole story of the extension, and back", LOOKING},
    {ACTION_DETAIL, "d", NULL, "the detail pane, on or off", LOOKING},
    {ACTION_VIEW, "v", "v view", "lamps or table", LOOKING},
    {ACTION_SORT_ON, "> F6", "> sort", "sort by the next column", LOOKING},
    {ACTION_SORT_BACK, "<", NULL, "sort by the column before", LOOKING},
    {ACTION_SORT_REVERSE, "R", NULL, "sort the other way round", LOOKING},
    {ACTION_PAUSE, "p Z", "p pause", "hold what is shown, and go on", LOOKING},
    {ACTION_POLL, "r F5", NULL, "ask the servers now", LOOKING},
};

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
