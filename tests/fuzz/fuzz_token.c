/* SPDX-License-Identifier: MIT */
/*
 * One answer of the token endpoint or refusal of either endpoint: a token that is taken can be sent
 * and is renewed before it ends; a refusal leaves the old token alone and is always explained.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "uapi/server_error.h"
#include "uapi/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1000)

/* Reads the bytes as the answer to a token request. */
static void check_token(const char *body, size_t length)
{
    struct token token = {0};
    struct error error = {0};
    token_set_ready(&token, "old");
    if (token_read_answer(&token, body, length, NOW, 0.5, &error)) {
        assert(token_is_sendable(token.value) && !error_is_set(&error));
        assert(token.renew_ms >= NOW + TOKEN_LIFE_MIN_S * INT64_C(800));
        assert(token.renew_ms < token.ends_ms);
        assert(token.ends_ms <= NOW + TOKEN_LIFE_MAX_S * INT64_C(1000));
    } else {
        assert(error_is_set(&error) && strcmp(token.value, "old") == 0);
    }
    token_clear(&token);
}

/* Reads the bytes as the body of a refusal. */
static void check_fault(const char *body, size_t length)
{
    static const long statuses[] = {0, 200, 302, 400, 401, 403, 404, 429, 500, 503, 999};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct error error = {0};
        server_error_explain(&error, statuses[i], body, length, "tokentoken");
        assert(strstr(error.text, "tokentok") == NULL);
        assert(error_is_set(&error) && error.text[0] != '\0');
        error_clear(&error);
        server_error_explain_token(&error, statuses[i], body, length);
        assert(error_is_set(&error) && error.text[0] != '\0');
    }
}

/* One input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_token((const char *)data, size);
    check_fault((const char *)data, size);
    return 0;
}
