/* SPDX-License-Identifier: MIT */
/* A good answer of 200 extensions, cut at every byte: rejected whole, never half applied, and the
 * next poll is right. Every byte with the right length; samples of the rest, or every byte with
 * BLFTOP_FAULTS=all in the environment (make faults). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/proxy.h"
#include "support/source_fixture.h"

#define EXTENSIONS 200
#define RIG_SAMPLE 13     /* every so manieth byte of a transfer that fails: its body is not read */
#define SOCKET_SAMPLE 211 /* every so manieth over a socket; primes, to meet all places */
#define CHUNK 997
#define TIMEOUT_MS 2000
#define RESTARTS 1000

/* What the rig's server says in the place of a page: part of a good one. */
struct cut {
    char *page; /* owned */
    size_t length;
    size_t at;
    bool is_broken_off; /* the transfer fails too, as a chunked one does */
    bool is_due;
};

/* The step of a sweep: 1 if all of it is wanted. */
static size_t step_of(size_t sample)
{
    const char *wanted = getenv("BLFTOP_FAULTS");
    return wanted != NULL && strcmp(wanted, "all") == 0 ? 1 : sample;
}

/* The cut answer, once. */
static bool answer_cut(struct source_fixture *rig, const struct source_fixture_request *asked,
                       struct http_reply *reply)
{
    struct cut *cut = rig->script;
    (void)asked;
    if (!cut->is_due)
        return false;
    cut->is_due = false;
    reply->status = 200;
    buffer_append(&reply->body, cut->page, cut->at);
    if (cut->is_broken_off)
        error_set(&reply->error, ERROR_UNREACHABLE, "cut");
    return true;
}

/* Gives every extension a state by its number and a generation. */
static void set_generation(struct source_fixture *rig, unsigned generation)
{
    for (size_t i = 0; i < EXTENSIONS; i++)
        source_fixture_set(rig, i, (int)i, 1 + (int)((i + generation) % 3), (int)i);
}

/* The rows that do not show this generation, or are not there. */
static size_t count_wrong(const struct source_fixture *rig, const uint32_t *ids,
                          unsigned generation)
{
    size_t wrong = 0;
    for (size_t i = 0; i < EXTENSIONS; i++) {
        const struct row *row = roster_row(&rig->roster, ids[i]);
        wrong += row == NULL || row->gone_polls > 0 ||
                 row->extension.status != 1 + (int)((i + generation) % 3);
    }
    return wrong;
}

/* The page as the rig's server would give it. */
static char *write_page(const struct source_fixture *rig, size_t *length)
{
    struct buffer page;
    buffer_init(&page, 0);
    buffer_printf(&page,
                  "{\"startIndex\":0,\"totalResults\":%d,\"itemsPerPage\":1000,"
                  "\"filtered\":false,\"sorted\":false,\"entry\":[",
                  EXTENSIONS);
    for (size_t i = 0; i < rig->entry_count; i++)
        buffer_printf(&page, "%s%s", i > 0 ? "," : "", rig->entries[i]);
    buffer_puts(&page, "]}");
    *length = page.length;
    return buffer_take(&page);
}

/* A rig with 200 extensions of generation 0, polled once; `ids` gets the rows. `url`: where its
 * source asks when a socket is between; NULL: nowhere. */
static void open_rig(struct source_fixture *rig, uint32_t ids[static EXTENSIONS], char *url)
{
    source_fixture_init(rig);
    rig->settings.timeout_ms = TIMEOUT_MS;
    if (url != NULL)
        rig->server.url =
            (struct url){.base = url, .host = (char *)"127.0.0.1", .is_loopback = true};
    source_fixture_fill(rig, EXTENSIONS);
    set_generation(rig, 0);
    source_fixture_start(rig, NULL, 0);
    source_fixture_poll(rig);
    for (size_t i = 0; i < EXTENSIONS; i++) {
        char number[32];
        snprintf(number, sizeof number, "0003*%03zu", i);
        ids[i] = roster_find(&rig->roster, 3, number);
    }
    assert_int_equal(count_wrong(rig, ids, 0), 0);
}

