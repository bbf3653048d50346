/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* die() is called from anywhere, so what it has to restore can only be kept here. */
static void (*restore_hook)(void);

void die_set_restore(void (*restore)(void))
{
    restore_hook = restore;
}

_Noreturn void die(const char *format, ...)
{
    va_list args;
    if (restore_hook)
        restore_hook();
    fputs("blftop: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

/* The product, or the end of the program if it does not fit. */
static size_t checked_product(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        die("out of memory");
    return bytes > 0 ? bytes : 1;
}

void *mem_new(size_t count, size_t size)
{
    void *memory = calloc(1, checked_product(count, size));
    if (!memory)
        die("out of memory");
    return memory;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    void *memory = realloc(old, checked_product(count, size));
    if (!memory)
        die("out of memory");
    return memory;
}

char *mem_strndup(const char *text, size_t length)
{
    size_t bytes = strnlen(text, length);
    char *copy = mem_new(bytes + 1, 1);
    memcpy(copy, text, bytes);
    return copy;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, SIZE_MAX - 1);
}

char *mem_printf(const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        die("out of memory");
    return text;
}

void mem_wipe(void *secret, size_t length)
{
    explicit_bzero(secret, length);
}

void mem_free_secret(char *secret)
{
    if (secret)
        mem_wipe(secret, strlen(secret));
    free(secret);
}
