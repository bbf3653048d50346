/* SPDX-License-Identifier: MIT */
/*
 * settings_path: paths that stand in the settings file.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_PATH_H
#define BLFTOP_CONFIG_SETTINGS_PATH_H

/* A path as it is opened: "~/" is the home folder, others are relative to the folder of the
 * settings file. The caller frees. */
char *settings_resolve_path(const char *settings_path, const char *path);

/* Where a user would put the file; the caller frees. */
char *settings_home_path(void);

/* Where the settings are: `asked` (--config) if not NULL, else $BLFTOP_CONFIG, else the first that
 * exists of $XDG_CONFIG_HOME/blftop/blftop.conf (~/.config) and /etc/blftop.conf. The caller frees;
 * NULL: none of them exists. */
char *settings_find(const char *asked);

#endif
