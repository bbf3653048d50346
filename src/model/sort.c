/* SPDX-License-Identifier: MIT */
#include "model/sort.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

#define WORD_LAST UINT64_MAX /* sorts behind everything */
#define WORD_BYTES 8
#define TEXT_BYTES_MAX 1024 /* texts that are the same so far are tied */
#define FEW_ITEMS 24        /* below, counting bytes costs more than moving items */
#define QUOTED_MAX 40       /* bytes of the text quoted in a mistake */

/* A row on its way: what it is sorted by in this pass. */
struct item {
    uint64_t word;
    const char *text; /* of a text key; NULL: none */
    uint32_t id;
};

/* How texts are compared in one pass. */
struct pass {
    bool is_folded;
    bool is_reversed;
};

/* The rows of one sort, pass after pass. */
struct sorter {
    const struct row *rows;
    struct item *items;
    struct item *spare; /* as many again, for the radix sort */
    size_t count;
};

/* Worst first. */
static uint64_t severity_word(const struct row *row)
{
    return (uint64_t)(SEVERITY_GONE - row_severity(row));
}

/* The settings' order. */
static uint64_t server_word(const struct row *row)
{
    return row->server;
}

/* A signed number in the order of unsigned ones. */
static uint64_t order_signed(int64_t number)
{
    return (uint64_t)number ^ (uint64_t)1 << 63;
}

/* Longest first. */
static uint64_t for_word(const struct row *row)
{
    return order_signed(row->since_ms);
}

/* Fewest first. */
static uint64_t registrations_word(const struct row *row)
{
    return extension_count_live(&row->extension);
}

/* Soonest first. */
static uint64_t expires_word(const struct row *row)
{
    const struct registration *best = extension_best_registration(&row->extension);
    if (best == NULL || best->expires == EXPIRES_NONE)
        return WORD_LAST;
    return order_signed(best->expires);
}

/* The number, which every row has. */
static const char *number_text(const struct row *row)
{
    return row->extension.number;
}

/* The name; an empty one is none. */
static const char *name_text(const struct row *row)
{
    return row->name != NULL && row->name[0] != '\0' ? row->name : NULL;
}

/* The best contact's agent; an empty one is none. */
static const char *agent_text(const struct row *row)
{
    const struct registration *best = extension_best_registration(&row->extension);
    return best != NULL && best->agent != NULL && best->agent[0] != '\0' ? best->agent : NULL;
}

/* Either a word that says all, or a text (NULL: last). */
static const struct key_info {
    const char *name;
    uint64_t (*word)(const struct row *row);
    const char *(*text)(const struct row *row);
    bool is_folded;
} key_infos[SORT_COUNT] = {
    [SORT_SEVERITY] = {"severity", severity_word, NULL, false},
    [SORT_EXTENSION] = {"extension", NULL, number_text, false},
    [SORT_SERVER] = {"server", server_word, NULL, false},
    [SORT_NAME] = {"name", NULL, name_text, true},
    [SORT_FOR] = {"for", for_word, NULL, false},
    [SORT_REGISTRATIONS] = {"registrations", registrations_word, NULL, false},
    [SORT_AGENT] = {"agent", NULL, agent_text, true},
    [SORT_EXPIRES] = {"expires", expires_word, NULL, false},
};

/* Sorts a few items by word and keeps ties in order. */
static void insert_items(struct item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct item item = items[i];
        size_t place = i;
        for (; place > 0 && items[place - 1].word > item.word; place--)
            items[place] = items[place - 1];
        items[place] = item;
    }
}

/* Sorts by one byte of the words, `shift` bits from the right, and keeps ties in order. */
static void scatter_items(struct item *to, const struct item *from, size_t count, unsigned shift)
{
    size_t places[256] = {0};
    for (size_t i = 0; i < count; i++)
        places[from[i].word >> shift & 0xff]++;
    size_t next = 0;
    for (size_t i = 0; i < 256; i++) {
        size_t held = places[i];
        places[i] = next;
        next += held;
    }
    for (size_t i = 0; i < count; i++)
        to[places[from[i].word >> shift & 0xff]++] = from[i];
}

