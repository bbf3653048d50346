/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "http/transfer.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"

#define CONNECT_MAX_MS 5000
#define LOW_SPEED_MIN_S 10      /* a server has the whole time-out to begin its answer */
#define DESCRIPTORS_FEW 3       /* a connection takes one, the search for a name three at a time */
#define RETRY_AFTER_MAX_S 21600 /* libcurl itself tells no more from 8.14 on */

static_assert(TRANSFER_DETAIL_MAX >= CURL_ERROR_SIZE, "libcurl writes that much");

/* The same for every transfer. libcurl's defaults are for a client with a person in front of it:
 * what matters here is set even where it is the default. */
static const struct {
    CURLoption option;
    long value;
} fixed_options[] = {
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_UNRESTRICTED_AUTH, 0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_PROXY_SSL_VERIFYPEER, 1},
    {CURLOPT_PROXY_SSL_VERIFYHOST, 2},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_NOSIGNAL, 1},
#if LIBCURL_VERSION_NUM >= 0x075700 /* 7.87; before it the end waits for a resolver that hangs */
    {CURLOPT_QUICK_EXIT, 1}, /* or a hung resolver is waited for inside curl_multi_perform */
#endif
    {CURLOPT_LOW_SPEED_LIMIT, 64},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_HTTP09_ALLOWED, 0},
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
};

/* What failed, in words. What came and is no answer is a reply that is not understood. */
static const struct failure {
    CURLcode code;
    enum error_kind kind;
    const char *words;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_UNREACHABLE, "the server's name was not found"},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_UNREACHABLE, "the proxy's name was not found"},
    {CURLE_COULDNT_CONNECT, ERROR_UNREACHABLE, "no connection"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_UNREACHABLE,
     "not a protocol that is allowed for this server"},
    {CURLE_SSL_CONNECT_ERROR, ERROR_UNREACHABLE, "TLS could not be agreed on"},
    {CURLE_SSL_CACERT_BADFILE, ERROR_UNREACHABLE, "the file of CA certificates cannot be used"},
    {CURLE_GOT_NOTHING, ERROR_UNREACHABLE, "the connection was closed without an answer"},
    {CURLE_PARTIAL_FILE, ERROR_UNREACHABLE, "the connection was cut in the middle of the answer"},
    {CURLE_RECV_ERROR, ERROR_UNREACHABLE, "the connection was cut"},
    {CURLE_SEND_ERROR, ERROR_UNREACHABLE, "the connection was cut"},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_REPLY, "the answer is not HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, ERROR_REPLY, "the answer's compression is broken"},
};

/* OpenSSL's verify results (X509_V_ERR_… of openssl/x509_vfy.h). libcurl checks the name before it
 * asks for the result, which is 1 until then (measured on 7.88). */
static const struct {
    long result;
    const char *words;
} distrust[] = {
    {1, "the certificate is for another name"},
    {9, "the certificate is not valid yet, or this machine's clock is wrong"},
    {10, "the certificate has expired, or this machine's clock is wrong"},
    {18, "the certificate is self-signed"},
    {19, "the certificate's CA is not trusted"},
    {20, "the certificate's CA is not trusted"},
    {21, "the certificate's CA is not trusted"},
    {62, "the certificate is for another name"},
};

struct transfer *transfer_new(void)
{
    struct transfer *transfer = mem_new(1, sizeof *transfer);
    transfer->easy = curl_easy_init();
    transfer->headers = curl_slist_append(NULL, "Accept: application/json");
    if (transfer->easy == NULL || transfer->headers == NULL)
        die("no memory for a transfer");
    return transfer;
}

void transfer_free(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    mem_free_secret(transfer->form);
    buffer_clear(&transfer->reply.body);
    free(transfer);
}

void transfer_reset(struct transfer *transfer)
{
    curl_easy_reset(transfer->easy);
    mem_free_secret(transfer->form);
    buffer_clear(&transfer->reply.body);
    *transfer = (struct transfer){
        .easy = transfer->easy, .headers = transfer->headers, .endpoint = transfer->endpoint};
}

/* Gathers decoded bytes up to the cap; less than `count` makes libcurl end the transfer. */
static size_t take_bytes(char *bytes, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    if (!buffer_append(&transfer->reply.body, bytes, size * count)) {
        transfer->is_too_large = true;
        return 0;
    }
    return size * count;
}

