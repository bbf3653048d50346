/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CAPACITY_MIN 64
#define SPARE_KEPT 16 /* one byte in so many may be spare and is not worth a move */
#define SPARE_LEFT 64 /* and so many are left by a trim */

void buffer_init(struct buffer *buffer, size_t max)
{
    *buffer = (struct buffer){.max = max};
}

void buffer_init_secret(struct buffer *buffer, size_t max)
{
    *buffer = (struct buffer){.max = max, .is_secret = true};
}

/* Overwrites what is secret. */
static void wipe(struct buffer *buffer)
{
    if (buffer->is_secret && buffer->data)
        mem_wipe(buffer->data, buffer->capacity);
}

/* Moves the bytes to memory of another size. realloc would leave a copy of a secret behind. */
static void resize(struct buffer *buffer, size_t capacity)
{
    if (buffer->is_secret) {
        char *data = mem_new(capacity, 1);
        if (buffer->data)
            memcpy(data, buffer->data, buffer->length + 1);
        wipe(buffer);
        free(buffer->data);
        buffer->data = data;
    } else {
        buffer->data = mem_resize(buffer->data, capacity, 1);
    }
    buffer->capacity = capacity;
}

void buffer_clear(struct buffer *buffer)
{
    wipe(buffer);
    free(buffer->data);
    *buffer = (struct buffer){.max = buffer->max, .is_secret = buffer->is_secret};
}

void buffer_reset(struct buffer *buffer)
{
    wipe(buffer);
    buffer->length = 0;
    if (buffer->data)
        buffer->data[0] = '\0';
}

/* Makes room for `more` bytes and a NUL. False if that would pass the cap. */
static bool make_room(struct buffer *buffer, size_t more)
{
    size_t needed;
    if (__builtin_add_overflow(buffer->length, more, &needed) ||
        (buffer->max > 0 && needed > buffer->max))
        return false;
    if (needed < buffer->capacity)
        return true;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : CAPACITY_MIN;
    while (capacity <= needed && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    resize(buffer, capacity > needed ? capacity : needed + 1);
    return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (!make_room(buffer, length))
        return false;
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return true;
}

bool buffer_puts(struct buffer *buffer, const char *text)
{
    return buffer_append(buffer, text, strlen(text));
}

bool buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0 || !make_room(buffer, (size_t)length))
        return false;
    va_start(args, format);
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, args);
    va_end(args);
    buffer->length += (size_t)length;
    return true;
}

void buffer_trim(struct buffer *buffer)
{
    if (buffer->capacity <= buffer->length + 1 + buffer->length / SPARE_KEPT)
        return;
    resize(buffer, buffer->length + 1 + buffer->length / SPARE_LEFT);
}

void buffer_inherit(struct buffer *buffer, struct buffer *from)
{
    buffer_clear(buffer);
    buffer->data = from->data;
    buffer->capacity = from->capacity;
    buffer_reset(buffer);
    *from = (struct buffer){.max = from->max};
}

void buffer_swap(struct buffer *a, struct buffer *b)
{
    struct buffer kept = *a;
    *a = *b;
    *b = kept;
}

char *buffer_take(struct buffer *buffer)
{
    char *text = buffer->data ? buffer->data : mem_new(1, 1);
    *buffer = (struct buffer){.max = buffer->max, .is_secret = buffer->is_secret};
    return text;
}
