/* SPDX-License-Identifier: MIT */
#include "config/settings.h"

#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/did_you_mean.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/secrets.h"
#include "config/settings_parse.h"
#include "config/settings_precheck.h"
#include "config/settings_table.h"
#include "config/settings_validate.h"

#define NAME_BYTES_MAX 128

/* Tells of a key nobody knows, and names the nearest that is known. Always false. */
static bool unknown_key(struct settings_reader *reader, const config_setting_t *setting,
                        const char *where, const char *const *known, size_t count)
{
    const char *key = settings_key(setting);
    return error_set(reader->error, ERROR_USAGE,
                     "%s:%u: unknown key \"%s\"%s; did you mean \"%s\"?", reader->path,
                     config_setting_source_line(setting), key, where,
                     did_you_mean(key, known, count));
}

/* Reads a whole group: every key must be one of the table's. */
static bool read_group(struct settings_reader *reader, const config_setting_t *group,
                       enum setting_group kind, void *base, struct settings_lines *lines)
{
    char where[32];
    const char *known[SETTINGS_ROWS_MAX];
    size_t count, known_count = 0;
    const struct setting *rows = settings_rows(&count);
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return settings_mistake(reader, group, "must be a group: ", "{ key = value; … }");
    for (size_t i = 0; i < count; i++) {
        if (rows[i].group == kind)
            known[known_count++] = rows[i].key;
    }
    snprintf(where, sizeof where, " in %s", settings_group_name(kind));
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        size_t row = 0;
        while (row < count &&
               (rows[row].group != kind || strcmp(rows[row].key, settings_key(setting)) != 0))
            row++;
        if (row == count)
            return unknown_key(reader, setting, where, known, known_count);
        lines->lines[row] = config_setting_source_line(setting);
        if (!settings_parse_option(reader, setting, &rows[row], base))
            return false;
    }
    return true;
}

/* Reads one server. */
static bool read_server(struct settings_reader *reader, const config_setting_t *group)
{
    struct settings *settings = reader->settings;
    if (settings->server_count == SETTINGS_SERVERS_MAX)
        return settings_mistake(reader, group, "is one server too many", "; 64 can be watched");
    settings->servers =
        mem_resize(settings->servers, settings->server_count + 1, sizeof *settings->servers);
    struct server_settings *server = &settings->servers[settings->server_count++];
    *server = (struct server_settings){.line = (int)config_setting_source_line(group)};
    return read_group(reader, group, GROUP_SERVER, server, &server->lines);
}

/* server = { … } */
static bool read_one_server(struct settings_reader *reader, const config_setting_t *setting)
{
    if (reader->settings->server_count > 0)
        return settings_mistake(reader, setting, "and servers exclude each other; ",
                                "keep one of them");
    return read_server(reader, setting);
}

/* servers = ( { … }, { … } ) */
static bool read_servers(struct settings_reader *reader, const config_setting_t *setting)
{
    if (reader->settings->server_count > 0)
        return settings_mistake(reader, setting, "and server exclude each other; ",
                                "keep one of them");
    if (config_setting_type(setting) != CONFIG_TYPE_LIST || config_setting_length(setting) == 0)
        return settings_mistake(reader, setting,
                                "must be a list of groups: ", "( { url = \"…\"; … }, … )");
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (!read_server(reader, config_setting_get_elem(setting, (unsigned)i)))
            return false;
    }
    return true;
}

/* poll = { … } */
static bool read_poll(struct settings_reader *reader, const config_setting_t *setting)
{
    return read_group(reader, setting, GROUP_POLL, reader->settings, &reader->settings->lines);
}

/* board = { … } */
static bool read_board(struct settings_reader *reader, const config_setting_t *setting)
{
    return read_group(reader, setting, GROUP_BOARD, reader->settings, &reader->settings->lines);
}

/* Reads one friendly name. */
static bool read_name(struct settings_reader *reader, const config_setting_t *group)
{
    struct settings *settings = reader->settings;
    struct settings_lines lines;
    settings->names =
        mem_resize(settings->names, settings->name_count + 1, sizeof *settings->names);
    struct name_setting *name = &settings->names[settings->name_count++];
    *name = (struct name_setting){NULL, NULL};
    if (!read_group(reader, group, GROUP_NAMES, name, &lines))
        return false;
    if (!name->number || !name->name)
        return settings_mistake(
            reader, group, "needs both: ", "{ extension = \"0003*210\"; name = \"Front desk\"; }");
    char *safe = text_safe_copy(name->name, strlen(name->name), NAME_BYTES_MAX, NULL);
    free(name->name);
    name->name = safe;
    return true;
}

