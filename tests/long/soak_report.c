/* SPDX-License-Identifier: MIT */
#include "long/soak_report.h"

#include <stdio.h>

#define POLLS_AN_HOUR 720   /* of a board that polls every 5 seconds */
#define SLOPE_MAX_KIB 1.0   /* an hour */
#define GROWTH_MAX_KIB 2048 /* in all, where there are too few polls for a slope */
#define SOCKETS_MAX 8
#define WARM_UP_PARTS 5 /* one of so many parts of the samples is warm-up */

/* The first sample after warm-up. */
static size_t first_warm(const struct soak_report *report)
{
    return report->sample_count / WARM_UP_PARTS;
}

/* What does not hold of one sample. */
static const char *judge_sample(const struct soak_sample *sample, const struct soak_sample *first)
{
    if (sample->threads > 2)
        return "there are more than two threads";
    if (sample->others != first->others)
        return "there are not as many descriptors as at the first check point";
    if (sample->sockets > SOCKETS_MAX)
        return "there are more sockets than one server's connections";
    return NULL;
}

/* What does not hold of the memory. */
static const char *judge_memory(const struct soak_report *report)
{
    size_t first = first_warm(report);
    size_t count = report->sample_count;
    const struct soak_sample *samples = report->samples;
    if (count < first + 2 || report->is_sanitized)
        return NULL;
    if (report->counts.polls < SOAK_SLOPE_POLLS_MIN) {
        long growth = samples[count - 1].resident_kib - samples[first].resident_kib;
        return growth > GROWTH_MAX_KIB ? "memory grows" : NULL;
    }
    double an_hour = soak_slope_by_polls(samples, first, count) * POLLS_AN_HOUR;
    return an_hour >= SLOPE_MAX_KIB ? "memory grows by a KiB an hour, or more" : NULL;
}

const char *soak_report_judge(const struct soak_report *report)
{
    for (size_t i = 0; i < report->sample_count; i++) {
        const char *why = judge_sample(&report->samples[i], &report->samples[0]);
        if (why != NULL)
            return why;
    }
    return judge_memory(report);
}

/* Prints what was done. */
static void print_counts(const struct soak_report *report)
{
    const struct soak_counts *counts = &report->counts;
    uint64_t faults = 0;
    for (int i = 1; i < SOAK_FAULTS; i++)
        faults += counts->faults[i];
    printf("seed               %llu\n", (unsigned long long)report->seed);
    printf("polls              %llu in %.1f s, %.0f a second; %.1f hours of the board's time\n",
           (unsigned long long)counts->polls, report->seconds,
           (double)counts->polls / report->seconds, report->board_hours);
    printf("requests           %llu, connections %llu, board's CPU %.1f s\n",
           (unsigned long long)counts->requests, (unsigned long long)counts->connections,
           report->cpu_seconds);
    printf("tokens             %llu asked for, %llu refused\n", (unsigned long long)counts->tokens,
           (unsigned long long)counts->token_failures);
    printf("faults             %llu (%.1f %%):", (unsigned long long)faults,
           100.0 * (double)faults / (double)counts->polls);
    for (int i = 1; i < SOAK_FAULTS; i++)
        printf(" %s %llu", soak_fault_name((enum soak_fault)i),
               (unsigned long long)counts->faults[i]);
    printf("\nkeys, resizes      %zu, %zu\n", report->keys, report->resizes);
    printf("cells compared     %zu at %zu check points (%zu looked at twice)\n", report->cells,
           report->sample_count, report->late);
}

/* Prints the most and the least of descriptors and threads. */
static void print_samples(const struct soak_report *report)
{
    struct soak_sample least = report->samples[0], most = report->samples[0];
    for (size_t i = 1; i < report->sample_count; i++) {
        const struct soak_sample *sample = &report->samples[i];
        least.others = sample->others < least.others ? sample->others : least.others;
        most.others = sample->others > most.others ? sample->others : most.others;
        least.sockets = sample->sockets < least.sockets ? sample->sockets : least.sockets;
        most.sockets = sample->sockets > most.sockets ? sample->sockets : most.sockets;
        most.threads = sample->threads > most.threads ? sample->threads : most.threads;
    }
    printf("descriptors        %ld to %ld, and sockets %ld to %ld\n", least.others, most.others,
           least.sockets, most.sockets);
    printf("threads            %ld at most\n", most.threads);
}

/* Prints the memory, and its slope where there is enough to tell one from. */
static void print_memory(const struct soak_report *report)
{
    size_t first = first_warm(report);
    size_t count = report->sample_count;
    const struct soak_sample *samples = report->samples;
    printf("resident memory    %ld KiB after warm-up (%.0f polls), %ld KiB at the end%s\n",
           samples[first].resident_kib, samples[first].polls, samples[count - 1].resident_kib,
           report->is_sanitized ? " (a sanitizer's, not judged)" : "");
    if (report->counts.polls < SOAK_SLOPE_POLLS_MIN || count < first + 2)
        return;
    double by_polls = soak_slope_by_polls(samples, first, count);
    printf("slope              %+.4f KiB an hour of a board that polls every 5 s (720 polls)\n"
           "                   %+.2f KiB for 100,000 polls, %+.2f KiB an hour of real time\n",
           by_polls * POLLS_AN_HOUR, by_polls * 1e5,
           soak_slope_by_seconds(samples, first, count) * 3600);
}

void soak_report_print(const struct soak_report *report)
{
    print_counts(report);
    if (report->sample_count == 0)
        return;
    print_samples(report);
    print_memory(report);
}
