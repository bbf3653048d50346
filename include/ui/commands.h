/* SPDX-License-Identifier: MIT */
/*
 * commands: what each action does to the board.
 *
 * Changes a board that others own. Which key means which action is in ui/keys, and ui/input decides
 * whether a key is an action or text.
 */
#ifndef BLFTOP_UI_COMMANDS_H
#define BLFTOP_UI_COMMANDS_H

#include "ui/board.h"

/* Carries out the action. ACTION_NONE and ACTION_JUMP, whose digits ui/input collects, do nothing
 * here. */
void act(struct board *board, enum action action, struct moment now);

/* Goes to the number that was typed (board.jump_digits); `step` as in listing_jump. */
void act_seek(struct board *board, int step, struct moment now);

#endif
