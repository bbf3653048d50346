/* SPDX-License-Identifier: MIT */
/*
 * ascii: ASCII letters without their case, whatever the locale.
 *
 * Inline because filters and sorts ask this of every byte of every row on every key. Other
 * letters are left as they are: a folded text is still the same valid UTF-8.
 */
#ifndef BLFTOP_BASE_ASCII_H
#define BLFTOP_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/* The byte, small if it is a capital A to Z. */
static inline unsigned char ascii_byte(char byte)
{
    unsigned char plain = (unsigned char)byte;
    return plain >= 'A' && plain <= 'Z' ? (unsigned char)(plain | 0x20) : plain;
}

/* Is the word `length` bytes of text, case ignored? */
static inline bool ascii_is_word(const char *word, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\0' || ascii_byte(word[i]) != ascii_byte(text[i]))
            return false;
    }
    return word[length] == '\0';
}

/* Does text start with the folded needle of `length` bytes? */
static inline bool ascii_starts(const char *text, const char *needle, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (ascii_byte(text[i]) != (unsigned char)needle[i])
            return false;
    }
    return true;
}

/* Does text hold the folded needle of `length` (at least 1) bytes? */
static inline bool ascii_holds(const char *text, const char *needle, size_t length)
{
    unsigned char first = (unsigned char)needle[0];
    for (; *text != '\0'; text++) {
        if (ascii_byte(*text) == first && ascii_starts(text, needle, length))
            return true;
    }
    return false;
}

#endif
