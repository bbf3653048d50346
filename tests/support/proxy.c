/* SPDX-License-Identifier: MIT */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/mem.h"

#define NO_PEER (-1)
#define BACKLOG 64
#define PORTION 65536

/* One client's connection and the one to the server that belongs to it. */
struct link {
    struct proxy *proxy;
    int client;
    int server;  /* NO_PEER: not connected yet */
    size_t sent; /* of the server's bytes that are behind us */
    struct buffer request;
    struct buffer answer;
    struct link *next;
};

struct proxy {
    enum proxy_kind kind;
    int server_port;
    int listener;
    int port;
    int stop[2];
    int wake[2];
    pthread_t thread;

    /* The lock guards what follows. */
    pthread_mutex_t lock;
    pthread_cond_t left; /* a link has ended */
    struct link *links;
    struct proxy_plan plan; /* its strings are owned */
    unsigned matched;       /* answers the plan is about, so far */
    struct proxy_counts counts;
    bool is_refusing;
};

/* A TCP socket. */
static int new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket: %s", strerror(errno));
    return fd;
}

/* An address of this machine. */
static struct sockaddr_in address_of(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((uint16_t)port)};
}

/* Binds to a port that stays ours while nobody listens: Linux lets go of one it has chosen itself,
 * so it is asked for by its number. */