/* Cuts a page of the next generation at every byte. */
static void sweep_rig(bool is_broken_off)
{
    struct source_fixture rig;
    uint32_t ids[EXTENSIONS];
    struct cut cut = {.is_broken_off = is_broken_off};
    open_rig(&rig, ids, NULL);
    rig.script = &cut;
    rig.answer = answer_cut;
    set_generation(&rig, 1);
    cut.page = write_page(&rig, &cut.length);
    set_generation(&rig, 0);
    size_t step = is_broken_off ? step_of(RIG_SAMPLE) : 1;
    size_t cuts = 0;
    for (cut.at = 0; cut.at < cut.length; cut.at += step, cuts++) {
        uint64_t failures = rig.feed.failures;
        cut.is_due = true;
        source_fixture_poll(&rig);
        if (rig.feed.failures != failures + 1 || count_wrong(&rig, ids, 0) > 0)
            fail_msg("cut at byte %zu: %zu rows changed", cut.at, count_wrong(&rig, ids, 0));
        source_fixture_poll(&rig);
        if (rig.feed.failures != failures + 1 || !rig.feed.is_complete)
            fail_msg("after the cut at byte %zu: %s", cut.at, rig.feed.error.text);
    }
    assert_int_equal(count_wrong(&rig, ids, 0), 0);
    assert_int_equal(rig.roster.count, EXTENSIONS);
    rig.answer = NULL;
    set_generation(&rig, 1);
    source_fixture_poll(&rig);
    assert_int_equal(count_wrong(&rig, ids, 1), 0);
    print_message("%zu cuts %s\n", cuts, is_broken_off ? "of a transfer" : "with the right length");
    free(cut.page);
    source_fixture_clear(&rig);
}

static void sweep__every_byte_with_the_right_length__is_rejected_whole__A10(void **state)
{
    (void)state;
    sweep_rig(false);
}

static void sweep__bytes_of_a_broken_transfer__is_rejected_whole__A10__B1(void **state)
{
    (void)state;
    sweep_rig(true);
}

/* How an answer that is cut travels. */
enum travel {
    CURSOR_RIGHT_LENGTH,  /* Content-Length is that of the part */
    CURSOR_WHOLE_LENGTH,  /* it is that of the whole, then FIN */
    CURSOR_CHUNKED,       /* in chunks that end well */
    CURSOR_BROKEN_CHUNKS, /* in chunks that end in the middle */
    CURSOR_COUNT,
};

