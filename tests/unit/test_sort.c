/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/sort.h"

#define ROWS 600

/* A roster whose rows are filled by hand; ids are places. */
struct board {
    struct roster roster;
    struct row rows[ROWS];
    struct registration contacts[ROWS][2];
    char numbers[ROWS][32];
    char texts[ROWS][2][32];
};

/* Adds a row with a number and one contact, and returns it. */
static struct row *add_row(struct board *board, const char *number, uint16_t server)
{
    size_t id = board->roster.row_limit++;
    struct row *row = &board->rows[id];
    snprintf(board->numbers[id], sizeof board->numbers[id], "%s", number);
    board->contacts[id][0] = (struct registration){NULL, EXPIRES_NONE, 1};
    *row = (struct row){
        .extension = {.number = board->numbers[id],
                      .registrations = board->contacts[id],
                      .registration_count = 1,
                      .status = 1,
                      .has_list = true},
        .server = server,
        .is_used = true,
    };
    board->roster.rows = board->rows;
    return row;
}

/* Sorts all rows by `keys` and compares the ids in order, one digit each. */
static void assert_order(const struct board *board, const char *keys, const char *expected)
{
    struct sort_order order;
    uint32_t ids[10];
    char found[11] = "";
    size_t count = board->roster.row_limit;
    assert_true(sort_parse(&order, keys, NULL));
    for (uint32_t i = 0; i < count; i++)
        ids[i] = (uint32_t)(count - 1 - i);
    sort_rows(ids, count, &board->roster, &order);
    for (size_t i = 0; i < count; i++)
        found[i] = (char)('0' + ids[i]);
    if (strcmp(found, expected) != 0)
        fail_msg("%s: %s, not %s", keys, found, expected);
}

/* Starts each test with an empty board. */
static int setup(void **state)
{
    *state = mem_new(1, sizeof(struct board));
    return 0;
}

/* Frees it. */
static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void sort_rows__extension_in_byte_order_then_server(void **state)
{
    struct board *board = *state;
    add_row(board, "0003*210", 1);
    add_row(board, "0003*21", 0);
    add_row(board, "0003*210", 0);
    add_row(board, "0003*2100", 0);
    add_row(board, "0003*20A", 0);
    add_row(board, "0003*20a", 0);
    assert_order(board, "extension", "451203");
    assert_order(board, "-extension", "320154");
    assert_order(board, "server", "451230");
    assert_order(board, "-server", "045123");
    assert_order(board, "server,-extension", "321540");
}

static void sort_rows__severity_worst_first_gone_above_all(void **state)
{
    struct board *board = *state;
    static const enum lamp lamps[] = {LAMP_ONLINE,  LAMP_RINGING,  LAMP_BUSY,    LAMP_OFFLINE,
                                      LAMP_EXPIRED, LAMP_MISMATCH, LAMP_UNKNOWN, LAMP_STATIC};
    for (size_t i = 0; i < 8; i++)
        add_row(board, "1", 0)->lamp = (uint8_t)lamps[i];
    struct row *gone = add_row(board, "2", 0);
    gone->lamp = LAMP_ONLINE;
    gone->gone_polls = 1;
    assert_order(board, "severity", "834561207");
    assert_order(board, "-severity", "702165438");
}

static void sort_rows__names_without_case_and_none_last(void **state)
{
    struct board *board = *state;
    add_row(board, "1", 0)->name = "Desk 2";
    add_row(board, "2", 0)->name = "desk";
    add_row(board, "3", 0);
    add_row(board, "4", 0)->name = "Attic, behind the old switchboard";
    add_row(board, "5", 0)->name = "attic, behind the OLD cupboard";
    add_row(board, "6", 0)->name = "";
    add_row(board, "7", 0)->name = "DESK 2";
    assert_order(board, "name", "4310625");
    assert_order(board, "-name", "0613425");
}

static void sort_rows__agent_of_the_best_contact(void **state)
{
    struct board *board = *state;
    add_row(board, "1", 0)->extension.registrations[0].agent = (char[]){"Yealink SIP-T46S"};
    add_row(board, "2", 0)->extension.registrations[0].agent = (char[]){"yealink SIP-T46G"};
    struct row *two = add_row(board, "3", 0);
    two->extension.registration_count = 2;
    two->extension.registrations[0] = (struct registration){(char[]){"Zoiper"}, 5, -1};
    two->extension.registrations[1] = (struct registration){(char[]){"Bria"}, 5, 1};
    add_row(board, "4", 0);
    add_row(board, "5", 0)->extension.registration_count = 0;
    assert_order(board, "agent", "21034");
    assert_order(board, "-agent", "01234");
}

