/* SPDX-License-Identifier: MIT */
#include "support/escape_checker.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>
#include <term.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "support/counters.h"

enum {
    COLOR_COUNT = 256,
    DIGITS = 1, /* stands in a pattern for a number; no capability holds this byte itself */
    PARTIAL = -1
};

/* One byte of a pattern, in a tree of all patterns: looking one up costs its length. */
struct node {
    char byte;
    bool is_end;
    uint32_t child; /* index of the first; 0: none (0 is the root) */
    uint32_t next;  /* the next with the same parent; 0: none */
};

struct escape_checker {
    struct node *nodes;
    uint32_t count;
    uint32_t room;
    struct buffer pending; /* the beginning of what is not whole yet */
    bool is_forgiving;     /* one cut is allowed */
    char offence[256];
};

/* The child of a node for a byte; made if there is none. */
static uint32_t add_node(struct escape_checker *oracle, uint32_t parent, char byte)
{
    uint32_t at = oracle->nodes[parent].child;
    while (at != 0 && oracle->nodes[at].byte != byte)
        at = oracle->nodes[at].next;
    if (at != 0)
        return at;
    if (oracle->count == oracle->room) {
        oracle->room *= 2;
        oracle->nodes = mem_resize(oracle->nodes, oracle->room, sizeof *oracle->nodes);
    }
    at = oracle->count++;
    oracle->nodes[at] = (struct node){.byte = byte, .next = oracle->nodes[parent].child};
    oracle->nodes[parent].child = at;
    return at;
}

/* Adds a pattern, without the padding `$<…>`. */
static void add(struct escape_checker *oracle, const char *text)
{
    uint32_t node = 0;
    for (const char *c = text; *c; c++) {
        const char *end = c[0] == '$' && c[1] == '<' ? strchr(c, '>') : NULL;
        if (end)
            c = end;
        else
            node = add_node(oracle, node, *c);
    }
    oracle->nodes[node].is_end = node != 0;
}

/* Turns a template of plain numbers into a pattern; false if it has more than these. */
static bool add_template(struct escape_checker *oracle, const char *template)
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
static void add_repeat(struct escape_checker *oracle, const char *text)
{
    char *repeated = tparm(text, (long)'x', 9L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    char *number = repeated ? strpbrk(repeated, "89") : NULL;
    if (!number || repeated[0] != 'x')
        return;
    *number = DIGITS;
    add(oracle, repeated + 1);
}

/* Adds all that a capability can expand to. */
static void add_capability(struct escape_checker *oracle, const char *name, const char *text)
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

/* Has a board a use for this capability? None for keys, nor for what rings, titles, asks the
 * terminal back (user6..9), resets it, prints, programs keys or changes its palette: a phone that
 * could have one of these written is what this is about. `oc`, the palette as it was, is curses'.
 */
static bool is_of_use(const char *name)
{
    static const char *const useless[] = {"bel", "flash", "rs",    "is",    "tsl", "fsl", "dsl",
                                          "mc",  "pf",    "initc", "initp", "rmm", "smm", "dispc"};
    if (name[0] == 'k' || (name[0] == 'u' && name[1] >= '0' && name[1] <= '9'))
        return false;
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++) {
        if (strncmp(name, useless[i], strlen(useless[i])) == 0)
            return false;
    }
    return true;
}

/* An oracle that knows ends of lines only. */
static struct escape_checker *new_empty(void)
{
    struct escape_checker *oracle = mem_new(1, sizeof *oracle);
    oracle->room = 64;
    oracle->count = 1;
    oracle->nodes = mem_new(oracle->room, sizeof *oracle->nodes);
    buffer_init(&oracle->pending, 0);
    add(oracle, "\r\n");
    add(oracle, "\n");
    return oracle;
}

struct escape_checker *escape_checker_new_plain(bool has_colors)
{
    struct escape_checker *oracle = new_empty();
    if (has_colors) {
        add(oracle, (const char[]){'\033', '[', DIGITS, 'm', '\0'});
        add(oracle, (const char[]){'\033', '[', DIGITS, ';', DIGITS, 'm', '\0'});
    }
    return oracle;
}

bool escape_checker_knows(const char *term)
{
    int status;
    bool is_known = setupterm(term, 1, &status) == OK;
    if (is_known)
        del_curterm(cur_term);
    return is_known;
}

void escape_checker_allow(struct escape_checker *oracle, const char *term)
{
    int status;
    if (setupterm(term, 1, &status) != OK)
        return;
    for (size_t i = 0; strnames[i]; i++) {
        const char *text = is_of_use(strnames[i]) ? tigetstr(strnames[i]) : NULL;
        if (text && text != (char *)-1)
            add_capability(oracle, strnames[i], text);
    }
    /* AX says that the terminal takes ECMA-48's SGR 39 and 49 (user_caps(5)); curses has the two
     * sequences in itself and writes them where it does (ncurses 6.4, lib_color.c). */
    if (tigetflag("AX") > 0) {
        add(oracle, "\033[39m");
        add(oracle, "\033[49m");
    }
    del_curterm(cur_term);
}

