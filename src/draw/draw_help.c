/* SPDX-License-Identifier: MIT */
/* The help: what the lamps mean, what the keys do (from the table of keys), how to filter. */
#include "draw/draw_help.h"

#include <stdio.h>
#include <string.h>

#include "draw/text_block.h"
#include "draw/widgets.h"

#define LAMP_COLS 18
#define KEYS_COLS 18
#define NARROW_COLS 50 /* below this width labels take less room */
#define NARROW_LABEL_COLS 15

/* What a lamp means, in the order the totals stand in. */
static const struct {
    enum lamp lamp;
    const char *meaning;
} meanings[] = {
    {LAMP_OFFLINE, "no phone is registered"},
    {LAMP_EXPIRED, "the registration ran out and was not renewed"},
    {LAMP_MISMATCH, "presence says active, but no phone is registered"},
    {LAMP_UNKNOWN, "the server does not know, or says what is not documented"},
    {LAMP_RINGING, "a call is coming in"},
    {LAMP_BUSY, "on a call"},
    {LAMP_ONLINE, "registered and idle"},
    {LAMP_STATIC, "idle at a fixed address that needs no registration"},
};

static const struct {
    const char *filter;
    const char *meaning;
} filters[] = {
    {"yealink", "number, name or agent holds this; case does not matter"},
    {"front !busy", "both must hold; ! excludes"},
    {"lamp:busy,ringing", "one of these lamps, by name or code"},
    {"ext:0003*2", "the number begins so; * is an ordinary character"},
    {"agent: name: server:", "this one alone"},
    {"reg:expired", "some contact is registered, unregistered, expired, none, unknown"},
    {"problem", "offline, expired, mismatch, unknown, gone"},
    {"for>10m", "so for longer; s, m, h, d"},
    {"expires<60s", "the registration ends sooner"},
    {"~^0003.*9$", "a regular expression"},
};

/* Where texts begin, right of what they explain. */
static int label_cols(const struct text_block *text_block, int wide)
{
    return text_block->rect.cols < NARROW_COLS ? NARROW_LABEL_COLS : wide;
}

/* One lamp of the legend. */
static void put_lamp(struct text_block *text_block, enum role role, const char *glyph,
                     const char *code, const char *name, const char *meaning)
{
    char label[64];
    snprintf(label, sizeof label, "%s %s %s", glyph, code, name);
    text_block_pair(text_block, 1, label_cols(text_block, LAMP_COLS), role, label, ROLE_TEXT,
                    meaning);
}

/* The legend of the lamps. */
static void put_lamps(struct text_block *text_block, bool is_ascii)
{
    text_block_put(text_block, 0, ROLE_TITLE, "Lamps");
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const struct lamp_info *info = lamp_info(meanings[i].lamp);
        put_lamp(text_block, (enum role)(ROLE_LAMP + meanings[i].lamp),
                 is_ascii ? info->ascii : info->glyph, info->code, info->name, meanings[i].meaning);
    }
    put_lamp(text_block, ROLE_GONE, widget_symbol(SYMBOL_GONE, is_ascii), "   ", "gone",
             "the server lists it no more; it leaves after two more polls");
    text_block_pair(text_block, 1, label_cols(text_block, LAMP_COLS), ROLE_STALE, "-", ROLE_TEXT,
                    "before a lamp or a line: older than two intervals, or not in the last answer");
    text_block_pair(text_block, 1, label_cols(text_block, LAMP_COLS), ROLE_STRONG, "[ ]  { }",
                    ROLE_TEXT, "around a lamp: the selected one; braces if it is old too");
    text_block_pair(text_block, 1, label_cols(text_block, LAMP_COLS), ROLE_TEXT,
                    widget_symbol(SYMBOL_AT_LEAST, is_ascii), ROLE_TEXT,
                    "before a time: for at least so long, it was so when first seen");
    text_block_pair(text_block, 1, label_cols(text_block, LAMP_COLS), ROLE_TEXT, "N", ROLE_TEXT,
                    "in the table: how many contacts");
}

/* All keys, by group, in the order of the table; groups in the order they first appear there. */
static void put_keys(struct text_block *text_block)
{
    size_t count;
    const struct key_row *rows = keys_rows(&count);
    const char *group = "";
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].group, group) != 0) {
            group = rows[i].group;
            text_block_skip(text_block);
            text_block_put(text_block, 0, ROLE_TITLE, group);
        }
        text_block_pair(text_block, 1, label_cols(text_block, KEYS_COLS), ROLE_KEY, rows[i].keys,
                        ROLE_TEXT, rows[i].help);
    }
}

/* Examples of filters. */
static void put_filters(struct text_block *text_block)
{
    text_block_skip(text_block);
    text_block_put(text_block, 0, ROLE_TITLE, "Filters");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        text_block_pair(text_block, 1,
                        text_block->rect.cols < NARROW_COLS ? NARROW_LABEL_COLS : KEYS_COLS + 4,
                        ROLE_STRONG, filters[i].filter, ROLE_TEXT, filters[i].meaning);
}

/* The whole help, drawn or only counted. */
static size_t put_help(struct frame *frame, struct rect place, size_t top, bool is_ascii)
{
    struct text_block text_block = text_block_begin(frame, place, top);
    put_lamps(&text_block, is_ascii);
    put_keys(&text_block);
    put_filters(&text_block);
    return text_block.line;
}

/* The place of the text: between the first row and the last, with a margin and a scroll bar. */
static struct rect text_place(int rows, int cols)
{
    return (struct rect){.row = 1, .col = 1, .rows = rows - 2, .cols = cols - 3};
}

size_t draw_help_lines(int cols)
{
    return put_help(NULL, text_place(2, cols), 0, false);
}

void draw_help(const struct board *board, struct frame *frame)
{
    struct rect place = text_place(frame->rows, frame->cols);
    size_t lines = draw_help_lines(frame->cols);
    size_t visible = (size_t)place.rows;
    size_t last_top = lines > visible ? lines - visible : 0;
    size_t top = board->help_top < last_top ? board->help_top : last_top;
    struct segments line;

    put_help(frame, place, top, frame->is_ascii);
    segments_init(&line);
    segments_add(&line, ROLE_KEY, 0, " ?");
    segments_add(&line, ROLE_DIM, 0, " close");
    if (last_top > 0) {
        segments_add(&line, ROLE_KEY, 1, "  Space");
        segments_add(&line, ROLE_DIM, 1, " scroll");
        segments_add(&line, ROLE_DIM, 2, "   lines %zu-%zu of %zu", top + 1, top + visible, lines);
    }
    segments_paint(&line, frame, frame->rows - 1, 0, frame->cols - 1);
    if (last_top > 0)
        widget_scroll_bar(frame, (struct rect){1, frame->cols - 1, place.rows, 1}, top, visible,
                          lines);
}
