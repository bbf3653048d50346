/* SPDX-License-Identifier: MIT */
/*
 * input: where a key goes: to the text being typed, the help, a number, or an action.
 */
#ifndef BLFTOP_UI_INPUT_H
#define BLFTOP_UI_INPUT_H

#include "ui/board.h"

/* Takes a press. */
void input_take_key(struct board *board, uint32_t press, struct moment now);

#endif
