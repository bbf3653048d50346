/* SPDX-License-Identifier: MIT */
#include "sim/issued_tokens.h"

#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

#define DRAWN_BYTES 40

/* The characters of a b64token (RFC 6750, 2.1), and '|' as seen in VoipNow. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789-._~+/|";

void issued_tokens_init(struct issued_tokens *keyring, const char *ready)
{
    *keyring = (struct issued_tokens){.ready = ready};
}

/* Draws a token nobody can guess; some end in the padding that a b64token may have. */
static void draw_token(char token[static ISSUED_TOKENS_TOKEN_MAX])
{
    unsigned char drawn[DRAWN_BYTES];
    if (getrandom(drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        die("cannot get random bytes");
    for (size_t i = 0; i < sizeof drawn; i++)
        token[i] = alphabet[drawn[i] % (sizeof alphabet - 1)];
    token[sizeof drawn] = drawn[0] % 2 == 0 ? '=' : '\0';
    token[sizeof drawn + 1] = '\0';
}

const char *issued_tokens_issue(struct issued_tokens *keyring, int64_t ends_ms)
{
    struct issued_token *token = &keyring->tokens[keyring->next];
    keyring->next = (keyring->next + 1) % ISSUED_TOKENS_TOKENS_MAX;
    draw_token(token->value);
    token->ends_ms = ends_ms;
    return token->value;
}

bool issued_tokens_knows(const struct issued_tokens *keyring, const char *token, int64_t now_ms)
{
    if (*token == '\0')
        return false;
    if (keyring->ready != NULL && strcmp(keyring->ready, token) == 0)
        return true;
    for (size_t i = 0; i < ISSUED_TOKENS_TOKENS_MAX; i++)
        if (strcmp(keyring->tokens[i].value, token) == 0)
            return now_ms < keyring->tokens[i].ends_ms;
    return false;
}
