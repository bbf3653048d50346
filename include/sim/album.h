/* SPDX-License-Identifier: MIT */
/*
 * album: a fleet read from a file in the form of a List Presence answer.
 *
 * The entries are served byte for byte, even those that nothing could decode, so that a test can
 * put anything before a client. The file is looked at on each request and read again when it has
 * changed; one that cannot be read or is no answer leaves the fleet as it was.
 */
#ifndef BLFTOP_SIM_ALBUM_H
#define BLFTOP_SIM_ALBUM_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"
#include "sim/fleet.h"

struct album {
    const char *path; /* borrowed */
    struct stat seen; /* the file as it was when it was last read */
    bool is_settled;  /* it had been left alone for a while when it was read */
    bool is_broken;   /* the last read failed, and that has been told */
};

/* An album that has read nothing. */
void album_init(struct album *album, const char *path);

/* Reads the file if it has changed. False, and the fleet untouched, if it could not be read; a
 * mistake that was told already sets no error again. */
bool album_refresh(struct album *album, struct fleet *fleet, struct error *error);

#endif
