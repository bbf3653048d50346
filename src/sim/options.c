/* SPDX-License-Identifier: MIT */
#include "sim/options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sim/presence.h"
#include "uapi/token.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FIRST_CODE 256 /* what getopt_long returns for the first row, beyond any character */
#define STRINGIFY(number) #number
#define AS_TEXT(number) STRINGIFY(number)

enum option_kind {
    OPTION_FLAG,
    OPTION_NUMBER,
    OPTION_REAL,
    OPTION_TEXT,
    OPTION_FAULT,
};

/* One option. */
struct option_row {
    const char *name;
    const char *argument; /* as --help shows it; NULL: takes none */
    enum option_kind kind;
    size_t offset; /* into struct sim_options */
    double least, most;
    const char *help;
};

#define FIELD(name) offsetof(struct sim_options, name)

static const struct option_row rows[] = {
    {"port", "N", OPTION_NUMBER, FIELD(port), 0, 65535,
     "listen on this port (default 0: a free one, told on standard output)"},
    {"listen", "ADDRESS", OPTION_TEXT, FIELD(listen), 0, 0,
     "listen on this numeric address (default 127.0.0.1)"},
    {"cert", "FILE", OPTION_TEXT, FIELD(cert), 0, 0,
     "serve https with this certificate (PEM); needs --key"},
    {"key", "FILE", OPTION_TEXT, FIELD(key), 0, 0, "the certificate's private key (PEM)"},
    {"extensions", "N", OPTION_NUMBER, FIELD(extensions), 1, 200000,
     "size of the made-up fleet, 1 to 200000 (default 240)"},
    {"churn", "FRACTION", OPTION_REAL, FIELD(churn), 0, 1,
     "share of extensions that change in a second, 0 to 1 (default 0.002; 0: none ever)"},
    {"seed", "N", OPTION_NUMBER, FIELD(seed), 0, 9e15,
     "the same seed makes the same fleet live the same day (default 1)"},
    {"speed", "FACTOR", OPTION_REAL, FIELD(speed), 0.001, 1e6,
     "let the fleet's clock run this much faster (default 1)"},
    {"fleet", "FILE", OPTION_TEXT, FIELD(fleet), 0, 0,
     "serve the entries of this file, a List Presence answer, as they stand; it is read again "
     "whenever it changes"},
    {"token", "TOKEN", OPTION_TEXT, FIELD(token), 0, 0, "accept this token too; it never expires"},
    {"client", "ID:SECRET", OPTION_TEXT, FIELD(client), 0, 0,
     "the app that may ask for tokens (default demo:demo)"},
    {"token-life", "SECONDS", OPTION_NUMBER, FIELD(token_life_s), 1, 31536000,
     "how long a token lives (default 3600)"},
    {"delay", "MS", OPTION_NUMBER, FIELD(delay_ms), 0, 3600000,
     "answer this much later, milliseconds (default 0)"},
    {"page-cap", "N", OPTION_NUMBER, FIELD(page_cap), 1, 4999,
     "put at most N entries on a page, whatever count says"},
    {"fault", "NAME[:PROBABILITY]", OPTION_FAULT, FIELD(faults), 0, 0,
     "play this fault (FAULTS below), on each answer it is about or on some; may be given several "
     "times"},
    {"log", NULL, OPTION_FLAG, FIELD(log), 0, 0,
     "a line per request on standard error: method, target, status, bytes"},
    {"leash", NULL, OPTION_FLAG, FIELD(leash), 0, 0,
     "read the token from the first line of standard input, and end when that closes"},
    {"help", NULL, OPTION_FLAG, FIELD(help), 0, 0, "print this and exit; also -h"},
    {"version", NULL, OPTION_FLAG, FIELD(version), 0, 0, "print the version and exit; also -V"},
};

static const char help_head[] =
    "NAME\n"
    "    uapi-sim - a VoipNow presence server to try blftop against\n"
    "\n"
    "SYNOPSIS\n"
    "    uapi-sim [OPTION]...\n"
    "\n"
    "DESCRIPTION\n"
    "    Answers List Presence of the VoipNow UnifiedAPI for a made-up fleet of phones that ring,\n"
    "    talk, register, expire and vanish, or for the entries of a file. The first line on\n"
    "    standard output tells the address. It runs until SIGTERM or SIGINT.\n"
    "\n"
    "OPTIONS\n";

static const char help_tail[] =
    "\n"
    "RESOURCES\n"
    "    POST /oauth/token.php\n"
    "        a token for grant_type=client_credentials, client_id and client_secret\n"
    "    GET /uapi/extensions/USER/EXTENSION/presence\n"
    "        USER is @me, @viewer, @owner or " AS_TEXT(
        PRESENCE_USER_ID) "; EXTENSION is a number "
                          "(0003*210, or short 210)\n"
                          "        or @self. Parameters: count, startIndex, filterBy, filterOp, "
                          "filterValue, fields,\n"
                          "        sortOrder\n"
                          "    GET /sim/stats\n"
                          "        counters as JSON; needs no token\n"
                          "\n"
                          "EXIT STATUS\n"
                          "    0 ended by a signal or the leash; 2 usage, or a file that cannot be "
                          "used;\n"
                          "    3 cannot listen\n"
                          "\n"
                          "EXAMPLE\n"
                          "    uapi-sim --port 8080 --extensions 500 --token secret &\n"
                          "    curl -H 'Authorization: Bearer secret' \\\n"
                          "        "
                          "'http://127.0.0.1:8080/uapi/extensions/@me/@self/presence?count=5'\n";

