/* SPDX-License-Identifier: MIT */
/* --print-config: the settings in effect, in the file's own syntax. */
#include <limits.h>
#include <string.h>

#include "config/settings_print.h"

#include "base/text.h"
#include "config/settings.h"
#include "config/settings_table.h"

#define MASK "********"

/* Prints a text as libconfig reads it. What no terminal should see is told by its bytes, so that
 * it is read back as it was. */
static void print_text(const char *text, FILE *out)
{
    uint32_t code_point;
    bool is_valid;
    fputc('"', out);
    for (size_t left = strlen(text), taken; left > 0; text += taken, left -= taken) {
        taken = text_decode(text, left, &code_point, &is_valid);
        bool may_show = is_valid && text_width_of(code_point) >= 0;
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        for (size_t i = 0; i < taken; i++)
            fprintf(out, may_show ? "%c" : "\\x%02x", (unsigned char)text[i]);
    }
    fputc('"', out);
}

/* Prints one option, unless it is not set. */
static void print_option(const struct setting *row, const void *base, FILE *out)
{
    const char *field = (const char *)base + row->offset;
    const char *text = NULL;
    switch (row->kind) {
    case SETTING_SECONDS:
        fprintf(out, "    %s = %.3f;\n", row->key,
                (double)*(const int64_t *)(const void *)field / 1000);
        return;
    case SETTING_INTEGER:
        fprintf(out, "    %s = %lld;\n", row->key,
                (long long)*(const int64_t *)(const void *)field);
        return;
    case SETTING_BOOL:
        fprintf(out, "    %s = %s;\n", row->key, *(const bool *)field ? "true" : "false");
        return;
    case SETTING_URL:
        text = ((const struct url *)(const void *)field)->base;
        break;
    case SETTING_PROXY:
        text = *(char *const *)(const void *)field;
        text = text && strchr(text, '@') ? MASK : text;
        break;
    case SETTING_SECRET:
        text = *(char *const *)(const void *)field ? MASK : NULL;
        break;
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_CHOICE:
        text = *(char *const *)(const void *)field;
        break;
    }
    if (!text)
        return;
    fprintf(out, "    %s = ", row->key);
    print_text(text, out);
    fputs(";\n", out);
}

/* Is it a secret that stands in a file of its own, which is printed instead? */
static bool is_in_file(const struct setting *row, const struct server_settings *server)
{
    if (row->kind != SETTING_SECRET)
        return false;
    return row->offset == offsetof(struct server_settings, token)
               ? server->token_file != NULL
               : server->client_secret_file != NULL;
}

/* Prints the options of a group. */
static void print_group(enum setting_group group, const void *base, FILE *out)
{
    size_t count;
    const struct setting *rows = settings_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].group == group && !(group == GROUP_SERVER && is_in_file(&rows[i], base)))
            print_option(&rows[i], base, out);
    }
}

/* Prints the friendly names. */
static void print_names(const struct settings *settings, FILE *out)
{
    if (settings->name_count == 0)
        return;
    fputs("names = (\n", out);
    for (size_t i = 0; i < settings->name_count; i++) {
        fputs("    { extension = ", out);
        print_text(settings->names[i].number, out);
        fputs("; name = ", out);
        print_text(settings->names[i].name, out);
        fputs(i + 1 < settings->name_count ? "; },\n" : "; }\n", out);
    }
    fputs(");\n", out);
}

void settings_print(const struct settings *settings, FILE *out)
{
    char path[PATH_MAX];
    const char *read_from = settings->path ? settings->path : "";
    text_make_safe(path, sizeof path, read_from, strlen(read_from));
    fprintf(out, "# settings in effect%s%s; secrets are masked\n", path[0] ? ", from " : "", path);
    fputs("servers = (\n", out);
    for (size_t i = 0; i < settings->server_count; i++) {
        fputs("  {\n", out);
        print_group(GROUP_SERVER, &settings->servers[i], out);
        fputs(i + 1 < settings->server_count ? "  },\n" : "  }\n", out);
    }
    fputs(");\n", out);
    for (enum setting_group group = GROUP_POLL; group < GROUP_COUNT; group++) {
        fprintf(out, "%s = {\n", settings_group_name(group));
        print_group(group, settings, out);
        fputs("};\n", out);
    }
    print_names(settings, out);
}
