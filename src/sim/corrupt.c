/* SPDX-License-Identifier: MIT */
#include "sim/corrupt.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/extension.h"
#include "sim/json_write.h"
#include "uapi/entry.h"
#include "uapi/page_splitter.h"

#define ENTRIES_MAX 10000
#define ENTRY_MEMBER "\"entry\":["

/* Deflate's (RFC 1951, 3.2.6) fixed code: repeat the last byte 258 times is length code 285 with
 * distance code 0: 13 bits. */
#define MATCH_BYTES 258

/* A page taken apart; the reply's body is empty meanwhile. */
struct page {
    struct page_splitter entries;
    char *head; /* up to and with `"entry":[`; owned */
};

/* Takes a page apart. False if the reply holds none, or one without entries. */
static bool open_page(struct page *page, struct reply *reply)
{
    const char *member =
        reply->status == REPLY_OK && reply->body.length > 0
            ? memmem(reply->body.data, reply->body.length, ENTRY_MEMBER, strlen(ENTRY_MEMBER))
            : NULL;
    if (member == NULL)
        return false;
    size_t head = (size_t)(member - reply->body.data) + strlen(ENTRY_MEMBER);
    struct buffer body;
    buffer_init(&body, 0);
    buffer_append(&body, reply->body.data, reply->body.length);
    page->head = mem_strndup(body.data, head);
    page_splitter_init(&page->entries);
    page_splitter_begin(&page->entries, &body, ENTRIES_MAX);
    enum split split;
    do
        split = page_splitter_split(&page->entries, NULL, SIZE_MAX, NULL);
    while (split == SPLIT_MORE);
    buffer_clear(&body);
    if (split == SPLIT_DONE && page->entries.count > 0) {
        buffer_reset(&reply->body);
        buffer_puts(&reply->body, page->head);
        return true;
    }
    free(page->head);
    page_splitter_clear(&page->entries);
    return false;
}

/* Ends the body and frees the parts. */
static void close_page(struct page *page, struct reply *reply)
{
    buffer_puts(&reply->body, "]}");
    free(page->head);
    page_splitter_clear(&page->entries);
}

/* Appends one entry as it is. */
static void put_entry(const struct page *page, struct reply *reply, size_t index, bool is_first)
{
    size_t length;
    const char *json = page_splitter_entry(&page->entries, index, &length);
    buffer_puts(&reply->body, is_first ? "" : ",");
    buffer_append(&reply->body, json, length);
}

/* Appends the entries from one on. */
static void put_rest(const struct page *page, struct reply *reply, size_t from)
{
    for (size_t i = from; i < page->entries.count; i++)
        put_entry(page, reply, i, i == 0);
}

/* Appends the first entry's number as a member, in an object left open. */
static void put_number(const struct page *page, struct reply *reply)
{
    struct extension extension;
    size_t length;
    const char *json = page_splitter_entry(&page->entries, 0, &length);
    bool has_number = entry_decode(&extension, json, length, NULL);
    buffer_puts(&reply->body, "{\"extension\":");
    json_write_put_string(&reply->body, has_number ? extension.number : "");
    if (has_number)
        extension_clear(&extension);
}

void corrupt_agent(struct reply *reply, const char *agent, size_t length)
{
    struct page page;
    if (!open_page(&page, reply))
        return;
    put_number(&page, reply);
    buffer_puts(&reply->body, ",\"status\":1,\"registration\":[{\"agent\":\"");
    buffer_append(&reply->body, agent, length);
    buffer_puts(&reply->body, "\",\"registration\":\"1\",\"expire\":\"2030-01-01T00:00:00Z\"}]}");
    put_rest(&page, reply, 1);
    close_page(&page, reply);
}

void corrupt_agent_with_marks(struct reply *reply)
{
    static const char mark[] = "\xCC\x81"; /* U+0301 */
    struct buffer agent;
    buffer_init(&agent, 0);
    buffer_puts(&agent, "e");
    while (agent.length < CORRUPT_MARKS_BYTES)
        buffer_append(&agent, mark, 2);
    corrupt_agent(reply, agent.data, agent.length);
    buffer_clear(&agent);
}

