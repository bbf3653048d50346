/* SPDX-License-Identifier: MIT */
#include "config/settings_parse.h"

#include <libconfig.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "config/settings_path.h"

#define TEXT_BYTES_MAX 4096

const char *settings_key(const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    if (!name)
        die("out of memory");
    return name;
}

bool settings_mistake(struct settings_reader *reader, const config_setting_t *setting,
                      const char *what, const char *right)
{
    const char *name = config_setting_name(setting);
    return error_set(reader->error, ERROR_USAGE, "%s:%u: %s %s%s", reader->path,
                     config_setting_source_line(setting), name ? name : "an entry", what, right);
}

/* Replaces a text field. */
static void set_text(char **field, char *value)
{
    free(*field);
    *field = value;
}

/* Reads a text of a sane length, without control bytes, perhaps empty. NULL with the reason. */
static const char *read_any_text(struct settings_reader *reader, const config_setting_t *setting,
                                 const char *right)
{
    const char *text = config_setting_get_string(setting);
    if (!text || strlen(text) > TEXT_BYTES_MAX) {
        settings_mistake(reader, setting, "must be ", right);
        return NULL;
    }
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F) {
            settings_mistake(reader, setting, "holds a control byte; it must be ", right);
            return NULL;
        }
    }
    return text;
}

/* Reads a text that is not empty. */
static const char *read_text(struct settings_reader *reader, const config_setting_t *setting,
                             const char *right)
{
    const char *text = read_any_text(reader, setting, right);
    if (!text || text[0] != '\0')
        return text;
    settings_mistake(reader, setting, "must be ", right);
    return NULL;
}

/* Reads one of a row's choices. */
static bool read_choice(struct settings_reader *reader, const config_setting_t *setting,
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
    settings_mistake(reader, setting, row->choices[1] ? "must be one of " : "must be ", list.data);
    buffer_clear(&list);
    return false;
}

/* Reads a number as a double; libconfig's ints have been checked to fit by settings_precheck. */
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
static bool read_range(struct settings_reader *reader, const config_setting_t *setting,
                       const struct setting *row, int64_t *field)
{
    double number;
    bool is_whole = row->kind == SETTING_INTEGER;
    if (!read_number(setting, &number) ||
        (is_whole && config_setting_type(setting) == CONFIG_TYPE_FLOAT))
        return settings_mistake(reader, setting, "must be ", row->right);
    if (!(number >= row->least && number <= row->most)) {
        char range[96];
        snprintf(range, sizeof range, "%g to %g", row->least, row->most);
        return settings_mistake(reader, setting, "is out of range; it takes ", range);
    }
    *field = is_whole ? (int64_t)number : llround(number * 1000);
    return true;
}

/* Reads the server's address. */
static bool read_url(struct settings_reader *reader, const config_setting_t *setting,
                     const char *right, struct url *url)
{
    struct error reason = {0};
    const char *text = read_text(reader, setting, right);
    if (!text)
        return false;
    if (!url_parse(url, text, &reason))
        return settings_mistake(reader, setting, "is wrong: ", reason.text);
    return true;
}

/* Reads a proxy's address, which may hold a password; an empty one stands for none. */
static bool read_proxy(struct settings_reader *reader, const config_setting_t *setting,
                       const char *right, char **field)
{
    const char *text = read_any_text(reader, setting, right);
    if (!text)
        return false;
    if (text[0] != '\0' && !url_is_proxy(text))
        return settings_mistake(reader, setting, "must be ", right);
    reader->has_secret |= strchr(text, '@') != NULL;
    set_text(field, mem_strdup(text));
    return true;
}

bool settings_parse_option(struct settings_reader *reader, const config_setting_t *setting,
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
            return settings_mistake(reader, setting, "must be true or false", "");
        *(bool *)field = config_setting_get_bool(setting);
        return true;
    }
    return false;
}
