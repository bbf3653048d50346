/* SPDX-License-Identifier: MIT */
#include "config/settings_table.h"

#include <string.h>

#include "config/settings.h"

#define SERVER(field) offsetof(struct server_settings, field)
#define WHOLE(field) offsetof(struct settings, field)

static const char *const filter_by_choices[] = {"extension", NULL};
static const char *const filter_op_choices[] = {"contains", "equals",  "startsWith",
                                                "present",  "inArray", NULL};
static const char *const view_choices[] = {"lamps", "table", "servers", NULL};
static const char *const group_choices[] = {"server", "none", NULL};
static const char *const palette_choices[] = {"default", "noc", "cb", "mono", NULL};

static const struct setting rows[] = {
    {GROUP_SERVER, "name", SETTING_TEXT, SERVER(name), 0, 0, NULL, "a text, like \"hq\""},
    {GROUP_SERVER, "url", SETTING_URL, SERVER(url), 0, 0, NULL,
     "an address, like \"https://pbx.example.net\""},
    {GROUP_SERVER, "user", SETTING_TEXT, SERVER(user), 0, 0, NULL,
     "\"@me\", \"@viewer\", \"@owner\" or a number in quotes"},
    {GROUP_SERVER, "extension", SETTING_TEXT, SERVER(extension), 0, 0, NULL,
     "\"@self\" or an extended number, like \"0003*210\""},
    {GROUP_SERVER, "client_id", SETTING_TEXT, SERVER(client_id), 0, 0, NULL,
     "a text, the App's key"},
    {GROUP_SERVER, "client_secret", SETTING_SECRET, SERVER(client_secret), 0, 0, NULL,
     "a text, the App's secret"},
    {GROUP_SERVER, "client_secret_file", SETTING_PATH, SERVER(client_secret_file), 0, 0, NULL,
     "a path, like \"/etc/blftop/secret\""},
    {GROUP_SERVER, "token", SETTING_SECRET, SERVER(token), 0, 0, NULL, "a text, an access token"},
    {GROUP_SERVER, "token_file", SETTING_PATH, SERVER(token_file), 0, 0, NULL,
     "a path, like \"/run/blftop/token\""},
    {GROUP_SERVER, "start_index", SETTING_INTEGER, SERVER(start_index), 0, 4999, NULL,
     "a whole number"},
    {GROUP_SERVER, "filter", SETTING_TEXT, SERVER(filter), 0, 0, NULL, "a text, like \"0003\""},
    {GROUP_SERVER, "filter_by", SETTING_CHOICE, SERVER(filter_by), 0, 0, filter_by_choices, NULL},
    {GROUP_SERVER, "filter_op", SETTING_CHOICE, SERVER(filter_op), 0, 0, filter_op_choices, NULL},
    {GROUP_SERVER, "fields", SETTING_TEXT, SERVER(fields), 0, 0, NULL,
     "a text, like \"extension,status\""},
    {GROUP_SERVER, "ca_file", SETTING_PATH, SERVER(ca_file), 0, 0, NULL,
     "a path, like \"/etc/ssl/pbx.pem\""},
    {GROUP_SERVER, "insecure", SETTING_BOOL, SERVER(insecure), 0, 0, NULL, NULL},
    {GROUP_SERVER, "allow_http", SETTING_BOOL, SERVER(allow_http), 0, 0, NULL, NULL},
    {GROUP_SERVER, "proxy", SETTING_PROXY, SERVER(proxy), 0, 0, NULL,
     "an address, like \"http://proxy.example.net:3128\", or \"\" for none"},
    {GROUP_NAMES, "extension", SETTING_TEXT, offsetof(struct name_setting, number), 0, 0, NULL,
     "an extended number, like \"0003*210\""},
    {GROUP_NAMES, "name", SETTING_TEXT, offsetof(struct name_setting, name), 0, 0, NULL,
     "a text, like \"Front desk\""},
    {GROUP_POLL, "interval", SETTING_SECONDS, WHOLE(interval_ms), 1, 86400, NULL,
     "a number of seconds, like 5.0"},
    {GROUP_POLL, "timeout", SETTING_SECONDS, WHOLE(timeout_ms), 0.5, 300, NULL,
     "a number of seconds, like 10.0"},
    {GROUP_POLL, "page_size", SETTING_INTEGER, WHOLE(page_size), 1, 4999, NULL,
     "a whole number of entries, like 1000"},
    {GROUP_BOARD, "view", SETTING_CHOICE, WHOLE(view), 0, 0, view_choices, NULL},
    {GROUP_BOARD, "group", SETTING_CHOICE, WHOLE(group), 0, 0, group_choices, NULL},
    {GROUP_BOARD, "palette", SETTING_CHOICE, WHOLE(palette), 0, 0, palette_choices, NULL},
    {GROUP_BOARD, "sort", SETTING_TEXT, WHOLE(sort), 0, 0, NULL,
     "a text, like \"severity,extension\""},
};

const struct setting *settings_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

_Static_assert(sizeof rows / sizeof *rows <= SETTINGS_ROWS_MAX, "each row has a line");

int settings_line(const struct settings_lines *lines, const char *key, int otherwise)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].key, key) == 0 && lines->lines[i] > 0)
            return (int)lines->lines[i];
    }
    return otherwise;
}

const char *settings_group_name(enum setting_group group)
{
    static const char *const names[GROUP_COUNT] = {"server", "names", "poll", "board"};
    return names[group];
}
