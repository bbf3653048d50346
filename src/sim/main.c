/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/signals.h"
#include "sim/options.h"
#include "sim/server.h"
#include "sim/state.h"
#include "uapi/token.h"

#define NO_LEASH (-1)

/* Reads the token on the leash: the first line, byte by byte, so that nothing after it is lost. */
static bool read_token(char *token, size_t size, struct error *error)
{
    size_t length = 0;
    ssize_t got = 0;
    char byte = '\0';
    while (length + 1 < size && (got = read(STDIN_FILENO, &byte, 1)) == 1 && byte != '\n')
        token[length++] = byte;
    token[length] = '\0';
    if (got != 1 || byte != '\n' || !token_is_sendable(token))
        return error_set(error, ERROR_USAGE,
                         "--leash: the first line of standard input is no token");
    return true;
}

/* Tells where the server is, and serves. */
static bool serve(const struct sim_options *options, struct sim_state *world, struct error *error)
{
    struct sim_server *server = sim_server_start(options, world, error);
    if (server == NULL)
        return false;
    printf("uapi-sim: listening on %s\n", sim_server_url(server));
    bool is_told = fflush(stdout) == 0;
    if (is_told)
        sim_server_run(server, options->leash ? STDIN_FILENO : NO_LEASH);
    else
        error_set(error, ERROR_USAGE, "standard output: %s", strerror(errno));
    sim_server_stop(server);
    return is_told;
}

/* Lets a world begin and end around the server. */
static bool run(const struct sim_options *asked, struct error *error)
{
    char token[TOKEN_BYTES_MAX + 1] = "";
    struct sim_options whole = *asked;
    const struct sim_options *options = &whole;
    if (asked->leash) {
        if (!read_token(token, sizeof token, error))
            return false;
        whole.token = token;
    }
    struct sim_state *world = mem_new(1, sizeof *world);
    signals_open(false);
    bool is_good =
        sim_state_begin(world, options, clock_read(), error) && serve(options, world, error);
    signals_close();
    sim_state_clear(world);
    free(world);
    mem_wipe(token, sizeof token);
    return is_good;
}

/* Prints what --help or --version asks for; false if neither was given. */
static bool print_about(const struct sim_options *options)
{
    if (options->help)
        sim_options_print_help(stdout);
    else if (options->version)
        puts("uapi-sim " PACKAGE_VERSION);
    return options->help || options->version;
}

/* uapi-sim. */
int main(int argc, char **argv)
{
    struct sim_options options;
    struct error error = {0};
    bool is_good = sim_options_parse(&options, argc, argv, &error) &&
                   (print_about(&options) || run(&options, &error));
    if (is_good)
        return EXIT_SUCCESS;
    fprintf(stderr, "uapi-sim: %s\n", error.text);
    return (int)error.kind;
}
