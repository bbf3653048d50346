/* SPDX-License-Identifier: MIT */
#include "config/settings.h"

#include <libconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/secrets.h"
#include "config/settings_finish.h"
#include "config/settings_path.h"
#include "config/settings_scan.h"
#include "config/settings_table.h"

#define NAME_BYTES_MAX 128
#define TEXT_BYTES_MAX 4096

/* A file being read. */
struct reader {
    const char *path;
    struct settings *settings;
    struct error *error;
    bool has_secret;
};

/* The name of a member of a group. libconfig has none only when it got no memory for it (1.5). */
static const char *name_of(const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    if (!name)
        die("out of memory");
    return name;
}

/* Tells a mistake at a setting's line. Always false. */
static bool mistake(struct reader *reader, const config_setting_t *setting, const char *what,
                    const char *right)
{
    const char *name = config_setting_name(setting);
    return error_set(reader->error, ERROR_USAGE, "%s:%u: %s %s%s", reader->path,
                     config_setting_source_line(setting), name ? name : "an entry", what, right);
}

/* Tells of a key nobody knows, and names the nearest that is known. Always false. */
static bool unknown_key(struct reader *reader, const config_setting_t *setting, const char *where,
                        const char *const *known, size_t count)
{
    const char *key = name_of(setting);
    return error_set(reader->error, ERROR_USAGE,
                     "%s:%u: unknown key \"%s\"%s; did you mean \"%s\"?", reader->path,
                     config_setting_source_line(setting), key, where,
                     nearest_word(key, known, count));
}

/* Replaces a text field. */
static void set_text(char **field, char *value)
{
    free(*field);
    *field = value;
}

/* Reads a text of a sane length, without control bytes, perhaps empty. NULL with the reason. */
static const char *read_any_text(struct reader *reader, const config_setting_t *setting,
                                 const char *right)
{
    const char *text = config_setting_get_string(setting);
    if (!text || strlen(text) > TEXT_BYTES_MAX) {
        mistake(reader, setting, "must be ", right);
        return NULL;
    }
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F) {
            mistake(reader, setting, "holds a control byte; it must be ", right);
            return NULL;
        }
    }
    return text;
}

/* Reads a text that is not empty. */
static const char *read_text(struct reader *reader, const config_setting_t *setting,
                             const char *right)
{
    const char *text = read_any_text(reader, setting, right);
    if (!text || text[0] != '\0')
        return text;
    mistake(reader, setting, "must be ", right);
    return NULL;
}

/* Reads one of a row's choices. */
static bool read_choice(struct reader *reader, const config_setting_t *setting,
                        const struct setting *row, char **field)
{
    struct buffer list;
    const char *text = config_setting_get_string(setting);
    for (const char *const *choice = row->choices; text && *choice; choice++) {
        if (strcmp(text, *choice) == 0) {
            set_text(field, mem_strdup(text));
            return true;
        }
    }
    buffer_init(&list, 0);
    for (const char *const *choice = row->choices; *choice; choice++)
        buffer_printf(&list, "%s\"%s\"", choice == row->choices ? "" : ", ", *choice);
    mistake(reader, setting, row->choices[1] ? "must be one of " : "must be ", list.data);
    buffer_clear(&list);
    return false;
}

/* Reads a number as a double; libconfig's ints have been checked to fit by settings_scan. */
static bool read_number(const config_setting_t *setting, double *number)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
        *number = config_setting_get_int(setting);
        return true;
    case CONFIG_TYPE_INT64:
        *number = (double)config_setting_get_int64(setting);
        return true;
    case CONFIG_TYPE_FLOAT:
        *number = config_setting_get_float(setting);
        return true;
    default:
        return false;
    }
}

