/* SPDX-License-Identifier: MIT */
/* TLS against real servers: who is refused and why, certificates that change, proxies, key logs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/loopback.h"
#include "support/once.h"
#include "support/stub_server.h"
#include "support/tls.h"

#define PATH "/uapi/extensions/@me/@self/presence"

/* The certificates, and a fetch that trusts their CA. */
struct bench {
    char *folder;
    struct tls tls;
    struct http *http;
    struct http_endpoint endpoint;
};

static int set_up(void **state)
{
    struct bench *bench = mem_new(1, sizeof *bench);
    bench->folder = folder_new();
    assert_true(tls_make(&bench->tls, bench->folder));
    bench->http = http_new(NULL);
    bench->endpoint = (struct http_endpoint){.ca_file = bench->tls.ca, .timeout_ms = 9000};
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    http_free(bench->http);
    tls_clear(&bench->tls);
    folder_free(bench->folder);
    free(bench);
    return 0;
}

/* Asks an address for the presence of all. */
static struct http_reply ask(struct bench *bench, const char *base)
{
    char *url = mem_printf("%s" PATH, base);
    http_start(bench->http, &(struct http_request){.endpoint = &bench->endpoint,
                                                   .url = url,
                                                   .bearer = ONCE_TOKEN,
                                                   .body_max = 100000});
    struct http_reply reply = await_reply(bench->http);
    free(url);
    return reply;
}

/* It was refused for this reason, and is no server that nobody listens at: tries back off. */
static void assert_distrust(struct http_reply *reply, const char *words)
{
    assert_int_equal(reply->status, 0);
    assert_false(reply->is_unreached);
    assert_in_range(reply->connections, 0, 1);
    assert_fails(reply, ERROR_UNREACHABLE, words);
}

/* Starts a simulator, or one that has fallen again, with one of the certificates. */
static void start(struct bench *bench, struct simulator *simulator,
                  void (*way)(struct simulator *, const char *const *), enum tls_certificate which)
{
    way(simulator,
        (const char *const[]){"--token", ONCE_TOKEN, "--cert", bench->tls.certificates[which],
                              "--key", bench->tls.key, "--extensions", "3", NULL});
}

static void http__each_bad_certificate__is_refused_for_its_own_reason__B11__C5(void **state)
{
    struct bench *bench = *state;
    static const struct {
        enum tls_certificate which;
        const char *words;
    } rows[] = {
        {TLS_EXPIRED, "TLS refused: the certificate has expired, or this machine's clock is wrong"},
        {TLS_EARLY,
         "TLS refused: the certificate is not valid yet, or this machine's clock is wrong"},
        {TLS_OTHER_NAME, "TLS refused: the certificate is for another name"},
        {TLS_SELF_SIGNED, "TLS refused: the certificate is self-signed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct simulator simulator;
        start(bench, &simulator, simulator_start, rows[i].which);
        struct http_reply reply = ask(bench, simulator.url);
        assert_distrust(&reply, rows[i].words);
        assert_int_equal(simulator_stat(&simulator, "presence_requests"), 0);
        simulator_stop(&simulator);
    }
    struct simulator simulator;
    start(bench, &simulator, simulator_start, TLS_GOOD);
    bench->endpoint.ca_file = bench->tls.certificates[TLS_SELF_SIGNED];
    struct http_reply reply = ask(bench, simulator.url);
    assert_distrust(&reply, "TLS refused: the certificate's CA is not trusted");
    simulator_stop(&simulator);
}

static void http__certificate_changed_in_mid_run__is_judged_anew__B11__B17(void **state)
{
    struct bench *bench = *state;
    struct simulator simulator;
    start(bench, &simulator, simulator_start, TLS_GOOD);
    static const struct {
        enum tls_certificate which;
        const char *words; /* NULL: trusted */
    } turns[] = {
        {TLS_GOOD, NULL}, {TLS_SELF_SIGNED, "TLS refused: the certificate is self-signed"},
        {TLS_GOOD, NULL}, {TLS_EXPIRED, "TLS refused: the certificate has expired"},
        {TLS_GOOD, NULL},
    };
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        if (i > 0) {
            simulator_fall(&simulator);
            start(bench, &simulator, simulator_return, turns[i].which);
        }
        for (int poll = 0; poll < 2; poll++) {
            struct http_reply reply = ask(bench, simulator.url);
            if (turns[i].words != NULL) {
                assert_distrust(&reply, turns[i].words);
                continue;
            }
            if (error_is_set(&reply.error))
                fail_msg("%s", reply.error.text);
            assert_int_equal(reply.status, 200);
            buffer_clear(&reply.body);
        }
    }
    simulator_stop(&simulator);
}

