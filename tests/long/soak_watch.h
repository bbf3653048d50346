/* SPDX-License-Identifier: MIT */
/*
 * soak_watch: what a process takes of the machine, and whether that grows.
 *
 * Reads /proc of a child that runs: resident memory, descriptors, threads, CPU time. A series of
 * samples has a slope by least squares; samples of the warm-up are left out of it.
 */
#ifndef BLFTOP_TESTS_LONG_SOAK_WATCH_H
#define BLFTOP_TESTS_LONG_SOAK_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct soak_sample {
    double polls;   /* at this moment */
    double seconds; /* of real time since the start */
    long resident_kib;
    long others;  /* descriptors that are no sockets */
    long sockets; /* and those that are */
    long threads;
};

/* Takes a sample of a process; false if it is not there. */
bool soak_sample_take(struct soak_sample *sample, pid_t pid);

/* Seconds of CPU time that the process has used. */
double soak_cpu_seconds(pid_t pid);

/* Does it run with a sanitizer, whose memory says nothing of the program's? */
bool soak_is_sanitized(pid_t pid);

/* Growth of resident memory in KiB for one poll, or for one second, from sample `first` on. */
double soak_slope_by_polls(const struct soak_sample *samples, size_t first, size_t count);
double soak_slope_by_seconds(const struct soak_sample *samples, size_t first, size_t count);

#endif
