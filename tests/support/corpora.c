/* SPDX-License-Identifier: MIT */
#include "support/corpora.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

char *corpora_find(const char *name)
{
    const char *root = getenv("BLFTOP_CORPORA");
    char *path = mem_printf("%s/%s", root != NULL ? root : TESTS_DIR "/../../shared/data", name);
    if (access(path, R_OK) == 0)
        return path;
    printf("skipped: there is no %s (BLFTOP_CORPORA names where it is)\n", path);
    free(path);
    return NULL;
}

void corpora_read(struct buffer *out, const char *folder, const char *name)
{
    char bytes[4096];
    size_t length;
    char *path = folder != NULL ? mem_printf("%s/%s", folder, name) : mem_strdup(name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_append(out, bytes, length);
    buffer_puts(out, ""); /* an empty file has bytes to point at, too */
    fclose(file);
    free(path);
}