void corrupt_types(struct reply *reply)
{
    struct page page;
    if (!open_page(&page, reply))
        return;
    put_number(&page, reply);
    buffer_puts(&reply->body, ",\"status\":{\"is\":[true]},\"registration\":{\"agent\":7}}");
    put_rest(&page, reply, 1);
    close_page(&page, reply);
}

void corrupt_duplicate(struct reply *reply)
{
    struct page page;
    if (!open_page(&page, reply))
        return;
    put_number(&page, reply);
    buffer_puts(&reply->body, ",\"status\":3}");
    buffer_puts(&reply->body, ",");
    put_rest(&page, reply, 0);
    close_page(&page, reply);
}

void corrupt_halve(struct reply *reply)
{
    struct page page;
    if (!open_page(&page, reply))
        return;
    for (size_t i = 0; i < page.entries.count / 2; i++)
        put_entry(&page, reply, i, i == 0);
    close_page(&page, reply);
}

void corrupt_rotate(struct reply *reply, size_t by)
{
    struct page page;
    if (!open_page(&page, reply))
        return;
    for (size_t i = 0; i < page.entries.count; i++)
        put_entry(&page, reply, (i + by) % page.entries.count, i == 0);
    close_page(&page, reply);
}

void corrupt_empty(struct reply *reply)
{
    if (reply->status != REPLY_OK)
        return;
    buffer_reset(&reply->body);
    buffer_puts(&reply->body,
                "{\"startIndex\":0,\"totalResults\":0,\"itemsPerPage\":20,\"entry\":[]}");
}

/* Shortens the body. */
static void shorten(struct reply *reply, size_t length)
{
    struct buffer part;
    buffer_init(&part, 0);
    buffer_append(&part, reply->body.data, length);
    buffer_swap(&part, &reply->body);
    buffer_clear(&part);
}

void corrupt_truncate(struct reply *reply)
{
    if (reply->body.length > 1)
        shorten(reply, reply->body.length / 2);
}

void corrupt_syntax(struct reply *reply)
{
    struct page page;
    if (!open_page(&page, reply))
        return;
    put_rest(&page, reply, 0);
    buffer_puts(&reply->body, ",,");
    put_entry(&page, reply, 0, true);
    close_page(&page, reply);
}

void corrupt_byte_order_mark(struct reply *reply)
{
    struct buffer marked;
    buffer_init(&marked, 0);
    buffer_puts(&marked, "\xEF\xBB\xBF");
    buffer_append(&marked, reply->body.data, reply->body.length);
    buffer_swap(&marked, &reply->body);
    buffer_clear(&marked);
}

void corrupt_with_blanks(struct reply *reply, size_t count)
{
    char *blanks = mem_new(count, 1);
    memset(blanks, ' ', count);
    buffer_append(&reply->body, blanks, count);
    free(blanks);
}

/* Bits on their way into bytes, lowest first. */
struct bits {
    struct buffer *out;
    unsigned held;
    unsigned count; /* of those held */
};

/* Appends bits. */
static void put_bits(struct bits *bits, unsigned value, unsigned count)
{
    bits->held |= value << bits->count;
    for (bits->count += count; bits->count >= 8; bits->count -= 8) {
        buffer_append(bits->out, &(unsigned char){(unsigned char)bits->held}, 1);
        bits->held >>= 8;
    }
}

void corrupt_gzip_bomb(struct reply *reply, size_t count)
{
    static const char header[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03";
    struct buffer packed;
    struct bits bits = {.out = &packed};
    buffer_init(&packed, 0);
    buffer_append(&packed, header, sizeof header - 1);
    put_bits(&bits, 3, 3);    /* last block, fixed code */
    put_bits(&bits, 0x0a, 8); /* a blank: 0x30 + 0x20, highest bit first */
    for (size_t done = 0; done < count; done += MATCH_BYTES)
        put_bits(&bits, 0xa3, 13); /* 11000101 00000, highest bit first */
    put_bits(&bits, 0, 7);         /* the end of the block; what would follow is left out */
    put_bits(&bits, 0, 7);         /* so that the last byte is full */
    buffer_swap(&packed, &reply->body);
    buffer_clear(&packed);
}
