/* SPDX-License-Identifier: MIT */
/*
 * stage: a board on a made-up fleet under a made-up clock, for golden frames.
 *
 * Data comes in as it does in the program: records applied to a roster, poll by poll.
 */
#ifndef BLFTOP_TESTS_GOLDEN_FIXTURE_H
#define BLFTOP_TESTS_GOLDEN_FIXTURE_H

#include "draw/frame.h"
#include "ui/board.h"

#define FIXTURE_SERVERS_MAX 32
#define FIXTURE_SECOND ((int64_t)1000)
#define FIXTURE_MINUTE (60 * FIXTURE_SECOND)
#define FIXTURE_HOUR (60 * FIXTURE_MINUTE)

struct fixture {
    struct server_status feeds[FIXTURE_SERVERS_MAX];
    size_t server_status_count;
    struct roster roster;
    struct board board;
    struct frame frame;
    struct moment now;
    bool is_board_open;
};

/* What one extension says of itself. */
struct fixture_contact {
    const char *agent; /* NULL: none */
    int32_t state;
    int64_t expires_in; /* seconds from now, EXPIRES_NONE: none */
};

/* A stage with these servers, none of which has been heard. */
void fixture_open(struct fixture *stage, size_t count);
void fixture_close(struct fixture *stage);

/* From here on some extensions have names. */
void fixture_name(struct fixture *stage);

/* Applies one record, `ago` ms before now. */
void fixture_apply(struct fixture *stage, uint16_t server, const char *number, int32_t status,
                   const struct fixture_contact *contacts, size_t count, int64_t ago,
                   bool is_first);

/* A fleet of extensions from 0003*200 on: most are online, some are busy, ringing or in trouble,
 * since various times; all were last heard `heard_ago` ms before now. */
void fixture_fill(struct fixture *stage, uint16_t server, size_t count, int64_t heard_ago);

/* The server was read whole, `ago` ms before now. */
void fixture_succeed(struct fixture *stage, uint16_t server, int64_t ago);

/* It fails since then, with this error, and is asked again in 12 seconds. */
void fixture_fail(struct fixture *stage, uint16_t server, int64_t ago, const char *text);

/* Opens the board. */
void fixture_show(struct fixture *stage, int rows, int cols, bool is_ascii);

/* Types presses as a person would. */
void fixture_type(struct fixture *stage, const char *keys);
void fixture_press(struct fixture *stage, uint32_t press);

/* Selects an extension of the first server. */
void fixture_select(struct fixture *stage, const char *number);

/* Draws the frame. */
void fixture_draw(struct fixture *stage);

#endif
