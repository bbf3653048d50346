/* SPDX-License-Identifier: MIT */
/*
 * settings_table: every option of the settings file: where it stands, what it takes, its help.
 *
 * The reader, --print-config and the tests of the sample file all walk this one table. Data only.
 */
#ifndef BLFTOP_CONFIG_SETTINGS_TABLE_H
#define BLFTOP_CONFIG_SETTINGS_TABLE_H

#include <stddef.h>

struct settings_lines;

enum setting_group {
    GROUP_SERVER, /* offsets into struct server_settings */
    GROUP_NAMES,  /* offsets into struct name_setting */
    GROUP_POLL,   /* offsets into struct settings, here and below */
    GROUP_BOARD,
    GROUP_COUNT,
};

enum setting_kind {
    SETTING_TEXT,    /* char *, not empty, no control bytes */
    SETTING_PATH,    /* likewise; relative to the settings file, "~/" is the home folder */
    SETTING_SECRET,  /* likewise; makes the file one that others may not read */
    SETTING_URL,     /* struct url */
    SETTING_PROXY,   /* char *, an address or empty for none; a secret if there is an '@' in it */
    SETTING_CHOICE,  /* char *, one of `choices` */
    SETTING_SECONDS, /* int64_t milliseconds; written as seconds */
    SETTING_INTEGER, /* int64_t */
    SETTING_BOOL,    /* bool */
};

struct setting {
    enum setting_group group;
    const char *key;
    enum setting_kind kind;
    size_t offset;
    double least; /* of SECONDS and INTEGER */
    double most;
    const char *const *choices; /* NULL-terminated */
    const char *right;          /* what would be right, for messages: "a number of …, like 5.0" */
};

/* The rows, in the order in which they are printed. */
const struct setting *settings_rows(size_t *count);

/* The name of a group in the file. */
const char *settings_group_name(enum setting_group group);

/* The line an option stands in, or `otherwise` if it is not in the file. */
int settings_line(const struct settings_lines *lines, const char *key, int otherwise);

#endif
