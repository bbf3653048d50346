/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "config/options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/did_you_mean.h"

#define INTERVAL_LEAST_S 1.0
#define INTERVAL_MOST_S 86400.0

typedef bool (*take_fn)(struct options *options, const char *argument, struct error *error);

/* One option: how it is written, what it takes, what it does, how help tells it. */
struct option_row {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: none */
    take_fn take;
    const char *help;
};

/* Finds a word in a NULL-terminated list; -1 with the list if it is not there. */
static int find_word(const char *word, const char *const *words, const char *option,
                     struct error *error)
{
    char list[128] = "";
    for (int i = 0; words[i]; i++) {
        if (strcmp(word, words[i]) == 0)
            return i;
        size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    error_set(error, ERROR_USAGE, "%s takes one of %s, not \"%s\"", option, list, word);
    return -1;
}

/* Chooses what the program does. */
static bool set_mode(struct options *options, enum option_mode mode)
{
    options->mode = mode;
    options->is_mode_given = true;
    return true;
}

/* -f, --config */
static bool take_config(struct options *options, const char *argument, struct error *error)
{
    options->config = argument;
    if (argument[0] == '\0')
        return error_set(error, ERROR_USAGE, "--config takes the path of a settings file");
    return true;
}

/* -n, --interval */
static bool take_interval(struct options *options, const char *argument, struct error *error)
{
    char *end;
    double seconds = strtod(argument, &end);
    if (end == argument || *end != '\0' || argument[strspn(argument, "0123456789.")] != '\0' ||
        !(seconds >= INTERVAL_LEAST_S && seconds <= INTERVAL_MOST_S))
        return error_set(error, ERROR_USAGE, "--interval takes 1 to 86400 seconds, not \"%s\"",
                         argument);
    options->interval_ms = llround(seconds * 1000);
    return true;
}

/* -F, --filter */
static bool take_filter(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->filter = argument;
    return true;
}

/* -s, --sort */
static bool take_sort(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->sort = argument;
    return true;
}

/* -1, --once */
static bool take_once(struct options *options, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return set_mode(options, MODE_ONCE);
}

/* --format, which only makes sense once */
static bool take_format(struct options *options, const char *argument, struct error *error)
{
    static const char *const words[] = {"text", "json", "csv", NULL};
    int format = find_word(argument, words, "--format", error);
    if (format < 0)
        return false;
    options->format = (enum option_format)format;
    return set_mode(options, MODE_ONCE);
}

/* --view */
static bool take_view(struct options *options, const char *argument, struct error *error)
{
    static const char *const words[] = {"lamps", "table", "servers", NULL};
    options->view = argument;
    return find_word(argument, words, "--view", error) >= 0;
}

/* --palette */
static bool take_palette(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->palette = argument;
    return true;
}

/* --log */
static bool take_log(struct options *options, const char *argument, struct error *error)
{
    options->log = argument;
    if (argument[0] == '\0' || strcmp(argument, "-") == 0)
        return error_set(error, ERROR_USAGE,
                         "--log takes the path of a file to append to (/dev/stderr is one)");
    return true;
}

/* --ascii */
static bool take_ascii(struct options *options, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return options->ascii = true;
}

/* --color */
static bool take_color(struct options *options, const char *argument, struct error *error)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int color = find_word(argument, words, "--color", error);
    if (color >= 0)
        options->color = (enum option_color)color;
    return color >= 0;
}

/* --demo */
static bool take_demo(struct options *options, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return options->demo = true;
}

/* --print-config */
static bool take_print_config(struct options *options, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return set_mode(options, MODE_PRINT_CONFIG);
}

/* -h, --help */
static bool take_help(struct options *options, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return set_mode(options, MODE_HELP);
}

/* -V, --version */
static bool take_version(struct options *options, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return set_mode(options, MODE_VERSION);
}

static const struct option_row rows[] = {
    {"config", 'f', "FILE", take_config, "read these settings"},
    {"demo", 0, NULL, take_demo, "run against a bundled simulator"},
    {"interval", 'n', "SECONDS", take_interval, "poll every SECONDS (1-86400, default 5)"},
    {"filter", 'F', "QUERY", take_filter, "only extensions that match (see below)"},
    {"sort", 's', "KEYS", take_sort, "e.g. severity,extension or -for"},
    {"view", 0, "VIEW", take_view, "lamps, table or servers"},
    {"palette", 0, "NAME", take_palette, "default, noc, cb (colour-blind) or mono"},
    {"ascii", 0, NULL, take_ascii, "draw with ASCII only"},
    {"color", 0, "WHEN", take_color, "always, auto or never (NO_COLOR is heeded)"},
    {"once", '1', NULL, take_once, "print once and end, as when output is not a terminal"},
    {"format", 0, "FORM", take_format, "text, json or csv (with --once)"},
    {"log", 0, "FILE", take_log, "append what happens to FILE (SIGUSR1 opens it anew)"},
    {"print-config", 0, NULL, take_print_config, "print the settings in effect, secrets masked"},
    {"help", 'h', NULL, take_help, "print this"},
    {"version", 'V', NULL, take_version, "print the version"},
};

