/* SPDX-License-Identifier: MIT */
/* What can stand in a settings file and must not pass: numbers, types, bytes, depth, modes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/settings.h"
#include "config/settings_table.h"
#include "config/settings_validate.h"
#include "support/program.h"

#define SERVER "server = { url = \"https://pbx.example.net\"; token = \"t\"; };\n"
#define REFUSED INT64_MIN
#define OTHER_USER 12345 /* a user id nobody here has */
#define THIRD_USER 12346
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Reads settings from a file with this text; true if they are taken, and then the caller clears
 * them. Else `message` says why, without the folder. */
static bool read_text(struct settings *settings, const char *text, char *message, size_t size)
{
    char *folder = folder_new();
    struct error error = {0};
    settings_init(settings);
    bool is_read = settings_read(settings, folder_write(folder, "b.conf", "%s", text), &error);
    const char *at = strstr(error.text, "b.conf");
    snprintf(message, size, "%s", at ? at : error.text);
    if (!is_read) {
        assert_int_equal(error.kind, ERROR_USAGE);
        settings_clear(settings);
    }
    folder_free(folder);
    return is_read;
}

/* The text is refused with these words. */
static void assert_refused(const char *text, const char *words)
{
    struct settings settings;
    char message[ERROR_TEXT_MAX];
    if (read_text(&settings, text, message, sizeof message))
        fail_msg("accepted: %.200s", text);
    if (!strstr(message, words))
        fail_msg("\"%.200s\" is told as: %s", text, message);
}

/* A number as it is written, and what becomes of it. */
struct number {
    const char *text;
    int64_t value; /* or REFUSED */
};

/* Reads each as one key of poll. */
static void check_numbers(const char *key, size_t offset, const struct number *numbers,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct settings settings;
        char text[300], message[ERROR_TEXT_MAX];
        snprintf(text, sizeof text, SERVER "poll = { %s = %s; };", key, numbers[i].text);
        bool is_read = read_text(&settings, text, message, sizeof message);
        if (is_read != (numbers[i].value != REFUSED))
            fail_msg("%s = %s: %s", key, numbers[i].text, is_read ? "accepted" : message);
        if (!is_read) {
            assert_non_null(strstr(message, "b.conf:2: "));
            continue;
        }
        int64_t value = *(const int64_t *)(const void *)((const char *)&settings + offset);
        if (value != numbers[i].value)
            fail_msg("%s = %s is %jd", key, numbers[i].text, (intmax_t)value);
        settings_clear(&settings);
    }
}

