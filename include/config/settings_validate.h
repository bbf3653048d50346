/* SPDX-License-Identifier: MIT */
/*
 * settings_validate: what can only be judged once a whole server is read: how it is authenticated,
 * whether plain http is allowed, and its defaults.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_VALIDATE_H
#define BLFTOP_CONFIG_SETTINGS_VALIDATE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/settings.h"

/* Fills in the defaults of a server of which only some options are set. */
void settings_default_server(struct server_settings *server);

/* Frees what a server owns; secrets are wiped. */
void settings_clear_server(struct server_settings *server);

/* Checks all servers, reads their secret files, and gives BLFTOP_TOKEN to those without a way to
 * authenticate of their own. */
bool settings_validate(struct settings *settings, const char *path, struct error *error);

/* Defaults, no servers. */
void settings_init(struct settings *settings);

/* Frees all; secrets are wiped. */
void settings_clear(struct settings *settings);

/* Adds a server that no file names (demo, tests): defaults, given address and ready token. */
bool settings_add_server(struct settings *settings, const char *name, const char *url,
                         const char *token, struct error *error)
    __attribute__((warn_unused_result));

#endif
