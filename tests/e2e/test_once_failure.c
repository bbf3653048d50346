/* SPDX-License-Identifier: MIT */
/* The real program without a terminal, against servers that fail it: exit codes and reasons. */
#include <errno.h>
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

#include "base/clock.h"
#include "base/mem.h"
#include "support/once.h"
#include "support/stub_server.h"
#include "support/tls.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* One answer, and what has to come of it. */
struct answer_case {
    const char *status;
    const char *body;
    int code;
    const char *words;
};

/* Runs blftop --once against a server that answers everything like this. */
static void check_answer(const char *answer, int code, const char *words)
{
    struct once once;
    struct stub_server *trap = stub_server_start(answer);
    once_open(&once);
    once_configure_port(&once, stub_server_port(trap));
    once_run(&once, "--format", "json", NULL);
    once_assert_failure(&once, code, words);
    assert_int_equal(json_array_size(once_rows(&once)), 0);
    assert_true(json_is_false(json_object_get(once_json(&once), "complete")));
    stub_server_stop(trap);
    once_close(&once);
}

static void once__bad_answer__is_told_by_exit_code_and_reason(void **state)
{
    (void)state;
    static const struct answer_case cases[] = {
        {"401 Unauthorized", "{\"error\":{\"code\":\"access_denied\"}}", 4, "token"},
        {"403 Forbidden", "", 4, "may not see"},
        {"404 Not Found", "<html>", 5, "url in the settings"},
        {"500 Internal Server Error", "", 3, "(500)"},
        {"502 Bad Gateway", "<html>", 3, "(502)"},
        {"503 Service Unavailable", "", 3, "(503)"},
        {"429 Too Many Requests", "", 3, "fewer polls"},
        {"302 Found", "", 5, "redirect"},
        {"200 OK", "", 5, "empty body"},
        {"200 OK", "<html>login</html>", 5, "HTML page"},
        {"200 OK", "[]", 5, "a list"},
        {"200 OK", "null", 5, "JSON page"},
        {"200 OK", "{}", 5, "no list of extensions"},
        {"200 OK", "{\"entry\":[{\"extension\":\"1\"", 5, "entry 1"},
        {"200 OK", "{\"error\":{\"code\":\"x\",\"message\":\"boom\"}}", 5, "boom"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *answer = stub_server_write_answer(cases[i].status, cases[i].body);
        check_answer(answer, cases[i].code, cases[i].words);
        free(answer);
    }
}

static void once__documented_400__is_usage_and_names_the_setting(void **state)
{
    (void)state;
    static const char *const codes[][2] = {
        {"extension_invalid", "no such extension"},
        {"fields_invalid", "fields"},
        {"count_invalid", "page_size"},
        {"filterby_invalid", "filter_by"},
        {"filterop_invalid", "filter_op"},
        {"filtervalue_invalid", "filter"},
        {"sortorder_invalid", "sortOrder"},
        {"startindex_invalid", "start_index"},
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        char *body =
            mem_printf("{\"error\":{\"code\":\"%s\",\"message\":\"it is wrong\"}}", codes[i][0]);
        char *answer = stub_server_write_answer("400 Bad Request", body);
        check_answer(answer, 2, codes[i][1]);
        free(answer);
        free(body);
    }
}

static void once__hostile_reason__is_safe_wherever_it_is_written__A20(void **state)
{
    (void)state;
    static const struct answer_case cases[] = {
        {"400 \033[2J", "{\"error\":{\"code\":\"\\u001b]0;x\\u0007\",\"message\":\"\\u009b2J\"}}",
         5, ""},
        {"200 OK", "{\"error\":{\"code\":\"x\",\"message\":\"\033[2J\xC2\x9B\\r\\n\xE2\x80\xAE\"}}",
         5, ""},
        {"200 OK", "{\"entry\":[{\"extension\":\"1\",\"\xC2\x9B\033[2J\" x}]}", 0,
         "could not be read"},
        {"302 Found\r\nLocation: https://\033[2J\xC2\x9B/", "", 5, "redirect"},
        {"200 OK\r\nContent-Encoding: \033[2J", "{}", 5, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct once once;
        char *answer = stub_server_write_answer(cases[i].status, cases[i].body);
        struct stub_server *trap = stub_server_start(answer);
        once_open(&once);
        once_configure_port(&once, stub_server_port(trap));
        static const char *const formats[] = {"json", "text", "csv"};
        for (size_t format = 0; format < COUNT_OF(formats); format++) {
            once_run(&once, "--format", formats[format], NULL);
            assert_string_not_equal(once_err(&once), "");
            once_assert_holds(once_err(&once), cases[i].words);
            const char *const texts[] = {once_err(&once), once_out(&once)};
            for (size_t which = 0; which < COUNT_OF(texts); which++) {
                assert_null(strpbrk(texts[which], "\033\007\b"));
                assert_null(strstr(texts[which], "\xC2\x9B"));
                assert_null(strstr(texts[which], "\xE2\x80\xAE"));
            }
        }
        stub_server_stop(trap);
        free(answer);
        once_close(&once);
    }
}

static void once__broken_transfer__is_told_from_a_broken_answer(void **state)
{
    (void)state;
    check_answer(NULL, 3, "the connection was c"); /* closed, or cut */
    check_answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"entry\":[", 3,
                 "cut in the middle");
    check_answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{", 5, "larger than 8 MiB");
    check_answer("{\"entry\":[]}", 5, "not HTTP");
}

static void once__endless_header_line__is_no_lack_of_memory(void **state)
{
    (void)state;
    char *answer = mem_printf("HTTP/1.1 200 OK\r\nX-Long: %0400000d\r\n\r\n", 0);
    check_answer(answer, 3, "");
    free(answer);
}

static void once__dead_port__is_unreachable(void **state)
{
    (void)state;
    struct once once;
    int port;
    int dead = stub_server_bind_dead(&port);
    once_open(&once);
    once_configure_port(&once, port);
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 3, "connection refused");
    close(dead);
    once_close(&once);
}

static void once__silent_server__is_given_up_after_the_timeout(void **state)
{
    (void)state;
    struct once once;
    once_open_simulator(&once, (const char *const[]){"--delay", "20000", NULL});
    once_configure(&once, "server = { url = \"%s\"; " ONCE_READY " }; poll = { timeout = 0.5; };",
                   once.simulator.url);
    int64_t started = clock_read().ms;
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 3, "no answer within 0.5 s");
    assert_in_range(clock_read().ms - started, 400, 10000);
    once_close(&once);
}