/* Turns libcurl's answer to an option into the transfer's: an option not set is a transfer that
 * must not start. */
static bool accepted(struct transfer *transfer, CURLoption option, CURLcode code)
{
    if (code == CURLE_OK)
        return true;
    const struct curl_easyoption *info = curl_easy_option_by_id(option);
    return error_set(&transfer->reply.error, ERROR_UNREACHABLE, "libcurl refuses %s: %s",
                     info != NULL ? info->name : "an option", curl_easy_strerror(code));
}

/* Sets an option that is a number. */
static bool set_number(struct transfer *transfer, CURLoption option, long value)
{
    return accepted(transfer, option, curl_easy_setopt(transfer->easy, option, value));
}

/* Sets an option that is a text or another pointer. */
static bool set_pointer(struct transfer *transfer, CURLoption option, const void *value)
{
    return accepted(transfer, option, curl_easy_setopt(transfer->easy, option, value));
}

/* Sets what is the same for every transfer. */
static bool set_fixed(struct transfer *transfer)
{
    for (size_t i = 0; i < sizeof fixed_options / sizeof *fixed_options; i++) {
        if (!set_number(transfer, fixed_options[i].option, fixed_options[i].value))
            return false;
    }
    curl_write_callback writer = take_bytes;
    return accepted(transfer, CURLOPT_WRITEFUNCTION,
                    curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, writer)) &&
           set_pointer(transfer, CURLOPT_WRITEDATA, transfer) &&
           set_pointer(transfer, CURLOPT_PRIVATE, transfer) &&
           set_pointer(transfer, CURLOPT_ERRORBUFFER, transfer->detail) &&
           set_pointer(transfer, CURLOPT_HTTPHEADER, transfer->headers) &&
           set_pointer(transfer, CURLOPT_ACCEPT_ENCODING, "gzip") &&
           set_pointer(transfer, CURLOPT_NOPROXY, "") &&
           set_pointer(transfer, CURLOPT_USERAGENT, "blftop/" PACKAGE_VERSION);
}

