/* SPDX-License-Identifier: MIT */
#include "draw/palette.h"

#include <string.h>

#include "draw/frame.h"

#define MONO_COLORS 8 /* with fewer the mono looks are used */
#define BRIGHT_FROM 8 /* the first bright one of the 16 ANSI colours */
#define BRIGHT_COLORS 16

/* The ANSI colours that looks are made of. Never yellow, blue or white text on the terminal's own
 * background: each is unreadable on a light one or on a dark one. */
enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, BRIGHT_BLUE = 12, WHITE = 15 };

enum palette_column {
    COLUMN_DEFAULT, /* as on a desk phone: busy is red */
    COLUMN_NOC,     /* as in a control room: red is a fault, and nothing else */
    COLUMN_CB,      /* for the colour-blind: blue, yellow, white */
    COLUMN_MONO,
    COLUMN_COUNT,
};

struct palette {
    const char *name;
    enum palette_column column;
};

static const struct palette palettes[COLUMN_COUNT] = {
    {"default", COLUMN_DEFAULT},
    {"noc", COLUMN_NOC},
    {"cb", COLUMN_CB},
    {"mono", COLUMN_MONO},
};

struct style {
    char letter; /* lower case */
    struct look looks[COLUMN_COUNT];
};

/* How looks are written in the table. */
enum { NORMAL = 0, BOLD = 1, DIM = 2, REVERSE = 4, UNDERLINE = 8 };
#define BLOCK(foreground, background, flags)                                                       \
    {                                                                                              \
        foreground, background, ((flags)&BOLD) != 0, ((flags)&DIM) != 0, ((flags)&REVERSE) != 0,   \
            ((flags)&UNDERLINE) != 0                                                               \
    }
#define INK(foreground, flags) BLOCK(foreground, LOOK_DEFAULT, flags)
#define PLAIN(flags) BLOCK(LOOK_DEFAULT, LOOK_DEFAULT, flags)
#define LAMP(lamp) [ROLE_LAMP + LAMP_##lamp]

/* clang-format off */
static const struct style styles[ROLE_COUNT] = {
    [ROLE_TEXT]    = {'t', {PLAIN(NORMAL), PLAIN(NORMAL), PLAIN(NORMAL), PLAIN(NORMAL)}},
    [ROLE_DIM]     = {'d', {PLAIN(DIM), PLAIN(DIM), PLAIN(DIM), PLAIN(DIM)}},
    [ROLE_STRONG]  = {'s', {PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD)}},
    [ROLE_TITLE]   = {'h', {PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD)}},
    [ROLE_KEY]     = {'k', {PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD)}},
    [ROLE_PROMPT]  = {'i', {PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD), PLAIN(BOLD)}},
    [ROLE_GONE]    = {'g', {PLAIN(DIM), PLAIN(DIM), PLAIN(DIM), PLAIN(DIM)}},
    [ROLE_LIVE]    = {'l', {INK(GREEN, NORMAL), INK(GREEN, NORMAL),
                            INK(BRIGHT_BLUE, NORMAL), PLAIN(NORMAL)}},
    [ROLE_STALE]   = {'a', {BLOCK(BLACK, YELLOW, NORMAL), BLOCK(BLACK, YELLOW, NORMAL),
                            BLOCK(BLACK, YELLOW, NORMAL), PLAIN(REVERSE | BOLD)}},
    [ROLE_PAUSED]  = {'p', {BLOCK(BLACK, CYAN, NORMAL), BLOCK(BLACK, CYAN, NORMAL),
                            BLOCK(BLACK, CYAN, NORMAL), PLAIN(REVERSE)}},
    [ROLE_MISTAKE] = {'m', {INK(RED, BOLD), PLAIN(BOLD | UNDERLINE),
                            PLAIN(BOLD | UNDERLINE), PLAIN(BOLD | UNDERLINE)}},
    LAMP(OFFLINE)  = {'x', {BLOCK(WHITE, MAGENTA, BOLD), BLOCK(WHITE, RED, BOLD),
                            PLAIN(REVERSE | BOLD), PLAIN(REVERSE | BOLD)}},
    LAMP(EXPIRED)  = {'e', {BLOCK(BLACK, YELLOW, NORMAL), BLOCK(BLACK, RED, NORMAL),
                            BLOCK(BLACK, YELLOW, NORMAL), PLAIN(REVERSE)}},
    LAMP(MISMATCH) = {'c', {BLOCK(BLACK, CYAN, NORMAL), BLOCK(BLACK, YELLOW, NORMAL),
                            BLOCK(BLACK, CYAN, NORMAL), PLAIN(REVERSE | UNDERLINE)}},
    LAMP(UNKNOWN)  = {'u', {PLAIN(UNDERLINE), PLAIN(UNDERLINE),
                            PLAIN(UNDERLINE), PLAIN(UNDERLINE)}},
    LAMP(RINGING)  = {'r', {BLOCK(YELLOW, BLACK, BOLD), PLAIN(BOLD | UNDERLINE),
                            BLOCK(WHITE, BLUE, BOLD), PLAIN(BOLD | UNDERLINE)}},
    LAMP(BUSY)     = {'b', {INK(RED, NORMAL), PLAIN(BOLD),
                            PLAIN(BOLD), PLAIN(BOLD)}},
    LAMP(ONLINE)   = {'o', {INK(GREEN, NORMAL), INK(GREEN, NORMAL),
                            INK(BRIGHT_BLUE, NORMAL), PLAIN(NORMAL)}},
    LAMP(STATIC)   = {'n', {INK(GREEN, DIM), INK(GREEN, DIM),
                            INK(BRIGHT_BLUE, DIM), PLAIN(DIM)}},
};
/* clang-format on */

const struct palette *palette_find(const char *name, struct error *error)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (strcmp(palettes[i].name, name) == 0)
            return &palettes[i];
    }
    error_set(error, ERROR_USAGE, "no palette \"%s\"; there are default, noc, cb and mono", name);
    return NULL;
}

const struct palette *palette_next(const struct palette *palette)
{
    return &palettes[(palette->column + 1) % COLUMN_COUNT];
}

const char *palette_name(const struct palette *palette)
{
    return palette->name;
}

/* What is left of a look where there are no bright colours: they are the dark ones in bold. */
static struct look look_in_eight(struct look look)
{
    if (look.foreground >= BRIGHT_FROM) {
        look.foreground = (int8_t)(look.foreground - BRIGHT_FROM);
        look.bold = !look.dim;
    }
    if (look.background >= BRIGHT_FROM)
        look.background = (int8_t)(look.background - BRIGHT_FROM);
    return look;
}

/* A look under the cursor: turned inside out, so that it stands out among reversed ones too. In
 * mono an underline keeps it apart from the lamps that are reversed anyway. */
static struct look look_selected(struct look look, bool is_mono)
{
    look.reverse = !look.reverse;
    look.bold = !look.dim;
    look.underline = look.underline || is_mono;
    return look;
}

struct look palette_look(const struct palette *palette, enum role role, unsigned flags, int colors)
{
    enum palette_column column = colors < MONO_COLORS ? COLUMN_MONO : palette->column;
    struct look look = styles[role].looks[column];

    if (flags & STYLE_STALE)
        look = (struct look)PLAIN(DIM);
    if (colors < BRIGHT_COLORS)
        look = look_in_eight(look);
    if (flags & STYLE_SELECTED)
        look = look_selected(look, column == COLUMN_MONO);
    return look;
}

char palette_letter(enum role role)
{
    return styles[role].letter;
}
