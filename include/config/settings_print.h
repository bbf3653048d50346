/* SPDX-License-Identifier: MIT */
/*
 * settings_print: --print-config: the settings in effect, as a settings file without secrets.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_PRINT_H
#define BLFTOP_CONFIG_SETTINGS_PRINT_H

#include "config/settings.h"

/* The settings in effect, in the file's own syntax and order; secrets are masked. */
void settings_print(const struct settings *settings, FILE *out);

#endif
