/* SPDX-License-Identifier: MIT */
#include "poll/page_url.h"

#include <string.h>

#include "uapi/request.h"

/* Which part of the collection a page is asked of, if it is in parts. */
static void narrow_request(const struct partition_part *part, struct request *request)
{
    if (part->parent == PARTITION_NONE)
        return;
    request->filter_by = REQUEST_FILTER_BY;
    request->filter_op = part->kind == PART_EXACT ? REQUEST_EQUALS : REQUEST_STARTS_WITH;
    request->filter_value = part->prefix;
}

bool page_url_write(struct buffer *url, const struct server_settings *server, const char *extension,
                    const struct partition_part *part, const struct pager *pager)
{
    struct request request = {
        .base = server->url.base,
        .user = server->user,
        .extension = extension != NULL ? extension : server->extension,
        .filter_by = server->filter_by,
        .filter_op = server->filter_op,
        .filter_value = extension != NULL ? NULL : server->filter,
        .fields = server->fields,
        .count = pager->count,
        .start_index = pager->start,
    };
    narrow_request(part, &request);
    return request_write(url, &request);
}

bool page_url_may_narrow(const struct server_settings *server)
{
    bool is_prefix =
        server->filter == NULL || (strcmp(server->filter_by, REQUEST_FILTER_BY) == 0 &&
                                   strcmp(server->filter_op, REQUEST_STARTS_WITH) == 0);
    return is_prefix && strcmp(server->extension, REQUEST_SELF) == 0;
}