/* Starts `openssl s_server` with these options on a free port of loopback, with everything allowed
 * that OpenSSL can do; the port is read from what it says. */
static int start_openssl(struct program *program, const char *const *options)
{
    const char *argv[24] = {"/usr/bin/env", "openssl",     "s_server", "-www",
                            "-accept",      "127.0.0.1:0", "-cipher",  "ALL:@SECLEVEL=0"};
    char line[200];
    int port = 0;
    for (size_t i = 0; options[i] != NULL; i++)
        argv[8 + i] = options[i];
    program_start(program, argv, NULL);
    FILE *out = fdopen(dup(program->out), "r");
    assert_non_null(out);
    while (port == 0 && fgets(line, sizeof line, out) != NULL)
        (void)!sscanf(line, "ACCEPT 127.0.0.1:%d", &port);
    fclose(out);
    return port;
}

/* Ends it. */
static void stop_openssl(struct program *program)
{
    kill(program->pid, SIGKILL);
    (void)program_finish(program, NULL, NULL);
}

/* Asks a server of openssl's, which has to be refused with these words. */
static void check_openssl(struct bench *bench, const char *const *options, const char *words)
{
    struct program program;
    char base[64];
    int port = start_openssl(&program, options);
    assert_int_not_equal(port, 0);
    snprintf(base, sizeof base, "https://127.0.0.1:%d", port);
    struct http_reply reply = ask(bench, base);
    assert_distrust(&reply, words);
    stop_openssl(&program);
}

static void http__old_tls_and_weak_keys__are_refused__B11(void **state)
{
    struct bench *bench = *state;
    const char *good = bench->tls.certificates[TLS_GOOD];
    char *weak = mem_printf("%s/weak.pem", bench->folder);
    char *weak_key = mem_printf("%s/weak-key.pem", bench->folder);
    check_openssl(bench,
                  (const char *const[]){"-tls1_1", "-cert", good, "-key", bench->tls.key, NULL},
                  "TLS could not be agreed on");
    check_openssl(bench,
                  (const char *const[]){"-tls1", "-cert", good, "-key", bench->tls.key, NULL},
                  "TLS could not be agreed on");
    /* 512 bits of RSA are too few at every security level but 0. */
    assert_int_equal(
        program_run((const char *const[]){"/usr/bin/env", "openssl", "req", "-x509", "-newkey",
                                          "rsa:512", "-nodes", "-subj", "/CN=127.0.0.1", "-addext",
                                          "subjectAltName=IP:127.0.0.1", "-days", "30", "-keyout",
                                          weak_key, "-out", weak, NULL},
                    NULL, NULL, NULL),
        0);
    bench->endpoint.ca_file = weak;
    check_openssl(bench, (const char *const[]){"-cert", weak, "-key", weak_key, NULL}, "TLS ");
    free(weak);
    free(weak_key);
}

static void once__https__uses_no_proxy_and_logs_no_key__B12__B13(void **state)
{
    struct bench *bench = *state;
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",  "no_proxy"};
    const size_t count = sizeof names / sizeof *names;
    struct once once;
    struct stub_server *proxy = stub_server_start(NULL);
    char *environment[9] = {NULL};
    char *keys = mem_printf("%s/keys", bench->folder);
    for (size_t i = 0; i + 1 < count; i++)
        environment[i] = mem_printf("%s=http://127.0.0.1:%d", names[i], stub_server_port(proxy));
    environment[count - 1] = mem_printf("%s=", names[count - 1]);
    environment[count] = mem_printf("SSLKEYLOGFILE=%s", keys);
    once_open_simulator(&once,
                        (const char *const[]){"--cert", bench->tls.certificates[TLS_GOOD], "--key",
                                              bench->tls.key, "--extensions", "5", NULL});
    once_configure(&once, "server = { url = \"%s\"; ca_file = \"%s\"; " ONCE_READY " };",
                   once.simulator.url, bench->tls.ca);
    once.environment = (const char *const *)environment;
    once_run(&once, "--format", "json", NULL);
    once_assert_success(&once);
    assert_int_equal(json_array_size(once_rows(&once)), 5);
    assert_int_equal(stub_server_stop(proxy), 0);
    assert_int_not_equal(access(keys, F_OK), 0);
    for (size_t i = 0; i <= count; i++)
        free(environment[i]);
    free(keys);
    once_close(&once);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(http__each_bad_certificate__is_refused_for_its_own_reason__B11__C5),
        TEST(http__certificate_changed_in_mid_run__is_judged_anew__B11__B17),
        TEST(http__old_tls_and_weak_keys__are_refused__B11),
        TEST(once__https__uses_no_proxy_and_logs_no_key__B12__B13),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
