/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/url.h"

static void url_parse__server_addresses__are_kept_without_a_slash_at_the_end(void **state)
{
    (void)state;
    static const struct {
        const char *text, *base, *host;
        bool is_https, is_loopback;
    } rows[] = {
        {"https://pbx.example.net", "https://pbx.example.net", "pbx.example.net", true, false},
        {"https://pbx.example.net/", "https://pbx.example.net", "pbx.example.net", true, false},
        {"https://pbx.example.net:8443//", "https://pbx.example.net:8443", "pbx.example.net", true,
         false},
        {"HTTPS://pbx.example.net/sub/", "https://pbx.example.net/sub", "pbx.example.net", true,
         false},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1", false, true},
        {"http://127.255.0.9", "http://127.255.0.9", "127.255.0.9", false, true},
        {"http://[::1]:80", "http://[::1]:80", "::1", false, true},
        {"http://LOCALHOST", "http://LOCALHOST", "LOCALHOST", false, true},
        {"http://127.0.0.1.example.net", "http://127.0.0.1.example.net", "127.0.0.1.example.net",
         false, false},
        {"http://128.0.0.1", "http://128.0.0.1", "128.0.0.1", false, false},
        {"http://127.0.0.2", "http://127.0.0.2", "127.0.0.2", false, true},
        {"http://127.1", "http://127.0.0.1", "127.0.0.1", false, true},
        {"http://[0:0:0:0:0:0:0:1]", "http://[::1]", "::1", false, true},
        {"http://[::2]", "http://[::2]", "::2", false, false},
        {"http://localhost.example.net", "http://localhost.example.net", "localhost.example.net",
         false, false},
        /* Names, though they look like numbers: they would be asked of a name server. */
        {"http://127.0.0.-0", "http://127.0.0.-0", "127.0.0.-0", false, false},
        {"http://127.0.0.08", "http://127.0.0.08", "127.0.0.08", false, false},
        {"http://127.0.0.256", "http://127.0.0.256", "127.0.0.256", false, false},
        {"https://pbx%2Eexample.net", "https://pbx.example.net", "pbx.example.net", true, false},
        {"https://pbx.example.net:65535/a/b", "https://pbx.example.net:65535/a/b",
         "pbx.example.net", true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct url url;
        struct error error = {0};
        assert_true(url_parse(&url, rows[i].text, &error));
        assert_string_equal(url.base, rows[i].base);
        assert_string_equal(url.host, rows[i].host);
        assert_int_equal(url.is_https, rows[i].is_https);
        assert_int_equal(url.is_loopback, rows[i].is_loopback);
        url_clear(&url);
    }
}

static void url_parse__anything_else__is_refused_with_an_example__D13(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "-o/tmp/x",
                                        "pbx.example.net",
                                        "ftp://pbx.example.net",
                                        "file:///etc/passwd",
                                        "https://",
                                        "//pbx.example.net",
                                        "-https://pbx.example.net",
                                        "https://-pbx.example.net",
                                        "https://@pbx.example.net",
                                        "https://:pass@pbx.example.net",
                                        "https://pbx.example.net?",
                                        "https://pbx.example.net#",
                                        "https://pbx.example.net:0",
                                        "https://pbx.example.net:65536",
                                        "https://pbx.example.net:-1",
                                        "https://pbx%00",
                                        "https://pbx%7F",
                                        "https://pbx%C2%9B2J",
                                        "https://pbx%E2%80%AE",
                                        "https://pbx%FF",
                                        "https://[::1",
                                        "https://user@pbx.example.net",
                                        "https://user:pass@pbx.example.net",
                                        "https://pbx.example.net?x=1",
                                        "https://pbx.example.net/#x",
                                        "https://pbx.example.net:0x50",
                                        "https://pbx.example.net:99999",
                                        "https://pbx example.net",
                                        "https://pbx.example.net\n",
                                        "https://pbx.example.net/\033[2J",
                                        "https://pbx.example.net/\xC3\xBC",
                                        "javascript:alert(1)",
                                        "https:/\\pbx"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct url url;
        struct error error = {0};
        if (url_parse(&url, wrong[i], &error))
            fail_msg("accepted: %s", wrong[i]);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_non_null(strstr(error.text, "https://"));
        assert_null(url.base);
    }
}

static void url_parse__password_in_a_refused_address__is_not_quoted__C9__D13(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "https://user:hunter2@pbx.example.net", "https://user:hunter2@pbx.example.net:99999",
        "https://user:hun ter2@pbx\xC3\xBC",    "user:hunter2@pbx.example.net",
        "ftp://user:hunter2@pbx.example.net",   "https://p bx/?token=hunter2",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct url url;
        struct error error = {0};
        assert_false(url_parse(&url, wrong[i], &error));
        assert_null(strstr(error.text, "hun"));
        assert_null(strstr(error.text, "ter2"));
    }
}

static void url_append_escaped__reserved_bytes__are_escaped_but_those_kept(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 0);
    url_append_escaped(&out, "@self/0003*210?a=b&c d\xC3\xBC", "@*");
    assert_string_equal(out.data, "@self%2F0003*210%3Fa%3Db%26c%20d%C3%BC");
    buffer_reset(&out);
    url_append_escaped(&out, "a*~-._", "");
    assert_string_equal(out.data, "a%2A~-._");
    buffer_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_parse__server_addresses__are_kept_without_a_slash_at_the_end),
        cmocka_unit_test(url_parse__anything_else__is_refused_with_an_example__D13),
        cmocka_unit_test(url_parse__password_in_a_refused_address__is_not_quoted__C9__D13),
        cmocka_unit_test(url_append_escaped__reserved_bytes__are_escaped_but_those_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
