/* SPDX-License-Identifier: MIT */
/*
 * token: the access token, asked for and timed.
 *
 * POST BASE/oauth/token.php with client_credentials (VoipNow "Authentication"; the fields `type`
 * and `redirect_uri` as the vendor's own client sends them). Lives an hour, so it is renewed at a
 * random 80 to 90 % of its life, on boot time, never on wall time. Secrets are wiped when freed.
 */
#ifndef BLFTOP_UAPI_TOKEN_H
#define BLFTOP_UAPI_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define TOKEN_BYTES_MAX 8192
#define TOKEN_LIFE_S 3600   /* where the server does not say (VoipNow "Authentication": an hour) */
#define TOKEN_LIFE_MIN_S 30 /* what the server says is clamped to this */
#define TOKEN_LIFE_MAX_S 86400 /* and this */
#define TOKEN_FOREVER INT64_MAX

struct token {
    char *value;      /* owned secret; NULL: none */
    int64_t renew_ms; /* when to ask for the next; TOKEN_FOREVER for a ready token */
    int64_t ends_ms;  /* when the server forgets it */
};

/* Appends the URL and the form body of a token request. */
bool token_write_request(struct buffer *url, struct buffer *form, const char *base,
                         const char *client_id, const char *client_secret);

/* Reads an answer with status 200. `chance` in [0, 1) places the renewal between 80 and 90 % of
 * the life. On success the old value is wiped and replaced; on failure it is kept. The error
 * quotes nothing of the answer. */
bool token_read_answer(struct token *token, const char *body, size_t length, int64_t now_ms,
                       double chance, struct error *error) __attribute__((warn_unused_result));

/* Takes a ready token (copied), whose end is not known. */
void token_set_ready(struct token *token, const char *value);

/* Visible ASCII, 1 to TOKEN_BYTES_MAX bytes: what may go into a header. */
bool token_is_sendable(const char *value);

/* Wipes and forgets. */
void token_clear(struct token *token);

#endif
