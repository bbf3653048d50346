/* SPDX-License-Identifier: MIT */
#include "config/settings_validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/secrets.h"
#include "config/settings_table.h"

/* Sets a text that is not set. */
static void set_default(char **field, const char *value)
{
    if (!*field)
        *field = mem_strdup(value);
}

void settings_default_server(struct server_settings *server)
{
    set_default(&server->name, server->url.host ? server->url.host : "server");
    set_default(&server->user, "@me");
    set_default(&server->extension, "@self");
    set_default(&server->filter_by, "extension");
    set_default(&server->filter_op, "startsWith");
}

void settings_clear_server(struct server_settings *server)
{
    char *texts[] = {server->name,      server->user,       server->extension,
                     server->client_id, server->token_file, server->client_secret_file,
                     server->filter,    server->filter_by,  server->filter_op,
                     server->fields,    server->ca_file,    server->proxy};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    mem_free_secret(server->token);
    mem_free_secret(server->client_secret);
    url_clear(&server->url);
    *server = (struct server_settings){0};
}

void settings_init(struct settings *settings)
{
    *settings = (struct settings){
        .interval_ms = 5000,
        .timeout_ms = 10000,
        .page_size = 1000,
        .view = mem_strdup("lamps"),
        .group = mem_strdup("server"),
        .sort = mem_strdup("severity,extension"),
    };
}

void settings_clear(struct settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++)
        settings_clear_server(&settings->servers[i]);
    for (size_t i = 0; i < settings->name_count; i++) {
        free(settings->names[i].number);
        free(settings->names[i].name);
    }
    free(settings->servers);
    free(settings->names);
    free(settings->path);
    free(settings->view);
    free(settings->group);
    free(settings->palette);
    free(settings->sort);
    mem_free_secret(settings->ready_token);
    *settings = (struct settings){0};
}

bool settings_add_server(struct settings *settings, const char *name, const char *url,
                         const char *token, struct error *error)
{
    struct server_settings server = {.name = mem_strdup(name), .token = mem_strdup(token)};
    if (!url_parse(&server.url, url, error)) {
        settings_clear_server(&server);
        return false;
    }
    settings_default_server(&server);
    settings->servers = mem_resize(settings->servers, settings->server_count + 1, sizeof server);
    settings->servers[settings->server_count++] = server;
    return true;
}

/* The line of a server's option, or of the server. */
static int line_of(const struct server_settings *server, const char *key)
{
    return settings_line(&server->lines, key, server->line);
}

/* The last line that has to do with authentication. */
static int auth_line(const struct server_settings *server)
{
    static const char *const keys[] = {"client_id", "client_secret", "client_secret_file", "token",
                                       "token_file"};
    int line = server->line;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        int other = line_of(server, keys[i]);
        line = other > line ? other : line;
    }
    return line;
}

/* How many of these are set. */
static int count_set(const char *a, const char *b, const char *c)
{
    return (a != NULL) + (b != NULL) + (c != NULL);
}

/* Is there exactly one way to authenticate, and is it whole? */
static bool check_authentication(const struct server_settings *server, const char *path,
                                 struct error *error)
{
    const char *client = server->client_id;
    bool has_secret = server->client_secret || server->client_secret_file;
    if (count_set(server->token, server->token_file, client) > 1)
        return error_set(error, ERROR_USAGE,
                         "%s:%d: server \"%s\" has two ways to authenticate; keep one of token, "
                         "token_file, or client_id with client_secret",
                         path, auth_line(server), server->name);
    if (server->client_secret && server->client_secret_file)
        return error_set(error, ERROR_USAGE,
                         "%s:%d: server \"%s\" has both client_secret and client_secret_file; "
                         "keep one",
                         path, line_of(server, "client_secret_file"), server->name);
    if (client && !has_secret)
        return error_set(error, ERROR_USAGE,
                         "%s:%d: client_id needs client_secret or client_secret_file beside it",
                         path, line_of(server, "client_id"));
    if (!client && has_secret)
        return error_set(error, ERROR_USAGE, "%s:%d: client_secret needs client_id beside it", path,
                         auth_line(server));
    return true;
}

/* Reads the secret that stands in a file of its own, if it does. */
static bool read_secret(const struct server_settings *server, const char *key, const char *file,
                        char **secret, const char *path, struct error *error)
{
    struct error reason = {0};
    if (!file)
        return true;
    *secret = secrets_read_file(file, &reason);
    return *secret ||
           error_set(error, reason.kind, "%s:%d: %s", path, line_of(server, key), reason.text);
}

/* Is the file of CA certificates one? A board would try it in vain for ever. */
static bool check_ca_file(const struct server_settings *server, const char *path,
                          struct error *error)
{
    struct error reason = {0};
    char line[128];
    bool is_found = false;
    if (!server->ca_file)
        return true;
    FILE *file = secrets_open(server->ca_file, &reason);
    while (file && !is_found && fgets(line, sizeof line, file))
        is_found = strstr(line, "-----BEGIN ") && strstr(line, "CERTIFICATE-----");
    if (file)
        fclose(file);
    if (is_found)
        return true;
    error_set(&reason, ERROR_USAGE, "%s holds no certificate; it must be a file in PEM form",
              server->ca_file);
    return error_set(error, ERROR_USAGE, "%s:%d: %s", path, line_of(server, "ca_file"),
                     reason.text);
}

/* Checks one server. */
static bool finish_server(struct server_settings *server, const char *path, const char *ready,
                          struct error *error)
{
    if (!server->url.base)
        return error_set(error, ERROR_USAGE,
                         "%s:%d: a server needs its address: url = \"https://pbx.example.net\";",
                         path, server->line);
    settings_default_server(server);
    if (!server->url.is_https && !server->url.is_loopback && !server->allow_http)
        return error_set(error, ERROR_USAGE,
                         "%s:%d: http would send the token in the clear; use https, or set "
                         "allow_http = true",
                         path, line_of(server, "url"));
    if (!check_authentication(server, path, error) || !check_ca_file(server, path, error) ||
        !read_secret(server, "token_file", server->token_file, &server->token, path, error) ||
        !read_secret(server, "client_secret_file", server->client_secret_file,
                     &server->client_secret, path, error))
        return false;
    if (!server->token && !server->client_id && ready)
        server->token = mem_strdup(ready);
    if (!server->token && !server->client_id)
        return error_set(error, ERROR_USAGE,
                         "%s:%d: server \"%s\" has no way to authenticate; add client_id and "
                         "client_secret_file, or token_file, or set BLFTOP_TOKEN",
                         path, server->line, server->name);
    return true;
}

/* Is this name taken by a server before it? */
static bool is_taken(const struct settings *settings, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(settings->servers[i].name, settings->servers[index].name) == 0)
            return true;
    }
    return false;
}

bool settings_validate(struct settings *settings, const char *path, struct error *error)
{
    char *ready = secrets_take_environment();
    bool is_right = true;
    if (ready) {
        mem_free_secret(settings->ready_token);
        settings->ready_token = ready;
    }
    for (size_t i = 0; i < settings->server_count && is_right; i++) {
        struct server_settings *server = &settings->servers[i];
        is_right = finish_server(server, path, settings->ready_token, error);
        if (is_right && is_taken(settings, i))
            is_right = error_set(error, ERROR_USAGE,
                                 "%s:%d: two servers are called \"%s\"; give each a name of its "
                                 "own: name = \"…\";",
                                 path, line_of(server, "name"), server->name);
    }
    return is_right;
}
