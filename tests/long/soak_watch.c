/* SPDX-License-Identifier: MIT */
#include "long/soak_watch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SANITIZED_KIB (INT64_C(1) << 30) /* shadow memory: more than a TiB of addresses */

/* The number after a name in a file of /proc/PID; -1 if there is none. */
static long read_number(pid_t pid, const char *file, const char *name)
{
    char path[64], line[256];
    long number = -1;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *stream = fopen(path, "re");
    while (stream != NULL && number < 0 && fgets(line, sizeof line, stream) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            number = strtol(line + strlen(name), NULL, 10);
    }
    if (stream != NULL)
        fclose(stream);
    return number;
}

/* Counts descriptors. */
static void count_descriptors(struct soak_sample *sample, pid_t pid)
{
    char path[64], target[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        if (length < 0)
            continue;
        target[length] = '\0';
        bool is_socket = strncmp(target, "socket:", 7) == 0;
        sample->sockets += is_socket;
        sample->others += !is_socket;
    }
    if (folder != NULL)
        closedir(folder);
}

bool soak_sample_take(struct soak_sample *sample, pid_t pid)
{
    sample->resident_kib = read_number(pid, "smaps_rollup", "Rss:");
    sample->threads = read_number(pid, "status", "Threads:");
    sample->others = 0;
    sample->sockets = 0;
    count_descriptors(sample, pid);
    return sample->resident_kib > 0 && sample->threads > 0 && sample->others > 0;
}

double soak_cpu_seconds(pid_t pid)
{
    char path[64];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *stream = fopen(path, "re");
    if (stream == NULL)
        return 0;
    int read = fscanf(stream, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                      &kernel);
    fclose(stream);
    return read == 2 ? (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK) : 0;
}

bool soak_is_sanitized(pid_t pid)
{
    return read_number(pid, "status", "VmSize:") > SANITIZED_KIB;
}

/* Slope of memory over what `of` gives of a sample. */
static double slope(const struct soak_sample *samples, size_t first, size_t count,
                    double (*of)(const struct soak_sample *))
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = first; i < count; i++) {
        double at = of(&samples[i]);
        double size = (double)samples[i].resident_kib;
        n += 1;
        x += at;
        y += size;
        xx += at * at;
        xy += at * size;
    }
    double spread = n * xx - x * x;
    return spread > 0 ? (n * xy - x * y) / spread : 0;
}

/* The polls of a sample. */
static double polls_of(const struct soak_sample *sample)
{
    return sample->polls;
}

/* The time of a sample. */
static double seconds_of(const struct soak_sample *sample)
{
    return sample->seconds;
}

double soak_slope_by_polls(const struct soak_sample *samples, size_t first, size_t count)
{
    return slope(samples, first, count, polls_of);
}

double soak_slope_by_seconds(const struct soak_sample *samples, size_t first, size_t count)
{
    return slope(samples, first, count, seconds_of);
}
