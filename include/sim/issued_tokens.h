/* SPDX-License-Identifier: MIT */
/*
 * issued_tokens: the access tokens this server gave out, and when they end.
 *
 * Ends are in milliseconds of struct moment, so that a changed wall clock keeps nobody out. Knows
 * no HTTP.
 */
#ifndef BLFTOP_SIM_ISSUED_TOKENS_H
#define BLFTOP_SIM_ISSUED_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISSUED_TOKENS_TOKENS_MAX 256 /* beyond that the oldest is forgotten */
#define ISSUED_TOKENS_TOKEN_MAX 64   /* bytes, with the final NUL */

struct issued_token {
    char value[ISSUED_TOKENS_TOKEN_MAX];
    int64_t ends_ms;
};

struct issued_tokens {
    struct issued_token tokens[ISSUED_TOKENS_TOKENS_MAX];
    size_t next;       /* where the next token goes */
    const char *ready; /* a token that never ends; borrowed; NULL: none */
};

/* A keyring that knows only `ready` (NULL: nothing). */
void issued_tokens_init(struct issued_tokens *keyring, const char *ready);

/* Makes a token that ends at `ends_ms`; the string is the keyring's. */
const char *issued_tokens_issue(struct issued_tokens *keyring, int64_t ends_ms);

/* Is this a token that has not ended? */
bool issued_tokens_knows(const struct issued_tokens *keyring, const char *token, int64_t now_ms);

#endif
