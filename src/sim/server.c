/* SPDX-License-Identifier: MIT */
#include "sim/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signals.h"
#include "sim/connection.h"

#define PEM_BYTES_MAX 1048576

struct sim_server {
    const struct sim_options *options;
    struct connection intake;
    struct MHD_Daemon *daemon;
    char *cert; /* PEM; owned; NULL: plain http */
    char *key;  /* PEM; owned secret */
    char *url;  /* owned */
};

/* How long the loop may wait: milliseconds, -1 for ever. */
static int next_timeout(const struct sim_server *server)
{
    MHD_UNSIGNED_LONG_LONG wanted;
    int64_t timeout = MHD_get_timeout(server->daemon, &wanted) == MHD_YES ? (int64_t)wanted : -1;
    int64_t due = connection_next_due(&server->intake);
    if (due != INT64_MAX) {
        int64_t left = due - clock_read().ms;
        left = left > 0 ? left : 0;
        timeout = timeout < 0 || left < timeout ? left : timeout;
    }
    return timeout > INT_MAX ? INT_MAX : (int)timeout;
}

/* Has the other end of the leash let go? What comes through it after the token is of no interest.
 */
static bool is_leash_cut(const struct pollfd *leash)
{
    char ignored[256];
    if (leash->revents == 0)
        return false;
    ssize_t got = read(leash->fd, ignored, sizeof ignored);
    return got == 0 || (got < 0 && errno != EINTR);
}

void sim_server_run(struct sim_server *server, int leash)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd fds[] = {
        {.fd = info->epoll_fd, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = leash, .events = POLLIN},
    };
    for (;;) {
        int ready = poll(fds, 3, next_timeout(server));
        if (ready < 0 && errno != EINTR)
            die("cannot wait: %s", strerror(errno));
        if (ready < 0)
            fds[2].revents = 0;
        if (signals_take() != 0 || is_leash_cut(&fds[2]))
            return;
        connection_release(&server->intake, clock_read().ms);
        MHD_run(server->daemon);
    }
}

/* Reads --listen; false if it is no numeric address. */
static bool fill_address(struct sockaddr_storage *address, const char *text, long port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    *address = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}

/* Reads a whole small file; NULL if it cannot be read. The caller frees it as a secret. */
static char *read_pem(const char *path, struct error *error)
{
    char *text = mem_new(PEM_BYTES_MAX + 1, 1);
    FILE *file = fopen(path, "re");
    size_t length = file != NULL ? fread(text, 1, PEM_BYTES_MAX, file) : 0;
    bool is_read = file != NULL && !ferror(file) && length > 0;
    if (!is_read) {
        error_set(error, ERROR_USAGE, "%s: %s", path, errno != 0 ? strerror(errno) : "is empty");
        mem_free_secret(text);
        text = NULL;
    }
    if (file != NULL)
        fclose(file);
    return text;
}

/* Reads certificate and key, if there are to be any. */
static bool load_certificate(struct sim_server *server, struct error *error)
{
    if (server->options->cert == NULL)
        return true;
    errno = 0;
    server->cert = read_pem(server->options->cert, error);
    server->key = server->cert != NULL ? read_pem(server->options->key, error) : NULL;
    return server->key != NULL;
}

/* Says why the library did not start: the address, or the certificate, which it has no errno for.
 */
static void explain_failure(const struct sim_options *options, int reason, struct error *error)
{
    if (reason == 0 && options->cert != NULL)
        error_set(error, ERROR_USAGE, "--cert %s --key %s: cannot be used", options->cert,
                  options->key);
    else
        error_set(error, ERROR_UNREACHABLE, "cannot listen on %s port %ld: %s", options->listen,
                  options->port, strerror(reason));
}

/* Puts together how the server is reached. */
static void name_server(struct sim_server *server)
{
    unsigned port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    bool is_v6 = strchr(server->options->listen, ':') != NULL;
    server->intake.host = mem_printf(is_v6 ? "[%s]:%u" : "%s:%u", server->options->listen, port);
    server->url = mem_printf("%s://%s", server->options->cert != NULL ? "https" : "http",
                             server->intake.host);
}

struct sim_server *sim_server_start(const struct sim_options *options, struct sim_state *world,
                                    struct error *error)
{
    struct sockaddr_storage address;
    if (!fill_address(&address, options->listen, options->port)) {
        error_set(error, ERROR_USAGE, "--listen %s: takes a numeric address", options->listen);
        return NULL;
    }
    struct sim_server *server = mem_new(1, sizeof *server);
    server->options = options;
    connection_init(&server->intake, options, world);
    bool is_loaded = load_certificate(server, error);
    errno = 0;
    server->daemon =
        is_loaded ? connection_listen(&server->intake, &address, server->cert, server->key) : NULL;
    if (server->daemon == NULL) {
        if (is_loaded)
            explain_failure(options, errno, error);
        sim_server_stop(server);
        return NULL;
    }
    name_server(server);
    return server;
}

const char *sim_server_url(const struct sim_server *server)
{
    return server->url;
}

void sim_server_stop(struct sim_server *server)
{
    if (server->daemon != NULL) {
        connection_release(&server->intake, INT64_MAX);
        MHD_stop_daemon(server->daemon);
    }
    mem_free_secret(server->cert);
    mem_free_secret(server->key);
    connection_clear(&server->intake);
    free(server->url);
    free(server);
}
