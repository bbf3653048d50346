/* SPDX-License-Identifier: MIT */
#include "uapi/server_error.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "uapi/json_repair.h"
#include "uapi/json_value.h"

#define BODY_BYTES_MAX ((size_t)64 << 10) /* a longer body is not looked into */
#define JSON_WRITE_BYTES 100              /* of what the server says */
#define CODE_BYTES 40                     /* of an error code nobody documented */
#define SECRET_BYTES ((size_t)8)          /* so much of a token is not shown */

/* What the body of a refusal says, as safe texts; "" for what it does not. */
struct complaint {
    char code[CODE_BYTES];
    char message[JSON_WRITE_BYTES];
};

/* A word of the server's and what it means here. */
struct meaning {
    const char *code;
    const char *words;
};

/* VoipNow UnifiedAPI, "List presence", Failure: what is wrong and what would be right. */
static const struct meaning documented[] = {
    {"extension_invalid", "the server knows no such extension (EXTENSION, or extension in the "
                          "settings): it takes the number of an existing phone terminal, or @self"},
    {"fields_invalid", "the server does not take fields: in the settings it is a list of "
                       "extension, status, registration with commas"},
    {"count_invalid", "the server does not take this page size: poll.page_size in the settings "
                      "is 1 to 4999"},
    {"filterby_invalid", "the server does not take filter_by: in the settings it is \"extension\""},
    {"filterop_invalid", "the server does not take filter_op: in the settings it is contains, "
                         "equals, startsWith, present or inArray"},
    {"filtervalue_invalid", "the server does not take filter: in the settings it is the text to "
                            "filter by"},
    {"sortorder_invalid", "the server does not take sortOrder, which blftop never sends: does a "
                          "proxy on the way add it?"},
    {"startindex_invalid", "the server does not take this start: start_index in the settings is 0 "
                           "to 4999; a longer list must be narrowed with filter"},
};

/* RFC 6749 section 5.2. */
static const struct meaning oauth[] = {
    {"invalid_request", "the server calls the token request malformed"},
    {"invalid_client", "the server does not know this client_id, or client_secret is wrong"},
    {"invalid_grant", "the server does not grant a token for client_id and client_secret"},
    {"unauthorized_client", "the app behind client_id may not get a token this way"},
    {"unsupported_grant_type", "the server gives no tokens for client_id and client_secret"},
    {"invalid_scope", "the server refuses what the token is asked for"},
};

/* What a status means by itself. `first` to `last` holds it. */
struct status_meaning {
    long first;
    long last;
    enum error_kind kind;
    bool may_quote; /* it is not about the token, which the message would repeat */
    const char *words;
};

/* The more particular rows stand first. */
static const struct status_meaning statuses[] = {
    {200, 200, ERROR_REPLY, true, "the server answers with an error instead of a page"},
    {201, 299, ERROR_REPLY, false, "the server answers with something that is not a page"},
    {300, 399, ERROR_REPLY, false, "redirect: fix url in the settings, none is followed"},
    {400, 400, ERROR_REPLY, true, "the server calls the request wrong"},
    {401, 401, ERROR_REFUSED, false, "the server refuses the token: it is unknown or has expired"},
    {403, 403, ERROR_REFUSED, true, "this token may not see that user or extension"},
    {404, 404, ERROR_REPLY, true, "no UnifiedAPI at this address? check url in the settings"},
    {405, 405, ERROR_REPLY, true, "this address takes no GET: check url in the settings"},
    {408, 408, ERROR_UNREACHABLE, true, "the server timed out waiting for the request"},
    {407, 407, ERROR_REPLY, false, "the proxy wants a login: check proxy in the settings"},
    {429, 429, ERROR_UNREACHABLE, true, "the server asks for fewer polls"},
    {400, 499, ERROR_REPLY, true, "the server refuses the request"},
    {500, 500, ERROR_UNREACHABLE, true, "the server has failed"},
    {502, 502, ERROR_UNREACHABLE, true,
     "bad gateway: the proxy got an invalid response from the server"},
    {503, 503, ERROR_UNREACHABLE, true, "the server is not available for now"},
    {504, 504, ERROR_UNREACHABLE, true, "a proxy in front of the server waited for it in vain"},
    {500, 599, ERROR_UNREACHABLE, true, "the server is in trouble"},
    {0, 0, ERROR_REPLY, false, "an answer that is not HTTP as we know it"}, /* any other */
};

