/* SPDX-License-Identifier: MIT */
#include "base/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define EXAMPLE "https://pbx.example.net"

/* A part of a parsed address as our own string; NULL if it has none. */
static char *part_of(CURLU *parsed, CURLUPart part)
{
    char *text = NULL;
    if (curl_url_get(parsed, part, &text, 0) != CURLUE_OK)
        return NULL;
    char *copy = mem_strdup(text);
    curl_free(text);
    return copy;
}

/* Does the address have this part? */
static bool has_part(CURLU *parsed, CURLUPart part)
{
    char *text = part_of(parsed, part);
    bool is_there = text != NULL;
    free(text);
    return is_there;
}

/* Is it a name or a number of this machine, judged by its text alone? */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
        return true;
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

/* Takes the brackets off an IPv6 address. */
static void strip_brackets(char *host)
{
    size_t length = strlen(host);
    if (length < 2 || host[0] != '[' || host[length - 1] != ']')
        return;
    memmove(host, host + 1, length - 2);
    host[length - 2] = '\0';
}

/* Is every byte visible ASCII, and the first one no dash? */
static bool is_plain(const char *text)
{
    if (text[0] == '-' || text[0] == '\0')
        return false;
    for (const char *at = text; *at; at++) {
        if (*at <= ' ' || *at > '~')
            return false;
    }
    return true;
}

/* Refuses what is no address. One that may hold a password is not quoted. */
static bool refuse(const char *text, struct error *error)
{
    if (strpbrk(text, "@?"))
        return error_set(error, ERROR_USAGE, "not an address; one looks like \"" EXAMPLE "\"");
    return error_set(error, ERROR_USAGE, "\"%s\" is not an address; one looks like \"" EXAMPLE "\"",
                     text);
}

/* Refuses what has no place in a server's address. */
static bool check_parts(CURLU *parsed, const char *text, struct error *error)
{
    if (has_part(parsed, CURLUPART_USER) || has_part(parsed, CURLUPART_PASSWORD))
        return error_set(error, ERROR_USAGE,
                         "an address holds no user or password (secrets have settings of their "
                         "own), like \"" EXAMPLE "\"");
    if (has_part(parsed, CURLUPART_QUERY) || strchr(text, '?') || strchr(text, '#'))
        return error_set(error, ERROR_USAGE,
                         "an address ends before '?' and '#', like \"" EXAMPLE "\"");
    char *port = part_of(parsed, CURLUPART_PORT);
    bool is_connectable = !port || strcmp(port, "0") != 0;
    free(port);
    if (!is_connectable)
        return error_set(error, ERROR_USAGE, "a port is 1 to 65535, as in \"" EXAMPLE ":8443\"");
    return true;
}

/* Fills in what is kept of a checked address. */
static bool keep_parts(struct url *url, CURLU *parsed, const char *text, struct error *error)
{
    char *scheme = part_of(parsed, CURLUPART_SCHEME);
    url->host = part_of(parsed, CURLUPART_HOST);
    url->base = part_of(parsed, CURLUPART_URL);
    bool is_web = scheme && (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);
    url->is_https = is_web && scheme[4] == 's';
    free(scheme);
    if (!is_web || !url->host || !url->base)
        return error_set(error, ERROR_USAGE,
                         "an address begins with https:// like \"" EXAMPLE "\"");
    /* libcurl has undone %XX in the host: what was plain text need not be any more. */
    if (!is_plain(url->host) || !is_plain(url->base))
        return refuse(text, error);
    strip_brackets(url->host);
    url->is_loopback = is_loopback(url->host);
    for (size_t length = strlen(url->base); length > 0 && url->base[length - 1] == '/'; length--)
        url->base[length - 1] = '\0';
    return true;
}

bool url_parse(struct url *url, const char *text, struct error *error)
{
    *url = (struct url){0};
    if (!is_plain(text))
        return refuse(text, error);
    CURLU *parsed = curl_url();
    if (!parsed)
        die("out of memory");
    bool is_right = curl_url_set(parsed, CURLUPART_URL, text, 0) == CURLUE_OK;
    if (!is_right)
        refuse(text, error);
    is_right = is_right && check_parts(parsed, text, error) && keep_parts(url, parsed, text, error);
    curl_url_cleanup(parsed);
    if (!is_right)
        url_clear(url);
    return is_right;
}

bool url_is_proxy(const char *text)
{
    static const char *const schemes[] = {"http",    "https",  "socks4",
                                          "socks4a", "socks5", "socks5h"};
    CURLU *parsed = curl_url();
    bool is_known = false;
    if (!parsed)
        die("out of memory");
    if (is_plain(text) &&
        curl_url_set(parsed, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_NO_AUTHORITY) ==
            CURLUE_OK) {
        char *scheme = part_of(parsed, CURLUPART_SCHEME);
        char *host = part_of(parsed, CURLUPART_HOST);
        for (size_t i = 0; scheme && host && i < sizeof schemes / sizeof *schemes; i++)
            is_known = is_known || (host[0] != '\0' && strcmp(scheme, schemes[i]) == 0);
        free(scheme);
        free(host);
    }
    curl_url_cleanup(parsed);
    return is_known;
}

void url_clear(struct url *url)
{
    free(url->base);
    free(url->host);
    *url = (struct url){0};
}

bool url_append_escaped(struct buffer *out, const char *text, const char *keep)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (const char *at = text; *at; at++) {
        bool is_kept = strchr(unreserved, *at) || strchr(keep, *at);
        if (!(is_kept ? buffer_append(out, at, 1)
                      : buffer_printf(out, "%%%02X", (unsigned)(unsigned char)*at)))
            return false;
    }
    return true;
}
