/* SPDX-License-Identifier: MIT */
/* make bench: which parts are measured, and the table. Environment: BENCH (names of parts), and
 * BENCH_RUNS (turns of what takes seconds). */
#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "uapi/memory.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define RUNS_DEFAULT 5
#define PATH_BYTES_MAX 4096

static const struct {
    const char *name;
    void (*measure)(struct bench *bench);
    const char *rows;
} parts[] = {
    {"decode", part_decode, "2"},   {"memory", part_memory, "8"},    {"filter", part_filter, "9"},
    {"paint", part_paint, "4"},     {"start", part_start, "6"},      {"keys", part_keys, "3"},
    {"refresh", part_refresh, "1"}, {"idle", part_idle, "5"},        {"link", part_link, "7"},
    {"window", part_window, "10"},  {"servers", part_servers, "11"},
};

void bench_tell(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

bool bench_has(const char *program)
{
    char path[PATH_BYTES_MAX];
    const char *folders = getenv("PATH");
    for (const char *at = folders != NULL ? folders : "/usr/bin:/bin"; *at != '\0';) {
        size_t length = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, at, program);
        if (access(path, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

bool bench_needs(struct bench *bench, int number, const char *what, const char *programs)
{
    char list[256], missing[256] = "";
    snprintf(list, sizeof list, "%s", programs);
    for (char *next = list, *name; (name = strsep(&next, " ")) != NULL;) {
        if (bench_has(name))
            continue;
        size_t length = strlen(missing);
        snprintf(missing + length, sizeof missing - length, " %s", name);
    }
    if (missing[0] == '\0')
        return true;
    char *why = mem_printf("not installed:%s", missing);
    table_skip(&bench->table, number, what, why);
    free(why);
    return false;
}

char *bench_write(const struct bench *bench, const char *name, const char *format, ...)
{
    char *path = mem_printf("%s/%s", bench->folder, name);
    FILE *file = fopen(path, "we");
    va_list arguments;
    va_start(arguments, format);
    if (file == NULL || vfprintf(file, format, arguments) < 0 || fclose(file) != 0)
        die("cannot write %s", path);
    va_end(arguments);
    return path;
}

/* Removes the folder and what parts have left in it. */
static void remove_folder(const char *folder)
{
    char path[PATH_BYTES_MAX];
    DIR *files = opendir(folder);
    if (files == NULL)
        die("cannot read %s", folder);
    for (struct dirent *file; (file = readdir(files)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        if (file->d_name[0] != '.')
            (void)unlink(path);
    }
    closedir(files);
    if (rmdir(folder) != 0)
        die("cannot remove %s", folder);
}

/* Is a part among those asked for? */
static bool is_wanted(const char *list, const char *name)
{
    size_t length = strlen(name);
    if (list == NULL || *list == '\0')
        return true;
    for (const char *at = list; (at = strstr(at, name)) != NULL; at++) {
        bool begins = at == list || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Is every word of the list a part? */
static void check_list(const char *list)
{
    char words[512];
    snprintf(words, sizeof words, "%s", list != NULL ? list : "");
    for (char *next = words, *word; (word = strsep(&next, " ")) != NULL;) {
        bool is_known = *word == '\0';
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            is_known = is_known || strcmp(parts[i].name, word) == 0;
        if (!is_known)
            die("BENCH=%s: there is no part of that name", word);
    }
}

/* A path from the environment. */
static const char *find_path(const char *variable, const char *otherwise)
{
    const char *path = getenv(variable);
    return path != NULL ? path : otherwise;
}

/* Tells what the machine is and what else it does. */
static void print_machine(void)
{
    struct utsname name;
    double loads[3] = {0};
    (void)getloadavg(loads, 3);
    if (uname(&name) == 0)
        printf("%s %s %s, %ld processors, load %.1f %.1f %.1f\n", name.sysname, name.release,
               name.machine, sysconf(_SC_NPROCESSORS_ONLN), loads[0], loads[1], loads[2]);
}

int main(void)
{
    char folder[] = "/tmp/blftop-bench-XXXXXX";
    const char *list = getenv("BENCH");
    const char *runs = getenv("BENCH_RUNS");
    struct bench bench = {
        .runs = runs != NULL && atoi(runs) > 0 ? (size_t)atoi(runs) : RUNS_DEFAULT,
        .blftop = find_path("BLFTOP", "./blftop"),
        .variant = find_path("BENCH_VARIANT", "tests/bench/variant"),
        .simulator = find_path("UAPI_SIM", "./uapi-sim"),
        .folder = folder,
    };
    umask(077); /* settings hold a token */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    memory_guard_jansson();
    signal(SIGPIPE, SIG_IGN);
    check_list(list);
    if (mkdtemp(folder) == NULL)
        die("cannot make %s", folder);
    table_init(&bench.table);
    print_machine();
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (!is_wanted(list, parts[i].name))
            continue;
        bench_tell("%s (row %s)", parts[i].name, parts[i].rows);
        parts[i].measure(&bench);
    }
    print_machine();
    table_print(&bench.table, stdout);
    table_clear(&bench.table);
    remove_folder(folder);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