/* Which bits of the words differ somewhere? 0 also when the items are in order already. */
static uint64_t find_disorder(const struct item *items, size_t count)
{
    uint64_t differing = 0;
    bool is_sorted = true;
    for (size_t i = 1; i < count; i++) {
        differing |= items[i].word ^ items[i - 1].word;
        is_sorted &= items[i].word >= items[i - 1].word;
    }
    return is_sorted ? 0 : differing;
}

/* Sorts by word and keeps ties in order; bytes that are the same everywhere cost nothing. */
static void sort_words(struct item *items, struct item *spare, size_t count)
{
    uint64_t differing = find_disorder(items, count);
    if (differing != 0 && count <= FEW_ITEMS) {
        insert_items(items, count);
        return;
    }
    struct item *from = items;
    struct item *to = spare;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differing >> shift & 0xff) == 0)
            continue;
        scatter_items(to, from, count, shift);
        struct item *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

/* Eight bytes of text from `offset` on, as a number of the same order; zeros after its end. */
static uint64_t pack_text(const char *text, size_t offset, bool is_folded)
{
    uint64_t word = 0;
    size_t length = 0;
    for (const char *at = text + offset; length < WORD_BYTES && *at != '\0'; at++, length++)
        word = word << 8 | (is_folded ? ascii_byte(*at) : (unsigned char)*at);
    return length == 0 ? 0 : word << 8 * (WORD_BYTES - length);
}

/* The word of eight bytes of a text. A reversed one stays below WORD_LAST, because no byte
 * of UTF-8 is 0xff. */
static uint64_t text_word(const char *text, size_t offset, const struct pass *pass)
{
    if (text == NULL)
        return WORD_LAST;
    uint64_t word = pack_text(text, offset, pass->is_folded);
    return pass->is_reversed ? ~word - 1 : word;
}

/* Does the text go on behind the eight bytes of this word? */
static bool goes_on(uint64_t word, const struct pass *pass)
{
    uint64_t packed = pass->is_reversed ? ~(word + 1) : word;
    return word != WORD_LAST && (packed & 0xff) != 0;
}

/* Sorts by text from `offset` on; where eight bytes are the same, by the next eight. */
static void sort_texts(struct item *items, struct item *spare, size_t count, size_t offset,
                       const struct pass *pass)
{
    for (size_t i = 0; i < count; i++)
        items[i].word = text_word(items[i].text, offset, pass);
    sort_words(items, spare, count);
    for (size_t start = 0, end; start < count && offset < TEXT_BYTES_MAX; start = end) {
        for (end = start + 1; end < count && items[end].word == items[start].word; end++)
            ;
        if (end - start > 1 && goes_on(items[start].word, pass))
            sort_texts(items + start, spare + start, end - start, offset + WORD_BYTES, pass);
    }
}

/* The word of a key that has one. */
static inline uint64_t key_word(const struct key_info *info, const struct row *row,
                                bool is_reversed)
{
    uint64_t word = info->word(row);
    return is_reversed && word != WORD_LAST ? ~word - 1 : word;
}

/* One pass over all rows. */
static void sort_by(const struct sorter *all, enum sort_key key, bool is_reversed)
{
    const struct key_info *info = &key_infos[key];
    if (info->text != NULL) {
        const struct pass pass = {info->is_folded, is_reversed};
        for (size_t i = 0; i < all->count; i++)
            all->items[i].text = info->text(&all->rows[all->items[i].id]);
        sort_texts(all->items, all->spare, all->count, 0, &pass);
        return;
    }
    for (size_t i = 0; i < all->count; i++)
        all->items[i].word = key_word(info, &all->rows[all->items[i].id], is_reversed);
    sort_words(all->items, all->spare, all->count);
}

