/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "poll/vet.h"

/* A server as a file's settings would make it; line 3, its user in line 5. */
static struct server_settings make_server(void)
{
    return (struct server_settings){.name = (char *)"hq",
                                    .user = (char *)"@me",
                                    .extension = (char *)"@self",
                                    .filter_op = (char *)"startsWith",
                                    .token = (char *)"tok|en~",
                                    .line = 3};
}

/* The server is refused with these words in the reason. */
static void assert_refused(struct server_settings server, const char *words)
{
    struct error error = {0};
    struct settings settings = {.path = (char *)"b.conf", .servers = &server, .server_count = 1};
    assert_false(vet_servers(&settings, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    if (strstr(error.text, words) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", error.text, words);
}

static void vet_servers__what_the_protocol_takes__passes(void **state)
{
    (void)state;
    struct error error = {0};
    struct server_settings server = make_server();
    struct settings settings = {.servers = &server, .server_count = 1};
    assert_true(vet_servers(&settings, &error));
    server.fields = (char *)"extension,status";
    server.user = (char *)"42";
    server.extension = (char *)"0003*210";
    assert_true(vet_servers(&settings, &error));
    assert_false(error_is_set(&error));
}

static void vet_servers__mistakes__are_told_with_their_line(void **state)
{
    (void)state;
    struct server_settings server = make_server();
    server.user = (char *)"bob";
    assert_refused(server, "b.conf:3: \"bob\" is not a user");
    server = make_server();
    server.extension = (char *)"../x";
    assert_refused(server, "is not an extension");
    server = make_server();
    server.fields = (char *)"status";
    assert_refused(server, "must hold extension");
    server = make_server();
    server.filter_op = (char *)"like";
    assert_refused(server, "is not a filter_op");
}

static void vet_servers__token_that_would_break_a_header__is_refused__C8(void **state)
{
    (void)state;
    static const char *const tokens[] = {"", "a b", "a\r\nX: 1", "a\n", "\033[2J", "\303\244"};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        struct server_settings server = make_server();
        server.token = (char *)tokens[i];
        assert_refused(server, "visible ASCII");
    }
}

static void vet_extensions__numbers__pass(void **state)
{
    (void)state;
    struct error error = {0};
    assert_true(vet_extensions((const char *const[]){"0003*210", "210", "@self"}, 3, &error));
    assert_false(vet_extensions((const char *const[]){"210", "a/b"}, 2, &error));
    assert_non_null(strstr(error.text, "\"a/b\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vet_servers__what_the_protocol_takes__passes),
        cmocka_unit_test(vet_servers__mistakes__are_told_with_their_line),
        cmocka_unit_test(vet_servers__token_that_would_break_a_header__is_refused__C8),
        cmocka_unit_test(vet_extensions__numbers__pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
