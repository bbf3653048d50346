/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/options.h"

#define WORDS_MAX 8

/* Reads a command line of up to seven words after the program's name. */
static bool read_words(struct options *options, struct error *error, const char *const *words)
{
    static char program[] = "blftop";
    static char copies[WORDS_MAX][64];
    static char *argv[WORDS_MAX + 2];
    int argc = 1;
    argv[0] = program;
    for (int i = 0; i < WORDS_MAX && words[i]; i++) {
        snprintf(copies[i], sizeof copies[i], "%s", words[i]);
        argv[argc++] = copies[i];
    }
    argv[argc] = NULL;
    error_clear(error);
    return options_read(options, argc, argv, error);
}

static void options_read__no_arguments__is_the_board(void **state)
{
    (void)state;
    struct options options;
    struct error error = {0};
    assert_true(read_words(&options, &error, (const char *[]){NULL}));
    assert_int_equal(options.mode, MODE_BOARD);
    assert_false(options.is_mode_given);
    assert_int_equal(options.extension_count, 0);
    assert_int_equal(options.interval_ms, 0);
    assert_null(options.config);
}

static void options_read__every_form__is_understood(void **state)
{
    (void)state;
    struct options options;
    struct error error = {0};
    assert_true(read_words(&options, &error,
                           (const char *[]){"-f", "a.conf", "--interval=2.5", "-Fproblem", "--sort",
                                            "-for", "0003*210", NULL}));
    assert_string_equal(options.config, "a.conf");
    assert_int_equal(options.interval_ms, 2500);
    assert_string_equal(options.filter, "problem");
    assert_string_equal(options.sort, "-for");
    assert_int_equal(options.extension_count, 1);
    assert_string_equal(options.extensions[0], "0003*210");

    assert_true(read_words(&options, &error,
                           (const char *[]){"0003*210", "--format", "csv", "0003*211", NULL}));
    assert_int_equal(options.mode, MODE_ONCE);
    assert_int_equal(options.format, FORMAT_CSV);
    assert_int_equal(options.extension_count, 2);
    assert_string_equal(options.extensions[1], "0003*211");

    assert_true(read_words(
        &options, &error,
        (const char *[]){"-1", "--demo", "--ascii", "--color", "never", "--view", "table", NULL}));
    assert_int_equal(options.mode, MODE_ONCE);
    assert_true(options.demo && options.ascii);
    assert_int_equal(options.color, COLOR_NEVER);
    assert_string_equal(options.view, "table");

    assert_true(read_words(&options, &error, (const char *[]){"--", "--demo", NULL}));
    assert_false(options.demo);
    assert_string_equal(options.extensions[0], "--demo");
    assert_true(read_words(&options, &error, (const char *[]){"--help", "--nonsense", NULL}));
    assert_int_equal(options.mode, MODE_HELP);
    assert_true(read_words(&options, &error, (const char *[]){"-V", NULL}));
    assert_int_equal(options.mode, MODE_VERSION);
    assert_true(read_words(&options, &error, (const char *[]){"--print-config", NULL}));
    assert_int_equal(options.mode, MODE_PRINT_CONFIG);
}

static void options_read__mistakes__say_what_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *words[3];
        const char *message;
    } rows[] = {
        {{"-1xq"}, "unknown option \"-x\""},
        {{"--co", "x"}, "did you mean --config?"},
        {{"-n", "0x10"}, "--interval takes 1 to 86400 seconds"},
        {{"--intervall", "5"}, "unknown option \"--intervall\"; did you mean --interval?"},
        {{"--xyz=1"}, "unknown option \"--xyz\""},
        {{"-x"}, "unknown option \"-x\"; try --help"},
        {{"--config"}, "--config takes FILE"},
        {{"-n"}, "--interval takes SECONDS"},
        {{"-n", "0.5"}, "--interval takes 1 to 86400 seconds, not \"0.5\""},
        {{"-n", "5s"}, "--interval takes 1 to 86400 seconds"},
        {{"-n", "nan"}, "--interval takes 1 to 86400 seconds"},
        {{"--format", "xml"}, "--format takes one of text, json, csv, not \"xml\""},
        {{"--color", "yes"}, "--color takes one of auto, always, never"},
        {{"--view", "wide"}, "--view takes one of lamps, table, servers"},
        {{"--log", "-"}, "--log takes the path of a file to append to"},
        {{"--demo=1"}, "--demo takes no value"},
        {{"--format", "\033[2J"}, "not \"\xE2\x90\x9B[2J\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct options options;
        struct error error = {0};
        assert_false(read_words(&options, &error, rows[i].words));
        assert_int_equal(error.kind, ERROR_USAGE);
        if (!strstr(error.text, rows[i].message))
            fail_msg("%s is told as: %s", rows[i].words[0], error.text);
    }
}

static void options_print_help__fits_on_a_page_and_names_every_option(void **state)
{
    (void)state;
    static const char *const names[] = {
        "--config", "--interval", "--filter", "--sort",  "--once",         "--format", "--demo",
        "--view",   "--palette",  "--ascii",  "--color", "--print-config", "--help",   "--version"};
    char *text = NULL;
    size_t length, lines = 0;
    FILE *out = open_memstream(&text, &length);
    options_print_help(out);
    fclose(out);
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++) {
        *end = '\0';
        assert_in_range(text_columns(line), 0, 80);
        *end = '\n';
    }
    assert_in_range(lines, 20, 60);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_non_null(strstr(text, names[i]));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_read__no_arguments__is_the_board),
        cmocka_unit_test(options_read__every_form__is_understood),
        cmocka_unit_test(options_read__mistakes__say_what_would_be_right),
        cmocka_unit_test(options_print_help__fits_on_a_page_and_names_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
