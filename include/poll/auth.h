/* SPDX-License-Identifier: MIT */
/*
 * auth: what a source shows the server to be let in, and when it must get a new one.
 *
 * Either a ready token (from a file: read again once it is refused), or one that is got with client
 * credentials and renewed before its end. A renewal that fails is tried again after a back-off
 * while the old token still serves, and it is tried for as long as there is no other. Never asks by
 * itself: the source asks, one request at a time.
 */
#ifndef BLFTOP_POLL_AUTH_H
#define BLFTOP_POLL_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "config/settings.h"
#include "http/client.h"
#include "uapi/token.h"

struct auth {
    const struct server_settings *server; /* borrowed */
    struct token token;
    int64_t retry_ms;    /* a renewal is not tried before this */
    unsigned failures;   /* of renewals, in a row */
    uint64_t generation; /* tokens there have been: which one a page was asked for with */
    bool has_credentials;
};

void auth_init(struct auth *access, const struct server_settings *server);
void auth_clear(struct auth *access);

/* Is there a token, and is its time not over? One whose time is over may still be let in. */
bool auth_is_usable(const struct auth *access);
bool auth_is_fresh(const struct auth *access, int64_t now);

/* Is it time to ask for a token? */
bool auth_is_due(const struct auth *access, int64_t now);

/* Appends the URL and the form of a token request. */
bool auth_write_request(const struct auth *access, struct buffer *url, struct buffer *form);

/* Takes the reply to a token request; its body is wiped. True: there is a token to go on with, the
 * new one or, after a failure (`error`, not NULL, tells), the old. `chance` in [0, 1). */
bool auth_take_reply(struct auth *access, struct http_reply *reply, int64_t now, double chance,
                     struct error *error);

/* The server refuses the token (401). True: it is dropped, and another is there or can be asked
 * for.
 */
bool auth_invalidate(struct auth *access);

/* Can there be another token than the one there is, without anybody starting the program anew? */
bool auth_may_change(const struct auth *access);

#endif
