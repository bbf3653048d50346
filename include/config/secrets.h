/* SPDX-License-Identifier: MIT */
/*
 * secrets: where a token or a client secret comes from.
 *
 * From the settings, from a file of its own, or from BLFTOP_TOKEN, never from an argument.
 * A file that holds a secret and that others may read is refused, as ssh does: it must be a
 * regular file of ours or of root's, with no bits for group and others.
 */
#ifndef BLFTOP_CONFIG_SECRETS_H
#define BLFTOP_CONFIG_SECRETS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

#define SECRET_BYTES_MAX 8192

/* Opens a regular file without waiting on FIFOs or devices and without a check-then-use gap;
 * NULL with the reason. */
FILE *secrets_open(const char *path, struct error *error);

/* May this open file hold a secret? If not, says what to do about it (chmod). */
bool secrets_check(FILE *file, const char *path, struct error *error)
    __attribute__((warn_unused_result));

/* Reads a secret: one line, blanks around it cut off, visible ASCII. The caller frees it with
 * mem_free_secret; NULL with the reason. */
char *secrets_read_file(const char *path, struct error *error);

/* $BLFTOP_TOKEN as a copy for mem_free_secret, and removed from the environment (children must
 * not inherit it); NULL if it is not set or empty. */
char *secrets_take_environment(void);

#endif