/* Reads a number within a row's range; SECONDS become milliseconds. */
static bool read_range(struct reader *reader, const config_setting_t *setting,
                       const struct setting *row, int64_t *field)
{
    double number;
    bool is_whole = row->kind == SETTING_INTEGER;
    if (!read_number(setting, &number) ||
        (is_whole && config_setting_type(setting) == CONFIG_TYPE_FLOAT))
        return mistake(reader, setting, "must be ", row->right);
    if (!(number >= row->least && number <= row->most)) {
        char range[96];
        snprintf(range, sizeof range, "%g to %g", row->least, row->most);
        return mistake(reader, setting, "is out of range; it takes ", range);
    }
    *field = is_whole ? (int64_t)number : llround(number * 1000);
    return true;
}

/* Reads the server's address. */
static bool read_url(struct reader *reader, const config_setting_t *setting, const char *right,
                     struct url *url)
{
    struct error reason = {0};
    const char *text = read_text(reader, setting, right);
    if (!text)
        return false;
    if (!url_parse(url, text, &reason))
        return mistake(reader, setting, "is wrong: ", reason.text);
    return true;
}

/* Reads a proxy's address, which may hold a password; an empty one stands for none. */
static bool read_proxy(struct reader *reader, const config_setting_t *setting, const char *right,
                       char **field)
{
    const char *text = read_any_text(reader, setting, right);
    if (!text)
        return false;
    if (text[0] != '\0' && !url_is_proxy(text))
        return mistake(reader, setting, "must be ", right);
    reader->has_secret |= strchr(text, '@') != NULL;
    set_text(field, mem_strdup(text));
    return true;
}

/* Reads one option into its field. */
static bool read_option(struct reader *reader, const config_setting_t *setting,
                        const struct setting *row, void *base)
{
    char *field = (char *)base + row->offset;
    const char *text;
    switch (row->kind) {
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_SECRET:
        text = read_text(reader, setting, row->right);
        if (!text)
            return false;
        reader->has_secret |= row->kind == SETTING_SECRET;
        set_text((char **)(void *)field, row->kind == SETTING_PATH
                                             ? settings_resolve_path(reader->path, text)
                                             : mem_strdup(text));
        return true;
    case SETTING_URL:
        return read_url(reader, setting, row->right, (struct url *)(void *)field);
    case SETTING_PROXY:
        return read_proxy(reader, setting, row->right, (char **)(void *)field);
    case SETTING_CHOICE:
        return read_choice(reader, setting, row, (char **)(void *)field);
    case SETTING_SECONDS:
    case SETTING_INTEGER:
        return read_range(reader, setting, row, (int64_t *)(void *)field);
    case SETTING_BOOL:
        if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
            return mistake(reader, setting, "must be true or false", "");
        *(bool *)field = config_setting_get_bool(setting);
        return true;
    }
    return false;
}

/* Reads a whole group: every key must be one of the table's. */
static bool read_group(struct reader *reader, const config_setting_t *group,
                       enum setting_group kind, void *base, struct settings_lines *lines)
{
    char where[32];
    const char *known[SETTINGS_ROWS_MAX];
    size_t count, known_count = 0;
    const struct setting *rows = settings_rows(&count);
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return mistake(reader, group, "must be a group: ", "{ key = value; … }");
    for (size_t i = 0; i < count; i++) {
        if (rows[i].group == kind)
            known[known_count++] = rows[i].key;
    }
    snprintf(where, sizeof where, " in %s", settings_group_name(kind));
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        size_t row = 0;
        while (row < count &&
               (rows[row].group != kind || strcmp(rows[row].key, name_of(setting)) != 0))
            row++;
        if (row == count)
            return unknown_key(reader, setting, where, known, known_count);
        lines->lines[row] = config_setting_source_line(setting);
        if (!read_option(reader, setting, &rows[row], base))
            return false;
    }
    return true;
}

/* Reads one server. */
static bool read_server(struct reader *reader, const config_setting_t *group)
{
    struct settings *settings = reader->settings;
    if (settings->server_count == SETTINGS_SERVERS_MAX)
        return mistake(reader, group, "is one server too many", "; 64 can be watched");
    settings->servers =
        mem_resize(settings->servers, settings->server_count + 1, sizeof *settings->servers);
    struct server_settings *server = &settings->servers[settings->server_count++];
    *server = (struct server_settings){.line = (int)config_setting_source_line(group)};
    return read_group(reader, group, GROUP_SERVER, server, &server->lines);
}

