/* SPDX-License-Identifier: MIT */
#include "uapi/token.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

#define NOW INT64_C(1000000)

/* Reads an answer into an empty token with the middle of the chances. */
static bool read_answer(struct token *token, const char *body, struct error *error)
{
    return token_read_answer(token, body, strlen(body), NOW, 0.5, error);
}

/* The form is what the vendor's client sends, the vendor's spelling included. */
static void token_write_request__is_the_vendors_form(void **state)
{
    (void)state;
    struct buffer url, form;
    buffer_init(&url, 0);
    buffer_init(&form, 0);
    assert_true(token_write_request(&url, &form, "https://pbx.example.net", "key", "secret"));
    assert_string_equal(url.data, "https://pbx.example.net/oauth/token.php");
    assert_string_equal(form.data,
                        "grant_type=client_credentials&client_id=key&client_secret=secret"
                        "&type=unifiedapi"
                        "&redirect_uri=https%3A%2F%2Fpbx.example.net%2Fouath%2Ftoken.php");
    buffer_clear(&url);
    buffer_clear(&form);
}

/* The value of a hexadecimal digit that is known to be one. */
static unsigned from_hex(char digit)
{
    return (unsigned)(strchr("0123456789ABCDEF", digit) - "0123456789ABCDEF");
}

/* Asserts that the form field beginning at `at` decodes to `expected`. */
static void assert_decodes(const char *at, const char *expected)
{
    for (; *expected != '\0'; expected++) {
        unsigned char byte = (unsigned char)*at++;
        assert_true(byte > ' ' && byte < 0x7f && strchr("&=+#", byte) == NULL);
        if (byte == '%') {
            byte = (unsigned char)(from_hex(at[0]) * 16 + from_hex(at[1]));
            at += 2;
        }
        assert_int_equal(byte, (unsigned char)*expected);
    }
    assert_int_equal(*at, '&');
}

/* Secrets with every byte but NUL arrive as they are. */
static void token_write_request__random_secrets__round_trip__C10(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 42);
    for (int round = 0; round < 10000; round++) {
        char secret[41];
        size_t length = 1 + (size_t)rng_below(&rng, 40);
        for (size_t i = 0; i < length; i++)
            secret[i] = (char)(1 + rng_below(&rng, 255));
        secret[length] = '\0';
        struct buffer url, form;
        buffer_init(&url, 0);
        buffer_init(&form, 0);
        assert_true(token_write_request(&url, &form, "https://x", "a&b = c+d%", secret));
        assert_decodes(strstr(form.data, "client_id=") + 10, "a&b = c+d%");
        assert_decodes(strstr(form.data, "client_secret=") + 14, secret);
        buffer_clear(&url);
        buffer_clear(&form);
    }
}

static void token_read_answer__a_good_one__is_taken(void **state)
{
    (void)state;
    struct token token = {0};
    struct error error = {0};
    assert_true(read_answer(&token,
                            "{\"access_token\":\"1|abc~DEF\",\"token_type\":\"bearer\","
                            "\"expires_in\":3600,\"scope\":null}",
                            &error));
    assert_string_equal(token.value, "1|abc~DEF");
    assert_int_equal(token.ends_ms, NOW + 3600000);
    assert_int_equal(token.renew_ms, NOW + 3060000);
    assert_false(error_is_set(&error));
    token_clear(&token);
    assert_null(token.value);
}