void sort_rows(uint32_t *ids, size_t count, const struct roster *roster,
               const struct sort_order *order)
{
    if (count < 2)
        return;
    struct item *memory = mem_resize(NULL, count * 2, sizeof *memory);
    struct sorter all = {roster->rows, memory, memory + count, count};
    for (size_t i = 0; i < count; i++)
        all.items[i].id = ids[i];
    sort_by(&all, SORT_SERVER, false);
    sort_by(&all, SORT_EXTENSION, false);
    for (size_t i = order->count; i-- > 0;) {
        bool is_done = i + 1 == order->count && order->keys[i] == SORT_EXTENSION;
        if (!is_done || order->reversed[i])
            sort_by(&all, order->keys[i], order->reversed[i]);
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = all.items[i].id;
    free(memory);
}

/* How two words stand to each other. */
static int compare_words(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* How two rows stand to each other by one key. */
static int compare_by(const struct row *a, const struct row *b, enum sort_key key, bool is_reversed)
{
    const struct key_info *info = &key_infos[key];
    if (info->text == NULL)
        return compare_words(key_word(info, a, is_reversed), key_word(info, b, is_reversed));
    const struct pass pass = {info->is_folded, is_reversed};
    const char *text_a = info->text(a);
    const char *text_b = info->text(b);
    for (size_t offset = 0; offset <= TEXT_BYTES_MAX; offset += WORD_BYTES) {
        uint64_t word = text_word(text_a, offset, &pass);
        int result = compare_words(word, text_word(text_b, offset, &pass));
        if (result != 0 || !goes_on(word, &pass))
            return result;
    }
    return 0;
}

int sort_compare(const struct row *a, const struct row *b, const struct sort_order *order)
{
    int result = 0;
    for (size_t i = 0; i < order->count && result == 0; i++)
        result = compare_by(a, b, order->keys[i], order->reversed[i]);
    if (result == 0)
        result = compare_by(a, b, SORT_EXTENSION, false);
    return result != 0 ? result : compare_by(a, b, SORT_SERVER, false);
}

const char *sort_key_name(enum sort_key key)
{
    assert((unsigned)key < SORT_COUNT);
    return key_infos[key].name;
}

/* Finds a key by its name of `length` bytes. */
static bool find_key(const char *name, size_t length, enum sort_key *key)
{
    for (size_t i = 0; i < SORT_COUNT; i++) {
        if (ascii_is_word(key_infos[i].name, name, length)) {
            *key = (enum sort_key)i;
            return true;
        }
    }
    return false;
}

/* Does the order have this key already? */
static bool has_key(const struct sort_order *order, enum sort_key key)
{
    for (size_t i = 0; i < order->count; i++) {
        if (order->keys[i] == key)
            return true;
    }
    return false;
}

/* Adds one key, "-name" or "name". */
static bool add_key(struct sort_order *order, const char *text, size_t length, struct error *error)
{
    bool is_reversed = length > 0 && text[0] == '-';
    text += is_reversed;
    length -= is_reversed;
    enum sort_key key;
    if (!find_key(text, length, &key))
        return error_set(error, ERROR_USAGE,
                         "'%.*s' is no sort key: severity, extension, server, name, for, "
                         "registrations, agent or expires ('-' before one reverses it)",
                         length > QUOTED_MAX ? QUOTED_MAX : (int)length, text);
    if (has_key(order, key))
        return error_set(error, ERROR_USAGE, "sort key '%s' is there twice", sort_key_name(key));
    if (order->count == SORT_KEYS_MAX)
        return error_set(error, ERROR_USAGE, "at most %d sort keys", SORT_KEYS_MAX);
    order->keys[order->count] = key;
    order->reversed[order->count++] = is_reversed;
    return true;
}

bool sort_parse(struct sort_order *order, const char *text, struct error *error)
{
    struct sort_order parsed = {.count = 0};
    for (;;) {
        text += strspn(text, " ");
        size_t length = strcspn(text, ", ");
        if (!add_key(&parsed, text, length, error))
            return false;
        text += length;
        text += strspn(text, " ");
        if (*text == '\0')
            break;
        if (*text != ',')
            return error_set(error, ERROR_USAGE, "sort keys are separated by commas");
        text++;
    }
    *order = parsed;
    return true;
}
