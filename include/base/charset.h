/* SPDX-License-Identifier: MIT */
/*
 * charset: what the locale writes characters in. After setlocale.
 */
#ifndef BLFTOP_BASE_CHARSET_H
#define BLFTOP_BASE_CHARSET_H

#include <stdbool.h>

/* Is it UTF-8, and does the C library write it so? Short of memory at its first conversion, glibc
 * (2.36) goes on with single bytes for good, whatever the locale's name says (measured). */
bool charset_is_utf8(void);

#endif
