/* SPDX-License-Identifier: MIT */
/*
 * diagnosis: what an extension's registration means, in one sentence, and how long it is overdue.
 *
 * A pure function of a record and a time.
 */
#ifndef BLFTOP_MODEL_DIAGNOSIS_H
#define BLFTOP_MODEL_DIAGNOSIS_H

#include "model/extension.h"

/* One plain sentence (ASCII), for the customer on the line: what the lamp means for calls. */
void extension_describe(const struct extension *extension, char *out, size_t size);

/* A sentence to stand behind it, with a blank before it: that a registration is overdue by a minute
 * or more (extension_overdue_s). Empty if there is none to say. */
void extension_write_overdue(const struct extension *extension, int64_t unix_s, char *out,
                             size_t size);

#endif
