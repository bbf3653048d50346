/* SPDX-License-Identifier: MIT */
#include "http/client.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/transfer.h"

#define HANDLES_KEPT 128        /* unused ones, each remembers the TLS session of its server */
#define CONNECTIONS_KEPT 128    /* libcurl keeps four times the running transfers unless told */
#define WAIT_ANYWAY_MS 100      /* when libcurl will not wait */
#define VERSION_NEEDED 0x074C00 /* 7.76: Enterprise Linux 9; Ubuntu 22.04 has 7.81 */

struct http {
    CURLM *multi;
    struct transfer *idle;
    size_t idle_count;
    struct transfer *running;
    struct transfer *finished; /* oldest first */
};

/* Takes a transfer out of a list it is in. */
static void list_remove(struct transfer **list, struct transfer *transfer)
{
    while (*list != transfer)
        list = &(*list)->next;
    *list = transfer->next;
    transfer->next = NULL;
}

/* Puts a transfer at the end of a list. */
static void list_append(struct transfer **list, struct transfer *transfer)
{
    while (*list != NULL)
        list = &(*list)->next;
    transfer->next = NULL;
    *list = transfer;
}

/* An unused transfer, if possible one that has been to the same server. */
static struct transfer *take_idle(struct http *http, const struct http_endpoint *endpoint)
{
    struct transfer *transfer = http->idle;
    while (transfer != NULL && transfer->endpoint != endpoint)
        transfer = transfer->next;
    if (transfer == NULL && http->idle_count >= HANDLES_KEPT)
        transfer = http->idle;
    if (transfer == NULL)
        return transfer_new();
    list_remove(&http->idle, transfer);
    http->idle_count--;
    return transfer;
}

/* Keeps a transfer that is over for the next request. */
static void put_idle(struct http *http, struct transfer *transfer)
{
    transfer_reset(transfer);
    list_append(&http->idle, transfer);
    http->idle_count++;
}

/* Ends a list of transfers for good. */
static void free_list(struct transfer *transfer)
{
    while (transfer != NULL) {
        struct transfer *next = transfer->next;
        transfer_free(transfer);
        transfer = next;
    }
}

/* A running transfer has come to its end, good or bad. */
static void finish(struct http *http, struct transfer *transfer, CURLcode code)
{
    transfer_conclude(transfer, (int)code);
    curl_multi_remove_handle(http->multi, transfer->easy);
    list_remove(&http->running, transfer);
    list_append(&http->finished, transfer);
}

/* Can this libcurl do what is asked of it? */
static bool check_library(struct error *error)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    if (info->version_num < VERSION_NEEDED) {
        return error_set(error, ERROR_UNREACHABLE, "libcurl is %s, but 7.76 or newer is needed",
                         info->version);
    }
    for (const char *const *name = info->protocols; *name != NULL; name++) {
        if (strcmp(*name, "https") == 0)
            return true;
    }
    return error_set(error, ERROR_UNREACHABLE, "libcurl %s was built without https", info->version);
}

struct http *http_new(struct error *error)
{
    /* libcurl would write the keys of every connection to the file it names. */
    unsetenv("SSLKEYLOGFILE");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        error_set(error, ERROR_UNREACHABLE, "libcurl cannot be started");
        return NULL;
    }
    if (!check_library(error)) {
        curl_global_cleanup();
        return NULL;
    }
    struct http *http = mem_new(1, sizeof *http);
    http->multi = curl_multi_init();
    if (http->multi == NULL ||
        curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT) != CURLM_OK)
        die("no memory for transfers");
    return http;
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    for (struct transfer *each = http->running; each != NULL; each = each->next)
        curl_multi_remove_handle(http->multi, each->easy);
    free_list(http->running);
    free_list(http->finished);
    free_list(http->idle);
    curl_multi_cleanup(http->multi);
    free(http);
    curl_global_cleanup();
}

void http_init_body(struct buffer *body, const struct http_request *request)
{
    if (request->form != NULL)
        buffer_init_secret(body, request->body_max); /* a token's */
    else
        buffer_init(body, request->body_max);
    if (request->spare != NULL)
        buffer_inherit(body, request->spare);
}

void http_start(struct http *http, const struct http_request *request)
{
    struct transfer *transfer = take_idle(http, request->endpoint);
    bool is_set = transfer_prepare(transfer, request);
    CURLMcode code = is_set ? curl_multi_add_handle(http->multi, transfer->easy) : CURLM_OK;
    if (code != CURLM_OK)
        error_set(&transfer->reply.error, ERROR_UNREACHABLE, "%s", curl_multi_strerror(code));
    bool is_running = is_set && code == CURLM_OK;
    list_append(is_running ? &http->running : &http->finished, transfer);
}

void http_cancel(struct http *http, const void *owner)
{
    struct transfer **lists[] = {&http->running, &http->finished};
    for (size_t i = 0; i < 2; i++) {
        struct transfer *next = NULL;
        for (struct transfer *each = *lists[i]; each != NULL; each = next) {
            next = each->next;
            if (each->reply.owner == owner) {
                curl_multi_remove_handle(http->multi, each->easy);
                list_remove(lists[i], each);
                put_idle(http, each);
            }
        }
    }
}

void http_wait(struct http *http, const struct pollfd *fds, size_t count, int timeout_ms)
{
    assert(count <= HTTP_FDS_MAX && timeout_ms >= 0);
    struct curl_waitfd extra[HTTP_FDS_MAX];
    struct pollfd own[HTTP_FDS_MAX];
    for (size_t i = 0; i < count; i++) {
        int events = ((fds[i].events & POLLIN) != 0 ? CURL_WAIT_POLLIN : 0) |
                     ((fds[i].events & POLLPRI) != 0 ? CURL_WAIT_POLLPRI : 0) |
                     ((fds[i].events & POLLOUT) != 0 ? CURL_WAIT_POLLOUT : 0);
        extra[i] = (struct curl_waitfd){.fd = fds[i].fd, .events = (short)events};
        own[i] = fds[i];
    }
    int timeout = http->finished != NULL ? 0 : timeout_ms;
    if (curl_multi_poll(http->multi, extra, (unsigned)count, timeout, NULL) == CURLM_OK)
        return;
    /* It may refuse to wait at all: never spin for that. */
    poll(own, (nfds_t)count, timeout < WAIT_ANYWAY_MS ? timeout : WAIT_ANYWAY_MS);
}

void http_perform(struct http *http)
{
    int running = 0;
    CURLMcode code = curl_multi_perform(http->multi, &running);
    int left = 0;
    const struct CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        CURLcode result = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK)
            finish(http, transfer, result);
    }
    while (code != CURLM_OK && http->running != NULL) {
        error_set(&http->running->reply.error, ERROR_UNREACHABLE, "%s", curl_multi_strerror(code));
        finish(http, http->running, CURLE_OK);
    }
}

bool http_next_reply(struct http *http, struct http_reply *reply)
{
    struct transfer *transfer = http->finished;
    if (transfer == NULL)
        return false;
    list_remove(&http->finished, transfer);
    *reply = transfer->reply;
    transfer->reply.body = (struct buffer){0};
    put_idle(http, transfer);
    return true;
}
