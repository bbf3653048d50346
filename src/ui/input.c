/* SPDX-License-Identifier: MIT */
/* Where a press goes: to the text being typed, the help, a number, or an action. */
#include <string.h>

#include "ui/input.h"

#include "draw/draw_help.h"
#include "ui/commands.h"
#include "ui/commands_servers.h"

/* Adds a digit (or, within a number, a '*') to the number being typed and goes there. */
static void press_jump(struct board *board, uint32_t press, struct moment now)
{
    if (now.ms >= board->jump_until_ms)
        board->jump_digits[0] = '\0';
    size_t length = strlen(board->jump_digits);
    if (length + 1 >= sizeof board->jump_digits)
        return;
    board->jump_digits[length] = (char)press;
    board->jump_digits[length + 1] = '\0';
    board->jump_until_ms = now.ms + BOARD_JUMP_MS;
    act_seek(board, 0, now);
}

/* Does the press belong to a number that is being typed? */
static bool is_of_number(const struct board *board, uint32_t press, enum action action,
                         struct moment now)
{
    bool is_typing = board->jump_digits[0] != '\0' && now.ms < board->jump_until_ms;
    return action == ACTION_JUMP || (press == '*' && is_typing);
}

/* A press that is neither of a number nor goes on with one ends the search. */
static void end_search(struct board *board, enum action action)
{
    if (action != ACTION_NEXT && action != ACTION_PREVIOUS)
        board->jump_digits[0] = '\0';
    board->jump_until_ms = 0;
}

/* Ends the prompt: with Enter the filter stays, with Esc the one before comes back. */
static void press_prompt_end(struct board *board, bool keep, struct moment now)
{
    if (keep && error_is_set(&board->mistake))
        return;
    board->is_prompting = false;
    if (!keep)
        board_set_filter(board, board->filter_before, now);
}

/* A press while the prompt is open: text entry owns all keys but those that move the list. */
static void press_prompt(struct board *board, uint32_t press, struct moment now)
{
    switch (press) {
    case KEYCODE_ENTER:
        press_prompt_end(board, true, now);
        break;
    case KEYCODE_ESCAPE:
        press_prompt_end(board, false, now);
        break;
    case KEYCODE_UP:
        act(board, ACTION_UP, now);
        break;
    case KEYCODE_DOWN:
        act(board, ACTION_DOWN, now);
        break;
    case KEYCODE_PAGE_UP:
        act(board, ACTION_PAGE_UP, now);
        break;
    case KEYCODE_PAGE_DOWN:
        act(board, ACTION_PAGE_DOWN, now);
        break;
    default:
        if (lineedit_press(&board->prompt, press))
            board_set_filter(board, board->prompt.text, now);
    }
}

/* How far an action scrolls the help, in lines. */
static ptrdiff_t help_step(const struct board *board, enum action action)
{
    ptrdiff_t page = board->rows > 4 ? board->rows - 3 : 1;
    switch (action) {
    case ACTION_UP:
        return -1;
    case ACTION_DOWN:
        return 1;
    case ACTION_PAGE_UP:
        return -page;
    case ACTION_PAGE_DOWN:
        return page;
    case ACTION_HALF_UP:
        return -(page + 1) / 2;
    case ACTION_HALF_DOWN:
        return (page + 1) / 2;
    case ACTION_FIRST:
        return -(ptrdiff_t)board->help_top;
    case ACTION_LAST:
        return (ptrdiff_t)draw_help_lines(board->cols);
    default:
        return 0;
    }
}

/* An action while the help is open: it scrolls, or the help closes. */
static void press_help(struct board *board, enum action action)
{
    ptrdiff_t step = help_step(board, action);
    ptrdiff_t last = (ptrdiff_t)draw_help_lines(board->cols) - board->rows + 2;
    ptrdiff_t top = (ptrdiff_t)board->help_top + step;

    if (action == ACTION_HELP || action == ACTION_BACK || action == ACTION_QUIT ||
        action == ACTION_OPEN)
        board->is_help = false;
    if (top > last)
        top = last;
    board->help_top = top > 0 ? (size_t)top : 0;
}

void input_take_key(struct board *board, uint32_t press, struct moment now)
{
    enum action action = keys_action(press);

    board->is_opening = false;
    if (board->is_prompting) {
        press_prompt(board, press, now);
    } else if (board->is_help) {
        press_help(board, action);
    } else if (board->is_servers && act_on_servers(board, action, now)) {
        board->jump_until_ms = 0;
    } else if (is_of_number(board, press, action, now)) {
        press_jump(board, press, now);
    } else if (action != ACTION_NONE) {
        end_search(board, action);
        act(board, action, now);
    } else {
        board_notify(board, now, "that key does nothing; ? lists those that do");
    }
}
