/* SPDX-License-Identifier: MIT */
/*
 * access: what a source shows the server to be let in, and when it must get a new one.
 *
 * Either a ready token (from a file: read again once it is refused), or one that is got with client
 * credentials and renewed before its end. A renewal that fails is tried again after a back-off
 * while the old token still serves, and it is tried for as long as there is no other. Never asks by
 * itself: the source asks, one request at a time.
 */
#ifndef BLFTOP_NET_ACCESS_H
#define BLFTOP_NET_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "config/settings.h"
#include "net/fetch.h"
#include "uapi/token.h"

struct access {
    const struct server_settings *server; /* borrowed */
    struct token token;
    int64_t retry_ms;  /* a renewal is not tried before this */
    unsigned failures; /* of renewals, in a row */
    uint64_t births;   /* tokens there have been: which one a page was asked for with */
    bool has_credentials;
};

void access_init(struct access *access, const struct server_settings *server);
void access_clear(struct access *access);

/* Is there a token, and is its time not over? One whose time is over may still be let in. */
bool access_is_usable(const struct access *access);
bool access_is_fresh(const struct access *access, int64_t now);

/* Is it time to ask for a token? */
bool access_is_due(const struct access *access, int64_t now);

/* Appends the URL and the form of a token request. */
bool access_write_request(const struct access *access, struct buffer *url, struct buffer *form);

/* Takes the reply to a token request; its body is wiped. True: there is a token to go on with, the
 * new one or, after a failure (`error`, not NULL, tells), the old. `chance` in [0, 1). */
bool access_take_reply(struct access *access, struct fetch_reply *reply, int64_t now, double chance,
                       struct error *error);

/* The server refuses the token (401). True: it is dropped, and another is there or can be asked
 * for.
 */
bool access_drop(struct access *access);

/* Can there be another token than the one there is, without anybody starting the program anew? */
bool access_may_change(const struct access *access);

#endif
