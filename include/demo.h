/* SPDX-License-Identifier: MIT */
/*
 * demo: a uapi-sim of our own as a child, for people without a server.
 *
 * Starts it on a free loopback port with a random token that goes through a pipe (never through
 * argv or the environment). The child ends when our end of that pipe closes, so it ends whatever
 * happens to us.
 */
#ifndef BLFTOP_DEMO_H
#define BLFTOP_DEMO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "config/settings.h"

struct demo {
    pid_t child; /* 0: none */
    int leash;   /* write end of the child's standard input */
};

/* Starts the child and adds it to the settings as server "demo". */
bool demo_start(struct demo *demo, struct settings *settings, struct error *error)
    __attribute__((warn_unused_result));

/* Ends the child and waits for it. */
void demo_stop(struct demo *demo);

#endif