static void settings_read__numbers__are_exact_or_refused__D4(void **state)
{
    (void)state;
    static const struct number whole[] = {
        {"1", 1},
        {"4999", 4999},
        {"+5", 5},
        {"010", REFUSED},
        {"+010", REFUSED},
        {"00", REFUSED},
        {"0x10", 16},
        {"0X1387", 4999},
        {"7L", 7},
        {"0x7L", 7},
        {"0", REFUSED},
        {"-1", REFUSED},
        {"5000", REFUSED},
        {"0x0", REFUSED},
        {"0x1388", REFUSED},
        {"0xFFFFFFFF", REFUSED},
        {"0x100000001", REFUSED},
        {"0x1FFFFFFFF", REFUSED},
        {"0x10000000000000001", REFUSED},
        {"2147483647", REFUSED},
        {"2147483648", REFUSED},
        {"-2147483648", REFUSED},
        {"-2147483649", REFUSED},
        {"-4294967295", REFUSED},
        {"4294967296", REFUSED},
        {"4294967297", REFUSED},
        {"4294967297L", REFUSED},
        {"5000000000L", REFUSED},
        {"9223372036854775807", REFUSED},
        {"9223372036854775808", REFUSED},
        {"9223372036854775809L", REFUSED},
        {"18446744073709551617", REFUSED},
        {"18446744073709551617L", REFUSED},
        {"99999999999999999999", REFUSED},
        {"1000.0", REFUSED},
        {"1e3", REFUSED},
        {"1000.", REFUSED},
        {".5", REFUSED},
        {"1e400", REFUSED},
        {"1_000", REFUSED},
        {"1,000", REFUSED},
        {"1 000", REFUSED},
        {"0b101", REFUSED},
        {"0o17", REFUSED},
        {"--1", REFUSED},
        {"1u", REFUSED},
        {"\"1000\"", REFUSED},
    };
    static const struct number seconds[] = {
        {"1", 1000},
        {"5.0", 5000},
        {"5.", 5000},
        {"5L", 5000},
        {"0x5", 5000},
        {"1e1", 10000},
        {"2.5", 2500},
        {"1.0004", 1000},
        {"86400", 86400000},
        {"0", REFUSED},
        {"0.999", REFUSED},
        {"-0.0", REFUSED},
        {"-5", REFUSED},
        {"86400.001", REFUSED},
        {"1e5", REFUSED},
        {"1e-400", REFUSED},
        {"1e400", REFUSED},
        {"-1e400", REFUSED},
        {"99999999999999999999.0", REFUSED},
        {"4294967301", REFUSED},
        {"4294967301L", REFUSED},
        {"nan", REFUSED},
        {"inf", REFUSED},
    };
    assert_true(COUNT_OF(whole) + COUNT_OF(seconds) >= 60);
    check_numbers("page_size", offsetof(struct settings, page_size), whole, COUNT_OF(whole));
    check_numbers("interval", offsetof(struct settings, interval_ms), seconds, COUNT_OF(seconds));
}

/* A value of each of libconfig's types. */
enum type { TYPE_INT, TYPE_INT64, TYPE_FLOAT, TYPE_BOOL, TYPE_STRING, TYPE_OTHER };

static const struct {
    const char *text;
    enum type type;
} values[] = {
    {"3", TYPE_INT},       {"3L", TYPE_INT64},         {"3.5", TYPE_FLOAT},
    {"true", TYPE_BOOL},   {"\"3\"", TYPE_STRING},     {"[ 3 ]", TYPE_OTHER},
    {"( 3 )", TYPE_OTHER}, {"{ a = 3; }", TYPE_OTHER},
};

/* May a value of this type stand for an option of this kind? */
static bool is_fitting(enum setting_kind kind, enum type type)
{
    switch (kind) {
    case SETTING_SECONDS:
        return type == TYPE_INT || type == TYPE_INT64 || type == TYPE_FLOAT;
    case SETTING_INTEGER:
        return type == TYPE_INT || type == TYPE_INT64;
    case SETTING_BOOL:
        return type == TYPE_BOOL;
    default:
        return type == TYPE_STRING;
    }
}

static void settings_read__every_key_of_every_type__is_right_or_refused__D6(void **state)
{
    (void)state;
    size_t count, refused = 0;
    const struct setting *rows = settings_rows(&count);
    for (size_t i = 0; i < count * COUNT_OF(values); i++) {
        const struct setting *row = &rows[i / COUNT_OF(values)];
        struct settings settings;
        char text[300], words[100], message[ERROR_TEXT_MAX];
        bool is_names = row->group == GROUP_NAMES;
        const char *value = values[i % COUNT_OF(values)].text;
        snprintf(text, sizeof text, "%s = %s{\n%s = %s;\n}%s;", settings_group_name(row->group),
                 is_names ? "(" : "", row->key, value, is_names ? ")" : "");
        snprintf(words, sizeof words, "b.conf:2: %s must be ", row->key);
        if (read_text(&settings, text, message, sizeof message))
            settings_clear(&settings);
        bool is_fit = is_fitting(row->kind, values[i % COUNT_OF(values)].type);
        bool is_told = strstr(message, words) != NULL;
        if (is_fit && (row->kind == SETTING_CHOICE || row->kind == SETTING_PROXY))
            continue; /* of the right type, and still none of those it takes */
        if (is_told == is_fit)
            fail_msg("%s = %s: %s", row->key, value, message);
        refused += is_told;
    }
    assert_in_range(refused, 100, count * COUNT_OF(values));
}

