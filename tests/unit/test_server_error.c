/* SPDX-License-Identifier: MIT */
#include "uapi/server_error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

typedef void (*explainer)(struct error *error, long status, const char *body, size_t length);

/* Explains a refusal of a request that was sent without a token. */
static void explain_page(struct error *error, long status, const char *body, size_t length)
{
    server_error_explain(error, status, body, length, NULL);
}

/* Asserts kind and a part of the text of an explanation. */
static void assert_explained(explainer explain, long status, const char *body, enum error_kind kind,
                             const char *part)
{
    struct error error = {0};
    explain(&error, status, body, strlen(body));
    assert_int_equal(error.kind, kind);
    if (strstr(error.text, part) == NULL)
        fail_msg("status %ld: \"%s\" does not say \"%s\"", status, error.text, part);
}

/* Every documented 400 names the setting or argument and what it takes. */
static void server_error_explain__documented_codes__name_the_setting(void **state)
{
    (void)state;
    static const struct {
        const char *code, *setting, *right;
    } rows[] = {
        {"extension_invalid", "EXTENSION", "@self"},
        {"fields_invalid", "fields", "registration"},
        {"count_invalid", "poll.page_size", "1 to 4999"},
        {"filterby_invalid", "filter_by", "\"extension\""},
        {"filterop_invalid", "filter_op", "startsWith"},
        {"filtervalue_invalid", "filter", "text"},
        {"sortorder_invalid", "sortOrder", "proxy"},
        {"startindex_invalid", "start_index", "0 to 4999"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char body[200];
        snprintf(body, sizeof body, "{\"error\":{\"code\":\"%s\",\"message\":\"no\"}}",
                 rows[i].code);
        assert_explained(explain_page, 400, body, ERROR_USAGE, rows[i].setting);
        assert_explained(explain_page, 400, body, ERROR_USAGE, rows[i].right);
        assert_explained(explain_page, 400, body, ERROR_USAGE, rows[i].code);
        assert_explained(explain_page, 200, body, ERROR_USAGE, rows[i].setting);
    }
}

/* A documented code does not hide what 401, 429 or 500 mean. */
static void server_error_explain__code_with_another_status__keeps_its_meaning(void **state)
{
    (void)state;
    const char *body = "{\"error\":{\"code\":\"count_invalid\",\"message\":\"no\"}}";
    assert_explained(explain_page, 401, body, ERROR_REFUSED, "token");
    assert_explained(explain_page, 429, body, ERROR_UNREACHABLE, "fewer polls");
    assert_explained(explain_page, 500, body, ERROR_UNREACHABLE, "failed");
    assert_explained(explain_page, 404, body, ERROR_USAGE, "poll.page_size");
}

/* Statuses differ in kind or words, whatever the body is. */
static void server_error_explain__statuses__are_each_distinct__B10(void **state)
{
    (void)state;
    static const struct {
        long status;
        enum error_kind kind;
        const char *part;
    } rows[] = {
        {200, ERROR_REPLY, "an error instead of a page"},
        {206, ERROR_REPLY, "not a page"},
        {301, ERROR_REPLY, "redirect: fix url in the settings"},
        {308, ERROR_REPLY, "redirect: fix url in the settings"},
        {400, ERROR_REPLY, "wrong"},
        {401, ERROR_REFUSED, "refuses the token"},
        {403, ERROR_REFUSED, "may not see"},
        {404, ERROR_REPLY, "no UnifiedAPI at this address?"},
        {405, ERROR_REPLY, "GET"},
        {407, ERROR_REPLY, "proxy"},
        {418, ERROR_REPLY, "418"},
        {429, ERROR_UNREACHABLE, "fewer polls"},
        {500, ERROR_UNREACHABLE, "has failed"},
        {502, ERROR_UNREACHABLE, "bad gateway"},
        {503, ERROR_UNREACHABLE, "not available"},
        {504, ERROR_UNREACHABLE, "in vain"},
        {599, ERROR_UNREACHABLE, "in trouble"},
        {999, ERROR_REPLY, "999"},
        {0, ERROR_REPLY, "(0)"},
        {-5, ERROR_REPLY, "(-5)"},
    };
    static const char *const bodies[] = {
        "",   "<html>x</html>", "null",
        "[]", "{\"error\":7}",  "{\"error\":{\"code\":7,\"message\":[]}}"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t b = 0; b < sizeof bodies / sizeof bodies[0]; b++)
            assert_explained(explain_page, rows[i].status, bodies[b], rows[i].kind, rows[i].part);
}

/* The server's own words are shown, but no byte of them acts on a terminal. */
static void server_error_explain__message__is_quoted_safely_and_short__A20(void **state)
{
    (void)state;
    struct error error = {0};
    char body[1000];
    int length = snprintf(body, sizeof body,
                          "{\"error\":{\"code\":\"x\",\"message\":\"%s\\u001b[2J\xC2\x9B"
                          "2J\\u202e %0400d\"}}",
                          "disk full", 1);
    explain_page(&error, 500, body, (size_t)length);
    assert_non_null(strstr(error.text, "disk full"));
    assert_null(strchr(error.text, '\x1b'));
    assert_null(strstr(error.text, "\xC2\x9B"));
    assert_null(strstr(error.text, "\xE2\x80\xAE"));
    assert_true(strlen(error.text) < 200);
}

/* A message with a broken byte still says what it can. */
static void server_error_explain__message_in_latin1__is_repaired(void **state)
{
    (void)state;
    assert_explained(explain_page, 403, "{\"error\":{\"message\":\"caf\xE9 closed\"}}",
                     ERROR_REFUSED, "closed");
}

/* An undocumented code is named. */
static void server_error_explain__unknown_code__is_named(void **state)
{
    (void)state;
    assert_explained(explain_page, 400, "{\"error\":{\"code\":\"moon_invalid\"}}", ERROR_REPLY,
                     "moon_invalid");
}

/* A body of megabytes is not looked into. */
static void server_error_explain__huge_body__is_not_parsed__A16(void **state)
{
    (void)state;
    static char body[100000];
    memset(body, ' ', sizeof body);
    memcpy(body, "{\"error\":{\"code\":\"moon_invalid\"}}", 33);
    struct error error = {0};
    explain_page(&error, 503, body, sizeof body);
    assert_int_equal(error.kind, ERROR_UNREACHABLE);
    assert_null(strstr(error.text, "moon"));
}

/* RFC 6749's own words, and every 4xx of the token endpoint is a refusal. */
static void fault_explain_token__oauth_codes__are_refusals__C6(void **state)
{
    (void)state;
    static const char *const codes[] = {"invalid_request",        "invalid_client",
                                        "invalid_grant",          "unauthorized_client",
                                        "unsupported_grant_type", "invalid_scope"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char body[200];
        snprintf(body, sizeof body, "{\"error\":\"%s\"}", codes[i]);
        assert_explained(server_error_explain_token, 400, body, ERROR_REFUSED, codes[i]);
        assert_explained(server_error_explain_token, 401, body, ERROR_REFUSED, "no token: ");
        assert_explained(server_error_explain_token, 200, body, ERROR_REFUSED, codes[i]);
    }
    assert_explained(server_error_explain_token, 401, "{\"error\":\"invalid_client\"}",
                     ERROR_REFUSED, "client_secret");
    assert_explained(server_error_explain_token, 403, "", ERROR_REFUSED, "403");
    assert_explained(server_error_explain_token, 404, "<html>", ERROR_REPLY, "check url");
}

/* What is not a refusal keeps its kind. */
static void fault_explain_token__other_statuses__keep_their_kind(void **state)
{
    (void)state;
    assert_explained(server_error_explain_token, 503, "", ERROR_UNREACHABLE, "not available");
    assert_explained(server_error_explain_token, 429, "", ERROR_UNREACHABLE, "fewer polls");
    assert_explained(server_error_explain_token, 408, "", ERROR_UNREACHABLE, "408");
    assert_explained(server_error_explain_token, 302, "", ERROR_REPLY, "redirect");
    assert_explained(server_error_explain_token, 200, "{\"error\":\"odd\"}", ERROR_REPLY,
                     "no token");
}

/* An answer that repeats the secret or the token puts neither on the screen. */
static void server_error_explain__echoed_secrets__are_not_quoted__C9(void **state)
{
    (void)state;
    const char *body = "{\"error\":{\"code\":\"S3CR3T-CANARY\",\"message\":\"bad S3CR3T-CANARY\"},"
                       "\"error_description\":\"S3CR3T-CANARY\"}";
    const char *flat = "{\"error\":\"S3CR3T-CANARY\",\"error_description\":\"S3CR3T-CANARY\"}";
    static const long statuses[] = {200, 302, 400, 401, 403, 404, 500, 503};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct error error = {0};
        server_error_explain_token(&error, statuses[i], body, strlen(body));
        assert_null(strstr(error.text, "CANARY"));
        error_clear(&error);
        server_error_explain_token(&error, statuses[i], flat, strlen(flat));
        assert_null(strstr(error.text, "CANARY"));
    }
    struct error error = {0};
    explain_page(&error, 401, body, strlen(body));
    assert_null(strstr(error.text, "CANARY"));
}