/* Whatever the server says of the lifetime, no timer suffers from it. */
static void token_read_answer__lifetimes__are_clamped__C4(void **state)
{
    (void)state;
    static const struct {
        const char *expires;
        int64_t fleet_generator_s;
    } rows[] = {
        {"60", 60},
        {"\"60\"", 60},
        {"60.0", 60},
        {"7200", 7200},
        {"30", 30},
        {"29", TOKEN_LIFE_MIN_S},
        {"1", TOKEN_LIFE_MIN_S},
        {"0", TOKEN_LIFE_MIN_S},
        {"-1", TOKEN_LIFE_MIN_S},
        {"\"-3600\"", TOKEN_LIFE_MIN_S},
        {"-1e300", TOKEN_LIFE_MIN_S},
        {"86401", TOKEN_LIFE_MAX_S},
        {"1e18", TOKEN_LIFE_MAX_S},
        {"1e300", TOKEN_LIFE_MAX_S},
        {"9223372036854775807", TOKEN_LIFE_MAX_S},
        {"99999999999999999999999999", TOKEN_LIFE_MAX_S},
        {"\"99999999999999999999999999\"", TOKEN_LIFE_MAX_S},
        {"null", TOKEN_LIFE_S},
        {"\"\"", TOKEN_LIFE_S},
        {"\"soon\"", TOKEN_LIFE_S},
        {"[]", TOKEN_LIFE_S},
        {"true", TOKEN_LIFE_S},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct token token = {0};
        char body[200];
        snprintf(body, sizeof body, "{\"access_token\":\"a\",\"expires_in\":%s}", rows[i].expires);
        assert_true(read_answer(&token, body, NULL));
        assert_int_equal(token.ends_ms - NOW, rows[i].fleet_generator_s * 1000);
        assert_int_equal(token.renew_ms - NOW, rows[i].fleet_generator_s * 850);
        token_clear(&token);
    }
    struct token token = {0};
    assert_true(read_answer(&token, "{\"access_token\":\"a\"}", NULL));
    assert_int_equal(token.ends_ms - NOW, TOKEN_LIFE_S * 1000);
    token_clear(&token);
}

/* Renewal lies between 80 and 90 % of the life, wherever chance puts it. */
static void token_read_answer__chance__spreads_the_renewal__C1(void **state)
{
    (void)state;
    static const double chances[] = {0, 0.25, 0.999999};
    static const int64_t renewals[] = {2880000, 2970000, 3239999};
    for (size_t i = 0; i < 3; i++) {
        struct token token = {0};
        const char *body = "{\"access_token\":\"a\",\"expires_in\":3600}";
        assert_true(token_read_answer(&token, body, strlen(body), NOW, chances[i], NULL));
        assert_in_range(token.renew_ms - NOW, renewals[i] - 1, renewals[i] + 1);
        token_clear(&token);
    }
}

/* Bad answers leave the old token alone and quote nothing. */
static void token_read_answer__bad_ones__keep_the_old_token(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "<html>S3CR3T</html>",
        "null",
        "[\"S3CR3T\"]",
        "{}",
        "{\"access_token\":null}",
        "{\"access_token\":7}",
        "{\"access_token\":\"\"}",
        "{\"access_token\":\"S3CR3T\\r\\nX: y\"}",
        "{\"access_token\":\"S3CR3T \"}",
        "{\"access_token\":\"S3CR3T\\u0000\"}",
        "{\"access_token\":\"S3CR3T\\u007f\"}",
        "{\"access_token\":\"S3CR3T\xC3\xA9\"}",
        "{\"access_token\":\"S3CR3T\xE9\"}",
        "{\"access_token\":\"S3CR3T\",\"token_type\":\"mac\"}",
        "{\"access_token\":\"S3CR3T\"",
        "{\"access_token\":\"S3CR3T\"}}",
        "{\"access_token\":\"S3CR3T\",\"error\":\"S3CR3T\"}",
        "{\"error\":\"invalid_client\",\"error_description\":\"S3CR3T\"}",
    };
    struct token token = {0};
    token_set_ready(&token, "old");
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct error error = {0};
        if (read_answer(&token, bodies[i], &error))
            fail_msg("taken: %s", bodies[i]);
        assert_true(error_is_set(&error));
        assert_null(strstr(error.text, "S3CR3T"));
        assert_string_equal(token.value, "old");
        assert_true(token.renew_ms == TOKEN_FOREVER);
    }
    token_clear(&token);
}

/* A failure in spite of status 200 is told as the failure it is. */
static void token_read_answer__oauth_error__is_a_refusal(void **state)
{
    (void)state;
    struct token token = {0};
    struct error error = {0};
    assert_false(read_answer(&token, "{\"error\":\"invalid_client\"}", &error));
    assert_int_equal(error.kind, ERROR_REFUSED);
    assert_non_null(strstr(error.text, "client_secret"));
}

