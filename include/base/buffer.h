/* SPDX-License-Identifier: MIT */
/*
 * buffer: bytes that grow up to a cap.
 *
 * Whatever comes from outside is gathered in one of these: the cap is what stands between a
 * broken server and the machine's memory. data is always NUL-terminated once something has been
 * appended (the NUL is not counted), and may hold NULs of its own.
 */
#ifndef BLFTOP_BASE_BUFFER_H
#define BLFTOP_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /* NULL while empty and never used */
    size_t length;
    size_t capacity;
    size_t max; /* bytes; 0: no cap */
    bool is_secret;
};

/* An empty buffer that will take at most `max` bytes (0: no cap). */
void buffer_init(struct buffer *buffer, size_t max);

/* The same for bytes that are secret: no copy of them is left behind in memory that is given back
 * when the buffer grows, is reset or cleared. */
void buffer_init_secret(struct buffer *buffer, size_t max);

/* Frees the bytes; the buffer is empty, keeps its cap, and stays secret if it was. */
void buffer_clear(struct buffer *buffer);

/* Empties the buffer and keeps its memory for the next use. */
void buffer_reset(struct buffer *buffer);

/* Appends bytes. False, and nothing appended, when they would pass the cap. */
bool buffer_append(struct buffer *buffer, const void *bytes, size_t length);

/* Appends a string. False as above. */
bool buffer_puts(struct buffer *buffer, const char *text);

/* Appends formatted text. False as above. */
bool buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Gives back the memory that the bytes do not need, but for a little: what is a little longer next
 * time fits in it. (A page's memory cut to its last byte was moved twice at the next poll, by
 * mremap: 2 % of the CPU of a board of 5,000.) */
void buffer_trim(struct buffer *buffer);

/* Lets an empty buffer have the memory of another, which is left empty; both keep their caps. */
void buffer_inherit(struct buffer *buffer, struct buffer *from);

/* Exchanges two buffers. */
void buffer_swap(struct buffer *a, struct buffer *b);

/* The bytes as a string that the caller frees; the buffer is empty afterwards. Never NULL. */
char *buffer_take(struct buffer *buffer);

#endif
