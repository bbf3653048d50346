/* SPDX-License-Identifier: MIT */
/*
 * keyring: the access tokens this server gave out, and when they end.
 *
 * Ends are in milliseconds of struct moment, so that a changed wall clock keeps nobody out. Knows
 * no HTTP.
 */
#ifndef BLFTOP_SIM_KEYRING_H
#define BLFTOP_SIM_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYRING_TOKENS_MAX 256 /* beyond that the oldest is forgotten */
#define KEYRING_TOKEN_MAX 64   /* bytes, with the final NUL */

struct issued_token {
    char value[KEYRING_TOKEN_MAX];
    int64_t ends_ms;
};

struct keyring {
    struct issued_token tokens[KEYRING_TOKENS_MAX];
    size_t next;       /* where the next token goes */
    const char *ready; /* a token that never ends; borrowed; NULL: none */
};

/* A keyring that knows only `ready` (NULL: nothing). */
void keyring_init(struct keyring *keyring, const char *ready);

/* Makes a token that ends at `ends_ms`; the string is the keyring's. */
const char *keyring_issue(struct keyring *keyring, int64_t ends_ms);

/* Is this a token that has not ended? */
bool keyring_knows(const struct keyring *keyring, const char *token, int64_t now_ms);

#endif
