/* SPDX-License-Identifier: MIT */
#include "support/oracle.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>
#include <term.h>

#include "base/buffer.h"
#include "base/mem.h"

enum {
    PATTERNS_MAX = 4096,
    COLOR_COUNT = 256,
    DIGITS = 1, /* stands in a pattern for a number; no capability holds this byte itself */
    PARTIAL = -1
};

struct oracle {
    char *patterns[PATTERNS_MAX];
    size_t count;
    struct buffer pending; /* the beginning of what is not whole yet */
    char offence[256];
};

/* Adds a pattern, without the padding `$<…>`. */
static void add(struct oracle *oracle, const char *text)
{
    char *pattern = mem_new(strlen(text) + 1, 1);
    size_t length = 0;
    for (const char *c = text; *c; c++) {
        const char *end = c[0] == '$' && c[1] == '<' ? strchr(c, '>') : NULL;
        if (end)
            c = end;
        else
            pattern[length++] = *c;
    }
    if (length == 0 || oracle->count == PATTERNS_MAX)
        free(pattern);
    else
        oracle->patterns[oracle->count++] = pattern;
}

/* Turns a template of plain numbers into a pattern; false if it has more than these. */
static bool add_template(struct oracle *oracle, const char *template)
{
    char pattern[256];
    size_t length = 0;
    for (const char *c = template; *c && length + 1 < sizeof pattern; c++) {
        if (*c != '%') {
            pattern[length++] = *c;
        } else if (c[1] == 'i') {
            c++;
        } else if (c[1] == 'p' && strncmp(c + 3, "%d", 2) == 0) {
            pattern[length++] = DIGITS;
            c += 4;
        } else {
            return false;
        }
    }
    pattern[length] = '\0';
    add(oracle, pattern);
    return true;
}

/* Adds what follows the character that `rep` repeats: the character itself is judged as text. */
static void add_repeat(struct oracle *oracle, const char *text)
{
    char *repeated = tparm(text, (long)'x', 9L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    char *number = repeated ? strpbrk(repeated, "89") : NULL;
    if (!number || repeated[0] != 'x')
        return;
    *number = DIGITS;
    add(oracle, repeated + 1);
}

/* Adds all that a capability can expand to. */
static void add_capability(struct oracle *oracle, const char *name, const char *text)
{
    if (add_template(oracle, text))
        return;
    if (strcmp(name, "rep") == 0) {
        add_repeat(oracle, text);
    } else if (strcmp(name, "sgr") == 0) {
        for (int i = 0; i < 512; i++)
            add(oracle, tparm(text, i & 1L, i >> 1 & 1L, i >> 2 & 1L, i >> 3 & 1L, i >> 4 & 1L,
                              i >> 5 & 1L, i >> 6 & 1L, i >> 7 & 1L, i >> 8 & 1L));
    } else if (strcmp(name, "setaf") == 0 || strcmp(name, "setab") == 0 ||
               strcmp(name, "setf") == 0 || strcmp(name, "setb") == 0) {
        for (long i = 0; i < COLOR_COUNT; i++)
            add(oracle, tparm(text, i, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    }
}

struct oracle *oracle_new(const char *term)
{
    struct oracle *oracle = mem_new(1, sizeof *oracle);
    int status;
    buffer_init(&oracle->pending, 0);
    add(oracle, "\r");
    add(oracle, "\n");
    /* Bracketed paste: the shell that a test runs blftop from writes it, whatever the terminal. */
    add(oracle, "\033[?2004h");
    add(oracle, "\033[?2004l");
    if (setupterm(term, 1, &status) != OK)
        return oracle;
    for (size_t i = 0; strnames[i]; i++) {
        const char *text = strnames[i][0] == 'k' ? NULL : tigetstr(strnames[i]);
        if (text && text != (char *)-1)
            add_capability(oracle, strnames[i], text);
    }
    /* user_caps(5): AX says that the terminal knows these two; curses writes them by itself. */
    if (tigetflag("AX") > 0) {
        add(oracle, "\033[39m");
        add(oracle, "\033[49m");
    }
    del_curterm(cur_term);
    return oracle;
}

void oracle_free(struct oracle *oracle)
{
    for (size_t i = 0; i < oracle->count; i++)
        free(oracle->patterns[i]);
    buffer_clear(&oracle->pending);
    free(oracle);
}

/* How many bytes the pattern takes; 0 if it does not fit, PARTIAL if more must come. */
static int match(const char *pattern, const char *bytes, size_t length)
{
    size_t at = 0;
    for (; *pattern; pattern++) {
        size_t start = at;
        if (*pattern == DIGITS) {
            while (at < length && bytes[at] >= '0' && bytes[at] <= '9')
                at++;
        } else if (at < length && bytes[at] == *pattern) {
            at++;
        }
        if (at == start)
            return at == length ? PARTIAL : 0;
    }
    return (int)at;
}

/* The longest fit of all patterns. One that may still become whole goes before: `ESC ( B` alone is
 * rmacs, and the beginning of sgr. */
static int match_sequence(const struct oracle *oracle, const char *bytes, size_t length)
{
    int best = 0;
    bool is_partial = false;
    for (size_t i = 0; i < oracle->count; i++) {
        int taken = match(oracle->patterns[i], bytes, length);
        is_partial = is_partial || taken == PARTIAL;
        best = taken > best ? taken : best;
    }
    return is_partial ? PARTIAL : best;
}

/* Characters that steer a terminal or the eye instead of being seen. */
static bool is_unseen(uint32_t c)
{
    return c < 0xa0 || c == 0x61c || c == 0xfeff || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f);
}

/* The length of the character of UTF-8; 0 if it is none or an unseen one, PARTIAL as in match. */
static int match_text(const char *bytes, size_t length)
{
    unsigned char first = (unsigned char)bytes[0];
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f;
    int size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    uint32_t c = first & (0x7fU >> size);
    if (first < 0xc2 || first > 0xf4)
        return 0;
    for (int i = 1; i < size; i++) {
        if ((size_t)i == length)
            return PARTIAL;
        if (((unsigned char)bytes[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | ((unsigned char)bytes[i] & 0x3f);
    }
    return is_unseen(c) ? 0 : size;
}

/* Keeps the first bytes that were not allowed, in hexadecimal and as text. */
static void keep_offence(struct oracle *oracle, const char *bytes, size_t length)
{
    size_t at = 0;
    for (size_t i = 0; i < length && i < 24; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool is_plain = c > 0x20 && c < 0x7f;
        at += (size_t)snprintf(oracle->offence + at, sizeof oracle->offence - at,
                               is_plain ? "%c" : "<%02x>", c);
    }
}

bool oracle_judge(struct oracle *oracle, const char *bytes, size_t length)
{
    size_t at = 0;
    struct buffer *pending = &oracle->pending;
    buffer_append(pending, bytes, length);
    while (at < pending->length && !oracle->offence[0]) {
        const char *rest = pending->data + at;
        int taken = match_text(rest, pending->length - at);
        if (taken == 0)
            taken = match_sequence(oracle, rest, pending->length - at);
        if (taken == PARTIAL)
            break;
        if (taken == 0)
            keep_offence(oracle, rest, pending->length - at);
        at += (size_t)taken;
    }
    memmove(pending->data, pending->data + at, pending->length - at);
    pending->length -= at;
    return !oracle->offence[0];
}

const char *oracle_offence(const struct oracle *oracle)
{
    return oracle->offence;
}