/* Orders names by number. */
static int compare_names(const void *a, const void *b)
{
    const struct name_setting *left = a;
    const struct name_setting *right = b;
    return strcmp(left->number, right->number);
}

/* names = ( { … }, { … } ) */
static bool read_names(struct settings_reader *reader, const config_setting_t *setting)
{
    struct settings *settings = reader->settings;
    if (config_setting_type(setting) != CONFIG_TYPE_LIST)
        return settings_mistake(reader, setting, "must be a list of groups: ",
                                "( { extension = \"0003*210\"; name = \"Front desk\"; } )");
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (!read_name(reader, config_setting_get_elem(setting, (unsigned)i)))
            return false;
    }
    if (settings->name_count > 0)
        qsort(settings->names, settings->name_count, sizeof *settings->names, compare_names);
    for (size_t i = 1; i < settings->name_count; i++) {
        if (compare_names(&settings->names[i - 1], &settings->names[i]) == 0)
            return settings_mistake(reader, setting,
                                    "names one extension twice: ", settings->names[i].number);
    }
    return true;
}

/* Reads everything there is at the top of the file. */
static bool read_top(struct settings_reader *reader, const config_setting_t *root)
{
    static const char *const known[] = {"server", "servers", "poll", "board", "names"};
    static bool (*const readers[])(struct settings_reader *, const config_setting_t *) = {
        read_one_server, read_servers, read_poll, read_board, read_names};
    const size_t count = sizeof known / sizeof *known;
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        size_t which = 0;
        while (which < count && strcmp(known[which], settings_key(setting)) != 0)
            which++;
        if (which == count)
            return unknown_key(reader, setting, "", known, count);
        if (!readers[which](reader, setting))
            return false;
    }
    if (reader->settings->server_count == 0)
        return error_set(reader->error, ERROR_USAGE,
                         "%s:1: no server; add: server = { url = \"https://pbx.example.net\"; … };",
                         reader->path);
    return true;
}

/* Reads a file's text, which may hold secrets, up to the cap. */
static bool read_file(FILE *file, const char *path, struct buffer *text, struct error *error)
{
    char bytes[4096];
    size_t length;
    /* stdio would keep a copy of the secrets in a buffer nobody wipes. */
    setvbuf(file, NULL, _IONBF, 0);
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0) {
        if (!buffer_append(text, bytes, length)) {
            mem_wipe(bytes, sizeof bytes);
            return error_set(error, ERROR_USAGE, "%s is larger than 1 MiB", path);
        }
    }
    mem_wipe(bytes, sizeof bytes);
    if (ferror(file))
        return error_set(error, ERROR_USAGE, "cannot read %s", path);
    return true;
}

/* Parses the text and reads what it sets. */
static bool read_settings(struct settings_reader *reader, const struct buffer *text)
{
    const char *bytes = text->data ? text->data : "";
    size_t mark = text_mark_length(bytes, text->length);
    const char *start = bytes + mark;
    config_t config;
    if (!settings_precheck(start, text->length - mark, reader->path, reader->error))
        return false;
    config_init(&config);
    bool is_read = config_read_string(&config, start) == CONFIG_TRUE;
    if (!is_read)
        error_set(reader->error, ERROR_USAGE,
                  "%s:%d: %s; settings look like: key = \"value\"; and key = { … };", reader->path,
                  config_error_line(&config), config_error_text(&config));
    is_read = is_read && read_top(reader, config_root_setting(&config));
    config_destroy(&config);
    return is_read;
}

bool settings_read(struct settings *settings, const char *path, struct error *error)
{
    struct settings_reader reader = {.path = path, .settings = settings, .error = error};
    struct buffer text;
    FILE *file = secrets_open(path, error);
    if (!file)
        return false;
    settings->path = mem_strdup(path);
    buffer_init_secret(&text, SETTINGS_FILE_MAX);
    bool is_read = read_file(file, path, &text, error) && read_settings(&reader, &text) &&
                   (!reader.has_secret || secrets_check(file, path, error)) &&
                   settings_validate(settings, path, error);
    buffer_clear(&text);
    fclose(file);
    return is_read;
}
