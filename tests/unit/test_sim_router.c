/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim/router.h"

#define SELF "/uapi/extensions/@me/@self/presence"
#define FORM "application/x-www-form-urlencoded"

/* A small world with known entries, and the last reply it gave. */
struct fixture {
    struct sim_options options;
    struct sim_state world;
    struct reply reply;
    int64_t now_ms;
};

static const char *const entries[][2] = {
    {"0003*210", "{\"extension\":\"0003*210\",\"status\":0,\"registration\":[{\"agent\":\"a,}b\","
                 "\"registration\":\"-1\"}]}"},
    {"0007*200", "{ \"status\" : \"1\", \"extension\":\"0007*200\" }"},
    {"0003*201", "{\"extension\":\"0003*201\",\"status\":3}"},
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    f->options = (struct sim_options){.client = "app:s:c", .token_life_s = 10, .token = "ready"};
    f->world.options = &f->options;
    fleet_init(&f->world.fleet);
    issued_tokens_init(&f->world.keyring, f->options.token);
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        fleet_add(&f->world.fleet, mem_strdup(entries[i][0]), mem_strdup(entries[i][1]),
                  strlen(entries[i][1]));
    fleet_index(&f->world.fleet);
    reply_init(&f->reply);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    reply_clear(&f->reply);
    sim_state_clear(&f->world);
    free(f);
    return 0;
}

/* Sends a request; the reply's body is returned ("" for none). */
static const char *send_ask(struct fixture *f, struct ask ask)
{
    ask.scheme = "https";
    ask.host = "pbx";
    ask.now.ms = f->now_ms;
    ask.body_length = ask.body != NULL ? strlen(ask.body) : 0;
    reply_clear(&f->reply);
    reply_init(&f->reply);
    router_request(&f->world, &ask, &f->reply);
    return f->reply.body.length > 0 ? f->reply.body.data : "";
}

/* Gets a target with the ready token. */
static const char *get(struct fixture *f, const char *target)
{
    return send_ask(f, (struct ask){"GET", target, .authorization = "Bearer ready"});
}

/* Posts a form to the token endpoint. */
static const char *post(struct fixture *f, const char *form)
{
    return send_ask(f,
                    (struct ask){"POST", "/oauth/token.php", .content_type = FORM, .body = form});
}

/* The value of a header of the last reply, or "". */
static const char *header(const struct fixture *f, const char *name)
{
    for (size_t i = 0; i < f->reply.header_count; i++)
        if (strcmp(f->reply.headers[i].name, name) == 0)
            return f->reply.headers[i].value;
    return "";
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s is not in %s", part, text);
}

static void answer__presence__whole_collection(void **state)
{
    struct fixture *f = *state;
    char expected[1024];
    snprintf(expected, sizeof expected,
             "{\"startIndex\":0,\"totalResults\":3,\"itemsPerPage\":20,\"filtered\":false,"
             "\"sorted\":false,\"entry\":[%s,%s,%s]}",
             entries[0][1], entries[1][1], entries[2][1]);
    assert_string_equal(get(f, SELF), expected);
    assert_int_equal(f->reply.status, 200);
    assert_string_equal(get(f, SELF "/"), expected);
    assert_string_equal(get(f, "/uapi/extensions/%40viewer/%40self/presence"), expected);
    assert_string_equal(get(f, "/uapi/extensions/42/@self/presence?unknown=1"), expected);
}

static void answer__presence__one_extension(void **state)
{
    struct fixture *f = *state;
    static const char *const paths[] = {
        "/uapi/extensions/@me/0003*210/presence/", "/uapi/extensions/@owner/0003%2A210/presence",
        "/uapi/extensions/@me/0003%2a210/presence", "/uapi/extensions/@me/210/presence"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_holds(get(f, paths[i]), "\"totalResults\":1,");
        assert_holds(f->reply.body.data, entries[0][1]);
    }
}

