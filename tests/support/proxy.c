/* SPDX-License-Identifier: MIT */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/proxy_link.h"

#define BACKLOG 64

/* Binds to a port that stays ours while nobody listens: Linux lets go of one it has chosen itself,
 * so it is asked for by its number. */
static void bind_port(struct proxy *proxy)
{
    struct sockaddr_in address = proxy_address(0);
    socklen_t length = sizeof address;
    int one = 1;
    int chooser = proxy_new_socket();
    proxy->listener = proxy_new_socket();
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
    proxy_link_serve(link);
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
            (fds[0].revents & POLLIN) ? accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
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
    free((char *)proxy->partition.answer);
    free((char *)proxy->partition.only);
    proxy->partition = (struct proxy_plan){.act = PROXY_PASS};
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

void proxy_set_plan(struct proxy *proxy, const struct proxy_plan *partition)
{
    pthread_mutex_lock(&proxy->lock);
    clear_plan(proxy);
    if (partition != NULL) {
        proxy->partition = *partition;
        proxy->partition.answer = proxy_copy_bytes(partition->answer, partition->answer_length);
        proxy->partition.only = partition->only != NULL ? mem_strdup(partition->only) : NULL;
    }
    proxy->matched = 0;
    proxy->counts.harmed = 0;
    refuse(proxy, proxy->partition.act == PROXY_REFUSE);
    pthread_mutex_unlock(&proxy->lock);
}

struct proxy_counts proxy_counts(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    struct proxy_counts counts = proxy->counts;
    pthread_mutex_unlock(&proxy->lock);
    return counts;
}
