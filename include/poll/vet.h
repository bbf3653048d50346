/* SPDX-License-Identifier: MIT */
/*
 * vet: what settings and arguments ask of a server, judged by what the protocol takes.
 *
 * The settings room knows types and ranges; which users, extensions, fields, operators and tokens
 * can be sent is the protocol's to say. Judges words before anything is asked; asks nothing.
 */
#ifndef BLFTOP_POLL_VET_H
#define BLFTOP_POLL_VET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/settings.h"

/* Is everything that will be sent to the servers right? If not, false with "FILE:LINE: what, and
 * what would be right". */
bool vet_servers(const struct settings *settings, struct error *error)
    __attribute__((warn_unused_result));

/* Can each of these be asked for by its own URL? */
bool vet_extensions(const char *const *extensions, size_t count, struct error *error)
    __attribute__((warn_unused_result));

#endif
