/* SPDX-License-Identifier: MIT */
/*
 * page_url: which URL a page has: of the settings' server, of a part of its collection. Pure text.
 */
#ifndef BLFTOP_POLL_PAGE_URL_H
#define BLFTOP_POLL_PAGE_URL_H

#include <stdbool.h>

#include "base/buffer.h"
#include "config/settings.h"
#include "poll/pager.h"
#include "poll/partition.h"

/* Appends the URL of the page that a walk through a part is at. `extension`: the one that is asked
 * for by number, whatever the settings say; NULL for the settings' collection. */
bool page_url_write(struct buffer *url, const struct server_settings *server, const char *extension,
                    const struct partition_part *part, const struct pager *pager);

/* Do the settings name a collection that can be asked for by prefixes? It has no filter, or one
 * that is a prefix itself. */
bool page_url_may_narrow(const struct server_settings *server);

#endif
