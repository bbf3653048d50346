/* SPDX-License-Identifier: MIT */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "config/settings_validate.h"

#define SIMULATOR "uapi-sim"
#define START_MS 5000 /* how long the child may take to listen */
#define GRACE_MS 1000 /* and to end */
#define TOKEN_BYTES 32
#define URL_BYTES 128 /* of the child's address, with its NUL */

/* The child's pipes; both ends of each. */
struct pipes {
    int in[2];
    int out[2];
};

/* The simulator beside our own program, else NULL (PATH is searched). The caller frees. */
static char *find_beside(void)
{
    char own[4096];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length <= 0)
        return NULL;
    own[length] = '\0';
    char *slash = strrchr(own, '/');
    char *path = mem_printf("%.*s/" SIMULATOR, (int)(slash - own), own);
    if (access(path, X_OK) == 0)
        return path;
    free(path);
    return NULL;
}

/* A random token, as hex. The caller frees it with mem_free_secret. */
static char *make_token(void)
{
    unsigned char bytes[TOKEN_BYTES];
    char *token = mem_new(2 * TOKEN_BYTES + 1, 1);
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        die("cannot get random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(token + 2 * i, 3, "%02x", bytes[i]);
    mem_wipe(bytes, sizeof bytes);
    return token;
}

/* In the child: becomes the simulator. It is in a process group of its own, so that the
 * terminal's Ctrl-C ends blftop first, and it ends when blftop does, however that ends. */
_Noreturn static void become_simulator(const struct pipes *pipes, const char *path, pid_t parent)
{
    static const char *const argv[] = {SIMULATOR, "--leash", "--port", "0", "--extensions",
                                       "412",     "--churn", "0.01",   NULL};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    setpgid(0, 0);
    if (dup2(pipes->in[0], STDIN_FILENO) < 0 || dup2(pipes->out[1], STDOUT_FILENO) < 0)
        _exit(127); /* it would write where we do */
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
    if (path)
        execv(path, (char *const *)argv);
    else
        execvp(SIMULATOR, (char *const *)argv);
    _exit(127);
}

/* Closes a descriptor, once. */
static void close_once(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Starts the child. */
static bool start_child(struct demo *demo, struct pipes *pipes, struct error *error)
{
    char *path = find_beside();
    pid_t parent = getpid();
    if (pipe2(pipes->in, O_CLOEXEC) != 0 || pipe2(pipes->out, O_CLOEXEC) != 0)
        die("cannot make a pipe: %s", strerror(errno));
    demo->child = fork();
    if (demo->child == 0)
        become_simulator(pipes, path, parent);
    free(path);
    close_once(&pipes->in[0]);
    close_once(&pipes->out[1]);
    demo->leash = pipes->in[1];
    if (demo->child > 0)
        return true;
    demo->child = 0;
    close_once(&pipes->out[0]);
    return error_set(error, ERROR_UNREACHABLE, "cannot start " SIMULATOR ": %s", strerror(errno));
}

/* Reads the child's first line. False if it ends, or takes too long. */
static bool read_line(int fd, char *line, size_t size)
{
    int64_t until = clock_read().ms + START_MS;
    size_t length = 0;
    while (length + 1 < size) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left = until - clock_read().ms;
        if (left <= 0 || (poll(&wait, 1, (int)left) < 0 && errno != EINTR))
            return false;
        if (wait.revents == 0)
            continue;
        ssize_t got = read(fd, line + length, 1);
        if (got <= 0)
            return false;
        line[length + 1] = '\0';
        if (line[length++] == '\n')
            return true;
    }
    return false;
}

/* Sends the token and learns where the child listens. */
static bool meet(struct demo *demo, int out, const char *token, char url[static URL_BYTES],
                 struct error *error)
{
    char line[160] = "";
    bool is_sent = write(demo->leash, token, strlen(token)) == (ssize_t)strlen(token) &&
                   write(demo->leash, "\n", 1) == 1;
    const char *address =
        is_sent && read_line(out, line, sizeof line) ? strstr(line, "http") : NULL;
    size_t length = address ? strcspn(address, " \n") : 0;
    if (length > 0 && length < URL_BYTES) {
        memcpy(url, address, length);
        url[length] = '\0';
        return true;
    }
    return error_set(error, ERROR_UNREACHABLE,
                     "--demo needs " SIMULATOR ", which does not start: it comes with blftop when "
                     "that is built with libmicrohttpd");
}

bool demo_start(struct demo *demo, struct settings *settings, struct error *error)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    char url[URL_BYTES];
    *demo = (struct demo){.leash = -1};
    if (!start_child(demo, &pipes, error))
        return false;
    /* A child that has ended already would end us by SIGPIPE. */
    sigaction(SIGPIPE, &ignore, &before);
    char *token = make_token();
    bool is_met = meet(demo, pipes.out[0], token, url, error) &&
                  settings_add_server(settings, "demo", url, token, error);
    mem_free_secret(token);
    sigaction(SIGPIPE, &before, NULL);
    close_once(&pipes.out[0]);
    if (!is_met)
        demo_stop(demo);
    return is_met;
}

void demo_stop(struct demo *demo)
{
    if (demo->child <= 0)
        return;
    close_once(&demo->leash);
    int64_t until = clock_read().ms + GRACE_MS;
    pid_t ended;
    while ((ended = waitpid(demo->child, NULL, WNOHANG)) == 0 && clock_read().ms < until)
        poll(NULL, 0, 5);
    if (ended == 0) {
        kill(demo->child, SIGKILL);
        waitpid(demo->child, NULL, 0);
    }
    demo->child = 0;
}
