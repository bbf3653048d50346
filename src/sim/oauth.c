/* SPDX-License-Identifier: MIT */
#include "sim/oauth.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "sim/json_write.h"
#include "sim/params.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

/* Was a form sent? What follows a ';' (a charset) does not matter. */
static bool is_form(const char *content_type)
{
    size_t length = sizeof FORM_TYPE - 1;
    return content_type != NULL && strncasecmp(content_type, FORM_TYPE, length) == 0 &&
           strchr("; ", content_type[length]) != NULL;
}

/* Is this the app we know, whose credentials are "ID:SECRET"? */
static bool is_client(const char *client, const char *id, const char *secret)
{
    size_t id_length = strcspn(client, ":");
    return strlen(id) == id_length && memcmp(client, id, id_length) == 0 &&
           strcmp(client + id_length + 1, secret) == 0;
}

/* Hands out a token. */
static void grant(struct sim_state *world, const struct ask *ask, struct reply *reply)
{
    long fleet_generator_s = world->options->token_life_s;
    const char *token =
        issued_tokens_issue(&world->keyring, ask->now.ms + fleet_generator_s * 1000);
    buffer_puts(&reply->body, "{\"access_token\":");
    json_write_put_string(&reply->body, token);
    buffer_printf(&reply->body, ",\"token_type\":\"Bearer\",\"expires_in\":%ld}",
                  fleet_generator_s);
    world->stats.tokens_issued++;
}

/* Judges the form. */
static void answer_form(struct sim_state *world, const struct ask *ask, const struct params *form,
                        struct reply *reply)
{
    const char *grant_type = params_get(form, "grant_type");
    const char *id = params_get(form, "client_id");
    const char *secret = params_get(form, "client_secret");
    if (grant_type == NULL)
        reply_fail_oauth(reply, REPLY_BAD_REQUEST, "invalid_request",
                         "The parameter grant_type is missing.");
    else if (strcmp(grant_type, "client_credentials") != 0)
        reply_fail_oauth(reply, REPLY_BAD_REQUEST, "unsupported_grant_type",
                         "Only client_credentials is supported.");
    else if (id == NULL || secret == NULL)
        reply_fail_oauth(reply, REPLY_BAD_REQUEST, "invalid_request",
                         "The parameters client_id and client_secret are needed.");
    else if (!is_client(world->options->client, id, secret))
        reply_fail_oauth(reply, REPLY_UNAUTHORIZED, "invalid_client",
                         "The client is unknown or its secret is wrong.");
    else
        grant(world, ask, reply);
}

void oauth_answer(struct sim_state *world, const struct ask *ask, struct reply *reply)
{
    reply_add_header(reply, "Cache-Control", "no-store");
    reply_add_header(reply, "Pragma", "no-cache");
    if (!is_form(ask->content_type)) {
        reply_fail_oauth(reply, REPLY_BAD_REQUEST, "invalid_request",
                         "The body must be " FORM_TYPE ".");
        return;
    }
    struct params form;
    params_parse(&form, ask->body, ask->body_length);
    answer_form(world, ask, &form, reply);
    params_clear(&form);
}
