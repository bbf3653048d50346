/* SPDX-License-Identifier: MIT */
/*
 * Server addresses and what is escaped into them: an address that is taken holds nothing that was
 * to be refused and reads back as itself; escaped text is plain ASCII and decodes to what it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run as a crash would. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Is it text without blanks, controls, query, fragment or a user? */
static void check_base(const struct url *url)
{
    const char *scheme = url->is_https ? "https://" : "http://";
    require(strncmp(url->base, scheme, strlen(scheme)) == 0);
    for (const char *at = url->base; *at != '\0'; at++)
        require((unsigned char)*at > ' ' && *at != 0x7F);
    require(strpbrk(url->base, "?#") == NULL);
    const char *host = url->base + strlen(scheme);
    require(memchr(host, '@', strcspn(host, "/")) == NULL);
    require(url->base[strlen(url->base) - 1] != '/');
    require(url->host[0] != '\0');
}

/* Reads an address, and what was read again. */
static void check_address(const char *text)
{
    struct url url, again;
    struct error error = {.kind = ERROR_NONE};
    if (!url_parse(&url, text, &error)) {
        require(error_is_set(&error) && error.text[0] != '\0');
        return;
    }
    require(!error_is_set(&error));
    check_base(&url);
    bool is_read = url_parse(&again, url.base, NULL);
    require(is_read && strcmp(again.base, url.base) == 0 && strcmp(again.host, url.host) == 0);
    require(again.is_https == url.is_https && again.is_loopback == url.is_loopback);
    url_clear(&again);
    url_clear(&url);
}

/* The value of a hexadecimal digit. */
static unsigned digit_of(char digit)
{
    require((digit >= '0' && digit <= '9') || (digit >= 'A' && digit <= 'F'));
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'A' + 10);
}

/* Escapes a text and takes the escapes off again. */
static void check_escape(const char *text)
{
    struct buffer escaped;
    buffer_init(&escaped, 0);
    bool is_written = url_append_escaped(&escaped, text, "*");
    require(is_written && escaped.length >= strlen(text));
    const char *from = text;
    for (size_t at = 0; at < escaped.length; at++, from++) {
        char byte = escaped.data[at];
        if (byte == '%') {
            require(at + 2 < escaped.length);
            byte = (char)(digit_of(escaped.data[at + 1]) * 16 + digit_of(escaped.data[at + 2]));
            at += 2;
        } else {
            require((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                    (byte >= 'a' && byte <= 'z') || strchr("-._~*", byte) != NULL);
        }
        require(byte == *from);
    }
    require(*from == '\0');
    buffer_clear(&escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    check_address(text);
    check_escape(text);
    (void)url_is_proxy(text);
    free(text);
    return 0;
}