/* server = { … } */
static bool read_one_server(struct reader *reader, const config_setting_t *setting)
{
    if (reader->settings->server_count > 0)
        return mistake(reader, setting, "and servers exclude each other; ", "keep one of them");
    return read_server(reader, setting);
}

/* servers = ( { … }, { … } ) */
static bool read_servers(struct reader *reader, const config_setting_t *setting)
{
    if (reader->settings->server_count > 0)
        return mistake(reader, setting, "and server exclude each other; ", "keep one of them");
    if (config_setting_type(setting) != CONFIG_TYPE_LIST || config_setting_length(setting) == 0)
        return mistake(reader, setting, "must be a list of groups: ", "( { url = \"…\"; … }, … )");
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (!read_server(reader, config_setting_get_elem(setting, (unsigned)i)))
            return false;
    }
    return true;
}

/* poll = { … } */
static bool read_poll(struct reader *reader, const config_setting_t *setting)
{
    return read_group(reader, setting, GROUP_POLL, reader->settings, &reader->settings->lines);
}

/* board = { … } */
static bool read_board(struct reader *reader, const config_setting_t *setting)
{
    return read_group(reader, setting, GROUP_BOARD, reader->settings, &reader->settings->lines);
}

/* Reads one friendly name. */
static bool read_name(struct reader *reader, const config_setting_t *group)
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
        return mistake(reader, group,
                       "needs both: ", "{ extension = \"0003*210\"; name = \"Front desk\"; }");
    set_text(&name->name, text_safe_copy(name->name, strlen(name->name), NAME_BYTES_MAX, NULL));
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
static bool read_names(struct reader *reader, const config_setting_t *setting)
{
    struct settings *settings = reader->settings;
    if (config_setting_type(setting) != CONFIG_TYPE_LIST)
        return mistake(reader, setting, "must be a list of groups: ",
                       "( { extension = \"0003*210\"; name = \"Front desk\"; } )");
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (!read_name(reader, config_setting_get_elem(setting, (unsigned)i)))
            return false;
    }
    if (settings->name_count > 0)
        qsort(settings->names, settings->name_count, sizeof *settings->names, compare_names);
    for (size_t i = 1; i < settings->name_count; i++) {
        if (compare_names(&settings->names[i - 1], &settings->names[i]) == 0)
            return mistake(reader, setting,
                           "names one extension twice: ", settings->names[i].number);
    }
    return true;
}

/* Reads everything there is at the top of the file. */
static bool read_top(struct reader *reader, const config_setting_t *root)
{
    static const char *const known[] = {"server", "servers", "poll", "board", "names"};
    static bool (*const readers[])(struct reader *, const config_setting_t *) = {
        read_one_server, read_servers, read_poll, read_board, read_names};
    const size_t count = sizeof known / sizeof *known;
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        size_t which = 0;
        while (which < count && strcmp(known[which], name_of(setting)) != 0)
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
static bool read_settings(struct reader *reader, const struct buffer *text)
{
    const char *bytes = text->data ? text->data : "";
    size_t mark = text_mark_length(bytes, text->length);
    const char *start = bytes + mark;
    config_t config;
    if (!settings_scan(start, text->length - mark, reader->path, reader->error))
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
    struct reader reader = {.path = path, .settings = settings, .error = error};
    struct buffer text;
    FILE *file = secrets_open(path, error);
    if (!file)
        return false;
    settings->path = mem_strdup(path);
    buffer_init(&text, SETTINGS_FILE_MAX);
    bool is_read = read_file(file, path, &text, error) && read_settings(&reader, &text) &&
                   (!reader.has_secret || secrets_check(file, path, error)) &&
                   settings_finish(settings, path, error);
    if (text.data)
        mem_wipe(text.data, text.length);
    buffer_clear(&text);
    fclose(file);
    return is_read;
}
