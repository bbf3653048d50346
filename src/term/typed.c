/* SPDX-License-Identifier: MIT */
#include "term/typed.h"

#include <stdbool.h>

#include "base/text.h"
#include "ui/keys.h"

/* How many bytes the character has that begins with this one (RFC 3629); 0: none does. */
static size_t length_from(unsigned char first)
{
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

uint32_t typed_add(struct typed *typed, unsigned char byte)
{
    uint32_t code_point;
    bool valid;
    typed->bytes[typed->count++] = (char)byte;
    size_t used = text_decode(typed->bytes, typed->count, &code_point, &valid);
    if (used == typed->count && typed->count < length_from((unsigned char)typed->bytes[0]))
        return KEYCODE_NONE;
    typed->count = 0;
    return valid ? code_point : KEYCODE_OTHER;
}
