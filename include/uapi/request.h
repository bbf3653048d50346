/* SPDX-License-Identifier: MIT */
/*
 * request: what blftop asks of a VoipNow server, as URLs.
 *
 * GET BASE/uapi/extensions/{userId}/{extension}/presence with count, startIndex, filterBy,
 * filterOp, filterValue and fields (VoipNow UnifiedAPI, "List presence"). sortOrder is never sent:
 * the versions disagree on its values. A token is never part of a URL. Pure text.
 */
#ifndef BLFTOP_UAPI_REQUEST_H
#define BLFTOP_UAPI_REQUEST_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

#define REQUEST_COUNT_MAX 4999 /* "lower than 5000" */
#define REQUEST_START_MAX 4999
#define REQUEST_SELF "@self" /* all extensions of the user */
#define REQUEST_FILTER_BY "extension"
#define REQUEST_STARTS_WITH "startsWith"
#define REQUEST_EQUALS "equals"

/* All strings borrowed. */
struct request {
    const char *base;         /* "https://host", no slash at the end */
    const char *user;         /* "@me", "@viewer", "@owner" or a numeric id */
    const char *extension;    /* an extended number, or REQUEST_SELF */
    const char *filter_by;    /* with filter_value: "extension" */
    const char *filter_op;    /* "contains", "equals", "startsWith", "present", "inArray" */
    const char *filter_value; /* NULL: no filter is sent */
    const char *fields;       /* "extension,status"; NULL: everything */
    long count;               /* 1..REQUEST_COUNT_MAX */
    long start_index;         /* 0..REQUEST_START_MAX */
};

/* Appends the URL. '@' and '*' stay as they are, as in the vendor's own example. */
bool request_write(struct buffer *url, const struct request *request);

/* Do user and extension have a form the server knows? On a mistake, what would be right. */
bool request_check_user(const char *user, struct error *error);
bool request_check_extension(const char *extension, struct error *error);

/* Is every comma separated field one of extension, status, registration, and extension among
 * them? (Without it no row could be told from another.) */
bool request_check_fields(const char *fields, struct error *error);

/* Is it a filterOp the server knows? */
bool request_check_filter_op(const char *filter_op, struct error *error);

#endif