/* Allows https, and http if the endpoint does. */
static bool set_protocols(struct transfer *transfer, bool allow_http)
{
#if LIBCURL_VERSION_NUM >= 0x075500 /* 7.85 */
    return set_pointer(transfer, CURLOPT_PROTOCOLS_STR, allow_http ? "http,https" : "https") &&
           set_pointer(transfer, CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
    return set_number(transfer, CURLOPT_PROTOCOLS,
                      CURLPROTO_HTTPS | (allow_http ? CURLPROTO_HTTP : 0)) &&
           set_number(transfer, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTPS);
#endif
}

/* Sets how the server is reached. A CA file stands in for the system's CAs, it does not add. */
static bool set_endpoint(struct transfer *transfer, const struct http_endpoint *endpoint)
{
    int64_t timeout = endpoint->timeout_ms;
    int64_t connect = timeout < CONNECT_MAX_MS ? timeout : CONNECT_MAX_MS;
    int64_t slow_s = (timeout + 999) / 1000;
    return set_protocols(transfer, endpoint->allow_http) &&
           set_number(transfer, CURLOPT_SSL_VERIFYPEER, endpoint->is_insecure ? 0 : 1) &&
           set_number(transfer, CURLOPT_SSL_VERIFYHOST, endpoint->is_insecure ? 0 : 2) &&
           set_number(transfer, CURLOPT_TIMEOUT_MS, (long)timeout) &&
           set_number(transfer, CURLOPT_CONNECTTIMEOUT_MS, (long)connect) &&
           set_number(transfer, CURLOPT_LOW_SPEED_TIME,
                      (long)(slow_s > LOW_SPEED_MIN_S ? slow_s : LOW_SPEED_MIN_S)) &&
           set_pointer(transfer, CURLOPT_PROXY, endpoint->proxy != NULL ? endpoint->proxy : "") &&
           (endpoint->ca_file == NULL ||
            (set_pointer(transfer, CURLOPT_CAINFO, endpoint->ca_file) &&
             set_pointer(transfer, CURLOPT_CAPATH, NULL)));
}

/* Sets what is asked for. The form is sent from our own copy, which can be wiped. */
static bool set_request(struct transfer *transfer, const struct http_request *request)
{
    curl_off_t max = (curl_off_t)request->body_max;
    if (!set_pointer(transfer, CURLOPT_URL, request->url) ||
        !accepted(transfer, CURLOPT_MAXFILESIZE_LARGE,
                  curl_easy_setopt(transfer->easy, CURLOPT_MAXFILESIZE_LARGE, max)))
        return false;
    if (request->bearer != NULL &&
        !(set_number(transfer, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER) &&
          set_pointer(transfer, CURLOPT_XOAUTH2_BEARER, request->bearer)))
        return false;
    if (request->form == NULL)
        return true;
    transfer->form = mem_strdup(request->form);
    return set_number(transfer, CURLOPT_POST, 1) &&
           set_pointer(transfer, CURLOPT_POSTFIELDS, transfer->form);
}

bool transfer_prepare(struct transfer *transfer, const struct http_request *request)
{
    transfer->endpoint = request->endpoint;
    transfer->reply =
        (struct http_reply){.owner = request->owner, .tag = request->tag, .retry_after_s = -1};
    http_init_body(&transfer->reply.body, request);
    return set_fixed(transfer) && set_endpoint(transfer, request->endpoint) &&
           set_request(transfer, request);
}

/* A number libcurl knows of a transfer; 0 if it does not. */
static int64_t info_number(struct transfer *transfer, CURLINFO info)
{
    curl_off_t value = 0;
    return curl_easy_getinfo(transfer->easy, info, &value) == CURLE_OK ? (int64_t)value : 0;
}

/* The same for the infos that are of type long. */
static long info_long(struct transfer *transfer, CURLINFO info)
{
    long value = 0;
    return curl_easy_getinfo(transfer->easy, info, &value) == CURLE_OK ? value : 0;
}

/* What a time-out was waiting for. */
static void explain_timeout(struct transfer *transfer)
{
    double waited = (double)info_number(transfer, CURLINFO_TOTAL_TIME_T) / 1e6;
    const char *words = "the answer did not come to its end";
    /* A kept connection has no time of its own for the steps before it (8.14; 7.88 has). */
    if (info_number(transfer, CURLINFO_PRETRANSFER_TIME_T) > 0) {
        if (info_long(transfer, CURLINFO_RESPONSE_CODE) == 0)
            words = "no answer";
    } else if (info_number(transfer, CURLINFO_NAMELOOKUP_TIME_T) > 0) {
        words = "no connection";
    } else {
        words = "the server's name was not found";
    }
    error_set(&transfer->reply.error, ERROR_UNREACHABLE, "%s within %.1f s", words, waited);
}

/* Why a certificate was not trusted. */
static void explain_distrust(struct transfer *transfer)
{
    long result = info_long(transfer, CURLINFO_SSL_VERIFYRESULT);
    for (size_t i = 0; i < sizeof distrust / sizeof *distrust; i++) {
        if (distrust[i].result == result) {
            error_set(&transfer->reply.error, ERROR_UNREACHABLE, "TLS refused: %s (%s)",
                      distrust[i].words, transfer->detail);
        }
    }
    error_set(&transfer->reply.error, ERROR_UNREACHABLE, "TLS refused: %s", transfer->detail);
}

/* That the body passed its cap. */
static void explain_size(struct transfer *transfer)
{
    size_t max = transfer->reply.body.max;
    bool is_mib = max >= (size_t)1 << 20;
    error_set(&transfer->reply.error, ERROR_REPLY, "the answer is larger than %zu %s",
              is_mib ? max >> 20 : max >> 10, is_mib ? "MiB" : "KiB");
}

/* libcurl does not say that a socket could not be made (7.88). With a connection, there was one. */
static bool is_for_want_of_descriptors(struct transfer *transfer, CURLcode code)
{
    return code != CURLE_OPERATION_TIMEDOUT &&
           info_number(transfer, CURLINFO_CONNECT_TIME_T) == 0 &&
           info_number(transfer, CURLINFO_PRETRANSFER_TIME_T) == 0 &&
           info_long(transfer, CURLINFO_OS_ERRNO) == 0 && !process_can_open(DESCRIPTORS_FEW);
}

/* What libcurl's code means. Bytes that are no HTTP it calls a protocol that is not allowed. */
static struct failure find_failure(struct transfer *transfer, CURLcode code)
{
    if (code == CURLE_UNSUPPORTED_PROTOCOL &&
        info_number(transfer, CURLINFO_PRETRANSFER_TIME_T) > 0)
        code = CURLE_WEIRD_SERVER_REPLY;
    if (code == CURLE_COULDNT_CONNECT && info_long(transfer, CURLINFO_OS_ERRNO) == ECONNREFUSED)
        return (struct failure){code, ERROR_UNREACHABLE, "connection refused"};
    if (is_for_want_of_descriptors(transfer, code))
        return (struct failure){code, ERROR_UNREACHABLE,
                                "no connection: too many open files for this process (ulimit -n)"};
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].code == code)
            return failures[i];
    }
    return (struct failure){code, ERROR_UNREACHABLE, curl_easy_strerror(code)};
}

