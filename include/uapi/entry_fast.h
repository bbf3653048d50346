/* SPDX-License-Identifier: MIT */
/*
 * entry_fast: an entry of the ordinary form, read without building a tree of it.
 *
 * Nearly every entry is an object of the documented members, once each, with texts in printable
 * ASCII without escapes and whole numbers (or texts that spell one): such a one is read in one
 * pass, in about a tenth of the time jansson takes. Anything else is left alone and is uapi/entry's
 * to decode: nothing is ever refused here, and what is taken reads as jansson would read it. For
 * use inside uapi only.
 */
#ifndef BLFTOP_UAPI_ENTRY_FAST_H
#define BLFTOP_UAPI_ENTRY_FAST_H

#include <stdbool.h>
#include <stddef.h>

#include "model/extension.h"

#define ENTRY_FAST_CONTACTS_MAX 8 /* of one entry */

/* Reads a slice. On success the caller owns the record; false if it is of no plain form, and then
 * nothing was touched. */
bool entry_fast_decode(struct extension *extension, const char *json, size_t length);

#endif
