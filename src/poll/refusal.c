/* SPDX-License-Identifier: MIT */
#include "poll/refusal.h"

#include "uapi/server_error.h"

bool refusal_is_lasting(long status)
{
    return status >= 300 && status < 500 && status != 401 && status != 408 && status != 429;
}

bool refusal_is_of_target(long status)
{
    return status == 400 || status == 403 || status == 404;
}

void refusal_explain(const struct http_reply *reply, const char *extension, const char *token,
                     struct error *error)
{
    server_error_explain(error, reply->status, reply->body.data, reply->body.length, token);
    if (extension != NULL)
        error_prefix(error, extension);
    if (reply->redirect[0] != '\0')
        error_prefix(error, reply->redirect);
}
