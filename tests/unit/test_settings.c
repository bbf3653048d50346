/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/secrets.h"
#include "config/settings.h"
#include "config/settings_path.h"
#include "config/settings_print.h"
#include "config/settings_table.h"
#include "config/settings_validate.h"
#include "support/program.h"

#define HANG_S 5
#define SERVER "server = { url = \"https://pbx.example.net\"; token = \"t\"; };\n"

/* Reads settings from this text; the caller clears them. `message` gets the error's text without
 * the folder. */
static bool read_text(struct settings *settings, const char *text, char *message, size_t size)
{
    char *folder = folder_new();
    struct error error = {0};
    settings_init(settings);
    folder_write(folder, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
    folder_write(folder, "empty.pem", "\n");
    bool is_read = settings_read(settings, folder_write(folder, "b.conf", "%s", text), &error);
    const char *at = strstr(error.text, "b.conf");
    snprintf(message, size, "%s", at ? at : error.text);
    assert_int_equal(error.kind, is_read ? ERROR_NONE : ERROR_USAGE);
    folder_free(folder);
    return is_read;
}

static void settings_read__smallest_file__has_the_documented_defaults(void **state)
{
    (void)state;
    struct settings settings;
    char message[ERROR_TEXT_MAX];
    assert_true(read_text(&settings, SERVER, message, sizeof message));
    assert_int_equal(settings.server_count, 1);
    assert_string_equal(settings.servers[0].name, "pbx.example.net");
    assert_string_equal(settings.servers[0].user, "@me");
    assert_string_equal(settings.servers[0].extension, "@self");
    assert_string_equal(settings.servers[0].filter_op, "startsWith");
    assert_string_equal(settings.servers[0].token, "t");
    assert_null(settings.servers[0].filter);
    assert_int_equal(settings.interval_ms, 5000);
    assert_int_equal(settings.timeout_ms, 10000);
    assert_int_equal(settings.page_size, 1000);
    assert_string_equal(settings.view, "lamps");
    assert_string_equal(settings.group, "server");
    assert_string_equal(settings.sort, "severity,extension");
    settings_clear(&settings);
}

static void settings_read__every_option__is_read__D8(void **state)
{
    (void)state;
    struct settings settings;
    char message[ERROR_TEXT_MAX];
    static const char text[] =
        "\xEF\xBB\xBF# a comment, and a byte order mark before it\r\n"
        "servers = ( { name = \"hq\"; url = \"https://hq.example.net/x/\"; user = \"42\";\n"
        "  extension = \"0003*210\"; client_id = \"id\"; client_secret = \"s\"; start_index = 7;\n"
        "  filter = \"0003\"; filter_op = \"contains\"; filter_by = \"extension\";\n"
        "  fields = \"extension,status\"; ca_file = \"ca.pem\"; insecure = true;\n"
        "  proxy = \"http://proxy:3128\"; },\n"
        " { name = \"lab\"; url = \"http://lab.example.net\"; allow_http = true; token = \"t\";\n"
        "  proxy = \"\"; }\n"
        ");\n"
        "poll = { interval = 2; timeout = 2.5; page_size = 0x10; };\n"
        "board = { view = \"table\"; palette = \"cb\"; sort = \"-for\"; group = \"none\"; };\n"
        "names = ( { extension = \"2\"; name = \"b\"; }, { extension = \"1\"; name = \"a\"; } );\n";
    assert_true(read_text(&settings, text, message, sizeof message));
    const struct server_settings *hq = &settings.servers[0];
    assert_string_equal(hq->url.base, "https://hq.example.net/x");
    assert_string_equal(hq->user, "42");
    assert_string_equal(hq->extension, "0003*210");
    assert_string_equal(hq->client_id, "id");
    assert_string_equal(hq->client_secret, "s");
    assert_int_equal(hq->start_index, 7);
    assert_string_equal(hq->filter, "0003");
    assert_string_equal(hq->filter_op, "contains");
    assert_string_equal(hq->fields, "extension,status");
    assert_non_null(strstr(hq->ca_file, "/ca.pem"));
    assert_string_equal(hq->proxy, "http://proxy:3128");
    assert_true(hq->insecure);
    assert_true(settings.servers[1].allow_http);
    assert_string_equal(settings.servers[1].proxy, "");
    assert_int_equal(settings.interval_ms, 2000);
    assert_int_equal(settings.timeout_ms, 2500);
    assert_int_equal(settings.page_size, 16);
    assert_string_equal(settings.view, "table");
    assert_string_equal(settings.group, "none");
    assert_string_equal(settings.palette, "cb");
    assert_string_equal(settings.names[0].number, "1");
    assert_string_equal(settings.names[1].name, "b");
    settings_clear(&settings);
}

static void
settings_read__mistakes__are_told_with_line_and_what_would_be_right__D1__D7__D8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "b.conf:1: no server"},
        {"\npoll = { intervall = 1; };",
         "b.conf:2: unknown key \"intervall\" in poll; did you mean "
         "\"interval\"?"},
        {"sever = { };", "b.conf:1: unknown key \"sever\"; did you mean \"server\"?"},
        {"poll = { interval = \"5\"; };", "interval must be a number of seconds, like 5.0"},
        {"poll = { interval = 0.5; };", "interval is out of range; it takes 1 to 86400"},
        {"poll = { interval = 86401; };", "out of range"},
        {"poll = { timeout = 0; };", "timeout is out of range; it takes 0.5 to 300"},
        {"poll = { page_size = 0; };", "page_size is out of range; it takes 1 to 4999"},
        {"poll = { page_size = 5000; };", "it takes 1 to 4999"},
        {"poll = { page_size = 1000.0; };", "page_size must be a whole number"},
        {"poll = { page_size = 4294967297; };", "4294967297 is out of range"},
        {"poll = { page_size = 4294967297L; };", "4294967297L is out of range"},
        {"poll = { page_size = 0x1FFFFFFFF; };", "0x1FFFFFFFF is out of range"},
        {"poll = { page_size = 99999999999999999999; };", "is out of range"},
        {"poll = { page_size = -2147483649; };", "is out of range"},
        {"poll = 5;", "poll must be a group"},
        {"servers = { };", "servers must be a list of groups"},
        {"servers = ( );", "servers must be a list of groups"},
        {SERVER "servers = ( { url = \"https://b\"; token = \"t\"; } );", "b.conf:2: servers and"},
        {"server = { token = \"t\"; };", "a server needs its address"},
        {"server = { url = \"pbx\"; token = \"t\"; };", "url is wrong"},
        {"server = { url = 5; };", "url must be an address"},
        {"server = { url = \"http://pbx.example.net\"; token = \"t\"; };", "https"},
        {"server = { url = \"https://a\"; };", "no way to authenticate"},
        {"server = { url = \"https://a\"; token = \"t\"; client_id = \"i\"; client_secret = \"s\"; "
         "};",
         "two ways to authenticate"},
        {"server = { url = \"https://a\"; client_id = \"i\"; };", "client_id needs client_secret"},
        {"server = { url = \"https://a\"; client_secret = \"s\"; };",
         "client_secret needs client_id"},
        {"server = { url = \"https://a\"; token = \"\"; };", "token must be a text"},
        {"server = { url = \"https://a\"; token = \"a\\nb\"; };", "control byte"},
        {"server = { url = \"https://a\"; token = \"t\";\n ca_file = \"none.pem\"; };",
         "b.conf:2: cannot read"},
        {"server = { url = \"https://a\"; token = \"t\";\n ca_file = \"empty.pem\"; };",
         "holds no certificate"},
        {"server = { url = \"https://a\"; token = \"t\"; proxy = \"ftp://p\"; };",
         "proxy must be an address"},
        {"server = { url = \"https://a\"; token = \"t\"; proxy = \"not a proxy\"; };",
         "proxy must be an address"},
        {"server = { url = \"https://a\";\n token = \"t\";\n token_file = \"x\"; };",
         "b.conf:3: server \"a\" has two ways"},
        {"server = {\n url = \"http://a\"; token = \"t\"; };", "b.conf:2: http would send"},
        {SERVER "/* a comment", "b.conf:2: a comment that does not end"},
        {"server = { url = \"https://a\"; insecure = 1; };", "insecure must be true or false"},
        {"server = { url = \"https://a\"; filter_op = \"like\"; };",
         "filter_op must be one of \"contains\", \"equals\""},
        {"server = { url = \"https://a\"; filter_by = \"name\"; };",
         "filter_by must be \"extension\""},
        {"servers = ( { url = \"https://a\"; token = \"t\"; }, { url = \"https://a/x\"; token = "
         "\"t\"; "
         "} );",
         "two servers are called \"a\""},
        {SERVER "board = { group = \"lamp\"; };", "group must be one of \"server\", \"none\""},
        {SERVER "board = { view = \"wide\"; };",
         "view must be one of \"lamps\", \"table\", \"servers\""},
        {SERVER "names = ( { extension = \"1\"; } );", "needs both"},
        {SERVER
         "names = ( { extension = \"1\"; name = \"a\"; }, { extension = \"1\"; name = \"b\"; } );",
         "names one extension twice: 1"},
        {"@include \".\"", "b.conf:1: @include is not supported"},
        {"server = { url = ", "b.conf:1: syntax error"},
        {"poll = { interval = 1; interval = 2; };", "b.conf:1: duplicate setting name"},
        {"a = ((((((((((((((((((1))))))))))))))))));", "nested deeper than 16"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct settings settings;
        char message[ERROR_TEXT_MAX];
        if (read_text(&settings, rows[i].text, message, sizeof message))
            fail_msg("accepted: %s", rows[i].text);
        if (!strstr(message, rows[i].message))
            fail_msg("\"%s\" is told as: %s", rows[i].text, message);
        settings_clear(&settings);
    }
}

