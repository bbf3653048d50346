/* SPDX-License-Identifier: MIT */
#include "sim/fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/did_you_mean.h"
#include "sim/corrupt.h"
#include "sim/json_write.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define RETRY_AFTER "5"
#define SHORT_LIFE_S 2
#define HUGE_BYTES ((size_t)16 << 20)
#define BOMB_BYTES ((size_t)64 << 20)
#define TURNS_MAX 1000

/* Which answers a fault is about. */
enum fault_place {
    PLACE_PAGE,
    PLACE_FIRST_PAGE, /* that starts at entry 0 */
    PLACE_TOKEN,
    PLACE_BOTH,
};

typedef void fault_happen(const struct fault_scene *scene, struct rng *rng, struct reply *reply);

/* One fault: a way out of the socket, bytes for the first phone's agent, or a function. */
struct fault {
    const char *name;
    enum fault_place place;
    enum reply_way way;
    const char *agent; /* a JSON string's inside */
    fault_happen *happen;
    const char *help;
};

/* Refuses with a status and VoipNow's form. */
static void refuse(struct reply *reply, enum reply_status status, const char *code)
{
    reply_fail(reply, status, code, "A fault that was asked for.");
}

/* A server that has failed. */
static void break_server(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    refuse(reply, REPLY_BROKEN, "internal_error");
}

/* Replaces the body with a page for people. */
static void show_html(struct reply *reply, const char *html)
{
    buffer_reset(&reply->body);
    buffer_puts(&reply->body, html);
    reply->content_type = "text/html";
}

/* A front whose back is gone. */
static void break_gateway(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    reply->status = REPLY_BAD_GATEWAY;
    show_html(reply, "<html><body><h1>502 Bad Gateway</h1></body></html>\n");
}

/* A server under repair. */
static void be_unavailable(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    refuse(reply, REPLY_UNAVAILABLE, "service_unavailable");
    reply_add_header(reply, "Retry-After", RETRY_AFTER);
}

/* A limit on requests. */
static void limit_rate(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    refuse(reply, REPLY_TOO_MANY, "too_many_requests");
    reply_add_header(reply, "Retry-After", RETRY_AFTER);
}

/* The tokens given out are no longer known. */
static void revoke(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)rng;
    issued_tokens_init(scene->keyring, scene->keyring->ready);
    refuse(reply, REPLY_UNAUTHORIZED, "access_token_invalid");
}

/* The user may not see this. */
static void forbid(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    refuse(reply, REPLY_FORBIDDEN, "access_denied");
}

/* The App's credentials are refused. */
static void refuse_client(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    reply_fail_oauth(reply, REPLY_UNAUTHORIZED, "invalid_client", "A fault that was asked for.");
}

/* Gives a token with a life of the fault's own. */
static void give_token(const struct fault_scene *scene, struct reply *reply, const char *life)
{
    if (reply->status != REPLY_OK)
        return;
    int64_t ends_ms = scene->ask->now.ms + (int64_t)SHORT_LIFE_S * 1000;
    buffer_reset(&reply->body);
    buffer_puts(&reply->body, "{\"access_token\":");
    json_write_put_string(&reply->body, issued_tokens_issue(scene->keyring, ends_ms));
    buffer_printf(&reply->body, ",\"token_type\":\"Bearer\",\"expires_in\":%s}", life);
}

/* A token that ends soon, and says so. */
static void give_short_token(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)rng;
    char life[16];
    snprintf(life, sizeof life, "%d", SHORT_LIFE_S);
    give_token(scene, reply, life);
}

/* A token that ends soon, and says nonsense. */
static void give_nonsense_life(const struct fault_scene *scene, struct rng *rng,
                               struct reply *reply)
{
    static const char *const lives[] = {"\"soon\"", "-1", "0", "1e99", "null", "[3600]"};
    give_token(scene, reply, lives[rng_below(rng, COUNT_OF(lives))]);
}

/* A login page where data should be. */
static void show_login(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    reply->status = REPLY_OK;
    show_html(reply, "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n");
}

/* A redirect to another host. */
static void redirect(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    reply->status = REPLY_FOUND;
    buffer_reset(&reply->body);
    reply_add_header(reply, "Location", "https://elsewhere.example/uapi/");
}

/* Makes a fault_happen of a function that needs the reply alone. */
#define HAPPENS(name, call)                                                                        \
    static void name(const struct fault_scene *scene, struct rng *rng, struct reply *reply)        \
    {                                                                                              \
        (void)scene, (void)rng;                                                                    \
        call;                                                                                      \
    }