/* Takes a whole number within a row's limits. */
static bool take_number(const struct option_row *row, const char *text, long *value,
                        struct error *error)
{
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    bool is_number = *text != '\0' && *end == '\0' && errno == 0;
    if (!is_number || (double)number < row->least || (double)number > row->most)
        return error_set(error, ERROR_USAGE, "--%s %s: takes a whole number from %.0f to %.0f",
                         row->name, text, row->least, row->most);
    *value = number;
    return true;
}

/* Takes a number with a fraction within a row's limits. */
static bool take_real(const struct option_row *row, const char *text, double *value,
                      struct error *error)
{
    char *end;
    double number = strtod(text, &end);
    bool is_number = *text != '\0' && *end == '\0' && isfinite(number);
    if (!is_number || number < row->least || number > row->most)
        return error_set(error, ERROR_USAGE, "--%s %s: takes a number from %g to %g", row->name,
                         text, row->least, row->most);
    *value = number;
    return true;
}

/* Stores one option's argument. */
static bool take_option(struct sim_options *options, const struct option_row *row, char *text,
                        struct error *error)
{
    void *field = (char *)options + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_NUMBER:
        return take_number(row, text, field, error);
    case OPTION_REAL:
        return take_real(row, text, field, error);
    case OPTION_TEXT:
        *(const char **)field = text;
        return true;
    case OPTION_FAULT:
        return faults_parse(field, text, error);
    }
    return false;
}

/* Do the options go together? */
static bool check(const struct sim_options *options, struct error *error)
{
    const char *colon = strchr(options->client, ':');
    if (colon == NULL || colon == options->client || colon[1] == '\0')
        return error_set(error, ERROR_USAGE, "--client: takes ID:SECRET");
    if ((options->cert != NULL) != (options->key != NULL))
        return error_set(error, ERROR_USAGE, "--cert and --key: need each other");
    if (options->leash && options->token != NULL)
        return error_set(error, ERROR_USAGE, "--leash and --token: both give the token");
    if (options->token != NULL && !token_is_sendable(options->token))
        return error_set(error, ERROR_USAGE, "--token: takes visible ASCII without blanks");
    return true;
}

/* Fills getopt's table from ours. */
static void fill_long_options(struct option long_options[COUNT_OF(rows) + 1])
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        long_options[i] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].kind == OPTION_FLAG ? no_argument : required_argument,
            .val = FIRST_CODE + (int)i,
        };
    long_options[COUNT_OF(rows)] = (struct option){0};
}

/* What is wrong with the argument that getopt stumbled over. */
static bool complain(int code, const char *argument, struct error *error)
{
    return error_set(error, ERROR_USAGE, "%s: %s (try uapi-sim --help)", argument,
                     code == ':' ? "needs an argument" : "no such option");
}

bool sim_options_parse(struct sim_options *options, int argc, char **argv, struct error *error)
{
    struct option long_options[COUNT_OF(rows) + 1];
    fill_long_options(long_options);
    *options = (struct sim_options){
        .listen = "127.0.0.1",
        .extensions = 240,
        .churn = 0.002,
        .seed = 1,
        .speed = 1,
        .client = "demo:demo",
        .token_life_s = 3600,
    };
    int code;
    optind = 0;
    while ((code = getopt_long(argc, argv, ":hV", long_options, NULL)) != -1) {
        if (code == 'h' || code == 'V')
            *(code == 'h' ? &options->help : &options->version) = true;
        else if (code < FIRST_CODE)
            return complain(code, argv[optind - 1], error);
        else if (!take_option(options, &rows[code - FIRST_CODE], optarg, error))
            return false;
    }
    if (optind < argc)
        return error_set(error, ERROR_USAGE, "%s: takes options only", argv[optind]);
    return check(options, error);
}

/* Prints help wrapped to the screen, indented by eight columns. */
static void print_wrapped(FILE *out, const char *text)
{
    const size_t width = 80;
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > width) {
            length = width;
            while (text[length] != ' ')
                length--;
        }
        fprintf(out, "        %.*s\n", (int)length, text);
        text += length;
        text += *text == ' ';
    }
}

/* Prints the faults there are. */
static void print_faults(FILE *out)
{
    fputs("\nFAULTS\n"
          "    The same --seed and the same requests meet the same faults. /sim/stats has none.\n",
          out);
    for (size_t i = 0; fault_name(i) != NULL; i++)
        fprintf(out, "    %-16s %s\n", fault_name(i), fault_help(i));
}

void sim_options_print_help(FILE *out)
{
    fputs(help_head, out);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool has_argument = rows[i].argument != NULL;
        fprintf(out, "    --%s%s%s\n", rows[i].name, has_argument ? " " : "",
                has_argument ? rows[i].argument : "");
        print_wrapped(out, rows[i].help);
    }
    print_faults(out);
    fputs(help_tail, out);
}
