/* SPDX-License-Identifier: MIT */
#include "base/charset.h"

#include <langinfo.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

bool charset_is_utf8(void)
{
    char bytes[MB_LEN_MAX];
    mbstate_t state = {0};
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && wcrtomb(bytes, L'\u00D7', &state) == 2;
}