static void sort_rows__numbers_of_time_and_contacts(void **state)
{
    struct board *board = *state;
    static const int64_t since[] = {500, 100, 300, 100};
    static const int64_t expires[] = {900, EXPIRES_NONE, -5, 70};
    for (size_t i = 0; i < 4; i++) {
        char number[2] = {(char)('0' + i), '\0'};
        struct row *row = add_row(board, number, 0);
        row->since_ms = since[i];
        row->extension.registrations[0].expires = expires[i];
        row->extension.registrations[1] = (struct registration){NULL, EXPIRES_NONE, 2};
        row->extension.registration_count = i == 2 ? 2 : 1;
    }
    board->contacts[3][0].state = -1;
    assert_order(board, "for", "1320");
    assert_order(board, "-for", "0213");
    assert_order(board, "registrations", "3012");
    assert_order(board, "-registrations", "2013");
    assert_order(board, "expires", "2301");
    assert_order(board, "-expires", "0321");
}

static void sort_rows__takes_no_keys_and_few_rows(void **state)
{
    struct board *board = *state;
    const struct sort_order none = {.count = 0};
    uint32_t ids[2] = {0, 1};
    sort_rows(ids, 0, &board->roster, &none);
    add_row(board, "2", 0);
    sort_rows(ids, 1, &board->roster, &none);
    assert_int_equal(ids[0], 0);
    add_row(board, "1", 0);
    sort_rows(ids, 2, &board->roster, &none);
    assert_int_equal(ids[0], 1);
    assert_int_equal(ids[1], 0);
}

/* Orders two texts, missing ones last whatever the sign. */
static int compare_texts(const char *a, const char *b, int sign)
{
    if (a == NULL || b == NULL)
        return (a == NULL) - (b == NULL);
    return sign * strcasecmp(a, b);
}

/* Orders two numbers. */
static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* One key of the naive order, for rows with exactly one contact. */
static int compare_key(const struct row *a, const struct row *b, enum sort_key key, int sign)
{
    const struct registration *one = a->extension.registrations;
    const struct registration *other = b->extension.registrations;
    switch (key) {
    case SORT_SEVERITY:
        return sign * compare_numbers(row_severity(b), row_severity(a));
    case SORT_EXTENSION:
        return sign * strcmp(a->extension.number, b->extension.number);
    case SORT_SERVER:
        return sign * compare_numbers(a->server, b->server);
    case SORT_NAME:
        return compare_texts(a->name, b->name, sign);
    case SORT_FOR:
        return sign * compare_numbers(a->since_ms, b->since_ms);
    case SORT_REGISTRATIONS:
        return sign * compare_numbers(registration_is_live(one), registration_is_live(other));
    case SORT_AGENT:
        return compare_texts(one->agent, other->agent, sign);
    default:
        if (one->expires == EXPIRES_NONE || other->expires == EXPIRES_NONE)
            return (one->expires == EXPIRES_NONE) - (other->expires == EXPIRES_NONE);
        return sign * compare_numbers(one->expires, other->expires);
    }
}

/* Fills the board with rows that collide in everything. */
static void fill_randomly(struct board *board, struct rng *rng)
{
    static const int64_t times[] = {EXPIRES_NONE, -7, 0, 255, 256, 65536, INT64_C(1) << 40};
    static const char *const stems[] = {"", "a", "Yealink ", "yealink SIP-T4",
                                        "Yealink SIP-T46S 6"};
    char text[32];
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(text, sizeof text, "%03u*%u", (unsigned)rng_below(rng, 4) * 5,
                 (unsigned)rng_below(rng, 30000) >> rng_below(rng, 15));
        struct row *row = add_row(board, text, (uint16_t)rng_below(rng, 300));
        row->lamp = (uint8_t)rng_below(rng, LAMP_COUNT);
        row->gone_polls = rng_below(rng, 9) == 0;
        row->since_ms = (int64_t)rng_below(rng, 1000);
        for (size_t t = 0; t < 2; t++)
            snprintf(board->texts[i][t], sizeof board->texts[i][t], "%s%u",
                     stems[rng_below(rng, 5)], (unsigned)rng_below(rng, 12));
        row->name = rng_below(rng, 3) == 0 ? NULL : board->texts[i][0];
        board->contacts[i][0] =
            (struct registration){rng_below(rng, 3) == 0 ? NULL : board->texts[i][1],
                                  times[rng_below(rng, 7)], rng_below(rng, 2) == 0 ? 1 : -1};
    }
}