static void answer__presence__pages_and_links(void **state)
{
    struct fixture *f = *state;
    const char *body = get(f, SELF "?startIndex=1&count=1&filterBy=extension&filterOp=contains"
                                   "&filterValue=%2A2");
    assert_holds(body, "\"startIndex\":1,\"totalResults\":3,\"itemsPerPage\":1,\"filtered\":true,");
    assert_holds(body, "\"next\":\"https://pbx" SELF "?count=1&filterBy=extension&filterOp=contains"
                       "&filterValue=%2A2&startIndex=2\",");
    assert_holds(body, "\"prev\":\"https://pbx" SELF "?count=1&filterBy=extension&filterOp=contains"
                       "&filterValue=%2A2&startIndex=0\",");
    assert_holds(body, entries[1][1]);
    assert_null(strstr(get(f, SELF "?startIndex=2"), "\"next\""));
    assert_holds(get(f, SELF "?startIndex=3"), "\"entry\":[]}");
    f->options.page_cap = 2;
    body = get(f, SELF "?count=4999");
    assert_holds(body, "\"itemsPerPage\":2,");
    assert_holds(body, "startIndex=2\"");
    assert_null(strstr(body, entries[2][1]));
}

/* No link leads to where startIndex may not go. */
static void answer__presence__links_stay_within_reach(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5002; i++)
        fleet_add(&f->world.fleet, mem_strdup(""), mem_strdup("{}"), 2);
    fleet_index(&f->world.fleet);
    assert_holds(get(f, SELF "?startIndex=4998&count=1"), "startIndex=4999\"");
    const char *body = get(f, SELF "?startIndex=4999&count=2");
    assert_holds(body, "\"totalResults\":5005,");
    assert_null(strstr(body, "\"next\""));
}

static void answer__presence__sorts_and_filters(void **state)
{
    struct fixture *f = *state;
    static const char *const ascending[] = {"ascending", "asc"};
    static const char *const descending[] = {"descending", "desc"};
    char target[128];
    for (size_t i = 0; i < 2; i++) {
        snprintf(target, sizeof target, SELF "?count=1&sortOrder=%s", ascending[i]);
        assert_holds(get(f, target), entries[2][1]);
        assert_holds(f->reply.body.data, "\"sorted\":true");
        snprintf(target, sizeof target, SELF "?count=1&sortOrder=%s", descending[i]);
        assert_holds(get(f, target), entries[1][1]);
    }
    const char *body = get(f, SELF "?filterBy=extension&filterOp=inArray&filterValue=0007*200,9");
    assert_holds(body, "\"totalResults\":1,");
    assert_holds(get(f, SELF "?filterBy=extension&filterOp=present"), "\"totalResults\":3,");
    assert_string_equal(get(f, SELF "?filterBy=extension&filterOp=equals&filterValue=0003"), "");
    assert_int_equal(f->reply.status, 204);
}

static void answer__presence__fields_are_quoted_verbatim(void **state)
{
    struct fixture *f = *state;
    assert_holds(get(f, SELF "?fields=status"),
                 "\"entry\":[{\"status\":0},{\"status\" : \"1\"},{\"status\":3}]");
    assert_holds(get(f, SELF "?fields=registration,extension&count=2"),
                 "\"entry\":[{\"extension\":\"0003*210\",\"registration\":[{\"agent\":\"a,}b\","
                 "\"registration\":\"-1\"}]},{\"extension\":\"0007*200\" }]");
}

