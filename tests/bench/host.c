/* SPDX-License-Identifier: MIT */
#include "bench/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/child.h"
#include "bench/crowd.h"

#define LINKS_MAX 64
#define REQUEST_MAX 8192
#define EVERYTHING "?count=1000000&startIndex=0"

/* A connection. */
struct link {
    int fd;
    size_t length;
    char request[REQUEST_MAX];
};

/* What the server's process knows. */
struct service {
    struct host_options options;
    struct host_counts *counts;
    struct crowd crowd;
    struct buffer page;
    int listener;
    int bell;
    struct link links[LINKS_MAX];
    size_t link_count;
};

/* Sends all of it. False if the other side has gone. */
static bool send_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* A poll begins: the crowd changes. */
static void begin_poll(struct service *service)
{
    struct host_counts *counts = service->counts;
    counts->begun[atomic_load(&counts->polls) % HOST_BEGUN_MAX] = seconds();
    atomic_fetch_add(&counts->polls, 1);
    if (service->options.changing > 0)
        crowd_change(&service->crowd, service->options.changing);
    if (service->options.is_renewing)
        crowd_renew(&service->crowd);
}

/* Answers a request. */
static bool answer(struct service *service, struct link *link)
{
    char head[160];
    atomic_fetch_add(&service->counts->requests, 1);
    if (crowd_is_first(link->request))
        begin_poll(service);
    buffer_reset(&service->page);
    bool is_good = crowd_answer(
        &service->crowd, service->options.is_whole ? EVERYTHING : link->request, &service->page);
    int length = snprintf(head, sizeof head,
                          "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          is_good ? "200 OK" : "400 Bad Request", service->page.length);
    (void)!write(service->bell, "", 1);
    return send_all(link->fd, head, (size_t)length) &&
           send_all(link->fd, service->page.data, service->page.length);
}

/* Reads what has come, and answers what is whole of it. False: the connection is over. */
static bool serve(struct service *service, struct link *link)
{
    size_t room = sizeof link->request - 1 - link->length;
    ssize_t got = recv(link->fd, link->request + link->length, room, 0);
    if (got <= 0)
        return false;
    link->length += (size_t)got;
    link->request[link->length] = '\0';
    for (char *end; (end = strstr(link->request, "\r\n\r\n")) != NULL;) {
        size_t length = (size_t)(end + 4 - link->request);
        *end = '\0';
        if (!answer(service, link))
            return false;
        link->length -= length;
        memmove(link->request, link->request + length, link->length + 1);
    }
    return true;
}

/* Takes a connection in. */
static void take_link(struct service *service)
{
    int on = 1;
    int fd = accept4(service->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (service->link_count == LINKS_MAX) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    service->links[service->link_count++] = (struct link){.fd = fd};
    atomic_fetch_add(&service->counts->connections, 1);
}

/* The server's process: answers until it is ended. */
static _Noreturn void run(struct service *service)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    crowd_init(&service->crowd, service->options.extensions, 1);
    service->crowd.is_limited = service->options.is_limited;
    buffer_init(&service->page, 0);
    for (;;) {
        struct pollfd fds[LINKS_MAX + 1] = {{.fd = service->listener, .events = POLLIN}};
        size_t count = service->link_count;
        for (size_t i = 0; i < count; i++)
            fds[1 + i] = (struct pollfd){.fd = service->links[i].fd, .events = POLLIN};
        if (poll(fds, (nfds_t)count + 1, -1) < 0)
            continue;
        for (size_t i = count; i-- > 0;) {
            if (fds[1 + i].revents == 0 || serve(service, &service->links[i]))
                continue;
            close(service->links[i].fd);
            service->links[i] = service->links[--service->link_count];
        }
        if (fds[0].revents != 0)
            take_link(service);
    }
}

/* Listens on a free port. */
static int open_listener(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, LINKS_MAX) != 0 || getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("cannot listen: %s", strerror(errno));
    *port = ntohs(address.sin_port);
    return fd;
}

void host_start(struct host *host, const struct host_options *options)
{
    static struct service service;
    int bell[2];
    service = (struct service){.options = *options};
    service.listener = open_listener(&host->port);
    service.counts = mmap(NULL, sizeof *service.counts, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (service.counts == MAP_FAILED || pipe2(bell, O_CLOEXEC | O_NONBLOCK) != 0)
        die("cannot start a server: %s", strerror(errno));
    service.bell = bell[1];
    host->bell = bell[0];
    host->counts = service.counts;
    host->pid = fork();
    if (host->pid == 0)
        run(&service);
    if (host->pid < 0)
        die("cannot start a server: %s", strerror(errno));
    close(service.listener);
    close(bell[1]);
}

void host_stop(struct host *host)
{
    kill(host->pid, SIGKILL);
    waitpid(host->pid, NULL, 0);
    close(host->bell);
    munmap(host->counts, sizeof *host->counts);
}