static void once__redirect__takes_the_token_nowhere(void **state)
{
    (void)state;
    struct once once;
    struct stub_server *elsewhere = stub_server_start(NULL);
    char *answer = mem_printf("HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/x\r\n"
                              "Content-Length: 0\r\nConnection: close\r\n\r\n",
                              stub_server_port(elsewhere));
    struct stub_server *trap = stub_server_start(answer);
    once_open(&once);
    once_configure_port(&once, stub_server_port(trap));
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 5, "redirect: fix url");
    assert_int_equal(stub_server_stop(elsewhere), 0);
    assert_int_equal(stub_server_stop(trap), 1);
    free(answer);
    once_close(&once);
}

static void once__proxies_of_the_environment__are_not_used__B12(void **state)
{
    (void)state;
    struct once once;
    struct stub_server *proxy = stub_server_start(NULL);
    char *variables[] = {mem_printf("http_proxy=http://127.0.0.1:%d", stub_server_port(proxy)),
                         mem_printf("all_proxy=http://127.0.0.1:%d", stub_server_port(proxy)),
                         mem_printf("ALL_PROXY=http://127.0.0.1:%d", stub_server_port(proxy)),
                         NULL};
    once_open_simulator(&once, (const char *const[]){"--extensions", "5", NULL});
    once.environment = (const char *const *)variables;
    once_run(&once, "--once", NULL);
    once_assert_success(&once);
    assert_int_equal(stub_server_stop(proxy), 0);
    for (size_t i = 0; variables[i]; i++)
        free(variables[i]);
    once_close(&once);
}