static void bind_port(struct proxy *proxy)
{
    struct sockaddr_in address = address_of(0);
    socklen_t length = sizeof address;
    int one = 1;
    int chooser = new_socket();
    proxy->listener = new_socket();
    setsockopt(chooser, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(proxy->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(chooser, (struct sockaddr *)&address, length) != 0 ||
        getsockname(chooser, (struct sockaddr *)&address, &length) != 0 ||
        bind(proxy->listener, (struct sockaddr *)&address, length) != 0 ||
        listen(proxy->listener, BACKLOG) != 0)
        die("no port for a proxy: %s", strerror(errno));
    close(chooser);
    proxy->port = ntohs(address.sin_port);
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
    struct sockaddr_in address = address_of(link->proxy->server_port);
    if (link->server != NO_PEER)
        return true;
    link->server = new_socket();
    return connect(link->server, (struct sockaddr *)&address, sizeof address) == 0;
}

/* A copy of bytes, which may hold NULs; NULL of NULL. */
static char *copy_bytes(const char *bytes, size_t length)
{
    if (bytes == NULL)
        return NULL;
    char *copy = mem_new(length + 1, 1);
    memcpy(copy, bytes, length);
    return copy;
}

/* Is the plan about this request? The lock is held. */
static bool is_meant(const struct proxy *proxy, const struct buffer *request)
{
    const char *only = proxy->plan.only;
    return only == NULL || memmem(request->data, head_length(request), only, strlen(only)) != NULL;
}

/* The plan for the next answer; its answer is the caller's to free. */
static struct proxy_plan take_plan(struct link *link)
{
    struct proxy *proxy = link->proxy;
    struct proxy_plan plan = {.act = PROXY_PASS};
    pthread_mutex_lock(&proxy->lock);
    const struct proxy_plan *given = &proxy->plan;
    bool is_http = proxy->kind == PROXY_HTTP;
    if (given->act > PROXY_REFUSE && (!is_http || is_meant(proxy, &link->request))) {
        unsigned place = proxy->matched++;
        if (place >= given->skip && (given->times == 0 || place < given->skip + given->times)) {
            plan = *given;
            plan.answer = copy_bytes(given->answer, given->answer_length);
        }
    }
    proxy->counts.requests += is_http;
    pthread_mutex_unlock(&proxy->lock);
    return plan;
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
static bool dribble(struct link *link, const struct proxy_plan *plan, const char *bytes,
                    size_t length)
{
    size_t portion = plan->count > 0 ? plan->count : 1;
    for (size_t done = 0; done < length; done += portion) {
        size_t left = length - done;
        if (!pause_for(link, plan->ms) ||
            !send_all(link, bytes + done, left < portion ? left : portion))
            return false;
    }
    return true;
}

/* Does the plan to bytes, of which `at` have been sent. False: the connection is over. */
static bool harm(struct link *link, const struct proxy_plan *plan, char *bytes, size_t length,
                 size_t at)
{
    size_t left = length - at;
    switch (plan->act) {
    case PROXY_RESET:
        make_reset(link);
        return false;
    case PROXY_STALL:
        stall(link);
        return false;
    case PROXY_DELAY:
        return pause_for(link, plan->ms) && send_all(link, bytes + at, left);
    case PROXY_DRIBBLE:
        return dribble(link, plan, bytes + at, left);
    case PROXY_DUPLICATE:
        return send_all(link, bytes + at, plan->count < left ? plan->count : left) &&
               send_all(link, bytes + at, left);
    case PROXY_CORRUPT:
        bytes[at] = left > 0 ? (char)(bytes[at] ^ plan->flip) : bytes[at];
        return send_all(link, bytes + at, left);
    default:
        return false;
    }
}

/* Sends what the server said, harmed if the plan's place is in it; *is_harmed tells. */
static bool pass_on(struct link *link, const struct proxy_plan *plan, struct buffer *said,
                    size_t body, bool *is_harmed)
{
    size_t start = plan->origin == PROXY_BODY ? body : 0;
    size_t at = start + plan->offset;
    *is_harmed = plan->act != PROXY_PASS;
    if (plan->origin == PROXY_STREAM) {
        *is_harmed =
            *is_harmed && plan->offset >= link->sent && plan->offset < link->sent + said->length;
        at = *is_harmed ? plan->offset - link->sent : 0;
    }
    link->sent += said->length;
    if (!*is_harmed)
        return send_all(link, said->data, said->length);
    at = at < said->length ? at : said->length;
    count_harm(link->proxy);
    if (!send_all(link, said->data, at))
        return false;
    return harm(link, plan, said->data, said->length, at);
}

/* Gives the plan's answer in the server's place. */
static bool answer_itself(struct link *link, const struct proxy_plan *plan)
{
    count_harm(link->proxy);
    return send_all(link, plan->answer, plan->answer_length) && plan->act == PROXY_ANSWER_KEEP;
}

/* Serves one request. False: the connection is over. */
static bool serve_request(struct link *link)
{
    bool is_harmed;
    if (!read_message(link->proxy, link->client, &link->request))
        return false;
    struct proxy_plan plan = take_plan(link);
    bool is_open;
    if (plan.act == PROXY_ANSWER || plan.act == PROXY_ANSWER_KEEP)
        is_open = answer_itself(link, &plan);
    else
        is_open = connect_server(link) &&
                  send(link->server, link->request.data, link->request.length, MSG_NOSIGNAL) ==
                      (ssize_t)link->request.length &&
                  read_message(link->proxy, link->server, &link->answer) &&
                  pass_on(link, &plan, &link->answer, head_length(&link->answer), &is_harmed);
    free((char *)plan.answer);
    return is_open;
}

/* Passes on what one side of an opaque connection sends. False: the connection is over. */
static bool relay_portion(struct link *link, const struct proxy_plan *plan, bool is_from_server,
                          bool *is_harmed)
{
    struct buffer *portion = is_from_server ? &link->answer : &link->request;
    buffer_reset(portion);
    if (!receive(link->proxy, is_from_server ? link->server : link->client, portion))
        return false;
    if (is_from_server)
        return pass_on(link, plan, portion, 0, is_harmed);
    return send(link->server, portion->data, portion->length, MSG_NOSIGNAL) ==
           (ssize_t)portion->length;
}

/* Relays a connection whose bytes are not understood. */
static void serve_opaque(struct link *link)
{
    struct proxy_plan plan = take_plan(link);
    plan.origin = PROXY_STREAM;
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
                is_open = relay_portion(link, &plan, side == 1, &is_harmed);
        plan.act = is_harmed ? PROXY_PASS : plan.act;
    }
    free((char *)plan.answer);
}

/* Takes a link out of the proxy's list and frees it. */
static void end_link(struct link *link)
{
    struct proxy *proxy = link->proxy;
    pthread_mutex_lock(&proxy->lock);
    struct link **slot = &proxy->links;
    while (*slot != link)
        slot = &(*slot)->next;
    *slot = link->next;
    close(link->client);
    if (link->server != NO_PEER)
        close(link->server);
    buffer_clear(&link->request);
    buffer_clear(&link->answer);
    free(link);
    pthread_cond_signal(&proxy->left);
    pthread_mutex_unlock(&proxy->lock);
}

/* The thread of a link. */
static void *run_link(void *user)
{
    struct link *link = user;
    if (link->proxy->kind == PROXY_OPAQUE)
        serve_opaque(link);
    else
        while (serve_request(link))
            continue;
    end_link(link);
    return NULL;
}

/* Starts a link for a client. */
static void begin_link(struct proxy *proxy, int client)
{
    struct link *link = mem_new(1, sizeof *link);
    pthread_attr_t detached;
    pthread_t thread;
    int one = 1;
    *link = (struct link){.proxy = proxy, .client = client, .server = NO_PEER};
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    buffer_init(&link->request, 0);
    buffer_init(&link->answer, 0);
    pthread_mutex_lock(&proxy->lock);
    link->next = proxy->links;
    proxy->links = link;
    proxy->counts.connections++;
    pthread_mutex_unlock(&proxy->lock);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &detached, run_link, link) != 0)
        die("no thread for a connection");
    pthread_attr_destroy(&detached);
}

