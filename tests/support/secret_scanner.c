/* SPDX-License-Identifier: MIT */
#include "support/secret_scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "support/counters.h"

#define EXPECTED_MAX 4096
#define DEPTH_MAX 8 /* of children's children */

/* The files that tests have written themselves. */
static char *expected[EXPECTED_MAX];
static size_t expected_count;

/* Does the text hold a secret? */
static bool has_canary(const char *bytes, size_t length)
{
    return length > 0 && memmem(bytes, length, CANARY, strlen(CANARY)) != NULL;
}

/* The word's first letter is in it once, so a byte that does not fit can only begin it anew. */
bool secret_scanner_is_absent(struct secret_scanner_stream *stream, const char *bytes,
                              size_t length)
{
    counters_add(COUNTER_SEARCHED, length);
    for (size_t i = 0; i < length && stream->matched < strlen(CANARY); i++) {
        if (bytes[i] == CANARY[stream->matched])
            stream->matched++;
        else
            stream->matched = bytes[i] == CANARY[0];
    }
    return stream->matched < strlen(CANARY);
}

/* Reads a whole file; false if it cannot be read. */
static bool read_file(const char *path, struct buffer *out)
{
    char bytes[65536];
    ssize_t length;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    errno = 0;
    while ((length = read(fd, bytes, sizeof bytes)) > 0)
        buffer_append(out, bytes, (size_t)length);
    close(fd);
    return length == 0;
}

/* Looks into one file; one that cannot be read is no place. */
static bool is_absent_in(const char *path, enum counter sum, bool *was_read)
{
    struct buffer bytes;
    buffer_init(&bytes, 0);
    *was_read = read_file(path, &bytes);
    bool is_absent = !*was_read || !has_canary(bytes.data, bytes.length);
    if (*was_read && bytes.length > 0)
        counters_add(sum, 1);
    buffer_clear(&bytes);
    return is_absent;
}

/* Looks at one process. */
static bool is_absent_in_one(pid_t pid, bool has_taken, char where[static SECRET_SCANNER_TEXT_MAX])
{
    char path[64];
    bool was_read;
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    snprintf(where, SECRET_SCANNER_TEXT_MAX, "a secret is in the arguments of process %d",
             (int)pid);
    if (!is_absent_in(path, COUNTER_ARGUMENTS, &was_read))
        return false;
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    snprintf(where, SECRET_SCANNER_TEXT_MAX, "a secret is in the environment of process %d",
             (int)pid);
    if (has_taken && !is_absent_in(path, COUNTER_ENVIRONMENTS, &was_read))
        return false;
    if (has_taken && !was_read && errno == EACCES)
        counters_add(COUNTER_UNREADABLE, 1);
    return true;
}

/* Looks at a process and, as far as `depth`, at its children. */
static bool is_absent_in_tree(pid_t pid, bool has_taken, int depth,
                              char where[static SECRET_SCANNER_TEXT_MAX])
{
    char path[64];
    int child;
    bool is_absent = is_absent_in_one(pid, has_taken, where);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *children = is_absent && depth > 0 ? fopen(path, "re") : NULL;
    while (children && is_absent && fscanf(children, "%d", &child) == 1)
        is_absent = is_absent_in_tree(child, true, depth - 1, where);
    if (children)
        fclose(children);
    return is_absent;
}

bool secret_scanner_is_absent_in_process(pid_t pid, bool has_taken,
                                         char where[static SECRET_SCANNER_TEXT_MAX])
{
    if (!is_absent_in_tree(pid, has_taken, DEPTH_MAX, where))
        return false;
    where[0] = '\0';
    return true;
}

/* The place of a file among the expected ones; their count if it is none. */
static size_t find_expected(const char *path)
{
    size_t i = 0;
    while (i < expected_count && strcmp(expected[i], path) != 0)
        i++;
    return i;
}

void secret_scanner_expect_file(const char *path)
{
    if (find_expected(path) < expected_count)
        return;
    if (expected_count == EXPECTED_MAX)
        die("more files than a test should write");
    expected[expected_count++] = mem_strdup(path);
}

/* Forgets the files below a folder. */
static void forget(const char *folder)
{
    size_t length = strlen(folder);
    for (size_t i = expected_count; i-- > 0;) {
        if (strncmp(expected[i], folder, length) == 0 && expected[i][length] == '/') {
            free(expected[i]);
            expected[i] = expected[--expected_count];
        }
    }
}

bool secret_scanner_is_absent_in_folder(const char *folder,
                                        char where[static SECRET_SCANNER_TEXT_MAX])
{
    char *const paths[] = {(char *)(uintptr_t)folder, NULL};
    bool is_absent = true, was_read;
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;
    where[0] = '\0';
    while (tree && is_absent && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info != FTS_F || find_expected(entry->fts_path) < expected_count)
            continue;
        is_absent = is_absent_in(entry->fts_path, COUNTER_FILES, &was_read);
        if (!is_absent)
            snprintf(where, SECRET_SCANNER_TEXT_MAX, "a secret is in %s", entry->fts_path);
    }
    if (tree)
        fts_close(tree);
    forget(folder);
    return is_absent;
}
