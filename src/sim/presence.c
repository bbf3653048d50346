/* SPDX-License-Identifier: MIT */
#include "sim/presence.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim/fleet.h"
#include "sim/json_write.h"
#include "sim/presence_query.h"

/* May the caller see this user? */
static bool check_user(const char *user, struct reply *reply)
{
    if (strcmp(user, "@me") == 0 || strcmp(user, "@viewer") == 0 || strcmp(user, "@owner") == 0)
        return true;
    size_t length = strlen(user);
    if (length == 0 || strspn(user, "0123456789") != length) {
        reply_fail(reply, REPLY_NOT_FOUND, "user_invalid",
                   "The user must be @me, @viewer, @owner or a numeric id.");
        return false;
    }
    if (length > 9 || strtol(user, NULL, 10) != PRESENCE_USER_ID) {
        reply_fail(reply, REPLY_FORBIDDEN, "access_denied",
                   "The token does not grant access to this user.");
        return false;
    }
    return true;
}

/* Which extension is asked for: *only gets its index, FLEET_NONE for all of the user's. */
static bool check_extension(const struct fleet *fleet, const char *user, const char *extension,
                            size_t *only, struct reply *reply)
{
    bool is_self = strcmp(extension, "@self") == 0;
    *only = is_self ? FLEET_NONE : fleet_find(fleet, extension);
    if (is_self ? strcmp(user, "@owner") != 0 : *only != FLEET_NONE)
        return true;
    reply_fail(reply, REPLY_BAD_REQUEST, "extension_invalid",
               "Value supplied in the URI-Fragment as extension is invalid. The parameter must "
               "reference the number of an existing Phone Terminal extension or can be set to "
               "@self (not together with @owner).");
    return false;
}

/* presence_query_wants_member as quote wants it. */
static bool wants_member(const void *context, const char *name, size_t length)
{
    return presence_query_wants_member(context, name, length);
}

/* Appends the records of a page. */
static void put_entries(struct buffer *out, const struct fleet *fleet,
                        const struct presence_query *view, const uint32_t *page, size_t used)
{
    buffer_puts(out, "\"entry\":[");
    for (size_t i = 0; i < used; i++) {
        const struct record *record = &fleet->records[page[i]];
        if (i > 0)
            buffer_puts(out, ",");
        if (view->fields == 0 ||
            !json_write_put_members(out, record->json, record->length, wants_member, view))
            buffer_append(out, record->json, record->length);
    }
    buffer_puts(out, "]");
}

/* Appends a link to the page that starts at `start`: the same request but for its startIndex. */
static void put_link(struct buffer *out, const char *name, const struct ask *ask,
                     const struct params *params, long start)
{
    struct buffer link;
    buffer_init(&link, 0);
    int path_length = (int)strcspn(ask->target, "?");
    buffer_printf(&link, "%s://%s%.*s?", ask->scheme, ask->host, path_length, ask->target);
    for (size_t i = 0; i < params->count; i++) {
        const struct param *param = &params->items[i];
        bool is_replaced = strcmp(param->name, "startIndex") == 0;
        if (is_replaced || strcmp(param->name, "accessRequestToken") == 0)
            continue;
        buffer_append(&link, param->raw, param->raw_length);
        buffer_puts(&link, "&");
    }
    buffer_printf(&link, "startIndex=%ld", start);
    buffer_printf(out, "\"%s\":", name);
    json_write_put_string(out, link.data);
    buffer_puts(out, ",");
    buffer_clear(&link);
}

/* Appends the links to the pages before and after, where there are any within reach. */
static void put_links(struct buffer *out, const struct ask *ask, const struct params *params,
                      const struct presence_query *view, size_t used, size_t total)
{
    long next = view->start + (long)used;
    if (used > 0 && next < (long)total && next <= PRESENCE_START_MAX)
        put_link(out, "next", ask, params, next);
    if (view->start > 0)
        put_link(out, "prev", ask, params,
                 view->start > view->count ? view->start - view->count : 0);
}

/* Chooses a page of records into `page`; returns how many, *total gets all that match. */
static size_t choose_page(const struct fleet *fleet, const struct presence_query *view, size_t only,
                          uint32_t *page, size_t *total)
{
    struct fleet_choice choice = {
        .only = only,
        .match = view->match,
        .value = view->filter_value,
        .order = view->order,
        .start = (size_t)view->start,
        .limit = (size_t)view->count,
    };
    return fleet_choose(fleet, &choice, page, total);
}

/* Writes the collection, or 204 if nothing matches. */
static void write_collection(struct sim_state *world, const struct ask *ask,
                             const struct params *params, const struct presence_query *view,
                             size_t only, struct reply *reply)
{
    uint32_t page[PRESENCE_COUNT_MAX];
    size_t total;
    size_t used = choose_page(&world->fleet, view, only, page, &total);
    struct buffer *out = &reply->body;
    if (total == 0) {
        reply->status = REPLY_NO_CONTENT;
        return;
    }
    buffer_printf(out, "{\"startIndex\":%ld,\"totalResults\":%zu,\"itemsPerPage\":%ld,",
                  view->start, total, view->count);
    buffer_printf(out, "\"filtered\":%s,\"sorted\":%s,", view->has_filter_by ? "true" : "false",
                  view->order != FLEET_AS_IS ? "true" : "false");
    put_links(out, ask, params, view, used, total);
    put_entries(out, &world->fleet, view, page, used);
    buffer_puts(out, "}");
    world->stats.entries += used;
}

void presence_answer(struct sim_state *world, const struct ask *ask, const char *user,
                     const char *extension, const struct params *params, struct reply *reply)
{
    struct presence_query view;
    size_t only;
    if (!check_user(user, reply) ||
        !check_extension(&world->fleet, user, extension, &only, reply) ||
        !presence_query_read(&view, params, reply))
        return;
    long cap = world->options->page_cap;
    if (cap > 0 && cap < view.count)
        view.count = cap;
    write_collection(world, ask, params, &view, only, reply);
}
