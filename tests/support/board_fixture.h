/* SPDX-License-Identifier: MIT */
/*
 * board_rig: a board on servers that a test fills, on a screen of 24 rows by 80 columns.
 *
 * The test says which extensions there are and how much time passes, and presses keys. Nothing is
 * polled or drawn.
 */
#ifndef BLFTOP_TESTS_SUPPORT_BOARD_FIXTURE_H
#define BLFTOP_TESTS_SUPPORT_BOARD_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/board.h"

#define BOARD_FIXTURE_SERVERS_MAX 6
#define BOARD_FIXTURE_INTERVAL 5000 /* ms, of the polls */

struct board_fixture {
    struct roster roster;
    struct server_status feeds[BOARD_FIXTURE_SERVERS_MAX];
    size_t server_count;
    struct board board;
    struct moment now;
};

/* Servers of these names without extensions, just read. Apply some, then open the board. */
void board_fixture_init(struct board_fixture *rig, const char *const *names, size_t count);

/* Opens the board and looks at it; the rig's own members of the setup are filled in. */
void board_fixture_open(struct board_fixture *rig, struct board_setup setup, const char *sort);
void board_fixture_clear(struct board_fixture *rig);

/* An extension "0003*N" is heard with this status (STATUS_…, 0 for none) and a phone that is
 * registered or not. */
void board_fixture_apply(struct board_fixture *rig, uint16_t server, int number, int status,
                         bool is_registered);

/* Presses the keys of a text one after the other, '\r' being Enter and '\033' Esc; or does so with
 * a look at the board after each. */
void board_fixture_press(struct board_fixture *rig, const char *keys);
void board_fixture_type(struct board_fixture *rig, const char *keys);

/* Lets time pass and looks at the board. */
void board_fixture_pass(struct board_fixture *rig, int64_t ms);

#endif
