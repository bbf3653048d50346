/* SPDX-License-Identifier: MIT */
#include "sim/fleet_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/mem.h"
#include "model/extension.h"
#include "uapi/entry.h"
#include "uapi/page_splitter.h"

#define FILE_BYTES_MAX ((size_t)1 << 30)
#define ENTRIES_MAX 1000000

/* A file's times are as coarse as the kernel's tick (4 ms, at worst 10): one that was written this
 * short a while before it was read may have been written again without a visible change. */
#define SETTLED_NS 50000000

void fleet_file_init(struct fleet_file *album, const char *path)
{
    *album = (struct fleet_file){.path = path};
}

/* Nanoseconds from `then` until now on the wall clock. */
static int64_t nanoseconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)(now.tv_sec - then->tv_sec) * 1000000000 + (now.tv_nsec - then->tv_nsec);
}

/* Is it the same file with the same contents, as far as its inode tells? */
static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Reads the rest of an open file. */
static bool read_all(int fd, struct buffer *body)
{
    char portion[65536];
    ssize_t got;
    while ((got = read(fd, portion, sizeof portion)) > 0)
        if (!buffer_append(body, portion, (size_t)got)) {
            errno = EFBIG;
            return false;
        }
    return got == 0;
}

/* Reads the file and what it was when it was opened. */
static bool read_file(struct fleet_file *album, struct buffer *body, struct error *error)
{
    int fd = open(album->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool is_read = fd >= 0 && fstat(fd, &album->seen) == 0;
    album->is_settled = is_read && nanoseconds_since(&album->seen.st_mtim) > SETTLED_NS;
    is_read = is_read && read_all(fd, body);
    if (!is_read)
        error_set(error, ERROR_USAGE, "%s: %s", album->path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return is_read;
}

/* Adds an entry as it stands. */
static void add_entry(struct fleet *fleet, const char *json, size_t length)
{
    struct extension extension;
    bool has_number = entry_decode(&extension, json, length, NULL);
    fleet_add(fleet, mem_strdup(has_number ? extension.number : ""), mem_strndup(json, length),
              length);
    if (has_number)
        extension_clear(&extension);
}

/* Splits a body, which is taken over, into a fleet. */
static bool split_body(struct fleet *fleet, struct buffer *body, struct error *error)
{
    struct page_splitter page;
    page_splitter_init(&page);
    page_splitter_begin(&page, body, ENTRIES_MAX);
    enum split split;
    do
        split = page_splitter_split(&page, NULL, FILE_BYTES_MAX, error);
    while (split == SPLIT_MORE);
    bool is_answer = split == SPLIT_DONE && page.has_entries;
    for (size_t i = 0; is_answer && i < page.count; i++) {
        size_t length;
        const char *json = page_splitter_entry(&page, i, &length);
        add_entry(fleet, json, length);
    }
    page_splitter_clear(&page);
    return is_answer || error_set(error, ERROR_USAGE, "no \"entry\" in it");
}

/* Reads the file into an empty fleet. */
static bool read_fleet(struct fleet_file *album, struct fleet *fleet, struct error *error)
{
    struct buffer body;
    buffer_init(&body, FILE_BYTES_MAX);
    if (!read_file(album, &body, error)) {
        buffer_clear(&body);
        return false;
    }
    struct error reason = {0};
    bool is_answer = split_body(fleet, &body, &reason);
    buffer_clear(&body);
    fleet_index(fleet);
    return is_answer || error_set(error, ERROR_USAGE, "%s: %s", album->path, reason.text);
}

bool fleet_file_refresh(struct fleet_file *album, struct fleet *fleet, struct error *error)
{
    struct stat before = album->seen;
    struct stat now;
    if (album->is_settled && stat(album->path, &now) == 0 && is_same_file(&now, &album->seen))
        return !album->is_broken;
    struct fleet fresh;
    fleet_init(&fresh);
    if (!read_fleet(album, &fresh, album->is_broken ? NULL : error)) {
        fleet_clear(&fresh);
        album->is_broken = true;
        return false;
    }
    album->is_broken = false;
    fresh.changes = fleet->changes + (is_same_file(&before, &album->seen) ? 0 : 1);
    fleet_clear(fleet);
    *fleet = fresh;
    return true;
}