/* The row of a status; the last one for a status that no server should send. */
static const struct status_meaning *find_status(long status)
{
    const struct status_meaning *row = statuses;
    while (row->last != 0 && (status < row->first || status > row->last))
        row++;
    return row;
}

/* The words for a code, or NULL. */
static const char *find_meaning(const struct meaning *table, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].code, code) == 0)
            return table[i].words;
    return NULL;
}

/* Copies a text of the body as safe text; anything else leaves "". */
static void copy_text(char *out, size_t size, const json_t *value)
{
    size_t length;
    const char *text = json_value_string(value, &length);
    if (text != NULL)
        text_make_safe(out, size, text, length);
}

/* Reads {"error":{"code":…,"message":…}}, or OAuth's {"error":"…"}. */
static struct complaint read_complaint(const char *body, size_t length)
{
    struct complaint complaint = {"", ""};
    json_error_t why;
    bool was_repaired;
    if (length == 0 || length > BODY_BYTES_MAX)
        return complaint;
    json_t *root = json_repair_load(body, length, &was_repaired, &why);
    const json_t *fault = json_object_get(root, "error");
    copy_text(complaint.code, sizeof complaint.code,
              json_is_object(fault) ? json_object_get(fault, "code") : fault);
    copy_text(complaint.message, sizeof complaint.message, json_object_get(fault, "message"));
    json_decref(root);
    return complaint;
}

/* Is some of the secret in the text, or all of it if it is short? A gateway that is to help with
 * debugging may repeat a request's headers, and what is shown of that can end within the token. */
static bool has_some_of(const char *text, const char *secret)
{
    char part[SECRET_BYTES + 1];
    size_t length = strlen(secret);
    size_t bytes = length < SECRET_BYTES ? length : SECRET_BYTES;
    bool has = false;
    for (size_t i = 0; length > 0 && i + bytes <= length && !has; i++) {
        memcpy(part, secret + i, bytes);
        part[bytes] = '\0';
        has = strstr(text, part) != NULL;
    }
    mem_wipe(part, sizeof part);
    return has;
}

/* Leaves out what would give the secret away. */
static void keep_secret(struct complaint *said, const char *secret)
{
    if (secret == NULL)
        return;
    if (has_some_of(said->message, secret))
        said->message[0] = '\0';
    if (has_some_of(said->code, secret))
        said->code[0] = '\0';
}

/* May a documented code explain this status? 401 and the like have their own meaning. */
static bool is_about_request(const struct status_meaning *row, long status)
{
    return status == 200 || (status >= 400 && status <= 499 && row->kind == ERROR_REPLY);
}

void server_error_explain(struct error *error, long status, const char *body, size_t length,
                          const char *secret)
{
    struct complaint said = read_complaint(body, length);
    keep_secret(&said, secret);
    const struct status_meaning *row = find_status(status);
    const char *advice =
        find_meaning(documented, sizeof documented / sizeof *documented, said.code);
    if (advice != NULL && is_about_request(row, status))
        error_set(error, ERROR_USAGE, "%s (%s)", advice, said.code);
    else if (row->may_quote && said.message[0] != '\0')
        error_set(error, row->kind, "%s (%ld); it says \"%s\"", row->words, status, said.message);
    else if (row->may_quote && said.code[0] != '\0')
        error_set(error, row->kind, "%s (%ld, %s)", row->words, status, said.code);
    else
        error_set(error, row->kind, "%s (%ld)", row->words, status);
}

void server_error_explain_token(struct error *error, long status, const char *body, size_t length)
{
    struct complaint said = read_complaint(body, length);
    const struct status_meaning *row = find_status(status);
    const char *advice = find_meaning(oauth, sizeof oauth / sizeof *oauth, said.code);
    bool is_refusal = row->kind == ERROR_REFUSED || status == 400 || advice != NULL;
    enum error_kind kind = is_refusal ? ERROR_REFUSED : row->kind;
    if (advice != NULL)
        error_set(error, kind, "no token: %s (%ld, %s)", advice, status, said.code);
    else if (is_refusal)
        error_set(error, kind, "no token: the token endpoint refuses the request (%ld)", status);
    else if (status == 404)
        error_set(error, kind,
                  "no token endpoint at this address? check url in the settings (404)");
    else
        error_set(error, kind, "no token: %s (%ld)", row->words, status);
}
