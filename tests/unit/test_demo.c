/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/settings_validate.h"
#include "demo.h"
#include "support/program.h"

/* Puts a uapi-sim of our own on the PATH, and nothing else. */
static char *fake_simulator(const char *script)
{
    char *folder = folder_new();
    const char *path = folder_write(folder, "uapi-sim", "#!/bin/sh\n%s\n", script);
    chmod(path, 0700);
    setenv("PATH", folder, 1);
    return folder;
}

static void demo_start__child_listens__is_a_server_with_the_token_it_was_sent(void **state)
{
    (void)state;
    struct demo demo;
    struct settings settings;
    struct error error = {0};
    char *folder =
        fake_simulator("read -r token; echo \"$*\" >\"$0.args\"; echo \"$token\" >\"$0.token\"\n"
                       "echo uapi-sim: listening on http://127.0.0.1:12345\n"
                       "read -r end; exit 0");
    settings_init(&settings);
    assert_true(demo_start(&demo, &settings, &error));
    assert_string_equal(settings.servers[0].name, "demo");
    assert_string_equal(settings.servers[0].url.base, "http://127.0.0.1:12345");
    assert_int_equal(strlen(settings.servers[0].token), 64);
    char *arguments = mem_printf("%s/uapi-sim.args", folder);
    FILE *file = fopen(arguments, "r");
    char line[256] = "";
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_null(strstr(line, settings.servers[0].token));
    pid_t child = demo.child;
    demo_stop(&demo);
    assert_int_equal(kill(child, 0), -1);
    assert_int_equal(errno, ESRCH);
    settings_clear(&settings);
    free(arguments);
    folder_free(folder);
}

static void demo_start__no_simulator__says_how_to_get_it(void **state)
{
    (void)state;
    static const char *const scripts[] = {"exit 1", "echo nonsense", "exec 1>&-; exit 0"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct demo demo;
        struct settings settings;
        struct error error = {0};
        char *folder = fake_simulator(scripts[i]);
        settings_init(&settings);
        assert_false(demo_start(&demo, &settings, &error));
        assert_non_null(strstr(error.text, "libmicrohttpd"));
        assert_int_equal(demo.child, 0);
        demo_stop(&demo);
        settings_clear(&settings);
        folder_free(folder);
    }
}

static void demo_stop__child_that_will_not_end__is_killed(void **state)
{
    (void)state;
    struct demo demo;
    struct settings settings;
    struct error error = {0};
    char *folder = fake_simulator("trap '' TERM\nread -r token\n"
                                  "echo uapi-sim: listening on http://127.0.0.1:12345\n"
                                  "while :; do :; done");
    settings_init(&settings);
    assert_true(demo_start(&demo, &settings, &error));
    pid_t child = demo.child;
    demo_stop(&demo);
    assert_int_equal(kill(child, 0), -1);
    settings_clear(&settings);
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_start__child_listens__is_a_server_with_the_token_it_was_sent),
        cmocka_unit_test(demo_start__no_simulator__says_how_to_get_it),
        cmocka_unit_test(demo_stop__child_that_will_not_end__is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
