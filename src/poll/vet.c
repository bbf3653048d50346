/* SPDX-License-Identifier: MIT */
#include "poll/vet.h"

#include <stdio.h>

#include "config/settings_table.h"
#include "uapi/request.h"
#include "uapi/token.h"

/* Can a ready token be sent? It becomes part of a header. */
static bool check_token(const char *token, struct error *error)
{
    return token_is_sendable(token) ||
           error_set(error, ERROR_USAGE,
                     "the token (token, token_file or BLFTOP_TOKEN) is 1 to %d bytes of visible "
                     "ASCII without blanks",
                     TOKEN_BYTES_MAX);
}

/* Checks one server's words. */
static bool vet_server(const struct settings *settings, const struct server_settings *server,
                       struct error *error)
{
    const struct {
        const char *key;
        const char *value; /* NULL: not set */
        bool (*is_right)(const char *value, struct error *error);
    } checks[] = {
        {"user", server->user, request_check_user},
        {"extension", server->extension, request_check_extension},
        {"fields", server->fields, request_check_fields},
        {"filter_op", server->filter_op, request_check_filter_op},
        {"token", server->token, check_token},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        char where[512];
        if (checks[i].value == NULL || checks[i].is_right(checks[i].value, error))
            continue;
        snprintf(where, sizeof where, "%s:%d", settings->path != NULL ? settings->path : "",
                 settings_line(&server->lines, checks[i].key, server->line));
        error_prefix(error, settings->path != NULL ? where : server->name);
        return false;
    }
    return true;
}

bool vet_servers(const struct settings *settings, struct error *error)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        if (!vet_server(settings, &settings->servers[i], error))
            return false;
    }
    return true;
}

bool vet_extensions(const char *const *extensions, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!request_check_extension(extensions[i], error))
            return false;
    }
    return true;
}
