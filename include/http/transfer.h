/* SPDX-License-Identifier: MIT */
/*
 * transfer: one HTTP transfer, which is one libcurl easy handle with every option set.
 *
 * Hides the easy interface: what is set, what came of it, and why it failed in plain words. For
 * fetch alone, which owns the multi handle that runs them. libcurl's types stay out of this header.
 */
#ifndef BLFTOP_HTTP_TRANSFER_H
#define BLFTOP_HTTP_TRANSFER_H

#include <stdbool.h>

#include "http/client.h"

#define TRANSFER_DETAIL_MAX 256 /* CURL_ERROR_SIZE */

struct transfer {
    void *easy; /* libcurl's handle, owned */
    struct transfer *next;
    const struct http_endpoint *endpoint; /* of the last request; may be long gone */
    void *headers;                        /* owned list of what is sent */
    char *form;                           /* owned secret while it is sent */
    struct http_reply reply;
    bool is_too_large;
    char detail[TRANSFER_DETAIL_MAX]; /* libcurl's own words for a failure */
};

/* A transfer that is not used yet. Never NULL. */
struct transfer *transfer_new(void);
void transfer_free(struct transfer *transfer);

/* Sets every option for a request. False, with the reply's error set, if libcurl refuses one: such
 * a transfer must not start. */
bool transfer_prepare(struct transfer *transfer, const struct http_request *request);

/* Fills in the reply of a transfer that ended with libcurl's `code`. */
void transfer_conclude(struct transfer *transfer, int code);

/* Forgets the request and its secrets, so that the handle can be used again. */
void transfer_reset(struct transfer *transfer);

#endif
