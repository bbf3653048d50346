/* SPDX-License-Identifier: MIT */
/* The screen of a first run: there are no settings yet. */
#include "draw/draw_welcome.h"

#include <stdio.h>
#include <string.h>

#include "draw/text_block.h"

#define COLS_MAX 76
#define LABEL_COLS 16
#define PATH_BYTES 512

static const char *const sample[] = {
    "server = {",
    "  url = \"https://pbx.example.net\";",
    "  client_id = \"...\";",
    "  client_secret = \"...\";",
    "};",
};

/* What to put where. */
static void put_steps(struct text_block *text_block, const char *path)
{
    char command[PATH_BYTES + 16];
    snprintf(command, sizeof command, "chmod 600 %s", path);
    text_block_put(text_block, 0, ROLE_TITLE, "blftop");
    text_block_wrap(text_block, 0, ROLE_TEXT, "A lamp for every extension of a VoipNow server.");
    text_block_skip(text_block);
    text_block_wrap(text_block, 0, ROLE_TEXT,
                    "There are no settings yet. Say which server, and who asks it, in this file:");
    text_block_wrap(text_block, 2, ROLE_STRONG, path);
    text_block_skip(text_block);
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++)
        text_block_put(text_block, 2, ROLE_STRONG, sample[i]);
    text_block_skip(text_block);
    text_block_wrap(text_block, 0, ROLE_TEXT, "It holds a secret, so keep it to yourself:");
    text_block_wrap(text_block, 2, ROLE_STRONG, command);
    text_block_skip(text_block);
}

/* The same where there is no room for it. */
static void put_brief(struct text_block *text_block, const char *path)
{
    text_block_wrap(text_block, 0, ROLE_TEXT, "blftop has no settings yet. They go into");
    text_block_wrap(text_block, 1, ROLE_STRONG, path);
}

/* Everything, drawn or only counted. */
static size_t put_welcome(struct frame *frame, struct rect place, const char *path, bool is_brief)
{
    struct text_block text_block = text_block_begin(frame, place, 0);
    (is_brief ? put_brief : put_steps)(&text_block, path);
    text_block_pair(&text_block, 0, LABEL_COLS, ROLE_KEY, "blftop --demo", ROLE_TEXT,
                    is_brief ? "a made-up server" : "shows a made-up server, without any settings");
    text_block_pair(&text_block, 0, LABEL_COLS, ROLE_KEY, "blftop --help", ROLE_TEXT,
                    "lists all options");
    text_block_pair(&text_block, 0, LABEL_COLS, ROLE_KEY, "q", ROLE_TEXT, "quits");
    return text_block.line;
}

void draw_welcome(struct frame *frame, const char *path)
{
    char safe[PATH_BYTES];
    struct rect place = {.rows = frame->rows, .cols = frame->cols - 2};

    text_make_safe(safe, sizeof safe, path, strlen(path));
    if (place.cols > COLS_MAX)
        place.cols = COLS_MAX;
    place.col = (frame->cols - place.cols) / 2;
    bool is_brief = put_welcome(NULL, place, safe, false) > (size_t)frame->rows;
    int lines = (int)put_welcome(NULL, place, safe, is_brief);
    place.row = lines < frame->rows ? (frame->rows - lines) / 2 : 0;
    place.rows -= place.row;
    put_welcome(frame, place, safe, is_brief);
}
