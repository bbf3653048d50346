/* SPDX-License-Identifier: MIT */
#include "net/ask.h"

#include <string.h>

#include "uapi/request.h"

/* Which part of the collection a page is asked of, if it is in parts. */
static void narrow_request(const struct plan_part *part, struct request *request)
{
    if (part->parent == PLAN_NONE)
        return;
    request->filter_by = REQUEST_FILTER_BY;
    request->filter_op = part->kind == PLAN_EXACT ? REQUEST_EQUALS : REQUEST_STARTS_WITH;
    request->filter_value = part->prefix;
}

bool ask_write(struct buffer *url, const struct server_settings *server, const char *extension,
               const struct plan_part *part, const struct walk *walk)
{
    struct request request = {
        .base = server->url.base,
        .user = server->user,
        .extension = extension != NULL ? extension : server->extension,
        .filter_by = server->filter_by,
        .filter_op = server->filter_op,
        .filter_value = extension != NULL ? NULL : server->filter,
        .fields = server->fields,
        .count = walk->count,
        .start_index = walk->start,
    };
    narrow_request(part, &request);
    return request_write(url, &request);
}

bool ask_may_narrow(const struct server_settings *server)
{
    bool is_prefix =
        server->filter == NULL || (strcmp(server->filter_by, REQUEST_FILTER_BY) == 0 &&
                                   strcmp(server->filter_op, REQUEST_STARTS_WITH) == 0);
    return is_prefix && strcmp(server->extension, REQUEST_SELF) == 0;
}
