/* SPDX-License-Identifier: MIT */
/*
 * options: the command line (getopt_long). One table row an option: letters, argument, help.
 *
 * Knows what was asked, not whether it makes sense together with the settings. No option takes a
 * secret: argument lists can be read by everybody on the machine.
 */
#ifndef BLFTOP_CONFIG_OPTIONS_H
#define BLFTOP_CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

enum option_mode {
    MODE_BOARD,
    MODE_ONCE,
    MODE_PRINT_CONFIG,
    MODE_HELP,
    MODE_VERSION,
};

enum option_format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_CSV,
};

enum option_color {
    COLOR_AUTO,
    COLOR_ALWAYS,
    COLOR_NEVER,
};

/* Strings are borrowed from argv. */
struct options {
    enum option_mode mode;
    bool is_mode_given;
    enum option_format format;
    enum option_color color;
    const char *config;  /* --config, or NULL */
    const char *filter;  /* or NULL */
    const char *sort;    /* or NULL */
    const char *view;    /* or NULL */
    const char *palette; /* or NULL */
    const char *log;     /* --log, or NULL */
    int64_t interval_ms; /* 0: not given */
    bool demo;
    bool ascii;
    const char *const *extensions;
    size_t extension_count;
};

/* Reads argv. On a mistake, one line that says what would be right. */
bool options_read(struct options *options, int argc, char **argv, struct error *error)
    __attribute__((warn_unused_result));

/* Prints --help (with examples, at most 60 lines) or --version. */
void options_print_help(FILE *out);
void options_print_version(FILE *out);

#endif