/* Does the order put a before b, or are they tied even by number and server? */
static bool is_in_order(const struct row *a, const struct row *b, const struct sort_order *order)
{
    for (size_t i = 0; i < order->count; i++) {
        int result = compare_key(a, b, order->keys[i], order->reversed[i] ? -1 : 1);
        if (result != 0)
            return result < 0;
    }
    int result = strcmp(a->extension.number, b->extension.number);
    return result != 0 ? result < 0 : a->server <= b->server;
}

static void sort_rows__agrees_with_comparing_every_neighbour(void **state)
{
    struct board *board = *state;
    struct rng rng;
    rng_seed(&rng, 3);
    fill_randomly(board, &rng);
    for (int round = 0; round < 300; round++) {
        struct sort_order order = {.count = (size_t)rng_below(&rng, SORT_KEYS_MAX + 1)};
        for (size_t i = 0; i < order.count; i++) {
            order.keys[i] = (enum sort_key)rng_below(&rng, SORT_COUNT);
            order.reversed[i] = rng_below(&rng, 2) == 0;
        }
        uint32_t ids[ROWS];
        bool seen[ROWS] = {false};
        size_t count = (size_t)rng_below(&rng, ROWS + 1);
        for (uint32_t i = 0; i < count; i++)
            ids[i] = i;
        sort_rows(ids, count, &board->roster, &order);
        for (size_t i = 0; i < count; i++) {
            assert_false(seen[ids[i]]);
            seen[ids[i]] = true;
            if (i > 0)
                assert_true(is_in_order(&board->rows[ids[i - 1]], &board->rows[ids[i]], &order));
        }
    }
}

static void sort_parse__reads_keys_and_directions(void **state)
{
    (void)state;
    struct sort_order order;
    assert_true(sort_parse(&order, "severity, -For ,AGENT,-expires", NULL));
    assert_int_equal(order.count, 4);
    assert_int_equal(order.keys[0], SORT_SEVERITY);
    assert_int_equal(order.keys[1], SORT_FOR);
    assert_int_equal(order.keys[2], SORT_AGENT);
    assert_int_equal(order.keys[3], SORT_EXPIRES);
    assert_false(order.reversed[0]);
    assert_true(order.reversed[1]);
    assert_false(order.reversed[2]);
    assert_true(order.reversed[3]);
    for (int key = 0; key < SORT_COUNT; key++) {
        assert_true(sort_parse(&order, sort_key_name((enum sort_key)key), NULL));
        assert_int_equal(order.count, 1);
        assert_int_equal(order.keys[0], key);
    }
}

static void sort_parse__refuses_with_what_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"", "'' is no sort key: severity, extension, server, name, for, registrations, agent or "
             "expires"},
        {"status", "'status' is no sort key"},
        {"name,", "'' is no sort key"},
        {"-", "'' is no sort key"},
        {"--name", "'-name' is no sort key"},
        {"name,-name", "'name' is there twice"},
        {"name,for,agent,server,expires", "at most 4"},
        {"name for", "separated by commas"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sort_order order = {.count = 99};
        struct error error = {.kind = ERROR_NONE};
        assert_false(sort_parse(&order, cases[i].text, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_non_null(strstr(error.text, cases[i].words));
        assert_int_equal(order.count, 99);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(sort_rows__extension_in_byte_order_then_server),
        TEST(sort_rows__severity_worst_first_gone_above_all),
        TEST(sort_rows__names_without_case_and_none_last),
        TEST(sort_rows__agent_of_the_best_contact),
        TEST(sort_rows__numbers_of_time_and_contacts),
        TEST(sort_rows__takes_no_keys_and_few_rows),
        TEST(sort_rows__agrees_with_comparing_every_neighbour),
        cmocka_unit_test(sort_parse__reads_keys_and_directions),
        cmocka_unit_test(sort_parse__refuses_with_what_would_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
