/* SPDX-License-Identifier: MIT */
/* The simulator as a server, a relay that counts the bytes in front of it, and blftop as a whole.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/costs.h"

#define TOLD "uapi-sim: listening on "

void costs_server_start(struct costs_server *server, const char *folder, bool is_tls,
                        const char *fleet, size_t extensions)
{
    const char *program = getenv("UAPI_SIM") != NULL ? getenv("UAPI_SIM") : "./uapi-sim";
    char *cert = mem_printf("%s/cert.pem", folder), *key = mem_printf("%s/key.pem", folder);
    char *count = mem_printf("%zu", extensions);
    const char *argv[16] = {program, "--token", "t", "--churn", "0"};
    size_t used = 5;
    argv[used++] = fleet != NULL ? "--fleet" : "--extensions";
    argv[used++] = fleet != NULL ? fleet : count;
    if (is_tls) {
        argv[used++] = "--cert";
        argv[used++] = cert;
        argv[used++] = "--key";
        argv[used++] = key;
    }
    *server = (struct costs_server){.is_tls = is_tls};
    child_start(&server->child, argv, NULL);
    child_await(&server->child, "\n");
    const char *colon = strrchr(server->child.tail.data, ':');
    server->port = colon != NULL ? atoi(colon + 1) : 0;
    if (strncmp(server->child.tail.data, TOLD, strlen(TOLD)) != 0 || server->port == 0)
        die("the simulator says %.200s", server->child.tail.data);
    free(cert);
    free(key);
    free(count);
}

void costs_server_stop(struct costs_server *server)
{
    child_end(&server->child, SIGTERM);
}

/* A socket of this machine: connected to a port, or (0) listening on a free one. */
static int open_socket(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_open =
        port > 0 ? connect(fd, (struct sockaddr *)&address, sizeof address) == 0
                 : bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 8) == 0;
    if (!is_open)
        die("a socket: %s", strerror(errno));
    return fd;
}

/* The port that a socket listens on. */
static int port_of(int fd)
{
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("a socket's port: %s", strerror(errno));
    return ntohs(address.sin_port);
}

/* Passes on what is there, and counts it. False if there will be no more. */
static bool pass(int from, int to, _Atomic unsigned long *count)
{
    char bytes[65536];
    ssize_t length = read(from, bytes, sizeof bytes);
    for (ssize_t done = 0; done < length;) {
        ssize_t sent = send(to, bytes + done, (size_t)(length - done), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        done += sent;
    }
    if (length > 0)
        atomic_fetch_add(count, (unsigned long)length);
    return length > 0;
}

/* Relays connections, one after the other, until it is killed. counts: up, down. */
_Noreturn static void run_relay(int listener, int port, _Atomic unsigned long *counts)
{
    for (;;) {
        int client = accept(listener, NULL, NULL), server = open_socket(port);
        struct pollfd fds[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        bool is_on = true;
        while (is_on && poll(fds, 2, -1) > 0) {
            is_on = fds[0].revents == 0 || pass(client, server, &counts[0]);
            is_on = is_on && (fds[1].revents == 0 || pass(server, client, &counts[1]));
        }
        close(client);
        close(server);
    }
}

struct costs_wire costs_measure_wire(const struct costs_server *server, const char *folder,
                                     long page_size)
{
    struct costs_client client;
    _Atomic unsigned long *counts =
        mmap(NULL, 2 * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED)
        die("no memory to share");
    int listener = open_socket(0), port = port_of(listener);
    pid_t relay = fork();
    if (relay == 0)
        run_relay(listener, server->port, counts);
    close(listener);
    costs_client_init(&client, server, port, folder, page_size);
    (void)costs_poll(&client, server);
    double up = (double)atomic_load(&counts[0]), down = (double)atomic_load(&counts[1]);
    (void)costs_poll(&client, server);
    struct costs_wire wire = {(double)atomic_load(&counts[0]) - up,
                              (double)atomic_load(&counts[1]) - down};
    costs_client_clear(&client);
    kill(relay, SIGKILL);
    waitpid(relay, NULL, 0);
    munmap((void *)counts, 2 * sizeof *counts);
    return wire;
}

double costs_server_stat(const struct costs_server *server, const char *name)
{
    static const char ask[] = "GET /sim/stats HTTP/1.0\r\n\r\n";
    char answer[4096], *key = mem_printf("\"%s\":", name);
    size_t length = 0;
    int fd = open_socket(server->port);
    if (send(fd, ask, sizeof ask - 1, MSG_NOSIGNAL) != (ssize_t)sizeof ask - 1)
        die("the simulator's counters: %s", strerror(errno));
    for (ssize_t got; (got = read(fd, answer + length, sizeof answer - 1 - length)) > 0;)
        length += (size_t)got;
    close(fd);
    answer[length] = '\0';
    const char *at = strstr(answer, key);
    if (at == NULL)
        die("the simulator counts no %s", name);
    double value = strtod(at + strlen(key), NULL);
    free(key);
    return value;
}

/* In the child: becomes blftop, which writes into a file. */
_Noreturn static void become_once(const char *program, const char *config, const char *output)
{
    int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
        _exit(126);
    execl(program, program, "--config", config, "--once", "--format", "json", (char *)NULL);
    _exit(127);
}

/* Writes its settings. */
static void write_config(const char *path, const struct costs_server *server, long page_size)
{
    FILE *file = fopen(path, "we");
    if (file == NULL ||
        fprintf(file,
                "server = { url = \"http://127.0.0.1:%d\"; token = \"t\"; };\n"
                "poll = { timeout = 60.0; page_size = %ld; };\n",
                server->port, page_size) < 0 ||
        fclose(file) != 0)
        die("cannot write %s", path);
}

struct costs_once costs_run_once(const struct costs_server *server, const char *program,
                                 const char *folder, long page_size)
{
    struct rusage usage;
    struct stat made;
    int status;
    char *config = mem_printf("%s/once.conf", folder), *output = mem_printf("%s/once.json", folder);
    write_config(config, server, page_size);
    double requests = costs_server_stat(server, "presence_requests");
    double bytes = costs_server_stat(server, "bytes");
    double server_cpu = costs_server_cpu(server), start = seconds();
    pid_t pid = fork();
    if (pid == 0)
        become_once(program, config, output);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0 || stat(output, &made) != 0)
        die("%s --once did not succeed", program);
    struct costs_once once = {
        .cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
        .wall = seconds() - start,
        .peak_kib = (double)usage.ru_maxrss,
        .output = (double)made.st_size,
        .server_cpu = costs_server_cpu(server) - server_cpu,
        .requests = costs_server_stat(server, "presence_requests") - requests,
        .received = costs_server_stat(server, "bytes") - bytes,
    };
    free(config);
    free(output);
    return once;
}
