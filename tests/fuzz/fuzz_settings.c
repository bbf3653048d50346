/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the settings file: it is read, or a mistake is told in one safe line; what was read and
 * found right is printed so that it is safe to show and reads back as the same settings.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "config/settings_print.h"
#include "config/settings_validate.h"
#include "poll/vet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

#define SIZE_MAX_OF_INPUT 2048 /* libconfig's own time grows with the square of what it reads */

/* libconfig itself loses the text of a string that never ends (64 bytes; measured on 1.5). */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static char path[] = "/tmp/blftop-fuzz-XXXXXX";

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The file goes with the program. */
static void remove_file(void)
{
    unlink(path);
}

/* Replaces what is in the one file of this target. */
static void write_file(const void *bytes, size_t size)
{
    static int file = -1;
    if (file < 0) {
        file = mkstemp(path); /* nobody else may read it */
        require(file >= 0 && atexit(remove_file) == 0);
    }
    require(ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size);
}

/* What is told or printed holds nothing that orders a terminal, line by line. */
static void check_safe(char *text)
{
    for (char *line = text; line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        char *safe = text_safe_copy(line, strlen(line), 3 * strlen(line), NULL);
        require(strcmp(safe, line) == 0);
        free(safe);
        if (end != NULL)
            *end++ = '\n';
        line = end;
    }
}

/* Reads the file into settings and judges them. */
static bool read_settings(struct settings *settings)
{
    struct error error = {.kind = ERROR_NONE};
    settings_init(settings);
    bool is_right = settings_read(settings, path, &error) && vet_servers(settings, &error);
    require(is_right == (error.kind == ERROR_NONE));
    require(is_right || strchr(error.text, '\n') == NULL);
    check_safe(error.text);
    return is_right;
}

/* The settings as --print-config prints them; the caller frees. */
static char *print(const struct settings *settings)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    require(out != NULL);
    settings_print(settings, out);
    require(fclose(out) == 0 && strlen(text) == length);
    return text;
}

/* What was printed reads back as the same, unless a secret was masked where a mask cannot stand. */
static void check_print(const struct settings *settings)
{
    struct settings again;
    char *text = print(settings);
    check_safe(text);
    write_file(text, strlen(text));
    if (read_settings(&again)) {
        char *copy = print(&again);
        require(strcmp(copy, text) == 0);
        free(copy);
    } else {
        require(strstr(text, "proxy = \"********\"") != NULL);
    }
    settings_clear(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings settings;
    if (size > SIZE_MAX_OF_INPUT)
        return 0;
    write_file(data, size);
    if (read_settings(&settings))
        check_print(&settings);
    settings_clear(&settings);
    return 0;
}
