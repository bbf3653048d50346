/* SPDX-License-Identifier: MIT */
/*
 * entry: one entry of a page decoded into a record.
 *
 * A slice of the ordinary form is read as it stands (uapi/plain). jansson decodes any other
 * strictly; if it will not, the slice alone is repaired (uapi/repair) and decoded again, the last
 * of duplicate members winning, so that one bad phone harms one row. Texts become safe here.
 * Numbers come as numbers or as strings; a wrong or missing field is "unknown", never 0 and never a
 * lost row, and unknown fields are ignored.
 */
#ifndef BLFTOP_UAPI_ENTRY_H
#define BLFTOP_UAPI_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/extension.h"

#define ENTRY_NUMBER_MAX 64        /* bytes of safe text kept of an extension's number */
#define ENTRY_AGENT_MAX 256        /* bytes of safe text kept of a User-Agent */
#define ENTRY_REGISTRATIONS_MAX 64 /* contacts kept of one extension */

/* jansson takes up to 78 times a text's size in memory and recurses on nesting, so what is
 * longer than a phone's entry ever is gets counted before it is decoded. */
#define ENTRY_LOOK_BYTES 512    /* shorter slices are decoded without a look */
#define ENTRY_VALUES_MAX 100000 /* values, members and brackets in one entry */

/* Decodes one slice. On success the caller owns the record (extension_clear). False if it is not
 * an object with an extension number, even after repair. */
bool entry_decode(struct extension *extension, const char *json, size_t length, struct error *error)
    __attribute__((warn_unused_result));

#endif
