/* SPDX-License-Identifier: MIT */
/*
 * soak_answer: the bytes that the soak's server sends, honest or not.
 *
 * Puts answers together and sends them on a connection; the other side may be gone, which is no
 * failure. Decides nothing: soak_server says what is sent when.
 */
#ifndef BLFTOP_TESTS_LONG_SOAK_ANSWER_H
#define BLFTOP_TESTS_LONG_SOAK_ANSWER_H

#include <stddef.h>

#include "base/buffer.h"
#include "long/soak_model.h"

/* Sends all of it. */
void soak_send(int fd, const char *bytes, size_t length);

/* Sends an answer; `missing` bytes of its body are left out, a NULL body is none. */
void soak_send_answer(int fd, const char *status, const char *headers, const struct buffer *body,
                      size_t missing);

/* Sends an answer with this text. */
void soak_send_text(int fd, const char *status, const char *headers, const char *text);

/* A page whose members have all the wrong types. */
void soak_write_wrong_types(struct buffer *body);

/* A page with an agent that would clear the screen, lock the keyboard, and is no UTF-8. */
void soak_write_poison(struct buffer *body);

/* A page that names every extension twice, and says something else of it the second time. */
void soak_write_twice(const struct soak_model *model, struct buffer *body);

#endif