static void settings_read__nul_byte_and_huge_file__are_refused__D5__D11(void **state)
{
    (void)state;
    struct settings settings;
    struct error error = {0};
    char *folder = folder_new();
    char *path = mem_strdup(folder_write(folder, "b.conf", "%s%c%s", SERVER, 0, "poll = 5;"));
    settings_init(&settings);
    assert_false(settings_read(&settings, path, &error));
    assert_non_null(strstr(error.text, "b.conf:2: a NUL byte"));
    settings_clear(&settings);
    error_clear(&error);
    folder_write(folder, "b.conf", "%s/* %c */%s", SERVER, 0, "poll = 5;");
    settings_init(&settings);
    assert_false(settings_read(&settings, path, &error));
    assert_non_null(strstr(error.text, "b.conf:2: a NUL byte"));
    settings_clear(&settings);
    error_clear(&error);
    folder_write(folder, "b.conf", "#%*s\n", (int)SETTINGS_FILE_MAX, "");
    settings_init(&settings);
    assert_false(settings_read(&settings, path, &error));
    assert_non_null(strstr(error.text, "larger than 1 MiB"));
    settings_clear(&settings);
    free(path);
    folder_free(folder);
}

static void settings_read__what_is_no_file__is_refused_at_once__D3(void **state)
{
    (void)state;
    struct settings settings;
    struct error error = {0};
    char *folder = folder_new();
    char *fifo = mem_printf("%s/fifo", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const char *const paths[] = {fifo, folder, "/dev/null", "/nonexistent/blftop.conf"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        settings_init(&settings);
        error_clear(&error);
        alarm(HANG_S); /* opening a pipe that nobody writes would wait for ever */
        assert_false(settings_read(&settings, paths[i], &error));
        alarm(0);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_int_equal(strstr(error.text, "not a regular file") != NULL, i < 3);
        settings_clear(&settings);
    }
    free(fifo);
    folder_free(folder);
}

static void settings_read__secret_that_others_may_read__is_refused__D9(void **state)
{
    (void)state;
    char *folder = folder_new();
    char *path = mem_strdup(folder_write(folder, "b.conf", "%s", SERVER));
    for (mode_t mode = 0; mode <= 0077; mode++) {
        struct settings settings;
        struct error error = {0};
        chmod(path, 0600 | mode);
        settings_init(&settings);
        assert_int_equal(settings_read(&settings, path, &error), mode == 0);
        if (mode != 0)
            assert_non_null(strstr(error.text, "chmod 600"));
        settings_clear(&settings);
    }
    free(path);
    folder_free(folder);
}

static void settings_read__secret_files__are_found_beside_the_settings__D9(void **state)
{
    (void)state;
    struct settings settings;
    struct error error = {0};
    char *folder = folder_new();
    char *secret = mem_strdup(folder_write(folder, "secret", "  the-secret\n"));
    char *path = mem_strdup(folder_write(folder, "b.conf",
                                         "server = { url = \"https://a\"; client_id = \"i\"; "
                                         "client_secret_file = \"secret\"; };"));
    chmod(path, 0644);
    settings_init(&settings);
    assert_true(settings_read(&settings, path, &error));
    assert_string_equal(settings.servers[0].client_secret, "the-secret");
    settings_clear(&settings);

    chmod(secret, 0640);
    settings_init(&settings);
    assert_false(settings_read(&settings, path, &error));
    assert_non_null(strstr(error.text, "chmod 600"));
    assert_null(strstr(error.text, "the-secret"));
    settings_clear(&settings);
    free(secret);
    free(path);
    folder_free(folder);
}

static void settings_read__environment_token__stands_in_and_is_removed(void **state)
{
    (void)state;
    struct settings settings;
    char message[ERROR_TEXT_MAX];
    setenv("BLFTOP_TOKEN", "from-outside", 1);
    assert_true(
        read_text(&settings, "server = { url = \"https://a\"; };", message, sizeof message));
    assert_string_equal(settings.servers[0].token, "from-outside");
    assert_null(getenv("BLFTOP_TOKEN"));
    settings_clear(&settings);
}

static void settings_print__masks_secrets_and_is_read_back__C9(void **state)
{
    (void)state;
    struct settings settings, again;
    char message[ERROR_TEXT_MAX];
    char *text = NULL;
    size_t length;
    assert_true(
        read_text(&settings,
                  "server = { url = \"https://a\"; name = \"q\\\"\\\\x\"; client_id = \"i\"; "
                  "client_secret = \"canary\"; };\n"
                  "poll = { interval = 2.5; };\n"
                  "names = ( { extension = \"1\"; name = \"N\"; } );",
                  message, sizeof message));
    FILE *out = open_memstream(&text, &length);
    settings_print(&settings, out);
    fclose(out);
    assert_null(strstr(text, "canary"));
    assert_non_null(strstr(text, "********"));
    assert_true(read_text(&again, text, message, sizeof message));
    assert_string_equal(again.servers[0].name, settings.servers[0].name);
    assert_int_equal(again.interval_ms, 2500);
    assert_string_equal(again.names[0].name, "N");
    settings_clear(&settings);
    settings_clear(&again);
    free(text);
}

static void sample__every_option__is_explained_and_the_file_is_read(void **state)
{
    (void)state;
    struct settings settings;
    struct buffer text;
    char line[512], message[ERROR_TEXT_MAX];
    buffer_init(&text, 0);
    FILE *file = fopen(TESTS_DIR "/../data/blftop.conf", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        buffer_puts(&text, line);
    fclose(file);
    size_t count;
    const struct setting *rows = settings_rows(&count);
    for (size_t i = 0; i < count; i++) {
        char key[64];
        snprintf(key, sizeof key, "%s = ", rows[i].key);
        if (!strstr(text.data, key))
            fail_msg("data/blftop.conf does not explain %s", rows[i].key);
    }
    assert_false(read_text(&settings, text.data, message, sizeof message));
    assert_non_null(strstr(message, "secret"));
    settings_clear(&settings);
    char *secret = strstr(text.data, "client_secret_file = \"secret\";");
    memcpy(secret, "client_secret      = \"secret\";", 30);
    assert_true(read_text(&settings, text.data, message, sizeof message));
    assert_string_equal(settings.names[0].name, "Front desk");
    settings_clear(&settings);
    buffer_clear(&text);
}

static void settings_find__asked_then_environment_then_home(void **state)
{
    (void)state;
    char *folder = folder_new();
    char *sub = mem_printf("%s/blftop", folder);
    mkdir(sub, 0700);
    folder_write(sub, "blftop.conf", "%s", SERVER);
    setenv("XDG_CONFIG_HOME", folder, 1);
    unsetenv("BLFTOP_CONFIG");
    char *expected = mem_printf("%s/blftop.conf", sub);
    char *found = settings_find(NULL);
    assert_string_equal(found, expected);
    free(found);
    setenv("BLFTOP_CONFIG", "/elsewhere", 1);
    found = settings_find(NULL);
    assert_string_equal(found, "/elsewhere");
    free(found);
    found = settings_find("/asked");
    assert_string_equal(found, "/asked");
    free(found);
    unsetenv("BLFTOP_CONFIG");
    unsetenv("XDG_CONFIG_HOME");
    free(expected);
    free(sub);
    folder_free(folder);
}

static void secrets_take_environment__token__is_gone_for_children__C9(void **state)
{
    (void)state;
    assert_int_equal(setenv("BLFTOP_TOKEN", "a-token", 1), 0);
    char *token = secrets_take_environment();
    assert_string_equal(token, "a-token");
    mem_free_secret(token);
    for (char **variable = environ; *variable != NULL; variable++)
        assert_null(strstr(*variable, "a-token"));
    assert_null(secrets_take_environment());
}

static void secrets_read_file__what_cannot_be_sent__is_refused_unquoted__C8__C9(void **state)
{
    (void)state;
    char *folder = folder_new();
    static const char *const wrong[] = {"",           "\n",           "two words",
                                        "two\nlines", "t\xC3\xB6ken", "a\033b"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = {0};
        assert_null(secrets_read_file(folder_write(folder, "s", "%s", wrong[i]), &error));
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_null(strstr(error.text, "two"));
    }
    struct error error = {0};
    assert_null(secrets_read_file(folder_write(folder, "s", "%*s", 9000, "x"), &error));
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_read__smallest_file__has_the_documented_defaults),
        cmocka_unit_test(settings_read__every_option__is_read__D8),
        cmocka_unit_test(
            settings_read__mistakes__are_told_with_line_and_what_would_be_right__D1__D7__D8),
        cmocka_unit_test(settings_read__nul_byte_and_huge_file__are_refused__D5__D11),
        cmocka_unit_test(settings_read__what_is_no_file__is_refused_at_once__D3),
        cmocka_unit_test(settings_read__secret_that_others_may_read__is_refused__D9),
        cmocka_unit_test(settings_read__secret_files__are_found_beside_the_settings__D9),
        cmocka_unit_test(settings_read__environment_token__stands_in_and_is_removed),
        cmocka_unit_test(settings_print__masks_secrets_and_is_read_back__C9),
        cmocka_unit_test(sample__every_option__is_explained_and_the_file_is_read),
        cmocka_unit_test(settings_find__asked_then_environment_then_home),
        cmocka_unit_test(secrets_take_environment__token__is_gone_for_children__C9),
        cmocka_unit_test(secrets_read_file__what_cannot_be_sent__is_refused_unquoted__C8__C9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