/* A gateway that repeats the headers of what it refuses, whole or cut, anywhere. */
static void server_error_explain__echoed_token__is_not_quoted__C9(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"error\":{\"code\":\"x\",\"message\":\"bad header Bearer S3CR3T-CANARY/9\"}}",
        "{\"error\":{\"code\":\"x\",\"message\":\"Bearer S3CR3T-CANARY\\/9, Host: pbx\"}}",
        "{\"error\":{\"code\":\"x\",\"message\":\"it ends T-CANARY/9\"}}",
        "{\"error\":{\"code\":\"x\",\"message\":\"it is cut S3CR3T-C\"}}",
        "{\"error\":{\"code\":\"S3CR3T-CANARY/9\",\"message\":\"\"}}",
        "{\"error\":{\"message\":\"a long way before it, so that what is shown ends in the midst "
        "of what it says: S3CR3T-CANARY/9\"}}",
        "{\"error\":\"S3CR3T-CANARY/9\"}",
    };
    static const long statuses[] = {200, 400, 403, 404, 405, 408, 418,
                                    429, 500, 502, 503, 504, 599};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        for (size_t b = 0; b < sizeof bodies / sizeof bodies[0]; b++) {
            struct error error = {0};
            server_error_explain(&error, statuses[i], bodies[b], strlen(bodies[b]),
                                 "S3CR3T-CANARY/9");
            assert_null(strstr(error.text, "S3CR3T-C"));
            assert_null(strstr(error.text, "CANARY"));
        }
    }
    struct error error = {0};
    server_error_explain(&error, 500, bodies[0], strlen(bodies[0]), "another-token");
    assert_non_null(strstr(error.text, "bad header"));
    error_clear(&error);
    server_error_explain(&error, 500, "{\"error\":{\"message\":\"no key abc here\"}}", 39, "abc");
    assert_null(strstr(error.text, "no key"));
    error_clear(&error);
    server_error_explain(&error, 500, bodies[0], strlen(bodies[0]), "");
    assert_non_null(strstr(error.text, "bad header"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_error_explain__documented_codes__name_the_setting),
        cmocka_unit_test(server_error_explain__code_with_another_status__keeps_its_meaning),
        cmocka_unit_test(server_error_explain__statuses__are_each_distinct__B10),
        cmocka_unit_test(server_error_explain__message__is_quoted_safely_and_short__A20),
        cmocka_unit_test(server_error_explain__message_in_latin1__is_repaired),
        cmocka_unit_test(server_error_explain__unknown_code__is_named),
        cmocka_unit_test(server_error_explain__huge_body__is_not_parsed__A16),
        cmocka_unit_test(fault_explain_token__oauth_codes__are_refusals__C6),
        cmocka_unit_test(fault_explain_token__other_statuses__keep_their_kind),
        cmocka_unit_test(server_error_explain__echoed_secrets__are_not_quoted__C9),
        cmocka_unit_test(server_error_explain__echoed_token__is_not_quoted__C9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
