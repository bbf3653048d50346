/* SPDX-License-Identifier: MIT */
#include "sim/message.h"

#include <assert.h>

#include "sim/json_write.h"

void reply_init(struct reply *reply)
{
    *reply = (struct reply){.status = REPLY_OK, .content_type = "application/json; charset=utf-8"};
    buffer_init(&reply->body, 0);
}

void reply_clear(struct reply *reply)
{
    buffer_clear(&reply->body);
    reply->header_count = 0;
}

void reply_add_header(struct reply *reply, const char *name, const char *value)
{
    assert(reply->header_count < REPLY_HEADERS_MAX);
    reply->headers[reply->header_count++] = (struct reply_header){.name = name, .value = value};
}

void reply_fail(struct reply *reply, enum reply_status status, const char *code,
                const char *message)
{
    reply->status = status;
    buffer_reset(&reply->body);
    buffer_puts(&reply->body, "{\"error\":{\"code\":");
    json_write_put_string(&reply->body, code);
    buffer_puts(&reply->body, ",\"message\":");
    json_write_put_string(&reply->body, message);
    buffer_puts(&reply->body, "}}");
}

void reply_fail_oauth(struct reply *reply, enum reply_status status, const char *code,
                      const char *description)
{
    reply->status = status;
    buffer_reset(&reply->body);
    buffer_puts(&reply->body, "{\"error\":");
    json_write_put_string(&reply->body, code);
    buffer_puts(&reply->body, ",\"error_description\":");
    json_write_put_string(&reply->body, description);
    buffer_puts(&reply->body, "}");
}
