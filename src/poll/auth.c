/* SPDX-License-Identifier: MIT */
#include "poll/auth.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "config/secrets.h"
#include "poll/schedule.h"
#include "uapi/server_error.h"

void auth_init(struct auth *access, const struct server_settings *server)
{
    *access = (struct auth){.server = server, .retry_ms = INT64_MIN};
    if (server->token != NULL)
        token_set_ready(&access->token, server->token);
    else
        access->has_credentials = server->client_id != NULL && server->client_secret != NULL;
}

void auth_clear(struct auth *access)
{
    token_clear(&access->token);
}

bool auth_is_usable(const struct auth *access)
{
    return access->token.value != NULL;
}

bool auth_is_fresh(const struct auth *access, int64_t now)
{
    return auth_is_usable(access) && now < access->token.ends_ms;
}

bool auth_is_due(const struct auth *access, int64_t now)
{
    if (!access->has_credentials)
        return false;
    return !auth_is_usable(access) || (now >= access->token.renew_ms && now >= access->retry_ms);
}

bool auth_write_request(const struct auth *access, struct buffer *url, struct buffer *form)
{
    const struct server_settings *server = access->server;
    return token_write_request(url, form, server->url.base, server->client_id,
                               server->client_secret);
}

/* Reads the token from a reply. */
static bool read_token(struct auth *access, const struct http_reply *reply, int64_t now,
                       double chance, struct error *error)
{
    if (error_is_set(&reply->error))
        return error_set(error, reply->error.kind, "no token: %s", reply->error.text);
    if (reply->status != 200) {
        server_error_explain_token(error, reply->status, reply->body.data, reply->body.length);
        return false;
    }
    return token_read_answer(&access->token, reply->body.data, reply->body.length, now, chance,
                             error);
}

/* Waits before the next renewal. Polls go on with the old token meanwhile, so there is no hurry; a
 * refusal will not change soon. */
static void put_off(struct auth *access, int64_t now, double chance, int64_t retry_after_s,
                    enum error_kind kind)
{
    if (access->failures < UINT_MAX)
        access->failures++;
    int64_t least = kind == ERROR_REFUSED ? SCHEDULE_BACKOFF_CAP_MS / 2 : SCHEDULE_BACKOFF_BASE_MS;
    int64_t wait = least + schedule_backoff_ms(access->failures, chance);
    int64_t asked = schedule_retry_after_ms(retry_after_s);
    access->retry_ms = now + (asked > wait ? asked : wait);
}

bool auth_take_reply(struct auth *access, struct http_reply *reply, int64_t now, double chance,
                     struct error *error)
{
    bool is_new = read_token(access, reply, now, chance, error);
    if (reply->body.data != NULL)
        mem_wipe(reply->body.data, reply->body.capacity);
    if (is_new) {
        access->generation++;
        access->failures = 0;
        access->retry_ms = INT64_MIN;
        return true;
    }
    put_off(access, now, chance, reply->retry_after_s, error->kind);
    return auth_is_usable(access);
}

/* Reads the token's file again: whoever keeps it may have put a new one in. */
static bool read_again(struct auth *access)
{
    char *value = secrets_read_file(access->server->token_file, NULL);
    bool is_new = value != NULL && strcmp(value, access->token.value) != 0;
    if (is_new) {
        token_set_ready(&access->token, value);
        access->generation++;
    }
    mem_free_secret(value);
    return is_new;
}

bool auth_invalidate(struct auth *access)
{
    if (access->has_credentials)
        token_clear(&access->token);
    else if (access->server->token_file != NULL)
        return read_again(access);
    return access->has_credentials;
}

bool auth_may_change(const struct auth *access)
{
    return access->has_credentials || access->server->token_file != NULL;
}
