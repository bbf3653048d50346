/* SPDX-License-Identifier: MIT */
#include "long/soak_answer.h"

#include <string.h>
#include <sys/socket.h>

void soak_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

void soak_send_answer(int fd, const char *status, const char *headers, const struct buffer *body,
                      size_t missing)
{
    struct buffer answer;
    size_t length = body != NULL ? body->length : 0;
    buffer_init(&answer, 0);
    buffer_printf(&answer, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s", status, headers);
    if (strncmp(status, "204", 3) != 0)
        buffer_printf(&answer, "Content-Length: %zu\r\n", length);
    buffer_puts(&answer, "\r\n");
    if (length > missing)
        buffer_append(&answer, body->data, length - missing);
    soak_send(fd, answer.data, answer.length);
    buffer_clear(&answer);
}

void soak_send_text(int fd, const char *status, const char *headers, const char *text)
{
    struct buffer body;
    buffer_init(&body, 0);
    buffer_puts(&body, text);
    soak_send_answer(fd, status, headers, &body, 0);
    buffer_clear(&body);
}

void soak_write_wrong_types(struct buffer *body)
{
    buffer_puts(body, "{\"startIndex\":\"x\",\"totalResults\":[],\"itemsPerPage\":{},\"entry\":["
                      "{\"extension\":{},\"status\":[]},7,null,\"x\",[[]],{\"extension\":\"0003*200"
                      "\",\"status\":{\"a\":1},\"registration\":\"none\"},{\"extension\":true}]}");
}

void soak_write_poison(struct buffer *body)
{
    buffer_puts(body, "{\"startIndex\":0,\"totalResults\":1,\"itemsPerPage\":20,\"entry\":[{"
                      "\"extension\":\"0003*200\",\"status\":1,\"registration\":[{\"registration\":"
                      "\"1\",\"agent\":\"\\u001b[2J\\u001b]0;x\\u0007\\u009b31m\\u202e\xff\xfe\"}]}"
                      "]}");
}

void soak_write_twice(const struct soak_model *model, struct buffer *body)
{
    buffer_puts(body, "{\"startIndex\":0,\"totalResults\":20,\"itemsPerPage\":20,\"entry\":[");
    for (size_t i = 0; i < 10; i++) {
        if (i > 0)
            buffer_puts(body, ",");
        soak_phone_write(model, i, body);
        buffer_puts(body, ",");
        buffer_printf(body, "{\"extension\":\"0003*%zu\",\"status\":2,\"registration\":[]}",
                      SOAK_FIRST + i);
    }
    buffer_puts(body, "]}");
}
