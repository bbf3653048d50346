/* SPDX-License-Identifier: MIT */
#include "poll/auth.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "poll/schedule.h"

#define NOW INT64_C(1000000)

static char id[] = "key";
static char secret[] = "secret";
static char file[] = "/nonexistent/blftop-token";
static char ready[] = "ready";

/* Reads an answer with a status; the error is the caller's, to look at. */
static bool take_reply(struct auth *access, long status, const char *body, struct error *error)
{
    struct http_reply reply = {.status = status, .retry_after_s = -1};
    assert_true(buffer_puts(&reply.body, body));
    *error = (struct error){0};
    bool is_usable = auth_take_reply(access, &reply, NOW, 0.5, error);
    for (size_t i = 0; i < reply.body.length; i++)
        assert_int_equal(reply.body.data[i], 0);
    buffer_clear(&reply.body);
    return is_usable;
}

static void auth__half_of_the_credentials__asks_for_no_token(void **state)
{
    (void)state;
    struct server_settings halves[] = {{.client_id = id}, {.client_secret = secret}, {0}};
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        struct auth access;
        auth_init(&access, &halves[i]);
        assert_false(auth_is_usable(&access));
        assert_false(auth_is_due(&access, NOW));
        assert_false(auth_invalidate(&access));
        assert_false(auth_may_change(&access));
        auth_clear(&access);
    }
}

static void auth__credentials__ask_until_there_is_a_token_and_again_at_its_renewal(void **state)
{
    (void)state;
    struct server_settings server = {.client_id = id, .client_secret = secret};
    struct auth access;
    struct error error;
    auth_init(&access, &server);
    assert_true(auth_is_due(&access, NOW));
    assert_true(take_reply(&access, 200, "{\"access_token\":\"abc\",\"expires_in\":100}", &error));
    assert_true(auth_is_fresh(&access, NOW + 99999));
    assert_false(auth_is_fresh(&access, NOW + 100000));
    assert_false(auth_is_due(&access, NOW + 84999));
    assert_true(auth_is_due(&access, NOW + 85000));
    assert_int_equal(access.generation, 1);
    assert_true(auth_invalidate(&access));
    assert_false(auth_is_usable(&access));
    assert_true(auth_is_due(&access, NOW));
    auth_clear(&access);
}

static void auth__renewal_that_fails__waits_and_keeps_the_old_token(void **state)
{
    (void)state;
    struct server_settings server = {.client_id = id, .client_secret = secret};
    struct auth access;
    struct error error;
    auth_init(&access, &server);
    assert_true(take_reply(&access, 200, "{\"access_token\":\"abc\",\"expires_in\":100}", &error));
    assert_true(take_reply(&access, 500, "", &error));
    assert_true(error_is_set(&error));
    assert_string_equal(access.token.value, "abc");
    assert_int_equal(access.failures, 1);
    assert_int_equal(access.retry_ms, NOW + SCHEDULE_BACKOFF_BASE_MS + schedule_backoff_ms(1, 0.5));
    assert_true(take_reply(&access, 401, "{\"error\":\"invalid_client\"}", &error));
    assert_int_equal(access.retry_ms,
                     NOW + SCHEDULE_BACKOFF_CAP_MS / 2 + schedule_backoff_ms(2, 0.5));
    assert_false(auth_is_due(&access, access.retry_ms - 1));
    assert_true(take_reply(&access, 200, "{\"access_token\":\"new\",\"expires_in\":100}", &error));
    assert_int_equal(access.failures, 0);
    assert_string_equal(access.token.value, "new");
    auth_clear(&access);
}

static void auth__retry_after__is_kept_where_it_is_longer_than_the_wait(void **state)
{
    (void)state;
    struct server_settings server = {.client_id = id, .client_secret = secret};
    static const int64_t asked_s[] = {-1, 0, 1, 600};
    for (size_t i = 0; i < sizeof asked_s / sizeof *asked_s; i++) {
        struct auth access;
        struct error error = {0};
        struct http_reply reply = {.status = 503, .retry_after_s = asked_s[i]};
        auth_init(&access, &server);
        assert_false(auth_take_reply(&access, &reply, NOW, 0.5, &error));
        int64_t wait = SCHEDULE_BACKOFF_BASE_MS + schedule_backoff_ms(1, 0.5);
        assert_int_equal(access.retry_ms, NOW + (asked_s[i] == 600 ? 600000 : wait));
        auth_clear(&access);
    }
}

/* Four thousand million refusals later the back-off does not begin anew. */
static void auth__failure_count__does_not_wrap(void **state)
{
    (void)state;
    struct server_settings server = {.client_id = id, .client_secret = secret};
    struct auth access;
    struct error error;
    auth_init(&access, &server);
    access.failures = UINT_MAX;
    assert_false(take_reply(&access, 500, "", &error));
    assert_int_equal(access.failures, UINT_MAX);
    assert_int_equal(access.retry_ms,
                     NOW + SCHEDULE_BACKOFF_BASE_MS + schedule_backoff_ms(UINT_MAX, 0.5));
    auth_clear(&access);
}

static void auth__token_file_that_is_gone__leaves_the_token(void **state)
{
    (void)state;
    struct server_settings server = {.token = ready, .token_file = file};
    struct auth access;
    auth_init(&access, &server);
    assert_true(auth_may_change(&access));
    assert_false(auth_invalidate(&access));
    assert_string_equal(access.token.value, ready);
    assert_int_equal(access.generation, 0);
    assert_true(auth_is_fresh(&access, NOW));
    auth_clear(&access);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(auth__half_of_the_credentials__asks_for_no_token),
        cmocka_unit_test(auth__credentials__ask_until_there_is_a_token_and_again_at_its_renewal),
        cmocka_unit_test(auth__renewal_that_fails__waits_and_keeps_the_old_token),
        cmocka_unit_test(auth__retry_after__is_kept_where_it_is_longer_than_the_wait),
        cmocka_unit_test(auth__failure_count__does_not_wrap),
        cmocka_unit_test(auth__token_file_that_is_gone__leaves_the_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
