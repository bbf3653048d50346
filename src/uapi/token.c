/* SPDX-License-Identifier: MIT */
#include "uapi/token.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"
#include "uapi/json_repair.h"
#include "uapi/json_value.h"
#include "uapi/server_error.h"

#define ANSWER_BYTES_MAX ((size_t)64 << 10) /* jansson may take 78 times as much memory */

/* Renewal begins at this part of the life and is spread over the next tenth of it. */
#define RENEW_FROM 0.8
#define RENEW_SPREAD 0.1

bool token_write_request(struct buffer *url, struct buffer *form, const char *base,
                         const char *client_id, const char *client_secret)
{
    return buffer_printf(url, "%s/oauth/token.php", base) &&
           buffer_puts(form, "grant_type=client_credentials&client_id=") &&
           url_append_escaped(form, client_id, "") && buffer_puts(form, "&client_secret=") &&
           url_append_escaped(form, client_secret, "") &&
           buffer_puts(form, "&type=unifiedapi&redirect_uri=") &&
           url_append_escaped(form, base, "") &&
           url_append_escaped(form, "/ouath/token.php", ""); /* the vendor's own spelling */
}

/* The seconds a token lives, within bounds that no timer suffers from. */
static int64_t read_life(const json_t *answer)
{
    int64_t life = TOKEN_LIFE_S;
    (void)json_value_integer(json_object_get(answer, "expires_in"), &life);
    if (life < TOKEN_LIFE_MIN_S)
        return TOKEN_LIFE_MIN_S;
    return life > TOKEN_LIFE_MAX_S ? TOKEN_LIFE_MAX_S : life;
}

/* Is the token of the one type that is understood? (RFC 6749 section 7.1; some leave it out.) */
static bool is_bearer(const json_t *answer)
{
    const char *type = json_string_value(json_object_get(answer, "token_type"));
    return type == NULL || strcasecmp(type, "Bearer") == 0;
}

/* The token in an answer, or NULL with the reason. */
static const char *read_value(const json_t *answer, struct error *error)
{
    const char *value = json_string_value(json_object_get(answer, "access_token"));
    if (value == NULL)
        error_set(error, ERROR_REPLY, "the token endpoint's answer holds no access_token");
    else if (!is_bearer(answer))
        error_set(error, ERROR_REPLY, "the token endpoint gave a token that is not of type Bearer");
    else if (token_is_sendable(value))
        return value;
    else
        error_set(error, ERROR_REPLY,
                  "the token endpoint gave a token that cannot be sent (1 to %d bytes of visible "
                  "ASCII could)",
                  TOKEN_BYTES_MAX);
    return NULL;
}

/* Replaces what the token holds. */
static void set_value(struct token *token, const char *value, int64_t renew_ms, int64_t ends_ms)
{
    char *copy = mem_strdup(value);
    token_clear(token);
    *token = (struct token){copy, renew_ms, ends_ms};
}

/* Takes the token from an answer that is an object. */
static bool take_answer(struct token *token, const json_t *answer, int64_t now_ms, double chance,
                        struct error *error)
{
    const char *value = read_value(answer, error);
    if (value == NULL)
        return false;
    int64_t fleet_generator_ms = read_life(answer) * 1000;
    double until_renewal = (double)fleet_generator_ms * (RENEW_FROM + RENEW_SPREAD * chance);
    set_value(token, value, now_ms + (int64_t)until_renewal, now_ms + fleet_generator_ms);
    return true;
}

/* Wipes the copy of the token that jansson is about to free. */
static void forget_answer(json_t *answer)
{
    json_t *value = json_object_get(answer, "access_token");
    size_t length = json_string_length(value);
    if (length > 0)
        mem_wipe((char *)json_string_value(value), length);
    json_decref(answer);
}

bool token_read_answer(struct token *token, const char *body, size_t length, int64_t now_ms,
                       double chance, struct error *error)
{
    assert(chance >= 0 && chance < 1);
    if (length > ANSWER_BYTES_MAX)
        return error_set(error, ERROR_REPLY, "the token endpoint's answer is too large");
    size_t mark = text_mark_length(body, length);
    bool was_repaired;
    json_error_t why;
    json_t *answer = json_repair_load(body + mark, length - mark, &was_repaired, &why);
    const json_t *fault = json_object_get(answer, "error");
    bool is_taken = false;
    if (fault != NULL && json_typeof(fault) != JSON_NULL)
        server_error_explain_token(error, 200, body + mark, length - mark);
    else if (json_is_object(answer))
        is_taken = take_answer(token, answer, now_ms, chance, error);
    else
        error_set(error, ERROR_REPLY, "the token endpoint's answer is not a JSON object");
    forget_answer(answer);
    return is_taken;
}

void token_set_ready(struct token *token, const char *value)
{
    set_value(token, value, TOKEN_FOREVER, TOKEN_FOREVER);
}

bool token_is_sendable(const char *value)
{
    size_t length = strnlen(value, TOKEN_BYTES_MAX + 1);
    if (length == 0 || length > TOKEN_BYTES_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if (value[i] <= ' ' || value[i] > '~')
            return false;
    return true;
}

void token_clear(struct token *token)
{
    mem_free_secret(token->value);
    *token = (struct token){0};
}
