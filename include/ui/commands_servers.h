/* SPDX-License-Identifier: MIT */
/*
 * commands_servers: what actions do to the board while its servers are shown.
 *
 * Changes a board that others own. Which key means which action is in ui/keys.
 */
#ifndef BLFTOP_UI_COMMANDS_SERVERS_H
#define BLFTOP_UI_COMMANDS_SERVERS_H

#include "ui/board.h"

/* Carries out the action. False if it means the same as on other screens: act() has to carry it
 * out then. An action about extensions brings their list back first. */
bool act_on_servers(struct board *board, enum action action, struct moment now);

#endif
