/* SPDX-License-Identifier: MIT */
/*
 * subject: a source and its roster on a crowd, without a network, and what a poll costs.
 *
 * The source's requests are answered from the crowd in the order they come. What is timed is what
 * the loop would spend on the source: asking, taking replies, working through pages until the
 * roster has them; not the making of the answers. Time is made up and stands still during a poll.
 */
#ifndef BLFTOP_TESTS_BENCH_SUBJECT_H
#define BLFTOP_TESTS_BENCH_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/rng.h"
#include "bench/crowd.h"
#include "config/settings.h"
#include "model/roster.h"
#include "model/server_status.h"
#include "poll/source.h"

struct subject {
    struct crowd *crowd; /* borrowed */
    struct settings settings;
    struct roster roster;
    struct server_status feed;
    struct rng rng;
    struct buffer spare; /* memory of the page before */
    struct source *source;
    struct moment now;

    /* Of the last poll. */
    struct buffer *bodies; /* copies of its pages, if they are kept; owned */
    size_t body_count;
    bool keeps_bodies;
    size_t requests;
};

/* Nothing polled yet. */
void subject_init(struct subject *subject, struct crowd *crowd, int64_t page_size);
void subject_clear(struct subject *subject);

/* Polls once; returns the seconds of CPU that it took. */
double subject_poll(struct subject *subject);

/* Decodes the last poll's pages with jansson alone and drops what comes of it; likewise. */
double subject_decode_bare(const struct subject *subject);

/* Bytes of the last poll's pages. */
size_t subject_bytes(const struct subject *subject);

/* Seconds of CPU that this thread has used. */
double cpu_seconds(void);

#endif
