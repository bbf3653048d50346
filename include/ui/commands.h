/* SPDX-License-Identifier: MIT */
/*
 * commands: what each action does to the board: one short function an action, one table that names
 * them.
 *
 * Which press means which action is keys' to say, and where presses go press's.
 */
#ifndef BLFTOP_UI_COMMANDS_H
#define BLFTOP_UI_COMMANDS_H

#include "ui/board.h"

/* Does it. ACTION_NONE and ACTION_JUMP, whose digits press gathers, do nothing here. */
void act(struct board *board, enum action action, struct moment now);

/* Does what it means while the servers are shown. False if that is no other than always: for act()
 * to do, which the list may have taken its place back for. */
bool act_on_servers(struct board *board, enum action action, struct moment now);

/* Goes to the number that was typed (board.sought); `step` as in listing_jump. */
void act_seek(struct board *board, int step, struct moment now);

#endif
