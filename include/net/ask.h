/* SPDX-License-Identifier: MIT */
/*
 * ask: which URL a page has: of the settings' server, of a part of its collection. Pure text.
 */
#ifndef BLFTOP_NET_ASK_H
#define BLFTOP_NET_ASK_H

#include <stdbool.h>

#include "base/buffer.h"
#include "config/settings.h"
#include "net/plan.h"
#include "net/walk.h"

/* Appends the URL of the page that a walk through a part is at. `extension`: the one that is asked
 * for by number, whatever the settings say; NULL for the settings' collection. */
bool ask_write(struct buffer *url, const struct server_settings *server, const char *extension,
               const struct plan_part *part, const struct walk *walk);

/* Do the settings name a collection that can be asked for by prefixes? It has no filter, or one
 * that is a prefix itself. */
bool ask_may_narrow(const struct server_settings *server);

#endif
