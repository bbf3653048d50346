/* SPDX-License-Identifier: MIT */
#include "long/soak_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "long/soak_answer.h"

#define LINKS_MAX 32
#define REQUEST_MAX 8192
#define TOKEN_LIFE_S 90
#define TOKEN_FAILURE_PERCENT 10

/* One connection. */
struct link {
    int fd;
    bool is_hung; /* nothing more is answered on it */
    size_t length;
    char request[REQUEST_MAX];
};

struct soak_server {
    pthread_t thread;
    pthread_mutex_t lock; /* of all below but the connections */
    int listener;
    int port;
    int stop[2];
    struct link links[LINKS_MAX];
    size_t link_count;
    struct rng rng;
    unsigned fault_percent;
    bool is_held;
    bool is_repeat;        /* the next first page is asked for again after a 401 */
    uint64_t token;        /* the newest; the one before it is let in too */
    uint64_t refused;      /* tokens up to this one are not */
    enum soak_fault fault; /* of the poll under way */
    long fault_start;      /* at this page of it */
    struct soak_model model;
    struct soak_counts counts;
};

const char *soak_fault_name(enum soak_fault fault)
{
    static const char *const names[SOAK_FAULTS] = {
        "good", "cut",     "reset",       "truncated", "500",   "503",  "401",
        "hang", "rubbish", "wrong types", "poison",    "empty", "twice"};
    return names[fault];
}

/* Gives a token, or now and then does not. */
static void answer_token(struct soak_server *server, int fd)
{
    char text[160];
    bool is_failing = !server->is_held && rng_below(&server->rng, 100) < TOKEN_FAILURE_PERCENT;
    server->counts.tokens++;
    server->counts.token_failures += is_failing;
    if (is_failing) {
        soak_send_text(fd, "500 Internal Server Error", "", "<html>no</html>");
        return;
    }
    snprintf(text, sizeof text,
             "{\"access_token\":\"t%llu\",\"token_type\":\"Bearer\",\"expires_in\":%d}",
             (unsigned long long)++server->token, TOKEN_LIFE_S);
    soak_send_text(fd, "200 OK", "", text);
}

/* Is the token of a request one that is let in? */
static bool is_let_in(const struct soak_server *server, const char *request)
{
    const char *at = strcasestr(request, "\r\nAuthorization: Bearer t");
    if (at == NULL)
        return false;
    uint64_t token = strtoull(at + strlen("\r\nAuthorization: Bearer t"), NULL, 10);
    return token > server->refused && token + 1 >= server->token && token <= server->token;
}

/* Closes a connection so that the other side sees a reset. */
static void reset(struct link *link)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(link->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(link->fd);
    link->fd = -1;
}

/* Closes a connection. */
static void drop(struct link *link)
{
    close(link->fd);
    link->fd = -1;
}

/* Answers with a status of trouble. */
static void answer_status(struct soak_server *server, struct link *link, enum soak_fault fault)
{
    char headers[64];
    if (fault == SOAK_401) {
        server->refused = server->token;
        server->is_repeat = true;
        soak_send_text(link->fd, "401 Unauthorized", "", "");
    } else if (fault == SOAK_503) {
        snprintf(headers, sizeof headers, "Retry-After: %d\r\n", (int)rng_below(&server->rng, 3));
        soak_send_text(link->fd, "503 Service Unavailable", headers, "");
    } else {
        soak_send_text(link->fd, "500 Internal Server Error", "", "<html><h1>Oops</h1></html>");
    }
}

