/* SPDX-License-Identifier: MIT */
/*
 * options: the command line of uapi-sim.
 *
 * One table holds each option's name, kind, limits and help, so that --help cannot disagree with
 * what is accepted. Reads no file and starts nothing.
 */
#ifndef BLFTOP_SIM_OPTIONS_H
#define BLFTOP_SIM_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "sim/fault.h"

/* All strings borrowed from argv. */
struct sim_options {
    long port;          /* 0: the kernel chooses */
    const char *listen; /* a numeric address */
    long extensions;
    double churn; /* share of extensions that change in a second */
    long seed;
    double speed; /* simulated seconds in a second */
    const char *fleet;
    const char *token;
    const char *client; /* "ID:SECRET" */
    long token_life_s;
    const char *cert;
    const char *key;
    long delay_ms;
    long page_cap; /* entries; 0: none */
    struct faults faults;
    bool log;
    bool leash;
    bool help;
    bool version;
};

/* Reads the command line over the defaults. */
bool sim_options_parse(struct sim_options *options, int argc, char **argv, struct error *error)
    __attribute__((warn_unused_result));

/* Prints what --help prints. */
void sim_options_print_help(FILE *out);

#endif