static void settings_read__every_top_key_of_every_type__is_right_or_refused__D6(void **state)
{
    (void)state;
    static const char *const keys[] = {"server", "servers", "poll", "board", "names"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        for (size_t v = 0; v < COUNT_OF(values); v++) {
            char text[200];
            bool is_list = values[v].text[0] == '(';
            bool takes_list = strcmp(keys[i], "servers") == 0 || strcmp(keys[i], "names") == 0;
            bool is_group = values[v].text[0] == '{';
            snprintf(text, sizeof text, "%s = %s;", keys[i], values[v].text);
            if (is_group && !takes_list)
                assert_refused(text, "unknown key \"a\"");
            else if (is_list && takes_list)
                assert_refused(text, "an entry must be a group");
            else
                assert_refused(text, " must be a ");
        }
    }
}

static void settings_read__include__is_refused_wherever_it_stands__D1__D2(void **state)
{
    (void)state;
    assert_refused("@include \".\"", "b.conf:1: @include is not supported");
    assert_refused(SERVER "\n@include \"b.conf\"\n", "b.conf:3: @include is not supported");
    assert_refused("poll = {\n@include \"b.conf\"\n};", "b.conf:2: @include is not supported");
    assert_refused("\xEF\xBB\xBF@include \"/dev/zero\"", "b.conf:1: @include");
    assert_refused("a = 1; /* \" */ @include \"x\"", "b.conf:1: @include");
    assert_refused("@INCLUDE \"x\"", "b.conf:1: @include");
    struct settings settings;
    char message[ERROR_TEXT_MAX];
    assert_true(read_text(&settings,
                          "# @include \"x\"\n// @include\n/* @include */\n" SERVER
                          "names = ( { extension = \"1\"; name = \"@include\"; } );",
                          message, sizeof message));
    assert_string_equal(settings.names[0].name, "@include");
    settings_clear(&settings);
}

static void settings_read__deep_and_huge_files__are_refused__D11(void **state)
{
    (void)state;
    static const char *const units[] = {"a = { ", "a = ( ", "( ", "[ ", "{ "};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct buffer text;
        buffer_init(&text, 0);
        buffer_puts(&text, units[i][0] == 'a' ? "" : "a = ");
        for (int depth = 0; depth < 20000; depth++)
            buffer_puts(&text, units[i]);
        assert_refused(text.data, "b.conf:1: groups are nested deeper than 16");
        buffer_clear(&text);
    }
    static const struct {
        size_t length;
        const char *words;
    } sizes[] = {{900000, "name must be a text"}, {5000000, "is larger than 1 MiB"}};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *text = mem_printf("server = { name = \"%0*d\"; };", (int)sizes[i].length, 7);
        assert_refused(text, sizes[i].words);
        free(text);
    }
}

/* No byte of this can act on a terminal. */
static void assert_safe(const char *text)
{
    for (const char *at = text; *at; at++)
        assert_true((unsigned char)*at >= ' ' && *at != 0x7F);
    assert_null(strstr(text, "\xC2\x9B"));
}

static void settings_read__control_bytes__are_refused_and_made_visible__D12(void **state)
{
    (void)state;
    for (int byte = 1; byte <= 0x7F; byte = byte == 0x1F ? 0x7F : byte + 1) {
        char text[200], message[ERROR_TEXT_MAX];
        struct settings settings;
        for (int is_escaped = 0; is_escaped < 2; is_escaped++) {
            char raw[2] = {(char)byte, '\0'}, escaped[5];
            snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned)byte);
            snprintf(text, sizeof text,
                     "server = { url = \"https://a\"; token = \"t\"; user = \"a%sb\"; };",
                     is_escaped ? escaped : raw);
            assert_false(read_text(&settings, text, message, sizeof message));
            assert_safe(message);
        }
        snprintf(text, sizeof text, "poll = { interval = 5; }; %c", byte);
        if (!read_text(&settings, text, message, sizeof message))
            assert_safe(message);
    }
    struct error error = {0};
    struct settings settings;
    settings_init(&settings);
    assert_false(settings_read(&settings, "/nonexistent/\033[2J\xC2\x9B\n.conf", &error));
    assert_safe(error.text);
    settings_clear(&settings);
    assert_refused("\033[2J = 5;", "b.conf:1: syntax error");
    assert_refused("server = { url = \"https://\xC2\x9B/\"; };", "url is wrong");
}

