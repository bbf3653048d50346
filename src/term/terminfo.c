/* SPDX-License-Identifier: MIT */
#include "term/terminfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <term.h>

#define CURSOR_BYTES_MAX 64
#define WITHOUT "; --once does without"

/* Kinds of terminals that, where the database is too old to know them, are near enough to xterm. */
static const char *const xterm_like[] = {"xterm-",  "alacritty", "foot", "kitty", "wezterm",
                                         "ghostty", "rxvt",      "tmux", "screen"};
static const char *const fallbacks[] = {"xterm-256color", "vt100"};

enum fitness {
    FITNESS_UNKNOWN, /* not in the database */
    FITNESS_DUMB,    /* cannot place its cursor */
    FITNESS_GOOD,
};

/* A capability of the terminal; NULL if it has none of that name. */
static const char *capability(const char *name)
{
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}

/* What a kind of terminal is good for. */
static enum fitness fitness_of(const char *kind)
{
    int result;
    if (setupterm(kind, STDOUT_FILENO, &result) != 0)
        return FITNESS_UNKNOWN;
    enum fitness fitness = capability("cup") ? FITNESS_GOOD : FITNESS_DUMB;
    del_curterm(cur_term);
    return fitness;
}

/* A kind that will do for one that is not known; NULL if there is none. */
static const char *find_fallback(const char *kind)
{
    bool is_like = false;
    for (size_t i = 0; i < sizeof xterm_like / sizeof *xterm_like; i++)
        is_like = is_like || strncmp(kind, xterm_like[i], strlen(xterm_like[i])) == 0;
    for (size_t i = 0; is_like && i < sizeof fallbacks / sizeof *fallbacks; i++) {
        if (fitness_of(fallbacks[i]) == FITNESS_GOOD)
            return fallbacks[i];
    }
    return NULL;
}

const char *terminfo_choose(struct error *error)
{
    const char *kind = getenv("TERM");
    if (!kind || kind[0] == '\0') {
        error_set(error, ERROR_USAGE,
                  "TERM is not set, so what this terminal can do is unknown" WITHOUT);
        return NULL;
    }
    enum fitness fitness = fitness_of(kind);
    if (fitness == FITNESS_GOOD)
        return kind;
    if (fitness == FITNESS_DUMB) {
        error_set(error, ERROR_USAGE,
                  "a terminal of the kind \"%s\" (TERM) cannot place its cursor" WITHOUT, kind);
        return NULL;
    }
    int spare = dup(STDOUT_FILENO); /* curses does not tell why it found nothing */
    if (spare < 0) {
        error_set(error, ERROR_USAGE, "cannot look up the terminal \"%s\" (TERM): %s", kind,
                  strerror(errno));
        return NULL;
    }
    close(spare);
    const char *fallback = find_fallback(kind);
    if (!fallback)
        error_set(error, ERROR_USAGE,
                  "terminals of the kind \"%s\" (TERM) are not known here; the package "
                  "ncurses-term knows more of them" WITHOUT,
                  kind);
    return fallback;
}

/* Appends a capability without its padding ("$<5>"), cut to what fits; returns the new length. */
static size_t append(char *out, size_t size, size_t length, const char *text)
{
    while (text && *text != '\0' && length < size) {
        const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;
        if (end)
            text = end + 1;
        else
            out[length++] = *text++;
    }
    return length;
}

size_t terminfo_write_undo(const char *kind, char *out, size_t size)
{
    int result;
    if (setupterm(kind, STDOUT_FILENO, &result) != 0)
        return 0;
    size_t length = append(out, size, 0, capability("sgr0"));
    length = append(out, size, length, capability("op"));
    length = append(out, size, length, capability("rmkx"));
    const char *leave = capability("rmcup");
    length = append(out, size, length, leave ? leave : "\r\n");
    /* Last: leaving a screen that was never entered can bring back a cursor that is hidden. */
    length = append(out, size, length, capability("cnorm"));
    del_curterm(cur_term);
    return length;
}

bool terminfo_show_cursor(int output)
{
    char bytes[CURSOR_BYTES_MAX];
    size_t length = append(bytes, sizeof bytes, 0, capability("cnorm"));
    return length == 0 || write(output, bytes, length) == (ssize_t)length;
}
