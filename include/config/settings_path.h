/* SPDX-License-Identifier: MIT */
/*
 * settings_path: paths that stand in the settings file.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_PATH_H
#define BLFTOP_CONFIG_SETTINGS_PATH_H

/* A path as it is opened: "~/" is the home folder, others are relative to the folder of the
 * settings file. The caller frees. */
char *settings_resolve_path(const char *settings_path, const char *path);

#endif
