/* SPDX-License-Identifier: MIT */
/*
 * stage: a board on a made-up fleet under a made-up clock, for golden frames.
 *
 * Data comes in as it does in the program: records applied to a roster, poll by poll.
 */
#ifndef BLFTOP_TESTS_STAGE_H
#define BLFTOP_TESTS_STAGE_H

#include "board/board.h"
#include "board/frame.h"

#define STAGE_SERVERS_MAX 32
#define STAGE_SECOND ((int64_t)1000)
#define STAGE_MINUTE (60 * STAGE_SECOND)
#define STAGE_HOUR (60 * STAGE_MINUTE)

struct stage {
    struct feed feeds[STAGE_SERVERS_MAX];
    size_t feed_count;
    struct roster roster;
    struct board board;
    struct frame frame;
    struct moment now;
    bool is_board_open;
};

/* What one extension says of itself. */
struct stage_contact {
    const char *agent; /* NULL: none */
    int32_t state;
    int64_t expires_in; /* seconds from now, EXPIRES_NONE: none */
};

/* A stage with these servers, none of which has been heard. */
void stage_open(struct stage *stage, size_t count);
void stage_close(struct stage *stage);

/* From here on some extensions have names. */
void stage_name(struct stage *stage);

/* Applies one record, `ago` ms before now. */
void stage_apply(struct stage *stage, uint16_t server, const char *number, int32_t status,
                 const struct stage_contact *contacts, size_t count, int64_t ago, bool is_first);

/* A fleet of extensions from 0003*200 on: most are online, some are busy, ringing or in trouble,
 * since various times; all were last heard `heard_ago` ms before now. */
void stage_fill(struct stage *stage, uint16_t server, size_t count, int64_t heard_ago);

/* The server was read whole, `ago` ms before now. */
void stage_succeed(struct stage *stage, uint16_t server, int64_t ago);

/* It fails since then, with this error, and is asked again in 12 seconds. */
void stage_fail(struct stage *stage, uint16_t server, int64_t ago, const char *text);

/* Opens the board. */
void stage_show(struct stage *stage, int rows, int cols, bool is_ascii);

/* Types presses as a person would. */
void stage_type(struct stage *stage, const char *keys);
void stage_press(struct stage *stage, uint32_t press);

/* Selects an extension of the first server. */
void stage_select(struct stage *stage, const char *number);

/* Draws the frame. */
void stage_draw(struct stage *stage);

#endif
