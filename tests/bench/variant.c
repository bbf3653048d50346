/* SPDX-License-Identifier: MIT */
/*
 * blftop with a few of its functions wrapped (ld --wrap), for measurements alone.
 *
 * It is the real program, its loop, board and screen. BENCH_INTERVAL_MS polls faster than settings
 * allow, and pages may be larger, so that keys and pages meet often. BENCH_DECODE=whole makes it
 * what a program is that lets jansson read a page: the page is built whole, its entries are taken
 * from that, none is recognised by its bytes, and all of it happens in one turn of the loop.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "http/client.h"
#include "poll/page_cache.h"
#include "uapi/entry.h"
#include "uapi/json_value.h"
#include "uapi/page_splitter.h"

#define ENTRIES_MAX 1000000
#define BODY_MAX ((size_t)256 << 20)

bool __real_settings_read(struct settings *settings, const char *path, struct error *error);
void __real_http_start(struct http *http, const struct http_request *request);
void __real_page_cache_take(struct page_cache *pages, struct page_place place, struct buffer *body,
                            size_t max_entries);
enum page_state __real_page_cache_work(struct page_cache *pages, int64_t now, struct error *error);
enum split __real_page_splitter_split(struct page_splitter *page,
                                      const struct page_splitter *before, size_t portion,
                                      struct error *error);
bool __real_entry_decode(struct extension *extension, const char *json, size_t length,
                         struct error *error);

bool __wrap_settings_read(struct settings *settings, const char *path, struct error *error);
void __wrap_http_start(struct http *http, const struct http_request *request);
void __wrap_page_cache_take(struct page_cache *pages, struct page_place place, struct buffer *body,
                            size_t max_entries);
enum page_state __wrap_page_cache_work(struct page_cache *pages, int64_t now, struct error *error);
enum split __wrap_page_splitter_split(struct page_splitter *page,
                                      const struct page_splitter *before, size_t portion,
                                      struct error *error);
bool __wrap_entry_decode(struct extension *extension, const char *json, size_t length,
                         struct error *error);

/* The page that jansson has built, and which entry of it is next. */
static json_t *built;
static size_t next_entry;

/* Are whole pages decoded? */
static bool is_whole(void)
{
    const char *decode = getenv("BENCH_DECODE");
    return decode != NULL && strcmp(decode, "whole") == 0;
}

/* Shortens the interval. */
bool __wrap_settings_read(struct settings *settings, const char *path, struct error *error)
{
    const char *interval = getenv("BENCH_INTERVAL_MS");
    bool is_read = __real_settings_read(settings, path, error);
    if (is_read && interval != NULL)
        settings->interval_ms = atoi(interval);
    return is_read;
}

/* Lets larger bodies in. */
void __wrap_http_start(struct http *http, const struct http_request *request)
{
    struct http_request larger = *request;
    larger.body_max = BODY_MAX;
    __real_http_start(http, &larger);
}

/* Lets more entries in. */
void __wrap_page_cache_take(struct page_cache *pages, struct page_place place, struct buffer *body,
                            size_t max_entries)
{
    (void)max_entries;
    __real_page_cache_take(pages, place, body, ENTRIES_MAX);
}

/* Works through a whole page at once. */
enum page_state __wrap_page_cache_work(struct page_cache *pages, int64_t now, struct error *error)
{
    enum page_state state = __real_page_cache_work(pages, now, error);
    while (is_whole() && state == PAGE_MORE)
        state = __real_page_cache_work(pages, now, error);
    if (state != PAGE_MORE) {
        json_decref(built);
        built = NULL;
    }
    return state;
}

/* Lets jansson build the page. Where its entries stand is found too, which costs a thirtieth of
 * that and is all that the rest of the program needs of a page. */
enum split __wrap_page_splitter_split(struct page_splitter *page,
                                      const struct page_splitter *before, size_t portion,
                                      struct error *error)
{
    if (!is_whole())
        return __real_page_splitter_split(page, before, portion, error);
    json_t *whole = json_loadb(page->body.data, page->body.length, 0, NULL);
    built = json_incref(json_object_get(whole, "entry"));
    json_decref(whole);
    next_entry = 0;
    return __real_page_splitter_split(page, NULL, page->body.length, error);
}

/* A safe copy of a text of an object's, or NULL. */
static char *copy_text(const json_t *object, const char *name, size_t max)
{
    bool was_damaged = false;
    size_t length = 0;
    const char *text = json_value_string(json_object_get(object, name), &length);
    return text != NULL ? text_safe_copy(text, length, max, &was_damaged) : NULL;
}

/* A number of an object's. */
static int32_t copy_number(const json_t *object, const char *name)
{
    int64_t number = NUMBER_NONE;
    (void)json_value_integer(json_object_get(object, name), &number);
    return (int32_t)number;
}

/* Takes the next entry out of the page that was built. */
bool __wrap_entry_decode(struct extension *extension, const char *json, size_t length,
                         struct error *error)
{
    if (!is_whole())
        return __real_entry_decode(extension, json, length, error);
    const json_t *entry = json_array_get(built, next_entry++);
    const json_t *list = json_object_get(entry, "registration");
    size_t count = json_array_size(list);
    *extension = (struct extension){.number = copy_text(entry, "extension", ENTRY_NUMBER_MAX),
                                    .status = copy_number(entry, "status"),
                                    .has_list = json_is_array(list),
                                    .registration_count = (uint32_t)count};
    if (count > 0)
        extension->registrations = mem_new(count, sizeof *extension->registrations);
    for (size_t i = 0; i < count; i++) {
        struct registration *contact = &extension->registrations[i];
        const json_t *told = json_array_get(list, i);
        const char *expires = json_value_string(json_object_get(told, "expire"), &length);
        contact->agent = copy_text(told, "agent", ENTRY_AGENT_MAX);
        contact->state = copy_number(told, "registration");
        contact->expires = EXPIRES_NONE;
        if (expires != NULL)
            (void)clock_parse_iso8601(expires, length, &contact->expires);
    }
    return extension->number != NULL;
}
