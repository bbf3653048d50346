/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    char raw[ERROR_TEXT_MAX * 2];
    va_list args;
    if (!error || error->kind != ERROR_NONE)
        return false;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    error->kind = kind;
    text_make_safe(error->text, sizeof error->text, raw, strlen(raw));
    return false;
}

void error_prefix(struct error *error, const char *prefix)
{
    char whole[ERROR_TEXT_MAX * 2];
    if (!error_is_set(error))
        return;
    snprintf(whole, sizeof whole, "%s: %s", prefix, error->text);
    text_make_safe(error->text, sizeof error->text, whole, strlen(whole));
}

void error_clear(struct error *error)
{
    if (!error)
        return;
    error->kind = ERROR_NONE;
    error->text[0] = '\0';
}

bool error_is_set(const struct error *error)
{
    return error && error->kind != ERROR_NONE;
}