static void once__mistakes__are_told_before_anything_is_asked(void **state)
{
    (void)state;
    static const char *const environment[] = {"BLFTOP_TOKEN=" ONCE_TOKEN "\r\nX-Evil: 1", NULL};
    struct once once;
    once_open_simulator(&once, NULL);
    once_run(&once, "--once", "--filter", "lamp:x", NULL);
    once_assert_failure(&once, 2, "--filter: unknown state 'x'");
    once_run(&once, "--once", "--sort", "x", NULL);
    once_assert_failure(&once, 2, "--sort: 'x' is no sort key");
    once_run(&once, "--once", "abc", NULL);
    once_assert_failure(&once, 2, "\"abc\" is not an extension");
    once_configure(&once, "server = {\n url = \"%s\";\n user = \"bob\"; " ONCE_READY " };",
                   once.simulator.url);
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 2, "blftop.conf:3: \"bob\" is not a user");
    once_configure(&once, "server = { url = \"%s\"; };", once.simulator.url);
    once.environment = environment;
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 2, "visible ASCII");
    assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 0);
    once_close(&once);
}

static void once__environment__has_no_token_left_for_children(void **state)
{
    (void)state;
    static const char *const environment[] = {"BLFTOP_TOKEN=" ONCE_TOKEN, NULL};
    struct once once;
    char path[64], bytes[4096];
    struct stub_server *trap = stub_server_start_silent();
    once_open(&once);
    once_configure(&once, "server = { url = \"http://127.0.0.1:%d\"; };", stub_server_port(trap));
    once.environment = environment;
    once_start(&once, "--once", NULL);
    assert_true(stub_server_wait_for(trap, 1));
    snprintf(path, sizeof path, "/proc/%d/environ", (int)once.program.pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) { /* not even its own user may read it; see process_harden */
        assert_int_equal(errno, EACCES);
        assert_int_not_equal(geteuid(), 0);
    } else {
        size_t length = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        assert_true(length > 0);
        assert_null(memmem(bytes, length, ONCE_CANARY, strlen(ONCE_CANARY)));
    }
    kill(once.program.pid, SIGTERM);
    once_finish(&once);
    stub_server_stop(trap);
    once_close(&once);
}

static void once__what_cannot_be_read__is_told(void **state)
{
    (void)state;
    struct once once;
    char *answer = stub_server_write_answer(
        "200 OK", "{\"entry\":[{\"extension\":\"1\",\"status\":1},{\"status\":2},null,5]}");
    struct stub_server *trap = stub_server_start(answer);
    once_open(&once);
    once_configure_port(&once, stub_server_port(trap));
    once_run(&once, "--format", "json", NULL);
    once_assert_failure(&once, 0, "3 entries could not be read");
    assert_int_equal(json_array_size(once_rows(&once)), 1);
    assert_true(json_is_false(json_object_get(once_json(&once), "complete")));
    stub_server_stop(trap);
    free(answer);
    once_close(&once);
}

static void once__unknown_token__is_refused(void **state)
{
    (void)state;
    struct once once;
    once_open_simulator(&once, NULL);
    once_configure(&once, "server = { url = \"%s\"; token = \"another-" ONCE_CANARY "\"; };",
                   once.simulator.url);
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 4, "refuses the token");
    assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 1);
    once_close(&once);
}

static void once__wrong_secret__is_refused_after_one_request(void **state)
{
    (void)state;
    struct once once;
    once_open_simulator(&once, NULL);
    once_configure(&once,
                   "server = { url = \"%s\"; client_id = \"" ONCE_CLIENT
                   "\"; client_secret = \"other-" ONCE_CANARY "\"; };",
                   once.simulator.url);
    once_run(&once, "--once", NULL);
    once_assert_failure(&once, 4, "no token: ");
    once_assert_holds(once_err(&once), "client_secret");
    assert_int_equal(simulator_stat(&once.simulator, "token_requests"), 1);
    assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 0);
    once_close(&once);
}

