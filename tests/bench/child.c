/* SPDX-License-Identifier: MIT */
#include "bench/child.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define TAIL_MAX ((size_t)64 << 10)
#define PATIENCE_S 30.0
#define NS 1e9

double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / NS;
}

void child_start(struct child *child, const char *const *argv, const char *const *variables)
{
    struct winsize size = {.ws_row = CHILD_ROWS, .ws_col = CHILD_COLS};
    *child = (struct child){.started = seconds()};
    buffer_init(&child->tail, 0);
    buffer_puts(&child->tail, "");
    child->pid = forkpty(&child->master, NULL, NULL, &size);
    if (child->pid < 0)
        die("cannot start %s: %s", argv[0], strerror(errno));
    if (child->pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        for (size_t i = 0; variables != NULL && variables[i] != NULL; i++)
            putenv((char *)variables[i]);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
}

void child_start_shell(struct child *child, const char *line)
{
    const char *const argv[] = {"sh", "-c", line, NULL};
    child_start(child, argv, NULL);
}

/* Takes bytes in. */
static void take(struct child *child, const char *bytes, size_t length)
{
    child->last_at = seconds();
    if (child->bytes == 0)
        child->first_at = child->last_at;
    child->bytes += length;
    buffer_append(&child->tail, bytes, length);
    if (child->tail.length > 2 * TAIL_MAX) {
        memmove(child->tail.data, child->tail.data + child->tail.length - TAIL_MAX, TAIL_MAX + 1);
        child->tail.length = TAIL_MAX;
    }
}

/* Reads what a terminal has. */
static void take_ready(struct child *child, short events)
{
    char bytes[65536];
    if (events == 0)
        return;
    ssize_t length = read(child->master, bytes, sizeof bytes);
    if (length > 0)
        take(child, bytes, (size_t)length);
    else
        child->is_closed = true; /* EIO: nobody has the terminal any more */
}

/* Waits for bytes of any child, at most so long. False if none came. */
static bool wait_for_bytes(struct child *const *children, size_t count, double span)
{
    struct pollfd fds[CHILD_MANY];
    long ns = span > 0 ? (long)(span * NS) : 0;
    struct timespec wait = {.tv_sec = ns / (long)NS, .tv_nsec = ns % (long)NS};
    for (size_t i = 0; i < count; i++)
        fds[i] = (struct pollfd){.fd = children[i]->is_closed ? -1 : children[i]->master,
                                 .events = POLLIN};
    if (ppoll(fds, (nfds_t)count, &wait, NULL) <= 0)
        return false;
    for (size_t i = 0; i < count; i++)
        take_ready(children[i], fds[i].revents);
    return true;
}

void child_pump(struct child *const *children, size_t count, double span)
{
    double until = seconds() + span;
    for (double now; (now = seconds()) < until;)
        (void)wait_for_bytes(children, count, until - now);
}

bool child_read(struct child *child, double span)
{
    return wait_for_bytes(&child, 1, span) && !child->is_closed;
}

void child_await(struct child *child, const char *text)
{
    double until = seconds() + PATIENCE_S;
    size_t length = strlen(text);
    while (memmem(child->tail.data, child->tail.length, text, length) == NULL) {
        if (seconds() > until || child->is_closed)
            die("a program never showed \"%s\"; the end of what it wrote: %.200s", text,
                child->tail.data + (child->tail.length > 200 ? child->tail.length - 200 : 0));
        (void)child_read(child, 0.1);
    }
}

void child_settle(struct child *child, double silence)
{
    while (child_read(child, silence))
        continue;
}

void child_type(struct child *child, const char *keys)
{
    size_t length = strlen(keys);
    if (write(child->master, keys, length) != (ssize_t)length)
        die("cannot type: %s", strerror(errno));
}

/* Reads the first line of a file of /proc. False if there is none. */
static bool read_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "re");
    bool is_read = file != NULL && fgets(line, size, file) != NULL;
    if (file != NULL)
        fclose(file);
    return is_read;
}

double child_cpu(const struct child *child)
{
    char path[300], line[128];
    double spent = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)child->pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        die("cannot read %s", path);
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        snprintf(path, sizeof path, "/proc/%d/task/%.200s/schedstat", (int)child->pid,
                 task->d_name);
        if (task->d_name[0] != '.' && read_line(path, line, sizeof line))
            spent += strtod(line, NULL) / NS;
    }
    closedir(tasks);
    return spent;
}

double child_cpu_below(const struct child *child)
{
    char path[64], line[1024];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)child->pid);
    if (!read_line(path, line, sizeof line))
        die("cannot read %s", path);
    const char *rest = strrchr(line, ')'); /* fields 3 and on; proc(5) */
    if (rest == NULL ||
        sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lu %lu", &user,
               &kernel) != 2)
        die("cannot understand %s", path);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

double child_resident(const struct child *child)
{
    char path[64], line[256];
    unsigned long pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)child->pid);
    if (!read_line(path, line, sizeof line) || sscanf(line, "%*u %lu", &pages) != 1)
        die("cannot read %s", path);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
}

double child_end(struct child *child, int signal_number)
{
    struct rusage usage;
    int status;
    if (signal_number != 0)
        kill(child->pid, signal_number);
    double until = seconds() + PATIENCE_S;
    while (wait4(child->pid, &status, WNOHANG, &usage) != child->pid) {
        if (seconds() > until)
            kill(child->pid, SIGKILL);
        if (child->is_closed)
            usleep(1000);
        else
            (void)child_read(child, 0.01);
    }
    close(child->master);
    buffer_clear(&child->tail);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

bool child_make_certificate(const char *folder)
{
    char *line = mem_printf(
        "cd '%s' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 "
        "-addext subjectAltName=IP:127.0.0.1 >/dev/null 2>&1",
        folder);
    bool is_made = system(line) == 0;
    free(line);
    return is_made;
}
