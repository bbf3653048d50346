/* SPDX-License-Identifier: MIT */
#include "sim/broken_response.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buffer.h"
#include "base/mem.h"

#define SLOW_MS 200 /* between the bytes of a slow body */
#define BLOCK 4096

/* A body on its way. */
struct trickle {
    struct MHD_Connection *connection;
    enum reply_way way;
    broken_response_wait *wait;
    void *context;
    char *body; /* owned */
    size_t length;
    size_t allowed; /* bytes that may have left by now */
};

/* The socket of a connection. */
static int socket_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* Resets a connection at once: SO_LINGER would come too late, as the library shuts the socket down
 * before it closes it (connect(2): AF_UNSPEC dissolves the association). */
static void reset(struct MHD_Connection *connection)
{
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    (void)connect(socket_of(connection), &nowhere, sizeof nowhere);
}

void broken_response_break_off(struct MHD_Connection *connection, enum reply_way way, bool is_plain)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Ty";
    bool has_head = way == REPLY_CUT_HEAD || way == REPLY_RESET_HEAD;
    if (has_head && is_plain)
        (void)!send(socket_of(connection), head, sizeof head - 1, MSG_NOSIGNAL);
    if (way == REPLY_RESET || way == REPLY_RESET_HEAD)
        reset(connection);
}

/* MHD_ContentReaderCallback. */
static ssize_t read_body(void *user, uint64_t position, char *into, size_t most)
{
    struct trickle *trickle = user;
    size_t at = (size_t)position;
    bool is_slow = trickle->way == REPLY_SLOW;
    size_t end = is_slow ? trickle->allowed : trickle->length / 2;
    if (at < end) {
        size_t length = end - at < most ? end - at : most;
        memcpy(into, trickle->body + at, length);
        return (ssize_t)length;
    }
    if (is_slow) {
        trickle->allowed++;
        trickle->wait(trickle->context, SLOW_MS);
        return 0;
    }
    if (trickle->way == REPLY_RESET_BODY)
        reset(trickle->connection);
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* MHD_ContentReaderFreeCallback. */
static void free_trickle(void *user)
{
    struct trickle *trickle = user;
    free(trickle->body);
    free(trickle);
}

struct MHD_Response *broken_response_respond(struct MHD_Connection *connection, struct reply *reply,
                                             broken_response_wait *wait, void *context)
{
    struct trickle *trickle = mem_new(1, sizeof *trickle);
    *trickle = (struct trickle){.connection = connection,
                                .way = reply->way,
                                .wait = wait,
                                .context = context,
                                .length = reply->body.length,
                                .allowed = 1};
    trickle->body = buffer_take(&reply->body);
    return MHD_create_response_from_callback(trickle->length, BLOCK, read_body, trickle,
                                             free_trickle);
}
