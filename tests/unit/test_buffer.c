/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

static void buffer_append__at_the_cap__takes_all_or_nothing(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100);
    char bytes[101];
    memset(bytes, 'x', sizeof bytes);
    assert_false(buffer_append(&buffer, bytes, 101));
    assert_int_equal(buffer.length, 0);
    assert_true(buffer_append(&buffer, bytes, 99));
    assert_false(buffer_puts(&buffer, "ab"));
    assert_false(buffer_printf(&buffer, "%d", 10));
    assert_int_equal(buffer.length, 99);
    assert_int_equal(buffer.data[99], '\0');
    assert_true(buffer_printf(&buffer, "%d", 7));
    assert_false(buffer_append(&buffer, "x", 1));
    assert_true(buffer_append(&buffer, NULL, 0));
    buffer_clear(&buffer);
}

static void buffer_append__absurd_length__is_refused_without_overflow(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 10);
    assert_true(buffer_puts(&buffer, "abc"));
    assert_false(buffer_append(&buffer, "x", SIZE_MAX));
    assert_false(buffer_append(&buffer, "x", SIZE_MAX - 2));
    assert_string_equal(buffer.data, "abc");
    buffer_clear(&buffer);
}

static void buffer_inherit__memory_of_another__is_empty_and_under_its_own_cap(void **state)
{
    (void)state;
    struct buffer from, buffer;
    buffer_init(&from, 0);
    buffer_init(&buffer, 4);
    assert_true(buffer_puts(&from, "a text of some length"));
    const char *memory = from.data;
    size_t capacity = from.capacity;
    buffer_inherit(&buffer, &from);
    assert_ptr_equal(buffer.data, memory);
    assert_int_equal(buffer.capacity, capacity);
    assert_int_equal(buffer.length, 0);
    assert_string_equal(buffer.data, "");
    assert_false(buffer_puts(&buffer, "12345"));
    assert_true(buffer_puts(&buffer, "1234"));
    assert_null(from.data);
    assert_int_equal(from.capacity, 0);
    buffer_inherit(&buffer, &from);
    assert_null(buffer.data);
    assert_true(buffer_puts(&from, "it goes on without a cap"));
    buffer_clear(&buffer);
    buffer_clear(&from);
}

static void buffer__bytes_of_any_value__are_kept_and_end_in_a_nul(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 0);
    for (int i = 0; i < 1000; i++) {
        char byte = (char)i;
        assert_true(buffer_append(&buffer, &byte, 1));
        assert_int_equal(buffer.data[buffer.length], '\0');
    }
    assert_int_equal(buffer.length, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal((unsigned char)buffer.data[i], i & 0xFF);
    buffer_clear(&buffer);
}

static void buffer_reset__keeps_the_memory_and_clear_keeps_the_cap(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 200);
    buffer_reset(&buffer);
    assert_true(buffer_puts(&buffer, "abc"));
    char *memory = buffer.data;
    buffer_reset(&buffer);
    assert_ptr_equal(buffer.data, memory);
    assert_string_equal(buffer.data, "");
    assert_int_equal(buffer.length, 0);
    buffer_clear(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.max, 200);
}

static void buffer_swap__exchanges_bytes_and_caps(void **state)
{
    (void)state;
    struct buffer a, b;
    buffer_init(&a, 5);
    buffer_init(&b, 0);
    buffer_puts(&a, "left");
    buffer_puts(&b, "right side");
    buffer_swap(&a, &b);
    assert_string_equal(a.data, "right side");
    assert_string_equal(b.data, "left");
    assert_int_equal(b.max, 5);
    buffer_clear(&a);
    buffer_clear(&b);
}

static void buffer_trim__keeps_the_bytes_and_little_spare_room(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 0);
    buffer_trim(&buffer);
    assert_null(buffer.data);
    while (buffer.length < 1200)
        buffer_puts(&buffer, "seventeen letters");
    assert_int_equal(buffer.capacity, 2048);
    buffer_trim(&buffer);
    assert_in_range(buffer.capacity, buffer.length + 1, buffer.length + 1 + buffer.length / 64);
    assert_int_equal(strlen(buffer.data), buffer.length);
    assert_true(buffer_puts(&buffer, "!"));
    assert_string_equal(buffer.data + buffer.length - 2, "s!");
    buffer_clear(&buffer);
}