/* Answers with a page that is cut, or not what it should be. */
static void answer_page(struct soak_server *server, struct link *link, enum soak_fault fault,
                        long start, long count)
{
    struct buffer body;
    size_t missing = 0;
    buffer_init(&body, 0);
    if (fault == SOAK_WRONG_TYPES)
        soak_write_wrong_types(&body);
    else if (fault == SOAK_POISON)
        soak_write_poison(&body);
    else if (fault == SOAK_TWICE)
        soak_write_twice(&server->model, &body);
    else if (fault == SOAK_EMPTY)
        buffer_puts(&body, "{\"totalResults\":0,\"entry\":[]}");
    else
        soak_model_write(&server->model, start, count, &body);
    if (fault == SOAK_TRUNCATED)
        body.length -= 1 + rng_below(&server->rng, body.length - 1);
    if (fault == SOAK_CUT)
        missing = 1 + rng_below(&server->rng, body.length - 1);
    if (fault == SOAK_EMPTY && rng_below(&server->rng, 2) == 0)
        soak_send_answer(link->fd, "204 No Content", "", NULL, 0);
    else
        soak_send_answer(link->fd, "200 OK", "", &body, missing);
    if (fault == SOAK_CUT)
        drop(link);
    buffer_clear(&body);
}

/* Answers a request for a page with a fault, or without. */
static void answer_with(struct soak_server *server, struct link *link, enum soak_fault fault,
                        long start, long count)
{
    switch (fault) {
    case SOAK_RESET:
        reset(link);
        break;
    case SOAK_HANG:
        link->is_hung = true;
        break;
    case SOAK_RUBBISH:
        soak_send(link->fd, "\x16\x03\x01\0\x1b[2J\xff\r\n\r\n", 14);
        drop(link);
        break;
    case SOAK_500:
    case SOAK_503:
    case SOAK_401:
        answer_status(server, link, fault);
        break;
    default:
        answer_page(server, link, fault, start, count);
        break;
    }
}

/* A poll begins: the model goes on, and whether something will go wrong is decided. */
static void begin_poll(struct soak_server *server)
{
    server->fault = SOAK_GOOD;
    if (server->is_repeat) {
        server->is_repeat = false;
        return;
    }
    server->counts.polls++;
    if (server->is_held)
        return;
    soak_model_change(&server->model, &server->rng);
    if (rng_below(&server->rng, 100) >= server->fault_percent)
        return;
    server->fault = (enum soak_fault)(1 + rng_below(&server->rng, SOAK_FAULTS - 1));
    bool is_any_page = server->fault < SOAK_WRONG_TYPES && server->fault != SOAK_401;
    server->fault_start = is_any_page && rng_below(&server->rng, 2) == 0 ? 1 : 0;
    server->counts.faults[server->fault]++;
}

/* A number of a request's query. */
static long read_query(const char *request, const char *name, long otherwise)
{
    const char *at = strstr(request, name);
    return at != NULL ? strtol(at + strlen(name), NULL, 10) : otherwise;
}

/* Answers a request for a page. */
static void answer_presence(struct soak_server *server, struct link *link)
{
    long start = read_query(link->request, "startIndex=", 0);
    long count = read_query(link->request, "count=", 20);
    if (!is_let_in(server, link->request)) {
        server->is_repeat = server->is_repeat || start == 0;
        soak_send_text(link->fd, "401 Unauthorized", "", "");
        return;
    }
    if (start == 0)
        begin_poll(server);
    bool is_here = (start > 0) == (server->fault_start > 0);
    enum soak_fault fault = is_here ? server->fault : SOAK_GOOD;
    bool is_last = start + count >= (long)soak_model_count(&server->model);
    server->counts.honest += server->is_held && is_last && fault == SOAK_GOOD;
    answer_with(server, link, fault, start, count);
}

/* The length of the first whole request that has come; 0 if it is not there yet. */
static size_t request_length(const struct link *link)
{
    const char *end = strstr(link->request, "\r\n\r\n");
    if (end == NULL)
        return 0;
    const char *at = strcasestr(link->request, "\r\nContent-Length:");
    size_t body = at != NULL && at < end ? strtoul(at + 17, NULL, 10) : 0;
    size_t length = (size_t)(end + 4 - link->request) + body;
    return length <= link->length ? length : 0;
}