/* Writes the head and the first `at` bytes of a page. */
static void write_answer(struct buffer *out, enum travel travel, const struct cut *cut, size_t at)
{
    bool is_chunked = travel >= CURSOR_CHUNKED;
    buffer_reset(out);
    buffer_puts(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
    if (!is_chunked)
        buffer_printf(out, "Content-Length: %zu\r\n\r\n",
                      travel == CURSOR_RIGHT_LENGTH ? at : cut->length);
    else
        buffer_puts(out, "Transfer-Encoding: chunked\r\n\r\n");
    if (!is_chunked)
        buffer_append(out, cut->page, at);
    for (size_t done = 0; is_chunked && done < at; done += CHUNK) {
        size_t length = at - done < CHUNK ? at - done : CHUNK;
        buffer_printf(out, "%zx\r\n", length);
        buffer_append(out, cut->page + done, length);
        buffer_puts(out, "\r\n");
    }
    if (travel == CURSOR_CHUNKED)
        buffer_puts(out, "0\r\n\r\n");
}

/* One poll of a rig's source over a socket; the clock of the source goes on as it wants it. */
static void poll_over_socket(struct source_fixture *rig, struct http *http)
{
    uint64_t polls = rig->feed.polls;
    while (rig->feed.polls == polls) {
        struct http_request request;
        struct http_reply reply;
        if (source_next_request(rig->source, rig->now.ms, &request)) {
            http_start(http, &request);
        } else if (source_has_work(rig->source)) {
            source_work(rig->source, rig->now);
        } else if (http_next_reply(http, &reply)) {
            source_take_reply(rig->source, &reply, rig->now);
        } else if (source_deadline(rig->source) != INT64_MAX) {
            rig->now.ms = source_deadline(rig->source);
        } else {
            http_wait(http, NULL, 0, 1000);
            http_perform(http);
        }
    }
}

/* Has the proxy give an answer from now on. */
static void give(struct proxy *proxy, const struct buffer *answer, enum proxy_act act)
{
    proxy_set_plan(proxy, &(struct proxy_plan){
                              .act = act, .answer = answer->data, .answer_length = answer->length});
}

/* Cuts at one byte over a socket, then lets the whole page come. */
static void cut_over_socket(struct source_fixture *rig, struct http *http, struct proxy *proxy,
                            const struct cut *cut, const uint32_t *ids, enum travel travel)
{
    struct buffer answer;
    uint64_t failures = rig->feed.failures;
    bool is_over = travel == CURSOR_WHOLE_LENGTH || travel == CURSOR_BROKEN_CHUNKS;
    buffer_init(&answer, 0);
    write_answer(&answer, travel, cut, cut->at);
    give(proxy, &answer, is_over ? PROXY_ANSWER : PROXY_ANSWER_KEEP);
    poll_over_socket(rig, http);
    if (rig->feed.failures != failures + 1 || count_wrong(rig, ids, 0) > 0)
        fail_msg("travel %d, cut at byte %zu: %zu rows changed", (int)travel, cut->at,
                 count_wrong(rig, ids, 0));
    buffer_clear(&answer);
}

/* The page of the rig's entries, whole. */
static void give_whole(struct source_fixture *rig, struct proxy *proxy)
{
    struct cut whole = {0};
    struct buffer answer;
    buffer_init(&answer, 0);
    whole.page = write_page(rig, &whole.length);
    write_answer(&answer, CURSOR_RIGHT_LENGTH, &whole, whole.length);
    give(proxy, &answer, PROXY_ANSWER_KEEP);
    buffer_clear(&answer);
    free(whole.page);
}

/* Every so manieth byte, in each way an answer can travel. */
static void sweep_socket(struct source_fixture *rig, struct http *http, struct proxy *proxy,
                         char *url, size_t step)
{
    uint32_t ids[EXTENSIONS];
    struct cut cut = {0};
    size_t cuts = 0;
    open_rig(rig, ids, url);
    set_generation(rig, 1);
    cut.page = write_page(rig, &cut.length);
    set_generation(rig, 0);
    for (int travel = 0; travel < CURSOR_COUNT; travel++)
        for (cut.at = (size_t)travel; cut.at < cut.length; cut.at += step, cuts++) {
            cut_over_socket(rig, http, proxy, &cut, ids, (enum travel)travel);
            give_whole(rig, proxy);
            poll_over_socket(rig, http);
            if (!rig->feed.is_complete || count_wrong(rig, ids, 0) > 0)
                fail_msg("after the cut at byte %zu: %s", cut.at, rig->feed.error.text);
        }
    set_generation(rig, 1);
    give_whole(rig, proxy);
    poll_over_socket(rig, http);
    assert_int_equal(count_wrong(rig, ids, 1), 0);
    print_message("%zu cuts over a socket\n", cuts);
    free(cut.page);
}

/* A rig's source, a server that always has the whole page, and a proxy between them. */
struct chain {
    struct source_fixture rig;
    struct http *http;
    struct proxy *server;
    struct proxy *proxy;
    char *url;
    uint32_t ids[EXTENSIONS];
};

/* Opens all of it. */
static void open_chain(struct chain *chain)
{
    struct error error = {0};
    chain->server = proxy_start(0, PROXY_HTTP);
    chain->proxy = proxy_start(proxy_port(chain->server), PROXY_HTTP);
    chain->http = http_new(&error);
    assert_non_null(chain->http);
    chain->url = mem_printf("http://127.0.0.1:%d", proxy_port(chain->proxy));
    open_rig(&chain->rig, chain->ids, chain->url);
    give_whole(&chain->rig, chain->server);
}

/* Ends all of it. */
static void close_chain(struct chain *chain)
{
    source_fixture_clear(&chain->rig);
    http_free(chain->http);
    proxy_stop(chain->proxy);
    proxy_stop(chain->server);
    free(chain->url);
}

/* A poll that must be a good one. */
static void poll_well(struct chain *chain)
{
    uint64_t failures = chain->rig.feed.failures;
    poll_over_socket(&chain->rig, chain->http);
    if (chain->rig.feed.failures != failures)
        fail_msg("%s", chain->rig.feed.error.text);
    assert_int_equal(count_wrong(&chain->rig, chain->ids, 0), 0);
}

/* A poll that must fail, and leave the rows as they are. */
static void poll_badly(struct chain *chain)
{
    uint64_t failures = chain->rig.feed.failures;
    poll_over_socket(&chain->rig, chain->http);
    assert_int_equal(chain->rig.feed.failures, failures + 1);
    assert_int_equal(count_wrong(&chain->rig, chain->ids, 0), 0);
}

static void sweep__every_byte_of_the_head__is_a_failed_poll_and_no_more__B1(void **state)
{
    (void)state;
    static const enum proxy_act acts[] = {PROXY_CUT, PROXY_RESET};
    struct chain chain;
    size_t head = strlen("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Content-Length: 29097\r\n\r\n");
    open_chain(&chain);
    for (size_t at = 0; at < 2 * head; at++) {
        proxy_set_plan(chain.proxy, &(struct proxy_plan){.act = acts[at % 2], .offset = at / 2});
        poll_badly(&chain);
        proxy_set_plan(chain.proxy, NULL);
        poll_well(&chain);
    }
    print_message("%zu cuts in the head\n", 2 * head);
    close_chain(&chain);
}

static void socket__kept_connection_that_died_silently__costs_one_poll__B16(void **state)
{
    (void)state;
    struct chain chain;
    open_chain(&chain);
    poll_well(&chain);
    assert_int_equal(proxy_counts(chain.proxy).connections, 1);
    proxy_set_plan(chain.proxy, &(struct proxy_plan){.act = PROXY_STALL, .times = 1});
    poll_badly(&chain);
    poll_well(&chain);
    poll_well(&chain);
    assert_int_equal(proxy_counts(chain.proxy).connections, 2);
    close_chain(&chain);
}

static void socket__server_that_closes_between_polls__is_no_error__B17(void **state)
{
    (void)state;
    struct chain chain;
    open_chain(&chain);
    struct proxy_plan close_after = {
        .act = PROXY_CUT, .origin = PROXY_BODY, .offset = SIZE_MAX / 2};
    proxy_set_plan(chain.proxy, &close_after);
    for (int i = 0; i < RESTARTS; i++)
        poll_well(&chain);
    assert_in_range(proxy_counts(chain.proxy).connections, RESTARTS, 2 * RESTARTS);
    close_chain(&chain);
}

static void sweep__bytes_over_a_socket__are_rejected_whole__A10__B1(void **state)
{
    (void)state;
    struct source_fixture rig;
    struct error error = {0};
    struct proxy *proxy = proxy_start(0, PROXY_HTTP);
    struct http *http = http_new(&error);
    char *url = mem_printf("http://127.0.0.1:%d", proxy_port(proxy));
    assert_non_null(http);
    sweep_socket(&rig, http, proxy, url, step_of(SOCKET_SAMPLE));
    source_fixture_clear(&rig);
    http_free(http);
    proxy_stop(proxy);
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweep__every_byte_with_the_right_length__is_rejected_whole__A10),
        cmocka_unit_test(sweep__bytes_of_a_broken_transfer__is_rejected_whole__A10__B1),
        cmocka_unit_test(sweep__every_byte_of_the_head__is_a_failed_poll_and_no_more__B1),
        cmocka_unit_test(socket__kept_connection_that_died_silently__costs_one_poll__B16),
        cmocka_unit_test(socket__server_that_closes_between_polls__is_no_error__B17),
        cmocka_unit_test(sweep__bytes_over_a_socket__are_rejected_whole__A10__B1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