HAPPENS(cut_json, corrupt_truncate(reply))
HAPPENS(break_json, corrupt_syntax(reply))
HAPPENS(mistype, corrupt_types(reply))
HAPPENS(empty, corrupt_empty(reply))
HAPPENS(halve, corrupt_halve(reply))
HAPPENS(turn, corrupt_rotate(reply, rng_below(rng, TURNS_MAX)))
HAPPENS(repeat, corrupt_duplicate(reply))
HAPPENS(mark, corrupt_byte_order_mark(reply))
HAPPENS(swell, corrupt_with_blanks(reply, HUGE_BYTES))
HAPPENS(pile_marks, corrupt_agent_with_marks(reply))
HAPPENS(relabel, reply->content_type = "text/plain; charset=iso-8859-1")

/* A body of gzip that unpacks to a multiple. */
static void bomb(const struct fault_scene *scene, struct rng *rng, struct reply *reply)
{
    (void)scene, (void)rng;
    corrupt_gzip_bomb(reply, BOMB_BYTES);
    reply_add_header(reply, "Content-Encoding", "gzip");
}

/* In the order in which they happen to an answer that several hit. */
/* clang-format off */
static const struct fault rows[] = {
    {"close", PLACE_BOTH, REPLY_CLOSE, NULL, NULL, "the connection ends without an answer"},
    {"reset", PLACE_BOTH, REPLY_RESET, NULL, NULL, "the connection is reset without an answer"},
    {"cut-head", PLACE_BOTH, REPLY_CUT_HEAD, NULL, NULL, "the connection ends in the answer's head (http only)"},
    {"reset-head", PLACE_BOTH, REPLY_RESET_HEAD, NULL, NULL, "the connection is reset in the head (http only)"},
    {"cut-body", PLACE_BOTH, REPLY_CUT_BODY, NULL, NULL, "the connection ends in the body"},
    {"reset-body", PLACE_BOTH, REPLY_RESET_BODY, NULL, NULL, "the connection is reset in the body"},
    {"hang", PLACE_BOTH, REPLY_NEVER, NULL, NULL, "the request is never answered"},
    {"slow", PLACE_BOTH, REPLY_SLOW, NULL, NULL, "the body comes byte by byte, five in a second"},
    {"500", PLACE_PAGE, REPLY_WHOLE, NULL, break_server, "status 500"},
    {"502", PLACE_PAGE, REPLY_WHOLE, NULL, break_gateway, "status 502 with an HTML page"},
    {"503", PLACE_PAGE, REPLY_WHOLE, NULL, be_unavailable, "status 503 with Retry-After"},
    {"429", PLACE_PAGE, REPLY_WHOLE, NULL, limit_rate, "status 429 with Retry-After"},
    {"403", PLACE_PAGE, REPLY_WHOLE, NULL, forbid, "status 403"},
    {"revoked", PLACE_PAGE, REPLY_WHOLE, NULL, revoke, "status 401, and all tokens given out are forgotten"},
    {"redirect", PLACE_PAGE, REPLY_WHOLE, NULL, redirect, "a redirect to another host"},
    {"html", PLACE_PAGE, REPLY_WHOLE, NULL, show_login, "an HTML page with status 200"},
    {"token-down", PLACE_TOKEN, REPLY_WHOLE, NULL, be_unavailable, "the token endpoint answers 503"},
    {"token-refused", PLACE_TOKEN, REPLY_WHOLE, NULL, refuse_client, "the token endpoint answers invalid_client"},
    {"token-html", PLACE_TOKEN, REPLY_WHOLE, NULL, show_login, "the token endpoint answers an HTML page"},
    {"token-short", PLACE_TOKEN, REPLY_WHOLE, NULL, give_short_token, "tokens live two seconds"},
    {"token-life", PLACE_TOKEN, REPLY_WHOLE, NULL, give_nonsense_life, "expires_in is nonsense; tokens live two seconds"},
    {"truncated", PLACE_PAGE, REPLY_WHOLE, NULL, cut_json, "half the JSON, with the right Content-Length"},
    {"invalid-json", PLACE_PAGE, REPLY_WHOLE, NULL, break_json, "one comma too many between entries"},
    {"types", PLACE_FIRST_PAGE, REPLY_WHOLE, NULL, mistype, "one extension's members have wrong types"},
    {"poison-esc", PLACE_FIRST_PAGE, REPLY_WHOLE, "Evil \\u001b]0;pwned\\u0007\\u001b[2Jphone", NULL, "one agent holds escape sequences"},
    {"poison-c1", PLACE_FIRST_PAGE, REPLY_WHOLE, "Evil \xC2\x9B" "2J phone", NULL, "one agent holds a C1 control"},
    {"poison-bidi", PLACE_FIRST_PAGE, REPLY_WHOLE, "Evil \xE2\x80\xAE" "enohp", NULL, "one agent holds a bidirectional override"},
    {"poison-nul", PLACE_FIRST_PAGE, REPLY_WHOLE, "Evil \\u0000 phone", NULL, "one agent holds an escaped NUL"},
    {"poison-bytes", PLACE_FIRST_PAGE, REPLY_WHOLE, "Evil \xFF\xC0\xE9 phone", NULL, "one agent is not UTF-8"},
    {"poison-marks", PLACE_FIRST_PAGE, REPLY_WHOLE, NULL, pile_marks, "one agent is a megabyte of combining marks"},
    {"empty", PLACE_PAGE, REPLY_WHOLE, NULL, empty, "no extensions at all"},
    {"shrinking", PLACE_PAGE, REPLY_WHOLE, NULL, halve, "half of the page's extensions are missing"},
    {"moving", PLACE_PAGE, REPLY_WHOLE, NULL, turn, "extensions change their order while pages are read"},
    {"duplicate", PLACE_FIRST_PAGE, REPLY_WHOLE, NULL, repeat, "one extension comes twice"},
    {"huge", PLACE_PAGE, REPLY_WHOLE, NULL, swell, "a body of more than 16 MiB"},
    {"gzip-bomb", PLACE_PAGE, REPLY_WHOLE, NULL, bomb, "400 kB of gzip that unpack to 64 MiB"},
    {"content-type", PLACE_PAGE, REPLY_WHOLE, NULL, relabel, "JSON that says it is text/plain in Latin-1"},
    {"bom", PLACE_PAGE, REPLY_WHOLE, NULL, mark, "a byte order mark before the JSON"},
};
/* clang-format on */

