/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "sim/issued_tokens.h"
#include "sim/json_write.h"
#include "sim/params.h"

static void params__parse__decodes_pairs(void **state)
{
    (void)state;
    static const char text[] = "a=b+c&&d%3d=e%26=f&a=%2B%zz%4&g&=h";
    struct params params;
    params_parse(&params, text, strlen(text));
    assert_int_equal(params.count, 5);
    assert_string_equal(params.items[0].value, "b c");
    assert_string_equal(params_get(&params, "a"), "+%zz%4");
    assert_string_equal(params_get(&params, "d="), "e&=f");
    assert_string_equal(params_get(&params, "g"), "");
    assert_null(params_get(&params, "h"));
    assert_int_equal(params.items[1].raw_length, strlen("d%3d=e%26=f"));
    params_clear(&params);
    char *path = params_decode_path("a+b%2fc", 7);
    assert_string_equal(path, "a+b/c");
    free(path);
}

static void json_write__put_string__escapes(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 0);
    json_write_put_string(&out, "a\"b\\c\n\r\t\x01/é\xff");
    assert_string_equal(out.data, "\"a\\\"b\\\\c\\n\\r\\t\\u0001/é\xEF\xBF\xBD\"");
    buffer_clear(&out);
}

/* Wants every member. */
static bool wants_all(const void *context, const char *name, size_t length)
{
    (void)context;
    (void)name;
    (void)length;
    return true;
}

/* What is no object gives nothing, wherever it is cut. */
static void json_write__put_members__broken_objects(void **state)
{
    (void)state;
    static const char whole[] = " { \"a\\\"\" : [ {\"b\":\"}\\\\\"} ], \"c\" : -1 } ";
    struct buffer out;
    buffer_init(&out, 0);
    buffer_puts(&out, "x");
    for (size_t length = 0; length < sizeof whole - 2; length++) {
        char *cut = mem_strndup(whole, length);
        assert_false(json_write_put_members(&out, cut, length, wants_all, NULL));
        free(cut);
    }
    assert_string_equal(out.data, "x");
    assert_true(json_write_put_members(&out, whole, sizeof whole - 1, wants_all, NULL));
    assert_string_equal(out.data, "x{\"a\\\"\" : [ {\"b\":\"}\\\\\"} ],\"c\" : -1 }");
    assert_true(json_write_put_members(&out, "{}", 2, wants_all, NULL));
    buffer_clear(&out);
}

/* Tokens are all different, sendable, and use what VoipNow's tokens use. */
static void issued_tokens__issue__characters(void **state)
{
    (void)state;
    struct issued_tokens keyring;
    issued_tokens_init(&keyring, NULL);
    bool has_pipe = false;
    bool has_tilde = false;
    char before[ISSUED_TOKENS_TOKEN_MAX] = "";
    for (int i = 0; i < 200; i++) {
        const char *token = issued_tokens_issue(&keyring, 5);
        assert_in_range(strlen(token), 40, 41);
        assert_int_equal(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-._~+/|="),
                         strlen(token));
        assert_string_not_equal(token, before);
        memcpy(before, token, strlen(token) + 1);
        has_pipe = has_pipe || strchr(token, '|') != NULL;
        has_tilde = has_tilde || strchr(token, '~') != NULL;
    }
    assert_true(has_pipe && has_tilde);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(issued_tokens__issue__characters),
        cmocka_unit_test(params__parse__decodes_pairs),
        cmocka_unit_test(json_write__put_string__escapes),
        cmocka_unit_test(json_write__put_members__broken_objects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
