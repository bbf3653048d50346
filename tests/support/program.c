/* SPDX-License-Identifier: MIT */
#include "support/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/escape_checker.h"
#include "support/secret_scanner.h"

#define FOLDERS_MAX 64
#define OPTIONS_MAX 30
#define INSPECT_MS 50 /* how often a program under way is looked at from outside */

/* A path from the environment, or a default. */
static const char *path_of(const char *variable, const char *otherwise)
{
    const char *path = getenv(variable);
    return path && path[0] != '\0' ? path : otherwise;
}

const char *program_blftop(void)
{
    return path_of("BLFTOP", "./blftop");
}

const char *program_simulator(void)
{
    return path_of("UAPI_SIM", "./uapi-sim");
}

/* Reads the line that tells where the simulator listens. */
static void read_address(struct simulator *simulator, int fd)
{
    char line[128] = "";
    size_t length = 0;
    while (length < sizeof line - 1 && !strchr(line, '\n')) {
        ssize_t got = read(fd, line + length, sizeof line - 1 - length);
        if (got <= 0)
            die("uapi-sim has not started");
        length += (size_t)got;
    }
    const char *url = strstr(line, "http");
    if (!url || sscanf(url, "%63s", simulator->url) != 1)
        die("uapi-sim said: %s", line);
}

/* Binds the keeper to a free port. A port that is only let go of may be another client's own by the
 * time the simulator returns. Linux lets two sockets with SO_REUSEADDR bind to one port as long as
 * no more than one of them listens (uapi-sim's has it from libmicrohttpd). */
static void keep_port(struct simulator *simulator)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int one = 1;
    simulator->keeper = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(simulator->keeper, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(simulator->keeper, (struct sockaddr *)&address, length) != 0 ||
        getsockname(simulator->keeper, (struct sockaddr *)&address, &length) != 0)
        die("no port for uapi-sim: %s", strerror(errno));
    simulator->port = ntohs(address.sin_port);
}

void simulator_return(struct simulator *simulator, const char *const *options)
{
    const char *argv[OPTIONS_MAX + 4] = {program_simulator(), "--port"};
    char port_text[16];
    int out[2];
    snprintf(port_text, sizeof port_text, "%d", simulator->port);
    argv[2] = port_text;
    for (size_t i = 0; options && options[i] && i < OPTIONS_MAX; i++)
        argv[3 + i] = options[i];
    if (pipe2(out, O_CLOEXEC) != 0)
        die("pipe: %s", strerror(errno));
    simulator->pid = fork();
    if (simulator->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    read_address(simulator, out[0]);
    close(out[0]);
}

void simulator_start(struct simulator *simulator, const char *const *options)
{
    keep_port(simulator);
    simulator_return(simulator, options);
}

void simulator_fall(struct simulator *simulator)
{
    if (simulator->pid > 0) {
        kill(simulator->pid, SIGTERM);
        waitpid(simulator->pid, NULL, 0);
    }
    simulator->pid = 0;
}

void simulator_stop(struct simulator *simulator)
{
    simulator_fall(simulator);
    if (simulator->port > 0)
        close(simulator->keeper);
    simulator->port = 0;
}

/* Gathers a body for libcurl. */
static size_t gather(char *bytes, size_t size, size_t count, void *user)
{
    return buffer_append(user, bytes, size * count) ? count : 0;
}

long simulator_stat(const struct simulator *simulator, const char *name)
{
    char url[128], key[64];
    struct buffer body;
    long value = -1;
    CURL *curl = curl_easy_init();
    buffer_init(&body, 65536);
    snprintf(url, sizeof url, "%s/sim/stats", simulator->url);
    snprintf(key, sizeof key, "\"%s\":", name);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, gather);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    if (curl_easy_perform(curl) == CURLE_OK && body.data) {
        const char *at = strstr(body.data, key);
        value = at ? atol(at + strlen(key)) : -1;
    }
    curl_easy_cleanup(curl);
    buffer_clear(&body);
    return value;
}

/* In the child: only the given environment, then the program. */
_Noreturn static void run_child(const char *const *argv, const char *const *environment,
                                const int out[2], const int err[2])
{
    const char *variables[32] = {"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin",
                                 "HOME=/nonexistent", "TERM=xterm"};
    size_t count = 5;
    for (size_t i = 0; environment && environment[i] && count < 31; i++)
        variables[count++] = environment[i];
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    alarm(PROGRAM_SECONDS_MAX);
    execve(argv[0], (char *const *)argv, (char *const *)variables);
    _exit(127);
}

/* Are the program's words ours, and may they have colours? A checker may go before its name. */
static void classify(struct program *program, const char *const *argv)
{
    for (size_t i = 0; argv[i]; i++) {
        program->is_ours = program->is_ours || strcmp(argv[i], program_blftop()) == 0 ||
                           strcmp(argv[i], program_simulator()) == 0;
        program->has_colors =
            program->has_colors || strcmp(argv[i], "--color=always") == 0 ||
            (strcmp(argv[i], "--color") == 0 && argv[i + 1] && strcmp(argv[i + 1], "always") == 0);
    }
}

void program_start(struct program *program, const char *const *argv, const char *const *environment)
{
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        die("pipe: %s", strerror(errno));
    *program = (struct program){.out = out[0], .err = err[0]};
    classify(program, argv);
    program->pid = fork();
    if (program->pid == 0)
        run_child(argv, environment, out, err);
    close(out[1]);
    close(err[1]);
}