/* Reads what has come, and answers if that is a request. */
static void serve(struct soak_server *server, struct link *link)
{
    size_t room = sizeof link->request - 1 - link->length;
    ssize_t got = recv(link->fd, link->request + link->length, room, 0);
    if (got <= 0) {
        drop(link);
        return;
    }
    if (link->is_hung)
        return;
    link->length += (size_t)got;
    link->request[link->length] = '\0';
    size_t length = request_length(link);
    if (length == 0)
        return;
    pthread_mutex_lock(&server->lock);
    server->counts.requests++;
    if (strncmp(link->request, "POST ", 5) == 0)
        answer_token(server, link->fd);
    else
        answer_presence(server, link);
    pthread_mutex_unlock(&server->lock);
    link->length -= length;
    memmove(link->request, link->request + length, link->length + 1);
}

/* Takes a connection in. */
static void take_link(struct soak_server *server)
{
    int on = 1;
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (server->link_count == LINKS_MAX) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct link *link = &server->links[server->link_count++];
    *link = (struct link){.fd = fd};
    server->counts.connections++;
}

/* Forgets connections that are closed. */
static void sweep(struct soak_server *server)
{
    size_t kept = 0;
    for (size_t i = 0; i < server->link_count; i++) {
        if (server->links[i].fd >= 0 && kept++ != i)
            server->links[kept - 1] = server->links[i];
    }
    server->link_count = kept;
}

/* The thread: answers until it is told to stop. */
static void *run(void *user)
{
    struct soak_server *server = user;
    for (;;) {
        struct pollfd fds[LINKS_MAX + 2] = {{.fd = server->stop[0], .events = POLLIN},
                                            {.fd = server->listener, .events = POLLIN}};
        size_t count = server->link_count;
        for (size_t i = 0; i < count; i++)
            fds[2 + i] = (struct pollfd){.fd = server->links[i].fd, .events = POLLIN};
        if (poll(fds, (nfds_t)count + 2, -1) < 0)
            continue;
        if (fds[0].revents != 0)
            break;
        for (size_t i = 0; i < count; i++) {
            if (fds[2 + i].revents != 0)
                serve(server, &server->links[i]);
        }
        if (fds[1].revents != 0)
            take_link(server);
        sweep(server);
    }
    for (size_t i = 0; i < server->link_count; i++)
        close(server->links[i].fd);
    return NULL;
}

/* Listens on a free port. */
static void open_listener(struct soak_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0 ||
        bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(server->listener, LINKS_MAX) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0 ||
        pipe2(server->stop, O_CLOEXEC) != 0)
        die("cannot listen: %s", strerror(errno));
    server->port = ntohs(address.sin_port);
}

struct soak_server *soak_server_start(uint64_t seed, unsigned fault_percent)
{
    struct soak_server *server = mem_new(1, sizeof *server);
    server->fault_percent = fault_percent;
    rng_seed(&server->rng, seed);
    soak_model_init(&server->model, &server->rng);
    open_listener(server);
    pthread_mutex_init(&server->lock, NULL);
    if (pthread_create(&server->thread, NULL, run, server) != 0)
        die("cannot start a thread");
    return server;
}

void soak_server_stop(struct soak_server *server)
{
    if (write(server->stop[1], "", 1) == 1)
        pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->stop[1]);
    close(server->listener);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int soak_server_port(const struct soak_server *server)
{
    return server->port;
}

struct soak_counts soak_server_counts(struct soak_server *server)
{
    pthread_mutex_lock(&server->lock);
    struct soak_counts counts = server->counts;
    pthread_mutex_unlock(&server->lock);
    return counts;
}

void soak_server_hold(struct soak_server *server, struct soak_model *model)
{
    pthread_mutex_lock(&server->lock);
    server->is_held = true;
    server->fault = SOAK_GOOD;
    *model = server->model;
    pthread_mutex_unlock(&server->lock);
}

void soak_server_release(struct soak_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->is_held = false;
    pthread_mutex_unlock(&server->lock);
}