/* A token of a megabyte is refused before it is parsed. */
static void token_read_answer__huge__is_refused__C8(void **state)
{
    (void)state;
    size_t size = (size_t)1 << 20;
    char *body = malloc(size);
    assert_non_null(body);
    memset(body, 'a', size);
    memcpy(body, "{\"access_token\":\"", 17);
    memcpy(body + size - 2, "\"}", 2);
    struct token token = {0};
    struct error error = {0};
    assert_false(token_read_answer(&token, body, size, NOW, 0, &error));
    assert_int_equal(error.kind, ERROR_REPLY);
    assert_non_null(strstr(error.text, "too large"));
    free(body);
}

static void token_is_sendable__takes_visible_ascii_within_bounds__C8(void **state)
{
    (void)state;
    char text[TOKEN_BYTES_MAX + 2];
    memset(text, 'x', sizeof text);
    text[TOKEN_BYTES_MAX + 1] = '\0';
    assert_false(token_is_sendable(text));
    text[TOKEN_BYTES_MAX] = '\0';
    assert_true(token_is_sendable(text));
    assert_false(token_is_sendable(""));
    for (int byte = 1; byte < 256; byte++) {
        char one[2] = {(char)byte, '\0'};
        assert_int_equal(token_is_sendable(one), byte > 0x20 && byte < 0x7f);
    }
}

static void token_set_ready__has_no_end(void **state)
{
    (void)state;
    struct token token = {0};
    token_set_ready(&token, "first");
    token_set_ready(&token, "second");
    assert_string_equal(token.value, "second");
    assert_true(token.renew_ms == TOKEN_FOREVER && token.ends_ms == TOKEN_FOREVER);
    token_clear(&token);
    token_clear(&token);
}

/* A request that does not fit is never half of one: every cap below its length is told. */
static void token_write_request__buffer_too_small_anywhere__is_refused(void **state)
{
    (void)state;
    struct buffer url, form;
    buffer_init(&url, 0);
    buffer_init(&form, 0);
    assert_true(token_write_request(&url, &form, "https://x", "key", "secret"));
    size_t url_length = url.length;
    size_t form_length = form.length;
    buffer_clear(&url);
    buffer_clear(&form);
    for (size_t cut = 1; cut < form_length; cut++) {
        buffer_init(&form, cut);
        assert_false(token_write_request(&url, &form, "https://x", "key", "secret"));
        buffer_reset(&url);
        buffer_clear(&form);
    }
    buffer_clear(&url);
    buffer_init(&form, 0);
    for (size_t cut = 1; cut <= url_length; cut++) {
        buffer_init(&url, cut);
        assert_int_equal(token_write_request(&url, &form, "https://x", "key", "secret"),
                         cut == url_length);
        buffer_clear(&url);
        buffer_reset(&form);
    }
    buffer_clear(&form);
}

/* RFC 6749 section 5.2 gives "error" a text; a server that always writes the member means none. */
static void token_read_answer__error_that_is_null__is_none(void **state)
{
    (void)state;
    struct token token = {0};
    struct error error = {0};
    assert_true(read_answer(&token, "{\"error\":null,\"access_token\":\"abc\"}", &error));
    assert_string_equal(token.value, "abc");
    assert_false(error_is_set(&error));
    token_clear(&token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_write_request__is_the_vendors_form),
        cmocka_unit_test(token_write_request__random_secrets__round_trip__C10),
        cmocka_unit_test(token_read_answer__a_good_one__is_taken),
        cmocka_unit_test(token_read_answer__lifetimes__are_clamped__C4),
        cmocka_unit_test(token_read_answer__chance__spreads_the_renewal__C1),
        cmocka_unit_test(token_read_answer__bad_ones__keep_the_old_token),
        cmocka_unit_test(token_read_answer__oauth_error__is_a_refusal),
        cmocka_unit_test(token_read_answer__huge__is_refused__C8),
        cmocka_unit_test(token_is_sendable__takes_visible_ascii_within_bounds__C8),
        cmocka_unit_test(token_set_ready__has_no_end),
        cmocka_unit_test(token_write_request__buffer_too_small_anywhere__is_refused),
        cmocka_unit_test(token_read_answer__error_that_is_null__is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
