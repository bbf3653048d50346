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

#endif
