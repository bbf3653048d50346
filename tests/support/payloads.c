/* SPDX-License-Identifier: MIT */
#include "support/payloads.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Sequences of ECMA-48 and of xterm (ctlseqs), then what is made of them. */
static const char *const sequences[] = {
    "\033[2J",           /* erase the screen */
    "\033[3J",           /* and what has scrolled off */
    "\033[H",            /* cursor home */
    "\033[1;1H",         /* the same, in numbers */
    "\033[99999;99999H", /* beyond any screen */
    "\033[99999B",       /* down */
    "\033[5A",           /* up */
    "\033[K",            /* erase to the end of the line */
    "\033[1;3r",         /* scrolling region */
    "\033[4h",           /* insert mode */
    "\033[?7l",          /* no wrapping */
    "\033[?25l",         /* no cursor */
    "\033[?1049l",       /* leave the alternate screen */
    "\033[?1000h",       /* report the mouse */
    "\033[?2004h",       /* bracketed paste */
    "\033[31m",          /* colour */
    "\033[8m",           /* hidden */
    "\033[39;49m",       /* a board writes this one itself */
    "\033[!p",           /* soft reset */
    "\033c",             /* hard reset */
    "\0337",             /* save the cursor */
    "\0338",             /* bring it back */
    "\033M",             /* reverse line feed */
    "\033=",             /* keypad */
    "\033(0",            /* line drawing instead of letters */
    "\033#8",            /* fill the screen with E */
    "\033[6n",           /* report the cursor */
    "\033[c",            /* report what you are */
    "\033[>c",           /* and which version */
    "\033[21t",          /* report the title */
    "\033[8;5;20t",      /* be that small */
    "\033[5i",           /* print */
    "\033[200000b",      /* repeat the character before */
    "\033]0;title\a",
    "\033]2;title\033\\",
    "\033]4;1;?\a",
    "\033]8;;http://evil.test/\033\\link\033]8;;\033\\",
    "\033]10;?\a",
    "\033]52;c;cm0gLXJmIC8=\a",
    "\033]52;c;?\033\\",
    "\033]104\a",
    "\033]777;notify;a;b\a",
    "\033]1337;File=:AA==\a",
    "\033P1$r0m\033\\",
    "\033P+q544e\033\\",
    "\033Pq#0;2;0;0;0~-\033\\",
    "\033_Gf=24;AAAA\033\\",
    "\033^private\033\\",
    "\033Xstring\033\\",
    "\033k title\033\\",
    /* unfinished */
    "\033",
    "\033[",
    "\033[1;",
    "\033[?",
    "\033]",
    "\033]0;",
    "\033]52;c;",
    "\033P",
    "\033_",
    "\033^",
    "\033X",
    "\033(",
    "\033[38;5;",
    "\xC2",
    "\xC2\x9B",
    "\xE2\x80",
    "\xF0\x9F",
    /* nested and broken up */
    "\033]0;\033[2J\a",
    "\033P\033]52;c;QQ==\a\033\\",
    "\033\033[2J",
    "\033[\033[2J",
    "\033[2\033J",
    "\033]0;\033]0;x\a\a",
    "\033[2\nJ",
    "\033\b[2J",
    "\033[\xE2\x80\x8B"
    "2J",
    "\xC2\x1B[2J",
    "\033[2\xC2\x9BJ",
    "\xE2\x90\x9B[2J",
    "^[[2J",
    "\\033[2J",
    "%1b[2J",
    "\\u001b[2J",
    "&#27;[2J",
    "\xC2\x9B"
    "2J",
    "\xC2\x9D"
    "0;title\xC2\x9C",
    "\xC2\x90q\xC2\x9C",
    "\xC2\x9F"
    "x\xC2\x9C",
    "\x9B"
    "2J",
    "\x9D"
    "0;title\x9C",
    "\x90q\x9C",
    "\xE0\x82\x9B"
    "2J",
    "\xC0\x9B[2J",
    /* ends of lines and what moves without an escape */
    "\r\n",
    "\n\n\n",
    "\rOVER",
    "\b\b\b\b",
    "\t\t",
    "\f",
    "\v",
    "\a\a\a",
    "\016\017",
    "\005",
    "\021\023",
};

/* Single characters, besides the controls. */
static const uint32_t characters[] = {
    0x00AD,  0x034F,   0x061C,  0x115F, 0x1160, 0x17B4, 0x180E, 0x200B,  0x200C,  0x200D,  0x200E,
    0x200F,  0x2028,   0x2029,  0x202A, 0x202B, 0x202C, 0x202D, 0x202E,  0x2060,  0x2061,  0x2062,
    0x2066,  0x2067,   0x2068,  0x2069, 0x206A, 0x206F, 0x3164, 0xE000,  0xF8FF,  0xFE00,  0xFE0F,
    0xFEFF,  0xFFA0,   0xFFF9,  0xFFFA, 0xFFFB, 0xFFFE, 0xFFFF, 0xE0001, 0xE0041, 0xE007F, 0xE0100,
    0xF0000, 0x10FFFD, 0x1D173, 0x0301, 0x20DD, 0x4E2D, 0x1F600};

enum {
    C0_COUNT = 0x1F + 1, /* 0x01 to 0x1F, and DEL */
    C1_COUNT = 2 * 0x20, /* as UTF-8, and as single bytes */
    PLACES = 4,
    CORE_COUNT = COUNT_OF(sequences) + COUNT_OF(characters) + C0_COUNT + C1_COUNT
};

size_t payloads_count(void)
{
    return (size_t)CORE_COUNT * PLACES;
}

/* Writes what is dangerous in a payload. */
static void write_core(size_t index, char out[static 48])
{
    size_t length = 1;
    if (index < COUNT_OF(sequences)) {
        snprintf(out, 48, "%s", sequences[index]);
        return;
    }
    index -= COUNT_OF(sequences);
    if (index < COUNT_OF(characters)) {
        length = text_encode(out, characters[index]);
    } else if ((index -= COUNT_OF(characters)) < C0_COUNT) {
        out[0] = index == 0x1F ? 0x7F : (char)(index + 1);
    } else if ((index -= C0_COUNT) < C1_COUNT / 2) {
        length = text_encode(out, 0x80 + (uint32_t)index);
    } else {
        out[0] = (char)(0x80 + index - C1_COUNT / 2);
    }
    out[length] = '\0';
}

const char *payloads_write(size_t index, char out[static PAYLOAD_BYTES_MAX])
{
    static const char *const before[PLACES] = {"", "", "Evil ", "Evil "};
    static const char *const after[PLACES] = {"", "phone", " phone", ""};
    char core[48];
    size_t place = index % PLACES;
    write_core(index / PLACES, core);
    snprintf(out, PAYLOAD_BYTES_MAX, "%s%s%s%s", before[place], core, place == 0 ? core : "",
             after[place]);
    return out;
}

void payloads_append_json(struct buffer *out, const char *payload)
{
    buffer_puts(out, "\"");
    for (const char *at = payload; *at; at++) {
        if (*at == '"' || *at == '\\')
            buffer_printf(out, "\\%c", *at);
        else if ((unsigned char)*at < 0x20)
            buffer_printf(out, "\\u%04x", (unsigned)*at);
        else
            buffer_append(out, at, 1);
    }
    buffer_puts(out, "\"");
}