/* Reads a file; returns whether it is taken. */
static bool is_taken(const char *path)
{
    struct settings settings;
    settings_init(&settings);
    bool is_read = settings_read(&settings, path, NULL);
    settings_clear(&settings);
    return is_read;
}

#define MODES 8

static const mode_t modes[MODES] = {0600, 0400, 0700, 0640, 0604, 0644, 0620, 0666};

/* Reads a file in each mode; bit n of the result tells whether mode n was taken. */
static unsigned read_in_modes(const char *path, uid_t owner, uid_t reader)
{
    unsigned taken = 0;
    for (size_t i = 0; i < MODES; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        if (owner != geteuid())
            assert_int_equal(chown(path, owner, (gid_t)-1), 0);
        if (reader != geteuid())
            assert_int_equal(seteuid(reader), 0);
        taken |= is_taken(path) ? 1u << i : 0;
        if (geteuid() != getuid())
            assert_int_equal(seteuid(getuid()), 0);
    }
    assert_int_equal(chown(path, geteuid(), (gid_t)-1), 0);
    return taken;
}

/* Can this process give files away, and read them as somebody else? Only root can, where the way to
 * the file is open. */
static bool can_play_others(const char *path)
{
    if (geteuid() != 0 || chown(path, OTHER_USER, (gid_t)-1) != 0 || seteuid(OTHER_USER) != 0)
        return false;
    bool is_open = eaccess(path, F_OK) == 0;
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(chown(path, 0, (gid_t)-1), 0);
    if (!is_open)
        print_message("files of other owners are left out: %s cannot be reached by all\n", path);
    return is_open;
}

static void settings_read__file_with_a_secret__is_closed_and_mine_or_roots__D9(void **state)
{
    (void)state;
    char *folder = folder_new();
    char *path = mem_strdup(folder_write(folder, "b.conf", "%s", SERVER));
    char *link = mem_printf("%s/link.conf", folder);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(read_in_modes(path, geteuid(), geteuid()), 7);
    assert_int_equal(read_in_modes(link, geteuid(), geteuid()), 7);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(read_in_modes(path, geteuid(), geteuid()), 7);
    if (can_play_others(path)) {
        assert_int_equal(read_in_modes(path, OTHER_USER, 0), 0);
        assert_int_equal(read_in_modes(path, OTHER_USER, OTHER_USER), 7);
        assert_int_equal(read_in_modes(path, THIRD_USER, OTHER_USER), 0);
        /* Root's own closed file cannot be opened by another; an open one is refused. */
        assert_int_equal(read_in_modes(path, 0, OTHER_USER), 0);
    }
    free(link);
    free(path);
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_read__numbers__are_exact_or_refused__D4),
        cmocka_unit_test(settings_read__every_key_of_every_type__is_right_or_refused__D6),
        cmocka_unit_test(settings_read__every_top_key_of_every_type__is_right_or_refused__D6),
        cmocka_unit_test(settings_read__include__is_refused_wherever_it_stands__D1__D2),
        cmocka_unit_test(settings_read__deep_and_huge_files__are_refused__D11),
        cmocka_unit_test(settings_read__control_bytes__are_refused_and_made_visible__D12),
        cmocka_unit_test(settings_read__file_with_a_secret__is_closed_and_mine_or_roots__D9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
