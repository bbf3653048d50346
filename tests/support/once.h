/* SPDX-License-Identifier: MIT */
/*
 * once: blftop run to its end without a terminal: settings, a simulator, and what came of a run.
 *
 * Every run is checked for the two secrets and for orders to terminals, as program does. Functions
 * fail the running cmocka test where something is not as it must be.
 */
#ifndef BLFTOP_TESTS_SUPPORT_ONCE_H
#define BLFTOP_TESTS_SUPPORT_ONCE_H

#include <jansson.h>
#include <stddef.h>

#include "base/buffer.h"
#include "support/program.h"
#include "support/secret_scanner.h"

#define ONCE_CANARY CANARY /* both hold it, and nothing else in a test does */
#define ONCE_TOKEN ONCE_CANARY "~Token|.7"
#define ONCE_SECRET ONCE_CANARY "-Secret-8"
#define ONCE_CLIENT "once-app"

#define ONCE_READY "token = \"" ONCE_TOKEN "\";"
#define ONCE_CREDENTIALS "client_id = \"" ONCE_CLIENT "\"; client_secret = \"" ONCE_SECRET "\";"

struct once {
    struct simulator simulator;
    char *folder;
    char *config;
    const char *const *environment; /* borrowed; more NAME=VALUE for blftop, or NULL */

    /* Of the last run. */
    struct program program;
    int status; /* wait status */
    struct buffer out;
    struct buffer err;
    json_t *json;
};

/* Makes the folder; nothing runs yet. */
void once_open(struct once *once);

/* Opens, starts a simulator that takes both secrets, with more options (NULL-terminated, or
 * NULL), and writes settings for it with the token. */
void once_open_simulator(struct once *once, const char *const *options);

/* Ends the simulator, removes the folder. */
void once_close(struct once *once);

/* Starts the simulator, as above, with the folder open already. */
void once_start_simulator(struct once *once, const char *const *options);

/* Writes the settings file. */
void once_configure(struct once *once, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes settings for a server on this port of 127.0.0.1, asked with the token. */
void once_configure_port(struct once *once, int port);

/* Runs blftop with these settings and more arguments, up to NULL. */
void once_run(struct once *once, ...) __attribute__((sentinel));

/* The same in two steps, to look at it while it runs. */
void once_start(struct once *once, ...) __attribute__((sentinel));
void once_finish(struct once *once);

/* Runs any program and takes what it writes. */
void once_run_program(struct once *once, const char *const *argv);

/* What was written, never NULL. */
const char *once_out(const struct once *once);
const char *once_err(const struct once *once);

/* The last run ended with 0 and wrote nothing to standard error. */
void once_assert_success(const struct once *once);

/* It ended with this code and told these words on standard error. */
void once_assert_failure(const struct once *once, int code, const char *words);

/* A text holds another. */
void once_assert_holds(const char *text, const char *part);

/* What was written as JSON (valid until the next run): version 1, and counts and total fit the
 * rows. */
json_t *once_json(struct once *once);

/* Its rows, and a text of one of them. */
json_t *once_rows(struct once *once);
const char *once_row_text(struct once *once, size_t index, const char *key);

/* Writes a fleet of `count` extensions "0001*0000"... in every state, and returns its path, valid
 * until the next file is written. */
const char *once_write_fleet(const struct once *once, const char *name, int count);

#endif
