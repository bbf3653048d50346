/* SPDX-License-Identifier: MIT */
/*
 * memory: what jansson does when memory is short.
 *
 * Left alone it takes no notice: its reader drops the byte for which its buffer cannot grow and
 * goes on, so "Phone 16" becomes "Phone 1" (2.14, lex_save), and most else it calls invalid syntax.
 * That would be told as the server's mistake, or not at all. So its memory is ours: there is some,
 * or the program ends (base/mem).
 */
#ifndef BLFTOP_UAPI_MEMORY_H
#define BLFTOP_UAPI_MEMORY_H

/* Before jansson's first use: lets it end the program rather than go on without memory. */
void memory_guard_jansson(void);

#endif
