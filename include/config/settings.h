/* SPDX-License-Identifier: MIT */
/*
 * settings: what the settings file says, checked. The one file that includes libconfig.h.
 *
 * One table row an option: where it stands, its type, default, range and help. --print-config, the
 * sample file and the reader come from that table. Everything wrong is "FILE:LINE: what, and what
 * would be right". libconfig can end the process (@include "."), block for ever (a FIFO) and
 * cuts numbers to 32 bits in silence (measured on 1.5), so the file is opened, checked and
 * size-limited here, and values are range-checked from 64 bits.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_H
#define BLFTOP_CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/url.h"

#define SETTINGS_FILE_MAX ((size_t)1 << 20) /* bytes */
#define SETTINGS_SERVERS_MAX 64
#define SETTINGS_ROWS_MAX 32 /* options there may be */

/* In which line of the file each option stands, in the order of settings_table; 0: nowhere. */
struct settings_lines {
    unsigned lines[SETTINGS_ROWS_MAX];
};

/* One server; strings owned, NULL where not set. */
struct server_settings {
    char *name; /* unique; default: the host */
    struct url url;
    char *user;      /* default "@me" */
    char *extension; /* default "@self" */
    char *client_id;
    char *client_secret; /* secret; read from client_secret_file by secrets */
    char *client_secret_file;
    char *token; /* secret; likewise from token_file or BLFTOP_TOKEN */
    char *token_file;
    char *filter;    /* filterValue */
    char *filter_by; /* default "extension" */
    char *filter_op; /* default "startsWith" */
    char *fields;
    char *ca_file;
    char *proxy;
    int64_t start_index; /* entries of the collection to leave out at its head */
    bool insecure;
    bool allow_http;
    int line; /* in the file, where the group begins; 0: not from a file */
    struct settings_lines lines;
};

struct name_setting {
    char *number;
    char *name; /* safe text */
};

struct settings {
    char *path; /* the file read; NULL if there was none */
    struct server_settings *servers;
    size_t server_count;
    int64_t interval_ms;
    int64_t timeout_ms;
    int64_t page_size;
    char *view;    /* "lamps", "table", "servers" */
    char *group;   /* "server", "none" */
    char *palette; /* NULL: "default" */
    char *sort;
    struct name_setting *names; /* sorted by number (strcmp) */
    size_t name_count;
    char *ready_token;           /* secret: BLFTOP_TOKEN, which is in no environment any more */
    struct settings_lines lines; /* of poll and board */
};

/* Reads a file into initialised settings. Secret files are read too (config/secrets). A ready token
 * that is set already stands in for BLFTOP_TOKEN. */
bool settings_read(struct settings *settings, const char *path, struct error *error)
    __attribute__((warn_unused_result));

#endif
