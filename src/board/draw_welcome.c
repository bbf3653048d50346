/* SPDX-License-Identifier: MIT */
/* The screen of a first run: there are no settings yet. */
#include "board/draw.h"

#include <stdio.h>
#include <string.h>

#include "board/sheet.h"

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
static void put_steps(struct sheet *sheet, const char *path)
{
    char command[PATH_BYTES + 16];
    snprintf(command, sizeof command, "chmod 600 %s", path);
    sheet_put(sheet, 0, ROLE_TITLE, "blftop");
    sheet_wrap(sheet, 0, ROLE_TEXT, "A lamp for every extension of a VoipNow server.");
    sheet_skip(sheet);
    sheet_wrap(sheet, 0, ROLE_TEXT,
               "There are no settings yet. Say which server, and who asks it, in this file:");
    sheet_wrap(sheet, 2, ROLE_STRONG, path);
    sheet_skip(sheet);
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++)
        sheet_put(sheet, 2, ROLE_STRONG, sample[i]);
    sheet_skip(sheet);
    sheet_wrap(sheet, 0, ROLE_TEXT, "It holds a secret, so keep it to yourself:");
    sheet_wrap(sheet, 2, ROLE_STRONG, command);
    sheet_skip(sheet);
}

/* The same where there is no room for it. */
static void put_brief(struct sheet *sheet, const char *path)
{
    sheet_wrap(sheet, 0, ROLE_TEXT, "blftop has no settings yet. They go into");
    sheet_wrap(sheet, 1, ROLE_STRONG, path);
}

/* Everything, drawn or only counted. */
static size_t put_welcome(struct frame *frame, struct rect place, const char *path, bool is_brief)
{
    struct sheet sheet = sheet_begin(frame, place, 0);
    (is_brief ? put_brief : put_steps)(&sheet, path);
    sheet_pair(&sheet, 0, LABEL_COLS, ROLE_KEY, "blftop --demo", ROLE_TEXT,
               is_brief ? "a made-up server" : "shows a made-up server, without any settings");
    sheet_pair(&sheet, 0, LABEL_COLS, ROLE_KEY, "blftop --help", ROLE_TEXT, "lists all options");
    sheet_pair(&sheet, 0, LABEL_COLS, ROLE_KEY, "q", ROLE_TEXT, "quits");
    return sheet.line;
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