/* One pipe of a program, and what is thought of what comes out of it. */
struct outflow {
    const char *name;
    struct buffer *kept; /* NULL: dropped */
    struct escape_checker *oracle;
    struct secret_scanner_stream secrets;
};

/* Everything wrong with a program's run; the first is kept. */
static void keep_trouble(char trouble[static 512], const char *what, const char *where)
{
    if (trouble[0] == '\0')
        snprintf(trouble, 512, "%s%s", what, where);
}

/* Judges what has come out of a pipe; at the end, with no bytes, that nothing is half written. */
static void judge(struct outflow *flow, const char *bytes, size_t length, char trouble[static 512])
{
    bool is_right = length > 0 ? escape_checker_judge(flow->oracle, bytes, length)
                               : escape_checker_judge_end(flow->oracle);
    if (!is_right) {
        keep_trouble(trouble, flow->name, " got what is no plain text: ");
        if (strlen(trouble) < 64)
            strncat(trouble, escape_checker_offence(flow->oracle), 511 - strlen(trouble));
    }
    if (!secret_scanner_is_absent(&flow->secrets, bytes, length))
        keep_trouble(trouble, "a secret was written to ", flow->name);
}

/* Reads both pipes to their ends, and looks at the process meanwhile. */
static void read_both(struct program *program, struct outflow flows[2], char trouble[static 512])
{
    struct pollfd fds[2] = {{.fd = program->out, .events = POLLIN},
                            {.fd = program->err, .events = POLLIN}};
    bool has_written = false;
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        char where[SECRET_SCANNER_TEXT_MAX];
        poll(fds, 2, INSPECT_MS);
        if (program->is_ours &&
            !secret_scanner_is_absent_in_process(program->pid, has_written, where))
            keep_trouble(trouble, where, "");
        for (int i = 0; i < 2; i++) {
            char bytes[65536];
            if (fds[i].fd < 0 || fds[i].revents == 0)
                continue;
            ssize_t length = read(fds[i].fd, bytes, sizeof bytes);
            has_written = true;
            if (program->is_ours)
                judge(&flows[i], bytes, length > 0 ? (size_t)length : 0, trouble);
            if (length <= 0)
                fds[i].fd = -1;
            else if (flows[i].kept)
                buffer_append(flows[i].kept, bytes, (size_t)length);
        }
    }
}

int program_finish(struct program *program, struct buffer *out, struct buffer *err)
{
    int status = -1;
    char trouble[512] = "";
    struct outflow flows[2] = {{.name = "standard output", .kept = out},
                               {.name = "standard error", .kept = err}};
    for (int i = 0; i < 2; i++)
        flows[i].oracle = escape_checker_new_plain(program->has_colors && i == 0);
    read_both(program, flows, trouble);
    for (int i = 0; i < 2; i++)
        escape_checker_free(flows[i].oracle);
    close(program->out);
    close(program->err);
    waitpid(program->pid, &status, 0);
    program->pid = 0;
    if (WIFSIGNALED(status) && WCOREDUMP(status))
        keep_trouble(trouble, "the program left a core", "");
    if (trouble[0] != '\0')
        fail_msg("%s", trouble);
    return status;
}

int program_run(const char *const *argv, const char *const *environment, struct buffer *out,
                struct buffer *err)
{
    struct program program;
    program_start(&program, argv, environment);
    return program_finish(&program, out, err);
}

/* Removes one thing of a folder's tree. */
static int remove_one(const char *path, const struct stat *status, int type, struct FTW *pager)
{
    (void)status;
    (void)type;
    (void)pager;
    return remove(path);
}

/* The folders there are. A test that fails does not come to free its own. */
static struct {
    char *paths[FOLDERS_MAX];
    size_t count;
    pid_t owner;
} folders;

/* At the end: removes what failed tests have left. */
static void remove_folders(void)
{
    for (size_t i = 0; i < folders.count && folders.owner == getpid(); i++)
        nftw(folders.paths[i], remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Notes a folder. */
static void keep_folder(char *folder)
{
    if (folders.owner != getpid()) {
        folders.count = 0;
        folders.owner = getpid();
        if (atexit(remove_folders) != 0)
            die("cannot see to the end");
    }
    if (folders.count < FOLDERS_MAX)
        folders.paths[folders.count++] = folder;
}

/* Forgets it. */
static void drop_folder(const char *folder)
{
    for (size_t i = 0; i < folders.count; i++) {
        if (folders.paths[i] == folder)
            folders.paths[i] = folders.paths[--folders.count];
    }
}

char *folder_new(void)
{
    char *folder = mem_printf("%s/blftop-test-XXXXXX", path_of("TMPDIR", "/tmp"));
    if (!mkdtemp(folder))
        die("cannot make %s: %s", folder, strerror(errno));
    keep_folder(folder);
    return folder;
}

void folder_free(char *folder)
{
    char where[SECRET_SCANNER_TEXT_MAX];
    bool is_clean = secret_scanner_is_absent_in_folder(folder, where);
    drop_folder(folder);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(folder);
    if (!is_clean)
        fail_msg("%s", where);
}

const char *folder_write(const char *folder, const char *name, const char *format, ...)
{
    static char path[PATH_MAX];
    va_list args;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    secret_scanner_expect_file(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file)
        die("cannot write %s: %s", path, strerror(errno));
    va_start(args, format);
    vfprintf(file, format, args);
    va_end(args);
    fclose(file);
    return path;
}
