/* SPDX-License-Identifier: MIT */
#include "term/keyboard.h"

#include <stddef.h>

#include <curses.h>

#include "term/tty.h"
#include "ui/keys.h"

#define ESCAPE 27
#define SEQUENCE_MAX 32 /* bytes of an escape sequence nobody here knows */
/* Readable, but nothing comes: so often, and the terminal is gone. Curses tells one read that
 * failed twice (6.4). */
#define SILENT_READS_MAX 4

/* What terminals send in one or the other mode of their cursor keys. Descriptions name one mode
 * only: where xterm's expects ESC O A, ESC [ A came as three presses (measured, ncurses 6.4).
 * Sources: ECMA-48, DEC VT220, xterm's "Control Sequences". */
static const struct {
    const char *sequence;
    int key;
} sequences[] = {
    {"\033[A", KEY_UP},     {"\033OA", KEY_UP},      {"\033[B", KEY_DOWN},   {"\033OB", KEY_DOWN},
    {"\033[C", KEY_RIGHT},  {"\033OC", KEY_RIGHT},   {"\033[D", KEY_LEFT},   {"\033OD", KEY_LEFT},
    {"\033[H", KEY_HOME},   {"\033OH", KEY_HOME},    {"\033[1~", KEY_HOME},  {"\033[7~", KEY_HOME},
    {"\033[F", KEY_END},    {"\033OF", KEY_END},     {"\033[4~", KEY_END},   {"\033[8~", KEY_END},
    {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE},  {"\033[3~", KEY_DC},    {"\033OM", KEY_ENTER},
    {"\033OP", KEY_F(1)},   {"\033OQ", KEY_F(2)},    {"\033OR", KEY_F(3)},   {"\033OS", KEY_F(4)},
    {"\033[11~", KEY_F(1)}, {"\033[12~", KEY_F(2)},  {"\033[13~", KEY_F(3)}, {"\033[14~", KEY_F(4)},
    {"\033[15~", KEY_F(5)}, {"\033[17~", KEY_F(6)},  {"\033[18~", KEY_F(7)}, {"\033[19~", KEY_F(8)},
    {"\033[20~", KEY_F(9)}, {"\033[21~", KEY_F(10)},
};

/* clang-format off */
static const struct {
    int key; /* curses' code, or a control character */
    uint32_t press;
} presses[] = {
    {KEY_UP, KEYCODE_UP},          {KEY_DOWN, KEYCODE_DOWN},           {KEY_LEFT, KEYCODE_LEFT},
    {KEY_RIGHT, KEYCODE_RIGHT},    {KEY_PPAGE, KEYCODE_PAGE_UP},       {KEY_NPAGE, KEYCODE_PAGE_DOWN},
    {KEY_HOME, KEYCODE_HOME},      {KEY_FIND, KEYCODE_HOME},           {KEY_END, KEYCODE_END},
    {KEY_SELECT, KEYCODE_END},     {KEY_LL, KEYCODE_END},              {KEY_ENTER, KEYCODE_ENTER},
    {'\r', KEYCODE_ENTER},         {'\n', KEYCODE_ENTER},              {KEY_DC, KEYCODE_DELETE},
    {'\b', KEYCODE_BACKSPACE},     {KEY_BACKSPACE, KEYCODE_BACKSPACE}, {0x7F, KEYCODE_BACKSPACE},
    {KEY_RESIZE, KEYCODE_RESIZE},
};
/* clang-format on */

/* Tells curses the sequences it does not know yet. */
void keyboard_open(struct keyboard *keypad, bool is_utf8)
{
    *keypad = (struct keyboard){.is_utf8 = is_utf8};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        if (key_defined(sequences[i].sequence) == 0)
            define_key(sequences[i].sequence, sequences[i].key);
    }
}

/* What it means that curses has nothing: for it "no key" and "nobody there" are the same. */
static uint32_t read_nothing(struct keyboard *keypad)
{
    enum tty_state state = tty_poll();
    keypad->silent_reads = state == TTY_READABLE ? keypad->silent_reads + 1 : 0;
    if (state == TTY_GONE || keypad->silent_reads >= SILENT_READS_MAX)
        return KEYCODE_LOST;
    return KEYCODE_NONE;
}

/* The next key. After a change of size getch would repaint by itself, and wait for a terminal that
 * takes nothing; the next frame does it. */
static int read_key(void)
{
    if (is_wintouched(stdscr))
        untouchwin(stdscr);
    return getch();
}

/* An Esc has come: alone, or at the head of a sequence that nobody knows. The latter is read to
 * its end, or its bytes would pass for keys. */
static uint32_t read_escape(void)
{
    int key = getch();
    if (key != '[' && key != 'O') {
        if (key != ERR)
            ungetch(key);
        return KEYCODE_ESCAPE;
    }
    bool is_long = key == '[';
    for (int i = 0; i < SEQUENCE_MAX && (key = getch()) != ERR; i++) {
        if (key > 0xFF)
            ungetch(key);
        if (!is_long || key >= '@')
            break;
    }
    return KEYCODE_OTHER;
}

/* The press of one of curses' codes or a byte of ASCII. */
static uint32_t press_of(int key)
{
    for (size_t i = 0; i < sizeof presses / sizeof *presses; i++) {
        if (presses[i].key == key)
            return presses[i].press;
    }
    if (key >= KEY_F(1) && key <= KEY_F(10))
        return KEYCODE_F1 + (uint32_t)(key - KEY_F(1));
    return key < 0x80 ? (uint32_t)key : KEYCODE_OTHER;
}

uint32_t keyboard_read(struct keyboard *keypad)
{
    uint32_t press = KEYCODE_NONE;
    while (press == KEYCODE_NONE) {
        int key = read_key();
        if (key == ERR)
            return read_nothing(keypad);
        keypad->silent_reads = 0;
        if (key >= 0x80 && key <= 0xFF) {
            press = keypad->is_utf8 ? typed_add(&keypad->typed, (unsigned char)key) : KEYCODE_OTHER;
            continue;
        }
        keypad->typed.count = 0;
        press = key == ESCAPE ? read_escape() : press_of(key);
    }
    return press;
}
