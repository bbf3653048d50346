/* SPDX-License-Identifier: MIT */
#include "config/settings_precheck.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES_MAX 64

struct precheck {
    const char *at;
    const char *end;
    const char *path;
    struct error *error;
    int line;
    int depth;
    bool is_open; /* a comment does not end */
};

/* Can the byte be part of a word or a number? */
static bool is_word(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '.' || byte == '-' ||
           byte == '+' || byte == '*';
}

/* Steps over one byte and counts lines. */
static void step(struct precheck *scan)
{
    scan->line += *scan->at == '\n';
    scan->at++;
}

/* Steps over a string; its closing quote is libconfig's business to miss. */
static void skip_string(struct precheck *scan)
{
    step(scan);
    while (scan->at < scan->end && *scan->at != '"') {
        if (*scan->at == '\\' && scan->at + 1 < scan->end)
            step(scan);
        step(scan);
    }
    if (scan->at < scan->end)
        step(scan);
}

/* Steps over a comment, if one begins here. */
static bool skip_comment(struct precheck *scan)
{
    bool has_next = scan->at + 1 < scan->end;
    if (*scan->at == '#' || (has_next && memcmp(scan->at, "//", 2) == 0)) {
        while (scan->at < scan->end && *scan->at != '\n')
            step(scan);
        return true;
    }
    if (!has_next || memcmp(scan->at, "/*", 2) != 0)
        return false;
    step(scan);
    step(scan);
    while (scan->at + 1 < scan->end && memcmp(scan->at, "*/", 2) != 0)
        step(scan);
    scan->is_open = scan->at + 1 >= scan->end;
    for (int i = 0; i < 2 && scan->at < scan->end; i++)
        step(scan);
    return true;
}

/* Does a number without fraction fit into 32 bits? */
static bool fits(const char *digits)
{
    bool is_hex = strncmp(digits, "0x", 2) == 0 || strncmp(digits, "0X", 2) == 0;
    errno = 0;
    long long value = strtoll(digits, NULL, is_hex ? 16 : 10);
    return errno == 0 && value >= INT32_MIN && value <= INT32_MAX;
}

/* Does a whole number begin with a zero that libconfig 1.7.3 reads as octal, and 1.5 does not? */
static bool has_leading_zero(const char *digits)
{
    digits += strspn(digits, "+-");
    return digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

/* Steps over a word; a whole number must be one that libconfig reads as it stands. */
static bool check_word(struct precheck *scan)
{
    const char *start = scan->at;
    char digits[NUMBER_BYTES_MAX];
    while (scan->at < scan->end && is_word(*scan->at))
        scan->at++;
    size_t length = (size_t)(scan->at - start);
    size_t copied = length < sizeof digits - 1 ? length : sizeof digits - 1;
    memcpy(digits, start, copied);
    digits[copied] = '\0';
    bool is_hex = strncmp(digits, "0x", 2) == 0 || strncmp(digits, "0X", 2) == 0;
    bool is_number = strchr("0123456789+-", digits[0]) != NULL;
    bool is_float = !is_hex && strpbrk(digits, ".eE") != NULL;
    if (!is_number || is_float)
        return true;
    if (has_leading_zero(digits))
        return error_set(scan->error, ERROR_USAGE,
                         "%s:%d: %s begins with a zero, which some versions of libconfig read as "
                         "octal; write it without",
                         scan->path, scan->line, digits);
    if (length == copied && fits(digits))
        return true;
    return error_set(scan->error, ERROR_USAGE,
                     "%s:%d: %s is out of range; whole numbers here are at most 2147483647",
                     scan->path, scan->line, digits);
}

/* Looks at a byte outside of strings and comments. */
static bool check_byte(struct precheck *scan)
{
    if (*scan->at == '@')
        return error_set(scan->error, ERROR_USAGE,
                         "%s:%d: @include is not supported; put all settings into one file "
                         "(secrets can have files of their own: client_secret_file, token_file)",
                         scan->path, scan->line);
    if (strchr("{([", *scan->at) && ++scan->depth > SETTINGS_DEPTH_MAX)
        return error_set(scan->error, ERROR_USAGE, "%s:%d: groups are nested deeper than %d",
                         scan->path, scan->line, SETTINGS_DEPTH_MAX);
    if (strchr("})]", *scan->at))
        scan->depth--;
    step(scan);
    return true;
}

bool settings_precheck(const char *text, size_t length, const char *path, struct error *error)
{
    struct precheck scan = {
        .at = text, .end = text + length, .path = path, .error = error, .line = 1};
    const char *nul = memchr(text, '\0', length);
    scan.end = nul ? nul : scan.end; /* libconfig would read no further, and say nothing */
    while (scan.at < scan.end) {
        if (*scan.at == '"')
            skip_string(&scan);
        else if (is_word(*scan.at) ? !check_word(&scan)
                                   : !skip_comment(&scan) && !check_byte(&scan))
            return false;
    }
    if (nul)
        return error_set(error, ERROR_USAGE, "%s:%d: a NUL byte; settings are plain text in UTF-8",
                         path, scan.line);
    if (scan.is_open)
        return error_set(error, ERROR_USAGE, "%s:%d: a comment that does not end; it needs */",
                         path, scan.line);
    return true;
}