static void answer__presence__documented_mistakes(void **state)
{
    struct fixture *f = *state;
    static const char *const mistakes[][2] = {
        {"?count=0", "count_invalid"},
        {"?count=5000", "count_invalid"},
        {"?count=", "count_invalid"},
        {"?count=-1", "count_invalid"},
        {"?count=1x", "count_invalid"},
        {"?count=20&count=99999999999999999999", "count_invalid"},
        {"?startIndex=5000", "startindex_invalid"},
        {"?startIndex=a", "startindex_invalid"},
        {"?fields=", "fields_invalid"},
        {"?fields=extension,", "fields_invalid"},
        {"?fields=agent", "fields_invalid"},
        {"?sortOrder=up", "sortorder_invalid"},
        {"?filterBy=status&filterOp=equals&filterValue=1", "filterby_invalid"},
        {"?filterOp=equals&filterValue=1", "filterby_invalid"},
        {"?filterValue=1", "filterby_invalid"},
        {"?filterBy=extension&filterValue=1", "filterop_invalid"},
        {"?filterBy=extension&filterOp=startswith&filterValue=1", "filterop_invalid"},
        {"?filterBy=extension&filterOp=contains", "filtervalue_invalid"},
        {"?filterBy=extension&filterOp=contains&filterValue=", "filtervalue_invalid"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        char target[160];
        char code[64];
        snprintf(target, sizeof target, SELF "%s", mistakes[i][0]);
        snprintf(code, sizeof code, "{\"error\":{\"code\":\"%s\",\"message\":\"", mistakes[i][1]);
        assert_holds(get(f, target), code);
        assert_int_equal(f->reply.status, 400);
    }
    assert_int_equal(f->world.stats.refused, sizeof mistakes / sizeof mistakes[0]);
}

static void answer__presence__who_and_what(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *target;
        int status;
        const char *code;
    } cases[] = {
        {"/uapi/extensions/@me/0003*999/presence", 400, "extension_invalid"},
        {"/uapi/extensions/@me/x%2Fy/presence", 400, "extension_invalid"},
        {"/uapi/extensions/@me/0003*210%00/presence", 400, "extension_invalid"},
        {"/uapi/extensions/@me//presence", 400, "extension_invalid"},
        {"/uapi/extensions/@owner/@self/presence", 400, "extension_invalid"},
        {"/uapi/extensions/43/@self/presence", 403, "access_denied"},
        {"/uapi/extensions/42000000000042/@self/presence", 403, "access_denied"},
        {"/uapi/extensions/bob/@self/presence", 404, "user_invalid"},
        {"/uapi/extensions/@me/@self", 404, "not_found"},
        {"/uapi/extensions/@me/@self/presence/x", 404, "not_found"},
        {"/uapi/extensions/@me/@self/presence/x/y", 404, "not_found"},
        {"/", 404, "not_found"},
        {"*", 404, "not_found"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_holds(get(f, cases[i].target), cases[i].code);
        assert_int_equal(f->reply.status, cases[i].status);
    }
}

static void answer__presence__needs_a_token(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"Bearer",      "Bearer ", "Bearer read", "Bearer readyx",
                                      "Basic ready", "ready",   "Bearerxready"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_holds(send_ask(f, (struct ask){"GET", SELF, .authorization = bad[i]}),
                     "access_token_invalid");
        assert_int_equal(f->reply.status, 401);
        assert_holds(header(f, "WWW-Authenticate"), "Bearer realm=");
    }
    send_ask(f, (struct ask){.method = "GET", .target = SELF "?accessRequestToken=ready"});
    assert_int_equal(f->reply.status, 401);
    assert_int_equal(f->world.stats.unauthorized, 8);
    send_ask(f, (struct ask){"GET", SELF, .authorization = "bearer  ready"});
    assert_int_equal(f->reply.status, 200);
}

static void answer__methods__are_told(void **state)
{
    struct fixture *f = *state;
    send_ask(f, (struct ask){"POST", SELF, .authorization = "Bearer ready"});
    assert_int_equal(f->reply.status, 405);
    assert_string_equal(header(f, "Allow"), "GET");
    send_ask(f, (struct ask){.method = "GET", .target = "/oauth/token.php"});
    assert_int_equal(f->reply.status, 405);
    assert_string_equal(header(f, "Allow"), "POST");
}

