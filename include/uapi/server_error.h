/* SPDX-License-Identifier: MIT */
/*
 * server_error: what a refusal of the server means, in words.
 *
 * The documented 400 codes of "List presence" become a sentence that names the setting or
 * argument to change and what it takes; other statuses become their own text. What the server
 * wrote is quoted only as safe text, and not at all where it repeats the token, or might repeat a
 * secret (401, and the token endpoint). Fills a struct error and decides nothing else.
 */
#ifndef BLFTOP_UAPI_SERVER_ERROR_H
#define BLFTOP_UAPI_SERVER_ERROR_H

#include <stddef.h>

#include "base/error.h"

/* Explains an answer of the presence endpoint that is not a page: its HTTP status (200 for an
 * error object in a good answer) and its body, which may be anything. `secret` is the token that
 * the request was sent with, or NULL: eight bytes of it in a row are not quoted. 4xx without a
 * documented code and redirects are ERROR_REPLY, 401 and 403 ERROR_REFUSED, a documented 400
 * ERROR_USAGE, 429 and 5xx ERROR_UNREACHABLE. */
void server_error_explain(struct error *error, long status, const char *body, size_t length,
                          const char *secret);

/* Explains an answer of the token endpoint that holds no token (RFC 6749 section 5.2). 4xx are
 * ERROR_REFUSED, the rest as above. */
void server_error_explain_token(struct error *error, long status, const char *body, size_t length);

#endif