struct escape_checker *escape_checker_new(const char *term)
{
    struct escape_checker *oracle = new_empty();
    add(oracle, "\r");
    escape_checker_allow(oracle, term);
    return oracle;
}

void escape_checker_free(struct escape_checker *oracle)
{
    free(oracle->nodes);
    buffer_clear(&oracle->pending);
    free(oracle);
}

/* What the patterns make of some bytes. */
struct fit {
    const char *bytes;
    size_t length;
    size_t best;     /* of the longest pattern that fits; 0: none does */
    bool is_partial; /* one may still become whole */
};

/* Follows all patterns from a node on. */
static void follow(const struct escape_checker *oracle, uint32_t node, size_t at, struct fit *fit)
{
    const struct node *nodes = oracle->nodes;
    if (nodes[node].is_end && at > fit->best)
        fit->best = at;
    if (at == fit->length)
        fit->is_partial = fit->is_partial || nodes[node].child != 0;
    for (uint32_t i = nodes[node].child; i != 0 && at < fit->length; i = nodes[i].next) {
        size_t end = at;
        if (nodes[i].byte == DIGITS) {
            while (end < fit->length && fit->bytes[end] >= '0' && fit->bytes[end] <= '9')
                end++;
        } else if (fit->bytes[at] == nodes[i].byte) {
            end++;
        }
        if (end > at)
            follow(oracle, i, end, fit);
    }
}

/* The longest fit of all patterns. One that may still become whole goes before: `ESC ( B` alone is
 * rmacs, and the beginning of sgr. */
static int match_sequence(const struct escape_checker *oracle, const char *bytes, size_t length,
                          bool is_ending)
{
    struct fit fit = {.bytes = bytes, .length = length};
    follow(oracle, 0, 0, &fit);
    return fit.is_partial && !is_ending ? PARTIAL : (int)fit.best;
}

/* Characters that steer a terminal or the eye instead of being seen. */
static bool is_unseen(uint32_t c)
{
    return c < 0xa0 || c == 0xad || c == 0x61c || c == 0x115f || c == 0x180e || c == 0x3164 ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || (c >= 0xd800 && c <= 0xf8ff) || c == 0xfeff ||
           (c >= 0xfe00 && c <= 0xfe0f) || c == 0xffa0 || (c >= 0xfff9 && c <= 0xfffb) ||
           c >= 0xe0000;
}

/* The length of the character of UTF-8; 0 if it is none or an unseen one, PARTIAL as in match. */
static int match_text(const char *bytes, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* by length: none is overlong */
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
    return is_unseen(c) || c < least[size] ? 0 : size;
}

/* Keeps the first bytes that were not allowed, in hexadecimal and as text. */
static void keep_offence(struct escape_checker *oracle, const char *bytes, size_t length)
{
    size_t at = 0;
    for (size_t i = 0; i < length && i < 24; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool is_plain = c > 0x20 && c < 0x7f;
        at += (size_t)snprintf(oracle->offence + at, sizeof oracle->offence - at,
                               is_plain ? "%c" : "<%02x>", c);
    }
}

/* After a cut that is allowed: where the next sequence begins. 0 if there is none to be seen. */
static size_t skip_cut(struct escape_checker *oracle, const char *bytes, size_t length)
{
    const char *next = oracle->is_forgiving ? memchr(bytes + 1, '\033', length - 1) : NULL;
    if (!next)
        return 0;
    oracle->is_forgiving = false;
    return (size_t)(next - bytes);
}

/* Takes from what is pending all that can be told. */
static void take(struct escape_checker *oracle, bool is_ending)
{
    struct buffer *pending = &oracle->pending;
    size_t at = 0;
    while (at < pending->length && !oracle->offence[0]) {
        const char *rest = pending->data + at;
        size_t left = pending->length - at;
        int taken = match_text(rest, left);
        if (taken == 0)
            taken = match_sequence(oracle, rest, left, is_ending);
        if (taken == PARTIAL && !is_ending)
            break;
        if (taken <= 0)
            taken = (int)skip_cut(oracle, rest, left);
        if (taken <= 0)
            keep_offence(oracle, rest, left);
        else
            at += (size_t)taken;
    }
    if (at > 0)
        memmove(pending->data, pending->data + at, pending->length - at);
    pending->length -= at;
}

bool escape_checker_judge(struct escape_checker *oracle, const char *bytes, size_t length)
{
    counters_add(COUNTER_JUDGED, length);
    buffer_append(&oracle->pending, bytes, length);
    take(oracle, false);
    return !oracle->offence[0];
}

void escape_checker_forgive_cut(struct escape_checker *oracle)
{
    oracle->is_forgiving = true;
}

bool escape_checker_judge_end(struct escape_checker *oracle)
{
    take(oracle, true);
    return !oracle->offence[0];
}

const char *escape_checker_offence(const struct escape_checker *oracle)
{
    return oracle->offence;
}