/* A token is good until its end by the clock given, and only the one that was given out. */
static void answer__token__lives_and_ends(void **state)
{
    struct fixture *f = *state;
    f->now_ms = 1000;
    const char *body = post(f, "grant_type=client_credentials&client_id=app&client_secret=s%3Ac"
                               "&type=unifiedapi&redirect_uri=https%3A%2F%2Fpbx");
    char authorization[128];
    int end = 0;
    assert_int_equal(f->reply.status, 200);
    assert_string_equal(header(f, "Cache-Control"), "no-store");
    assert_int_equal(sscanf(body,
                            "{\"access_token\":\"%100[^\"]\",\"token_type\":\"Bearer\","
                            "\"expires_in\":10}%n",
                            authorization + 7, &end),
                     1);
    assert_int_equal(end, strlen(body));
    memcpy(authorization, "Bearer ", 7);
    struct ask ask = {"GET", SELF, .authorization = authorization};
    f->now_ms = 10999;
    send_ask(f, ask);
    assert_int_equal(f->reply.status, 200);
    f->now_ms = 11000;
    send_ask(f, ask);
    assert_int_equal(f->reply.status, 401);
}

static void answer__token__refusals(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *form;
        int status;
        const char *code;
    } cases[] = {
        {"grant_type=client_credentials&client_id=app&client_secret=no", 401, "invalid_client"},
        {"grant_type=client_credentials&client_id=ap&client_secret=s%3Ac", 401, "invalid_client"},
        {"grant_type=client_credentials&client_id=app%3As&client_secret=c", 401, "invalid_client"},
        {"grant_type=client_credentials&client_id=appx&client_secret=s%3Ac", 401, "invalid_client"},
        {"grant_type=client_credentials&client_id=&client_secret=", 401, "invalid_client"},
        {"grant_type=password&client_id=app&client_secret=s", 400, "unsupported_grant_type"},
        {"grant_type=client_credentials&client_id=app", 400, "invalid_request"},
        {"client_id=app&client_secret=s", 400, "invalid_request"},
        {"", 400, "invalid_request"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_holds(post(f, cases[i].form), cases[i].code);
        assert_int_equal(f->reply.status, cases[i].status);
        assert_holds(f->reply.body.data, "\"error_description\":\"");
    }
    send_ask(f, (struct ask){"POST", "/oauth/token.php", .content_type = "application/json"});
    assert_holds(f->reply.body.data, "invalid_request");
    assert_int_equal(f->world.stats.token_requests, sizeof cases / sizeof cases[0] + 1);
}

static void answer__stats__need_no_token(void **state)
{
    struct fixture *f = *state;
    get(f, SELF);
    const char *body = send_ask(f, (struct ask){.method = "GET", .target = "/sim/stats"});
    assert_holds(body, "{\"requests\":2,\"token_requests\":0,\"tokens_issued\":0,"
                       "\"presence_requests\":1,\"unauthorized\":0,");
    assert_holds(body, "\"entries\":3,");
    assert_holds(body, "\"extensions\":3,");
    assert_false(router_is_delayed("/sim/stats?x"));
    assert_true(router_is_delayed(SELF));
    assert_true(router_is_delayed("/nothing"));
}

/* What is logged holds neither secrets nor bytes that act on a terminal. */
static void answer__write_target__is_safe(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 0);
    router_write_target(&out, SELF "?count=1&accessRequestToken=abc&client_secret=x&b\x1b=2");
    assert_string_equal(out.data, SELF "?count=1&accessRequestToken=...&client_secret=...&b␛=2");
    buffer_clear(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answer__presence__whole_collection),
        TEST(answer__presence__one_extension),
        TEST(answer__presence__pages_and_links),
        TEST(answer__presence__links_stay_within_reach),
        TEST(answer__presence__sorts_and_filters),
        TEST(answer__presence__fields_are_quoted_verbatim),
        TEST(answer__presence__documented_mistakes),
        TEST(answer__presence__who_and_what),
        TEST(answer__presence__needs_a_token),
        TEST(answer__methods__are_told),
        TEST(answer__token__lives_and_ends),
        TEST(answer__token__refusals),
        TEST(answer__stats__need_no_token),
        cmocka_unit_test(answer__write_target__is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
