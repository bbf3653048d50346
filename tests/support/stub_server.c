/* SPDX-License-Identifier: MIT */
#include "support/stub_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define HEAD_MAX 16384
#define WAIT_STEPS 500 /* five seconds */
#define WAIT_STEP_US 10000

struct stub_server {
    const char *answer;
    int listener;
    int port;
    int stop[2];
    int connections; /* the thread's, until it has been joined */
    bool is_silent;
    atomic_int heard; /* requests */
    pthread_t thread;
};

int stub_server_bind_dead(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("no loopback socket: %s", strerror(errno));
    *port = ntohs(address.sin_port);
    return fd;
}

/* Waits until there is something to read, or the trap is to end (false). */
static bool wait_for(const struct stub_server *trap, int fd)
{
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = trap->stop[0], .events = POLLIN}};
    while (fds[0].revents == 0 && fds[1].revents == 0)
        poll(fds, 2, -1);
    return fds[1].revents == 0;
}

/* Reads a request's head. */
static bool read_head(const struct stub_server *trap, int connection)
{
    char head[HEAD_MAX + 1];
    size_t length = 0;
    while (length < HEAD_MAX) {
        if (!wait_for(trap, connection))
            return false;
        ssize_t got = recv(connection, head + length, HEAD_MAX - length, 0);
        if (got <= 0)
            return false;
        length += (size_t)got;
        head[length] = '\0';
        if (strstr(head, "\r\n\r\n"))
            return true;
    }
    return false;
}

/* Answers one connection. What is left to read is read, or closing would reset the connection and
 * could take the answer with it. */
static void serve(struct stub_server *trap, int connection)
{
    if ((trap->answer || trap->is_silent) && read_head(trap, connection)) {
        trap->heard++;
        if (trap->answer) {
            send(connection, trap->answer, strlen(trap->answer), MSG_NOSIGNAL);
            shutdown(connection, SHUT_WR);
        }
        char rest[1024];
        while (wait_for(trap, connection) && recv(connection, rest, sizeof rest, 0) > 0)
            continue;
    }
    close(connection);
}

/* The thread. */
static void *run(void *user)
{
    struct stub_server *trap = user;
    while (wait_for(trap, trap->listener)) {
        int connection = accept4(trap->listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0)
            continue;
        trap->connections++;
        serve(trap, connection);
    }
    return NULL;
}

/* Starts one of either kind. */
static struct stub_server *start(const char *answer, bool is_silent)
{
    struct stub_server *trap = mem_new(1, sizeof *trap);
    trap->answer = answer;
    trap->is_silent = is_silent;
    trap->listener = stub_server_bind_dead(&trap->port);
    if (listen(trap->listener, 16) != 0 || pipe2(trap->stop, O_CLOEXEC) != 0 ||
        pthread_create(&trap->thread, NULL, run, trap) != 0)
        die("no trap: %s", strerror(errno));
    return trap;
}

struct stub_server *stub_server_start(const char *answer)
{
    return start(answer, false);
}

struct stub_server *stub_server_start_silent(void)
{
    return start(NULL, true);
}

bool stub_server_wait_for(struct stub_server *trap, int requests)
{
    for (int i = 0; i < WAIT_STEPS && trap->heard < requests; i++)
        usleep(WAIT_STEP_US);
    return trap->heard >= requests;
}

int stub_server_port(const struct stub_server *trap)
{
    return trap->port;
}

int stub_server_stop(struct stub_server *trap)
{
    close(trap->stop[1]);
    pthread_join(trap->thread, NULL);
    close(trap->stop[0]);
    close(trap->listener);
    int connections = trap->connections;
    free(trap);
    return connections;
}

char *stub_server_write_answer(const char *status, const char *body)
{
    return mem_printf("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                      "Connection: close\r\n\r\n%s",
                      status, strlen(body), body);
}
