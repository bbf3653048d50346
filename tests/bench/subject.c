/* SPDX-License-Identifier: MIT */
#include "bench/subject.h"

#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "config/settings_validate.h"

#define START_MS INT64_C(86400000) /* long after the machine's start */
#define WALL_MS INT64_C(1795636800000)
#define QUEUE_MAX 256 /* requests in flight */

/* A request that has not been answered. */
struct asked {
    struct source *source;
    uint64_t tag;
    struct buffer body;
    bool is_refused;
};

double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void subject_init(struct subject *subject, struct crowd *crowd, int64_t page_size)
{
    struct error error = {0};
    *subject = (struct subject){.crowd = crowd, .now = {START_MS, WALL_MS}};
    settings_init(&subject->settings);
    if (!settings_add_server(&subject->settings, "bench", "https://bench.example", "t", &error))
        die("%s", error.text);
    subject->settings.page_size = page_size;
    roster_init(&subject->roster, NULL, 0);
    rng_seed(&subject->rng, 1);
    server_status_init(&subject->feed, "bench", "https://bench.example",
                       subject->settings.interval_ms);
    subject->source = source_new(&(struct source_setup){.settings = &subject->settings,
                                                        .server = &subject->settings.servers[0],
                                                        .roster = &subject->roster,
                                                        .feed = &subject->feed,
                                                        .rng = &subject->rng,
                                                        .spare = &subject->spare},
                                 subject->now.ms);
}

/* Drops the copies of the last poll's pages. */
static void drop_bodies(struct subject *subject)
{
    for (size_t i = 0; i < subject->body_count; i++)
        buffer_clear(&subject->bodies[i]);
    free(subject->bodies);
    subject->bodies = NULL;
    subject->body_count = 0;
}

void subject_clear(struct subject *subject)
{
    drop_bodies(subject);
    source_free(subject->source);
    buffer_clear(&subject->spare);
    server_status_clear(&subject->feed);
    roster_clear(&subject->roster);
    settings_clear(&subject->settings);
}

/* Keeps a copy of a page. */
static void keep_body(struct subject *subject, const struct buffer *body)
{
    if (!subject->keeps_bodies)
        return;
    subject->bodies = mem_resize(subject->bodies, subject->body_count + 1, sizeof *subject->bodies);
    struct buffer *copy = &subject->bodies[subject->body_count++];
    buffer_init(copy, 0);
    buffer_append(copy, body->data, body->length);
}

/* Takes the source's next request and makes its answer. False if it has none. */
static bool take_request(struct subject *subject, struct asked *asked, double *spent)
{
    struct http_request request;
    double before = cpu_seconds();
    bool is_asking = source_next_request(subject->source, subject->now.ms, &request);
    *spent += cpu_seconds() - before;
    if (!is_asking)
        return false;
    *asked = (struct asked){.source = request.owner, .tag = request.tag};
    http_init_body(&asked->body, &request);
    asked->is_refused = !crowd_answer(subject->crowd, request.url, &asked->body);
    keep_body(subject, &asked->body);
    return true;
}

/* Hands the source an answer, and lets it work. */
static void give_reply(struct subject *subject, struct asked *asked, double *spent)
{
    struct http_reply reply = {.owner = asked->source,
                               .tag = asked->tag,
                               .status = asked->is_refused ? 400 : 200,
                               .body = asked->body,
                               .retry_after_s = -1};
    double before = cpu_seconds();
    source_take_reply(subject->source, &reply, subject->now);
    while (source_has_work(subject->source))
        source_work(subject->source, subject->now);
    *spent += cpu_seconds() - before;
}

double subject_poll(struct subject *subject)
{
    static struct asked queue[QUEUE_MAX];
    size_t first = 0, end = 0;
    double spent = 0;
    int64_t due = source_deadline(subject->source);
    if (due > subject->now.ms) {
        subject->now.wall_ms += due - subject->now.ms;
        subject->now.ms = due;
    }
    drop_bodies(subject);
    subject->requests = 0;
    for (;;) {
        while (end - first < QUEUE_MAX && take_request(subject, &queue[end % QUEUE_MAX], &spent))
            end++, subject->requests++;
        if (first == end)
            break;
        give_reply(subject, &queue[first++ % QUEUE_MAX], &spent);
    }
    if (error_is_set(&subject->feed.error))
        die("the poll failed: %s", subject->feed.error.text);
    return spent;
}

double subject_decode_bare(const struct subject *subject)
{
    double before = cpu_seconds();
    for (size_t i = 0; i < subject->body_count; i++) {
        json_t *page = json_loadb(subject->bodies[i].data, subject->bodies[i].length, 0, NULL);
        if (page == NULL)
            die("a page of the crowd is not JSON");
        json_decref(page);
    }
    return cpu_seconds() - before;
}

size_t subject_bytes(const struct subject *subject)
{
    size_t bytes = 0;
    for (size_t i = 0; i < subject->body_count; i++)
        bytes += subject->bodies[i].length;
    return bytes;
}
