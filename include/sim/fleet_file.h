/* SPDX-License-Identifier: MIT */
/*
 * fleet_file: a fleet read from a file in the form of a List Presence answer.
 *
 * The entries are served byte for byte, even those that nothing could decode, so that a test can
 * put anything before a client. The file is looked at on each request and read again when it has
 * changed; one that cannot be read or is no answer leaves the fleet as it was.
 */
#ifndef BLFTOP_SIM_FLEET_FILE_H
#define BLFTOP_SIM_FLEET_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"
#include "sim/fleet.h"

struct fleet_file {
    const char *path; /* borrowed */
    struct stat seen; /* the file as it was when it was last read */
    bool is_settled;  /* it had been left alone for a while when it was read */
    bool is_broken;   /* the last read failed, and that has been told */
};

/* An album that has read nothing. */
void fleet_file_init(struct fleet_file *album, const char *path);

/* Reads the file if it has changed. False, and the fleet untouched, if it could not be read; a
 * mistake that was told already sets no error again. */
bool fleet_file_refresh(struct fleet_file *album, struct fleet *fleet, struct error *error);

#endif