/* Does nobody listen just now? */
static bool is_refusing(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    bool is_so = proxy->is_refusing;
    pthread_mutex_unlock(&proxy->lock);
    return is_so;
}

/* The thread that accepts. */
static void *run(void *user)
{
    struct proxy *proxy = user;
    for (;;) {
        char byte;
        struct pollfd fds[3] = {{.fd = is_refusing(proxy) ? -1 : proxy->listener, .events = POLLIN},
                                {.fd = proxy->wake[0], .events = POLLIN},
                                {.fd = proxy->stop[0], .events = POLLIN}};
        poll(fds, 3, -1);
        if (fds[2].revents != 0)
            return NULL;
        if (fds[1].revents != 0 && read(proxy->wake[0], &byte, 1) < 0)
            die("a proxy's pipe: %s", strerror(errno));
        int client =
            fds[0].revents & POLLIN ? accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (client >= 0)
            begin_link(proxy, client);
    }
}

struct proxy *proxy_start(int server_port, enum proxy_kind kind)
{
    struct proxy *proxy = mem_new(1, sizeof *proxy);
    proxy->kind = kind;
    proxy->server_port = server_port;
    bind_port(proxy);
    pthread_mutex_init(&proxy->lock, NULL);
    pthread_cond_init(&proxy->left, NULL);
    if (pipe2(proxy->stop, O_CLOEXEC) != 0 || pipe2(proxy->wake, O_CLOEXEC) != 0 ||
        pthread_create(&proxy->thread, NULL, run, proxy) != 0)
        die("no proxy: %s", strerror(errno));
    return proxy;
}

/* Forgets the plan. */
static void clear_plan(struct proxy *proxy)
{
    free((char *)proxy->plan.answer);
    free((char *)proxy->plan.only);
    proxy->plan = (struct proxy_plan){.act = PROXY_PASS};
}

/* Closes all connections; their threads see it. The lock is held. */
static void hang_up(struct proxy *proxy)
{
    for (struct link *link = proxy->links; link != NULL; link = link->next)
        shutdown(link->client, SHUT_RDWR);
}

void proxy_stop(struct proxy *proxy)
{
    close(proxy->stop[1]);
    pthread_join(proxy->thread, NULL);
    pthread_mutex_lock(&proxy->lock);
    hang_up(proxy);
    while (proxy->links != NULL)
        pthread_cond_wait(&proxy->left, &proxy->lock);
    clear_plan(proxy);
    pthread_mutex_unlock(&proxy->lock);
    pthread_mutex_destroy(&proxy->lock);
    pthread_cond_destroy(&proxy->left);
    close(proxy->stop[0]);
    close(proxy->wake[0]);
    close(proxy->wake[1]);
    close(proxy->listener);
    free(proxy);
}

int proxy_port(const struct proxy *proxy)
{
    return proxy->port;
}

/* Begins or ends to refuse connections. The lock is held. */
static void refuse(struct proxy *proxy, bool is_to)
{
    if (is_to == proxy->is_refusing)
        return;
    proxy->is_refusing = is_to;
    if (is_to) {
        shutdown(proxy->listener, SHUT_RDWR);
        hang_up(proxy);
    } else if (listen(proxy->listener, BACKLOG) != 0) {
        die("a proxy cannot listen again: %s", strerror(errno));
    }
    if (write(proxy->wake[1], "", 1) != 1)
        die("a proxy's pipe: %s", strerror(errno));
}

void proxy_set_plan(struct proxy *proxy, const struct proxy_plan *plan)
{
    pthread_mutex_lock(&proxy->lock);
    clear_plan(proxy);
    if (plan != NULL) {
        proxy->plan = *plan;
        proxy->plan.answer = copy_bytes(plan->answer, plan->answer_length);
        proxy->plan.only = plan->only != NULL ? mem_strdup(plan->only) : NULL;
    }
    proxy->matched = 0;
    proxy->counts.harmed = 0;
    refuse(proxy, proxy->plan.act == PROXY_REFUSE);
    pthread_mutex_unlock(&proxy->lock);
}

struct proxy_counts proxy_counts(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    struct proxy_counts counts = proxy->counts;
    pthread_mutex_unlock(&proxy->lock);
    return counts;
}
