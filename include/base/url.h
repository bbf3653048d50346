/* SPDX-License-Identifier: MIT */
/*
 * url: the server's address checked, and text escaped for URLs and forms.
 *
 * Parsing is libcurl's own (curl_url), so what is checked is what will be connected to.
 */
#ifndef BLFTOP_BASE_URL_H
#define BLFTOP_BASE_URL_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

struct url {
    char *base;       /* "https://host[:port][/path]", no slash at the end; owned */
    char *host;       /* as it is shown: no brackets, no port; owned */
    bool is_https;    /* otherwise http */
    bool is_loopback; /* localhost, 127.0.0.0/8 or ::1 by its text, nothing is resolved */
};

/* Reads http and https addresses. Refused, with the reason: another scheme, user or password,
 * query, fragment, no host, control bytes, a leading '-'. `http` itself is not judged here:
 * whether it is allowed is a setting. */
bool url_parse(struct url *url, const char *text, struct error *error)
    __attribute__((warn_unused_result));

/* Is it the address of a proxy that libcurl can use (http, https, socks4, socks5)? It may hold a
 * user and a password. */
bool url_is_proxy(const char *text);

/* Frees what url_parse filled. */
void url_clear(struct url *url);

/* Appends text percent-escaped (RFC 3986: all but unreserved characters), but for those in `keep`
 * ("" for none). */
bool url_append_escaped(struct buffer *out, const char *text, const char *keep);

#endif