/* Reads a simulator that has one of the certificates. NULL words: it is trusted. */
static void check_certificate(const struct tls *tls, enum tls_certificate which, const char *ca,
                              const char *words)
{
    struct once once;
    once_open_simulator(&once, (const char *const[]){"--cert", tls->certificates[which], "--key",
                                                     tls->key, "--extensions", "7", NULL});
    once_configure(&once, "server = { url = \"%s\"; %s " ONCE_READY " };", once.simulator.url, ca);
    once_run(&once, "--format", "json", NULL);
    if (words == NULL) {
        once_assert_success(&once);
        assert_int_equal(json_array_size(once_rows(&once)), 7);
    } else {
        once_assert_failure(&once, 3, words);
        assert_int_equal(simulator_stat(&once.simulator, "presence_requests"), 0);
    }
    once_close(&once);
}

static void once__https__trusts_the_right_certificate_only__B11(void **state)
{
    (void)state;
    struct tls tls;
    char *folder = folder_new();
    assert_true(tls_make(&tls, folder));
    char *ca = mem_printf("ca_file = \"%s\";", tls.ca);
    char *other_ca = mem_printf("ca_file = \"%s\";", tls.certificates[TLS_SELF_SIGNED]);
    check_certificate(&tls, TLS_GOOD, ca, NULL);
    check_certificate(&tls, TLS_GOOD, other_ca, "TLS refused: the certificate's CA is not trusted");
    check_certificate(&tls, TLS_EXPIRED, ca, "TLS refused: the certificate has expired");
    check_certificate(&tls, TLS_EARLY, ca, "TLS refused: the certificate is not valid yet");
    check_certificate(&tls, TLS_OTHER_NAME, ca, "TLS refused: the certificate is for another name");
    check_certificate(&tls, TLS_SELF_SIGNED, ca, "TLS refused: the certificate is self-signed");
    check_certificate(&tls, TLS_SELF_SIGNED, "insecure = true;", NULL);
    free(ca);
    free(other_ca);
    tls_clear(&tls);
    folder_free(folder);
}

static void once__ctrl_c__ends_it_with_130(void **state)
{
    (void)state;
    struct once once;
    struct stub_server *trap = stub_server_start_silent();
    once_open(&once);
    once_configure_port(&once, stub_server_port(trap));
    once_start(&once, "--once", NULL);
    assert_true(stub_server_wait_for(trap, 1));
    kill(once.program.pid, SIGINT);
    once_finish(&once);
    stub_server_stop(trap);
    assert_true(WIFEXITED(once.status));
    assert_int_equal(WEXITSTATUS(once.status), 130);
    assert_string_equal(once_out(&once), "");
    once_close(&once);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once__bad_answer__is_told_by_exit_code_and_reason),
        cmocka_unit_test(once__documented_400__is_usage_and_names_the_setting),
        cmocka_unit_test(once__hostile_reason__is_safe_wherever_it_is_written__A20),
        cmocka_unit_test(once__broken_transfer__is_told_from_a_broken_answer),
        cmocka_unit_test(once__endless_header_line__is_no_lack_of_memory),
        cmocka_unit_test(once__dead_port__is_unreachable),
        cmocka_unit_test(once__silent_server__is_given_up_after_the_timeout),
        cmocka_unit_test(once__redirect__takes_the_token_nowhere),
        cmocka_unit_test(once__proxies_of_the_environment__are_not_used__B12),
        cmocka_unit_test(once__mistakes__are_told_before_anything_is_asked),
        cmocka_unit_test(once__environment__has_no_token_left_for_children),
        cmocka_unit_test(once__what_cannot_be_read__is_told),
        cmocka_unit_test(once__unknown_token__is_refused),
        cmocka_unit_test(once__wrong_secret__is_refused_after_one_request),
        cmocka_unit_test(once__https__trusts_the_right_certificate_only__B11),
        cmocka_unit_test(once__ctrl_c__ends_it_with_130),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
