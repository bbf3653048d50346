/* SPDX-License-Identifier: MIT */
/*
 * settings_parse: one option of the settings, from libconfig into its field, as its row in
 * settings_table says: type, range, choices; and how a mistake is told, at its line.
 *
 * Owns nothing. Never opens a file.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_PARSE_H
#define BLFTOP_CONFIG_SETTINGS_PARSE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/settings.h"
#include "config/settings_table.h"

struct config_setting_t; /* libconfig's; its header is for those who ask it something */

/* A file being read; all borrowed. */
struct settings_reader {
    const char *path;
    struct settings *settings;
    struct error *error;
    bool has_secret; /* an option held one: others must not be able to read the file */
};

/* The name of a member of a group, of libconfig's. libconfig has none only when it got no memory
 * for it (1.5), which ends the program. */
const char *settings_key(const struct config_setting_t *setting);

/* Tells a mistake at a setting's line: what is wrong, and what would be right. Always false. */
bool settings_mistake(struct settings_reader *reader, const struct config_setting_t *setting,
                      const char *what, const char *right);

/* Reads one option into its field of what starts at `base`; a text there is replaced, and owned by
 * whoever owns `base`. False after settings_mistake. */
bool settings_parse_option(struct settings_reader *reader, const struct config_setting_t *setting,
                           const struct setting *row, void *base);

#endif