#define ROW_COUNT (sizeof rows / sizeof *rows)
#define LONG_BASE 256 /* above every option letter */

/* Fills in what getopt_long wants to know. */
static void describe(struct option long_options[static ROW_COUNT + 1],
                     char letters[static 2 * ROW_COUNT + 2])
{
    size_t at = 0;
    letters[at++] = ':';
    for (size_t i = 0; i < ROW_COUNT; i++) {
        long_options[i] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].argument ? required_argument : no_argument,
            .val = LONG_BASE + (int)i,
        };
        if (rows[i].letter) {
            letters[at++] = rows[i].letter;
            if (rows[i].argument)
                letters[at++] = ':';
        }
    }
    letters[at] = '\0';
    long_options[ROW_COUNT] = (struct option){0};
}

/* The row of what getopt_long has returned; NULL for a mistake. */
static const struct option_row *find_row(int found)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (found == LONG_BASE + (int)i || (rows[i].letter && found == rows[i].letter))
            return &rows[i];
    }
    return NULL;
}

/* The option that a wrong one was meant to be: one that begins so, else the nearest. */
static const char *find_meant(const char *name)
{
    const char *known[ROW_COUNT];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        known[i] = rows[i].name;
        if (strncmp(rows[i].name, name, strlen(name)) == 0)
            return rows[i].name;
    }
    return did_you_mean(name, known, ROW_COUNT);
}

/* Tells what was wrong with the word that getopt_long stumbled over. */
static bool refuse(int found, const char *word, struct error *error)
{
    char name[64];
    const struct option_row *row = find_row(optopt);
    if (found == ':' && row)
        return error_set(error, ERROR_USAGE, "--%s takes %s; try --help", row->name, row->argument);
    if (row)
        return error_set(error, ERROR_USAGE, "--%s takes no value; try --help", row->name);
    if (optopt > 0)
        return error_set(error, ERROR_USAGE, "unknown option \"-%c\"; try --help", optopt);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    return error_set(error, ERROR_USAGE,
                     "unknown option \"--%s\"; did you mean --%s? (--help lists them)", name,
                     find_meant(name));
}

bool options_read(struct options *options, int argc, char **argv, struct error *error)
{
    struct option long_options[ROW_COUNT + 1];
    char letters[2 * ROW_COUNT + 2];
    int found;
    *options = (struct options){.mode = MODE_BOARD};
    describe(long_options, letters);
    opterr = 0;
    optind = 0; /* starts anew, in glibc and in musl */
    while ((found = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
        const struct option_row *row = find_row(found);
        if (!row)
            return refuse(found, argv[optind - 1], error);
        if (!row->take(options, optarg, error))
            return false;
        if (options->mode == MODE_HELP || options->mode == MODE_VERSION)
            return true;
    }
    options->extensions = (const char *const *)&argv[optind];
    options->extension_count = (size_t)(argc - optind);
    return true;
}

void options_print_help(FILE *out)
{
    fputs("Usage: blftop [OPTION]... [EXTENSION]...\n"
          "Shows the presence and registration of a VoipNow server's extensions as lamps.\n\n"
          "  blftop                       every extension of the server in the settings\n"
          "  blftop 0003*210              the whole story of one phone\n"
          "  blftop --once 0003*210       the same, printed\n"
          "  blftop --once --format json  everything, for programs\n"
          "  blftop --demo                no server at hand: try it on a simulated one\n\n"
          "Options:\n",
          out);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char name[40];
        snprintf(name, sizeof name, "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
        if (rows[i].letter)
            fprintf(out, "  -%c, %-20s %s\n", rows[i].letter, name, rows[i].help);
        else
            fprintf(out, "      %-20s %s\n", name, rows[i].help);
    }
    fputs("\nA filter's terms all have to hold: front  !yealink  lamp:busy,ringing  ext:0003\n"
          "  agent:…  name:…  server:…  reg:expired  problem  for>10m  expires<60s  ~regex\n\n"
          "Settings: --config, else $BLFTOP_CONFIG, else ~/.config/blftop/blftop.conf, else\n"
          "  " SYSCONFDIR
          "/blftop.conf. No option takes a secret; BLFTOP_TOKEN holds a ready token.\n\n"
          "Exit codes: 0 done, 1 could not be written, 2 usage or settings, 3 unreachable,\n"
          "  4 refused, 5 not understood.\n"
          "Memory: 0.3 to 0.4 kB an extension, up to 38 MB for 100,000.\n"
          "On the board, ? lists the keys.\n",
          out);
}

void options_print_version(FILE *out)
{
    fputs("blftop " PACKAGE_VERSION "\n", out);
}