_Static_assert(COUNT_OF(rows) <= FAULTS_MAX, "each row has a chance");

const char *fault_name(size_t row)
{
    return row < COUNT_OF(rows) ? rows[row].name : NULL;
}

const char *fault_help(size_t row)
{
    return row < COUNT_OF(rows) ? rows[row].help : NULL;
}

/* The row of a name, or the number of rows. */
static size_t find_row(const char *name, size_t length)
{
    size_t row = 0;
    while (row < COUNT_OF(rows) &&
           (strlen(rows[row].name) != length || strncmp(rows[row].name, name, length) != 0))
        row++;
    return row;
}

/* Says which fault was probably meant. */
static bool complain(const char *name, struct error *error)
{
    const char *names[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        names[i] = rows[i].name;
    return error_set(error, ERROR_USAGE,
                     "--fault %s: no such fault, the nearest is %s (uapi-sim --help lists all)",
                     name, did_you_mean(name, names, COUNT_OF(rows)));
}

bool faults_parse(struct faults *faults, const char *text, struct error *error)
{
    size_t length = strcspn(text, ":");
    size_t row = find_row(text, length);
    double chance = 1.0;
    char *end = (char *)"";
    if (row == COUNT_OF(rows))
        return complain(text, error);
    if (text[length] == ':')
        chance = strtod(text + length + 1, &end);
    if (*end != '\0' || end == text + length + 1 || !(chance >= 0.0 && chance <= 1.0))
        return error_set(error, ERROR_USAGE, "--fault %s: takes a probability from 0 to 1", text);
    faults->chances[row] = chance;
    return true;
}

/* Is the fault about this answer? */
static bool is_about(const struct fault *fault, const struct fault_scene *scene)
{
    const char *start = strstr(scene->ask->target, "startIndex=");
    bool is_first = start == NULL || strtol(start + strlen("startIndex="), NULL, 10) == 0;
    switch (fault->place) {
    case PLACE_TOKEN:
        return scene->is_token;
    case PLACE_PAGE:
        return !scene->is_token;
    case PLACE_FIRST_PAGE:
        return !scene->is_token && is_first;
    case PLACE_BOTH:
        return true;
    }
    return false;
}

/* Has one fault happen. */
static void happen(const struct fault *fault, const struct fault_scene *scene, struct rng *rng,
                   struct reply *reply)
{
    if (fault->way != REPLY_WHOLE)
        reply->way = fault->way;
    else if (fault->agent != NULL)
        corrupt_agent(reply, fault->agent, strlen(fault->agent));
    else
        fault->happen(scene, rng, reply);
}

void faults_apply(const struct faults *faults, struct rng *rng, const struct fault_scene *scene,
                  struct reply *reply)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (faults->chances[i] > 0.0 && rng_unit(rng) < faults->chances[i] &&
            is_about(&rows[i], scene))
            happen(&rows[i], scene, rng, reply);
    }
}
