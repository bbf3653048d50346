/* SPDX-License-Identifier: MIT */
#include "uapi/request.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* A request as blftop makes it by default. */
static struct request plain_request(void)
{
    return (struct request){
        .base = "https://pbx.example.net", .user = "@me", .extension = REQUEST_SELF, .count = 1000};
}

/* Asserts the URL a request is written as. */
static void assert_url(const struct request *request, const char *expected)
{
    struct buffer url;
    buffer_init(&url, 0);
    assert_true(request_write(&url, request));
    assert_string_equal(url.data, expected);
    buffer_clear(&url);
}

/* All extensions of the user: the signs stay as in the vendor's own example. */
static void request_write__self__is_written_bare(void **state)
{
    (void)state;
    struct request request = plain_request();
    assert_url(&request, "https://pbx.example.net/uapi/extensions/@me/@self/presence"
                         "?count=1000&startIndex=0");
}

/* The seed document's example: an extended number with its star. */
static void request_write__one_extension__keeps_its_star(void **state)
{
    (void)state;
    struct request request = plain_request();
    request.extension = "0003*210";
    request.count = REQUEST_COUNT_MAX;
    request.start_index = REQUEST_START_MAX;
    assert_url(&request, "https://pbx.example.net/uapi/extensions/@me/0003*210/presence"
                         "?count=4999&startIndex=4999");
}

/* filterBy never goes without filterOp, and fields come last. */
static void request_write__filter_and_fields__are_all_sent(void **state)
{
    (void)state;
    struct request request = plain_request();
    request.filter_value = "0003*2";
    assert_url(&request, "https://pbx.example.net/uapi/extensions/@me/@self/presence"
                         "?count=1000&startIndex=0&filterBy=extension&filterOp=startsWith"
                         "&filterValue=0003*2");
    request.filter_by = "extension";
    request.filter_op = "inArray";
    request.filter_value = "1,2";
    request.fields = "extension,status";
    assert_url(&request, "https://pbx.example.net/uapi/extensions/@me/@self/presence"
                         "?count=1000&startIndex=0&filterBy=extension&filterOp=inArray"
                         "&filterValue=1,2&fields=extension,status");
}

/* No text can add a parameter or a path of its own. */
static void request_write__hostile_texts__are_escaped(void **state)
{
    (void)state;
    struct request request = plain_request();
    request.user = "../a";
    request.extension = "1/2?x#y";
    request.filter_value = "a&count=1 %\n";
    assert_url(&request, "https://pbx.example.net/uapi/extensions/..%2Fa/1%2F2%3Fx%23y/presence"
                         "?count=1000&startIndex=0&filterBy=extension&filterOp=startsWith"
                         "&filterValue=a%26count%3D1%20%25%0A");
}

/* A URL that does not fit the cap is refused, not cut. */
static void request_write__beyond_the_cap__fails(void **state)
{
    (void)state;
    struct request request = plain_request();
    struct buffer url;
    buffer_init(&url, 40);
    assert_false(request_write(&url, &request));
    buffer_clear(&url);
}

/* Asserts what a check says of texts that are right and texts that are wrong. */
static void assert_check(bool (*check)(const char *, struct error *), const char *const *good,
                         const char *const *bad, const char *right)
{
    for (; *good != NULL; good++) {
        struct error error = {0};
        assert_true(check(*good, &error));
        assert_false(error_is_set(&error));
    }
    for (; *bad != NULL; bad++) {
        struct error error = {0};
        if (check(*bad, &error))
            fail_msg("\"%s\" was taken", *bad);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_non_null(strstr(error.text, right));
    }
}

static void request_check_user__tells_what_would_be_right(void **state)
{
    (void)state;
    static const char *const good[] = {"@me", "@viewer", "@owner", "0", "12345", NULL};
    static const char *const bad[] = {
        "", "me", "@mee", "@m", "12a", "-1", "1 ", "@self", "123456789012345678901", NULL};
    assert_check(request_check_user, good, bad, "@viewer");
}

static void request_check_extension__tells_what_would_be_right(void **state)
{
    (void)state;
    char long_number[66];
    memset(long_number, '1', sizeof long_number - 1);
    long_number[sizeof long_number - 1] = '\0';
    const char *const good[] = {"@self", "0003*210", "210", "1", NULL};
    const char *const bad[] = {"",    "*",    "*210", "@me",       "12a",
                               "1 2", "../1", "1/2",  long_number, NULL};
    assert_check(request_check_extension, good, bad, "0003*210");
}

static void request_check_fields__wants_known_fields_and_the_extension(void **state)
{
    (void)state;
    static const char *const good[] = {"extension", "extension,status",
                                       "registration,status,extension", NULL};
    static const char *const bad[] = {
        "",           "status", "extension,", ",extension", "extension, status", "extension,agent",
        "extensions", NULL};
    assert_check(request_check_fields, good, bad, "fields");
}

static void request_check_filter_op__tells_what_would_be_right(void **state)
{
    (void)state;
    static const char *const good[] = {"contains", "equals",  "startsWith",
                                       "present",  "inArray", NULL};
    static const char *const bad[] = {"", "startswith", "contain", "starts with", NULL};
    assert_check(request_check_filter_op, good, bad, "startsWith");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_write__self__is_written_bare),
        cmocka_unit_test(request_write__one_extension__keeps_its_star),
        cmocka_unit_test(request_write__filter_and_fields__are_all_sent),
        cmocka_unit_test(request_write__hostile_texts__are_escaped),
        cmocka_unit_test(request_write__beyond_the_cap__fails),
        cmocka_unit_test(request_check_user__tells_what_would_be_right),
        cmocka_unit_test(request_check_extension__tells_what_would_be_right),
        cmocka_unit_test(request_check_fields__wants_known_fields_and_the_extension),
        cmocka_unit_test(request_check_filter_op__tells_what_would_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
