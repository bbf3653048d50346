/* SPDX-License-Identifier: MIT */
/*
 * settings_precheck: what must be refused before libconfig sees it.
 *
 * libconfig 1.5 ends the process on @include "." (from its scanner), reads only up to a NUL byte,
 * cuts numbers beyond 32 bits in silence and runs out of stack or memory on deep nesting (all
 * measured). This looks at the text for those four things and understands nothing else of it.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_PRECHECK_H
#define BLFTOP_CONFIG_SETTINGS_PRECHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define SETTINGS_DEPTH_MAX 16

/* Is the text fit for libconfig? If not, the error is "PATH:LINE: what, and what would be right".
 */
bool settings_precheck(const char *text, size_t length, const char *path, struct error *error);

#endif
