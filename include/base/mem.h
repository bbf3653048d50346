/* SPDX-License-Identifier: MIT */
/*
 * mem: allocation that succeeds or ends the program, and the one way to end it.
 *
 * Out of memory of our own is not survivable in a useful way, so no caller checks: die() restores
 * the terminal through a hook (base knows nothing of terminals), prints one line and exits 1.
 * What a server can cause (a huge body) never comes here: buffers have caps.
 */
#ifndef BLFTOP_BASE_MEM_H
#define BLFTOP_BASE_MEM_H

#include <stddef.h>

/* Sets what die() calls before it prints, NULL for nothing. */
void die_set_restore(void (*restore)(void));

/* Restores the terminal, prints "blftop: …" on standard error and exits with 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* `count` × `size` zeroed bytes (checked for overflow); the caller frees. Never NULL. */
void *mem_new(size_t count, size_t size) __attribute__((returns_nonnull));

/* Resizes to `count` × `size` bytes (checked for overflow); new bytes are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of a string, or of its first `length` bytes; the caller frees. */
char *mem_strdup(const char *text) __attribute__((returns_nonnull));
char *mem_strndup(const char *text, size_t length) __attribute__((returns_nonnull));

/* A formatted string; the caller frees. */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* Overwrites a secret in a way the compiler may not leave out. */
void mem_wipe(void *secret, size_t length);

/* Wipes a secret string and frees it. NULL is allowed. */
void mem_free_secret(char *secret);

#endif