/* What follows a page is about as long: it neither grows this memory nor makes it shrink. */
static void buffer_trim__text_of_about_the_same_length__stays_where_it_is(void **state)
{
    (void)state;
    static const size_t lengths[] = {40000, 40300, 39700, 40500, 38500, 40000};
    static const char letters[40500];
    struct buffer buffer;
    buffer_init(&buffer, 0);
    buffer_append(&buffer, letters, lengths[0]);
    buffer_trim(&buffer);
    const size_t capacity = buffer.capacity;
    assert_true(capacity < 65536);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        buffer_reset(&buffer);
        buffer_append(&buffer, letters, lengths[i]);
        buffer_trim(&buffer);
        assert_int_equal(buffer.capacity, capacity);
    }
    buffer_clear(&buffer);
}

static void buffer_take__hands_the_string_over_and_is_never_null(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 50);
    buffer_printf(&buffer, "%s-%03d", "a", 7);
    char *text = buffer_take(&buffer);
    assert_string_equal(text, "a-007");
    assert_null(buffer.data);
    assert_int_equal(buffer.max, 50);
    free(text);
    text = buffer_take(&buffer);
    assert_string_equal(text, "");
    free(text);
}

/* Do so many bytes hold what the tests call secret? */
static bool holds_secret(const void *bytes, size_t length)
{
    static const char secret[] = "S3CR3T";
    for (size_t i = 0; i + sizeof secret - 1 <= length; i++) {
        if (memcmp((const char *)bytes + i, secret, sizeof secret - 1) == 0)
            return true;
    }
    return false;
}

static size_t given_away;  /* blocks given back, or to be copied, with the secret in them */
static size_t looked_into; /* bytes of a block that are sure to have been written */

void __real_free(void *block);
void *__real_realloc(void *block, size_t size);
void __wrap_free(void *block);
void *__wrap_realloc(void *block, size_t size);

/* Looks into a block that is about to go. */
static void watch(const void *block)
{
    size_t bytes = block ? malloc_usable_size((void *)block) : 0;
    given_away += holds_secret(block, bytes < looked_into ? bytes : looked_into);
}

void __wrap_free(void *block)
{
    watch(block);
    __real_free(block);
}

void *__wrap_realloc(void *block, size_t size)
{
    watch(block);
    return __real_realloc(block, size);
}

/* Fills a buffer beyond several of its sizes, empties it and fills it again. */
static void use_up(struct buffer *buffer)
{
    for (int round = 0; round < 2; round++) {
        while (buffer->length < 3000)
            buffer_puts(buffer, "password=S3CR3T;");
        buffer_trim(buffer);
        assert_int_equal(strlen(buffer->data), buffer->length);
        assert_true(holds_secret(buffer->data, buffer->length));
        buffer_reset(buffer);
    }
}

static void buffer_secret__leaves_no_copy_behind(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 0);
    given_away = 0;
    looked_into = 32;
    use_up(&buffer);
    assert_true(holds_secret(buffer.data, looked_into));
    buffer_clear(&buffer);
    assert_true(given_away > 5); /* else the watch is blind */

    buffer_init_secret(&buffer, 4000);
    given_away = 0;
    looked_into = SIZE_MAX;
    use_up(&buffer);
    assert_false(holds_secret(buffer.data, buffer.capacity));
    buffer_puts(&buffer, "S3CR3T again");
    buffer_clear(&buffer);
    assert_null(buffer.data);
    use_up(&buffer);
    buffer_clear(&buffer);
    looked_into = 0;
    assert_int_equal(given_away, 0);
    assert_int_equal(buffer.max, 4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer_append__at_the_cap__takes_all_or_nothing),
        cmocka_unit_test(buffer_append__absurd_length__is_refused_without_overflow),
        cmocka_unit_test(buffer_inherit__memory_of_another__is_empty_and_under_its_own_cap),
        cmocka_unit_test(buffer__bytes_of_any_value__are_kept_and_end_in_a_nul),
        cmocka_unit_test(buffer_reset__keeps_the_memory_and_clear_keeps_the_cap),
        cmocka_unit_test(buffer_swap__exchanges_bytes_and_caps),
        cmocka_unit_test(buffer_trim__keeps_the_bytes_and_little_spare_room),
        cmocka_unit_test(buffer_trim__text_of_about_the_same_length__stays_where_it_is),
        cmocka_unit_test(buffer_take__hands_the_string_over_and_is_never_null),
        cmocka_unit_test(buffer_secret__leaves_no_copy_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