/* Any other code of libcurl in words. */
static void explain_code(struct transfer *transfer, CURLcode code)
{
    struct failure failure = find_failure(transfer, code);
    const char *detail = transfer->detail;
    error_set(&transfer->reply.error, failure.kind, detail[0] != '\0' ? "%s (%s)" : "%s%s",
              failure.words, detail);
}

/* Fills in why a transfer failed. CURLE_OUT_OF_MEMORY is one of the reasons: a header line of
 * 200 kB causes it (measured on 7.88). */
static void explain(struct transfer *transfer, CURLcode code)
{
    if (transfer->is_too_large || code == CURLE_FILESIZE_EXCEEDED)
        explain_size(transfer);
    else if (code == CURLE_OPERATION_TIMEDOUT)
        explain_timeout(transfer);
    else if (code == CURLE_PEER_FAILED_VERIFICATION)
        explain_distrust(transfer);
    else
        explain_code(transfer, code);
}

/* Seconds of the answer's Retry-After, or -1. libcurl reports 0 for none (and for one it cannot
 * read) and 3170 years when told so. */
static int64_t retry_after(struct transfer *transfer)
{
    int64_t seconds = info_number(transfer, CURLINFO_RETRY_AFTER);
#if LIBCURL_VERSION_NUM >= 0x075300 /* 7.83; before it "now" and "not said" are both 0 */
    struct curl_header *header = NULL;
    if (curl_easy_header(transfer->easy, "Retry-After", 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return -1;
#else
    if (seconds == 0)
        return -1;
#endif
    if (seconds < 0)
        return 0;
    return seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S;
}

/* Notes where a redirect that is not followed points to: scheme, host and port, no more. */
static void note_redirect(struct transfer *transfer)
{
    char *target = NULL;
    CURLU *url = curl_url();
    if (url != NULL &&
        curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &target) == CURLE_OK &&
        target != NULL &&
        curl_url_set(url, CURLUPART_URL, target, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK) {
        char *scheme = NULL;
        char *host = NULL;
        char *port = NULL;
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
        curl_url_get(url, CURLUPART_HOST, &host, 0);
        curl_url_get(url, CURLUPART_PORT, &port, 0);
        char *text =
            mem_printf("%s://%s%s%s", scheme != NULL ? scheme : "", host != NULL ? host : "",
                       port != NULL ? ":" : "", port != NULL ? port : "");
        text_make_safe(transfer->reply.redirect, HTTP_REDIRECT_MAX, text, strlen(text));
        free(text);
        curl_free(scheme);
        curl_free(host);
        curl_free(port);
    }
    curl_url_cleanup(url);
}

/* Did it end before there was a connection? A kept one has times of its own. One that TLS refused
 * has none, though the server was there and did work for it (measured on 7.88). */
static bool is_unreached(struct transfer *transfer, CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return true;
    case CURLE_OPERATION_TIMEDOUT:
        return info_number(transfer, CURLINFO_CONNECT_TIME_T) == 0 &&
               info_number(transfer, CURLINFO_PRETRANSFER_TIME_T) == 0;
    default:
        return false;
    }
}

void transfer_conclude(struct transfer *transfer, int code)
{
    struct http_reply *reply = &transfer->reply;
    reply->status = info_long(transfer, CURLINFO_RESPONSE_CODE);
    reply->elapsed_ms = info_number(transfer, CURLINFO_TOTAL_TIME_T) / 1000;
    reply->connections = (uint64_t)info_long(transfer, CURLINFO_NUM_CONNECTS);
    reply->retry_after_s = retry_after(transfer);
    note_redirect(transfer);
    if (code == CURLE_OK)
        return;
    reply->is_unreached = is_unreached(transfer, (CURLcode)code);
    explain(transfer, (CURLcode)code);
}
