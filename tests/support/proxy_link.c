/* SPDX-License-Identifier: MIT */
#include "support/proxy_link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define PORTION 65536

int proxy_new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket: %s", strerror(errno));
    return fd;
}

struct sockaddr_in proxy_address(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((uint16_t)port)};
}

char *proxy_copy_bytes(const char *bytes, size_t length)
{
    if (bytes == NULL)
        return NULL;
    char *copy = mem_new(length + 1, 1);
    memcpy(copy, bytes, length);
    return copy;
}

/* Waits until there is something to read; false: the proxy ends. `ms` -1: for ever. */
static bool wait_for(const struct proxy *proxy, int fd, int ms)
{
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = proxy->stop[0], .events = POLLIN}};
    while (poll(fds, 2, ms) < 0 && errno == EINTR)
        continue;
    return fds[1].revents == 0;
}

/* Lets time pass; false: the proxy ends, or the client has gone. */
static bool pause_for(const struct link *link, int ms)
{
    char byte;
    struct pollfd fds[2] = {{.fd = link->client, .events = POLLRDHUP},
                            {.fd = link->proxy->stop[0], .events = POLLIN}};
    poll(fds, 2, ms);
    return fds[1].revents == 0 && fds[0].revents == 0 &&
           recv(link->client, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}

/* Sends bytes to the client. Counted first: who has them finds them counted. */
static bool send_all(struct link *link, const char *bytes, size_t length)
{
    size_t done = 0;
    pthread_mutex_lock(&link->proxy->lock);
    link->proxy->counts.bytes += length;
    pthread_mutex_unlock(&link->proxy->lock);
    while (done < length) {
        ssize_t sent = send(link->client, bytes + done, length - done, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        done += (size_t)sent;
    }
    return done == length;
}

/* Reads once, waiting for it, and appends. False at the end. */
static bool receive(const struct proxy *proxy, int fd, struct buffer *into)
{
    char bytes[PORTION];
    if (!wait_for(proxy, fd, -1))
        return false;
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    return got > 0 && buffer_append(into, bytes, (size_t)got);
}

/* The length of a head with its empty line; 0: it is not whole yet. */
static size_t head_length(const struct buffer *message)
{
    const char *end =
        message->length > 0 ? memmem(message->data, message->length, "\r\n\r\n", 4) : NULL;
    return end != NULL ? (size_t)(end - message->data) + 4 : 0;
}

/* The value of a field of a head, or NULL. */
static const char *field_of(const struct buffer *message, const char *name)
{
    const char *end = message->data + head_length(message);
    size_t length = strlen(name);
    for (const char *line = strchr(message->data, '\n'); line != NULL && line + 1 < end;
         line = strchr(line + 1, '\n'))
        if (strncasecmp(line + 1, name, length) == 0 && line[1 + length] == ':')
            return line + 2 + length;
    return NULL;
}

/* Is the message whole? Without a length it has no body; a chunked one ends as chunks do. */
static bool is_whole(const struct buffer *message)
{
    size_t head = head_length(message);
    if (head == 0)
        return false;
    if (field_of(message, "Transfer-Encoding") != NULL)
        return message->length >= head + 5 &&
               memcmp(message->data + message->length - 5, "0\r\n\r\n", 5) == 0;
    const char *length = field_of(message, "Content-Length");
    return message->length - head >= (length != NULL ? strtoul(length, NULL, 10) : 0);
}

/* Reads a whole message; false at the end of the connection. */
static bool read_message(const struct proxy *proxy, int fd, struct buffer *message)
{
    buffer_reset(message);
    while (!is_whole(message))
        if (!receive(proxy, fd, message))
            return false;
    return true;
}

/* Connects to the server. */
static bool connect_server(struct link *link)
{
    struct sockaddr_in address = proxy_address(link->proxy->server_port);
    if (link->server != NO_PEER)
        return true;
    link->server = proxy_new_socket();
    return connect(link->server, (struct sockaddr *)&address, sizeof address) == 0;
}

/* Is the plan about this request? The lock is held. */
static bool is_meant(const struct proxy *proxy, const struct buffer *request)
{
    const char *only = proxy->partition.only;
    return only == NULL || memmem(request->data, head_length(request), only, strlen(only)) != NULL;
}

/* The plan for the next answer; its answer is the caller's to free. */
static struct proxy_plan take_plan(struct link *link)
{
    struct proxy *proxy = link->proxy;
    struct proxy_plan partition = {.act = PROXY_PASS};
    pthread_mutex_lock(&proxy->lock);
    const struct proxy_plan *given = &proxy->partition;
    bool is_http = proxy->kind == PROXY_HTTP;
    if (given->act > PROXY_REFUSE && (!is_http || is_meant(proxy, &link->request))) {
        unsigned place = proxy->matched++;
        if (place >= given->skip && (given->times == 0 || place < given->skip + given->times)) {
            partition = *given;
            partition.answer = proxy_copy_bytes(given->answer, given->answer_length);
        }
    }
    proxy->counts.requests += is_http;
    pthread_mutex_unlock(&proxy->lock);
    return partition;
}

/* Counts an answer that the plan has been done to. */
static void count_harm(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    proxy->counts.harmed++;
    pthread_mutex_unlock(&proxy->lock);
}

/* Has the connection reset when it is closed. */
static void make_reset(const struct link *link)
{
    struct linger linger = {.l_onoff = 1};
    setsockopt(link->client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* Waits until the client gives up. */
static void stall(const struct link *link)
{
    while (pause_for(link, -1))
        continue;
}

/* Sends the rest in portions. */
static bool dribble(struct link *link, const struct proxy_plan *partition, const char *bytes,
                    size_t length)
{
    size_t portion = partition->count > 0 ? partition->count : 1;
    for (size_t done = 0; done < length; done += portion) {
        size_t left = length - done;
        if (!pause_for(link, partition->ms) ||
            !send_all(link, bytes + done, left < portion ? left : portion))
            return false;
    }
    return true;
}

/* Does the plan to bytes, of which `at` have been sent. False: the connection is over. */
static bool harm(struct link *link, const struct proxy_plan *partition, char *bytes, size_t length,
                 size_t at)
{
    size_t left = length - at;
    switch (partition->act) {
    case PROXY_RESET:
        make_reset(link);
        return false;
    case PROXY_STALL:
        stall(link);
        return false;
    case PROXY_DELAY:
        return pause_for(link, partition->ms) && send_all(link, bytes + at, left);
    case PROXY_DRIBBLE:
        return dribble(link, partition, bytes + at, left);
    case PROXY_DUPLICATE:
        return send_all(link, bytes + at, partition->count < left ? partition->count : left) &&
               send_all(link, bytes + at, left);
    case PROXY_CORRUPT:
        bytes[at] = left > 0 ? (char)(bytes[at] ^ partition->flip) : bytes[at];
        return send_all(link, bytes + at, left);
    default:
        return false;
    }
}

/* Sends what the server said, harmed if the plan's place is in it; *is_harmed tells. */
static bool pass_on(struct link *link, const struct proxy_plan *partition, struct buffer *said,
                    size_t body, bool *is_harmed)
{
    size_t start = partition->origin == PROXY_BODY ? body : 0;
    size_t at = start + partition->offset;
    *is_harmed = partition->act != PROXY_PASS;
    if (partition->origin == PROXY_STREAM) {
        *is_harmed = *is_harmed && partition->offset >= link->sent &&
                     partition->offset < link->sent + said->length;
        at = *is_harmed ? partition->offset - link->sent : 0;
    }
    link->sent += said->length;
    if (!*is_harmed)
        return send_all(link, said->data, said->length);
    at = at < said->length ? at : said->length;
    count_harm(link->proxy);
    if (!send_all(link, said->data, at))
        return false;
    return harm(link, partition, said->data, said->length, at);
}

/* Gives the plan's answer in the server's place. */
static bool answer_itself(struct link *link, const struct proxy_plan *partition)
{
    count_harm(link->proxy);
    return send_all(link, partition->answer, partition->answer_length) &&
           partition->act == PROXY_ANSWER_KEEP;
}

/* Serves one request. False: the connection is over. */
static bool serve_request(struct link *link)
{
    bool is_harmed;
    if (!read_message(link->proxy, link->client, &link->request))
        return false;
    struct proxy_plan partition = take_plan(link);
    bool is_open;
    if (partition.act == PROXY_ANSWER || partition.act == PROXY_ANSWER_KEEP)
        is_open = answer_itself(link, &partition);
    else
        is_open = connect_server(link) &&
                  send(link->server, link->request.data, link->request.length, MSG_NOSIGNAL) ==
                      (ssize_t)link->request.length &&
                  read_message(link->proxy, link->server, &link->answer) &&
                  pass_on(link, &partition, &link->answer, head_length(&link->answer), &is_harmed);
    free((char *)partition.answer);
    return is_open;
}

/* Passes on what one side of an opaque connection sends. False: the connection is over. */
static bool relay_portion(struct link *link, const struct proxy_plan *partition,
                          bool is_from_server, bool *is_harmed)
{
    struct buffer *portion = is_from_server ? &link->answer : &link->request;
    buffer_reset(portion);
    if (!receive(link->proxy, is_from_server ? link->server : link->client, portion))
        return false;
    if (is_from_server)
        return pass_on(link, partition, portion, 0, is_harmed);
    return send(link->server, portion->data, portion->length, MSG_NOSIGNAL) ==
           (ssize_t)portion->length;
}

/* Relays a connection whose bytes are not understood. */
static void serve_opaque(struct link *link)
{
    struct proxy_plan partition = take_plan(link);
    partition.origin = PROXY_STREAM;
    bool is_open = connect_server(link);
    while (is_open) {
        bool is_harmed = false;
        struct pollfd fds[3] = {{.fd = link->client, .events = POLLIN},
                                {.fd = link->server, .events = POLLIN},
                                {.fd = link->proxy->stop[0], .events = POLLIN}};
        poll(fds, 3, -1);
        is_open = fds[2].revents == 0;
        for (int side = 0; side < 2 && is_open; side++)
            if (fds[side].revents != 0)
                is_open = relay_portion(link, &partition, side == 1, &is_harmed);
        partition.act = is_harmed ? PROXY_PASS : partition.act;
    }
    free((char *)partition.answer);
}

void proxy_link_serve(struct link *link)
{
    if (link->proxy->kind == PROXY_OPAQUE)
        serve_opaque(link);
    else
        while (serve_request(link))
            continue;
}
