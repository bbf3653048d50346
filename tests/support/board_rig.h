/* SPDX-License-Identifier: MIT */
/*
 * board_rig: a board on servers that a test fills, on a screen of 24 rows by 80 columns.
 *
 * The test says which extensions there are and how much time passes, and presses keys. Nothing is
 * polled or drawn.
 */
#ifndef BLFTOP_TESTS_BOARD_RIG_H
#define BLFTOP_TESTS_BOARD_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"

#define BOARD_RIG_SERVERS_MAX 6
#define BOARD_RIG_INTERVAL 5000 /* ms, of the polls */

struct board_rig {
    struct roster roster;
    struct feed feeds[BOARD_RIG_SERVERS_MAX];
    size_t server_count;
    struct board board;
    struct moment now;
};

/* Servers of these names without extensions, just read. Apply some, then open the board. */
void board_rig_init(struct board_rig *rig, const char *const *names, size_t count);

/* Opens the board and looks at it; the rig's own members of the setup are filled in. */
void board_rig_open(struct board_rig *rig, struct board_setup setup, const char *sort);
void board_rig_clear(struct board_rig *rig);

/* An extension "0003*N" is heard with this status (STATUS_…, 0 for none) and a phone that is
 * registered or not. */
void board_rig_apply(struct board_rig *rig, uint16_t server, int number, int status,
                     bool is_registered);

/* Presses the keys of a text one after the other, '\r' being Enter and '\033' Esc; or does so with
 * a look at the board after each. */
void board_rig_press(struct board_rig *rig, const char *keys);
void board_rig_type(struct board_rig *rig, const char *keys);

/* Lets time pass and looks at the board. */
void board_rig_pass(struct board_rig *rig, int64_t ms);

#endif
